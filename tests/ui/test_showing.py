"""A session as the screen knows it: the state that matters most is the one that is said."""

from __future__ import annotations

import pytest

from live.cues.pace import CueOptions, Mode, PracticeOptions, SessionOptions, pace
from live.engine import Room
from live.types import Class, Flag, Hush, Samples, Status, Track, samples
from live.ui import texts
from live.ui.backstage import Heard
from live.ui.showing import Showing
from live.ui.wire import Look

THERE = Heard("none", (), "there")


@pytest.fixture
def showing() -> Showing:
    made = Showing(pace(Mode.PRACTICE, CueOptions(), PracticeOptions(), SessionOptions()), str)
    made.hears(THERE)
    return made


def flag(at_s: float, kind: str = "interruption", **more) -> Flag:
    at = samples(at_s)
    given = {"cls": Class.COST, "id": f"{kind}{at_s}", "decided": at} | more
    return Flag(at, at, Track.COACH, kind, **given)


@pytest.mark.parametrize(
    ("heard", "sign", "sentence"),
    [
        (THERE, "listening", texts.LISTENING),
        (Heard("none", (), "none"), "listening", texts.BY_SOUND),
        (Heard("none", (), "coming"), "wordless", texts.WORDLESS),
        (Heard("none", (), "there", 12.0), "wordless", texts.BEHIND.format(seconds=12)),
        (Heard("speakers", (), "there", 12.0), "echo", texts.ECHO),
        (Heard("speakers", (Track.CLIENT,)), "lost", texts.LOST_CLIENT),
        (Heard("speakers", (Track.CLIENT, Track.COACH)), "lost", texts.LOST_COACH),
    ],
)
def test_the_state_is_a_sign_and_a_sentence(showing, heard, sign, sentence):
    showing.hears(heard)

    look = showing.look()
    assert (look.sign, look.sentence) == (sign, sentence)


def test_paused_is_said_before_everything_but_the_end(showing):
    showing.hears(Heard("speakers", (Track.CLIENT,)))
    showing.pause(paused=True)
    assert showing.look().sign == "paused"
    showing.finishing = True
    assert showing.look().sentence == texts.FINISHING


def test_a_cue_has_its_words_and_its_drawing(showing):
    showing.take(flag(10))
    showing.reach(Room(samples(10), client_speaks=True))

    assert showing.look() == Look("listening", cue="came in early", icon="overlap",
                                  sentence=texts.LISTENING)  # fmt: skip


def test_the_silence_that_is_theirs_is_said_to_who_cannot_see_the_ring(showing):
    showing.reach(Room(samples(5), thinking=True))

    assert showing.look() == Look("listening", ring=True, sentence=texts.OWN_SILENCE)


def test_after_words_of_safety_there_are_no_cues_and_no_word_about_why(showing):
    showing.take(Hush(Samples(0)))
    showing.take(flag(10))
    showing.reach(Room(samples(10)))

    look = showing.look()
    assert (look.cue, look.sign, look.sentence) == ("", "asleep", texts.HUSHED)
    assert showing.hushed
    assert showing.marks == []


def test_hidden_means_nothing_is_there_at_all(showing):
    showing.hide(hidden=True)
    assert not showing.look().visible
    showing.hide(hidden=False)
    assert showing.look().visible


def test_marks_say_when_and_what(showing):
    showing.reach(Room(samples(75)))
    showing.take(flag(70))
    showing.look()

    assert showing.mark().text == "1:15  marked by you"
    assert showing.on_purpose().text == "1:10  came in early: That was on purpose"
    assert showing.on_purpose() is None
    assert len(showing.marks) == 2


def test_afterwards_only_what_cost_and_stayed_is_said_to_have_been_held_back(showing):
    showing.take(flag(10, "advice"))
    showing.take(flag(11, "defending"))
    showing.take(flag(12, "open_question", cls=Class.COUNT))
    showing.take(flag(11, "defending", status=Status.WITHDRAWN))

    assert [held.kind for held in showing.held()] == ["advice"]


def test_tallies_are_by_marker_and_never_more(showing):
    showing.take(flag(10))
    showing.take(flag(20, "asked_again"))

    assert showing.tally() == {"5.5": 1, "6.6": 1, "7.6": 1}
