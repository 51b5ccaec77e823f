"""Hosts: machines with our agent; agents; how one registers."""

from dataclasses import replace
from typing import Any

from pasture.model.declare import (
    Derived,
    Gathered,
    Origin,
    Scope,
    Secret,
    Step,
    StreamLink,
    attr,
    computed,
    resource,
    value,
)
from pasture.model.numbers import of_row
from pasture.model.resource import Resource
from pasture.model.roles import table
from pasture.model.steps import (
    ACTIVATE,
    CREATE,
    DEACTIVATE,
    PURGE,
    STRAIGHT,
    UPDATE_ACTIVE,
    UPDATE_INACTIVE,
)
from pasture.model.streams import StatsAccess

LINK_OPEN, LINK_CLOSED = "open", "closed"
KEEP, REMOVE_CONTAINERS = "keep", "remove"
SKEW = "clockSkewMs"  # in a host's info: how far its clock is ahead, where that matters


@value("hostRemove")
class HostRemove:
    """What happens to the containers of a host that is removed."""

    containers: str = attr(
        "c",
        "keep: they go on running, no longer known here; remove: they are removed first.",
        default=KEEP,
        options=(KEEP, REMOVE_CONTAINERS),
    )


def remove(host: "Host", given: HostRemove | None) -> "Host":
    """Remember what was chosen for the containers."""
    return replace(host, on_remove=given.containers if given else KEEP)


@resource(
    "host",
    steps=(
        CREATE,
        ACTIVATE,
        DEACTIVATE,
        UPDATE_ACTIVE,
        UPDATE_INACTIVE,
        PURGE,
        Step(
            "remove",
            frozenset(
                {
                    "requested",
                    "inactive",
                    "registering",
                    "activating",
                    "deactivating",
                    "updating-active",
                    "updating-inactive",
                }
            ),
            "removing",
            "removed",
            apply=remove,
            input=HostRemove,
        ),
    ),
    streams=tuple(
        StreamLink(name, StatsAccess) for name in ("stats", "hostStats", "containerStats")
    ),
    gathers=(Gathered("instanceIds", "instance", "host_id", "What is on it."),),
    roles=table(admin="r", user="r", project="rud", restricted="r", readonly="r", service="rud"),
)
class Host(Resource):
    """One Docker Engine. Its state, while active, is shown as its agent's (#6)."""

    hostname: str | None = attr("r", "The machine's own name.", default=None)
    labels: dict[str, str] = attr("ru", "For placement.", default_factory=dict, moves=True)
    milli_cpu: int | None = attr(
        "ru",
        "CPU to hand out, thousandths of a core.",
        default=None,
        minimum=0,
        filterable=True,
        moves=True,
    )
    memory: int | None = attr(
        "ru", "Memory to hand out, bytes.", default=None, minimum=0, filterable=True, moves=True
    )
    on_remove: str = attr("", "What was chosen for its containers.", default=KEEP)
    agent_id: int | None = attr(
        "r", "Its agent.", default=None, ref="agent", filterable=True, column=True
    )
    agent_state: str | None = attr(
        "r", "State of its agent.", default=None, max_length=128, filterable=True
    )
    agent_ip_address: str | None = attr("r", "Where containers publish ports.", default=None)
    engine_id: str = attr("", "The Engine's own id: one Engine is one host.", column=True)
    info: dict[str, Any] = attr(
        "r",
        "What the machine is: osInfo, cpuInfo, memoryInfo, diskInfo.",
        default_factory=dict,
        kind="json",
    )
    engine_error: str | None = attr(
        "", "Why its Engine cannot be used, in the agent's words.", default=None
    )
    agent_error: str | None = attr(
        "", "Why its agent could not be replaced, in its own words.", default=None
    )
    checked_subnet: str | None = attr(
        "", "The managed network that its agent looked for room for.", default=None
    )
    network_error: str | None = attr(
        "", "Why there is none, in the agent's words; None: there is.", default=None
    )

    @computed("The machine that it is on.", ref="physicalHost")
    def physical_host_id(self) -> int:
        """Return the machine, which is numbered after its host."""
        return of_row(self.id)


AGENT_LIVE = ("activating", "active", "reconnecting", "disconnected")


@resource(
    "agent",
    scope=Scope.ACCOUNT,
    steps=(
        CREATE,
        ACTIVATE,
        Step(
            "reconnect",
            frozenset({"activating", "active", "disconnecting", "disconnected"}),
            "reconnecting",
            "active",
        ),
        Step("disconnect", frozenset({"active", "reconnecting"}), "disconnecting", "disconnected"),
        Step(
            "deactivate",
            frozenset({"registering", "disconnecting", *AGENT_LIVE}),
            "deactivating",
            "inactive",
        ),
        Step(
            "remove",
            frozenset({"requested", "inactive", "registering", "disconnecting", "disconnected"}),
            "removing",
            "removed",
        ),
    ),
    roles=table(
        admin="rud", user="", project="", restricted="", readonly="", service="rud", agent="r"
    ),
)
class Agent(Resource):
    """The program on a host that drives its Engine, connected by one websocket."""

    project_id: int | None = attr(
        "", "The environment that it joined; account_id is its own account.", default=None
    )
    link_state: str = attr("", "open or closed: written by the link alone.", default=LINK_CLOSED)
    link_since: int | None = attr("", "When that began, ms since the epoch.", default=None)
    version_text: str | None = attr("r", "Its version.", default=None, wire="agentVersion")


def shown_to_asker(field: str) -> Any:
    """Return a derived value that is shown only to who names the register's own key (#5.6)."""

    def compute(row: "Register", origin: Origin) -> str | None:
        knows_key = origin.query.get("key") == row.key and row.state == "active"
        return getattr(row, field) if knows_key else None

    return compute


@resource(
    "register",
    base="genericObject",
    parent="genericObject",
    plural="register",
    scope=Scope.PROJECT,
    steps=STRAIGHT,
    roles=table(
        admin="r", user="r", project="r", restricted="r", readonly="r", service="r", register="crd"
    ),
    derived=(
        Derived(
            "accessKey", "string", "The agent's key.", shown_to_asker("access_key"), secret=True
        ),
        Derived("secretKey", "password", "Its secret.", shown_to_asker("secret_key"), secret=True),
    ),
)
class Register(Resource):
    """A host's request to join; answers with the key pair of its agent."""

    key: str = attr(
        "c",
        "The host's own random key.",
        min_length=16,
        max_length=255,
        filterable=True,
        column=True,
    )
    agent_id: int | None = attr(
        "r", "The agent that was made for it.", default=None, ref="agent", column=True
    )
    access_key: str | None = attr("", "The agent's key.", default=None)
    secret_key: str | None = attr("", "Its secret.", default=None, secret=Secret.SEALED)
