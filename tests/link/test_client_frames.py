"""How clients speak, message by message."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pasture.link.client_frames import (
    LONGEST_LINE,
    Base64,
    Channels,
    Ill,
    Input,
    Lines,
    Manner,
    Message,
    Rows,
    Size,
    torn_at_end,
)
from pasture.wire.frames import Closed

NOW = "2026-01-01T00:00:00+00:00"
WELL, FAILED = Closed(stream=1, exit_code=3), Closed(stream=1, error="it broke")


def lines(*, tty: bool = False) -> Lines:
    return Lines(lambda: NOW, tty=tty)


def b64(text: str | bytes) -> str:
    return base64.b64encode(text.encode() if isinstance(text, str) else text).decode()


@pytest.mark.parametrize(
    ("message", "said"),
    [
        (b64("ls\n"), Input(b"ls\n")),
        (b64("ls\n").encode(), Input(b"ls\n")),
        (b64(b"\x03\xff"), Input(b"\x03\xff")),
        ("", None),
        (b64(":resizeTTY:120,40"), Size(120, 40)),
        (b64(":resizeTTY:0,0"), None),
        (b64(":resizeTTY:99999,1"), None),
        (b64(":resizeTTY:1,2 "), Input(b":resizeTTY:1,2 ")),
        ("a", Ill("a frame that is no base64")),
    ],
)
def test_base64_is_input_unless_it_is_a_size(message: Message, said: Any) -> None:
    assert Base64().heard(message) == said


@given(st.text(min_size=1), st.lists(st.integers(1, 5), min_size=1))
def test_base64_tears_no_character(text: str, sizes: list[int]) -> None:
    manner, data, told = Base64(), text.encode(), list[Message]()
    while data:
        for size in sizes:
            told += manner.data(1, data[:size])
            data = data[size:]
    told += manner.last(WELL)
    assert "".join(base64.b64decode(m).decode() for m in told) == text


@given(st.lists(st.binary(max_size=6)))
def test_base64_keeps_every_byte_that_is_no_text_too(pieces: list[bytes]) -> None:
    manner = Base64()
    told = [m for piece in pieces for m in manner.data(1, piece)] + manner.last(WELL)
    assert b"".join(base64.b64decode(m) for m in told) == b"".join(pieces)


@pytest.mark.parametrize(
    ("data", "torn"),
    [
        (b"", 0),
        (b"a", 0),
        ("ö".encode(), 0),
        ("ö".encode()[:1], 1),
        ("€".encode()[:2], 2),
        ("😀".encode()[:3], 3),
        ("😀".encode(), 0),
        (b"\x80\x80\x80\x80\x80", 0),
        (b"\xff", 1),  # never text: it waits for what follows, or the end
    ],
)
def test_what_is_torn_at_the_end(data: bytes, torn: int) -> None:
    assert torn_at_end(data) == torn


@pytest.mark.parametrize(
    ("message", "said"),
    [
        (b"\x00ls", Input(b"ls")),
        (b"\x00", Input(b"")),
        (b'\x03{"width": 80, "height": 24}', Size(80, 24)),
        (b'\x03{"width": 0, "height": 24}', None),
    ],
)
def test_channels_are_the_first_byte(message: Message, said: Any) -> None:
    assert Channels().heard(message) == said


@pytest.mark.parametrize("message", [b"", "text", b"\x01out", b"\x09", b"\x03{}", b"\x03no json"])
def test_what_no_channel_takes_is_ill(message: Message) -> None:
    said = Channels().heard(message)
    assert isinstance(said, Ill)
    assert "accepted" in said.words


def test_channels_tell_data_and_then_how_it_ended() -> None:
    assert Channels().data(2, b"bad") == [b"\x02bad"]
    for closed, told in ((WELL, {"exitCode": 3}), (FAILED, {"error": "it broke"})):
        (last,) = Channels().last(closed)
        assert last[0] == 3
        assert json.loads(last[1:]) == told


def test_a_shell_is_told_in_the_terminal_why_it_broke() -> None:
    (last,) = Base64().last(FAILED)
    assert base64.b64decode(last) == b"\r\nit broke\r\n"
    assert Base64().last(WELL) == []


def test_lines_are_told_whole_and_with_the_digit_of_their_stream() -> None:
    manner = lines()
    assert manner.data(1, b"a 1\nb") == ["01a 1\n"]
    assert manner.data(2, b"e\n") == ["02e\n"]
    assert manner.data(1, b" 2\n") == ["01b 2\n"]
    assert manner.data(1, b"c") == []
    assert manner.last(WELL) == ["01c"]
    assert lines(tty=True).data(1, b"a\n") == ["00a\n"]
    assert lines().last(FAILED) == [f"02{NOW} it broke\n"]


def test_a_line_without_an_end_is_told_in_pieces() -> None:
    manner = lines()
    told: list[Message] = []
    for _ in range(100):
        told += manner.data(1, b"x" * 10_000)
        assert sum(map(len, manner._begun.values())) <= LONGEST_LINE  # pyright: ignore[reportPrivateUsage] - the bound that this is about
    told += manner.last(WELL)
    assert sum(len(m) - 2 for m in told) == 1_000_000


@given(st.lists(st.tuples(st.sampled_from([1, 2]), st.text(max_size=20)), max_size=30))
def test_lines_are_all_told_each_stream_in_its_order(pieces: list[tuple[int, str]]) -> None:
    manner = lines()
    told = [m for channel, text in pieces for m in manner.data(channel, text.encode())]
    told += manner.last(WELL)
    for digit in (1, 2):
        said = "".join(str(m)[2:] for m in told if str(m)[1] == str(digit))
        assert said == "".join(text for channel, text in pieces if channel == digit)


def test_rows_come_as_they_are() -> None:
    assert Rows().data(1, b'[{"id": "1h1"}]') == ['[{"id": "1h1"}]']
    assert Rows().last(FAILED) == []


@pytest.mark.parametrize("manner", [Base64(), Channels(), lines(), Rows()])
def test_nothing_is_nothing_to_who_hears_it(manner: Manner) -> None:
    assert manner.nothing() in {"", b"\x01", "00", "[]"}


@pytest.mark.parametrize("manner", [lines(), Rows()])
def test_who_only_listens_is_not_listened_to(manner: Manner) -> None:
    assert manner.heard(b"x") is None
    assert manner.heard("x") is None
