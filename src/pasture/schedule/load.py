"""What a host's containers take of it: added up once, then kept current change by change."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from sys import intern
from typing import TypeAlias, TypeVar

from pasture.kit.errors import PortWrongFormat
from pasture.kit.ids import show
from pasture.model.container import Container
from pasture.model.host import Host
from pasture.model.run import EVERY_ADDRESS, PortMapping, parse_port

ANY_ADDRESS = ""
HELD_WHILE = frozenset({"running", "restarting", "paused"})  # Engine states that hold ports
Port: TypeAlias = tuple[str, int, str]  # protocol, public port, address


def show_host(host: Host) -> str:
    """Return what people call a host."""
    return host.name or host.hostname or show("host", host.id)


def show_port(port: Port) -> str:
    """Return a port as people write it; tcp goes without saying."""
    protocol, number, address = port
    outside = f"{address}:{number}" if address else str(number)
    return outside if protocol == "tcp" else f"{outside}/{protocol}"


def ports_asked(texts: Iterable[str]) -> tuple[Port, ...]:
    """Return the host's ports that these mappings fix: the Engine's own choices never clash."""
    return tuple(p for text in texts if (p := _port(text)) is not None)


def _port(text: str) -> Port | None:
    address, colon, rest = text.rpartition("]:")
    try:
        mapping: PortMapping = parse_port(rest if colon else text)
    except PortWrongFormat:  # what an Engine reports is not ours to refuse
        return None
    if mapping.public is None:
        return None
    bound = mapping.ip if not address else address.lstrip("[")
    return mapping.protocol, mapping.public, ANY_ADDRESS if bound in EVERY_ADDRESS else bound


@dataclass(frozen=True, slots=True)
class Share:
    """What one container takes of its host."""

    host_id: int
    memory: int
    milli_cpu: int
    ports: tuple[Port, ...]
    labels: tuple[tuple[str, str], ...]
    names: tuple[str, ...]
    address: str | None


def share(container: Container) -> Share | None:
    """Return what a container takes; None where it takes nothing.

    Ours keeps its ports and reservations while it is stopped: it has no other host to start on.
    A native one counts while it runs.
    """
    if container.host_id is None or not container.is_live:
        return None
    if container.native_container and container.engine_state not in HELD_WHILE:
        return None
    return Share(
        host_id=container.host_id,
        memory=container.memory_reservation or 0,
        milli_cpu=container.milli_cpu_reservation or 0,
        ports=ports_asked((*container.ports, *container.published_ports)),
        labels=tuple((intern(k), intern(v)) for k, v in container.labels.items()),
        names=(container.uuid, container.name) if container.name else (container.uuid,),
        address=container.primary_ip_address,
    )


@dataclass(slots=True)
class Load:
    """The sum of what stands on one host."""

    containers: int = 0
    memory: int = 0
    milli_cpu: int = 0
    ports: dict[tuple[str, int], Counter[str]] = field(
        default_factory=dict[tuple[str, int], Counter[str]]
    )
    labels: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])
    names: Counter[str] = field(default_factory=Counter[str])

    def add(self, one: Share) -> None:
        """Count a container."""
        self.containers += 1
        self.memory += one.memory
        self.milli_cpu += one.milli_cpu
        self.labels.update(one.labels)
        self.names.update(one.names)
        for protocol, number, address in one.ports:
            self.ports.setdefault((protocol, number), Counter())[address] += 1

    def drop(self, one: Share) -> None:
        """Count a container no more."""
        self.containers -= 1
        self.memory -= one.memory
        self.milli_cpu -= one.milli_cpu
        _subtract(self.labels, one.labels)
        _subtract(self.names, one.names)
        for protocol, number, address in one.ports:
            used = self.ports[protocol, number]
            _subtract(used, (address,))
            if not used:
                del self.ports[protocol, number]

    def holds(self, port: Port) -> bool:
        """Tell whether a port is used: on this address, or either of the two is all addresses."""
        protocol, number, address = port
        used = self.ports.get((protocol, number))
        return used is not None and clash(address, used)


def clash(address: str, used: Collection[str]) -> bool:
    """Tell whether a bind to an address meets one that is there already."""
    return address == ANY_ADDRESS or ANY_ADDRESS in used or address in used


T = TypeVar("T")


def _subtract(counted: Counter[T], gone: Iterable[T]) -> None:
    for one in gone:
        counted[one] -= 1
        if not counted[one]:
            del counted[one]
