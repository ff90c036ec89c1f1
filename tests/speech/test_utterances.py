"""What is put into words: whole utterances, each sample once, cut alike however the sound comes."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from fakes import LevelActivity, Tape
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from script import length, said, voices
from strategies import conversations, divisions

from live.speech.bleed import BleedOptions
from live.speech.frames import FRAME
from live.speech.listener import Heard, Listener
from live.speech.prosody import ProsodyOptions
from live.speech.segment import VoiceOptions
from live.speech.utterances import UtteranceOptions, Utterances
from live.types import RATE, AudioBlock, Edge, Samples, Track, Utterance, samples, seconds

COACH, CLIENT = Track.COACH, Track.CLIENT
HOUR = 3600 * RATE // FRAME
"""Frames in an hour."""
SHARP = VoiceOptions(onset_lag_ms=0, offset_lag_ms=0)
"""`LevelActivity` has no lag to make up for."""


def calm(examples: int) -> settings:
    """No deadline: a busy machine is no mistake."""
    return settings(
        max_examples=examples, deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )


def ears(options: UtteranceOptions | None = None, voice: VoiceOptions = SHARP) -> Listener:
    activities = {track: LevelActivity() for track in Track}
    cut = options or UtteranceOptions()
    return Listener(activities, voice, BleedOptions(), ProsodyOptions(), cut)


def hear(tracks, coach=(16_000,), client=(16_000,), **how) -> list[Heard]:
    ear = ears(**how)
    heard = [h for block in Tape(tracks, coach, client) for h in ear.push(block)]
    return heard + list(ear.finish())


def cut(tracks, *blocks, **how) -> list[Utterance]:
    return [u for h in hear(tracks, *blocks, **how) for u in h.utterances]


def finals(utterances: list[Utterance], track: Track) -> list[Utterance]:
    return [u for u in utterances if u.final and u.track is track]


def sound(*lines: str, tail_s: float = 1.0):
    words = said(*lines)
    return voices(words, length(words, tail_s))


def tone(length_s: float, *dips: tuple[float, float]):
    """The coach's unbroken tone from 0.5 s on; each dip is where it begins and how loud it is."""
    audio = np.zeros(samples(length_s + 1.5), np.float32)
    at = np.arange(samples(length_s))
    audio[samples(0.5) :][: len(at)] = 0.3 * np.sin(at * 2 * np.pi * 150 / RATE)
    for begin_s, level in dips:
        audio[samples(begin_s) : samples(begin_s + 0.15)] *= level
    return {COACH: audio, CLIENT: np.zeros_like(audio)}


def spans(utterances: list[Utterance]) -> list[tuple[float, float]]:
    return [(seconds(u.start), seconds(u.end)) for u in utterances]


def told(utterances: list[Utterance]) -> list[tuple[object, ...]]:
    """All there is of them, comparable."""
    return [(u.start, u.track, u.final, u.voiced, u.sound.tobytes()) for u in utterances]


# Where an utterance begins and ends


def test_half_a_second_of_own_silence_ends_an_utterance_and_less_does_not():
    tracks = sound("0.5-2 coach so how are you", "2.45-3 coach today", "3.8-5 coach tell me")
    assert spans(finals(cut(tracks), COACH)) == [
        (pytest.approx(0.3, abs=0.04), pytest.approx(3.3, abs=0.04)),
        (pytest.approx(3.6, abs=0.04), pytest.approx(5.3, abs=0.04)),
    ]


def test_the_other_voice_ends_nobodys_utterance():
    tracks = sound("0.5-4 coach so how are you now", "1-1.5 client well", "2.5-3.5 client i am")
    assert len(finals(cut(tracks), COACH)) == 1
    assert len(finals(cut(tracks), CLIENT)) == 2


def test_it_is_given_with_the_frame_that_makes_the_pause_half_a_second():
    for heard in hear(sound("0.5-2 coach so how are you", tail_s=2)):
        for each in heard.utterances:
            if each.final:
                assert 0 <= heard.now - each.voiced[-1][1] - samples(0.5) < FRAME


def test_what_it_says_of_the_voice_lies_inside_it():
    (one,) = finals(cut(sound("0.5-2 coach so how are you", "2.4-3 coach today")), COACH)
    assert [(seconds(a), seconds(b)) for a, b in one.voiced] == [
        (pytest.approx(0.5, abs=0.04), pytest.approx(2.0, abs=0.04)),
        (pytest.approx(2.4, abs=0.04), pytest.approx(3.0, abs=0.04)),
    ]
    assert one.start <= one.voiced[0][0]
    assert one.voiced[-1][1] <= one.end


