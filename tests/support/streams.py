"""The server's end of a host's streams, in this process: for tests of the agent's end."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

from pasture.agent.engine.streams import EngineStreams
from pasture.agent.streams.meters import Meters
from pasture.agent.streams.outbox import Outbox
from pasture.agent.streams.purposes import serve
from pasture.agent.streams.registry import Serve, Streams
from pasture.agent.streams.stream import Stream
from pasture.kit.tasks import TaskGroup
from pasture.wire import frames
from pasture.wire.frames import Closed, Credit, Open, Opened, Resize
from pasture.wire.streams import CHUNK, INPUT, MOST_STREAMS, WINDOW, AnyPurpose, parse


class Peer:
    """One stream, as the server has it; ``eager``: it consumes at once what comes."""

    def __init__(self, server: "Server", number: int, *, eager: bool) -> None:
        self.server = server
        self.number = number
        self.eager = eager
        self.opened = False
        self.closed: Closed | None = None
        self.pieces: deque[tuple[int, bytes]] = deque()
        self.unread = 0  # bytes that came and were not consumed
        self.sent = 0
        self.credit = 0  # bytes that the agent said it consumed
        self.changed = asyncio.Event()

    def consume(self) -> None:
        """Consume all that came."""
        count, self.unread = self.unread, 0
        if count:
            self.server.streams.hear(Credit(stream=self.number, bytes=count))

    def write(self, data: bytes) -> None:
        self.sent += len(data)
        self.server.streams.data(self.number, INPUT, data)

    def end_input(self) -> None:
        self.write(b"")

    def resize(self, width: int, height: int) -> None:
        self.server.streams.hear(Resize(stream=self.number, width=width, height=height))

    def close(self) -> None:
        self.server.streams.hear(Closed(stream=self.number))

    def said(self, channel: int | None = None) -> bytes:
        """Return all that came, on one channel or on all."""
        return b"".join(data for c, data in self.pieces if channel is None or c == channel)

    async def begun(self, seconds: float = 10) -> "Peer":
        """Wait until the agent opened it."""
        await self.until(lambda: self.opened or self.closed is not None, seconds)
        assert self.opened, self.closed
        return self

    async def end(self, seconds: float = 10) -> Closed:
        """Wait until the agent closed it, and return how."""
        await self.until(lambda: self.closed is not None, seconds)
        assert self.closed is not None
        return self.closed

    async def send(self, data: bytes, seconds: float = 10) -> None:
        """Send input, and wait where the agent does not consume it."""
        for start in range(0, len(data), CHUNK):
            await self.until(lambda: self.sent - self.credit + CHUNK <= WINDOW, seconds)
            self.write(data[start : start + CHUNK])

    async def says(self, text: bytes, seconds: float = 10) -> None:
        """Wait until that was written."""
        await self.until(lambda: text in self.said() or self.closed is not None, seconds)
        assert text in self.said(), (self.said()[-500:], self.closed)

    async def until(self, condition: Callable[[], object], seconds: float = 10) -> None:
        """Wait until what comes makes it true."""
        async with asyncio.timeout(seconds):
            while not condition():
                self.changed.clear()
                await self.changed.wait()


class Server:
    """The other side of one link; it is the socket that the agent writes to."""

    def __init__(self) -> None:
        self.streams: Streams
        self.ready = asyncio.Event()
        self.peers: dict[int, Peer] = {}
        self.texts: list[frames.FromAgent] = []
        self.full = asyncio.Event()  # set: the socket takes data
        self.full.set()

    async def send_str(self, data: str) -> None:
        frame = frames.decode_from_agent(data)
        self.texts.append(frame)
        match frame:
            case Opened(stream=number):
                self.peers[number].opened = True
            case Closed(stream=number):
                if number in self.peers:
                    self.peers[number].closed = frame
            case Credit(stream=number):
                self.peers[number].credit += frame.bytes
            case _:
                return
        if number in self.peers:
            self.peers[number].changed.set()

    async def send_bytes(self, data: bytes) -> None:
        await self.full.wait()
        number, channel, piece = parse(data)
        peer = self.peers[number]
        peer.pieces.append((channel, piece))
        peer.unread += len(piece)
        peer.changed.set()
        if peer.eager:
            peer.consume()

    def open(self, purpose: AnyPurpose, *, eager: bool = True) -> Peer:
        """Open a stream on the host."""
        peer = Peer(self, len(self.peers) + 1, eager=eager)
        self.peers[peer.number] = peer
        self.streams.open(Open(stream=peer.number, purpose=purpose))
        return peer


@asynccontextmanager
async def linked(serve_: Serve, *, most: int = MOST_STREAMS) -> AsyncGenerator[Server]:
    """Lend a link whose streams are served so; it is cut at the end of the block."""
    server = Server()
    async with TaskGroup() as group:
        living = group.create_task(_live(server, serve_, most))
        await server.ready.wait()
        try:
            yield server
        finally:
            living.cancel()


@asynccontextmanager
async def host_of(engine: EngineStreams, *, every_s: float = 1.0) -> AsyncGenerator[Server]:
    """Lend a link to an Engine's streams."""
    meters = Meters(engine, every_s=every_s)

    async def served(purpose: AnyPurpose, stream: Stream) -> int | None:
        return await serve(engine, meters, purpose, stream)

    async with TaskGroup() as group:
        measuring = group.create_task(meters.run())
        try:
            async with linked(served) as server:
                yield server
        finally:
            measuring.cancel()


async def _live(server: Server, serve_: Serve, most: int) -> None:
    async with TaskGroup() as group:
        server.streams = Streams(Outbox(server), group, serve_, most=most)
        server.ready.set()
        await asyncio.Event().wait()
