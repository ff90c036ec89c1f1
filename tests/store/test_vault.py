"""Kept sound survives whatever happens to its file, and is never anything but what was said."""

import io
import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from live.errors import LockedError, StoreError
from live.store.chunks import HEADER, MOST, Cipher, survey
from live.store.vault import Vault, VaultWriter
from live.types import RATE, Samples

KEY = bytes(range(32))
HALF = RATE // 2
CHUNKS = [(Samples(i * HALF), bytes([65 + i]) * (20 + 7 * i)) for i in range(6)]
HEAD = 8
END = HEAD + 8 + 16
ROOT = Path(__file__).resolve().parents[2]

relaxed = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def written(path, chunks=CHUNKS, key=KEY, *, end=True):
    """A file with these chunks, and its bytes."""
    path.unlink(missing_ok=True)
    writer = VaultWriter.create(path, key)
    for start, data in chunks:
        writer.append(start, data)
    if not end:
        writer._file.close()  # as the system does for a process that was killed
    writer.close()
    return path.read_bytes()


def spans(chunks=CHUNKS, *, end=True):
    """Where each chunk lies in the file, as (first byte, byte after it)."""
    at, found = len(HEADER), []
    for data in [data for _, data in chunks] + [b""] * end:
        found.append((at, at + END + len(data)))
        at += END + len(data)
    return found


def outcome(path, key=KEY):
    """What every chunk of a file gives: itself, or None with its sentence. The file stays."""
    before = path.read_bytes()
    with Vault.open(path, key) as vault:
        found = []
        for i in range(len(vault)):
            try:
                found.append(vault.read(i))
            except StoreError as error:
                said = (str(error), error.hint)
                found.append(None)
                assert all(each.endswith(".") for each in said)
        ended, damage = vault.ended, vault.damage
    assert path.read_bytes() == before
    return found, ended, damage


def never_other(found):
    """Every chunk is what was written under its number, or nothing."""
    assert len(found) <= len(CHUNKS)
    assert all(each in (None, CHUNKS[i]) for i, each in enumerate(found))


@given(
    steps=st.lists(st.tuples(st.integers(0, 10**9), st.binary(min_size=1, max_size=300))),
    end=st.booleans(),
)
@relaxed
def test_what_is_written_is_read_back(tmp_path, steps, end):
    chunks = sorted(steps, key=lambda step: step[0])
    written(tmp_path / "s", chunks, end=end)

    found, ended, damage = outcome(tmp_path / "s")

    assert found == chunks
    assert ended == end
    assert (damage is None) == end


def test_nothing_of_the_content_or_the_key_is_in_the_file(tmp_path):
    phrase = b"what they said in confidence"
    data = written(tmp_path / "s", [(Samples(0), phrase * 3), (Samples(HALF), phrase)])

    assert phrase not in data
    assert phrase[:8] not in data
    assert KEY not in data
    assert written(tmp_path / "t", [(Samples(0), phrase)], secrets.token_bytes(32)) not in data


@pytest.mark.skipif(os.name != "posix", reason="permissions of this kind are POSIX")
def test_only_the_owner_may_read_the_file(tmp_path):
    written(tmp_path / "s")

    assert (tmp_path / "s").stat().st_mode & 0o777 == 0o600


def test_a_file_cut_off_at_any_byte_is_readable_up_to_the_last_whole_chunk(tmp_path):
    data, path = written(tmp_path / "s"), tmp_path / "cut"
    ends = [end for _, end in spans()]

    for size in range(len(data)):
        path.write_bytes(data[:size])
        found, ended, damage = outcome(path)
        whole = sum(end <= size for end in ends)
        assert found == CHUNKS[:whole]
        assert not ended
        assert "breaks off" in damage


def test_a_file_cut_off_says_up_to_when_it_goes(tmp_path):
    chunks = [(Samples(at * RATE), b"sound") for at in (0, 59, 3_600 + 12 * 60 + 5)]
    written(tmp_path / "s", chunks, end=False)
    written(tmp_path / "nothing", [], end=False)

    assert outcome(tmp_path / "s")[2] == "The sound of this session breaks off after 1:12:05."
    assert (
        outcome(tmp_path / "nothing")[2]
        == "The sound of this session breaks off from its beginning."
    )


