"""How a person names a device, and which one is meant."""

from __future__ import annotations

import pytest

from live.audio.devices.device import Choice, Device, Kind, find
from live.errors import DeviceError
from live.types import Track

MIC = Device("usb-1", "Scarlett 2i2", Kind.MICROPHONE, 48_000, 2)
HEADSET = Device("bt-1", "Headset", Kind.MICROPHONE, 16_000, 1, default=True)
SPEAKERS = Device("out-1", "Speakers", Kind.OUTPUT, 48_000, 2, default=True)
HEADSET_OUT = Device("out-2", "Headset", Kind.OUTPUT, 48_000, 2)
ALL = [MIC, HEADSET, SPEAKERS, HEADSET_OUT]


@pytest.mark.parametrize(
    ("text", "name", "channel"),
    [
        ("Scarlett", "Scarlett", None),
        ("Scarlett:2", "Scarlett", 1),
        ("3", "3", None),
        ("3:1", "3", 0),
        ("Mic: front", "Mic: front", None),
        ("hw:0", "hw:0", None),
        ("  ", "default", None),
    ],
)
def test_a_choice_is_a_name_and_perhaps_a_channel(text, name, channel):
    choice = Choice.read(text)

    assert (choice.name, choice.channel) == (name, channel)
    assert Choice.read(str(choice)) == choice


@pytest.mark.parametrize(
    ("text", "track", "found"),
    [
        ("default", Track.COACH, HEADSET),
        ("default", Track.CLIENT, SPEAKERS),
        ("scarlett", Track.COACH, MIC),
        ("Scarlett:2", Track.CLIENT, MIC),
        ("1", Track.CLIENT, MIC),
        ("out-2", Track.CLIENT, HEADSET_OUT),
        ("Headset", Track.COACH, HEADSET),
        ("Headset", Track.CLIENT, HEADSET_OUT),
    ],
)
def test_the_device_that_is_meant_is_found(text, track, found):
    assert find(Choice.read(text), ALL, track) is found


@pytest.mark.parametrize(
    ("text", "track", "said"),
    [
        ("Yeti", Track.COACH, "There is no device 'Yeti'."),
        ("9", Track.COACH, "There is no device number 9."),
        ("0", Track.COACH, "There is no device number 0."),
        ("Scarlett:3", Track.COACH, "Scarlett 2i2 has 2 channels, not 3."),
        ("e", Track.COACH, "'e' may be Scarlett 2i2, Headset."),
    ],
)
def test_what_cannot_be_meant_is_said(text, track, said):
    with pytest.raises(DeviceError) as error:
        find(Choice.read(text), ALL, track)

    assert str(error.value) == said
    assert error.value.hint


def test_where_there_is_no_default_it_says_so():
    with pytest.raises(DeviceError, match="no microphone"):
        find(Choice(), [SPEAKERS], Track.COACH)
    with pytest.raises(DeviceError, match="cannot be heard here"):
        find(Choice(), [MIC], Track.CLIENT)
