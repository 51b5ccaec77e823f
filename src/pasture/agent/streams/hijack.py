"""A connection to the Engine that is a process's input and output: HTTP up to 101, then bytes.

A client library's connection cannot end its writing half alone; ``cat`` in a container waits for
just that.
"""

import asyncio
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import aiodocker

from pasture.agent.docker_calls import message_of

SWITCHED = 101
END_OF_HEAD = b"\r\n\r\n"
MOST_BODY = 64 * 1024  # of a refusal
READ = 32 * 1024
# the Engine wants keys that leave a terminal; its own begin with Ctrl-P, a shell's last command
DETACH_KEYS = "ctrl-^,ctrl-@,ctrl-^,ctrl-@"


class Hijacked:
    """Both halves of a connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def read(self) -> bytes:
        """Return what came; empty: the other side ended."""
        return await self._reader.read(READ)

    async def write(self, data: bytes) -> None:
        """Send, and wait while the other side does not take it."""
        self._writer.write(data)
        await self._writer.drain()

    def end(self) -> None:
        """End the writing half."""
        if self._writer.can_write_eof():
            self._writer.write_eof()


@asynccontextmanager
async def hijack(address: str, path: str, body: bytes = b"") -> AsyncGenerator[Hijacked]:
    """Open a connection at the Engine's address and take it over.

    Raises:
        aiodocker.DockerError: the Engine refuses.

    """
    reader, writer = await _connect(address)
    try:
        writer.write(_request(path, body))
        await writer.drain()
        await _switched(reader)
        yield Hijacked(reader, writer)
    finally:
        writer.transport.abort()  # what was not read is nobody's business any more


async def _connect(address: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    parts = urlsplit(address)
    if parts.scheme == "unix":
        return await asyncio.open_unix_connection(parts.path)
    return await asyncio.open_connection(parts.hostname, parts.port)


def _request(path: str, body: bytes) -> bytes:
    head = (
        f"POST /{path} HTTP/1.1\r\nHost: docker\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def _switched(reader: asyncio.StreamReader) -> None:
    try:
        head = await reader.readuntil(END_OF_HEAD)
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
        raise ConnectionError("no answer that can be read") from error
    line = re.match(rb"HTTP/1\.\d (\d{3}) ", head)
    if line is None:
        raise ConnectionError("no answer that can be read")
    status = int(line[1])
    if status != SWITCHED:
        raise aiodocker.DockerError(status, message_of(await _rest(reader, head)))


async def _rest(reader: asyncio.StreamReader, head: bytes) -> bytes:
    """Return a refusal's body, without what is not needed to read it."""
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return await reader.readexactly(min(int(value), MOST_BODY))
    raw = await reader.read(MOST_BODY)
    start, end = raw.find(b"{"), raw.rfind(b"}")
    return raw[start : end + 1]
