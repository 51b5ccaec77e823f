from hypothesis import given
from hypothesis import strategies as st

from pasture.cli.console import PLAIN
from pasture.cli.lines import LONGEST, Line, Look, Place, Splitter, harmless
from pasture.wire.host_api import ERRORS, OUTPUT

SECOND = "2026-01-01T00:00:{:02}.{:09}Z"


def stamp(number: int) -> bytes:
    return SECOND.format(*divmod(number, 10)).encode()


def written(moments: list[tuple[int, int]]) -> list[Line]:
    """Return lines of two channels as a log has them; each channel's times never go back."""
    last = {OUTPUT: 0, ERRORS: 0}
    lines: list[Line] = []
    for number, (channel, step) in enumerate(moments):
        last[channel] += step
        lines.append(Line(stamp(last[channel]), channel, b"%d\n" % number))
    return lines


moments = st.lists(st.tuples(st.sampled_from((OUTPUT, ERRORS)), st.integers(0, 3)), max_size=30)


@given(moments=moments, cuts=st.lists(st.integers(1, 7), min_size=1))
def test_lines_are_the_same_however_they_were_cut(
    moments: list[tuple[int, int]], cuts: list[int]
) -> None:
    lines = [one for one in written(moments) if one.channel == OUTPUT]
    data = b"".join(one.stamp + b" " + one.text for one in lines)
    splitter = Splitter()
    found: list[Line] = []
    while data:
        for cut in cuts:
            found += splitter.feed(OUTPUT, data[:cut])
            data = data[cut:]
    assert found + splitter.end() == lines


@given(moments=moments, breaks=st.lists(st.integers(0, 30), max_size=4))
def test_who_reads_on_after_a_break_sees_each_line_once(
    moments: list[tuple[int, int]], breaks: list[int]
) -> None:
    lines, place = written(moments), Place()
    seen: list[Line] = []
    for end in [*sorted(breaks), len(lines)]:
        place.begin()  # the log is read from its beginning again, up to somewhere
        seen += [one for one in lines[:end] if place.takes(one)]
    assert seen == lines


def test_where_to_go_on_is_a_second_before_the_last_line() -> None:
    place = Place()
    assert place.since is None
    place.takes(Line(b"1970-01-01T00:00:30.500000000Z", OUTPUT, b"x\n"))
    assert place.since == "29"


def test_a_line_without_an_end_has_a_bound() -> None:
    splitter = Splitter()
    assert splitter.feed(OUTPUT, b"t " + b"x" * 10) == []
    [one] = splitter.feed(OUTPUT, b"x" * LONGEST)
    assert len(one.text) == LONGEST + 10


def test_the_end_of_a_log_needs_no_newline() -> None:
    splitter = Splitter()
    assert splitter.feed(OUTPUT, b"t prompt> ") == []
    assert splitter.end() == [Line(b"t", OUTPUT, b"prompt> ")]


def test_nothing_in_a_line_drives_a_terminal_but_colours() -> None:
    evil = b"a\x1b[2J\x1b]0;title\x07\x1b[31mred\tb\xff\x9b\r\n"
    shown = harmless(evil, colour=True)
    assert shown == f"a [2J ]0;title \x1b[31mred\tb\ufffd\ufffd{PLAIN}\n".encode()
    assert b"\x1b" not in harmless(evil, colour=False)
    assert harmless(b"10%\r20%\r30%\n", colour=True) == b"30%\n"


@given(st.binary())
def test_what_is_no_terminal_gets_lines_as_they_are(text: bytes) -> None:
    look = Look(timestamps=False, terminals={OUTPUT: False}, colour=True)
    assert look.shown(Line(b"t", OUTPUT, text)) == text


@given(st.binary())
def test_a_terminal_gets_one_line_for_one(text: bytes) -> None:
    shown = harmless(text, colour=False)
    assert shown.count(b"\n") == 1
    assert shown.endswith(b"\n")
    assert b"\x1b" not in shown


def test_times_and_names_stand_before() -> None:
    look = Look(timestamps=True, terminals={}, colour=False)
    assert look.shown(Line(b"t", ERRORS, b"x\n"), b"web | ") == b"web | t x\n"
