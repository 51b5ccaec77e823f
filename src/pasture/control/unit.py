"""One unit of a service: its name, index, labels and row, and on which hosts a global one runs."""

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count, islice
from typing import NamedTuple

from pasture.model.account import Project
from pasture.model.container import RUNNING, Container
from pasture.model.host import Host
from pasture.model.labels import SERVICE_NAME, STACK_NAME, UNIT
from pasture.model.run import run_fields
from pasture.model.service import Service, is_global
from pasture.model.stack import Stack
from pasture.schedule.constraint import read
from pasture.schedule.demand import USABLE
from pasture.schedule.load import Load

PRIMARY = "io.rancher.service.primary.launch.config"


@dataclass(frozen=True)
class Place:
    """Where a service belongs; ``hosts`` matters to a global one only."""

    stack: Stack | None
    project: Project | None
    hosts: tuple[Host, ...] = ()

    @property
    def is_going(self) -> bool:
        """Whether the stack takes its services along."""
        return self.stack is None or not self.stack.is_live or self.stack.state == "removing"

    @property
    def stack_name(self) -> str:
        """The name that prefixes the containers' names."""
        return self.stack.name if self.stack else ""


class Targets(NamedTuple):
    """Hosts of a global service: where a unit is wanted, and where one may stay."""

    wanted: tuple[int, ...]
    allowed: frozenset[int | None]


def target_hosts(labels: Mapping[str, str], hosts: Iterable[Host]) -> Targets:
    """Return the hosts that meet the hard host labels; only active ones get a new unit."""
    hard = [c for c in read(labels).hard if not c.is_about_neighbours]
    nothing = Load()
    fitting = [h for h in hosts if all(c.refuse(h, nothing) is None for c in hard)]
    wanted = tuple(sorted(h.id for h in fitting if h.state in USABLE))
    return Targets(wanted, frozenset(h.id for h in fitting))


def free_indexes(containers: Iterable[Container], number: int) -> list[int]:
    """Return the lowest positive numbers that no container of the service has."""
    taken = {c.service_index for c in containers}
    free: Iterator[int] = (n for n in count(1) if n not in taken)
    return list(islice(free, number))


def create(
    service: Service, place: Place, *, index: int, create_index: int, host_id: int | None
) -> Container:
    """Return a new container of a service. Its restart policy is the service itself (#4.2)."""
    launch = service.launch_config
    assert launch is not None
    unit = str(uuid.uuid4())
    spec = run_fields(launch)
    spec["restart_policy"] = None
    spec["labels"] = labels(service, place, unit, host_id)
    return Container(
        **spec,
        name=f"{place.stack_name}-{service.name}-{index}",
        account_id=service.account_id,
        stack_id=service.stack_id,
        service_id=service.id,
        service_index=index,
        create_index=create_index,
        deployment_unit_uuid=unit,
        requested_host_id=host_id,
        system=service.system,
        state="creating",
        wanted=RUNNING,
        generation=1,
    )


def labels(service: Service, place: Place, unit: str, host_id: int | None) -> dict[str, str]:
    """Return the launch config's labels and those that say whose unit it is (#2.4)."""
    assert service.launch_config is not None
    full_name = f"{place.stack_name}/{service.name}"
    ours = {
        STACK_NAME: place.stack_name,
        "io.rancher.project.name": place.stack_name,
        SERVICE_NAME: full_name,
        "io.rancher.project_service.name": full_name,
        UNIT: unit,
        "io.rancher.service.launch.config": PRIMARY,
    }
    if place.project is not None:
        ours["io.rancher.environment.uuid"] = place.project.uuid
    if is_global(service):
        ours["io.rancher.service.requested.host.id"] = str(host_id)
    return {**service.launch_config.labels, **ours}


def stuck(containers: Sequence[Container], wanted: str) -> str | None:
    """Name the first unit that is not where it should be, and why; those with a reason first."""
    late = [c for c in containers if c.state != wanted]
    told = next((c for c in late if c.message), None)
    if told is not None:
        return f"{told.name}: {told.message}"
    return f"{late[0].name} is {late[0].state}" if late else None
