"""A host's life: it becomes somebody to a server, then serves, again and again until cancelled."""

import logging
from collections.abc import Callable
from typing import Protocol

import msgspec

from pasture.agent import join
from pasture.agent.engine.engine import Engine
from pasture.agent.host import Described, Host
from pasture.agent.household import Household
from pasture.agent.records import Held, Identity, Records
from pasture.agent.session import Link, Rejected, Stranger, Timing
from pasture.agent.watch import EngineReplaced
from pasture.kit.tasks import TaskGroup, alone

log = logging.getLogger(__name__)
EngineFactory = Callable[[], Engine]


class Folder(Records, Protocol):
    """What an agent remembers: on disk, or in memory for simulated hosts."""

    def identity(self) -> Identity | None:
        """Return who the agent is, or None before it registered."""
        ...

    def save_identity(self, identity: Identity) -> None:
        """Keep who the agent is."""
        ...

    def held(self) -> Held | None:
        """Return the last assignment."""
        ...

    async def save_held(self, held: Held) -> None:
        """Keep the assignment for good before returning."""
        ...

    async def forget_all(self) -> None:
        """Drop the assignment and all records."""
        ...


class Life:
    """One host's agent, from its start to its end."""

    def __init__(
        self,
        url: str | None,
        folder: Folder,
        engine_factory: EngineFactory,
        *,
        described: Described,
        timing: Timing,
    ) -> None:
        self.household = Household()  # who runs it may set another
        self._url = url
        self._folder = folder
        self._engine_factory = engine_factory
        self._described = described
        self._timing = timing

    async def live(self) -> None:
        """Serve until cancelled.

        Raises:
            Rejected: the server will not have this agent.

        """
        identity = await self._identity()
        while True:
            try:
                await self._serve(identity)
            except EngineReplaced as replaced:
                log.warning("Engine replaced: a host of its own", extra={"why": str(replaced)})
                await self._folder.forget_all()
            except Rejected as rejected:
                fresh = _fresh(self._url, identity, is_restored=self._is_restored(rejected))
                if fresh is None:
                    raise
                log.warning("identity rejected, joining anew", extra={"server": fresh.base})
                self._folder.save_identity(fresh)
                await self._folder.forget_all()
                identity = await self._identity()

    def _is_restored(self, rejected: Rejected) -> bool:
        """Tell whether the server has another database than it had: it may know hosts no more.

        Raises:
            Rejected: it has, and no URL says how to join it.

        """
        held = self._folder.held()
        known = held.history if held is not None else ""
        if not (isinstance(rejected, Stranger) and rejected.history and known):
            return False
        if rejected.history == known:
            return False
        if self._url is None:
            raise Rejected(
                "the server goes on with another database, a backup, which does not know this "
                "host: start the agent once with its registration URL"
            ) from rejected
        return True

    async def _serve(self, identity: Identity) -> None:
        folder, engine = self._folder, self._engine_factory()
        try:
            host = Host(
                engine,
                folder,
                held=folder.held(),
                keep=folder.save_held,
                described=self._described,
            )
            host.household = self.household
            keys = (identity.access_key, identity.secret_key)
            outward = self._described.trust.outward(identity.ca)
            link = Link(identity.base, keys, host, outward=outward, timing=self._timing)
            with alone(EngineReplaced, Rejected):
                async with TaskGroup() as group:
                    group.create_task(host.run())
                    group.create_task(link.run())
                    group.create_task(self.household.run())
        finally:
            await engine.close()

    async def _identity(self) -> Identity:
        """Return who the agent is to its server, registering where it is nobody yet.

        Raises:
            Rejected: it is nobody, and no URL says where to register.

        """
        identity = self._folder.identity()
        if self._url is None:
            if identity is None or not identity.access_key:
                raise Rejected(
                    "this machine has not joined a server yet: give the registration URL, "
                    "for example http://SERVER:8080/v1/scripts/TOKEN"
                )
            return identity
        base, token = join.parse(self._url)
        if identity is None or not (identity.access_key or _joined(identity, self._url)):
            await self._folder.forget_all()  # of whoever it was
            identity = join.new_identity(base, token)
        elif identity.base != base:
            identity = msgspec.structs.replace(identity, base=base)  # the server has moved
        self._folder.save_identity(identity)
        identity = await join.pinned(identity, self._described.trust, self._timing)
        self._folder.save_identity(identity)
        if not identity.access_key:
            identity = await join.register(identity, token, self._timing, self._described.trust)
            self._folder.save_identity(identity)
            log.info("registered", extra={"server": base})
        return identity


def _joined(identity: Identity, url: str) -> bool:
    return identity.joined_with == join.fingerprint(*join.parse(url))


def _fresh(url: str | None, identity: Identity, *, is_restored: bool) -> Identity | None:
    """Return a new identity where a rejected agent may join anew, else None.

    It may with a URL that it did not join with before. Otherwise a host that somebody removed
    would be back as soon as its agent is started again. It may, too, where the server's database
    was replaced by a backup: nobody removed the host, it is not known yet.
    """
    if url is None or (_joined(identity, url) and not is_restored):
        return None
    return join.new_identity(*join.parse(url))
