"""The one key of everything that is kept, what is derived from it, and its 24 words on paper."""

from __future__ import annotations

import os
import re
import unicodedata
from dataclasses import dataclass

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from mnemonic import Mnemonic

from live.errors import LockedError

SIZE = 32
"""Bytes of a key: 256 bits, as SQLCipher's raw keys and ChaCha20 have."""
WORDS = 24
"""Words that BIP 39 makes of 256 bits; the last one holds 8 bits of checksum."""

_SHEET = "Compare them with the sheet. Each word is known by its first four letters."
_WORD = re.compile(r"[^\W\d_]+")
# A number that begins inside a longer one (2026.) is none.
_NUMBERED = re.compile(r"(?<!\d)(\d{1,2})\s?[.):]\s*([^\W\d_]+)")


@dataclass(frozen=True, slots=True, repr=False)
class Key:
    """256 random bits. Neither its `repr` nor any message ever shows them."""

    secret: bytes

    def __post_init__(self) -> None:
        if len(self.secret) != SIZE:
            raise ValueError("a key has 32 bytes")

    def __repr__(self) -> str:
        return f"Key({self.mark})"

    @classmethod
    def fresh(cls) -> Key:
        """A new one, from the system's source of randomness."""
        return cls(os.urandom(SIZE))

    @classmethod
    def from_words(cls, text: str) -> Key:
        """The key whose words stand in a text, whatever their case and what separates them.

        Where words are numbered (7. or 7:), those are taken and in the order of their numbers, so
        a whole recovery sheet can be given. Raises `LockedError` saying what is wrong with which.
        """
        words = _split(text)
        english = Mnemonic("english")
        for place, word in enumerate(words, 1):
            if not word:
                raise LockedError(f"Recovery word {place} is missing.", _SHEET)
            if word not in english.wordlist:
                # The word is not repeated: it may be a real one with a slip of the finger in it.
                raise LockedError(f"Recovery word {place} is no word that can be one.", _SHEET)
        if len(words) != WORDS:
            raise LockedError(f"These are {len(words)} recovery words; it takes {WORDS}.", _SHEET)
        try:
            return cls(bytes(english.to_entropy(words)))
        except ValueError as error:
            raise LockedError(
                "The recovery words do not fit together: one is another word, or two have changed "
                "places.",
                _SHEET,
            ) from error

    def derived(self, purpose: str) -> bytes:
        """32 bytes for one purpose, which tell nothing of the key or of another purpose's.

        HKDF (RFC 5869) with SHA-256. The key is random throughout, so no salt is needed.
        """
        info = f"unhurried/1 {purpose}".encode()
        return HKDF(algorithm=SHA256(), length=SIZE, salt=None, info=info).derive(self.secret)

    @property
    def mark(self) -> str:
        """16 hex digits by which the key is recognised, and from which nothing of it follows."""
        return self.derived("mark")[:8].hex()

    @property
    def words(self) -> str:
        """The key as 24 English words of BIP 39, with a blank between."""
        return Mnemonic("english").to_mnemonic(self.secret)


def words_in(text: str) -> int:
    """How many recovery words a text holds so far, right or wrong."""
    return len(_split(text))


def _split(text: str) -> list[str]:
    """The words in their order; an empty one where the numbers leave a place out."""
    plain = unicodedata.normalize("NFKD", text).lower()
    found = ((int(number), word) for number, word in _NUMBERED.findall(plain))
    numbered = {number: word for number, word in found if 1 <= number <= WORDS}
    if numbered:
        return [numbered.get(place, "") for place in range(1, max(numbered) + 1)]
    return _WORD.findall(plain)
