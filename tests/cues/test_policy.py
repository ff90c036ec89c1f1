"""Which flag becomes a cue: no sequence of flags breaks a rule of the table."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from live.cues.families import DO, FAMILIES, MOST_WORDS, family_of, happened
from live.cues.pace import CueOptions, Mode, PracticeOptions, SessionOptions, pace
from live.cues.policy import Cue, Cues, Off, View, Why
from live.engine import Room
from live.kinds import KINDS, Needs
from live.types import Class, Flag, Samples, Status, Track, samples

STEP = samples(0.5)


def policy(mode: Mode, **options) -> Cues:
    return Cues(pace(mode, CueOptions(**options), PracticeOptions(), SessionOptions()))


def flag(at_s: float, kind: str = "interruption", **more) -> Flag:
    at = samples(at_s)
    given = {"cls": KINDS[kind].cls, "id": f"{kind}{at_s}", "decided": at} | more
    return Flag(at, at, Track.COACH, kind, **given)


@dataclass
class Run:
    """A session played to a policy: what is taken when, and what is seen at every step."""

    cues: Cues
    seen: list[tuple[Samples, View]]

    @property
    def texts(self) -> list[str]:
        return [cue.text for cue in self.cues.shown]

    def view(self, at_s: float) -> View:
        return next(view for at, view in self.seen if at >= samples(at_s))


def play(cues: Cues, flags: list[Flag], until_s: float, rooms=None) -> Run:
    """Each flag is taken when it is decided (`arrives` in its evidence: later)."""
    waiting = sorted(flags, key=arrives)
    seen = []
    for step in range(int(until_s * 16_000) // STEP):
        now = Samples(step * STEP)
        while waiting and arrives(waiting[0]) <= now:
            cues.take(waiting.pop(0))
        room = rooms(now) if rooms else Room(now, client_speaks=True)
        seen.append((now, cues.at(room)))
    return Run(cues, seen)


def arrives(flag: Flag) -> int:
    return flag.decided + samples(float(flag.evidence.get("late_s", 0)))


# The table of what each cue says


def test_every_kind_that_may_cost_trust_is_in_one_family_and_says_what_to_do():
    may_cost = {kind for kind, row in KINDS.items() if row.cls is Class.COST} | {
        "jump_in", "completed_sentence", "filled_pause"}  # fmt: skip
    listed = [kind for family in FAMILIES.values() for kind in family.kinds]

    assert sorted(listed) == sorted(may_cost)
    assert set(DO) == may_cost
    assert family_of("backchannel") is None


@pytest.mark.parametrize("text", [*DO.values(), *(row.cue for row in KINDS.values())])
def test_no_cue_has_more_than_four_words(text):
    assert len(text.split()) <= MOST_WORDS


@given(st.text(max_size=60), st.dictionaries(st.sampled_from(["count", "times"]), st.integers()))
def test_what_was_said_never_makes_a_cue_longer(text, evidence):
    for kind in ("evaluation", "filled_pause", "interruption"):
        assert len(happened(flag(1, kind, text=text, evidence=evidence)).split()) <= MOST_WORDS


def test_praise_is_quoted_and_ums_are_counted():
    said = flag(1, "evaluation", text="That's a really good insight.")

    assert happened(said) == "praise: really good insight"
    assert happened(flag(1, "filled_pause", evidence={"count": 3})) == "um, three times"
    assert happened(flag(1, "filled_pause")) == "um"


# Practice


def test_a_chosen_cost_is_shown_at_once_for_its_time_and_then_goes():
    run = play(policy(Mode.PRACTICE), [flag(10)], 30)

    assert run.view(10).cue == Cue("interruption10", "interruption", "came in early", Class.COST,
                                   samples(10))  # fmt: skip
    assert run.view(14.5).cue is not None
    assert run.view(14.6).cue is None


def test_what_was_not_chosen_waits_for_the_debrief_and_says_why():
    run = play(policy(Mode.PRACTICE), [flag(10, "advice"), flag(20, "backchannel")], 30)

    assert run.texts == []
    assert [(held.kind, held.why) for held in run.cues.held] == [("advice", Why.NOT_CHOSEN)]


def test_credits_and_single_ums_are_shown_when_they_are_wanted():
    flags = [flag(10, "held_silence"), flag(20, "filled_pause")]

    assert play(policy(Mode.PRACTICE), flags, 30).texts == []
    wanted = policy(Mode.PRACTICE, credits=True, every_um=True)
    assert play(wanted, flags, 30).texts == ["held the silence", "um"]


def test_of_two_that_wait_the_newer_is_shown():
    flags = [flag(10), flag(11, "filled_silence"), flag(12, "evaluation")]
    run = play(policy(Mode.PRACTICE), flags, 30)

    assert run.texts == ["came in early", "praise or grade"]
    assert [(held.kind, held.why) for held in run.cues.held] == [("filled_silence", Why.NEWER)]


def test_a_provisional_interruption_is_a_sign_on_the_dot_and_never_a_word():
    maybe = flag(10, status=Status.PROVISIONAL)
    run = play(policy(Mode.PRACTICE), [maybe], 30)

    assert run.view(10).maybe
    assert not run.view(13).maybe
    assert run.texts == []


def test_one_that_came_to_nothing_leaves_the_dot_at_once():
    maybe = flag(10, status=Status.PROVISIONAL)
    run = play(
        policy(Mode.PRACTICE), [maybe, replace(maybe, reason="it ended", decided=samples(11))], 30
    )

    assert run.view(10.5).maybe
    assert not run.view(11).maybe


def test_wording_is_shown_as_it_happens_and_not_again_when_it_is_confirmed():
    early = flag(10, "evaluation", status=Status.PROVISIONAL)
    run = play(policy(Mode.PRACTICE), [early, replace(early, status=Status.CONFIRMED)], 40)

    assert run.texts == ["praise or grade"]


def test_what_is_taken_back_goes_away_and_is_not_shown_later():
    given = flag(10)
    taken = replace(given, status=Status.WITHDRAWN, evidence={"late_s": 1})
    waiting = flag(11, "filled_silence")
    also = replace(waiting, status=Status.WITHDRAWN, evidence={"late_s": 2})
    run = play(policy(Mode.PRACTICE), [given, taken, waiting, also], 30)

    assert run.view(10.5).cue is not None
    assert run.view(11).cue is None
    assert run.texts == ["came in early"]
    assert [held.why for held in run.cues.held] == [Why.TAKEN_BACK]


def test_a_flag_that_words_make_costly_may_still_be_shown():
    count = flag(10, "completed_sentence")
    costly = replace(count, cls=Class.COST, status=Status.REVISED, evidence={"late_s": 3})

    assert play(policy(Mode.PRACTICE), [count, costly], 30).texts == ["finished their sentence"]


# The held silence


def thinking(start_s: float, end_s: float):
    return lambda now: Room(
        now, client_speaks=False, thinking=samples(start_s) <= now < samples(end_s)
    )


def test_in_a_silence_of_the_clients_there_is_a_ring_and_nothing_else():
    flags = [flag(10), flag(13, "evaluation"), flag(14, status=Status.PROVISIONAL)]
    run = play(policy(Mode.PRACTICE), flags, 40, thinking(12, 18))

    during = [view for at, view in run.seen if samples(12) <= at < samples(18)]
    assert all(view == View(ring=True) for view in during)
    assert not run.view(18).ring
    assert run.texts == ["came in early", "praise or grade"]


def test_with_a_client_there_is_no_ring_unless_it_is_switched_on():
    def rings(mode: Mode, **options) -> bool:
        return play(policy(mode, **options), [], 20, thinking(5, 9)).view(6).ring

    assert rings(Mode.PRACTICE)
    assert not rings(Mode.SESSION)
    assert rings(Mode.SESSION, held_silence="on")
    assert not rings(Mode.PRACTICE, held_silence="off")


# With a client


def test_with_a_client_a_cue_says_what_to_do_and_only_while_the_client_speaks():
    rooms = lambda now: Room(now, client_speaks=now >= samples(410))  # noqa: E731
    run = play(policy(Mode.SESSION), [flag(400)], 450, rooms)

    assert run.texts == ["let them finish"]
    assert run.cues.shown[0].shown == samples(410)


@pytest.mark.parametrize(
    ("flags", "speaks", "why"),
    [
        ([flag(100)], True, Why.BEGINNING),
        ([flag(400), flag(450, "filled_silence")], True, Why.TOO_SOON),
        ([flag(400), flag(560)], True, Why.SAME_KIND),
        ([flag(400)], False, Why.CLIENT_SILENT),
        ([flag(400, "evaluation")], True, Why.NOT_CHOSEN),
        ([flag(400, evidence={"late_s": 25})], True, Why.OLD),
        ([flag(400), flag(530, "filled_silence"), flag(705),
          flag(830, "filled_silence")], True, Why.ENOUGH),
    ],
)  # fmt: skip
def test_what_is_held_back_says_why(flags, speaks, why):
    run = play(policy(Mode.SESSION), flags, 900, lambda now: Room(now, client_speaks=speaks))

    assert [held.why for held in run.cues.held] == [why]


# The coach decides


def test_nothing_is_shown_while_cues_are_off_and_what_came_is_kept_for_later():
    for switch in (
        lambda cues: cues.hide(hidden=True),
        lambda cues: cues.pause(paused=True),
        Cues.snooze,
        Cues.hush,
    ):
        cues = policy(Mode.PRACTICE)
        switch(cues)
        run = play(cues, [flag(10)], 30)
        assert run.texts == []
        assert [held.why for held in cues.held] == [Why.OFF]


def test_a_snooze_ends_by_itself_or_by_asking_again():
    cues = policy(Mode.PRACTICE, snooze_min=1.0)
    cues.snooze()
    assert cues.at(Room(samples(59))).off is Off.SNOOZED
    assert cues.at(Room(samples(60))).off is None
    cues.snooze()
    cues.snooze()
    assert cues.at(Room(samples(61))).off is None


def test_hiding_takes_a_cue_away_at_once_and_it_does_not_come_back():
    cues = policy(Mode.PRACTICE)
    cues.take(flag(10))
    assert cues.at(Room(samples(10))).cue is not None
    cues.hide(hidden=True)
    assert cues.at(Room(samples(10.1))) == View(off=Off.HIDDEN)
    cues.hide(hidden=False)
    assert cues.at(Room(samples(10.2))) == View()


def test_safety_words_silence_every_cue_until_the_coach_wants_them_again():
    cues = policy(Mode.PRACTICE)
    cues.take(flag(10))
    cues.at(Room(samples(10)))
    cues.hush()
    assert cues.at(Room(samples(10.5))) == View(off=Off.HUSHED)
    cues.hush(hushed=False)
    cues.take(flag(20))
    assert cues.at(Room(samples(20))).cue is not None


def test_what_was_on_purpose_goes_away_and_is_known():
    cues = policy(Mode.PRACTICE)
    assert cues.on_purpose() is None
    cues.take(flag(10))
    cues.at(Room(samples(10)))
    assert cues.on_purpose() == flag(10)
    assert cues.at(Room(samples(10.5))).cue is None
    assert cues.on_purpose() is None


def test_an_observer_sees_everything_as_it_comes():
    flags = [flag(10 + i, kind) for i, kind in enumerate(KINDS)]
    run = play(policy(Mode.OBSERVER), flags, 70)

    assert len(run.texts) == len(KINDS)
    assert run.cues.held == []


# No sequence breaks a rule

TIMES = st.floats(0, 4000).map(lambda s: round(s, 1))
FLAGS = st.builds(
    lambda at, kind, cls, status, number, late, reason: flag(
        at, kind, cls=cls, status=status, id=f"f{number}", evidence={"late_s": late},
        reason=reason if status is not Status.CONFIRMED else ""),
    TIMES, st.sampled_from(list(KINDS)), st.sampled_from(list(Class)),
    st.sampled_from(list(Status)), st.integers(0, 30), st.floats(0, 30),
    st.sampled_from(["", "why"]))  # fmt: skip
# Dense stretches of the kinds that are shown, too: among scattered ones rules are rarely met.
BURSTS = st.builds(
    lambda start, gaps, kinds: [
        flag(start + sum(gaps[: i + 1]), kind, cls=Class.COST, id=f"b{start}{i}")
        for i, kind in enumerate(kinds[: len(gaps)])],
    st.floats(0, 3000).map(round),
    st.lists(st.floats(0.1, 90), min_size=1, max_size=40),
    st.lists(st.sampled_from(["interruption", "filled_silence", "evaluation"]),
             min_size=40, max_size=40))  # fmt: skip
SPEECH = st.lists(st.floats(1, 300), min_size=1, max_size=20)


@hypothesis_settings(deadline=None, max_examples=60)
@given(st.sampled_from([Mode.PRACTICE, Mode.SESSION]), st.lists(FLAGS, max_size=40), BURSTS,
       SPEECH, SPEECH)  # fmt: skip
def test_no_sequence_of_flags_breaks_a_rule_of_the_table(mode, scattered, burst, talks, thoughts):
    def within(spans: list[float], now: Samples) -> bool:
        """Whether an odd number of spans, laid end to end and over again, has passed."""
        left = now / 16_000 % sum(spans)
        return sum(1 for i in range(len(spans)) if sum(spans[: i + 1]) <= left) % 2 == 1

    def room(now: Samples) -> Room:
        speaks = within(talks, now)
        return Room(now, client_speaks=speaks, thinking=not speaks and within(thoughts, now))

    cues = policy(mode, held_silence="on")
    flags = [*scattered, *burst]
    run = play(cues, flags, 4100, room)
    shown = cues.shown
    decided = {f.id: [] for f in flags}
    for each in flags:
        decided[each.id].append(each.decided)

    for cue in shown:
        assert len(cue.text.split()) <= MOST_WORDS
        # age: by the newest of its flags that can have been meant
        known = [at for at in decided[cue.id] if at <= cue.shown]
        limit = samples(10 if mode is Mode.PRACTICE else 20)
        assert any(cue.shown - at <= limit for at in known)
        if mode is Mode.SESSION:
            assert cue.shown >= samples(300)
            assert room(cue.shown).client_speaks
        assert family_of(cue.kind) in cues.pace.families
    apart = samples(4 if mode is Mode.PRACTICE else 120)
    pairs = list(itertools.pairwise(shown))
    assert all(later.shown - earlier.shown >= apart for earlier, later in pairs)
    if mode is Mode.SESSION:
        for i, cue in enumerate(shown):
            before = shown[:i]
            assert sum(cue.shown - b.shown < samples(600) for b in before) < 3
            assert sum(cue.shown - b.shown < samples(3600) for b in before) < 10
            assert all(cue.shown - b.shown >= samples(300) for b in before if b.kind == cue.kind)
    for now, view in run.seen:
        assert not (view.ring and (view.cue or view.maybe))
        assert view.ring == room(now).thinking
        if view.cue:
            assert now - view.cue.shown < cues.pace.visible
    heard_only = {kind for kind, row in KINDS.items() if row.needs in (Needs.SOUND, Needs.AUDIO)}
    confirmed = {f.id for f in flags if f.status in (Status.CONFIRMED, Status.REVISED)}
    assert all(cue.id in confirmed for cue in shown if cue.kind in heard_only)
    assert len({held.id for held in cues.held}) == len(cues.held)