def test_any_flipped_bit_costs_its_own_chunk_and_no_other(tmp_path):
    data, path = written(tmp_path / "s"), tmp_path / "flipped"
    places = spans()

    for bit in range(8 * len(data)):
        flipped = bytearray(data)
        flipped[bit // 8] ^= 1 << bit % 8
        path.write_bytes(flipped)
        found, ended, damage = outcome(path)
        hit = next((i for i, (a, b) in enumerate(places) if a <= bit // 8 < b), None)
        never_other(found)
        lost = [i for i in range(len(CHUNKS)) if i >= len(found) or found[i] is None]
        assert lost == [hit] * (hit is not None and hit < len(CHUNKS))
        assert ended == (hit != len(CHUNKS))
        # Damage inside a box shows when it is read, all other at once.
        assert damage or lost


@given(data=st.data())
@relaxed
def test_a_spoilt_block_of_the_disk_costs_the_chunks_it_touches_and_no_other(tmp_path, data):
    whole, path = written(tmp_path / "s"), tmp_path / "spoilt"
    begin = data.draw(st.integers(0, len(whole) - 1))
    end = data.draw(st.integers(begin + 1, len(whole)))
    put = data.draw(
        st.one_of(
            st.just(bytes(end - begin)),
            st.randoms().map(lambda random: random.randbytes(end - begin)),
        )
    )
    path.write_bytes(whole[:begin] + put + whole[end:])
    touched = [i for i, (a, b) in enumerate(spans()) if a < end and b > begin]
    alive = [i for i in range(len(CHUNKS)) if i not in touched]

    try:
        found, _, _ = outcome(path)
    except StoreError:
        assert not alive
        return

    never_other(found)
    assert [found[i] for i in alive] == [CHUNKS[i] for i in alive]


@given(data=st.data())
@relaxed
def test_chunks_that_were_moved_repeated_or_taken_out_are_noticed(tmp_path, data):
    whole, path = written(tmp_path / "s"), tmp_path / "moved"
    parts = [whole[a:b] for a, b in spans()]
    order = data.draw(st.lists(st.sampled_from(range(len(parts))), max_size=9))
    path.write_bytes(HEADER + b"".join(parts[i] for i in order))

    found, ended, damage = outcome(path)

    never_other(found)
    rising = [i for k, i in enumerate(order) if all(i > earlier for earlier in order[:k])]
    assert [i for i, f in enumerate(found) if f] == [i for i in rising if i < len(CHUNKS)]
    assert ended == (len(CHUNKS) in order)
    assert (damage is None) == (order == list(range(len(parts))))


def test_a_chunk_of_another_file_is_not_taken_for_this_ones(tmp_path):
    mine, other = written(tmp_path / "s"), written(tmp_path / "t", key=bytes(32))
    a, b = spans()[2]
    (tmp_path / "s").write_bytes(mine[:a] + other[a:b] + mine[b:])

    assert outcome(tmp_path / "s")[0] == [*CHUNKS[:2], None, *CHUNKS[3:]]


def test_a_chunk_under_another_number_does_not_open(tmp_path):
    whole = bytearray(written(tmp_path / "s", [CHUNKS[0], CHUNKS[0]]))
    (a, b), (c, d) = spans([CHUNKS[0], CHUNKS[0]])[:2]
    whole[c + HEAD : d] = whole[a + HEAD : b]
    (tmp_path / "s").write_bytes(whole)

    assert outcome(tmp_path / "s")[0] == [CHUNKS[0], None]


def test_the_sentence_names_the_time_up_to_which_all_is_well(tmp_path):
    chunks = [(Samples(i * 90 * RATE), b"some sound") for i in range(4)]
    whole = bytearray(written(tmp_path / "s", chunks))
    for i in (0, 3):
        whole[spans(chunks)[i][0] + HEAD + 3] ^= 1
    (tmp_path / "s").write_bytes(whole)

    with Vault.open(tmp_path / "s", KEY) as vault:
        with pytest.raises(StoreError, match=r"damaged after 0:03:00\."):
            vault.read(3)
        with pytest.raises(StoreError, match=r"damaged from its beginning\."):
            vault.read(0)
        assert vault.read(1) == chunks[1]


@pytest.mark.parametrize("end", [True, False])
def test_another_key_is_said_when_it_is_opened(tmp_path, end):
    written(tmp_path / "s", end=end)

    with pytest.raises(LockedError) as caught:
        Vault.open(tmp_path / "s", bytes(32))

    assert str(caught.value) == "The sound of this session does not open with its key."
    assert caught.value.hint


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"RIFF, some other file altogether", "holds something else"),
        (bytes(5_000), "holds something else"),
        (b"x", "holds something else"),
        (HEADER[:-1] + b"\x02" + bytes(300), "by a newer version"),
    ],
)
def test_what_is_no_sound_of_ours_is_said_and_left_as_it_is(tmp_path, data, said):
    (tmp_path / "s").write_bytes(data)

    with pytest.raises(StoreError, match=said):
        Vault.open(tmp_path / "s", KEY)

    assert (tmp_path / "s").read_bytes() == data


