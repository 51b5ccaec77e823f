"""TLS and plain HTTP on one port, over real sockets of this machine."""

import asyncio
import re
import socket
import ssl
from collections.abc import AsyncGenerator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from pasture.kit.tasks import TaskGroup
from pasture.server.front_door import serving
from pasture.server.front_door.app import make
from pasture.server.front_door.census import Census
from pasture.server.front_door.certificate import context_of
from tests.support.certificates import ca_of, issuer

SOON_S = 5.0


@dataclass
class Secured:
    """A certificate that a test swaps."""

    context: ssl.SSLContext


@dataclass(frozen=True)
class Running:
    port: int
    secured: Secured
    trusting: ssl.SSLContext
    census: Census

    @property
    def http(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=self.trusting))


async def echo(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.send_text(f"{websocket.url.scheme} {await websocket.receive_text()}")
    await websocket.close()


@asynccontextmanager
async def running(folder: Path, patience_s: float = SOON_S) -> AsyncGenerator[Running]:
    made = issuer(folder)
    secured, census, stop = Secured(context_of(made.pair, made.pair)), Census(), asyncio.Event()
    app = make([WebSocketRoute("/echo", echo)])
    with socket.create_server(("127.0.0.1", 0)) as bound:
        served = serving.over_tls(app, bound, secured, census, patience_s=patience_s)
        trusting = ssl.create_default_context(cadata=ca_of(made).pem)
        async with TaskGroup() as group:
            serving_it = group.create_task(serving.serve([served], stop))
            yield Running(bound.getsockname()[1], secured, trusting, census)
            stop.set()
            await serving_it


async def spoken(port: int, sent: bytes) -> bytes:
    """Say something in clear and return all that is answered."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent)
    try:
        async with asyncio.timeout(SOON_S):
            return await reader.read()
    finally:
        writer.close()
        await writer.wait_closed()


async def test_tls_is_served_and_what_is_served_knows(tmp_path: Path) -> None:
    async with running(tmp_path) as here, here.http as http:
        async with http.get(f"https://127.0.0.1:{here.port}/ping") as answer:
            assert await answer.text() == "pong"
        async with http.ws_connect(f"wss://localhost:{here.port}/echo") as websocket:
            await websocket.send_str("hello")
            assert await websocket.receive_str() == "wss hello"


UPGRADE = (
    b"GET /echo HTTP/1.1\r\nHost: h:1\r\nConnection: upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
)
CLEAR: dict[str, tuple[bytes, str]] = {
    "reads": (
        b"GET /a%20b?c=d HTTP/1.1\r\nHost: h:1\r\n\r\n",
        "307.*location: https://h:1/a%20b.c=d",
    ),
    "writes": (
        b"POST /x HTTP/1.1\r\nHost: h:1\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
        "400.*accepted: https://h:1",
    ),
    "names nobody": (b"GET /x HTTP/1.0\r\n\r\n", "400.*this port speaks TLS"),
    "opens a websocket": (UPGRADE, "400.*accepted: https://h:1"),
    "sends a head without end": (
        b"GET /x HTTP/1.1\r\nX: " + b"x" * 70_000,
        "431.*accepted: a head",
    ),
}


@pytest.mark.parametrize("case", CLEAR)
async def test_who_speaks_in_clear_is_told_where_to_go(tmp_path: Path, case: str) -> None:
    sent, answer = CLEAR[case]
    async with running(tmp_path) as here:
        said = (await spoken(here.port, sent)).decode()
        assert re.match(f"HTTP/1.1 {answer}", said, re.DOTALL), said


async def test_a_new_certificate_is_served_with_at_once(tmp_path: Path) -> None:
    async with running(tmp_path / "first") as here:
        other = issuer(tmp_path / "other")
        here.secured.context = context_of(other.pair, other.pair)
        async with here.http as http:
            with pytest.raises(aiohttp.ClientConnectorCertificateError):
                await http.get(f"https://127.0.0.1:{here.port}/ping")


async def test_who_breaks_off_or_says_nothing_is_in_nobodys_way(tmp_path: Path) -> None:
    async with running(tmp_path, patience_s=0.3) as here, here.http as http:
        with ExitStack() as held:
            at = ("127.0.0.1", here.port)
            silent, gone, half, *_ = [
                held.enter_context(socket.create_connection(at, timeout=SOON_S)) for _ in range(50)
            ]
            gone.close()
            half.sendall(b"\x16\x03\x01")
            garbage = await spoken(here.port, b"\x16 this is no handshake, however it begins")
            assert b"HTTP" not in garbage
            async with http.get(f"https://127.0.0.1:{here.port}/ping") as answer:
                assert answer.status == 200
            assert await asyncio.to_thread(silent.recv, 1) == b""  # dropped in time
            assert await asyncio.to_thread(half.recv, 1) == b""
        assert here.census.held <= 1  # the one that was answered
