"""A small HTTP proxy: CONNECT and plain requests, names resolved as a test wishes."""

import asyncio
from contextlib import suppress
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from pasture.kit.tasks import TaskGroup

PART = 65536


class ConnectProxy:
    """Leads every name to this machine; remembers who was asked for. Use it in a running loop."""

    def __init__(self, *, refuses: bool = False) -> None:
        self.asked: list[str] = []  # CONNECT name:port, or the method and the URL
        self.authorizations: list[str] = []
        self._refuses = refuses
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._server is not None
        self._server.close()
        await self._server.wait_closed()

    @property
    def port(self) -> int:
        """Where it listens on this machine."""
        assert self._server is not None
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            await self._lead(reader, writer)
        writer.close()

    async def _lead(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        line, *headers = head.decode("latin-1").split("\r\n")
        method, target, _ = line.split(" ")
        self.asked.append(f"{method} {target}")
        self.authorizations += [h for h in headers if h.lower().startswith("proxy-auth")]
        if self._refuses:
            writer.write(b"HTTP/1.1 403 Filtered\r\nContent-Length: 0\r\n\r\n")
            await writer.drain()
            return
        where = urlsplit(target if "//" in target else f"//{target}")
        there = await asyncio.open_connection("127.0.0.1", where.port)
        if method == "CONNECT":
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        else:
            path = target.partition(where.netloc)[2]
            there[1].write(head.replace(target.encode(), path.encode(), 1))
        async with TaskGroup() as group:
            group.create_task(pump(reader, there[1]))
            group.create_task(pump(there[0], writer))


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Pass on until one side ends."""
    with suppress(ConnectionError):
        while part := await reader.read(PART):
            writer.write(part)
            await writer.drain()
    writer.close()
