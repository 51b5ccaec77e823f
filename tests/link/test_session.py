"""Sessions in virtual time, over a wire in memory."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from starlette.websockets import WebSocket

from pasture.kit.tasks import TaskGroup
from pasture.link.endpoint import HELLO_S, Link
from pasture.link.links import LinkEnded, Links
from pasture.link.session import MOST_LOOKS, SEND_S, Session
from pasture.model.host import Host
from pasture.wire.frames import (
    SILENCE_S,
    Assignment,
    FromServer,
    Heartbeat,
    Opened,
    decode_from_server,
    encode,
)
from pasture.wire.streams import WINDOW, Attach
from tests.link.world import FixedClock, by_number, greeting, open_store, populate

HOST = Host(id=3, name="h1", account_id=1, agent_id=1, engine_id="E1")


class MemoryWire:
    """An agent that says what it is told to, and takes frames or does not."""

    def __init__(self, *, takes: bool = True, takes_s: float = 0) -> None:
        self.takes, self.takes_s = takes, takes_s
        self.said = asyncio.Queue[str | bytes]()
        self.sent: list[FromServer | bytes] = []

    async def receive(self) -> str | bytes:
        message = await self.said.get()
        if not message:
            raise LinkEnded("closed by the agent")
        return message

    async def send(self, message: str | bytes) -> None:
        if not self.takes:
            await asyncio.Event().wait()
        await asyncio.sleep(self.takes_s)
        data = isinstance(message, bytes)
        self.sent.append(message if data else decode_from_server(message))


def session(wire: MemoryWire, store: Any) -> Session:
    return Session(wire, store, HOST, hello=greeting(), links=Links())


@pytest.mark.looptime
async def test_a_host_that_says_nothing_is_given_up(tmp_path: Path, looptime: float) -> None:
    async with open_store(tmp_path) as store:
        wire = MemoryWire()
        assert await session(wire, store).run() == "silent for 30 seconds"
        assert looptime == SILENCE_S
        assert [type(frame) for frame in wire.sent] == [Assignment]


@pytest.mark.looptime
async def test_a_host_that_says_something_is_kept_and_answered(
    tmp_path: Path, looptime: float
) -> None:
    async with open_store(tmp_path) as store, TaskGroup() as group:
        wire = MemoryWire()
        running = group.create_task(session(wire, store).run())
        for _ in range(5):
            await asyncio.sleep(SILENCE_S - 1)
            wire.said.put_nowait(encode(Heartbeat()).decode())
        await asyncio.sleep(1)
        wire.said.put_nowait(b"")
        assert await running == "closed by the agent"
        assert looptime == 5 * (SILENCE_S - 1) + 1
        assert [type(frame) for frame in wire.sent] == [Assignment, *[Heartbeat] * 5]


@pytest.mark.looptime
async def test_a_host_that_takes_no_frame_is_given_up(tmp_path: Path, looptime: float) -> None:
    async with open_store(tmp_path) as store, TaskGroup() as group:
        wire = MemoryWire(takes=False)
        running = group.create_task(session(wire, store).run())
        for _ in range(3):  # it talks, but it does not listen
            await asyncio.sleep(SEND_S / 4)
            wire.said.put_nowait(encode(Heartbeat()).decode())
        assert await running == "took no frame for 30 seconds"
        assert looptime == SEND_S


async def test_what_waits_for_a_host_that_takes_nothing_stays_bounded(tmp_path: Path) -> None:
    async with open_store(tmp_path) as store:
        one = session(MemoryWire(takes=False), store)
        for number in range(100_000):
            one.look(number)
            assert len(one.looks) <= MOST_LOOKS


@pytest.mark.looptime
async def test_a_connection_without_a_hello_is_given_up(tmp_path: Path, looptime: float) -> None:
    async with open_store(tmp_path) as store:
        await populate(store, 1)
        link = Link(store, FixedClock(), by_number(store))
        sent: list[str] = []
        events = asyncio.Queue[dict[str, Any]]()
        events.put_nowait({"type": "websocket.connect"})

        async def send(message: Any) -> None:
            sent.append(message["type"])

        headers = [(b"authorization", b"Basic MTpzZWNyZXQ=")]
        scope = {"type": "websocket", "path": "/link", "headers": headers, "client": None}
        await link.serve(WebSocket(scope, events.get, send))
        assert looptime == HELLO_S
        assert sent == ["websocket.accept", "websocket.close"]
        assert not link.links.by_agent


@pytest.mark.looptime
async def test_a_heartbeat_waits_for_one_piece_of_a_stream_at_most(
    tmp_path: Path, looptime: float
) -> None:
    async with open_store(tmp_path) as store, TaskGroup() as group:
        wire = MemoryWire(takes_s=1)
        one = session(wire, store)
        running = group.create_task(one.run())

        async def flood() -> None:
            async with one.streams.open(Attach(container="c")) as stream:
                await stream.write(b"x" * WINDOW)

        flooding = group.create_task(flood())
        await asyncio.sleep(3)
        wire.said.put_nowait(encode(Opened(stream=1)).decode())
        await asyncio.sleep(2.5)  # the link is in the middle of a piece
        before = len(wire.sent)
        wire.said.put_nowait(encode(Heartbeat()).decode())
        await asyncio.sleep(2)
        told = wire.sent[before:]
        assert [type(m) for m in told] == [bytes, Heartbeat]
        flooding.cancel()
        wire.said.put_nowait("")
        assert await running == "closed by the agent"
