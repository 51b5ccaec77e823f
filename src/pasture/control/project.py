"""Environments: at rest at once, each with a subnet; a removed one takes its rows along.

Hosts go first, and keep their containers: an environment that is removed by mistake must not stop
what runs. Then stacks, services and containers, then all that lets anybody in.

The store lets no two live environments have one subnet: who chose the same as another looks again.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from pasture.control.decide import to_remove
from pasture.control.loop import Controller, Io, every, put
from pasture.control.settle import end
from pasture.control.settle import plan as settled
from pasture.control.stack import service_to_remove
from pasture.kit.errors import NotUnique
from pasture.model.account import Account, Project, ProjectMember
from pasture.model.container import REMOVED, Container
from pasture.model.credential import Credential, Registry
from pasture.model.host import KEEP, Agent, Host, Register
from pasture.model.query import Page, Where
from pasture.model.resource import Resource
from pasture.model.service import Service
from pasture.model.stack import Stack
from pasture.schedule.address import free_subnet

MOST_AT_ONCE = 200
AGAIN_S = 0.05
RUNNING_TYPES = (Stack, Service, Container)
ENTRANCES = (Credential, Registry, Register)


@dataclass(frozen=True)
class Contents:
    """What is live in an environment: of each kind the first so many."""

    hosts: Sequence[Host] = ()
    running: Sequence[Resource] = ()
    entrances: Sequence[Resource] = ()


def plan(
    project: Project, contents: Contents, now_ms: int, taken: Collection[str] = ()
) -> list[Resource]:
    """Return the rows to change; ``taken``: the subnets of the other environments."""
    if project.state != "removing":
        resting = with_subnet(settled(project, now_ms), taken)
        return [resting] if resting != project else []
    if contents.hosts:
        return [h for host in contents.hosts if (h := _host(host)) != host]
    if contents.running:
        return [r for row in contents.running if (r := _running(row)) != row]
    finished = [end(row, now_ms) for row in contents.entrances[:MOST_AT_ONCE]]
    if len(contents.entrances) >= MOST_AT_ONCE:
        return finished
    return [*finished, end(project, now_ms)]


def with_subnet(project: Project, taken: Collection[str]) -> Project:
    """Return an environment with a subnet, as long as there is one; what was asked for stays."""
    if not project.is_live or project.subnet is not None:
        return project
    return replace(project, subnet=free_subnet(taken))


def _host(host: Host) -> Host:
    return replace(host, state="removing", on_remove=KEEP)


def _running(row: Resource) -> Resource:
    match row:
        case Container():
            return row if row.wanted == REMOVED else to_remove(row)
        case Service():
            return service_to_remove(row)
        case _:
            return replace(row, state="removing")


async def reconcile(io: Io, key: int) -> float | None:
    """Bring one environment to rest, or one write closer to its end."""
    project = await io.store.get(Project, key)
    if project is None:
        return None
    removing = project.state == "removing"
    contents = await _contents(io, key) if removing else Contents()
    taken = await _taken(io) if project.subnet is None else ()
    try:
        await put(io, *plan(project, contents, io.clock.now_ms(), taken))
    except NotUnique:
        return AGAIN_S
    return 1.0 if removing and len(contents.entrances) >= MOST_AT_ONCE else None


async def _taken(io: Io) -> list[str]:
    others = await io.store.find(Project, Where("subnet", op="notnull"))
    return [p.subnet for p in others if p.subnet is not None]


async def _contents(io: Io, key: int) -> Contents:
    page = Page(limit=MOST_AT_ONCE)
    here = Where("account_id", key)
    hosts = await io.store.find(Host, here, page=page)
    running: list[Resource] = []
    entrances: list[Resource] = []
    for cls in RUNNING_TYPES:
        running += await io.store.find(cls, here, page=page)
    running += await io.store.find(Agent, Where("project_id", key), page=page)
    for cls in ENTRANCES:
        entrances += await io.store.find(cls, here, page=page)
    entrances += await io.store.find(ProjectMember, Where("project_id", key), page=page)
    return Contents(hosts, running, entrances)


async def of_account(io: Io, account: Account | Project) -> list[int]:
    """Hint at itself, and where it went at those that may have its subnet now."""
    if not isinstance(account, Project) or account.is_live or account.subnet is None:
        return [account.id]
    without = await io.store.find(Project, Where("subnet", op="null"))
    return [account.id, *(p.id for p in without)]


async def of_agent(_: Io, agent: Agent) -> tuple[int, ...]:
    """Hint at the environment of an agent that went."""
    return (agent.project_id,) if agent.removed and agent.project_id else ()


async def of_part(_: Io, row: Resource) -> tuple[int, ...]:
    """Hint at the environment of a row that went: it may wait for that."""
    return (row.account_id,) if row.removed and row.account_id else ()


CONTROLLER = Controller(
    name="project",
    reconcile=reconcile,
    keys=every(Project),
    hints={
        "account": of_account,
        "agent": of_agent,
        "host": of_part,
        "stack": of_part,
        "service": of_part,
        "instance": of_part,
    },
    workers=2,
)
