"""Two tracks of sound in, edges out: frames, bleed, voice activity, segments and prosody joined."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from live.speech.activity import VoiceActivity, voice_activity
from live.speech.bleed import Bleed, BleedOptions
from live.speech.frames import FramePair, Lockstep
from live.speech.neural import load, network_file
from live.speech.prosody import Prosody, ProsodyOptions
from live.speech.segment import Segmenter, VoiceOptions
from live.speech.utterances import UtteranceOptions, Utterances
from live.types import Audio, AudioBlock, Edge, Incoming, Samples, Track, Utterance, samples

INCOMING = samples(0.5)
"""How much of an incoming voice is measured against its own median."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What became known with one pair of frames."""

    now: Samples
    edges: tuple[Edge, ...] = ()
    incoming: tuple[Incoming, ...] = ()
    utterances: tuple[Utterance, ...] = ()
    """What can be put into words now."""


class Listener:
    """The one path from sound to edges. Nothing after it sees a block or a sample."""

    def __init__(
        self,
        activities: Mapping[Track, VoiceActivity],
        voice: VoiceOptions,
        bleed: BleedOptions,
        prosody: ProsodyOptions,
        utterances: UtteranceOptions | None = None,
    ) -> None:
        """Without options for utterances none are cut."""
        self._lockstep = Lockstep()
        self._bleed = Bleed(bleed)
        self._ears = [_Ear(t, activities[t], voice, prosody) for t in Track]
        self._utterances = None if utterances is None else Utterances(utterances)

    @property
    def echo(self) -> Literal["none", "speakers", "not_measured"]:
        """Whether one voice is heard on the other's track, as far as is known."""
        return self._bleed.echo

    @property
    def end(self) -> Samples:
        """Where the sound taken in so far ends, on both tracks."""
        return self._lockstep.end

    def open_since(self, track: Track) -> Samples | None:
        """Where the track's utterance that still goes on begins; None when there is none."""
        return None if self._utterances is None else self._utterances.open_since(track)

    def push(self, block: AudioBlock) -> Iterator[Heard]:
        """Take in sound of one track; what both tracks have is heard at once."""
        for pair in self._lockstep.push(block):
            yield self._cut(pair, self._hear(pair))

    def finish(self) -> Iterator[Heard]:
        """The sound is over: voices that still speak stop at its end."""
        pairs = list(self._lockstep.finish())
        end = self._lockstep.end
        for pair in pairs:
            heard = self._hear(pair)
            # The last frame is padded; nothing is known later than the sound itself.
            edges = tuple(
                replace(edge, at=min(edge.at, end), known=min(edge.known, end))
                for edge in heard.edges
            )
            yield self._cut(pair, replace(heard, now=min(heard.now, end), edges=edges))
        last = [ear.finish(end) for ear in self._ears]
        stops = tuple(edge for found, _ in last for edge in found)
        cut = [] if self._utterances is None else self._utterances.finish(end, stops)
        came = tuple(came for _, incoming in last for came in incoming)
        yield Heard(end, stops, came, tuple(cut))

    def _hear(self, pair: FramePair) -> Heard:
        muted = self._bleed.push(pair.start, pair.coach, pair.client)
        edges: list[Edge] = []
        incoming: list[Incoming] = []
        for ear, frame, bleeds in zip(self._ears, (pair.coach, pair.client), muted, strict=True):
            found, came = ear.hear(pair.start, frame, bleeds)
            edges += found
            incoming += came
        return Heard(pair.end, tuple(edges), tuple(incoming))

    def _cut(self, pair: FramePair, heard: Heard) -> Heard:
        """The same with the utterances that are due."""
        if self._utterances is None:
            return heard
        self._utterances.push(pair.end, Track.COACH, pair.coach)
        self._utterances.push(pair.end, Track.CLIENT, pair.client)
        due = self._utterances.hear(heard.now, heard.edges)
        return replace(heard, utterances=tuple(due))


class _Ear:
    """One track's voice."""

    def __init__(
        self, track: Track, activity: VoiceActivity, voice: VoiceOptions, prosody: ProsodyOptions
    ) -> None:
        self._track = track
        self._activity = activity
        self._segmenter = Segmenter(track, voice)
        self._prosody = Prosody(track, prosody)
        self._began: Samples | None = None
        self._met = True

    def hear(self, start: Samples, frame: Audio, bleeds: bool) -> tuple[list[Edge], list[Incoming]]:
        self._prosody.push(start, frame)
        p = 0.0 if bleeds else self._activity.push(frame)
        edges = [self._measured(edge) for edge in self._segmenter.push(p, start)]
        return edges, list(self._meet(edges, start + len(frame)))

    def finish(self, end: Samples) -> tuple[list[Edge], list[Incoming]]:
        edges = [self._measured(edge) for edge in self._segmenter.finish(end)]
        return edges, list(self._meet(edges, end))

    def _measured(self, edge: Edge) -> Edge:
        """A stop gets the measure of how the voice ended."""
        if edge.speaking:
            return edge
        began = edge.at if self._began is None else self._began
        return replace(edge, ending=self._prosody.ending(began, edge.at))

    def _meet(self, edges: list[Edge], now: int) -> Iterator[Incoming]:
        """How a voice came in, once 0.5 s of it are heard or it has stopped."""
        for edge in edges:
            if edge.speaking:
                # Only the coach comes in on somebody; the client's pitch is not worth the time.
                self._began, self._met = edge.at, self._track is Track.CLIENT
        if self._met or self._began is None:
            return
        stopped = [edge.at for edge in edges if not edge.speaking]
        if stopped or now - self._began >= INCOMING:
            self._met = True
            end = min(stopped[0] if stopped else now, self._began + INCOMING)
            yield self._prosody.incoming(self._began, Samples(end))


def listener(
    voice: VoiceOptions,
    bleed: BleedOptions,
    prosody: ProsodyOptions,
    utterances: UtteranceOptions | None = None,
) -> Listener:
    """A listener with the voice activity the options name.

    Raises ModelMissingError when the network file is not there and the options ask for it.
    """
    network = load(network_file()) if voice.engine == "silero" else None
    activities = {track: voice_activity(voice, network) for track in Track}
    return Listener(activities, voice, bleed, prosody, utterances)
