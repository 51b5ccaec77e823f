"""Say hello once: who this machine is to its server, or why it will not have it."""

import asyncio
from collections.abc import Iterable

from pasture.agent.engine.engine import About
from pasture.agent.host import Described, introduced
from pasture.agent.records import Identity
from pasture.agent.session import Link, Rejected, Timing
from pasture.agent.streams.stream import Stream
from pasture.wire.frames import Assignment, Changes, Hello, Network, Observed, Welcome
from pasture.wire.streams import AnyPurpose

PATIENCE_S = 30.0


class Met(Exception):
    """The server said welcome; the link has served its purpose."""

    def __init__(self, welcome: Welcome) -> None:
        super().__init__(welcome.host_id)
        self.welcome = welcome


class Visitor:
    """Whoever says hello only, and goes."""

    engine_error = None
    agent_error = None
    network_state = (None, None)

    def __init__(self, about: About, described: Described, now_ms: int) -> None:
        self.ready, self.changed = asyncio.Event(), asyncio.Event()
        self._about, self._described, self._now_ms = about, described, now_ms
        self.trust = described.trust

    async def hello(self) -> Hello:
        return introduced(self._about, self._described, self._now_ms)

    async def welcome(self, welcome: Welcome) -> bool:
        raise Met(welcome)

    def wish(self, welcome: Welcome) -> None:
        raise AssertionError(welcome)  # nothing follows the first

    def assign(self, frame: Assignment) -> None:
        raise AssertionError(frame)

    def change(self, frame: Changes) -> bool:
        raise AssertionError(frame)

    def network(self, frame: Network) -> None:
        raise AssertionError(frame)

    async def serve(self, purpose: AnyPurpose, stream: Stream) -> int | None:
        raise AssertionError(purpose, stream)

    def observed(self) -> Iterable[Observed]:
        return ()


async def meet(identity: Identity, visitor: Visitor, timing: Timing) -> Welcome:
    """Say hello, and return the server's welcome.

    Raises:
        Rejected: the server will not have this machine, or does not answer in time.

    """
    keys = (identity.access_key, identity.secret_key)
    outward = visitor.trust.outward(identity.ca)
    link = Link(identity.base, keys, visitor, outward=outward, timing=timing)
    try:
        async with asyncio.timeout(PATIENCE_S):
            await link.run()
            raise AssertionError("a link ends with an exception only")
    except Met as met:
        return met.welcome
    except TimeoutError as error:
        raise Rejected(f"the server at {identity.base} opens no link to this machine") from error
