"""What the measurements of words count: agreement of the alternative, lateness, growth."""

from __future__ import annotations

import json

import numpy as np
import pytest

from bench.soak import Endless, growth
from bench.words_growing import Agreement, Buffer, Spoken
from bench.words_live import _told
from bench.words_models import tokens_in
from live.resources import shipped
from live.types import RATE, Track


def hearing(*words: str, since: float = 0.0) -> list[tuple[float, float, str]]:
    """Words of half a second each."""
    return [(since + at / 2, since + at / 2 + 0.5, word) for at, word in enumerate(words)]


def test_what_two_hearings_have_alike_is_committed_once():
    agreement = Agreement()
    assert agreement.hear(hearing("so", "what", "no")) == []
    assert [w[2] for w in agreement.hear(hearing("So,", "what", "now"))] == ["So,", "what"]
    assert [w[2] for w in agreement.hear(hearing("so", "what", "now", "then"))] == ["now"]
    assert agreement.until == 1.5


def test_a_hearing_that_begins_unlike_the_last_one_commits_nothing():
    agreement = Agreement()
    agreement.hear(hearing("so", "what"))
    assert agreement.hear(hearing("no", "what")) == []


def test_weights_that_mean_nothing_commit_an_utterance_with_the_second_hearing_of_its_end():
    spoken = [Spoken("coach", 1.0, 3.0, 2.7), Spoken("coach", 5.0, 7.0, 6.7)]
    buffer = Buffer(np.zeros(10 * RATE, np.float32), spoken, forced=True)
    assert not buffer.due(1.2)
    for now, when in ((2.0, 2.1), (3.0, 3.1), (4.0, 4.1)):
        assert buffer.due(now)
        buffer._decoded = now
        buffer.commit(when)
    assert [each.committed for each in spoken] == [4.1, None]
    assert not buffer.due(5.2)  # the first is cut off, and little of the second is there


def test_a_word_is_late_from_its_end_to_the_first_time_it_was_told():
    truth = json.loads((shipped("models") / "sample" / "truth.json").read_text(encoding="utf-8"))
    word = next(w for w in truth["words"] if w["track"] == "coach")
    told = [
        ("coach", word["start"] + 0.1, word["end"], word["text"].title() + ".", word["end"] + late)
        for late in (3.0, 2.0)
    ]
    elsewhere = ("client", *told[0][1:4], word["end"] + 1.0)
    share, median, worst = _told(Track.COACH, [*told, elsewhere], session_s=13.0)
    assert "(1 of" in share
    assert (median, worst) == (pytest.approx(2.0), pytest.approx(2.0))


def test_growth_is_counted_from_the_tenth_minute_on():
    assert growth([900.0, *[100.0] * 9, 103.0, 101.0]) == 3.0


def test_the_endless_source_keeps_both_tracks_together():
    tracks = {track: np.ones(3 * RATE, np.float32) for track in Track}
    blocks = [block for block, _ in zip(Endless(tracks), range(40), strict=False)]
    for coach, client in zip(blocks[::2], blocks[1::2], strict=True):
        assert (coach.track, client.track) == (Track.COACH, Track.CLIENT)
        assert (coach.start, coach.end) == (client.start, client.end)
    assert [block.start for block in blocks[::2]] == [at * RATE for at in range(20)]


def test_four_tokens_are_decoded_for_a_second():
    assert tokens_in(5 * RATE) == 20
    assert tokens_in(RATE // 10) == 1