def test_a_little_is_taken_along_before_and_after_the_voice():
    options = UtteranceOptions(lead_s=0.1, tail_s=0.05)
    (one,) = finals(cut(sound("1-2 coach so how are you"), options=options), COACH)
    (first, last) = one.voiced[0][0], one.voiced[-1][1]
    assert first - one.start == samples(0.1)
    assert one.end - last == samples(0.05)


def test_nothing_is_taken_along_from_before_the_sound_or_from_the_utterance_before():
    options = UtteranceOptions(pause_s=0.3, lead_s=0.5, tail_s=0.3)
    tracks = sound("0.1-1 coach so how", "1.45-2 coach are you")
    first, second = finals(cut(tracks, options=options), COACH)
    assert first.start == 0
    assert second.start == first.end


def test_an_utterance_that_goes_on_ends_with_the_sound():
    tracks = {t: audio[: samples(1.5)] for t, audio in sound("0.5-3 coach so how are you").items()}
    (one,) = finals(cut(tracks), COACH)
    assert one.end == samples(1.5)
    assert one.voiced[-1][1] == pytest.approx(samples(1.5), abs=FRAME)


def test_sound_that_ends_within_the_pause_ends_the_utterance_too():
    (one,) = finals(cut(sound("0.5-2 coach so how are you", tail_s=0.2)), COACH)
    assert one.end == samples(2.2)


def test_what_is_asked_is_the_true_sound_in_sixteen_bits():
    tracks = sound("0.5-2 coach so how are you", "2.2-5 client i am well")
    tracks[COACH][samples(1.0) : samples(1.2)] *= 20  # a microphone that is overdriven
    for each in cut(tracks):
        true = np.clip(tracks[each.track][each.start : each.end].astype(np.float64), -1, 1)
        assert each.sound.dtype == np.int16
        assert len(each.sound) == each.end - each.start == len(true)
        assert np.abs(each.sound / 32_767 - true).max() <= 0.5001 / 32_767


# Speech without a pause


@pytest.mark.parametrize("dip_s", [5.1, 6.7, 8.0])
def test_speech_that_does_not_pause_is_cut_at_its_quietest_point(dip_s):
    first, *_ = finals(cut(tone(12, (dip_s, 0.3), (5.9, 0.6), (2.0, 0.1))), COACH)
    assert seconds(first.end) == pytest.approx(dip_s + 0.075, abs=0.03)


def test_the_cut_comes_after_eight_seconds_and_leaves_four_before_it():
    for heard in hear(tone(30)):
        for each in heard.utterances:
            if each.final and each.end < samples(30):
                assert each.end - each.start >= samples(4.0)
                assert 0 <= heard.now - each.start - samples(8.0) < FRAME


def test_the_pieces_of_unbroken_speech_join():
    pieces = finals(cut(tone(40)), COACH)
    assert len(pieces) >= 5
    assert [a.end for a in pieces[:-1]] == [b.start for b in pieces[1:]]
    assert all(len(p.sound) <= samples(8.0) + FRAME for p in pieces[:-1])


@pytest.mark.parametrize("shortest", [4.0, 5.0, 10.0])
def test_a_cut_never_lies_in_what_is_not_heard_yet(shortest):
    """The two lengths are set on their own, so one may be as long as the other or longer."""
    options = UtteranceOptions(longest_s=4.0, shortest_cut_s=shortest)
    tracks = tone(14)
    pieces = finals(cut(tracks, options=options), COACH)
    assert [a.end for a in pieces[:-1]] == [b.start for b in pieces[1:]]
    assert pieces[-1].end >= samples(14.5)
    assert max(len(p.sound) for p in pieces) <= samples(4.5)


def test_a_voice_that_stopped_just_before_the_cut_leaves_no_utterance_without_a_voice():
    """The stop is known 0.2 s later: by then the cut has been made, in the silence after it."""
    options = UtteranceOptions(tail_s=0.0)
    for stop_s in np.arange(8.0, 8.4, 0.03):
        given_ones = finals(cut(tone(stop_s - 0.5), options=options), COACH)
        assert all(u.voiced for u in given_ones), stop_s
        assert all(a.end <= b.start for a, b in itertools.pairwise(given_ones)), stop_s


# Every voiced sample once


