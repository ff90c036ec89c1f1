"""The set-up check in sentences: who is heard, how loud, and what to do about it."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from sample.make import AUDIO, read_opus

from live.app.setup_check import PERMISSION, Finding, SetupCheck
from live.audio.devices.device import Device, Kind
from live.speech.segment import VoiceOptions
from live.types import RATE, Audio, AudioBlock, Samples, Track

MIC = Device("m", "Yeti", Kind.MICROPHONE, 48_000, 1)
OUT = Device("o", "Speakers", Kind.OUTPUT, 48_000, 2)
LENGTH = 12 * RATE


@pytest.fixture(scope="module")
def talk() -> dict[Track, Audio]:
    sound = read_opus(AUDIO)[:, :LENGTH]
    return {Track.COACH: sound[0], Track.CLIENT: sound[1]}


def check(
    tracks: dict[Track, Audio], *, coach: Device = MIC, lost: dict[Track, str] | None = None
) -> list[Finding]:
    found = SetupCheck({Track.COACH: coach, Track.CLIENT: OUT}, VoiceOptions())
    for at in range(0, LENGTH, 320):
        for track in Track:
            found.push(AudioBlock(track, Samples(at), tracks[track][at : at + 320]))
    return found.finish(lost or {})


def sentences(findings: list[Finding]) -> str:
    return "\n".join(f"{'ok' if f.well else '!!'} {f.what} {f.cure}" for f in findings)


def test_where_all_is_well_it_says_so_of_each(talk):
    findings = check(talk)

    assert all(finding.well for finding in findings)
    said = sentences(findings)
    assert "Coach (Yeti): heard well" in said
    assert "Client (Speakers): heard well" in said
    assert "Headphones" in said


def test_a_microphone_that_gives_only_zeros_is_a_question_of_permission(talk):
    said = sentences(check(talk | {Track.COACH: np.zeros(LENGTH, np.float32)}))

    assert "!! Coach (Yeti): only silence, not even noise." in said
    assert PERMISSION[sys.platform] in said


def test_a_microphone_into_which_nobody_spoke_may_be_the_wrong_one(talk):
    noise = np.random.default_rng(1).normal(0, 1e-4, LENGTH).astype(np.float32)

    said = sentences(check(talk | {Track.COACH: noise}))

    assert "!! Coach (Yeti): nobody spoke into it." in said
    assert "--coach NAME" in said


def test_an_output_on_which_nothing_was_played_is_no_question_of_permission(talk):
    said = sentences(check(talk | {Track.CLIENT: np.zeros(LENGTH, np.float32)}))

    assert "!! Client (Speakers): nobody was heard." in said
    assert "plays somewhere else" in said


@pytest.mark.parametrize(("gain", "said"), [(0.05, "very quietly"), (40.0, "too loud")])
def test_a_level_out_of_range_is_said(talk, gain, said):
    loud = np.clip(talk[Track.COACH] * gain, -1, 1).astype(np.float32)

    assert f"!! Coach (Yeti): {'heard, but ' if gain < 1 else ''}{said}" in sentences(
        check(talk | {Track.COACH: loud})
    )


def test_loudspeakers_are_heard(talk):
    lag = RATE // 25
    leak = np.concatenate([np.zeros(lag, np.float32), talk[Track.CLIENT][:-lag]]) * 0.4

    said = sentences(check(talk | {Track.COACH: talk[Track.COACH] + leak}))

    assert "!! One person is heard in the other's microphone: loudspeakers. Use headphones." in said


def test_a_headset_in_call_mode_is_said(talk):
    headset = Device("h", "AirPods", Kind.MICROPHONE, 16_000, 1, call_mode=True)

    assert "AirPods is a Bluetooth headset in call mode" in sentences(check(talk, coach=headset))


def test_a_device_that_brings_nothing_is_said_with_the_reason(talk):
    silent = np.zeros(LENGTH, np.float32)
    lost = {Track.CLIENT: "the system has suspended the device"}

    said = sentences(check(talk | {Track.CLIENT: silent}, lost=lost))

    assert "!! Client (Speakers): nothing comes from it, the system has suspended" in said
