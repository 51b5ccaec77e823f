"""Streams of one host's session: many at once on its link, none in another's way.

Who wants a stream has a ``Stream``; the session asks ``Streams`` for what is to be sent and gives
it what the host said. Nothing here waits for the link: what is to be said is kept as what each
stream wants (a window to give, a size, bytes within a bound), never as a queue. Only who reads or
writes a stream waits, and that for this stream alone (``wire/streams.py`` has the rules).
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import asynccontextmanager

from pasture.kit.errors import Busy, PastureError
from pasture.wire.frames import Closed, Credit, FromServer, Open, Opened, Resize
from pasture.wire.streams import (
    CHUNK,
    ERRORS,
    INPUT,
    MOST_STREAMS,
    OPEN_S,
    OUTPUT,
    WINDOW,
    AnyPurpose,
    message,
)

GIVE_BACK = WINDOW // 4  # consumed bytes that are told together
MOST_WAITING = 2 * CHUNK  # bytes that a writer is ahead of the link
MOST_PIECES = 1024  # that wait for a reader; what comes then is put together with the last
FROM_HOST = frozenset({OUTPUT, ERRORS})


class StreamFailed(PastureError):
    """A stream did not begin, or ended before its end; the words say why."""


class Stream:
    """One stream, seen from the server: who opened it reads and writes here."""

    def __init__(self, number: int, purpose: AnyPurpose, wake: Callable[[], None]) -> None:
        self.number = number
        self.purpose = purpose
        self.closed: Closed | None = None  # what the host said last, or what we say for it
        self.asked = False  # the host has heard of it
        self._wake = wake
        self._changed = asyncio.Event()
        self._opened = False
        # from the host
        self._came: deque[tuple[int, bytes]] = deque()
        self._window = WINDOW  # what it may send still
        self._consumed = 0  # and was not told yet
        # to the host
        self._size: tuple[int, int] | None = None
        self._waiting: deque[bytes] = deque()
        self.waiting_bytes = 0  # of input, that the link did not take yet
        self._credit = WINDOW

    @property
    def unread(self) -> int:
        """How many pieces wait to be read."""
        return len(self._came)

    async def read(self) -> tuple[int, bytes] | None:
        """Return the next channel and data, or None at the end; then ``closed`` says how it was."""
        while not self._came:
            if self.closed is not None:
                return None
            await self._change()
        channel, data = self._came.popleft()
        self._consumed += len(data)
        if self._consumed >= GIVE_BACK:
            self._wake()
        return channel, data

    async def write(self, data: bytes) -> None:
        """Send input, waiting while the host takes none; empty: the input is at its end."""
        for piece in pieces(data):
            await self.room()
            self.put(piece)

    async def room(self) -> None:
        """Wait until there is room for a piece of input, or it goes nowhere any more."""
        while self.waiting_bytes >= MOST_WAITING and self.closed is None:
            await self._change()

    def put(self, piece: bytes) -> None:
        """Have a piece of input sent; after the end it goes nowhere."""
        if self.closed is None:
            self._waiting.append(piece)
            self.waiting_bytes += len(piece)
            self._wake()

    def resize(self, width: int, height: int) -> None:
        """Tell the terminal's size."""
        self._size = width, height
        self._wake()

    async def opened(self) -> None:
        """Wait until the host has begun it.

        Raises:
            StreamFailed: it did not.

        """
        while not self._opened and self.closed is None:
            await self._change()
        if self.closed is not None and self.closed.error is not None and not self._came:
            raise StreamFailed(self.closed.error)

    # what the session tells

    def heard_opened(self) -> None:
        """Note that the host has begun it."""
        self._opened = True
        self._changed.set()

    def heard(self, channel: int, data: bytes) -> bool:
        """Keep data; False: it is more than the host may send."""
        self._window -= len(data)
        if self._window < 0:
            return False
        if len(self._came) >= MOST_PIECES and self._came[-1][0] == channel:
            data = self._came.pop()[1] + data
        self._came.append((channel, data))
        self._changed.set()
        return True

    def heard_credit(self, count: int) -> None:
        """Note that the host consumed so many bytes more."""
        self._credit = min(WINDOW, self._credit + max(0, count))

    def end(self, closed: Closed) -> None:
        """Nothing more comes from the host."""
        self.closed = self.closed or closed
        self._waiting.clear()
        self.waiting_bytes = 0
        self._changed.set()

    # what the session asks

    def frames(self) -> Iterator[FromServer]:
        """Give what is to be told beside data."""
        if not self.asked:
            self.asked = True
            yield Open(stream=self.number, purpose=self.purpose)
        if self._size is not None and self._opened:
            (width, height), self._size = self._size, None
            yield Resize(stream=self.number, width=width, height=height)
        if self._consumed >= GIVE_BACK and self.closed is None:
            count, self._consumed = self._consumed, 0
            self._window += count
            yield Credit(stream=self.number, bytes=count)

    def data(self) -> bytes | None:
        """Return the next message of data, None where there is none or it must wait."""
        if not self._opened or not self._waiting or len(self._waiting[0]) > self._credit:
            return None
        data = self._waiting.popleft()
        self._credit -= len(data)
        self.waiting_bytes -= len(data)
        self._changed.set()
        return message(self.number, INPUT, data)

    async def _change(self) -> None:
        self._changed.clear()
        await self._changed.wait()


