"""Words and transcripts from elsewhere: what is understood, and what is refused in one sentence."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from live.errors import TranscriptError
from live.transcribe.transcript import Transcript, Words, read_transcript, read_words
from live.types import RATE, Track, Word, samples

PRIVATE = "xyzzy"


def wrote(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def line(**changes: object) -> str:
    return json.dumps({"track": "coach", "start": 1.0, "end": 1.5, "text": "yes"} | changes)


def said(transcript: Transcript) -> list[tuple[str, str]]:
    return [(str(one.track), one.text) for one in transcript.utterances]


# Words


def test_words_come_sorted_whatever_their_order(tmp_path):
    lines = [line(start=i / 10, end=i / 10 + 0.1, text=f"w{i % 7}") for i in range(50)]
    lines += [line(start=2, end=2, text="going to"), line(start=2, end=2, text="a b")]
    in_order = read_words(wrote(tmp_path, "a.jsonl", "\n".join(lines)))
    for order in (lines[::-1], lines[1::2] + lines[::2], sorted(lines)):
        assert read_words(wrote(tmp_path, "b.jsonl", "\n".join(order))) == in_order
    starts = [word.start for word in in_order.words]
    assert starts == sorted(starts)
    assert in_order.notices == ()


def test_a_word_keeps_its_times_track_and_probability(tmp_path):
    content = line(track="Client", start=0.25, end=0.5, text=" Hello, ", probability=1)
    found = read_words(wrote(tmp_path, "w.jsonl", content))
    assert found.words == (
        Word(samples(0.25), samples(0.5), Track.CLIENT, "Hello,", probability=1.0),
    )


def test_two_words_in_one_share_its_time_by_their_letters(tmp_path):
    found = read_words(wrote(tmp_path, "w.jsonl", line(start=0, end=1, text="a bcd")))
    assert [(word.text, word.start, word.end) for word in found.words] == [
        ("a", 0, RATE // 4),
        ("bcd", RATE // 4, RATE),
    ]


def test_a_word_without_length_is_kept(tmp_path):
    assert len(read_words(wrote(tmp_path, "w.jsonl", line(start=3, end=3))).words) == 1


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (line(start=-1), "negative"),
        (line(start=2), "end is before the start"),
        (line(end=86_401), "24 hours"),
        (line(start=True), "start is not a number"),
        (line(end=None), "end is not a number"),
        (line(end="1.5"), "end is not a number"),
        ('{"track": "coach", "end": 1, "text": "a"}', "start is missing"),
        (line(start=float("nan")), "24 hours"),
        (line(end=float("inf")), "too large"),
        (line().replace("1.5", "1e999"), "too large"),
        (line().replace("1.5", "1" * 400), "too large"),
        (line().replace("1.5", "1" * 6000), "not JSON"),
        (line(track="therapist"), "track"),
        (line(track=["coach"]), "track"),
        (line(text=""), "no text"),
        (line(text=" \t "), "no text"),
        (line(text="\x00"), "no text"),
        (line(text=7), "no text"),
        (line(text="a" * 1001), "longer than 1000"),
        (line(probability=1.5), "probability"),
        (line(probability=float("nan")), "probability"),
        (line(probability="0.5"), "probability"),
        ('{"track": "coach", "track": "client", "start": 1, "end": 2, "text": "a"}', "twice"),
        ("[1, 2]", "not an object"),
        ("hello", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ('{"a":' * 100_000, "not JSON"),
        ("x" * 1_000_000, "not JSON"),
    ],
)
def test_a_bad_line_is_left_out_with_its_number_and_reason(tmp_path, bad, reason):
    path = wrote(tmp_path, "w.jsonl", f"{line()}\n\n{bad}\n{line(start=1.2)}")
    found = read_words(path)
    assert len(found.words) == 2
    (notice,) = found.notices
    assert "Line 3 " in notice
    assert reason in notice
    with pytest.raises(TranscriptError, match=r"Line 2: .*") as alone:
        read_words(wrote(tmp_path, "alone.jsonl", f"\n{bad}"))
    assert reason in str(alone.value)
    assert '"track"' in alone.value.hint


def test_many_bad_lines_make_one_notice(tmp_path):
    content = "\n".join([line(), "?", line(start=9), "?", line()])
    (notice,) = read_words(wrote(tmp_path, "w.jsonl", content)).notices
    assert notice == "3 lines were left out; the first is line 2: it is not JSON."


def test_a_hundred_thousand_words_take_seconds(tmp_path):
    lines = [line(start=i * 0.3, end=i * 0.3 + 0.2, text=f"w{i}") for i in range(100_000)]
    path = wrote(tmp_path, "w.jsonl", "\n".join(lines))
    began = time.perf_counter()
    assert len(read_words(path).words) == 100_000
    assert time.perf_counter() - began < 20


def test_text_that_could_harm_a_terminal_or_a_file_is_cleaned(tmp_path):
    content = line(text="a\x1b[31mb") + "\n" + line(text="x").replace('"x"', '"\\ud800c"')
    words = read_words(wrote(tmp_path, "w.jsonl", content)).words
    assert sorted(word.text for word in words) == ["[31mb", "a", "\ufffdc"]
    json.dumps([word.text for word in words], ensure_ascii=False).encode()


# Files


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_every_unicode_encoding_with_a_mark_is_read(tmp_path, encoding, ending):
    content = ending.join([line(text="café").replace("\\u00e9", "é"), line(start=1.2, text="b")])
    found = read_words(wrote(tmp_path, "w.jsonl", content.encode(encoding)))
    assert [word.text for word in found.words] == ["café", "b"]
    assert found.notices == ()


def test_latin_1_is_read_and_said(tmp_path):
    content = line(text="café").replace("\\u00e9", "é").encode("latin-1")
    found = read_words(wrote(tmp_path, "w.jsonl", content))
    assert [word.text for word in found.words] == ["café"]
    assert "not UTF-8" in found.notices[0]


@pytest.mark.parametrize("name", ["w.jsonl", "t.vtt", "t.srt", "t.txt", "t.jsonl"])
@pytest.mark.parametrize("content", [b"", b" \n\n", b"\xef\xbb\xbf", b"\xff\xfe", b"\x00" * 99])
def test_an_empty_file_says_so(tmp_path, name, content):
    path = wrote(tmp_path, name, content)
    with pytest.raises(TranscriptError):
        read_words(path)
    with pytest.raises(TranscriptError):
        read_transcript(path)


def test_a_missing_file_a_folder_and_an_impossible_name_are_told(tmp_path):
    for path in (tmp_path / "none.vtt", tmp_path, Path("a\0b"), Path("a" * 5000)):
        with pytest.raises(TranscriptError):
            read_words(path)
        with pytest.raises(TranscriptError):
            read_transcript(path)


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="needs an endless file")
def test_a_film_by_mistake_is_not_read_to_its_end():
    with pytest.raises(TranscriptError, match="larger than"):
        read_words(Path("/dev/zero"))


# WebVTT

VTT = """\ufeffWEBVTT - a title
Kind: captions

