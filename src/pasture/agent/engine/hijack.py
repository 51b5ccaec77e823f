"""A connection to the Engine that is a process's input and output: HTTP up to 101, then bytes.

A client library's connection cannot end its writing half alone; ``cat`` in a container waits for
just that. Nor can it be told how much to read ahead of a slow reader: an Engine that cannot get
rid of a process's output makes others wait, the container's stop among them.
"""

import asyncio
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import aiodocker

from pasture.agent.engine.docker_calls import message_of
from pasture.agent.engine.engine import EngineError

SWITCHED = 101
STATUS = re.compile(rb"HTTP/1\.\d (\d{3}) ")
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)
END_OF_HEAD = b"\r\n\r\n"
MOST_HEAD = 64 * 1024  # and of a refusal's body
READ = 32 * 1024
AHEAD = 128 * 1024  # read ahead of who reads here; then the Engine waits
MOST_LEFT = 2 * 1024 * 1024  # of a process that ended: what lies in the Engine's pipes is less
# the Engine wants keys that leave a terminal; its own begin with Ctrl-P, a shell's last command
DETACH_KEYS = "ctrl-^,ctrl-@,ctrl-^,ctrl-@"
DETACH_BYTES = b"\x1e\x00\x1e\x00"  # as the Engine shows them: who else has these?


class Hijacked(asyncio.Protocol):
    """Both halves of a connection.

    ``most``: what is read ahead. With ``never_waits`` the Engine never waits for who reads here:
    beyond it the connection is given up, and ``read`` says so.
    """

    def __init__(self, *, most: int = AHEAD, never_waits: bool = False) -> None:
        self._most = most
        self._never_waits = never_waits
        self._came = bytearray()
        self._arrived = asyncio.Event()
        self._ended = False
        self._is_paused = False
        self._overflowed = False
        self._writable = asyncio.Event()
        self._writable.set()
        self._transport: asyncio.Transport | None = None

    async def read(self, most: int = READ) -> bytes:
        """Return what came; empty: the other side ended.

        Raises:
            EngineError: more came than who reads here took.

        """
        while not self._came and not self._ended:
            self._arrived.clear()
            await self._arrived.wait()
        data = bytes(self._came[:most])
        del self._came[:most]
        if self._is_paused and len(self._came) < self._most // 2:
            self._resume()
        if not data and self._overflowed:
            raise EngineError(
                "the output came faster than it was read, and the container must not wait for "
                "that: follow its log instead"
            )
        return data

    async def read_until(self, end: bytes) -> bytes:
        """Return what came up to that end, with it; all that came where there is none."""
        while (at := self._came.find(end)) < 0 and len(self._came) < MOST_HEAD and not self._ended:
            self._arrived.clear()
            await self._arrived.wait()
        size = at + len(end) if at >= 0 else len(self._came)
        data = bytes(self._came[:size])
        del self._came[:size]
        return data

    async def write(self, data: bytes) -> None:
        """Send, and wait while the other side does not take it.

        Raises:
            ConnectionError: it takes nothing any more.

        """
        if self._transport is None or self._transport.is_closing():
            raise ConnectionResetError("the connection has ended")
        self._transport.write(data)
        await self._writable.wait()

    def end(self) -> None:
        """End the writing half."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write_eof()

    def hurry(self) -> None:
        """Read what is left at once, whoever reads here: the process ended, so it is not much."""
        self._most = MOST_LEFT
        if self._is_paused:
            self._resume()

    def abort(self) -> None:
        """Let go of the connection: what was not read is nobody's business any more."""
        if self._transport is not None:
            self._transport.abort()

    def _resume(self) -> None:
        self._is_paused = False
        if self._transport is not None:
            self._transport.resume_reading()

    # what the event loop tells

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._came += data
        self._arrived.set()
        if len(self._came) > self._most and self._transport is not None:
            if self._never_waits:
                self._overflowed = True
                self._transport.abort()
            elif not self._is_paused:
                self._is_paused = True
                self._transport.pause_reading()

    def eof_received(self) -> bool:
        self._ended = True
        self._arrived.set()
        return True  # the writing half is ended by us

    def pause_writing(self) -> None:
        self._writable.clear()

    def resume_writing(self) -> None:
        self._writable.set()

    def connection_lost(self, exc: Exception | None) -> None:
        """Note the end; one with an error too: how the process ended is asked of the Engine."""
        del exc
        self._transport = None
        self._ended = True
        self._arrived.set()
        self._writable.set()


@asynccontextmanager
async def hijack(
    address: str, path: str, body: bytes = b"", *, most: int = AHEAD, never_waits: bool = False
) -> AsyncGenerator[Hijacked]:
    """Open a connection at the Engine's address and take it over.

    Raises:
        aiodocker.DockerError: the Engine refuses.

    """
    wire = Hijacked(most=most, never_waits=never_waits)
    await _connect(address, wire)
    try:
        await wire.write(_request(path, body))
        await _switched(wire)
        yield wire
    finally:
        wire.abort()


async def _connect(address: str, wire: Hijacked) -> None:
    loop = asyncio.get_running_loop()
    parts = urlsplit(address)
    if parts.scheme == "unix":
        await loop.create_unix_connection(lambda: wire, parts.path)
    else:
        await loop.create_connection(lambda: wire, parts.hostname or "", parts.port or 0)


def _request(path: str, body: bytes) -> bytes:
    head = (
        f"POST /{path} HTTP/1.1\r\nHost: docker\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def _switched(wire: Hijacked) -> None:
    head = await wire.read_until(END_OF_HEAD)
    line = STATUS.match(head)
    if line is None or not head.endswith(END_OF_HEAD):
        raise ConnectionError("no answer that can be read")
    status = int(line[1])
    if status != SWITCHED:
        raise aiodocker.DockerError(status, message_of(await _rest(wire, head)))


async def _rest(wire: Hijacked, head: bytes) -> bytes:
    """Return a refusal's body, without what is not needed to read it."""
    length = LENGTH.search(head)
    most = min(int(length[1]), MOST_HEAD) if length is not None else MOST_HEAD
    raw = b""
    while len(raw) < most and (data := await wire.read(most - len(raw))):
        raw += data
    start, end = raw.find(b"{"), raw.rfind(b"}")
    return raw[start : end + 1]
