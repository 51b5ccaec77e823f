"""What adopting does: pure rules for a container that bears our labels and is not known any more.

A database was restored, or a host was removed and joined again: the container runs on, shown as a
*stray*. Nothing is done with it until somebody adopts or removes it. Adopted, it is what its labels
say, as it runs: nothing is started again, stopped or made anew.
"""

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from pasture.kit.errors import ActionNotAvailable
from pasture.kit.ids import show
from pasture.model import labels
from pasture.model.container import REMOVED, RUNNING, STOPPED, Container, InstanceAdopt
from pasture.model.run import MANAGED, run_fields
from pasture.model.service import ACTIVE, Service, is_global
from pasture.model.stack import Stack

LIVE = frozenset({"running", "paused", "restarting"})
LABEL_INDEX = re.compile(r"-([1-9][0-9]{0,8})$")


@dataclass(frozen=True)
class Home:
    """What its labels lead to, as far as it exists, and who else claims to be it."""

    stack: Stack | None = None
    service: Service | None = None
    units: Sequence[Container] = ()  # the service's, that are not removed
    known: Sequence[Container] = ()  # rows with its uuid
    twins: Sequence[Container] = ()  # other strays with its uuid
    holder: Container | None = None  # who has its address in the managed network


@dataclass(frozen=True)
class Adopted:
    """The rows as they are to be; ``names`` are tried in turn for the container."""

    container: Container
    names: tuple[str | None, ...]
    service: Service | None = None


def service_named(container: Container) -> tuple[str, str] | None:
    """Return the stack and the service that its labels name."""
    stack, slash, service = container.labels.get(labels.SERVICE_NAME, "").partition("/")
    return (stack, service) if slash and stack and service else None


def address_of(container: Container) -> str | None:
    """Return its address in the managed network, as it was made with."""
    return container.labels.get(labels.ADDRESS, "").partition("/")[0] or None


def adopted(stray: Container, home: Home, given: InstanceAdopt, *, now_ms: int) -> Adopted:
    """Return what adopting makes of it.

    Raises:
        ActionNotAvailable: it is not the one that its labels name, or has no place there.

    """
    refuse_double(stray, home)
    if home.service is None or given.standalone:
        return alone(stray, home, now_ms)
    refuse_unlike(stray, home.service)
    scale = room(stray, home, home.service, scale_up=given.scale_up)
    return unit(stray, home, replace(home.service, scale=scale), now_ms)


def refuse_double(stray: Container, home: Home) -> None:
    """Refuse one that is a copy, or may be one.

    Raises:
        ActionNotAvailable: somebody else bears its uuid or has its address.

    """
    for other in (*home.known, *home.twins):
        what = "is known" if other in home.known else "bears its labels too"
        raise refused(
            f"{called(other)} {what}: one of the two is a copy of the other (a committed image, a "
            "cloned machine); remove the one that is not needed"
        )
    if home.holder is not None:
        raise refused(
            f"its address {address_of(stray)} is that of {called(home.holder)} now; remove one of "
            "the two"
        )


def refuse_unlike(stray: Container, service: Service) -> None:
    """Refuse one that is no unit of the service as it is now.

    Raises:
        ActionNotAvailable: it is not.

    """
    launch = service.launch_config
    if service.wanted != ACTIVE:
        raise refused(
            f"service {service.name} is not active, which would stop it; activate the service "
            "first, or adopt it with standalone"
        )
    if launch is None or launch.image_uuid != stray.image_uuid:
        raise refused(
            f"it runs {stray.image}, service {service.name} {launch and launch.image}; accepted: "
            "standalone"
        )


def alone(stray: Container, home: Home, now_ms: int) -> Adopted:
    """Return it as a standalone container, wanted as it is."""
    own = replace(
        mine(stray, now_ms),
        wanted=RUNNING if stray.engine_state in LIVE else STOPPED,
        stack_id=home.stack.id if home.stack else None,
        requested_host_id=None,
    )
    return Adopted(own, (stray.labels.get(labels.NAME), stray.name))


def unit(stray: Container, home: Home, service: Service, now_ms: int) -> Adopted:
    """Return it as a unit of its service, which has room for it."""
    indexes = free_indexes(stray, home.units)
    launch = service.launch_config
    assert launch is not None, "refuse_unlike comes first"
    spec: dict[str, Any] = run_fields(launch)
    own = mine(stray, now_ms)
    spec |= {"labels": own.labels, "network_mode": own.network_mode, "restart_policy": None}
    own = replace(
        own,
        **spec,
        service_id=service.id,
        stack_id=service.stack_id,
        service_index=indexes[0],
        create_index=service.create_index + 1,
        deployment_unit_uuid=stray.labels.get(labels.UNIT) or str(uuid.uuid4()),
        requested_host_id=stray.host_id if is_global(service) else launch.requested_host_id,
        system=service.system,
        wanted=RUNNING,
    )
    if stray.engine_state not in LIVE:
        own = replace(own, generation=own.generation + 1, state="starting")
    stack = home.stack.name if home.stack else ""
    return Adopted(
        own,
        (f"{stack}-{service.name}-{indexes[0]}",),
        replace(service, create_index=service.create_index + 1),
    )


def room(stray: Container, home: Home, service: Service, *, scale_up: bool) -> int:
    """Return the service's scale with it.

    Raises:
        ActionNotAvailable: its units are all there.

    """
    staying = [u for u in home.units if u.wanted != REMOVED]
    if is_global(service):
        here = next((u for u in staying if u.requested_host_id == stray.host_id), None)
        if here is not None:
            raise refused(
                f"service {service.name} has its unit on this host, {called(here)}; accepted: "
                "standalone"
            )
        return service.scale
    if len(staying) < service.scale:
        return service.scale
    if not scale_up:
        raise refused(
            f"service {service.name} wants {service.scale} and has {len(staying)}; accepted: "
            f"scaleUp, which makes {len(staying) + 1}, or standalone"
        )
    return len(staying) + 1


def free_indexes(stray: Container, units: Sequence[Container]) -> list[int]:
    """Return the numbers that it may have in its service, its own first."""
    taken = {u.service_index for u in units}
    own = LABEL_INDEX.search(stray.labels.get(labels.NAME, ""))
    wanted = [int(own.group(1))] if own else []
    lowest = next(n for n in range(1, len(taken) + 2) if n not in taken)
    return [n for n in (*wanted, lowest) if n not in taken]


def mine(stray: Container, now_ms: int) -> Container:
    """Return it as one of ours: what was decided on it before is carried out."""
    generation = max(stray.generation, stray.applied, labels.generation(stray.labels))
    address = address_of(stray)
    return replace(
        stray,
        uuid=stray.stray_uuid or stray.uuid,
        stray_uuid=None,
        native_container=False,
        labels={k: v for k, v in stray.labels.items() if k not in labels.IDENTITY},
        generation=generation,
        applied=generation,
        engine_message=None,
        network_mode=MANAGED if address else stray.network_mode,
        primary_ip_address=address or stray.primary_ip_address,
        mac_address=stray.labels.get(labels.MAC) if address else None,
        first_running=now_ms if stray.first_running is None else stray.first_running,
    )


def called(container: Container) -> str:
    """Return how a container is called in sentences."""
    return f"container {container.name or container.uuid} ({show('instance', container.id)})"


def refused(words: str) -> ActionNotAvailable:
    """Return the refusal."""
    return ActionNotAvailable(words, field="action")
