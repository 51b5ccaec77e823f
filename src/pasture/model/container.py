"""Containers: spec, the life cycle, and what is reported of them."""

from dataclasses import replace

from pasture.kit.errors import MaxLengthExceeded
from pasture.model.declare import Action, Step, StreamLink, Value, attr, computed, resource, value
from pasture.model.mount import MountEntry, binds, entry
from pasture.model.numbers import of_row
from pasture.model.resource import LONGEST_NAME, Resource
from pasture.model.roles import OWN, READ_ONLY
from pasture.model.run import MANAGED, RunSpec, check_run, with_prefix
from pasture.model.streams import (
    ContainerExec,
    ContainerLogs,
    ContainerPath,
    HostAccess,
    StatsAccess,
)

MOST_AT_ONCE = 100  # of containers that one request makes; a service is for more
RUNNING, STOPPED, REMOVED = "running", "stopped", "removed"  # what can be wanted


@value("instanceStop")
class InstanceStop:
    """How to stop."""

    remove: bool = attr("c", "Remove it afterwards.", default=False)
    timeout: int | None = attr("c", "Seconds until it is killed.", default=None, minimum=0)


def start(container: "Container", _: None) -> "Container":
    """Want it running; the new generation tells the host that somebody decided."""
    return replace(container, wanted=RUNNING, generation=container.generation + 1)


def stop(container: "Container", given: InstanceStop | None) -> "Container":
    """Want it stopped, or removed."""
    stopping = given or InstanceStop()
    return replace(
        container,
        wanted=REMOVED if stopping.remove else STOPPED,
        generation=container.generation + 1,
        stop_timeout=container.stop_timeout if stopping.timeout is None else stopping.timeout,
    )


def remove(container: "Container", _: None) -> "Container":
    """Want it gone: its row is the tombstone until its host has acknowledged."""
    return replace(container, wanted=REMOVED, generation=container.generation + 1)


@value("instanceAdopt")
class InstanceAdopt(Value):
    """How to take a container back that is not known any more."""

    standalone: bool = attr("c", "On its own, whatever service its labels name.", default=False)
    scale_up: bool = attr("c", "Where its service has no room, make room for it.", default=False)


def is_stray(container: "Container") -> bool:
    """Tell whether a container is ours by its labels, and not known any more."""
    return container.stray_uuid is not None


def has_console(container: "Container") -> bool:
    """Tell whether there is something to talk with: it runs, or will be heard from its start on."""
    return container.state in UP or container.started is None


STEPS = (
    Step("create", frozenset({"requested"}), "creating", "stopped"),
    Step("start", frozenset({"stopped", "creating", "error"}), "starting", "running", apply=start),
    Step(
        "stop",
        frozenset({"creating", "running", "starting", "restarting", "updating-running",
                   "updating-stopped"}),
        "stopping",
        "stopped",
        apply=stop,
        input=InstanceStop,
    ),
    Step("restart", frozenset({"running"}), "restarting", "running", apply=start),
    Step("update", frozenset({"running"}), "updating-running", "running"),
    Step("update", frozenset({"stopped"}), "updating-stopped", "stopped"),
    Step(
        "remove",
        frozenset({"requested", "creating", "stopped", "error", "erroring", "updating-running",
                   "updating-stopped"}),
        "removing",
        "removed",
        apply=remove,
        also=frozenset({"running", "starting", "stopping", "restarting"}),
    ),
    Step("error", frozenset({"creating", "stopped"}), "erroring", "error"),
    Step("purge", frozenset({"removed"}), "purging", "purged"),
)  # fmt: skip


UP = frozenset({"starting", "running", "restarting", "updating-running"})
MADE = frozenset({*UP, "stopping", "stopped", "updating-stopped", "erroring", "error"})
AT_REST = frozenset({"running", "stopped"})
ACTIONS = (
    Action("logs", input=ContainerLogs, output=HostAccess, states=MADE, looks=True),
    Action("execute", input=ContainerExec, output=HostAccess, states=UP - {"starting"}),
    Action("console", output=HostAccess, states=UP | {"stopped"}, when=has_console),
    Action("copyfrom", input=ContainerPath, output=HostAccess, states=MADE),
    Action("copyto", input=ContainerPath, output=HostAccess, states=MADE),
    Action("adopt", input=InstanceAdopt, output="container", states=AT_REST, when=is_stray),
)


@resource("instance", abstract=True, steps=STEPS, roles=READ_ONLY)
class Instance(Resource):
    """Base of what runs on a host: the collection shows every kind."""

    host_id: int | None = attr("r", "Where it is.", default=None, ref="host", column=True)
    external_id: str | None = attr("r", "The Engine's id of it.", default=None, filterable=True)


def several(container: "Container") -> "tuple[Container, ...]":
    """Return the containers that one request makes: of several, each name gets its number.

    Raises:
        MaxLengthExceeded: there is no room for that in the name.

    """
    if container.count == 1:
        return (container,)
    name = container.name
    if name is not None and len(f"{name}{container.count}") > LONGEST_NAME:
        raise MaxLengthExceeded(
            f"the name has {len(name)} characters; accepted for {container.count} containers: "
            f"{LONGEST_NAME} with the number of each",
            field="name",
        )
    numbers = range(1, container.count + 1)
    return tuple(replace(container, count=1, name=name and f"{name}{n}") for n in numbers)


