"""One coach onset and the facts around it, as they are known at a moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from live.conversation import Conversation, Stretch, Voice
from live.options import Range
from live.types import Ending, Samples, Track, samples


@dataclass(frozen=True, slots=True)
class TimingOptions:
    """The numbers of the timing table. Definitions and sources are in ARCHITECTURE.md."""

    own_silence_s: Annotated[float, Range(0.2, 1.5)] = 0.5
    """Own silence before an onset from which it counts as coming in."""
    has_turn_s: Annotated[float, Range(0.3, 3.0)] = 1.0
    """Speech in the current turn, its pauses included, from which a speaker has the turn."""
    latched_s: Annotated[float, Range(0.05, 0.4)] = 0.2
    """Whoever stopped less than this ago still has the turn."""
    stop_s: Annotated[float, Range(0.3, 1.0)] = 0.5
    """Own silence after which a speaker has stopped; dated at its beginning."""
    resume_s: Annotated[float, Range(0.2, 1.0)] = 0.5
    """After a listening sound the other resumes within this."""
    floor_s: Annotated[float, Range(0.5, 2.5)] = 1.0
    """The floor is taken when the other says nothing but backchannels for this long."""
    going_on_s: Annotated[float, Range(0.5, 2.5)] = 1.0
    """How long the coach must go on for an interruption."""
    broke_off_s: Annotated[float, Range(0.5, 2.5)] = 1.5
    """Latest stop after an onset that the onset can have caused."""
    terminal_s: Annotated[float, Range(0.1, 0.8)] = 0.4
    """Overlap up to this at the end of a finished unit is ordinary turn-taking."""
    simultaneous_s: Annotated[float, Range(0.1, 0.5)] = 0.3
    """Two onsets within this, after a silence, are one moment."""
    provisional_s: Annotated[float, Range(0.2, 1.0)] = 0.5
    """Overlap after which the state dot may change (never stored)."""
    attempt_s: Annotated[float, Range(0.3, 1.5)] = 0.5
    """Shortest coach speech that is an attempt, once words say it is not a backchannel."""
    jump_in_s: Annotated[float, Range(0.5, 1.5)] = 1.0
    """Longest pause inside an unfinished unit that a jump-in can use."""
    min_words: Annotated[int, Range(1, 8)] = 3
    """Words other than backchannels that an interruption needs, when words are known."""
    completion_words: Annotated[int, Range(1, 10)] = 6
    """A completion of the client's sentence has no more words than this."""
    completion_s: Annotated[float, Range(0.5, 3.0)] = 1.5
    """A completion of the client's sentence is no longer than this."""
    ratify_s: Annotated[float, Range(1.0, 5.0)] = 2.5
    """How long after the coach's speech the client may ratify it; then the case is closed."""
    case_s: Annotated[float, Range(3.0, 20.0)] = 8.0
    """Longest coach speech looked at from an onset."""
    purpose_words: Annotated[int, Range(5, 20)] = 10
    """The first words in which a purpose must be stated."""
    jump_ins_cost_from: Annotated[int, Range(1, 10)] = 3
    """From this many within `jump_ins_window_s` on, a jump-in is a cost."""
    jump_ins_window_s: Annotated[float, Range(60, 3600)] = 600.0
    """The time over which jump-ins add up."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known around one onset at one moment. Lengths are samples."""

    onset: Samples
    now: Samples
    coach_end: Samples
    """End of the coach's run so far: stretches from the onset with own gaps below 0.5 s."""
    coach_voice: int
    """Voice in that run so far."""
    coach_over: bool
    """The coach has been silent for 0.5 s."""
    has_turn: bool
    """The client had the turn at the onset."""
    pause: int
    """How long the client had been silent at the onset; 0 while speaking, -1 if never heard."""
    together: bool
    """Both started within 0.3 s, after at least 0.2 s in which nobody spoke."""
    paused: Ending | None
    """What the client's voice did before the silence that the onset, or both, came into."""
    listening: Samples
    """The longest that a listening sound can be."""
    client_end: Samples
    """Where the client's voice has ended so far; `now` while it goes on or was never heard."""
    stop: Samples | None
    """Where the client next stopped (0.5 s of own silence), when that is known."""
    ending: Ending | None
    """What the client's voice did before that stop."""
    resumed: Stretch | None
    """The client's first stretch after that stop."""

    @property
    def overlap(self) -> int:
        """From the onset to the client's stop; negative when the client had stopped before."""
        return (self.now if self.stop is None else self.stop) - self.onset

    @property
    def brief(self) -> bool:
        """The coach's run is over and was no longer than a listening sound."""
        return self.coach_over and not self.lasting

    @property
    def lasting(self) -> bool:
        """The coach's run is longer than a listening sound by now."""
        return self.coach_voice > self.listening

    @property
    def length(self) -> int:
        """From the onset to the end of the coach's run so far."""
        return self.coach_end - self.onset


def facts(
    conversation: Conversation, onset: Samples, now: Samples, options: TimingOptions
) -> Facts:
    """Gather what is known of an onset at `now`; a voice whose end is not known yet goes on."""
    coach, client = conversation.voices[Track.COACH], conversation.voices[Track.CLIENT]
    gap = samples(options.own_silence_s)
    run = coach.run(onset, gap, now)
    index = client.index_at(onset)
    stop, ending, resumed = _stop(client, max(index, 0), now, samples(options.stop_s))
    pause, has_turn = -1, False
    if index >= 0:
        pause = onset - client.stretches[index].until(onset)
        spoken = conversation.spoken_in_turn(Track.CLIENT, onset)
        has_turn = pause < samples(options.latched_s) and spoken >= samples(options.has_turn_s)
    coach_end = run[-1].until(now)
    latest = client.index_at(now)
    return Facts(
        onset=onset,
        now=now,
        coach_end=coach_end,
        coach_voice=sum(s.until(now) - s.start for s in run),
        coach_over=now - coach_end >= gap,
        listening=conversation.options.backchannel,
        has_turn=has_turn,
        pause=pause,
        together=_together(conversation, onset, options),
        client_end=client.stretches[latest].until(now) if latest >= 0 else now,
        paused=_paused(client, index, onset - samples(options.simultaneous_s)),
        stop=stop,
        ending=ending,
        resumed=resumed,
    )


def _stop(
    voice: Voice, first: int, now: Samples, silence: Samples
) -> tuple[Samples | None, Ending | None, Stretch | None]:
    """The first stop from that stretch on, how it sounded, and the stretch after it."""
    for position in range(first, len(voice.stretches)):
        stretch = voice.stretches[position]
        if stretch.end is None or stretch.end > now:
            break
        after = voice.stretches[position + 1 : position + 2]
        follower = after[0] if after and after[0].start <= now else None
        if (now if follower is None else follower.start) - stretch.end >= silence:
            return stretch.end, stretch.ending, follower
        if follower is None:
            break
    return None, None, None


def _together(conversation: Conversation, onset: Samples, options: TimingOptions) -> bool:
    near, quiet = samples(options.simultaneous_s), samples(options.latched_s)
    client = conversation.voices[Track.CLIENT]
    starts = [s.start for s in client.within(Samples(onset - near), Samples(onset + near + 1))]
    return any(
        not any(conversation.voices[track].sounds_within(first - quiet, first) for track in Track)
        for first in (min(onset, start) for start in starts)
    )


def _paused(voice: Voice, index: int, restart: int) -> Ending | None:
    """How the client sounded before pausing; one that began since `restart` is looked through."""
    if index >= 0 and voice.stretches[index].start >= restart:
        index -= 1
    return voice.stretches[index].ending if index >= 0 else None
