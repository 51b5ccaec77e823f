import asyncio
import time
from typing import Any

import pytest

from pasture.api.body import (
    ARRIVES_IN_S,
    MOST_BYTES,
    MOST_FORM_BYTES,
    Gone,
    parse_body,
    read_body,
)
from pasture.kit.errors import InvalidBodyContent, TooLarge

FORM = {"content-type": "application/x-www-form-urlencoded; charset=utf-8"}


class Sender:
    """Gives a body in chunks, and counts how many were taken."""

    def __init__(self, chunk: bytes, times: int) -> None:
        self.chunk, self.left, self.taken = chunk, times, 0

    async def __call__(self) -> dict[str, Any]:
        self.left -= 1
        self.taken += 1
        return {"type": "http.request", "body": self.chunk, "more_body": self.left > 0}


async def test_a_body_is_read_whole() -> None:
    assert await read_body(Sender(b"ab", 3), {}) == b"ababab"


async def test_a_body_that_says_it_is_too_long_is_not_read() -> None:
    sender = Sender(b"x", 1)
    with pytest.raises(TooLarge):
        await read_body(sender, {"content-length": str(100 * 1024 * 1024)})
    assert sender.taken == 0


async def test_a_body_that_grows_too_long_is_refused_on_the_way() -> None:
    sender = Sender(b"x" * 1024 * 1024, 100)
    with pytest.raises(TooLarge):
        await read_body(sender, {"content-length": "lies"})
    assert sender.taken == MOST_BYTES // (1024 * 1024) + 1


async def test_who_went_away_gets_no_answer() -> None:
    async def left() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    with pytest.raises(Gone):
        await read_body(left, {})


@pytest.mark.looptime
async def test_a_body_that_does_not_arrive_is_refused(looptime: float) -> None:
    async def never() -> dict[str, Any]:
        await asyncio.Event().wait()
        return {}

    with pytest.raises(InvalidBodyContent, match="did not arrive"):
        await read_body(never, {})
    assert looptime == ARRIVES_IN_S


@pytest.mark.parametrize(
    ("content", "headers", "expected"),
    [
        (b"", {}, {}),
        (b"  \n", {}, {}),
        (b'{"a": 1}', {}, {"a": 1}),
        (b'{"a": 1}', FORM, {"a": 1}),
        (b'{"a": 1}', {"content-type": "text/plain"}, {"a": 1}),
        (b"a=1&b=x%20y&a=2", FORM, {"a": "1", "b": "x y"}),
        (b'"text"', {}, {}),
        (b"5", {}, {}),
        (b"null", {}, {}),
    ],
)
def test_a_body_is_json_or_a_form(
    content: bytes, headers: dict[str, str], expected: dict[str, Any]
) -> None:
    assert parse_body(content, headers) == expected


@pytest.mark.parametrize(
    "content",
    [b"{", b"a=1", b"[1", b"\xff\xfe", b'{"a": NaN}', b'"\\ud800"', b"1e999", b"1" * 5000,
     b"[" * 10_000 + b"]" * 10_000, b'{"a":' * 10_000 + b"1" + b"}" * 10_000],
    ids=range(10),
)  # fmt: skip
def test_what_is_neither_is_refused_fast(content: bytes) -> None:
    began = time.perf_counter()
    with pytest.raises(InvalidBodyContent):
        parse_body(content, {})
    assert time.perf_counter() - began < 0.5


KIND = "multipart/form-data; boundary=XX"


def parts(*fields: tuple[str, str]) -> bytes:
    """Return a form as a browser sends it."""
    each = [f"--XX\r\nContent-Disposition: form-data; {head}\r\n\r\n{v}\r\n" for head, v in fields]
    return ("".join(each) + "--XX--\r\n").encode()


def test_a_form_in_parts_gives_its_fields_and_no_files() -> None:
    content = parts(
        ('name="name"', "w\u00e9b"), ('name="empty"', ""), ('name="name"', "later"),
        ('name="file"; filename="a.txt"', "text"), ('name="lines"', "a\r\nb"),
    )  # fmt: skip
    assert parse_body(content, {"content-type": KIND}) == {
        "name": "w\u00e9b", "empty": "", "lines": "a\r\nb",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("content", "kind", "error"),
    [
        (parts(('name="a"', "x" * MOST_FORM_BYTES)), KIND, TooLarge),
        (parts(*[('name="a"', "")] * 1001), KIND, InvalidBodyContent),
        (b"no parts", KIND, InvalidBodyContent),
        (parts(('name="a"', "x")), "multipart/form-data", InvalidBodyContent),
    ],
)
def test_a_form_in_parts_has_bounds(content: bytes, kind: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        parse_body(content, {"content-type": kind})


def test_parts_within_parts_are_refused_or_read_fast() -> None:
    deep = b"".join(
        b"--%d\r\nContent-Type: multipart/mixed; boundary=%d\r\n\r\n" % (n, n + 1)
        for n in range(1600)
    )
    with pytest.raises(InvalidBodyContent):
        parse_body(deep, {"content-type": "multipart/form-data; boundary=0"})


@pytest.mark.parametrize("content", [b"[1]", b"[]", b'[{"name": "a"}]', b"7", b"null", b'"x"'])
def test_json_that_is_no_object_gives_no_fields(content: bytes) -> None:
    assert parse_body(content, {}) == {}
