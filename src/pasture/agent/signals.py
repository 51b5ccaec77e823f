"""The end that a service manager or Ctrl-C asks for, as an exception among an agent's tasks."""

import asyncio
import signal
from typing import NoReturn

SIGNALS = (signal.SIGTERM, signal.SIGINT)


class Told(Exception):
    """A signal asked this process to stop."""


async def raise_at_signal() -> NoReturn:
    """Wait for a signal to stop.

    Raises:
        Told: it came.

    """
    loop = asyncio.get_running_loop()
    told = asyncio.Event()
    for number in SIGNALS:
        loop.add_signal_handler(number, told.set)
    try:
        await told.wait()
    finally:
        for number in SIGNALS:
            loop.remove_signal_handler(number)
    raise Told
