"""Gives containers their hosts and addresses: all unplaced ones of an environment in one plan.

The key is the environment, so that two plans never race for one port or address: one plan's
containers count in the next one's fleet. The rules are in ``pasture.schedule``.
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from typing import assert_never

from pasture.control.loop import Controller, Io, put
from pasture.model.account import Account, Project
from pasture.model.container import REMOVED, Container
from pasture.model.host import Host
from pasture.model.query import Page, Where
from pasture.model.run import MANAGED
from pasture.schedule.address import Pool
from pasture.schedule.fleet import Fleet
from pasture.schedule.place import Placed, Refused, on, place

BATCH = 200  # rows a write
READ = 500  # rows a read


def plan(unplaced: Iterable[Container], fleet: Fleet) -> list[Container]:
    """Return the containers that get a host, or another reason why they have none."""
    before = {c.id: c for c in unplaced}
    following = [answer(a) for a in place(before.values(), fleet)]
    return [c for c in following if c != before[c.id]]


def needs_host(container: Container) -> bool:
    """Tell whether a container waits for placement."""
    return (
        container.is_live
        and container.host_id is None
        and container.wanted != REMOVED
        and not container.native_container
    )


def answer(answered: Placed | Refused) -> Container:
    """Return the container with what placement decided."""
    match answered:
        case Placed():
            return on(answered)
        case Refused(container, why):
            return replace(container, message=why)
        case _:
            assert_never(answered)


class Placement:
    """The controller's memory, kept current by the feed's hints: who waits, and the fleets.

    Placing one container reads neither the environment's containers nor its hosts anew. Every
    resync forgets the fleets and looks for who waits.
    """

    def __init__(self) -> None:
        self._fleets: dict[int, Fleet] = {}
        self._last: dict[int, str] = {}  # the address behind which to go on, by environment
        self._waiting: defaultdict[int, set[int]] = defaultdict(set)

    async def keys(self, io: Io) -> AsyncIterator[int]:
        """Give every environment in which a container waits."""
        for known in tuple(self._fleets):
            self._forget(known)
        for container in await io.store.find(Container, Where("host_id", op="null")):
            for key in self._note(container):
                yield key

    async def reconcile(self, io: Io, key: int) -> None:
        """Place what waits in one environment."""
        unplaced = await self._unplaced(io, key)
        if not unplaced:
            return
        fleet = await self._fleet(io, key)
        changed = plan(unplaced, fleet)
        try:
            for start in range(0, len(changed), BATCH):
                await put(io, *changed[start : start + BATCH])
        except BaseException:  # which of them were written is not known here: look again
            self._forget(key)
            raise

    def _forget(self, key: int) -> None:
        """Read the fleet anew next time; addresses given back lately are still given last."""
        fleet = self._fleets.pop(key, None)
        if fleet is not None and fleet.addresses is not None:
            self._last[key] = fleet.addresses.last

    async def _unplaced(self, io: Io, key: int) -> list[Container]:
        """Read who waits; who does not any more is forgotten."""
        noted = sorted(self._waiting[key])
        found: list[Container] = []
        for start in range(0, len(noted), READ):
            some = noted[start : start + READ]
            found += await io.store.find(Container, Where("id", some, "in"))
        waiting = [c for c in found if needs_host(c)]
        self._waiting[key] -= set(noted) - {c.id for c in waiting}
        return waiting

    def _note(self, container: Container) -> tuple[int, ...]:
        """Remember a container that waits, and return its environment."""
        key = container.account_id
        if key is None or not needs_host(container):
            return ()
        self._waiting[key].add(container.id)
        return (key,)

    async def _fleet(self, io: Io, key: int) -> Fleet:
        known = self._fleets.get(key)
        if known is not None and not known.is_filling:
            return known
        here = Where("account_id", key)
        addresses = await self._addresses(io, key)
        fleet = self._fleets[key] = Fleet(addresses)  # from here on hints during the reading count
        for host in await io.store.find(Host, here):
            fleet.see_host(host)
        for one in await io.store.find(Container, here, Where("host_id", op="notnull")):
            fleet.see(one)
        fleet.filled()
        return fleet

    async def _addresses(self, io: Io, key: int) -> Pool | None:
        """Return the environment's addresses, all free, where it has a network."""
        project = await io.store.get(Project, key)
        if project is None or project.subnet is None:
            return None
        after = self._last.get(key) or await last_given(io, key)
        return Pool(project.subnet, after=after)

    async def of_account(self, _: Io, account: Account | Project) -> tuple[int, ...]:
        """Hint at an environment that has a network now."""
        if not isinstance(account, Project):
            return ()
        known = self._fleets.get(account.id)
        if known is not None and known.addresses is None and account.subnet is not None:
            self._forget(account.id)
        return (account.id,) if self._waiting.get(account.id) else ()

    async def of_container(self, _: Io, container: Container) -> tuple[int, ...]:
        """Hint where a container waits, or frees what another waits for."""
        key = container.account_id
        if key is None:
            return ()
        if key in self._fleets:
            self._fleets[key].see(container)
        frees = not container.is_live or container.native_container
        return self._note(container) or ((key,) if frees else ())

    async def of_host(self, _: Io, host: Host) -> tuple[int, ...]:
        """Hint at the environment of a host that changed."""
        key = host.account_id
        if key is None:
            return ()
        if key in self._fleets:
            self._fleets[key].see_host(host)
        return (key,)


async def last_given(io: Io, key: int) -> str | None:
    """Return the address that was given last in an environment, to a container that may be gone."""
    newest = await io.store.find(
        Container,
        Where("account_id", key),
        Where("network_mode", MANAGED),
        Where("primary_ip_address", op="notnull"),
        page=Page(descending=True, limit=1),
        removed=True,
    )
    return newest[0].primary_ip_address if newest else None


def controller() -> Controller:
    """Return the controller with a memory of its own."""
    placement = Placement()
    return Controller(
        name="placement",
        reconcile=placement.reconcile,
        keys=placement.keys,
        hints={
            "instance": placement.of_container,
            "host": placement.of_host,
            "account": placement.of_account,
        },
        workers=2,
        calm=1.0,
    )
