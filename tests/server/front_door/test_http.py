"""The bounds of HTTP, in virtual time, over a transport in memory."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Route
from uvicorn.server import ServerState

from pasture.server.front_door.app import make
from pasture.server.front_door.census import Census
from pasture.server.front_door.http import BODY_S, HEAD_BYTES, HEAD_S, MOST_HEADERS, BoundedHttp
from pasture.server.front_door.serving import server

CHUNKED = b"POST /body HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
HEAD = b"POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n"
GET = b"GET /ping HTTP/1.1\r\nHost: x\r\n\r\n"


ADDRESS = "192.0.2.1"


async def headers(request: Request) -> PlainTextResponse:
    """Answer the names of all headers, once the body is there."""
    await request.body()
    return PlainTextResponse(" ".join(request.headers.keys()))


async def endless(_: Request) -> StreamingResponse:
    """Begin an answer that takes its time."""

    async def parts() -> AsyncIterator[bytes]:
        yield b"first"
        await asyncio.sleep(10 * BODY_S)

    return StreamingResponse(parts())


async def read(request: Request) -> PlainTextResponse:
    """Wait for the whole body, as long as it takes."""
    return PlainTextResponse(f"{len(await request.body())}")


class Client(asyncio.Transport):
    """A connection, from the client's side."""

    def __init__(self, census: Census | None = None) -> None:
        super().__init__({"peername": (ADDRESS, 1), "sockname": ("192.0.2.2", 2)})
        routes = [
            Route("/body", read, methods=["POST"]),
            Route("/headers", headers, methods=["GET", "POST"]),
            Route("/endless", endless),
        ]
        config = server(make(routes), census).config
        config.load()
        self.heard = b""
        self.closed_at: float | None = None
        loop = asyncio.get_running_loop()
        self.protocol = BoundedHttp(config, ServerState(), {}, _loop=loop)
        self.protocol.connection_made(self)

    def send(self, data: bytes) -> None:
        self.protocol.data_received(data)

    async def leave(self) -> None:
        """Be gone, and let who answers notice."""
        self.protocol.connection_lost(None)
        await asyncio.sleep(0.1)

    def write(self, data: Any) -> None:
        self.heard += data

    def is_closing(self) -> bool:
        return self.closed_at is not None

    def close(self) -> None:
        if self.closed_at is None:
            self.closed_at = asyncio.get_running_loop().time()

    def abort(self) -> None:
        self.close()

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
        ("no body", HEAD, BODY_S),
        ("half a chunk", CHUNKED + b"5\r\nab", BODY_S),
    ],
)
async def test_who_does_not_get_on_is_told_so_and_dropped(
    case: str, sent: bytes, closed_at: float
) -> None:
    client = Client()
    if sent:
        client.send(sent)
    await asyncio.sleep(2 * BODY_S)
    assert client.closed_at == closed_at, case
    assert client.heard.startswith(b"HTTP/1.1 408 ") == bool(sent), case
    assert not sent or b"a head within 15 seconds" in client.heard


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


@pytest.mark.looptime
async def test_a_slow_body_does_not_run_into_an_answer_that_is_under_way() -> None:
    client = Client()
    client.send(HEAD.replace(b"POST /body", b"GET /endless"))
    await asyncio.sleep(2 * BODY_S)
    assert client.closed_at == BODY_S
    assert client.heard.count(b"HTTP/1.1") == 1
    assert b"408" not in client.heard
    await client.leave()


@pytest.mark.looptime
@pytest.mark.parametrize("count", [MOST_HEADERS + 1, 10_000])
async def test_many_headers_are_refused_however_short(count: int) -> None:
    client = Client()
    began = time.perf_counter()
    client.send(GET[:-2] + b"a:\r\n" * count + b"\r\n")
    assert time.perf_counter() - began < 0.1
    assert client.closed_at == 0
    assert client.heard.startswith(b"HTTP/1.1 431 ")
    await asyncio.sleep(1)
    assert client.heard.count(b"HTTP/1.1") == 1


@pytest.mark.looptime
async def test_as_many_headers_as_are_accepted_are_answered() -> None:
    client = Client()
    client.send(GET[:-2] + b"a:\r\n" * (MOST_HEADERS - 1) + b"\r\n")
    await asyncio.sleep(1)
    assert client.heard.startswith(b"HTTP/1.1 200 ")


@pytest.mark.looptime
async def test_trailers_are_no_headers() -> None:
    client = Client()
    trailer = b"0\r\nX-Forwarded-For: 203.0.113.1\r\nAuthorization: Basic eDp4\r\n\r\n"
    client.send(CHUNKED.replace(b"/body", b"/headers") + b"1\r\na\r\n" + trailer)
    await asyncio.sleep(1)
    assert client.heard.endswith(b"host transfer-encoding")


