"""A process's own input and output as bytes, without ever keeping the event loop waiting.

A terminal or pipe is shared with others, so it is never made non-blocking: it is asked first
whether it takes or has something, and then used for no more than that.
"""

import asyncio
import os
import select
from collections.abc import Callable
from typing import TextIO

from pasture.cli.console import writing

PIECE = 32 * 1024  # bytes that are read at once
AT_ONCE = 4096  # bytes that a pipe which takes any takes at once (PIPE_BUF)
WATCHES = Callable[..., object]


class Inlet:
    """Where bytes are read."""

    def __init__(self, stream: TextIO) -> None:
        self._fd = stream.fileno()

    async def read(self) -> bytes:
        """Return what came; empty at the end."""
        loop = asyncio.get_running_loop()
        await ready(self._fd, loop.add_reader, loop.remove_reader)
        try:
            return os.read(self._fd, PIECE)
        except OSError:  # EIO: the terminal is gone
            return b""


class Outlet:
    """Where bytes are written."""

    def __init__(self, stream: TextIO) -> None:
        stream.flush()
        self._fd = stream.fileno()
        self._poll = select.poll()
        self._poll.register(self._fd, select.POLLOUT)

    async def write(self, data: bytes) -> None:
        """Write all of it, waiting while nobody takes it.

        Raises:
            BrokenPipeError: nobody ever will.
            Unwritable: the system refuses.

        """
        loop = asyncio.get_running_loop()
        rest = memoryview(data)
        with writing():
            while rest:
                if not self._poll.poll(0):
                    await ready(self._fd, loop.add_writer, loop.remove_writer)
                rest = rest[os.write(self._fd, rest[:AT_ONCE]) :]


async def ready(fd: int, watch: WATCHES, unwatch: WATCHES) -> None:
    """Wait until a descriptor can be used; a regular file always can."""
    came = asyncio.get_running_loop().create_future()
    try:
        watch(fd, lambda: came.done() or came.set_result(None))
    except PermissionError:  # epoll takes no regular file
        await asyncio.sleep(0)
        return
    try:
        await came
    finally:
        unwatch(fd)