def check_finals(utterances: list[Utterance], edges: list[Edge]) -> None:
    """Finals are in order, apart, and cover the voice; what they say of it lies inside them."""
    for track in Track:
        mine = finals(utterances, track)
        assert all(a.end <= b.start for a, b in itertools.pairwise(mine))
        for each in mine:
            bounds = [each.start, *itertools.chain(*each.voiced), each.end]
            assert bounds == sorted(bounds)
            assert each.voiced
        ats = [e.at for e in edges if e.track is track]
        for begin, stop in zip(ats[::2], ats[1::2], strict=True):
            covered = sum(max(0, min(stop, each.end) - max(begin, each.start)) for each in mine)
            assert covered == stop - begin


def check_heard(heard: list[Heard]) -> None:
    check_finals([u for h in heard for u in h.utterances], [e for h in heard for e in h.edges])


@calm(15)
@given(conversations(12), divisions(), divisions())
def test_every_sample_of_a_voice_lies_in_exactly_one_utterance(words, coach, client):
    check_heard(hear(voices(words, length(words)), coach, client))


ANY_OPTIONS = st.builds(
    UtteranceOptions,
    pause_s=st.floats(0.3, 1.5),
    longest_s=st.floats(4.0, 12.0),
    shortest_cut_s=st.floats(1.0, 10.0),
    lead_s=st.floats(0.0, 0.5),
    tail_s=st.floats(0.0, 0.5),
    preview_every_s=st.floats(0.5, 5.0),
)


@calm(25)
@given(conversations(12), ANY_OPTIONS, st.booleans(), st.integers(0, 16_000))
@example(said("0.5-2 coach so how", "2.5-4 coach are you"), UtteranceOptions(pause_s=0.3), True, 0)
def test_so_it_does_with_any_settings_and_a_lag_that_is_made_up_for(words, options, lag, tail):
    tracks = voices(words, length(words, tail / RATE))
    check_heard(hear(tracks, options=options, voice=VoiceOptions() if lag else SHARP))


@calm(10)
@given(conversations(12), divisions(), divisions())
@example(said("0.5-12 coach so and the because i"), [10**9], [511])
def test_any_division_into_blocks_gives_the_same_utterances(words, coach, client):
    tracks = voices(words, length(words))
    whole = cut(tracks, [512], [512])
    mine = sorted(told(cut(tracks, coach, client)))
    assert mine == sorted(told(whole))


# Previews


def test_the_coachs_utterance_is_previewed_about_every_second_while_it_goes_on():
    moments = [
        (seconds(h.now), u)
        for h in hear(sound("0.5-5.6 coach so how are you and your dog today"))
        for u in h.utterances
        if not (u.final or u.early)
    ]
    assert [at for at, _ in moments] == pytest.approx([1.5, 2.5, 3.6, 4.6, 5.6], abs=0.1)
    for at, preview in moments:
        assert preview.track is COACH
        assert preview.start == moments[0][1].start
        assert seconds(preview.end) == at


def test_a_preview_holds_the_voice_up_to_now():
    for heard in hear(sound("0.5-3 coach so how are you")):
        for each in heard.utterances:
            if not (each.final or each.early):
                assert each.voiced[-1][1] == each.end == heard.now


def test_nothing_is_previewed_of_the_client():
    assert all(u.final for u in cut(sound("0.5-6 client well i am not so sure of it")))


def test_nothing_is_previewed_in_a_pause():
    """It would say what the one before it said; the next comes when the voice goes on."""
    heard = hear(sound("0.5-1.1 coach so", "1.55-2.2 coach how are"))
    previews = [(h.now, u) for h in heard for u in h.utterances if not (u.final or u.early)]
    moments = [seconds(now) for now, _ in previews]
    assert moments == [pytest.approx(1.65, abs=0.06)]


def test_after_a_cut_the_preview_begins_at_the_cut():
    utterances = cut(tone(12))
    first = finals(utterances, COACH)[0]
    later = [u for u in utterances if not u.final and u.end > first.end + samples(8 - 4)]
    assert {u.start for u in later if u.end < samples(12)} == {first.end}


# What is about to be final


def test_what_the_coach_says_can_be_worked_on_before_it_is_known_to_be_over():
    heard = hear(sound("0.5-2 coach so how are you", "4-5 client i am well"))
    known = {u.early: (h.now, u) for h in heard for u in h.utterances if u.track is COACH and
             (u.early or u.final)}  # fmt: skip
    (early_at, early), (final_at, final) = known[True], known[False]
    assert early.same_sound(final)
    assert np.array_equal(early.sound, final.sound)
    assert seconds(final_at - early_at) == pytest.approx(0.2, abs=0.04)


