"""The terminal that somebody sits at: its size, and lending it to a program elsewhere.

While it is lent, each key goes to that program (``raw``). It is given back as it was whatever
happens: an error, Ctrl-C, a signal that ends us.
"""

import asyncio
import os
import signal
import termios
import threading
import tty
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import NoReturn, TextIO

from pasture.cli.exits import Exit, Failure

ENDING = {signal.SIGTERM: Exit.TERMINATED, signal.SIGHUP: Exit.HUNG_UP}


def size(stream: TextIO) -> tuple[int, int] | None:
    """Return width and height of the terminal that a stream is, or None."""
    if not stream.isatty():
        return None
    found = os.get_terminal_size(stream.fileno())
    return (found.columns, found.lines) if found.columns and found.lines else None


@contextmanager
def raw(stream: TextIO) -> Generator[None]:
    """Have each key of a terminal as it is pressed, and nothing that it means here."""
    fd = stream.fileno()
    before = termios.tcgetattr(fd)
    tty.setraw(fd, termios.TCSANOW)
    try:
        yield
    finally:
        with suppress(termios.error):  # the terminal is gone
            termios.tcsetattr(fd, termios.TCSANOW, before)


@asynccontextmanager
async def heard(*signals: int) -> AsyncGenerator[asyncio.Queue[int]]:
    """Lend a queue of the signals that come; one that waits already is not put in again."""
    loop = asyncio.get_running_loop()
    came: asyncio.Queue[int] = asyncio.Queue(maxsize=len(signals) + 1)

    def put(number: int) -> None:
        with suppress(asyncio.QueueFull):
            came.put_nowait(number)

    can_hear = threading.current_thread() is threading.main_thread()
    for number in signals if can_hear else ():
        loop.add_signal_handler(number, put, number)
    try:
        yield came
    finally:
        for number in signals if can_hear else ():
            loop.remove_signal_handler(number)


async def end_at_signal() -> NoReturn:
    """Wait for a signal that ends us, so that what was lent is given back first.

    Raises:
        Failure: it came.

    """
    async with heard(*ENDING) as came:
        number = signal.Signals(await came.get())
    raise Failure(f"ended by {number.name}", ENDING[number])
