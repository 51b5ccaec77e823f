"""The open links: which session serves which agent and host, and who holds which container."""

import asyncio
from collections.abc import AsyncGenerator, Generator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from typing import Protocol
from weakref import WeakValueDictionary

from pasture.kit.ids import show
from pasture.link.doubles import Doubles
from pasture.link.streams import Stream, StreamFailed, Streams
from pasture.wire.frames import Refused
from pasture.wire.streams import AnyPurpose


class LinkEnded(Exception):
    """The link is over; the reason stands in it. Never leaves this package."""


class Listener(Protocol):
    """What others tell a session; the session itself and the tests' own are two of it."""

    agent_id: int
    host_id: int
    project_id: int | None

    @property
    def streams(self) -> Streams:
        """The streams of its host."""
        ...

    def look(self, container_id: int) -> None:
        """Look at this container's row: it may have changed, come or gone."""
        ...

    def look_at_all(self) -> None:
        """Look at every row of the host."""
        ...

    def end(self, refused: Refused | None, reason: str) -> None:
        """Say a last word, where there is one, and close."""
        ...


class Links:
    """Open links of this server."""

    def __init__(self) -> None:
        self.by_agent: dict[int, Listener] = {}
        self.by_host: dict[int, Listener] = {}
        self.reports = 0  # that were stored
        self._holders: dict[int, int] = {}  # container id -> id of the host that was told of it
        self._held: dict[int, set[int]] = {}  # the other way round
        self._loading: dict[Listener, None] = {}
        self.doubles = Doubles()
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def __iter__(self) -> Iterator[Listener]:
        return iter(list(self.by_agent.values()))

    @asynccontextmanager
    async def turn(self, *names: str) -> AsyncGenerator[None]:
        """Let nobody else have his turn under one of these names before this one is over.

        Who comes or goes takes that of his agent, then of his Engine, then of his host's name:
        always in this order, so that no two wait for each other.
        """
        async with AsyncExitStack() as taken:
            for name in names:
                lock = self._turns.setdefault(name, asyncio.Lock())
                await taken.enter_async_context(lock)
            yield

    @asynccontextmanager
    async def stream(self, host_id: int, purpose: AnyPurpose) -> AsyncGenerator[Stream]:
        """Open a stream on a host, and close it at the end of the block.

        Raises:
            StreamFailed: the host is not connected, or could not begin it.
            Busy: it has too many.

        """
        session = self.by_host.get(host_id)
        if session is None:
            raise StreamFailed(
                f"host {show('host', host_id)} is not connected; try again once its agent is back"
            )
        async with session.streams.open(purpose) as stream:
            yield stream

    def enter(self, session: Listener) -> None:
        """Register a session; the one that it replaces is closed."""
        self.oust(session.agent_id)
        there = self.by_host.get(session.host_id)
        if there is not None:
            self.oust(there.agent_id)
        self.by_agent[session.agent_id] = session
        self.by_host[session.host_id] = session

    def oust(self, agent_id: int) -> None:
        """Close the session of an agent, if there is one: the agent connected again."""
        former = self.by_agent.get(agent_id)
        if former is not None:
            self.leave(former)
            former.end(None, "the same agent connected again")

    def leave(self, session: Listener) -> None:
        """Forget a session, where no other one has its place already."""
        if self.by_agent.get(session.agent_id) is not session:
            return
        del self.by_agent[session.agent_id]
        self.doubles.leave(session.agent_id)
        if self.by_host.get(session.host_id) is session:
            del self.by_host[session.host_id]
        for container_id in list(self._held.get(session.host_id, ())):
            self.release(session.host_id, container_id)

    @contextmanager
    def loading(self, session: Listener) -> Generator[None]:
        """Tell a session of everything while it reads the rows of its host."""
        self._loading[session] = None
        try:
            yield
        finally:
            del self._loading[session]

    def hold(self, host_id: int, container_id: int) -> None:
        """Remember that a host was told of a container."""
        self._holders[container_id] = host_id
        self._held.setdefault(host_id, set()).add(container_id)

    def release(self, host_id: int, container_id: int) -> None:
        """Forget that; another host may have been told of it since."""
        held = self._held.get(host_id, set())
        held.discard(container_id)
        if not held:
            self._held.pop(host_id, None)
        if self._holders.get(container_id) == host_id:
            del self._holders[container_id]

    def concerned(self, container_id: int, host_id: int | None) -> list[Listener]:
        """Return the sessions that must look at a container whose row names that host.

        That is its host, the host that was told of it before, and hosts that read their rows
        just now.
        """
        there = self.by_host.get(host_id or 0)
        before = self.by_host.get(self._holders.get(container_id, 0))
        return [s for s in dict.fromkeys((there, before, *self._loading)) if s is not None]
