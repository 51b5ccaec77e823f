"""The managed network of this host: looks whether there is room for it, makes it, mends it.

The bridge is made before the first container that needs it, and looked at now and then. Whether
there is room is told to the server before it places anything here.
"""

import asyncio
import logging
from collections.abc import Callable

from pasture.agent.bridge import Bridge, cannot_replace, clash, differs, endpoint
from pasture.agent.engine.engine import EngineError
from pasture.agent.engine.networks import EngineNetworks, SeenNetwork
from pasture.wire.frames import Assigned

log = logging.getLogger(__name__)
RETRY_S = 2.0
BLOCKED_S = 3.0  # while something is in its way: somebody waits for that to go


class ManagedNetwork:
    """One host's bridge of the managed network."""

    def __init__(
        self,
        engine: EngineNetworks,
        *,
        installation: Callable[[], str],
        changed: Callable[[], None],
        poll_s: float,
    ) -> None:
        self.checked: str | None = None  # the subnet that ``error`` is about
        self.error: str | None = None
        self._engine = engine
        self._installation = installation
        self._changed = changed
        self._poll_s = poll_s
        self._subnet: str | None = None
        self._ready: Bridge | None = None
        self._told = asyncio.Event()
        self._lock = asyncio.Lock()

    def tell(self, subnet: str) -> None:
        """Learn the subnet of the host's environment."""
        self._subnet = subnet
        self._told.set()

    async def run(self) -> None:
        """Look, when a subnet is told and now and then, until cancelled."""
        pause_s: float | None = None
        while True:
            try:
                async with asyncio.timeout(pause_s):
                    await self._told.wait()
            except TimeoutError:
                pass
            self._told.clear()
            try:
                await self._look()
                pause_s = self._poll_s if self.error is None else BLOCKED_S
            except EngineError as error:
                log.info("managed network not looked at", extra={"why": str(error)})
                pause_s = RETRY_S

    async def ensure(self, want: Assigned) -> Bridge | None:
        """Have the bridge that a container is to be in; None where it is to be in none.

        Raises:
            EngineError: there cannot be one, in words.

        """
        if want.network is None:
            return None
        bridge = self._bridge(want.network.subnet)
        async with self._lock:
            if self._ready != bridge:
                await self._make(bridge)
                self._ready = bridge
        return bridge

    async def attach_again(self, want: Assigned, id: str) -> None:
        """Put a container, whose network has vanished, into the one that is there now."""
        self._ready = None
        bridge = await self.ensure(want)
        if bridge is not None and want.network is not None:
            log.warning("container attached anew", extra={"container": want.id})
            await self._engine.attach(bridge.name, id, endpoint(want.network))

    def _bridge(self, subnet: str) -> Bridge:
        return Bridge(self._installation(), subnet)

    async def _look(self) -> None:
        """Find out whether the network is there or could be; make nothing."""
        subnet = self._subnet
        if subnet is None:
            return
        bridge = self._bridge(subnet)
        async with self._lock:
            seen = await self._engine.find(bridge.name)
            self._ready = None if seen is None or differs(bridge, seen) else bridge
            why = await self._hindrance(bridge, seen)
        if (self.checked, self.error) != (subnet, why):
            self.checked, self.error = subnet, why
            log.info("managed network looked at", extra={"subnet": subnet, "why": why})
            self._changed()

    async def _hindrance(self, bridge: Bridge, seen: SeenNetwork | None) -> str | None:
        if seen is None:
            return clash(bridge, await self._engine.all(), await self._engine.routes())
        return cannot_replace(bridge, seen)

    async def _make(self, bridge: Bridge) -> None:
        seen = await self._engine.find(bridge.name)
        if seen is not None and differs(bridge, seen) is None:
            return
        why = await self._hindrance(bridge, seen)
        if why is not None:
            raise EngineError(why)
        if seen is not None:
            await self._engine.remove(seen.id)
        await self._engine.create(bridge.create_body())
        log.info("managed network made", extra={"network": bridge.name, "subnet": bridge.subnet})
