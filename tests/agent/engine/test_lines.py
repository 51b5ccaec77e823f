from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pasture.agent.engine.lines import (
    LONGEST_LINE,
    TIME,
    WHOLE,
    Demultiplexer,
    Lines,
    Piece,
    chunks,
)
from pasture.wire.streams import CHUNK, ERRORS, OUTPUT

STAMP = b"2026-11-25T01:57:50.629020882Z "
ENTRY = 16 * 1024  # the longest that the Engine keeps together


def framed(channel: int, data: bytes) -> bytes:
    return bytes((channel, 0, 0, 0)) + len(data).to_bytes(4) + data


def logged(channel: int, line: bytes, stamp: bytes = STAMP) -> bytes:
    """Return a line as the Engine sends it: in entries, each with a time."""
    whole = line + b"\n"
    entries = [whole[n : n + ENTRY] for n in range(0, len(whole), ENTRY)]
    return b"".join(framed(channel, stamp + entry) for entry in entries)


def read(data: bytes, cuts: list[int], *, timestamps: bool = True) -> list[tuple[int, bytes]]:
    """Read a connection's data that comes in such parts."""
    demultiplexer, lines = Demultiplexer(tty=False), Lines(timestamps=timestamps)
    places = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    found: list[tuple[int, bytes]] = []
    for start, end in pairwise(places):
        found += lines.feed(demultiplexer.feed(data[start:end]))
    return found + lines.end()


texts = st.binary(max_size=60).map(lambda text: text.replace(b"\n", b" "))
long = st.integers(ENTRY - 2, 3 * ENTRY).map(lambda size: b"x" * size)
written = st.lists(st.tuples(st.sampled_from((OUTPUT, ERRORS)), texts | long), max_size=12)


@given(written=written, cuts=st.lists(st.integers(0, 1_000_000), max_size=20))
def test_every_line_comes_whole_once_and_in_order(
    written: list[tuple[int, bytes]], cuts: list[int]
) -> None:
    data = b"".join(logged(channel, line) for channel, line in written)
    found = read(data, cuts)
    assert all(run.endswith(b"\n") for _, run in found)
    lines = [(c, line) for c, run in found for line in run.removesuffix(b"\n").split(b"\n")]
    assert lines == [(channel, STAMP + line) for channel, line in written]


def test_a_long_line_amid_the_other_channels_lines_stays_one() -> None:
    entries = [framed(OUTPUT, STAMP + b"x" * ENTRY), framed(ERRORS, STAMP + b"oh\n"),
               framed(OUTPUT, STAMP + b"y\n")]  # fmt: skip
    assert read(b"".join(entries), []) == [
        (ERRORS, STAMP + b"oh\n"),
        (OUTPUT, STAMP + b"x" * ENTRY + b"y\n"),
    ]


def test_neighbours_of_a_channel_are_together() -> None:
    data = b"".join(framed(c, text) for c, text in
                    ((1, b"a\n"), (1, b"b\n"), (2, b"c\n"), (1, b"d\n")))  # fmt: skip
    assert read(data, [], timestamps=False) == [
        (OUTPUT, b"a\nb\n"), (ERRORS, b"c\n"), (OUTPUT, b"d\n"),
    ]  # fmt: skip


def test_a_line_without_an_end_comes_at_the_end() -> None:
    assert read(framed(1, b"a\nb"), [], timestamps=False) == [(OUTPUT, b"a\n"), (OUTPUT, b"b")]


def test_a_line_without_end_goes_on_as_another_of_the_same_time() -> None:
    lines = Lines(timestamps=True)
    pieces = [Piece(OUTPUT, STAMP + b"x" * ENTRY, begins=True)] * 40
    runs = [run for piece in pieces for _, run in lines.feed([piece])]
    assert runs
    for run in runs:
        assert run.startswith(STAMP)
        assert run.endswith(b"x\n")
        assert len(run) <= LONGEST_LINE + ENTRY + TIME + 1


def test_a_terminals_output_is_taken_as_it_is() -> None:
    assert Demultiplexer(tty=True).feed(b"\x01\x00\x00") == [
        Piece(OUTPUT, b"\x01\x00\x00", begins=False)
    ]


def test_a_piece_that_is_too_long_is_passed_on_in_parts() -> None:
    demultiplexer = Demultiplexer(tty=False)
    data = framed(OUTPUT, b"x" * (3 * WHOLE))
    pieces = [p for n in range(0, len(data), 1000) for p in demultiplexer.feed(data[n : n + 1000])]
    assert b"".join(piece.data for piece in pieces) == b"x" * (3 * WHOLE)
    assert [piece.begins for piece in pieces] == [True] + [False] * (len(pieces) - 1)
    assert len(pieces) > 1


def test_the_engines_own_words_end_it() -> None:
    demultiplexer = Demultiplexer(tty=False)
    pieces = demultiplexer.feed(framed(1, b"a\n") + framed(3, b"cannot read the log\n"))
    assert pieces == [Piece(OUTPUT, b"a\n", begins=True)]
    assert demultiplexer.refusal == "cannot read the log\n"


@pytest.mark.parametrize("data", [b"GET / HTTP", bytes((9, 0, 0, 0, 0, 0, 0, 1, 65))])
def test_what_has_no_heads_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="no channels"):
        Demultiplexer(tty=False).feed(data)


def test_empty_pieces_are_nothing() -> None:
    data = framed(OUTPUT, b"") * 3 + framed(OUTPUT, b"a")
    assert Demultiplexer(tty=False).feed(data) == [Piece(OUTPUT, b"a", begins=True)]


@given(lines=st.lists(st.integers(0, 3 * CHUNK), max_size=10))
def test_chunks_are_cut_at_lines_where_they_can(lines: list[int]) -> None:
    run = b"".join(b"x" * size + b"\n" for size in lines)
    found = list(chunks(run))
    assert b"".join(found) == run
    assert all(0 < len(chunk) <= CHUNK for chunk in found)
    for chunk in found:
        assert chunk.endswith(b"\n") or b"\n" not in chunk
