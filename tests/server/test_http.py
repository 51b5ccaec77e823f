"""The bounds of HTTP, in virtual time, over a transport in memory."""

import asyncio
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from uvicorn.server import ServerState

from pasture.server.app import make
from pasture.server.http import BODY_S, HEAD_BYTES, HEAD_S, BoundedHttp
from pasture.server.serving import server

HEAD = b"POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n"
GET = b"GET /ping HTTP/1.1\r\nHost: x\r\n\r\n"


async def read(request: Request) -> PlainTextResponse:
    """Wait for the whole body, as long as it takes."""
    return PlainTextResponse(f"{len(await request.body())}")


class Client(asyncio.Transport):
    """A connection, from the client's side."""

    def __init__(self) -> None:
        super().__init__({"peername": ("192.0.2.1", 1), "sockname": ("192.0.2.2", 2)})
        config = server(make([Route("/body", read, methods=["POST"])])).config
        config.load()
        self.heard = b""
        self.closed_at: float | None = None
        loop = asyncio.get_running_loop()
        self.protocol = BoundedHttp(config, ServerState(), {}, _loop=loop)
        self.protocol.connection_made(self)

    def send(self, data: bytes) -> None:
        self.protocol.data_received(data)

    def write(self, data: Any) -> None:
        self.heard += data

    def is_closing(self) -> bool:
        return self.closed_at is not None

    def close(self) -> None:
        if self.closed_at is None:
            self.closed_at = asyncio.get_running_loop().time()

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        raise NotImplementedError

    def pause_reading(self) -> None:
        """Do nothing: what was sent has arrived."""

    def resume_reading(self) -> None:
        """Do nothing."""


@pytest.mark.looptime
@pytest.mark.parametrize(
    ("case", "sent", "closed_at"),
    [
        ("nothing", b"", HEAD_S),
        ("half a head", HEAD[:20], HEAD_S),
        ("empty lines", b"\r\n\r\n", HEAD_S),
        ("half a body", HEAD + b"ab", BODY_S),
    ],
)
async def test_who_does_not_get_on_is_dropped(case: str, sent: bytes, closed_at: float) -> None:
    client = Client()
    if sent:
        client.send(sent)
    await asyncio.sleep(2 * BODY_S)
    assert client.closed_at == closed_at, case


@pytest.mark.looptime
async def test_a_trickle_does_not_put_off_the_end() -> None:
    client = Client()
    for n in range(len(HEAD) - 1):
        if not client.is_closing():
            client.send(HEAD[n : n + 1])
        await asyncio.sleep(1)
    assert client.closed_at == HEAD_S


@pytest.mark.looptime
async def test_requests_in_time_are_answered_one_after_the_other() -> None:
    client = Client()
    for _ in range(3):
        client.send(GET)
        await asyncio.sleep(20)
    assert client.heard.count(b"HTTP/1.1 200 OK") == 3
    assert client.closed_at is None


@pytest.mark.looptime
async def test_a_head_too_long_is_refused_at_once() -> None:
    client = Client()
    client.send(GET[:-2] + b"X-Long: ")
    while not client.is_closing():
        client.send(b"x" * 4096)
    assert client.closed_at == 0
    assert b" 431 " in client.heard
    assert HEAD_BYTES == 65_536


@pytest.mark.looptime
@pytest.mark.parametrize("chunk", [1_000_000_000, 262_144, 65_536, 70_001])
@pytest.mark.parametrize("size", [66_000, 1_000_000, 9_000_000])
async def test_a_body_is_not_taken_for_a_head(size: int, chunk: int) -> None:
    client = Client()
    sent = HEAD.replace(b"5", b"%d" % size) + b"x" * size
    for turn in range(1, 4):
        for start in range(0, len(sent), chunk):
            client.send(sent[start : start + chunk])
        await asyncio.sleep(1)
        assert client.heard.count(b"HTTP/1.1 200 OK") == 2 * turn - 1
        assert client.heard.endswith(b"%d" % size)
        client.send(GET)  # on the same connection
        await asyncio.sleep(1)
        assert client.heard.endswith(b"pong")
    assert b" 431 " not in client.heard
    assert client.closed_at is None


@pytest.mark.looptime
async def test_a_head_too_long_that_comes_in_one_piece_is_not_handled() -> None:
    client = Client()
    client.send(GET[:-2] + b"X-Long: " + b"x" * HEAD_BYTES + b"\r\n\r\n")
    await asyncio.sleep(1)
    assert client.closed_at == 0
    assert client.heard.count(b"HTTP/1.1") == 1
    assert b" 431 " in client.heard


@pytest.mark.looptime
async def test_a_head_after_a_body_is_bounded_too() -> None:
    client = Client()
    client.send(HEAD + b"hello" + GET[:-2] + b"X-Long: ")
    for _ in range(HEAD_BYTES // 4096 + 1):
        client.send(b"x" * 4096)
    assert client.is_closing()
    assert b" 431 " in client.heard


@pytest.mark.looptime
async def test_several_slashes_are_one() -> None:
    client = Client()
    client.send(GET.replace(b"/ping", b"///ping"))
    client.send(HEAD.replace(b"/body", b"//body") + b"hello")
    await asyncio.sleep(1)
    assert client.heard.count(b"HTTP/1.1 200 OK") == 2
