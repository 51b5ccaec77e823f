"""A link over real websockets on loopback, the real store under it, and a fake agent before it."""

import asyncio
import base64
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

import aiohttp
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from pasture.auth.host_token import HostTokens, KeyPair, new_pair
from pasture.kit.tasks import TaskGroup
from pasture.link.client import Timing
from pasture.link.endpoint import Link
from pasture.link.host_api import HostApi
from pasture.model.account import Account, Project
from pasture.model.container import Container
from pasture.model.host import Agent, Host
from pasture.model.query import Where
from pasture.model.resource import Resource
from pasture.server.front_door import ports, serving
from pasture.settings.parse import Listen
from pasture.store.changes import Change, Create, Update
from pasture.store.store import Store
from pasture.wire.frames import (
    PROTOCOL,
    Accepted,
    Assigned,
    Assignment,
    FromAgent,
    FromServer,
    Heartbeat,
    Hello,
    Observed,
    Report,
    Welcome,
    decode_from_server,
    digest,
    encode,
    hash_of,
)

R = TypeVar("R", bound=Resource)
F = TypeVar("F")
NOW = 1_800_000_000_000
QUICK = Timing(probe_s=0.05, relook_s=0.02)
SOON_S = 5.0  # more than anything here takes


class FixedClock:
    """A clock that stands."""

    def now_ms(self) -> int:
        return NOW


@cache
def pair() -> KeyPair:
    """Return a key pair, made once."""
    return new_pair()


class Keys:
    """Where that is kept."""

    async def pair(self) -> KeyPair:
        return pair()


class FakeAgent:
    """The agent's end of a link, one frame at a time."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.number = 0

    async def send(self, frame: FromAgent) -> None:
        await self.socket.send_str(encode(frame).decode())

    async def receive(self) -> FromServer:
        async with asyncio.timeout(SOON_S):
            return decode_from_server(await self.socket.receive_str())

    async def expect(self, kind: type[F]) -> F:
        frame = await self.receive()
        assert isinstance(frame, kind), frame
        return frame

    async def closed(self) -> None:
        async with asyncio.timeout(SOON_S):
            message = await self.socket.receive()
        assert message.type in {aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED}, message

    async def quiet(self) -> None:
        """See that nothing stands between this and the answer to a heartbeat."""
        await self.send(Heartbeat())
        await self.expect(Heartbeat)

    async def report(
        self, *containers: Observed, full: bool = False, gone: tuple[str, ...] = ()
    ) -> None:
        self.number += 1
        await self.send(Report(number=self.number, full=full, containers=containers, gone=gone))
        accepted = await self.expect(Accepted)
        assert accepted.number == self.number


@dataclass
class World:
    """What a test works with."""

    store: Store
    link: Link
    tokens: HostTokens
    port: int
    http: aiohttp.ClientSession

    async def agent(self, number: int = 1, **hello: Any) -> FakeAgent:
        """Connect an agent and say hello."""
        agent = await self.connect(number)
        await agent.send(greeting(**hello))
        return agent

    async def connect(self, number: int = 1) -> FakeAgent:
        proof = base64.b64encode(f"{number}:secret".encode()).decode()
        return FakeAgent(
            await self.http.ws_connect(
                f"http://127.0.0.1:{self.port}/link", headers={"Authorization": f"Basic {proof}"}
            )
        )

    async def joined(self, number: int = 1, **hello: Any) -> tuple[FakeAgent, Host]:
        """Connect an agent up to its first assignment, and return it with its host."""
        agent = await self.agent(number, **hello)
        await agent.expect(Welcome)
        await agent.expect(Assignment)
        host = await self.store.one(Host, Where("agent_id", number))
        assert host is not None
        return agent, host

    async def container(self, host: Host, **fields: Any) -> Container:
        """Make a container that is placed on a host."""
        given: dict[str, Any] = {
            "image_uuid": "docker:nginx",
            "account_id": host.account_id,
            "host_id": host.id,
        }
        [made] = await self.store.write(Create(Container(**{**given, **fields})))
        return cast("Container", made)

    async def change(self, row: R, **fields: Any) -> R:
        """Change a row as it is now."""
        now = await self.store.get(type(row), row.id)
        assert now is not None
        [changed] = await self.store.write(Update(replace(now, **fields)))
        return cast("R", changed)

    async def now(self, row: R) -> R:
        """Return a row as it is now."""
        found = await self.store.get(type(row), row.id)
        assert found is not None
        return found

    async def until(self, row: R, **fields: Any) -> R:
        """Wait until a row is like this."""
        async with asyncio.timeout(SOON_S):
            while True:
                found = await self.now(row)
                if all(getattr(found, name) == value for name, value in fields.items()):
                    return found
                await asyncio.sleep(0.005)


def greeting(**fields: Any) -> Hello:
    given: dict[str, Any] = {
        "protocol": PROTOCOL,
        "version": "0.1",
        "engine_id": "E1",
        "hostname": "m1",
    }
    return Hello(**{**given, **fields})


class Pairs:
    """A store whose disk takes two writes at a time: one alone waits for another."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._two = asyncio.Barrier(2)

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    async def write(self, *changes: Change) -> tuple[Resource, ...]:
        async with asyncio.timeout(SOON_S):
            await self._two.wait()
        return await self._store.write(*changes)


