"""Patterns over words: what they find, what they refuse, and that nothing makes them slow."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.detect.grammar import grammar
from live.detect.patterns import LONGEST, Matcher, PatternError, compiled, word_class

G = grammar()
CLASSES = {
    "good": word_class("good", ["good", "great", "really nice"], G),
    "very": word_class("very", ["very", "really"], G),
}


def found(pattern: str, text: str, edges: set[int] = frozenset()) -> list[str]:  # type: ignore[assignment]
    tokens = G.tokens(text)
    matcher = Matcher({"it": [compiled(pattern, CLASSES, G)]})
    spans = matcher.find(tokens, frozenset({0, len(tokens)} | set(edges)))
    return [" ".join(tokens[span.start : span.end]) for _, span in spans]


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("that is good", "that's good", ["that is good"]),
        ("a|an <very>? <good> idea", "an really nice idea", ["an really nice idea"]),
        ("a|an <very>? <good> idea", "a very good idea", ["a very good idea"]),
        ("you could *2 try", "you could maybe just try it", ["you could maybe just try"]),
        ("you could *2 try", "you could maybe just once try it", []),
        ("(a lot|kind of) hard", "it is kind of hard", ["kind of hard"]),
        ("would you like (to hear|me to)? some", "would you like some", ["would you like some"]),
        ("~go home", "she went home", ["went home"]),
        ("~plan it", "we planned it", ["planned it"]),
        ("^ well done $", "well done", ["well done"]),
        ("^ well done $", "it was well done", []),
        ("nice|<good> one", "great one", ["great one"]),
    ],
)
def test_a_pattern_finds_what_it_says(pattern, text, expected):
    assert found(pattern, text) == expected


def test_a_gap_does_not_reach_into_another_clause():
    assert found("you *3 try", "you said it try", edges={2}) == []
    assert found("you *3 try", "you said it try") == ["you said it try"]


@pytest.mark.parametrize(
    ("pattern", "what"),
    [
        ("* good", "begins with"),
        ("", "nothing"),
        ("good? bad?", "nothing"),
        ("<god> idea", "no class"),
        ("a *99 b", "too far"),
        ("a|*2 b", "cannot be read"),
        ("a *2b", "cannot be read"),
        ("a *" + "9" * 9_999, "too far"),
        ("^a b", "cannot be read"),
        ("a b$ c", "cannot be read"),
        ("a (b|c $)", r"\$ in the brackets .* Take it out"),
        ("a (b *2 c|d)", r"\* in the brackets"),
        ("a (<good> b|c)", "< in the brackets"),
        ("a (b? c|d)", r"\? in the brackets"),
        ("a (~try it|c)", "~ in the brackets"),
        ("a (b|c)|d", "put every choice inside"),
        ("a (b|c)d", "leave a space after"),
        ("a (b|c", "cannot be read"),
        ("a (b (c) d)", "cannot be read"),
        ("a (b|) c", "is empty"),
        ("a () c", "cannot be read"),
        ("a b| c", "cannot be read"),
        ("a b|... c", "is empty"),
        ("a ~~try c", "cannot be read"),
        (" ".join("a" * (LONGEST + 1)), "too long"),
    ],
)
def test_what_cannot_be_understood_is_said(pattern, what):
    with pytest.raises(PatternError, match=what):
        compiled(pattern, CLASSES, G)


@pytest.mark.parametrize(
    ("verb", "forms"),
    [
        ("try", {"try", "tries", "tried", "trying"}),
        ("stop", {"stop", "stops", "stopped", "stopping"}),
        ("call", {"call", "calls", "called", "calling"}),
        ("push", {"push", "pushes", "pushed", "pushing"}),
        ("take", {"take", "takes", "took", "taken", "taking"}),
    ],
)
def test_a_verb_stands_for_all_its_forms(verb, forms):
    assert G.forms(verb) == forms


def test_a_hostile_pattern_takes_no_longer_than_its_length_times_the_texts():
    """A matcher that goes back over its steps takes hours for this."""
    hostile = compiled("a " + "*8 a " * 16 + "b", CLASSES, G)
    begin = time.perf_counter()
    assert hostile.at(["a"] * 3_000, 0, frozenset()) is None
    assert time.perf_counter() - begin < 5  # seconds; each step back would multiply it


@given(st.lists(st.sampled_from(["a", "b", "c"]), max_size=30), st.data())
def test_what_is_found_is_there(tokens, data):
    parts = data.draw(st.lists(st.sampled_from(["a", "b|c", "c?", "*2", "*3"]), max_size=5))
    pattern = compiled(" ".join(["a", *parts]), CLASSES, G)
    for _, span in Matcher({"it": [pattern]}).find(tokens, frozenset()):
        assert 0 <= span.start < span.end <= len(tokens)
        assert tokens[span.start] == "a"
