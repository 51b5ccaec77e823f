"""What a host's containers take of it, added up once and kept current while a batch is placed."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

from pasture.kit.errors import PortWrongFormat
from pasture.kit.ids import show
from pasture.model.container import Container
from pasture.model.host import Host
from pasture.model.run import PortMapping, parse_port

ANY_ADDRESS = ""
ALL_SPELLINGS = ("", "0.0.0.0", "::")  # noqa: S104 - compared with, never bound
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
    return mapping.protocol, mapping.public, ANY_ADDRESS if bound in ALL_SPELLINGS else bound


@dataclass(slots=True)
class Load:
    """The sum of what stands on one host."""

    containers: int = 0
    memory: int = 0
    milli_cpu: int = 0
    ports: dict[tuple[str, int], set[str]] = field(default_factory=dict[tuple[str, int], set[str]])
    labels: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    names: set[str] = field(default_factory=set[str])

    def add(self, container: Container) -> None:
        """Count a container that stands on this host; a native one only while it runs.

        Ours keeps its ports and reservations while it is stopped: it has no other host to start on.
        """
        if container.native_container and container.engine_state not in HELD_WHILE:
            return
        self.containers += 1
        self.memory += container.memory_reservation or 0
        self.milli_cpu += container.milli_cpu_reservation or 0
        self.take_ports(ports_asked((*container.ports, *container.published_ports)))
        self.labels.update(container.labels.items())
        self.names.add(container.uuid)
        if container.name:
            self.names.add(container.name)

    def take_ports(self, ports: Iterable[Port]) -> None:
        """Count ports as used."""
        for protocol, number, address in ports:
            self.ports.setdefault((protocol, number), set()).add(address)

    def holds(self, port: Port) -> bool:
        """Tell whether a port is used: on this address, or either of the two is all addresses."""
        protocol, number, address = port
        used = self.ports.get((protocol, number))
        return used is not None and (
            address == ANY_ADDRESS or ANY_ADDRESS in used or address in used
        )