STYLE
::cue { color: red }

NOTE
Ann: not said
00:00:00.000 --> 00:00:01.000

intro
00:01.000 --> 00:02.000 align:start position:10%
<v Ann Lee>Good <i>morning</i>,
Ben &amp; all</v>

00:00:02.000 --> 00:00:04.000
<v.loud Ben>Hello</v> <v Ann Lee>Yes <00:00:03.500>indeed
"""


def test_webvtt_voices_are_kept_and_everything_around_them_is_not(tmp_path):
    found = read_transcript(wrote(tmp_path, "t.vtt", VTT), coach_name="ann")
    assert said(found) == [
        ("coach", "Good morning, Ben & all"),
        ("client", "Hello"),
        ("coach", "Yes indeed"),
    ]
    assert found.utterances[0].start == RATE
    assert found.notices == ()


def test_two_voices_in_one_cue_share_its_time(tmp_path):
    _, hello, yes = read_transcript(wrote(tmp_path, "t.vtt", VTT), coach_name="ann").utterances
    assert (hello.start, yes.end) == (2 * RATE, 4 * RATE)
    assert hello.end == yes.start == 2 * RATE + 2 * RATE * 5 // 15


def test_words_are_spread_over_their_utterance_by_letters(tmp_path):
    content = "WEBVTT\n\n00:01.000 --> 00:02.000\nCoach: a bcd\n"
    words = read_transcript(wrote(tmp_path, "t.vtt", content)).words
    assert [(word.text, word.start, word.end) for word in words] == [
        ("a", RATE, RATE * 5 // 4),
        ("bcd", RATE * 5 // 4, RATE * 2),
    ]


def zoom(*texts: str) -> str:
    cues = [
        f"{i}\n00:00:{i:02}.000 --> 00:00:{i + 1:02}.500\n{text}\n"
        for i, text in enumerate(texts, 1)
    ]
    return "WEBVTT\n\n" + "\n".join(cues)


def test_names_before_a_colon_say_who_speaks_and_cues_may_overlap(tmp_path):
    content = zoom("Ann Lee: How are you?", "ben (he/him): Fine: really", "Ann Lee: Good: 10:30")
    found = read_transcript(wrote(tmp_path, "t.vtt", content), coach_name="Ann")
    assert said(found) == [
        ("coach", "How are you?"),
        ("client", "Fine: really"),
        ("coach", "Good: 10:30"),
    ]


def test_a_cue_without_a_name_goes_on_and_is_counted(tmp_path):
    content = zoom("lost", "Coach: one", "two", "Remember: breathe", "Client: three", "Coach: x",
                   "Client: y")  # fmt: skip
    found = read_transcript(wrote(tmp_path, "t.vtt", content))
    assert said(found) == [
        ("coach", "one"),
        ("coach", "two"),
        ("coach", "Remember: breathe"),
        ("client", "three"),
        ("coach", "x"),
        ("client", "y"),
    ]
    assert found.notices == (
        "Utterances without a name, taken as the speaker before: 2.",
        "Utterances before the first name, left out: 1.",
    )


def test_a_new_name_inside_a_cue_changes_the_speaker(tmp_path):
    content = zoom("- Coach: one\n- Client: two", "Client:\nthree", "Coach:", "four")
    found = read_transcript(wrote(tmp_path, "t.vtt", content))
    assert said(found) == [
        ("coach", "one"),
        ("client", "two"),
        ("client", "three"),
        ("coach", "four"),
    ]


@pytest.mark.parametrize(
    ("times", "reason"),
    [
        ("00:00:05.000 --> 00:00:02.000", "end is before the start"),
        ("-00:00:05.000 --> 00:00:02.000", "negative"),
        ("30:00:00.000 --> 30:00:01.000", "24 hours"),
        ("00:00:61.000 --> 00:01:02.000", "59 seconds"),
        ("00:61:00.000 --> 01:02:00.000", "59 seconds"),
        ("soon --> later", "times are not like"),
        ("9" * 5000 + ":00.000 --> 00:02.000", "times are not like"),
        ("-->", "times are not like"),
        (" " * 1_000_000 + "-->", "times are not like"),
    ],
)
@pytest.mark.parametrize("name", ["t.vtt", "t.srt"])
def test_a_cue_with_impossible_times_is_left_out_with_its_number(tmp_path, name, times, reason):
    head = "WEBVTT\n\n" if name == "t.vtt" else "\n\n"
    content = f"{head}{times}\nCoach: {PRIVATE}\n\n00:01.000 --> 00:02.000\nCoach: kept\n"
    found = read_transcript(wrote(tmp_path, name, content))
    assert said(found) == [("coach", "kept")]
    assert "Line 3 " in found.notices[0]
    assert reason in found.notices[0]


def test_a_file_without_a_usable_cue_says_what_is_expected(tmp_path):
    for name, content in (("t.vtt", "WEBVTT\n\nhello\n"), ("t.srt", f"{PRIVATE} said\n")):
        with pytest.raises(TranscriptError, match="No line of") as error:
            read_transcript(wrote(tmp_path, name, content))
        assert "-->" in error.value.hint
        assert PRIVATE not in str(error.value)


# SRT

SRT = """1
00:00:01,000 --> 00:00:02,000
{\\an8}<font color="red">Ann:</font> One <i>two</i>

