"""One stream as who serves it meets it: send, read, sizes. Both directions have a window.

``send`` waits while the other side has a window's worth that it did not consume; ``take`` refuses
more than a window's worth that was not read here. So a stream holds a bounded number of bytes,
and a slow reader stops nothing but its own stream.
"""

import asyncio

from pasture.agent.streams.outbox import Outbox
from pasture.wire.frames import Credit, Opened
from pasture.wire.streams import CHUNK, WINDOW

GRANT = WINDOW // 4  # consumed bytes are told in portions: a key stroke is no frame


class Overrun(Exception):
    """The other side sent more than its window allows."""


class Unwanted(Exception):
    """The other side gave the stream up before it was open."""


class Stream:
    """The agent's end of one stream."""

    def __init__(self, number: int, outbox: Outbox) -> None:
        self.number = number
        self.unwanted = False
        self.is_open = False
        self._outbox = outbox
        self._window = WINDOW
        self._credited = asyncio.Event()
        self._given = bytearray()
        self._consumed = 0  # bytes that were read and not yet told
        self._arrived = asyncio.Event()
        self._input_ended = False
        self._size: tuple[int, int] | None = None
        self._resized = asyncio.Event()

    async def opened(self) -> None:
        """Tell that the stream runs.

        Raises:
            Unwanted: nobody wants it any more.

        """
        if self.unwanted:
            raise Unwanted
        self.is_open = True
        await self._outbox.frame(Opened(stream=self.number))

    async def send(self, channel: int, data: bytes) -> None:
        """Send data, at most a chunk a message; waits for the other side's window.

        A chunk goes whole or not yet: what ends with a line's end also arrives so.
        """
        for start in range(0, len(data), CHUNK):
            piece = data[start : start + CHUNK]
            while self._window < len(piece):
                self._credited.clear()
                await self._credited.wait()
            self._window -= len(piece)
            await self._outbox.data(self.number, channel, piece)

    async def read(self) -> bytes:
        """Return what was sent here next; empty: the input is at its end."""
        while not self._given:
            if self._input_ended:
                return b""
            self._arrived.clear()
            await self._arrived.wait()
        data = bytes(self._given[:CHUNK])
        del self._given[:CHUNK]
        self._consumed += len(data)
        if self._consumed >= GRANT:
            grant, self._consumed = self._consumed, 0
            await self._outbox.frame(Credit(stream=self.number, bytes=grant))
        return data

    async def size(self) -> tuple[int, int]:
        """Wait until the terminal has another size; sizes in between are skipped."""
        while self._size is None:
            self._resized.clear()
            await self._resized.wait()
        size, self._size = self._size, None
        return size

    # what the link heard

    def take(self, data: bytes) -> None:
        """Keep what the server sent until it is read.

        Raises:
            Overrun: it is more than the window allows.

        """
        if len(self._given) + self._consumed + len(data) > WINDOW:
            raise Overrun
        if not data:
            self._input_ended = True
        elif not self._input_ended:
            self._given += data
        self._arrived.set()

    def credit(self, count: int) -> None:
        """Take note of what the server consumed; never more than a window is on its way."""
        self._window = min(WINDOW, self._window + count)
        self._credited.set()

    def resize(self, width: int, height: int) -> None:
        """Take note of the terminal's new size."""
        self._size = (width, height)
        self._resized.set()
