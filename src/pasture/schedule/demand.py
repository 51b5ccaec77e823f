"""What one container asks of a host, as a value: containers that ask alike are placed alike."""

from dataclasses import dataclass

from pasture.model.container import Container
from pasture.model.host import Host
from pasture.schedule.constraint import Constraints, read
from pasture.schedule.load import Load, Port, clash, ports_asked, show_host, show_port

USABLE = ("active", "updating-active")
MIB = 1024 * 1024


@dataclass(frozen=True)
class Demand:
    """Ports, reservations, network and constraints of a container."""

    requested: int | None
    beside: int | None  # the host of the container whose network it shares
    subnet: str | None  # of the managed network, where it is in that
    ports: tuple[Port, ...]
    memory: int
    milli_cpu: int
    constraints: Constraints

    @property
    def is_about_neighbours(self) -> bool:
        """Whether a host that refused may accept later in the same batch."""
        asked = self.constraints
        return any(c.is_about_neighbours for c in (*asked.hard, *asked.soft))

    @property
    def port_asked_twice(self) -> Port | None:
        """A port that no host can give, as the container itself asks for it twice."""
        asked: dict[tuple[str, int], set[str]] = {}
        for port in self.ports:
            protocol, number, address = port
            before = asked.setdefault((protocol, number), set())
            if before and clash(address, before):
                return port
            before.add(address)
        return None

    def refuse(self, host: Host, load: Load) -> str | None:
        """Say why the host cannot take it, or None: the first rule that it breaks.

        A host that was asked for by name takes it whatever its labels, ports and room (#3).
        """
        refusal = refuse_host(host) or self.refuse_network(host)
        if refusal is not None or self.requested is not None:
            return refusal
        return self.refuse_labels(host, load) or self.refuse_room(host, load)

    def refuse_network(self, host: Host) -> str | None:
        """Say why the managed network cannot be on the host, or None."""
        if self.subnet is None:
            return None
        if host.checked_subnet != self.subnet:
            return (
                f"host {show_host(host)}: its agent has not said yet whether {self.subnet} is free"
                " there (an agent of an older version never does: upgrade it)"
            )
        return host.network_error and f"host {show_host(host)}: {host.network_error}"

    def refuse_labels(self, host: Host, load: Load) -> str | None:
        """Say which hard constraint the host does not meet, or None."""
        refusals = (c.refuse(host, load) for c in self.constraints.hard)
        return next((r for r in refusals if r is not None), None)

    def refuse_room(self, host: Host, load: Load) -> str | None:
        """Say which port or reservation the host has not free, or None."""
        for port in self.ports:
            if load.holds(port):
                return f"port {show_port(port)} is in use on host {show_host(host)}"
        if self.memory and host.memory is not None and load.memory + self.memory > host.memory:
            free = max(0, host.memory - load.memory)
            return (
                f"host {show_host(host)} has {free // MIB} MiB of memory left to reserve,"
                f" {-(-self.memory // MIB)} MiB are asked for"
            )
        if (
            self.milli_cpu
            and host.milli_cpu is not None
            and load.milli_cpu + self.milli_cpu > host.milli_cpu
        ):
            free = max(0, host.milli_cpu - load.milli_cpu)
            return (
                f"host {show_host(host)} has {free} thousandths of a core left to reserve,"
                f" {self.milli_cpu} are asked for"
            )
        return None

    def count_unmet(self, host: Host, load: Load) -> int:
        """Count the soft constraints that the host does not meet."""
        return sum(c.refuse(host, load) is not None for c in self.constraints.soft)


def refuse_host(host: Host) -> str | None:
    """Say why nothing new can run on a host at all, or None."""
    if host.state not in USABLE:
        return f"host {show_host(host)} is {host.state}"
    if host.agent_state != "active":
        return f"host {show_host(host)}: agent {host.agent_state or 'not connected yet'}"
    if host.engine_error is not None:
        return f"host {show_host(host)}: Docker Engine: {host.engine_error}"
    return None


def demand(container: Container, *, subnet: str | None = None, beside: int | None = None) -> Demand:
    """Return what a container asks for; ``subnet``: of its environment."""
    return Demand(
        requested=container.requested_host_id,
        beside=beside,
        subnet=subnet if container.is_managed else None,
        ports=ports_asked(container.ports),
        memory=container.memory_reservation or 0,
        milli_cpu=container.milli_cpu_reservation or 0,
        constraints=read(container.labels),
    )
