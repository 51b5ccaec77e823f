"""Figures of what is on several hosts, in one socket: looked at again while it is open.

Hosts come and go, containers start and stop: every few seconds what belongs to the resource is
read again, and each host that has a part of it gets a stream, anew where its part changed.
"""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field

from pasture.kit.errors import Busy
from pasture.kit.ids import parse, show
from pasture.kit.tasks import TaskGroup, alone
from pasture.link.client import Client, Vanished
from pasture.link.links import Links
from pasture.link.streams import StreamFailed
from pasture.model.account import Project
from pasture.model.container import Container
from pasture.model.host import Host
from pasture.model.query import Where
from pasture.model.resource import Resource
from pasture.model.service import Service
from pasture.store.store import Store
from pasture.wire.streams import ContainerStats, HostStats

log = logging.getLogger(__name__)
Part = HostStats | ContainerStats
KINDS: Mapping[str, type[Resource]] = {
    show(cls.type.base, 0)[:-1]: cls for cls in (Host, Service, Project)
}


@dataclass
class Running:
    """The stream of one host, as it was asked for."""

    part: Part
    task: asyncio.Task[None]


@dataclass
class FanIn:
    """The streams of one socket, by host."""

    links: Links
    client: Client
    running: dict[int, Running] = field(default_factory=dict[int, Running])

    def adjust(self, group: TaskGroup, parts: Mapping[int, Part]) -> None:
        """Have a stream of each of these, and of no other."""
        for host_id, one in list(self.running.items()):
            if one.task.done() or parts.get(host_id) != one.part:
                one.task.cancel()
                del self.running[host_id]
        for host_id, part in parts.items():
            if host_id not in self.running:
                task = group.create_task(self._forward(host_id, part))
                self.running[host_id] = Running(part, task)

    async def _forward(self, host_id: int, part: Part) -> None:
        """Pass on the figures of one host while it has some; looked at again soon."""
        try:
            async with self.links.stream(host_id, part) as stream:
                while (piece := await stream.read()) is not None:
                    await self.client.tell(*piece)
        except (StreamFailed, Busy) as failed:
            log.debug("no figures", extra={"host": show("host", host_id), "why": failed.detail})


async def fan_in(store: Store, links: Links, client: Client, resource_id: str) -> str:
    """Pass on the figures of all that a resource has until it is removed; returns why it ended.

    Raises:
        Vanished: the client is gone.

    """
    fan = FanIn(links, client)
    with alone(Vanished):
        async with TaskGroup() as group:
            listening = group.create_task(listen(client))
            while (parts := await parts_of(store, resource_id)) is not None:
                fan.adjust(group, parts)
                await asyncio.sleep(client.timing.relook_s)
            listening.cancel()
            fan.adjust(group, {})
    return "it was removed"


async def listen(client: Client) -> None:
    """Hear that the client is gone; all else that it says is nothing to us."""
    while True:
        await client.hear()


async def parts_of(store: Store, resource_id: str) -> dict[int, Part] | None:
    """Return what each host has of a resource, None where that was removed."""
    number = parse(resource_id) or 0
    cls = KINDS.get(resource_id.rstrip("0123456789"))
    row = None if cls is None else await store.get(cls, number)
    if row is None or not row.is_live:
        return None
    if isinstance(row, Project):
        hosts = await store.find(Host, Where("account_id", row.id))
        return {host.id: HostStats(resource_id=show("host", host.id)) for host in hosts}
    where = Where("host_id" if isinstance(row, Host) else "service_id", row.id)
    return by_host(await store.find(Container, where))


def by_host(containers: list[Container]) -> dict[int, Part]:
    """Return what is asked of each host for these containers."""
    found: dict[int, dict[str, str]] = {}
    for row in containers:
        if row.host_id is not None and row.external_id is not None:
            found.setdefault(row.host_id, {})[row.external_id] = show("instance", row.id)
    return {host_id: ContainerStats(containers=ids) for host_id, ids in found.items()}