@pytest.mark.looptime
@pytest.mark.parametrize(
    ("case", "part"),
    [
        ("many trailers", b"a: b\r\n"),
        ("a trailer without end", b"x"),
    ],
)
async def test_trailers_without_end_are_dropped(case: str, part: bytes) -> None:
    client = Client()
    client.send(CHUNKED + b"0\r\nx: ")
    sent = 0
    while not client.is_closing():
        client.send(part * (4096 // len(part)))
        sent += 4096
        assert sent < 3 * HEAD_BYTES, case
    assert client.heard.startswith(b"HTTP/1.1 431 ")


@pytest.mark.looptime
async def test_a_chunks_extension_without_end_is_dropped() -> None:
    client = Client()
    client.send(CHUNKED + b"5;")
    for _ in range(3 * HEAD_BYTES // 4096):
        client.send(b"x" * 4096)
    assert client.is_closing()


@pytest.mark.looptime
async def test_a_body_in_tiny_chunks_is_taken() -> None:
    client = Client()
    client.send(CHUNKED)
    for _ in range(20_000):
        client.send(b"1\r\na\r\n")
    client.send(b"0\r\n\r\n")
    await asyncio.sleep(1)
    assert client.heard.endswith(b"20000")


@pytest.mark.looptime
@pytest.mark.parametrize(
    ("case", "head"),
    [
        ("two lengths", b"Host: x\r\nContent-Length: 5\r\nContent-Length: 6"),
        ("a length and chunks", b"Host: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked"),
        ("chunks and a length", b"Host: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 5"),
        ("another coding last", b"Host: x\r\nTransfer-Encoding: chunked, identity"),
        ("an unknown coding", b"Host: x\r\nTransfer-Encoding: xchunked"),
        ("a signed length", b"Host: x\r\nContent-Length: +5"),
        ("a length with a space in it", b"Host: x\r\nContent-Length: 5 5"),
        ("a space before the colon", b"Host: x\r\nContent-Length : 5"),
        ("a folded line", b"Host: x\r\nX-A: b\r\n c: d"),
        ("a bare return", b"Host: x\r\nX-A: b\rX-B: c"),
        ("a null", b"Host: x\r\nX-A: b\x00c"),
        ("no host", b"X-A: b"),
        ("two hosts", b"Host: x\r\nHost: y"),
        ("a path for a host", b"Host: x/y"),
        ("credentials in the host", b"Host: me@x"),
        ("a space in the host", b"Host: x y"),
    ],
)
async def test_what_two_readers_could_take_for_different_requests_is_refused(
    case: str, head: bytes
) -> None:
    client = Client()
    client.send(b"POST /body HTTP/1.1\r\n" + head + b"\r\n\r\nhello")
    await asyncio.sleep(1)
    assert client.heard.startswith(b"HTTP/1.1 400 "), (case, client.heard)
    assert client.heard.count(b"HTTP/1.1") == 1
    assert client.is_closing()


@pytest.mark.looptime
@pytest.mark.parametrize("host", [b"x", b"x:80", b"[::1]:80", b"a_b.c-d", b"10.0.0.1", b""])
async def test_a_host_may_be_a_name_or_an_address(host: bytes) -> None:
    client = Client()
    client.send(GET.replace(b"x", host))
    await asyncio.sleep(1)
    assert client.heard.startswith(b"HTTP/1.1 200 ")


@pytest.mark.looptime
async def test_an_old_balancer_names_no_host() -> None:
    client = Client()
    client.send(b"GET /ping HTTP/1.0\r\n\r\n")
    await asyncio.sleep(1)
    assert client.heard.startswith(b"HTTP/1.1 200 ")


@pytest.mark.looptime
async def test_who_asks_on_without_waiting_for_answers_is_dropped() -> None:
    client = Client()
    client.send(HEAD.replace(b"POST /body", b"GET /endless"))
    client.send(b"hello")
    await asyncio.sleep(1)
    client.send(GET * 1000)
    assert client.is_closing()
    await client.leave()


@pytest.mark.looptime
async def test_an_address_holds_so_many_connections_and_no_more() -> None:
    census = Census(most=3)
    held = [Client(census) for _ in range(3)]
    refused = Client(census)
    assert refused.heard.startswith(b"HTTP/1.1 503 ")
    assert b"--trusted-proxies" in refused.heard
    assert refused.is_closing()
    refused.send(GET)
    refused.protocol.connection_lost(None)
    held[0].protocol.connection_lost(None)
    assert census.held == 2
    again = Client(census)
    again.send(GET)
    await asyncio.sleep(1)
    assert b" 200 " in again.heard
    assert (census.held, census.refused) == (3, {503: 1})
