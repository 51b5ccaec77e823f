"""Lines of logs: cut from a stream, counted so that reading can go on later, made fit to be shown.

Pure. Each line is asked for with its time, whether it is shown or not: so a lost connection costs
no line and shows none twice.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from pasture.cli.console import PLAIN, clean

LONGEST = 1024 * 1024  # bytes of a line; what is longer becomes several
COLOURS = re.compile(r"(\x1b\[[0-9;:]*m)")
SECONDS = len("2026-01-01T00:00:00")
EARLIER_S = 1  # the two channels of a container may be written a little out of order


@dataclass(frozen=True, order=True)
class Line:
    """One line: its time as RFC 3339, whose order is that of time; its text with the newline."""

    stamp: bytes
    channel: int
    text: bytes


class Splitter:
    """Cuts a stream's data into lines."""

    def __init__(self) -> None:
        self._begun: dict[int, bytes] = {}

    def feed(self, channel: int, data: bytes) -> list[Line]:
        """Return the lines that are whole now."""
        whole = self._begun.pop(channel, b"") + data
        end = whole.rfind(b"\n") + 1
        if end < len(whole):
            if len(whole) - end <= LONGEST:
                self._begun[channel] = whole[end:]
            else:
                end = len(whole)
        return [line(channel, text) for text in whole[:end].splitlines(keepends=True) if text]

    def end(self) -> list[Line]:
        """Return what has no newline at its end."""
        rest, self._begun = self._begun, {}
        return [line(channel, text) for channel, text in rest.items()]


def line(channel: int, whole: bytes) -> Line:
    """Return a line from its time and text."""
    stamp, _, text = whole.partition(b" ")
    return Line(stamp, channel, text)


@dataclass
class Place:
    """How far a container's log was read."""

    last: dict[int, bytes] = field(default_factory=dict[int, bytes])  # channel -> time
    seen: Counter[int] = field(default_factory=Counter[int])  # lines of just that time
    _again: Counter[int] = field(default_factory=Counter[int])

    @property
    def since(self) -> str | None:
        """Seconds since the epoch from where to go on; None: from the beginning."""
        if not self.last:
            return None
        text = max(self.last.values())[:SECONDS].decode()
        moment = datetime.fromisoformat(text).replace(tzinfo=UTC)
        return str(int(moment.timestamp()) - EARLIER_S)

    def begin(self) -> None:
        """Begin to read anew: lines that were seen come again."""
        self._again = Counter(self.seen)

    def takes(self, one: Line) -> bool:
        """Tell whether a line is new, and remember it."""
        last = self.last.get(one.channel, b"")
        if one.stamp < last:
            return False
        if one.stamp > last:
            self.last[one.channel] = one.stamp
            self.seen[one.channel] = 1
            self._again[one.channel] = 0
            return True
        if self._again[one.channel]:
            self._again[one.channel] -= 1
            return False
        self.seen[one.channel] += 1
        return True


@dataclass(frozen=True, kw_only=True)
class Look:
    """How lines are shown; on a terminal nothing in them drives it, but for colours."""

    timestamps: bool
    terminals: Mapping[int, bool]  # channel -> it is shown on a terminal
    colour: bool

    def shown(self, one: Line, prefix: bytes = b"") -> bytes:
        """Return a line as it is written."""
        time = one.stamp + b" " if self.timestamps else b""
        text = one.text
        if self.terminals.get(one.channel, False):
            text = harmless(text, colour=self.colour)
        return prefix + time + text


def harmless(text: bytes, *, colour: bool) -> bytes:
    """Return a line that moves nothing on a terminal: colours and tabs are left."""
    whole = text.decode(errors="replace").rstrip("\r\n")
    last = whole.rpartition("\r")[2]  # what a terminal would show in the end
    parts = COLOURS.split(last)
    coloured = colour and len(parts) > 1
    kept = "".join(
        (part if colour else "") if number % 2 else "\t".join(map(clean, part.split("\t")))
        for number, part in enumerate(parts)
    )
    return f"{kept}{PLAIN if coloured else ''}\n".encode()
