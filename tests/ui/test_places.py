"""Where the overlay stands: on a screen there is, where it was put there."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from live.ui.places import Screen, choose, place, share

LEFT = Screen("left", 0, 0, 1920, 1080)
RIGHT = Screen("right", 1920, 100, 1280, 720)
SCREENS = st.builds(
    Screen, st.sampled_from(["a", "b"]), st.integers(-4000, 4000), st.integers(-4000, 4000),
    st.integers(640, 8000), st.integers(480, 5000))  # fmt: skip
SHARES = st.floats(-0.5, 1.5)


def test_without_a_memory_it_stands_under_the_camera():
    spot = place(LEFT, {}, 360, 28)

    assert (spot.x, spot.y) == (960 - 120, 49)
    assert not spot.leftwards


def test_it_stays_on_the_screen_it_was_on_and_moves_when_that_is_gone():
    assert choose("right", [LEFT, RIGHT]) is RIGHT
    assert choose("right", [LEFT]) is LEFT


def test_on_a_screen_too_narrow_for_its_words_it_goes_to_the_side_with_more_room():
    narrow = Screen("narrow", 0, 0, 320, 480)
    spot = place(narrow, {"narrow": (0.6, 0.5)}, 360, 28)

    assert spot.leftwards
    assert spot.length == 192


def test_at_the_right_edge_its_words_go_to_the_left():
    assert place(RIGHT, {"right": (0.95, 0.5)}, 360, 28).leftwards
    assert not place(RIGHT, {"right": (0.5, 0.5)}, 360, 28).leftwards


@given(SCREENS, SHARES, SHARES, st.integers(100, 600), st.integers(10, 60))
def test_it_is_never_off_its_screen(screen, fx, fy, length, room):
    spot = place(screen, {screen.name: (fx, fy)}, length, room)

    assert screen.x + room <= spot.x <= screen.x + screen.width - room
    assert screen.y + room <= spot.y <= screen.y + screen.height - room
    reach = (spot.x - spot.length, spot.x) if spot.leftwards else (spot.x, spot.x + spot.length)
    assert screen.x <= reach[0]
    assert reach[1] <= screen.x + screen.width
    assert spot.length <= length


@given(SCREENS, st.integers(0, 4000), st.integers(0, 4000))
def test_where_it_was_put_is_where_it_comes_back(screen, dx, dy):
    x = screen.x + 60 + dx % (screen.width - 120)
    y = screen.y + 60 + dy % (screen.height - 120)
    spot = place(screen, {screen.name: share(screen, x, y)}, 300, 40)

    assert abs(spot.x - x) <= 1
    assert abs(spot.y - y) <= 1