def test_a_file_that_is_not_there_or_is_a_folder_is_said(tmp_path):
    with pytest.raises(StoreError, match="is not there"):
        Vault.open(tmp_path / "s", KEY)
    with pytest.raises(StoreError, match="cannot be read"):
        Vault.open(tmp_path, KEY)


@given(data=st.binary(max_size=400), header=st.booleans())
@relaxed
def test_any_bytes_give_a_vault_or_a_sentence(tmp_path, data, header):
    (tmp_path / "s").write_bytes(HEADER * header + data)

    try:
        found, _, _ = outcome(tmp_path / "s")
    except StoreError as error:
        found = [None] * (not error.hint)

    assert found == [None] * 0


def test_a_file_made_of_false_heads_is_given_up_soon(tmp_path):
    head = (1).to_bytes(4, "big") + (MOST // 2).to_bytes(4, "big")
    (tmp_path / "s").write_bytes(HEADER + head * (MOST // 8))
    opened = []

    class Counting(Cipher):
        def open(self, *args, **named):
            opened.append(args[0])
            return super().open(*args, **named)

    with (tmp_path / "s").open("rb", buffering=0) as file:
        assert survey(file, Counting(KEY)).chunks == ()

    assert 1_000 <= len(opened) < 3_000


def test_opening_reads_the_heads_and_hardly_anything_else(tmp_path):
    chunks = [(Samples(i * HALF), bytes(2_000)) for i in range(500)]
    written(tmp_path / "s", chunks)

    class Counting(io.FileIO):
        taken = 0

        def read(self, size=-1):
            data = super().read(size)
            self.taken += len(data)
            return data

    with Counting(tmp_path / "s") as file:
        assert len(survey(file, Cipher(KEY)).chunks) == 500
        assert file.taken < 500 * HEAD + 12 * 2_100


@given(
    starts=st.lists(st.integers(0, 1_000), min_size=1, max_size=30).map(sorted),
    bad=st.sets(st.integers(0, 29)),
    position=st.integers(0, 1_100),
)
@relaxed
def test_a_position_is_found_also_among_gaps_and_damage(tmp_path, starts, bad, position):
    chunks = [(Samples(start), b"sound") for start in starts]
    whole = bytearray(written(tmp_path / "s", chunks))
    bad = {i for i in bad if i < len(chunks)}
    for i in bad:
        whole[spans(chunks)[i][0] + HEAD] ^= 1
    (tmp_path / "s").write_bytes(whole)

    with Vault.open(tmp_path / "s", KEY) as vault:
        found = vault.find(Samples(position))

    before = [i for i, start in enumerate(starts) if i not in bad and start <= position]
    assert found == (before[-1] if before else 0)


def test_nothing_is_found_where_nothing_is(tmp_path):
    written(tmp_path / "s", [])

    with Vault.open(tmp_path / "s", KEY) as vault:
        assert (len(vault), vault.find(Samples(0)), vault.damage) == (0, 0, None)
        with pytest.raises(IndexError):
            vault.read(0)


def test_a_writer_keeps_to_its_limits_and_to_the_order_of_the_session(tmp_path):
    writer = VaultWriter.create(tmp_path / "s", KEY)
    writer.append(Samples(100), bytes(MOST))

    for start, data in [(100, b""), (100, bytes(MOST + 1)), (99, b"earlier")]:
        with pytest.raises(ValueError, match="chunk"):
            writer.append(Samples(start), data)
    writer.close()
    writer.close()

    assert outcome(tmp_path / "s") == ([(100, bytes(MOST))], True, None)


def test_a_file_that_is_there_is_never_written_over(tmp_path):
    data = written(tmp_path / "s")

    with pytest.raises(StoreError, match="is there already"):
        VaultWriter.create(tmp_path / "s", KEY)
    with pytest.raises(StoreError, match="folder is not there"):
        VaultWriter.create(tmp_path / "no" / "s", KEY)

    assert (tmp_path / "s").read_bytes() == data


def test_no_number_is_used_twice_when_a_write_was_interrupted(tmp_path):
    class Interrupted(io.FileIO):
        due = False

        def write(self, data):
            if not self.due:
                return super().write(data)
            self.due = False
            super().write(data[: len(data) // 2])
            raise KeyboardInterrupt

    file = Interrupted(tmp_path / "s", "wb")
    file.write(HEADER)
    writer = VaultWriter(file, Cipher(KEY))
    writer.append(*CHUNKS[0])
    file.due = True
    with pytest.raises(KeyboardInterrupt):
        writer.append(*CHUNKS[1])
    writer.append(*CHUNKS[2])
    writer.close()

    found, ended, damage = outcome(tmp_path / "s")

    assert found == [CHUNKS[0], None, CHUNKS[2]]
    assert ended
    assert damage


IMPORTS = """
import sys
from pathlib import Path
from live.errors import StoreError
from live.store.vault import VaultWriter
"""


def child(code, *arguments):
    """A process of its own that has this file's names."""
    return subprocess.Popen(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", IMPORTS + code, *map(str, arguments)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


FULL = """
import resource, signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
path = Path(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
told = 0
try:
    writer = VaultWriter.create(path, bytes(range(32)))
    for i in range(20):
        try:
            writer.append(i, bytes([i]) * 1000)
        except StoreError as error:
            told += 1
            print(error)
    writer.sync()
    writer.close()
    print(told, writer.failed)
except StoreError as error:
    print(error, path.exists())
"""


@pytest.mark.skipif(os.name != "posix", reason="the limit of a file's size is POSIX")
def test_a_disk_that_is_full_is_said_once_and_what_was_written_stays_readable(tmp_path):
    answer, complaint = child(FULL, tmp_path / "s", 5_000).communicate(timeout=60)

    assert complaint == ""
    assert answer.splitlines() == ["The sound cannot be kept: the file may not grow.", "1 True"]
    found, ended, damage = outcome(tmp_path / "s")
    assert found == [(i, bytes([i]) * 1000) for i in range(4)]
    assert (tmp_path / "s").stat().st_size == len(HEADER) + 4 * (END + 1000)
    assert not ended
    assert "breaks off" in damage


@pytest.mark.skipif(os.name != "posix", reason="the limit of a file's size is POSIX")
def test_a_disk_that_is_full_from_the_first_leaves_no_file(tmp_path):
    answer, complaint = child(FULL, tmp_path / "s", 10).communicate(timeout=60)

    assert complaint == ""
    assert answer == "The sound cannot be kept: the file may not grow. False\n"


KILLED = """
writer = VaultWriter.create(Path(sys.argv[1]), bytes(range(32)))
i = 0
while True:
    writer.append(i, i.to_bytes(4, "big") * 4000)
    print(i, flush=True)
    i += 1
"""


def test_a_writer_that_is_killed_leaves_everything_it_had_appended(tmp_path):
    process = child(KILLED, tmp_path / "s")
    with process:
        for _ in range(30):
            told = int(process.stdout.readline())
        process.kill()
        told = max([told, *map(int, process.stdout.read().split())])

    found, ended, damage = outcome(tmp_path / "s")

    assert len(found) > told
    assert found == [(i, i.to_bytes(4, "big") * 4000) for i in range(len(found))]
    assert not ended
    assert "breaks off" in damage
