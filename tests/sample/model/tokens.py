"""The sample model's tokens: one for every word, and Whisper's own.

Byte-level BPE as Whisper has it, so that faster-whisper reads it like any other: text first, then
the special tokens of an English model, times last.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers

SPECIAL = ("endoftext", "startoftranscript", "en", "translate", "transcribe", "startoflm")
SPECIAL += ("startofprev", "nospeech", "notimestamps")
TIMES = 1501
"""0.00 to 30.00 s in steps of 0.02 s."""


class Ids(NamedTuple):
    """The special tokens that training writes."""

    end: int
    start: int
    english: int
    previous: int
    no_speech: int
    no_times: int


def build(words: Iterable[str]) -> Tokenizer:
    """A tokenizer in which " word" is one token for each of `words`."""
    words = sorted(words)
    tokenizer = Tokenizer(models.BPE())
    # Whole strings: Whisper's own pattern would part "don't". No merge reaches over a space.
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=4000,  # more than there is to merge
        min_frequency=1,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    tokenizer.train_from_iterator([f" {word}" for word in words], trainer)
    tokenizer.add_special_tokens([AddedToken(f"<|{name}|>", special=True) for name in SPECIAL])
    tokenizer.add_tokens([AddedToken(f"<|{at * 0.02:.2f}|>") for at in range(TIMES)])
    split = [word for word in words if len(tokenizer.encode(f" {word}").ids) != 1]
    assert not split, f"more than one token: {split}"
    return tokenizer


def ids(tokenizer: Tokenizer) -> Ids:
    """Their numbers."""
    names = ("endoftext", "startoftranscript", "en", "startofprev", "nospeech", "notimestamps")
    return Ids(*(tokenizer.token_to_id(f"<|{name}|>") for name in names))


def vocabulary(tokenizer: Tokenizer) -> list[str]:
    """Every token, in the order of the numbers."""
    return [tokenizer.id_to_token(at) for at in range(tokenizer.get_vocab_size())]
