"""How clients of the host-api sockets speak: pure, message by message.

Rancher's clients send and receive base64 in text frames (shells), lines after two digits (logs),
JSON rows (figures). Who asks for the subprotocol ``channel.pasture.io`` gets binary frames with a
channel byte instead, and at the end the exit code or the error.
(``reference/rancher16-api.md#7.3``)
"""

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import msgspec

from pasture.wire import host_api
from pasture.wire.frames import Closed

Message: TypeAlias = str | bytes
RESIZE = re.compile(rb":resizeTTY:([0-9]{1,5}),([0-9]{1,5})")
LARGEST_SIDE = 10_000  # of a terminal
LARGEST = 1024 * 1024  # bytes of one message from a client
LONGEST_LINE = 64 * 1024  # bytes that are kept of a line until it ends
TTY_DIGIT = 0


@dataclass(frozen=True)
class Input:
    """Something for the program; empty: nothing more will come."""

    data: bytes


@dataclass(frozen=True)
class Size:
    """The terminal has another size."""

    width: int
    height: int


@dataclass(frozen=True)
class Ill:
    """What the client must not send, in words."""

    words: str


Said: TypeAlias = Input | Size | Ill | None


class Manner(Protocol):
    """One way of speaking, for one socket."""

    def heard(self, message: Message, /) -> Said:
        """Return what a message of the client says."""
        ...

    def data(self, channel: int, data: bytes, /) -> list[Message]:
        """Return how data is told."""
        ...

    def last(self, closed: Closed, /) -> list[Message]:
        """Return what is told at the end."""
        ...

    def nothing(self) -> Message:
        """Return a message that says nothing: only that somebody must be there to take it."""
        ...


class Channels:
    """Binary frames: a channel byte, then data."""

    def heard(self, message: Message, /) -> Said:
        if isinstance(message, str) or not message:
            return Ill("a text or empty frame; accepted: binary ones that begin with a channel")
        match message[0]:
            case host_api.INPUT:
                return Input(message[1:])
            case host_api.CONTROL:
                return size_in(message[1:])
            case channel:
                return Ill(f"a frame of channel {channel}; accepted: 0 (input), 3 (size)")

    def data(self, channel: int, data: bytes, /) -> list[Message]:
        return [bytes((channel,)) + data]

    def last(self, closed: Closed, /) -> list[Message]:
        told = {"exitCode": closed.exit_code} if closed.error is None else {"error": closed.error}
        return [bytes((host_api.CONTROL,)) + msgspec.json.encode(told)]

    def nothing(self) -> Message:
        return bytes((host_api.OUTPUT,))


class Base64:
    """Text frames of base64, both ways; a character is never torn between two."""

    def __init__(self) -> None:
        self._torn = b""

    def heard(self, message: Message, /) -> Said:
        try:
            data = binascii.a2b_base64(message)
        except ValueError:
            return Ill("a frame that is no base64")
        if not data:
            return None
        size = RESIZE.fullmatch(data)
        return Input(data) if size is None else sized(int(size[1]), int(size[2]))

    def data(self, _: int, data: bytes, /) -> list[Message]:
        whole = self._torn + data
        end = len(whole) - torn_at_end(whole)
        self._torn = whole[end:]
        return [encoded(whole[:end])] if end else []

    def last(self, closed: Closed, /) -> list[Message]:
        rest, self._torn = self._torn, b""
        if closed.error is not None:
            rest += f"\r\n{closed.error}\r\n".encode()
        return [encoded(rest)] if rest else []

    def nothing(self) -> Message:
        return ""


class Lines:
    """Text frames of whole lines, after ``0`` and the digit of their stream."""

    def __init__(self, now: Callable[[], str], *, tty: bool) -> None:
        self._now, self._tty = now, tty
        self._begun: dict[int, bytes] = {}  # of each channel, a line whose end did not come yet

    def heard(self, _: Message, /) -> Said:
        return None

    def data(self, channel: int, data: bytes, /) -> list[Message]:
        whole = self._begun.pop(channel, b"") + data
        end = whole.rfind(b"\n") + 1
        if len(whole) - end > LONGEST_LINE:
            end = len(whole) - torn_at_end(whole)
        if end < len(whole):
            self._begun[channel] = whole[end:]
        return [self._told(channel, whole[:end])] if end else []

    def last(self, closed: Closed, /) -> list[Message]:
        told = [self._told(channel, rest) for channel, rest in self._begun.items()]
        self._begun.clear()
        if closed.error is not None:
            line = f"{self._now()} {closed.error}\n".encode()
            told.append(self._told(host_api.ERRORS, line))
        return told

    def nothing(self) -> Message:
        return "00"

    def _told(self, channel: int, lines: bytes) -> Message:
        digit = TTY_DIGIT if self._tty else channel
        return f"0{digit}{lines.decode(errors='replace')}"


class Rows:
    """Text frames as they come: JSON arrays."""

    def heard(self, _: Message, /) -> Said:
        return None

    def data(self, _: int, data: bytes, /) -> list[Message]:
        return [data.decode(errors="replace")]

    def last(self, _: Closed, /) -> list[Message]:
        return []

    def nothing(self) -> Message:
        return "[]"


class Sides(msgspec.Struct):
    """A terminal's size, on the control channel."""

    width: int
    height: int


def size_in(text: bytes) -> Said:
    """Return the size that a control message tells."""
    try:
        sides = msgspec.json.decode(text, type=Sides)
    except msgspec.DecodeError:
        return Ill('a control message; accepted: {"width": 80, "height": 24}')
    return sized(sides.width, sides.height)


def sized(width: int, height: int) -> Said:
    """Return a size, None where no terminal has it: a window that is hidden says 0."""
    fits = 0 < width <= LARGEST_SIDE and 0 < height <= LARGEST_SIDE
    return Size(width, height) if fits else None


def encoded(data: bytes) -> str:
    """Return data as base64."""
    return base64.b64encode(data).decode()


def torn_at_end(data: bytes) -> int:
    """Return how many bytes at the end begin a UTF-8 character that is not whole yet."""
    for count in range(1, min(4, len(data) + 1)):
        byte = data[-count]
        if byte >= 0xC0:  # noqa: PLR2004 - the first byte of several
            length = 2 + (byte >= 0xE0) + (byte >= 0xF0)  # noqa: PLR2004 - of three, of four
            return count if length > count else 0
        if byte < 0x80:  # noqa: PLR2004 - a whole character
            return 0
    return 0
