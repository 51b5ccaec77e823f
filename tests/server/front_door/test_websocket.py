"""Websockets that say nothing, in virtual time: pings, dead peers, and peers that wait for us."""

import asyncio
import socket
import sys
from typing import Any

import pytest
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect
from uvicorn.server import ServerState
from websockets.frames import Frame, Opcode

from pasture.server.front_door.app import make
from pasture.server.front_door.http import BoundedHttp
from pasture.server.front_door.serving import PING_S, PONG_S, server
from pasture.server.front_door.websocket import OTHERS_BYTES, SILENT_MS

UPGRADE = (
    b"GET /{path} HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
)
PING = 0x89
HOURS_S = 7200.0


class Kernel:
    """What the kernel knows of a connection."""

    family = socket.AF_INET

    def __init__(self) -> None:
        self.last_ack_ms = 0
        self.options: list[tuple[int, int]] = []

    def getpeername(self) -> tuple[str, int]:
        return "192.0.2.1", 1

    def getsockname(self) -> tuple[str, int]:
        return "192.0.2.2", 2

    def setsockopt(self, _: int, option: int, value: int) -> None:
        self.options.append((option, value))

    def getsockopt(self, _: int, option: int, size: int) -> bytes:
        assert option == socket.TCP_INFO
        return (b"\xff" * 56 + self.last_ack_ms.to_bytes(4, sys.byteorder))[:size]


class Peer(asyncio.Transport):
    """The other end of a websocket; answers pings while it lives."""

    def __init__(self, path: str) -> None:
        self.kernel = Kernel()
        super().__init__({"socket": self.kernel})
        self.ended: list[float] = []
        self.lives = True
        self.pings: list[float] = []
        self.closed_at: float | None = None
        self.held = b""  # sent, not read by the server
        self.is_paused = False
        routes = [
            WebSocketRoute("/idle", self.idle),
            WebSocketRoute("/deaf", self.deaf),
            WebSocketRoute("/link", self.idle),
        ]
        config = server(make(routes)).config
        config.load()
        self.loop = asyncio.get_running_loop()
        self.protocol: Any = BoundedHttp(config, ServerState(), {}, _loop=self.loop)
        self.protocol.connection_made(self)
        self.protocol.data_received(UPGRADE.replace(b"{path}", path.encode()))

    async def idle(self, websocket: WebSocket) -> None:
        """Listen."""
        await websocket.accept()
        try:
            await websocket.receive_text()
        except WebSocketDisconnect:
            self.ended.append(self.loop.time())

    async def deaf(self, websocket: WebSocket) -> None:
        """Read nothing for hours: a program that takes no input."""
        await websocket.accept()
        await asyncio.sleep(HOURS_S)

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        self.protocol = protocol

    def write(self, data: Any) -> None:
        if data[:1] == bytes([PING]):
            self.pings.append(self.loop.time())
            if self.lives:
                self.loop.call_soon(self.send, Frame(Opcode.PONG, data[2:]).serialize(mask=True))

    def send(self, data: bytes) -> None:
        if self.is_paused:
            self.held += data
        else:
            self.protocol.data_received(data)

    def pause_reading(self) -> None:
        self.is_paused = True

    def resume_reading(self) -> None:
        self.is_paused = False

    def is_closing(self) -> bool:
        return self.closed_at is not None

    def close(self) -> None:
        if self.closed_at is None:
            self.closed_at = self.loop.time()
            self.loop.call_soon(self.protocol.connection_lost, None)


@pytest.mark.looptime
async def test_what_is_idle_is_kept_alive_against_who_cuts_it() -> None:
    peer = Peer("idle")
    await asyncio.sleep(HOURS_S)
    assert peer.closed_at is None
    gaps = [b - a for a, b in zip(peer.pings, peer.pings[1:], strict=False)]
    assert max(gaps) <= 30
    peer.close()
    await asyncio.sleep(0.1)


@pytest.mark.looptime
async def test_a_dead_peer_is_noticed_within_a_minute() -> None:
    peer = Peer("idle")
    peer.lives = False
    await asyncio.sleep(60)
    assert peer.closed_at == PING_S + PONG_S
    assert len(peer.ended) == 1


@pytest.mark.looptime
async def test_a_peer_that_waits_for_us_is_not_taken_for_dead() -> None:
    peer = Peer("deaf")
    await asyncio.sleep(0)
    for _ in range(2):
        peer.send(Frame(Opcode.TEXT, b"input").serialize(mask=True))
    assert peer.is_paused
    await asyncio.sleep(HOURS_S / 2)
    assert peer.closed_at is None
    assert len(peer.pings) > HOURS_S / 2 / (PING_S + PONG_S) - 2
    peer.close()
    await asyncio.sleep(HOURS_S)


@pytest.mark.looptime
async def test_a_peer_that_reads_slowly_is_not_taken_for_dead() -> None:
    peer = Peer("idle")
    await asyncio.sleep(0)
    peer.lives = False  # our pings stand behind what it does not read
    peer.protocol.pause_writing()
    await asyncio.sleep(HOURS_S)
    assert peer.closed_at is None
    peer.protocol.resume_writing()
    await asyncio.sleep(PING_S + PONG_S)
    assert peer.closed_at is not None


@pytest.mark.looptime
async def test_a_peer_whose_kernel_acknowledges_nothing_is_dead() -> None:
    peer = Peer("idle")
    await asyncio.sleep(0)
    peer.lives = False
    peer.protocol.pause_writing()
    peer.kernel.last_ack_ms = SILENT_MS - 1
    await asyncio.sleep(PING_S + PONG_S)
    assert peer.closed_at is None
    peer.kernel.last_ack_ms = SILENT_MS
    await asyncio.sleep(PING_S + PONG_S)
    assert peer.closed_at is not None


@pytest.mark.looptime
async def test_no_time_is_set_within_which_a_websockets_peer_must_read() -> None:
    peer = Peer("idle")
    await asyncio.sleep(0)
    assert peer.kernel.options == [(socket.TCP_USER_TIMEOUT, 0)]
    peer.close()
    await asyncio.sleep(0.1)


@pytest.mark.looptime
@pytest.mark.parametrize(("path", "is_taken"), [("link", True), ("idle", False)])
async def test_only_a_hosts_link_takes_large_messages(path: str, is_taken: bool) -> None:
    peer = Peer(path)
    await asyncio.sleep(0)
    large = Frame(Opcode.TEXT, b"x" * (OTHERS_BYTES + 1), fin=False).serialize(mask=True)
    peer.send(large)
    await asyncio.sleep(1)
    assert (peer.closed_at is None) == is_taken
    peer.close()
    await asyncio.sleep(0.1)
