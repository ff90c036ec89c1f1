"""Blocks, edges and words in, events out: the one path from sound to flags.

Without threads, clock or screen. Live and review call the same three methods; nothing in here
knows which of them it serves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from live.conversation import Conversation, ConversationOptions
from live.detect import timing_detectors
from live.detect.completeness import SoundOptions
from live.detect.detector import SETTLE, Detector, Settled, withdrawn
from live.detect.held import HeldOptions
from live.detect.incoming import TimingOptions
from live.detect.lexicon import LANGUAGES, timing_words
from live.detect.missing import REASON, Missing
from live.detect.said import SaidOptions, safety, wording_detector
from live.detect.silences import SilenceOptions
from live.detect.thought import thinks
from live.kinds import KINDS, Needs
from live.speech.bleed import BleedOptions
from live.speech.listener import Heard, Listener, listener
from live.speech.prosody import ProsodyOptions
from live.speech.segment import VoiceOptions
from live.speech.turns import TurnOptions, Turns
from live.speech.utterances import UtteranceOptions
from live.transcribe.desk import Desk
from live.types import (
    AudioBlock,
    Edge,
    Event,
    Flag,
    Gap,
    Hush,
    Lacking,
    Samples,
    Status,
    Tentative,
    Track,
    Unworded,
    Word,
    samples,
)

Echo = Literal["none", "speakers", "not_measured"]

UTTERANCE_GAP = samples(0.5)
"""Of words alone, an utterance is over after so much own silence."""
UNHEARD = "only one of the two voices was heard"
ECHO = "one voice is heard on the other's track (loudspeakers)"
_FOREVER = Samples(2**62)


@dataclass(frozen=True, slots=True)
class Room:
    """What the room is like at a moment, as far as is known: for a screen, not for judgements."""

    position: Samples
    client_speaks: bool = False
    coach_speaks: bool = False
    thinking: bool = False
    """The client has fallen silent inside their own thought, and nobody has spoken since."""


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """What each part of the engine is set to."""

    language: str = "en"
    """What is spoken. Where there are no word lists for it, sound alone judges."""
    voice: VoiceOptions = field(default_factory=VoiceOptions)
    bleed: BleedOptions = field(default_factory=BleedOptions)
    prosody: ProsodyOptions = field(default_factory=ProsodyOptions)
    conversation: ConversationOptions = field(default_factory=ConversationOptions)
    turns: TurnOptions = field(default_factory=TurnOptions)
    timing: TimingOptions = field(default_factory=TimingOptions)
    silence: SilenceOptions = field(default_factory=SilenceOptions)
    held: HeldOptions = field(default_factory=HeldOptions)
    unfinished: SoundOptions = field(default_factory=SoundOptions)
    utterances: UtteranceOptions = field(default_factory=UtteranceOptions)
    said: SaidOptions = field(default_factory=SaidOptions)


class Engine:
    """One session's ears and judgement. Owned by one thread; made anew for each session."""

    def __init__(
        self, listener: Listener | None, options: EngineOptions, desk: Desk | None
    ) -> None:
        self._listener = listener
        self._desk = desk
        self._options = options
        self._conversation = Conversation(options.conversation)
        self._turns = Turns(self._conversation, options.turns)
        self._reads = desk is not None and options.language in LANGUAGES
        self._words = timing_words(options.language if options.language in LANGUAGES else "en")
        self._detectors: list[Detector] = timing_detectors(
            self._conversation,
            self._words,
            options.timing,
            options.silence,
            options.held,
            options.unfinished,
            reads=self._reads,
        )
        self._wording = self._safety = None
        if self._reads:
            self._wording = wording_detector(self._conversation, options.language, options.said)
            self._safety = safety(options.language, options.said)
            self._detectors.append(self._wording)
        self._now = Samples(0)
        self._settled = Samples(0)
        self._given: dict[str, Flag] = {}
        self._echo_since: Samples | None = None
        self._missing = Missing()

    @property
    def echo(self) -> Echo:
        """Whether one voice is heard on the other's track, as far as is known."""
        return "not_measured" if self._listener is None else self._listener.echo

    @property
    def room(self) -> Room:
        """The room at this moment."""
        voices, now = self._conversation.voices, self._now
        speaks = {t: bool(v.stretches) and v.stretches[-1].end is None for t, v in voices.items()}
        options = self._options
        own = not any(speaks.values()) and thinks(
            self._conversation,
            self._words,
            options.unfinished,
            now,
            samples(options.silence.filled_from_s),
            options.held,
        )
        return Room(now, speaks[Track.CLIENT], speaks[Track.COACH], own)

    @property
    def not_measured(self) -> list[str]:
        """The kinds nothing in this session can notice, in the order of the table."""
        measured = set() if self._one_sided else self._measured()
        return [kind for kind in KINDS if kind not in measured]

    def push(self, block: AudioBlock) -> list[Event]:
        """Take in sound of one track: everything that became known with it."""
        if self._listener is None:
            raise ValueError("this engine was made for words alone")
        events: list[Event] = []
        for heard in self._listener.push(block):
            events += self._hear(heard)
        return events + list(self._read())

    def miss(self, event: Gap | Lacking) -> list[Flag]:
        """Take in that sound is missing: what rests on it is taken back."""
        self._missing.note(event)
        spoilt = [flag for flag in self._given.values() if self._missing.spoils(flag)]
        taken = [self._taken_back(f, REASON) for f in spoilt if f.status is not Status.WITHDRAWN]
        self._given |= {flag.id: flag for flag in taken}
        return taken

    def hear(self, edges: Iterable[Edge]) -> list[Event]:
        """Take in edges found elsewhere (word times), in the order in which they are known."""
        events: list[Event] = []
        for edge in edges:
            events += self._hear(Heard(edge.known, (edge,)))
            events += self._read()
        return events

    def finish(self, end: Samples | None = None) -> list[Event]:
        """The session is over, at `end` where there is no sound to tell."""
        events: list[Event] = []
        if self._listener is not None:
            for heard in self._listener.finish():
                events += self._hear(heard)
            end = self._listener.end
        if self._desk is not None:
            self._desk.finish()
        end = Samples(max(self._now, end or 0))
        events += self._read(over=True)
        for detector in self._detectors:
            events += self._screened(detector.finish(end))
        return events + list(self._turns.finish(end)) + list(self._unheard(end))

    def _unheard(self, end: Samples) -> Iterator[Flag]:
        """With one voice alone nothing happened between two people: flags are taken back."""
        if self._one_sided:
            given = (f for f in self._given.values() if f.status is not Status.WITHDRAWN)
            yield from (withdrawn(flag, end, UNHEARD) for flag in given)

    @property
    def _one_sided(self) -> bool:
        """A track of sound on which nobody was heard; words alone may well be of one person."""
        silent = any(not voice.stretches for voice in self._conversation.voices.values())
        return silent and self._listener is not None

    def _hear(self, heard: Heard) -> Iterator[Event]:
        for incoming in heard.incoming:
            self._conversation.incoming[incoming.track, incoming.start] = incoming
            yield incoming
        for edge in sorted(heard.edges, key=lambda e: (e.known, e.at, e.track)):
            yield from self._advance(Samples(edge.known - 1))
            self._conversation.voices[edge.track].hear(edge)
            yield from self._turns.hear(edge)
            for detector in self._detectors:
                yield from self._screened(detector.hear(edge))
        yield from self._advance(heard.now)
        if self._desk is not None:
            for utterance in heard.utterances:
                self._desk.ask(utterance)

    def _advance(self, now: Samples) -> Iterator[Event]:
        if now <= self._now:
            return
        self._now = now
        yield from self._turns.clock(now)
        for detector in self._detectors:
            yield from self._screened(detector.clock(now))

    def _read(self, *, over: bool = False) -> Iterator[Event]:
        """Words that have become final, and what they say of earlier moments."""
        if self._desk is None:
            return
        settled = _FOREVER
        for track in Track:
            quiet = _FOREVER if over else self._quiet_until(track)
            collected = self._desk.collect(track, quiet)
            said = self._conversation.said[track]
            said.read(collected.words)
            said.unworded += (each for each in collected.unworded if self._matters(each))
            yield from collected.words
            yield from collected.unworded
            yield from collected.tentative
            yield from self._guess(track, collected.words, collected.tentative)
            settled = min(settled, collected.settled)
        if settled > self._settled:
            self._settled = settled
            for detector in self._detectors:
                yield from self._screened(detector.read(Settled(settled)))

    def _guess(
        self, track: Track, words: Sequence[Word], tentative: Sequence[Tentative]
    ) -> Iterator[Event]:
        """What words that are not settled yet may already show, or forbid."""
        for each in tentative:
            if self._wording is not None:
                yield from self._screened(self._wording.guess(each))
            yield from self._hush((*self._conversation.said[track].words[-40:], *each.words))
        if words:
            yield from self._hush(self._conversation.said[track].words)

    def _hush(self, words: Sequence[Word]) -> Iterator[Hush]:
        """Once is enough: nobody listens for it any more then."""
        if self._safety is not None and self._safety.hears(words):
            self._safety = None
            yield Hush(self._now)

    def _matters(self, unworded: Unworded) -> bool:
        """Whether it is too long for a listening sound, which sound can tell by itself."""
        return unworded.end - unworded.start > self._conversation.options.backchannel

    def _quiet_until(self, track: Track) -> Samples:
        """No utterance of the track that still goes on begins before this."""
        settled = Samples(max(0, self._now - SETTLE))
        if self._listener is not None:
            since = self._listener.open_since(track)
            return settled if since is None else min(since, settled)
        run = self._conversation.voices[track].last_run(UTTERANCE_GAP)
        if run is not None and (run.end is None or self._now - run.end < UTTERANCE_GAP):
            return run.start
        return settled

    def _screened(self, flags: Iterable[Flag]) -> Iterator[Flag]:
        """Take back what rests on both voices once an echo is found, and give no more of it.

        What was decided before stays as words make of it, early or late, but withdrawn.
        """
        if self._echo_since is None and self.echo == "speakers":
            self._echo_since = self._now
            for given in [f for f in self._given.values() if KINDS[f.kind].both_voices]:
                self._given[given.id] = self._taken_back(given)
                yield self._given[given.id]
        for flag in flags:
            kept = flag.status is not Status.PROVISIONAL
            doubtful = self._echo_since is not None and KINDS[flag.kind].both_voices
            if doubtful and not (kept and flag.decided < (self._echo_since or 0)):
                continue
            told = self._taken_back(flag) if doubtful else flag
            if self._missing.spoils(flag):
                if not kept:
                    continue
                told = self._taken_back(told, REASON)
            if kept:
                self._given[flag.id] = told
            yield told

    def _taken_back(self, flag: Flag, reason: str = ECHO) -> Flag:
        if flag.status is Status.WITHDRAWN:
            return flag
        since = self._echo_since if reason == ECHO else None
        return withdrawn(flag, max(since or self._now, flag.decided), reason)

    def _measured(self) -> set[str]:
        """The kinds this engine's detectors and conditions can notice."""
        works = self._reads and self._desk is not None and self._desk.works
        able = {Needs.SOUND} | ({Needs.WORDS, Needs.TEXT} if works else set())
        kinds = {kind for detector in self._detectors for kind in detector.kinds}
        doubtful = self.echo == "speakers"
        return {
            kind
            for kind in kinds
            if KINDS[kind].needs in able and not (doubtful and KINDS[kind].both_voices)
        }


def engine(options: EngineOptions, *, sound: bool, desk: Desk | None = None) -> Engine:
    """An engine for sound, for words, or for both.

    Raises ModelMissingError when the voice network is asked for and not there.
    """
    if not sound:
        return Engine(None, options, desk)
    cut = None if desk is None else options.utterances
    return Engine(listener(options.voice, options.bleed, options.prosody, cut), options, desk)


def read_text(words: Sequence[Word], end: Samples, options: EngineOptions) -> list[Flag]:
    """What wording alone says of words whose times are not exact: a transcript's.

    Empty for a language without word lists.
    """
    if options.language not in LANGUAGES:
        return []
    talk = Conversation(options.conversation)
    for track in Track:
        talk.said[track].read([word for word in words if word.track is track])
    wording = wording_detector(talk, options.language, options.said, times_are_true=False)
    return list(wording.finish(end))
