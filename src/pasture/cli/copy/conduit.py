"""Bytes that come in the event loop and are read in a thread, with a bound between them."""

import asyncio
import threading
from collections import deque

MOST_AHEAD = 4 * 1024 * 1024


class BrokenOff(OSError):
    """No more will come, and this is not the end."""


class Conduit:
    """What a thread reads and the loop writes; made inside a running loop."""

    def __init__(self, most: int = MOST_AHEAD) -> None:
        self._most = most
        self._loop = asyncio.get_running_loop()
        self._room = asyncio.Event()
        self._came = threading.Condition()
        self._pieces: deque[bytes] = deque()
        self._size = 0
        self._ended = False
        self._broken = False

    # in the thread

    def read(self, size: int, /) -> bytes:
        """Return so many bytes; fewer at the end only.

        Raises:
            BrokenOff: the rest will never come.

        """
        got = bytearray()
        while len(got) < size:
            piece = self._piece()
            if piece is None:
                break
            left = size - len(got)
            got += piece[:left]
            if left < len(piece):
                self._put_back(piece[left:])
        return bytes(got)

    def _piece(self) -> bytes | None:
        with self._came:
            while not self._pieces and not self._ended and not self._broken:
                self._came.wait()
            if self._broken:
                raise BrokenOff("broken off")
            if not self._pieces:
                return None
            piece = self._pieces.popleft()
            self._size -= len(piece)
        self._loop.call_soon_threadsafe(self._room.set)
        return piece

    def _put_back(self, piece: bytes) -> None:
        with self._came:
            self._pieces.appendleft(piece)
            self._size += len(piece)

    # in the loop

    async def put(self, piece: bytes) -> None:
        """Add bytes, waiting while the thread is far behind."""
        while self._size >= self._most:
            self._room.clear()
            if self._size >= self._most:
                await self._room.wait()
        with self._came:
            self._pieces.append(piece)
            self._size += len(piece)
            self._came.notify()

    def end(self) -> None:
        """Say that this was all."""
        with self._came:
            self._ended = True
            self._came.notify()

    def break_off(self) -> None:
        """Have the thread end; after the end this is nothing."""
        with self._came:
            self._broken = not self._ended
            self._came.notify()