@asynccontextmanager
async def world(
    folder: Path, *, agents: int = 2, around: Callable[[Store], object] = lambda store: store
) -> AsyncGenerator[World]:
    """Open a store with an environment and agents, and serve the link over it.

    ``around``: what the link has instead of the store itself.
    """
    async with open_store(folder) as store:
        if not await store.count(Agent):
            await populate(store, agents)
        link = Link(cast("Store", around(store)), FixedClock(), by_number(store))
        await link.start()
        tokens = HostTokens(Keys(), FixedClock())
        sockets = HostApi(store, link.links, tokens, FixedClock(), timing=QUICK)
        routes = [*link.routes, *sockets.routes]
        async with served(link, routes) as port, aiohttp.ClientSession() as http:
            yield World(store, link, tokens, port, http)


@asynccontextmanager
async def open_store(folder: Path) -> AsyncGenerator[Store]:
    url = f"sqlite:///{folder}/test.db"
    async with Store.open(url, key=b"k" * 32, clock=FixedClock()) as store:
        yield store


async def populate(store: Store, agents: int) -> None:
    await store.write(
        Create(Project(name="Default", uuid="p1", state="active")),
        Create(Project(name="Other", uuid="p2", state="active")),
        *(Create(Account(kind="registeredAgent", state="active")) for _ in range(agents)),
        *(
            Create(Agent(project_id=1, account_id=3 + n, state="registering"))
            for n in range(agents)
        ),
    )


def by_number(store: Store) -> Any:
    """Return an authentication by an agent's number."""

    async def authenticate(header: str | None) -> Agent | None:
        if header is None:
            return None
        number = base64.b64decode(header.removeprefix("Basic ")).partition(b":")[0]
        return await store.get(Agent, int(number))

    return authenticate


@asynccontextmanager
async def served(link: Link, routes: Sequence[BaseRoute]) -> AsyncGenerator[int]:
    bound = ports.bind(Listen("127.0.0.1", 0))
    port: int = bound.getsockname()[1]
    server, stop = serving.server(Starlette(routes=routes)), asyncio.Event()
    async with TaskGroup() as group:
        telling = group.create_task(link.run())
        serving_it = group.create_task(serving.serve([serving.Served(server, bound)], stop))
        try:
            yield port
        finally:
            stop.set()
            await serving_it
            telling.cancel()


def assignment_hash(containers: Iterable[Assigned]) -> str:
    """Return the hash of a whole assignment."""
    return hash_of(sum(map(digest, containers)))