class Streams:
    """All streams of a session."""

    def __init__(self, wake: Callable[[], None]) -> None:
        self._wake = wake
        self._number = 0
        self._open: dict[int, Stream] = {}
        self._turn: deque[int] = deque()  # whose data is next
        self._left: deque[int] = deque()  # to be told to the host
        self._over: str | None = None

    def __len__(self) -> int:
        return len(self._open)

    @asynccontextmanager
    async def open(self, purpose: AnyPurpose) -> AsyncGenerator[Stream]:
        """Open a stream, and close it at the end of the block.

        Raises:
            StreamFailed: the host could not begin it, or does not answer.
            Busy: it has too many.

        """
        stream = self._begin(purpose)
        try:
            try:
                async with asyncio.timeout(OPEN_S):
                    await stream.opened()
            except TimeoutError:
                raise StreamFailed(
                    f"the host did not answer within {OPEN_S:.0f} s; its agent may be older than "
                    "this server: upgrade it"
                ) from None
            yield stream
        finally:
            self._leave(stream)

    def _begin(self, purpose: AnyPurpose) -> Stream:
        if self._over is not None:
            raise StreamFailed(self._over)
        if len(self._open) >= MOST_STREAMS:
            raise Busy(
                f"{MOST_STREAMS} streams of this host are open (logs, shells, figures); "
                "accepted: once one of them was closed"
            )
        self._number += 1
        stream = self._open[self._number] = Stream(self._number, purpose, self._wake)
        self._turn.append(stream.number)
        self._wake()
        return stream

    def _leave(self, stream: Stream) -> None:
        """Forget a stream; the host is told, unless it was it that ended."""
        if self._open.pop(stream.number, None) is None:
            return
        self._turn.remove(stream.number)
        if stream.closed is None:
            stream.end(Closed(stream=stream.number))
            self._part(stream)

    # what the session tells

    def heard_data(self, number: int, channel: int, data: bytes) -> None:
        """Pass data on; what belongs to no open stream was under way when it was closed."""
        stream = self._open.get(number)
        if stream is None or stream.closed is not None or channel not in FROM_HOST or not data:
            return
        if not stream.heard(channel, data):
            self._give_up(stream, f"the host sent more than {WINDOW} bytes that nobody had read")

    def heard(self, frame: Opened | Closed | Credit) -> None:
        """Pass on what the host said of a stream."""
        stream = self._open.get(frame.stream)
        if stream is None:
            return
        match frame:
            case Opened():
                stream.heard_opened()
            case Credit():
                stream.heard_credit(frame.bytes)
            case Closed():
                stream.end(frame)

    def end(self, why: str) -> None:
        """End all: the link is over."""
        self._over = why
        for stream in list(self._open.values()):
            stream.end(Closed(stream=stream.number, error=why))

    # what the session asks

    def frames(self) -> list[FromServer]:
        """Return what is to be told beside data, each once."""
        told: list[FromServer] = []
        while self._left:
            told.append(Closed(stream=self._left.popleft()))
        for stream in self._open.values():
            told.extend(stream.frames())
        return told

    def data(self) -> bytes | None:
        """Return one message of data, of each stream in its turn."""
        for _ in range(len(self._turn)):
            number = self._turn[0]
            self._turn.rotate(-1)
            found = self._open[number].data()
            if found is not None:
                return found
        return None

    def _give_up(self, stream: Stream, why: str) -> None:
        """End a stream whose host does not keep to the rules."""
        stream.end(Closed(stream=stream.number, error=why))
        self._part(stream)

    def _part(self, stream: Stream) -> None:
        """Tell the host that a stream is over, where it ever heard of it."""
        if stream.asked:
            self._left.append(stream.number)
            self._wake()


def pieces(data: bytes) -> list[bytes]:
    """Return data as it travels; nothing is a piece too: it says that no more will come."""
    return [data[start : start + CHUNK] for start in range(0, len(data), CHUNK)] or [b""]