2
00:00:02,000 --> 00:00:03,000
[Ben] three
42

four

3
00:00:03,000 --> 00:00:04,000
[Music] five
4
00:00:04,000 --> 00:00:05,000
>> Ann: six
5
00:00:05,000 --> 00:00:06,000
Ben\uff1a seven
"""


def test_srt_with_its_tags_names_and_empty_lines_is_read(tmp_path):
    found = read_transcript(wrote(tmp_path, "t.srt", SRT), "ANN")
    assert said(found) == [
        ("coach", "One two"),
        ("client", "three 42 four"),
        ("client", "[Music] five"),
        ("coach", "six"),
        ("client", "seven"),
    ]


@pytest.mark.parametrize("name", ["t.txt", "t.vtt", "t.srt", "t"])
def test_what_is_inside_counts_more_than_the_ending(tmp_path, name):
    assert len(read_transcript(wrote(tmp_path, name, SRT), "ann").utterances) == 5
    assert len(read_transcript(wrote(tmp_path, name, VTT), "ann").utterances) == 3


# JSON lines


def test_utterances_name_a_track_or_a_speaker(tmp_path):
    content = "\n".join([line(start=1, text="b c"), line(start=0.5, track="client", text="a")])
    found = read_transcript(wrote(tmp_path, "t.jsonl", content), coach_name="Ann")
    assert said(found) == [("client", "a"), ("coach", "b c")]
    named = [line(track=None, speaker=name) for name in ("Ann", "ANN", "Ben")]
    found = read_transcript(wrote(tmp_path, "t.jsonl", "\n".join(named)), coach_name="b")
    assert tracks(found) == ["client", "client", "coach"]


@pytest.mark.parametrize("who", [{"speaker": ""}, {"speaker": 3}, {"speaker": "\x00"}, {}])
def test_an_utterance_of_nobody_is_a_bad_line(tmp_path, who):
    content = line() + "\n" + line(track=None, **who)
    (notice, _) = read_transcript(wrote(tmp_path, "t.jsonl", content)).notices
    assert "neither track nor speaker" in notice


# Who coaches


def jsonl(tmp_path: Path, *speakers: str) -> Path:
    lines = [line(track=None, speaker=name, start=i, end=i + 1) for i, name in enumerate(speakers)]
    return wrote(tmp_path, "who.jsonl", "\n".join(lines))


def tracks(found: Transcript) -> list[str]:
    return [str(one.track) for one in found.utterances]


@pytest.mark.parametrize(
    ("speakers", "coach"),
    [
        (("Coach", "Ben"), None),
        (("coach Ann", "Ben"), None),
        (("Ann", "Ben (client)"), None),
        (("Ann", "Coachee"), None),
        (("Ann Lee", "Ben"), "ann"),
        (("Ann", "Anna"), "ANN"),
        (("Ann", "Coach Ben"), "Ann"),
    ],
)
def test_the_name_or_the_person_says_who_coaches(tmp_path, speakers, coach):
    found = read_transcript(jsonl(tmp_path, *speakers), coach_name=coach)
    assert tracks(found) == ["coach", "client"]


def test_the_client_can_be_named_too(tmp_path):
    path = jsonl(tmp_path, "Ann", "Ben", "Cleo", "Cleo")
    found = read_transcript(path, coach_name="Ann", client_name="ben")
    assert tracks(found) == ["coach", "client"]
    assert tracks(read_transcript(jsonl(tmp_path, "Ann", "Ben"), client_name="ben")) == [
        "coach",
        "client",
    ]


def test_otherwise_the_names_are_listed_and_the_hint_shows_how(tmp_path):
    with pytest.raises(TranscriptError, match="Ann, Ben") as error:
        read_transcript(jsonl(tmp_path, "Ann", "Ann", "Ben"))
    assert '--coach-name "Ann"' in error.value.hint


@pytest.mark.parametrize("name", ["A", "Zoe", " "])
def test_a_name_that_fits_several_or_none_is_an_error_with_the_names(tmp_path, name):
    with pytest.raises(TranscriptError, match="Ann, Abe"):
        read_transcript(jsonl(tmp_path, "Ann", "Abe"), coach_name=name)


def test_of_several_others_the_one_who_speaks_most_is_the_client(tmp_path):
    found = read_transcript(jsonl(tmp_path, "Ann", "Ben", "Cleo", "Cleo", "Dan"), "ann")
    assert tracks(found) == ["coach", "client", "client"]
    assert found.notices == ("Only two speakers are followed; left out: Ben, Dan.",)


def test_one_speaker_alone_is_enough_and_said(tmp_path):
    assert read_transcript(jsonl(tmp_path, "Ann"), "ann").notices == (
        "Only the coach speaks in it.",
    )
    assert read_transcript(jsonl(tmp_path, "Client")).notices == ("Only the client speaks in it.",)


def test_sentences_with_a_colon_are_not_listed_as_names(tmp_path):
    content = zoom("My question is: why", "The rest: nothing", "and so on")
    with pytest.raises(TranscriptError, match="does not say who speaks") as error:
        read_transcript(wrote(tmp_path, "t.vtt", content))
    assert "question" not in str(error.value) + error.value.hint


def test_a_thousand_endless_names_make_a_short_message(tmp_path):
    path = jsonl(tmp_path, *(f"{i}{'n' * 900}" for i in range(1000)))
    with pytest.raises(TranscriptError) as error:
        read_transcript(path)
    assert len(str(error.value) + error.value.hint) < 1000


# Hostile input


@pytest.mark.parametrize("piece", ["a", " ", "a b", "<", "<v ", "<a", "&#1", "{\\", "[", "Ann: ",
                                   ">", "-", "1", "\u2028", "\x00", "-->"])  # fmt: skip
@pytest.mark.parametrize("name", ["t.vtt", "t.srt"])
def test_a_line_of_a_million_characters_takes_seconds(tmp_path, name, piece):
    head = "WEBVTT\n\n" if name == "t.vtt" else ""
    long = piece * (1_000_000 // len(piece))
    content = f"{head}00:01.000 --> 00:02.000\nCoach: x\n\n00:02.000 --> 00:03.000\n{long}\n"
    path = wrote(tmp_path, name, content)
    began = time.perf_counter()
    outcome(read_transcript, path)
    assert time.perf_counter() - began < 20


def test_an_entity_with_an_endless_number_stays_as_it_is(tmp_path):
    endless = "&#" + "9" * 900 + ";"
    content = zoom(f"Coach: {endless}", "Coach: &#65;&#99999999;&lt;" + "&#" + "9" * 5000 + ";")
    found = read_transcript(wrote(tmp_path, "t.vtt", content))
    assert said(found) == [("coach", endless)]


def quiet(path: Path) -> bool:
    """Both readers give a result or a `TranscriptError`, and say none of the words."""
    for read in (read_words, lambda path: read_transcript(path, "Ann")):
        told, words = outcome(read, path)
        assert told or words
        assert PRIVATE not in told
        assert all(0 <= word.start <= word.end <= 86_400 * RATE for word in words)
        assert all(word.text.split() == [word.text] for word in words)
        assert words == sorted(words, key=lambda word: (word.start, word.end, word.track))
        json.dumps([word.text for word in words], ensure_ascii=False).encode()
    return True


def outcome(read: Callable[[Path], Words | Transcript], path: Path) -> tuple[str, list[Word]]:
    try:
        found = read(path)
    except TranscriptError as error:
        return str(error) + error.hint, []
    return "".join(found.notices), list(found.words)


PIECES = st.sampled_from(
    ["WEBVTT\n\n", "\n", "\n\n", "\r", "00:01.000", "00:00:02,500", "-00:03", "99:99:99", " --> ",
     f"Ann: {PRIVATE}", "Ann:", f"<v Ben>{PRIVATE}", "<v \x00>", "</v>", "<v Ann", "<i>", "&#0;",
     "&#xD800;", "&amp;", "[Ben] ", "- ", "{\\an8}", "NOTE", "STYLE\n", "7\n", "\x00", "\u2028",
     "Coach: ", "Client: ", ": ", "\ud7ff", "\x85"]
)  # fmt: skip
ANYTHING = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.lists(st.integers()),
    st.sampled_from(["coach", "client", 10**400, 1e308, -0.0, "\ud800", "\x00", "Ann", PRIVATE]),
)  # fmt: skip
# A speaker's name is no secret: the message that asks who coaches has to name the speakers.
OBJECTS = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(["track", "start", "end", "text", "probability"], ANYTHING)
    | {"speaker": ANYTHING.filter(lambda name: name != PRIVATE)},
)
NAMES = st.sampled_from(["f.vtt", "f.srt", "f.jsonl", "f.txt"])


def is_quiet(name: str, content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        assert quiet(wrote(Path(folder), name, content))


@settings(deadline=None)
@given(NAMES, st.binary(max_size=300))
def test_no_bytes_at_all_give_anything_but_a_result_or_one_message(name, content):
    is_quiet(name, content)


@settings(max_examples=400, deadline=None)
@given(NAMES, st.lists(PIECES | st.text(max_size=5), max_size=40))
def test_no_subtitles_give_anything_but_a_result_or_one_message(name, pieces):
    is_quiet(name, "".join(pieces).encode("utf-8", "surrogatepass"))


@settings(max_examples=400, deadline=None)
@given(st.lists(OBJECTS | ANYTHING, min_size=1, max_size=10))
def test_no_json_gives_anything_but_a_result_or_one_message(objects):
    good = {"track": "coach", "start": 1, "end": 2, "text": "yes"}
    lines = [json.dumps(good | one if isinstance(one, dict) else one) for one in objects]
    is_quiet("f.jsonl", "\n".join(lines).encode())


@settings(deadline=None)
@given(st.binary(max_size=4), st.integers(0, 400), st.sampled_from([VTT, SRT, line()]))
def test_damage_anywhere_in_a_good_file_is_survived(damage, place, content):
    data = content.encode()
    is_quiet("f.txt", data[:place] + damage + data[place + len(damage) :])
    is_quiet("f.txt", content.encode("utf-16")[:place])
