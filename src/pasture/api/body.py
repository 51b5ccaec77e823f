"""Read a request's body within bounds: size while it arrives, time, depth of nesting."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from email.parser import BytesParser
from typing import Any, TypeAlias, cast

import msgspec

from pasture.api.asked import MOST_QUERY_FIELDS, parsed_query
from pasture.kit.errors import InvalidBodyContent, TooLarge

MOST_BYTES = 10 * 1024 * 1024
ARRIVES_IN_S = 60.0
FORM, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
MOST_FORM_BYTES = 100 * 1024  # of a form in parts
Receive: TypeAlias = Callable[[], Awaitable[Any]]


class Gone(Exception):
    """The client went away before its request was complete; nobody reads an answer."""


async def read_body(receive: Receive, headers: Mapping[str, str]) -> bytes:
    """Return the whole body.

    Raises:
        TooLarge: it is longer than what is accepted.
        InvalidBodyContent: it takes too long to arrive.
        Gone: it never will.

    """
    length = headers.get("content-length", "0")
    if length.isdigit() and int(length) > MOST_BYTES:
        raise too_large(MOST_BYTES)
    try:
        async with asyncio.timeout(ARRIVES_IN_S):
            return await _chunks(receive)
    except TimeoutError as late:
        raise InvalidBodyContent(f"the body did not arrive within {ARRIVES_IN_S:.0f} s") from late


async def _chunks(receive: Receive) -> bytes:
    chunks: list[bytes] = []
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > MOST_BYTES:
            raise too_large(MOST_BYTES)
        chunks.append(chunk)
        more = message.get("more_body", False)
    return b"".join(chunks)


def too_large(most: int) -> TooLarge:
    """Return the refusal of a body."""
    return TooLarge(f"the body is over {most} bytes; accepted: at most that")


def parse_body(content: bytes, headers: Mapping[str, str]) -> dict[str, Any]:
    """Return a body's fields: JSON whatever its content type says, or a form.

    JSON that is no object has none (#1).

    Raises:
        InvalidBodyContent: it is neither, or nested too deep.

    """
    text = content.strip()
    if not text:
        return {}
    kind = headers.get("content-type", "")
    if kind.startswith(FORM) and text[:1] not in b"{[":
        return dict(reversed(parsed_query(text.decode("latin-1"))))
    if kind.startswith(MULTIPART):
        return parse_parts(text, kind)
    try:
        found: Any = msgspec.json.decode(text)
    except RecursionError as deep:
        raise InvalidBodyContent("the JSON is nested too deep; accepted: some 100 levels") from deep
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError) as failed:
        raise InvalidBodyContent(f"the body is not JSON: {failed}; accepted: an object") from failed
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {}


def parse_parts(content: bytes, kind: str) -> dict[str, Any]:
    """Return the fields of a form in parts, the first of each name; files are none.

    Raises:
        TooLarge: it is longer than what is accepted.
        InvalidBodyContent: it has no parts, or too many.

    """
    if len(content) > MOST_FORM_BYTES:
        raise too_large(MOST_FORM_BYTES)
    head = f"content-type: {kind}\r\n\r\n".encode("latin-1")
    try:
        form = BytesParser().parsebytes(head + content)
        parts = [part for part in form.walk() if not part.is_multipart()]
    except RecursionError as deep:
        raise InvalidBodyContent("the form has parts within parts; accepted: one form") from deep
    if not form.is_multipart() or len(parts) > MOST_QUERY_FIELDS:
        raise InvalidBodyContent(f"the form has no parts, or more than {MOST_QUERY_FIELDS}")
    found: dict[str, Any] = {}
    for part in parts:
        name = part.get_param("name", header="content-disposition")
        value = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(value, bytes) and part.get_filename() is None:
            found.setdefault(name, value.decode("utf-8", "replace"))
    return found
