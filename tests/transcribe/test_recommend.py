"""What is recommended keeps up, and the advice is a sentence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.transcribe.loading import FULL_WITHIN_S
from live.transcribe.machine import KEEPS_UP_S
from live.transcribe.recommend import SHAPES, Advice, Measured, advise, in_words, window

QUICK, SHORT, SLOW = Measured(0.05, 0.2), Measured(0.5, 2.0), Measured(3.0, 9.0)


def test_the_largest_that_keeps_up_is_recommended():
    assert advise(dict(zip(SHAPES, (QUICK, QUICK, QUICK), strict=True))).best == "small.en"
    assert advise({"tiny.en": QUICK, "base.en": SHORT, "small.en": SLOW}).best == "base.en"
    assert advise({"tiny.en": SHORT, "base.en": SLOW}).best == "tiny.en"
    assert advise({"tiny.en": SLOW}) == Advice(None, None)
    assert advise({}) == Advice(None, None)


def test_the_full_window_is_used_where_it_keeps_up():
    assert window(QUICK) == "full"
    assert window(SHORT) == "short"
    assert window(SLOW) is None


def test_a_smaller_one_is_named_where_the_best_leaves_little_room():
    assert advise({"tiny.en": QUICK, "base.en": SHORT}).roomier == "tiny.en"
    assert advise({"tiny.en": QUICK, "base.en": QUICK}).roomier is None
    assert advise({"tiny.en": SHORT}).roomier is None


@pytest.mark.parametrize(
    ("advice", "said"),
    [
        (
            Advice("small.en", "full", "base.en"),
            "small.en keeps up here; base.en leaves more room.",
        ),
        (
            Advice("base.en", "short", None),
            "base.en keeps up here, shown only what was said (the short window).",
        ),
        (Advice("tiny.en", "full", None), "tiny.en keeps up here."),
    ],
)
def test_advice_is_a_sentence(advice, said):
    assert in_words(advice) == said


def test_a_computer_on_which_none_keeps_up_still_reviews():
    assert "Recordings can still be reviewed" in in_words(Advice(None, None))


times = st.builds(Measured, st.floats(0, 10), st.floats(0, 10))


@given(st.dictionaries(st.sampled_from(SHAPES), times))
def test_only_what_keeps_up_is_named(measured):
    advice = advise(measured)

    for name in (advice.best, advice.roomier):
        if name is not None:
            assert measured[name].short_s <= KEEPS_UP_S or measured[name].full_s <= FULL_WITHIN_S
    if advice.best is None:
        assert not any(window(one) for one in measured.values())
    else:
        larger = SHAPES[SHAPES.index(advice.best) + 1 :]
        assert not any(window(measured[shape]) for shape in larger if shape in measured)