def prepare(container: "Container") -> "Container":
    """Complete a new container: what is wanted follows from ``startOnCreate``."""
    return replace(
        container,
        image_uuid=with_prefix(container.image_uuid),
        wanted=RUNNING if container.start_on_create else STOPPED,
        generation=1,
    )


@resource(
    "container",
    base="instance",
    parent="instance",
    steps=STEPS,
    actions=ACTIONS,
    streams=(StreamLink("stats", StatsAccess), StreamLink("containerStats", StatsAccess)),
    unique=(("account_id", "name"),),
    checks=(check_run,),
    prepare=prepare,
    several=several,
    roles=OWN,
)
class Container(Resource, RunSpec):
    """One container on one host.

    A container of a service (``service_id``) is *supervised*: started again whatever stopped it.
    A standalone one follows its restart policy, and a stop or start by hand on the host becomes
    what is wanted of it.
    """

    # spec, beside RunSpec
    stack_id: int | None = attr(
        "cr", "Its stack.", default=None, ref="stack", filterable=True, column=True
    )
    requested_host_id: int | None = attr(
        "cr", "Run it on this host only.", default=None, ref="host"
    )
    start_on_create: bool = attr("cr", "Start it at once.", default=True)
    count: int = attr("cr", "How many to make at once.", default=1, minimum=1, maximum=MOST_AT_ONCE)
    wanted: str = attr("", "running, stopped or removed.", default=RUNNING)
    generation: int = attr("", "Counts decisions: start, stop, restart, remove.", default=1)
    # written by the service's controller when it makes a unit
    service_id: int | None = attr(
        "r",
        "The service that it is a part of.",
        default=None,
        ref="service",
        link=("service", "services"),
        filterable=True,
        column=True,
    )
    deployment_unit_uuid: str | None = attr(
        "r", "Containers with the same one share a host.", default=None, filterable=True
    )
    service_index: int | None = attr("r", "Its number in the service.", default=None, kind="string")
    create_index: int | None = attr(
        "r", "Counts containers that the service made.", default=None, filterable=True
    )
    system: bool = attr("r", "Infrastructure of ours.", default=False, filterable=True)
    # written by placement
    host_id: int | None = attr(
        "r", "Where it is.", default=None, ref="host", link="hosts", filterable=True, column=True
    )
    mac_address: str | None = attr("r", "In the managed network.", default=None)
    # written by placement where its network is managed, else by the link
    primary_ip_address: str | None = attr("r", "Address of the container.", default=None)
    # written by the link, from the agent's report
    native_container: bool = attr("r", "Made by hand on the host.", default=False, filterable=True)
    external_id: str | None = attr(
        "r", "The Engine's id of it.", default=None, filterable=True, column=True
    )
    engine_state: str | None = attr(
        "", "created, running, restarting, paused, exited, dead; None: not there.", default=None
    )
    applied: int = attr("", "The last generation that the host has carried out.", default=0)
    engine_message: str | None = attr("", "What the host is doing or failed to do.", default=None)
    engine_failed: bool = attr("", "Whether that is a failure.", default=False)
    exit_code: int | None = attr("r", "Of the last run.", default=None)
    published_ports: tuple[str, ...] = attr(
        "r", "What the Engine published: ip:public:private/protocol.", default=()
    )
    started: int | None = attr("r", "When it last started.", default=None, kind="date")
    start_count: int | None = attr("r", "How often it was seen to start.", default=0)
    stray_uuid: str | None = attr(
        "r",
        "The uuid in its labels, of one that was made here and is not known any more: adopt it.",
        default=None,
        filterable=True,
        column=True,
    )
    found_name: str | None = attr("", "The Engine's name of it, as it was found.", default=None)
    # written by its controller
    first_running: int | None = attr(
        "r", "When it first ran.", default=None, kind="date", filterable=True
    )
    health_state: str | None = attr("r", "Health.", default=None, filterable=True)

    @computed("What it mounts.")
    def mounts(self) -> tuple[MountEntry, ...]:
        """Return its mounts with the volumes that they name."""
        return tuple(entry(self, bind) for bind in binds(self))

    @computed("The network that its address is in.", ref="network")
    def primary_network_id(self) -> int | None:
        """Return the managed network of its environment, which is numbered after that."""
        return of_row(self.account_id) if self.is_managed and self.account_id else None

    @computed("The services that it is a part of.", ref="service")
    def service_ids(self) -> tuple[int, ...]:
        """Return its service, if any, as a list."""
        return () if self.service_id is None else (self.service_id,)

    @property
    def is_supervised(self) -> bool:
        """Whether it is started again whatever stopped it."""
        return self.service_id is not None

    @property
    def is_managed(self) -> bool:
        """Whether placement gives it an address in its environment's network."""
        return self.network_mode == MANAGED and not self.native_container
