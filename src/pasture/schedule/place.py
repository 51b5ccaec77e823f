"""Placement of a batch: fewest containers first, each refusal explained host by host.

A container in the managed network gets its address together with its host.

Within a batch loads only grow, so a host that refused a demand once refuses it for the rest of
the batch (unless the demand looks at neighbours): a heap a demand makes a placement cost
O(log hosts) instead of a look at every host.
"""

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from pasture.kit.ids import show
from pasture.model.container import Container
from pasture.model.host import Host
from pasture.model.run import JOINED
from pasture.schedule.address import NO_SUBNET, asked_for, mac_address
from pasture.schedule.demand import Demand, demand
from pasture.schedule.fleet import Fleet
from pasture.schedule.load import Load, show_port

NO_HOST = "no host in this environment: add one"
MOST_NAMED = 20  # hosts that an explanation names


@dataclass(frozen=True)
class Placed:
    """A container and the host that takes it, and its address in the managed network."""

    container: Container
    host: Host
    address: str | None = None


@dataclass(frozen=True)
class Refused:
    """A container that no host takes, and why."""

    container: Container
    why: str


def place(unplaced: Iterable[Container], fleet: Fleet) -> list[Placed | Refused]:
    """Place what can be placed, oldest first, and explain the rest; the fleet counts it at once."""
    queues: dict[Demand, _Queue] = {}
    answers: list[Placed | Refused] = []
    hosts = fleet.hosts
    for container in sorted(unplaced, key=lambda c: c.id):
        why = obstacle(container, fleet)
        if why is not None:
            answers.append(Refused(container, why))
            continue
        asked = asks(container, fleet)
        queue = queues.get(asked)
        if queue is None or asked.is_about_neighbours:
            queue = queues[asked] = _Queue(asked, hosts, fleet.loads)
        host = queue.take()
        if host is None:
            answers.append(Refused(container, queue.explain()))
        else:
            placed = Placed(container, host, address_for(container, fleet))
            fleet.see(replace(on(placed), row_version=container.row_version + 1))
            answers.append(placed)
    return answers


def obstacle(container: Container, fleet: Fleet) -> str | None:
    """Say why no host at all can take a container, or None."""
    if container.is_managed and fleet.addresses is None:
        return NO_SUBNET
    if container.is_managed and fleet.addresses is not None and not fleet.addresses.free:
        return fleet.addresses.full
    shared = container.network_container_id
    if container.network_mode != JOINED or shared is None or fleet.host_of(shared) is not None:
        return None
    return (
        f"container {show('instance', shared)}, whose network it shares, has no host yet,"
        " or does not exist any more"
    )


def asks(container: Container, fleet: Fleet) -> Demand:
    """Return what a container asks for in this environment."""
    shared = container.network_container_id if container.network_mode == JOINED else None
    return demand(
        container,
        subnet=None if fleet.addresses is None else fleet.addresses.subnet,
        beside=None if shared is None else fleet.host_of(shared),
    )


def address_for(container: Container, fleet: Fleet) -> str | None:
    """Return an address for a container that found a host; it is held once the fleet sees it."""
    if fleet.addresses is None or not container.is_managed:
        return None
    return fleet.addresses.choose(asked_for(container))


def on(placed: Placed) -> Container:
    """Return the container with what placement gives it."""
    container, address = placed.container, placed.address
    if address is not None:
        mac = mac_address(container, address)
        container = replace(container, primary_ip_address=address, mac_address=mac)
    return replace(container, host_id=placed.host.id, message=None)


class _Queue:
    """The hosts that may take one demand, the best first: soft constraints met, then least full.

    Entries carry the load that they were pushed with; one that has grown since is pushed again.
    """

    def __init__(self, asked: Demand, hosts: Sequence[Host], loads: Mapping[int, Load]) -> None:
        self._asked = asked
        self._loads = loads
        possible = ({None, h.id} for h in hosts)
        self._hosts = [
            h
            for h, ids in zip(hosts, possible, strict=True)
            if asked.requested in ids and asked.beside in ids
        ]
        self._why: str | None = None
        self._heap = [
            (asked.count_unmet(h, self._loads[h.id]), self._loads[h.id].containers, number)
            for number, h in enumerate(self._hosts)
            if asked.port_asked_twice is None and asked.refuse(h, self._loads[h.id]) is None
        ]
        heapq.heapify(self._heap)

    def take(self) -> Host | None:
        while self._heap:
            unmet, seen, number = self._heap[0]
            host = self._hosts[number]
            load = self._loads[host.id]
            if load.containers != seen:
                heapq.heapreplace(self._heap, (unmet, load.containers, number))
            elif self._asked.requested is None and self._asked.refuse_room(host, load):
                heapq.heappop(self._heap)
            else:
                return host
        return None

    def explain(self) -> str:
        if self._why is None:
            self._why = _explain(self._asked, self._hosts, self._loads)
        return self._why


def _explain(asked: Demand, hosts: Sequence[Host], loads: Mapping[int, Load]) -> str:
    twice = asked.port_asked_twice
    if twice is not None:
        return f"port {show_port(twice)} is asked for twice by the container itself"
    if not hosts and asked.beside is not None:
        return (
            f"the container whose network it shares is on host {show('host', asked.beside)}, which"
            f" {'is not the one asked for' if asked.requested else 'does not exist any more'}"
        )
    if not hosts and asked.requested is not None:
        return f"host {show('host', asked.requested)}, which was asked for, does not exist"
    if not hosts:
        return NO_HOST
    named = hosts[:MOST_NAMED]
    refusals = [why for h in named if (why := asked.refuse(h, loads[h.id])) is not None]
    more = len(hosts) - len(named)
    return "; ".join([*refusals, f"and {more} hosts more"] if more else refusals)
