"""Talking with a program elsewhere: what is typed goes there, what it writes comes here.

Its output is read ahead of whoever reads ours, up to a bound: a pager that is looked at for a
while must not look to the server like somebody who is gone.
"""

import asyncio
import signal
from collections import deque
from contextlib import ExitStack
from dataclasses import dataclass

from pasture.cli import terminal
from pasture.cli.console import Console
from pasture.cli.ends import Inlet, Outlet
from pasture.cli.exits import Failure
from pasture.client.errors import ClientError
from pasture.client.stream import Ended, Stream
from pasture.kit.tasks import TaskGroup, alone
from pasture.wire.host_api import ERRORS

MOST_AHEAD = 8 * 1024 * 1024
LEAVE = b"\x10\x11"  # Ctrl-P Ctrl-Q, as in Docker


@dataclass(frozen=True, kw_only=True)
class Manner:
    """How a program is talked with."""

    stdin: bool  # it gets input
    tty: bool  # it has a terminal
    may_leave: bool = False  # Ctrl-P Ctrl-Q leaves it running
    redraws: bool = False  # it runs already: have it draw its screen anew


class Detached(Exception):
    """Somebody left; the program goes on."""


class Ahead:
    """What was read and not written yet."""

    def __init__(self, most: int = MOST_AHEAD) -> None:
        self._most = most
        self._pieces: deque[tuple[int, bytes] | None] = deque()
        self._size = 0
        self._changed = asyncio.Event()

    async def put(self, piece: tuple[int, bytes] | None) -> None:
        """Add a piece, waiting for room; None: nothing more comes."""
        while self._size >= self._most:
            await self._change()
        self._pieces.append(piece)
        self._size += 0 if piece is None else len(piece[1])
        self._changed.set()

    async def get(self) -> tuple[int, bytes] | None:
        """Return the next piece, None at the end."""
        while not self._pieces:
            await self._change()
        piece = self._pieces.popleft()
        self._size -= 0 if piece is None else len(piece[1])
        self._changed.set()
        return piece

    async def _change(self) -> None:
        self._changed.clear()
        await self._changed.wait()


class Leaving:
    """Finds the keys that leave among what is typed; they are not passed on."""

    def __init__(self) -> None:
        self._held = b""

    def feed(self, data: bytes) -> tuple[bytes, bool]:
        """Return what is passed on, and whether somebody leaves."""
        whole = self._held + data
        self._held = b""
        before, found, _ = whole.partition(LEAVE)
        if not found and whole.endswith(LEAVE[:1]):
            before, self._held = whole[:-1], LEAVE[:1]
        return before, bool(found)


async def talk(console: Console, stream: Stream, manner: Manner) -> Ended | None:
    """Talk until the program ends; None: somebody left it running.

    Raises:
        Failure: a signal ends us, or our output cannot be written.
        ClientError: the connection broke.

    """
    console.flush()
    with ExitStack() as lent:
        if manner.stdin and manner.tty:
            lent.enter_context(terminal.raw(console.stdin))
        try:
            with alone(Failure, ClientError, BrokenPipeError, Detached):
                await both_ways(console, stream, manner)
        except Detached:
            return None
    return stream.ended


async def both_ways(console: Console, stream: Stream, manner: Manner) -> None:
    """Carry input, sizes and output until the output is at its end."""
    ahead = Ahead()
    async with TaskGroup() as group:
        beside: list[asyncio.Task[None]] = [group.create_task(terminal.end_at_signal())]
        if manner.tty:
            beside.append(group.create_task(fit(console, stream, redraws=manner.redraws)))
        if manner.stdin:
            beside.append(group.create_task(give(console, stream, may_leave=manner.may_leave)))
        reading = group.create_task(read(stream, ahead))
        await write(console, ahead)
        for task in beside:
            task.cancel()
    if (broken := reading.result()) is not None:
        raise broken


async def read(stream: Stream, ahead: Ahead) -> ClientError | None:
    """Read to the end; what came before a connection broke is written all the same."""
    broken = None
    try:
        while (piece := await stream.read()) is not None:
            await ahead.put(piece)
    except ClientError as error:
        broken = error
    await ahead.put(None)
    return broken


async def write(console: Console, ahead: Ahead) -> None:
    """Write what was read to where it belongs."""
    out, err = Outlet(console.out), Outlet(console.err)
    while (piece := await ahead.get()) is not None:
        channel, data = piece
        await (err if channel == ERRORS else out).write(data)


async def give(console: Console, stream: Stream, *, may_leave: bool) -> None:
    """Pass on what is typed, and its end.

    Raises:
        Detached: the keys that leave were typed.

    """
    inlet, leaving = Inlet(console.stdin), Leaving()
    while data := await inlet.read():
        if may_leave:
            data, leaves = leaving.feed(data)
            if leaves:
                raise Detached
        await stream.write(data)
    await stream.end_input()


async def fit(console: Console, stream: Stream, *, redraws: bool) -> None:
    """Tell the size of our terminal, and each new one."""
    async with terminal.heard(signal.SIGWINCH) as resized:
        while True:
            size = terminal.size(console.out) or terminal.size(console.stdin)
            if size is not None:
                if redraws:  # a terminal that changes is drawn anew
                    await stream.resize(size[0], size[1] + 1)
                await stream.resize(*size)
            redraws = False
            await resized.get()