def test_a_coach_who_goes_on_was_early_in_vain():
    cuts = cut(sound("0.5-2 coach so how are you", "2.4-4 coach and your dog today"))
    early = [u for u in cuts if u.early]
    (final,) = finals(cuts, COACH)
    assert [u.same_sound(final) for u in early] == [False, True]


@calm(25)
@given(conversations(10))
def test_what_was_early_is_the_final_or_a_beginning_of_one(words):
    cuts = cut(voices(words, length(words)))
    whole = finals(cuts, COACH)
    for early in (u for u in cuts if u.early):
        assert not early.final
        assert early.track is COACH
        (around,) = [f for f in whole if f.start <= early.start and early.start < f.end]
        assert early.same_sound(around) or early.end <= around.end + samples(0.3)


# What is not speech


def test_silence_gives_nothing():
    still = {t: np.zeros(samples(20), np.float32) for t in Track}
    assert cut(still) == []


def test_without_options_nothing_is_cut():
    activities = {track: LevelActivity() for track in Track}
    ear = Listener(activities, SHARP, BleedOptions(), ProsodyOptions())
    tracks = sound("0.5-2 coach so how are you")
    heard = [h for block in Tape(tracks) for h in ear.push(block)] + list(ear.finish())
    assert not any(h.utterances for h in heard)
    assert ear.open_since(COACH) is None


def test_a_voice_that_bleeds_onto_the_other_track_is_asked_about_once():
    """Syllables of noise by turns; the coach's microphone hears the client 14 dB down."""
    rng = np.random.default_rng(4)
    n = samples(60)
    syllables = np.interp(np.arange(n), np.arange(0, n, 2000), rng.uniform(0, 1, n // 2000)) ** 2
    voice = rng.standard_normal(n) * syllables * 0.25
    mine = (np.arange(n) // samples(6)) % 2 == 0
    coach, client = np.where(mine, voice, 0), np.where(mine, 0, voice)
    lag = samples(0.05)
    coach[lag:] += client[:-lag] * 0.2
    floor = rng.standard_normal((2, n)) * 10**-3.5
    tracks = dict(zip(Track, (np.array([coach, client]) + floor).astype(np.float32), strict=True))

    ear = ears()
    heard = [h for block in Tape(tracks) for h in ear.push(block)] + list(ear.finish())
    late = [u for h in heard for u in h.utterances if u.final and u.start > samples(30)]
    voiced = [(a // RATE, u.track) for u in late for a, _ in u.voiced]

    assert ear.echo == "speakers"
    assert {t for _, t in voiced} == {COACH, CLIENT}
    # a turn lasts 6 s; the coach's begin at 36 and 48 s
    wrong = [at for at, track in voiced if track is COACH and (at // 6) % 2 == 1]
    assert wrong == []


# An hour


@pytest.mark.parametrize("speaking", [False, True])
def test_of_an_hour_no_more_is_kept_than_of_an_utterance(speaking):
    """Of unbroken voice too: it is cut, and what was given is forgotten."""
    utterances = Utterances(UtteranceOptions())
    lane = utterances._lanes[CLIENT]
    frame = np.full(FRAME, 0.1, np.float32)
    onset = [Edge(Samples(0), Samples(FRAME), CLIENT, speaking=True)] if speaking else []
    most = samples(8.0 if speaking else 1.0) + 2 * FRAME
    asked = 0
    for i in range(HOUR):
        now = Samples((i + 1) * FRAME)
        utterances.push(now, CLIENT, frame)
        asked += len(utterances.hear(now, onset if not i else ()))
        assert len(lane._frames) * FRAME <= most
    assert asked > 400 if speaking else not asked
    assert len(lane._voiced) <= 1


def test_the_open_utterance_is_known_while_it_goes_on():
    ear = ears()
    tracks = sound("0.5-2 coach so how are you", tail_s=2)
    open_at = []
    for at in range(0, samples(4.0), FRAME):
        for track in Track:
            for heard in ear.push(AudioBlock(track, Samples(at), tracks[track][at : at + FRAME])):
                open_at.append((seconds(heard.now), ear.open_since(COACH)))
    known = [at for at, since in open_at if since is not None]
    assert known[0] == pytest.approx(0.6, abs=0.06)
    assert known[-1] == pytest.approx(2.5, abs=0.06)
    assert len({since for _, since in open_at if since is not None}) == 1
