"""One reader of the feed for all links: each event is told to the sessions that it concerns."""

from collections.abc import Collection, Iterable

from pasture.kit.ids import show
from pasture.link.entrance import AWAY
from pasture.link.links import Links
from pasture.model.account import Project
from pasture.model.container import Container
from pasture.model.host import Agent, Host
from pasture.model.query import Where
from pasture.model.setting import AGENT_IMAGE, Setting
from pasture.store.changes import Event
from pasture.store.follow import follow
from pasture.store.store import Store
from pasture.wire.frames import Refused

LOGIN_KINDS = frozenset({"registry", "registryCredential"})
ASKED = 500  # rows a query


async def dispatch(store: Store, links: Links, after: int) -> None:
    """Tell sessions what to look at, from the events after a revision on, until the feed ends."""

    async def look_at_all() -> None:
        for session in links:
            session.look_at_all()

    await follow(store, after, lambda events: tell(store, links, events), look_at_all)


async def tell(store: Store, links: Links, events: Iterable[Event]) -> None:
    """Tell the sessions of one batch of events."""
    by_base: dict[str, set[int]] = {}
    projects: set[int | None] = set()  # in which all that hosts are told may have changed
    for event in events:
        by_base.setdefault(event.base, set()).add(event.id)
        if event.kind == Project.type.name:  # it may have a subnet now
            projects.add(event.id)
        if event.kind in LOGIN_KINDS:
            projects.add(event.account_id)
    tell_projects(links, projects)
    await tell_of_settings(store, links, sorted(by_base.get("setting", ())))
    await tell_of_containers(store, links, sorted(by_base.get("instance", ())))
    for number in by_base.get("host", set()) & links.by_host.keys():
        await tell_of_host(store, links, number)
    for number in by_base.get("agent", set()) & links.by_agent.keys():
        await tell_of_agent(store, links, number)


def tell_projects(links: Links, projects: Collection[int | None]) -> None:
    """Tell all hosts of these environments to look at everything."""
    if projects:
        for session in links:
            if session.project_id in projects:
                session.look_at_all()


async def tell_of_settings(store: Store, links: Links, ids: list[int]) -> None:
    """Tell all hosts where the image that agents run from may be another."""
    rows = await store.find(Setting, Where("id", tuple(ids), "in"), removed=True) if ids else ()
    if any(row.name == AGENT_IMAGE for row in rows):
        for session in links:
            session.look_at_all()


async def tell_of_containers(store: Store, links: Links, ids: list[int]) -> None:
    """Tell a container's host, and the one that it left."""
    if not links.by_host:
        return
    for start in range(0, len(ids), ASKED):
        some = ids[start : start + ASKED]
        rows = await store.find(Container, Where("id", tuple(some), "in"), removed=True)
        host_of = {row.id: row.host_id for row in rows}
        for number in some:
            for session in links.concerned(number, host_of.get(number)):
                session.look(number)


async def tell_of_host(store: Store, links: Links, number: int) -> None:
    """End the link of a host that was removed."""
    host = await store.get(Host, number)
    session = links.by_host.get(number)
    if session is not None and (host is None or not host.is_live):
        words = f"host {show('host', number)} was removed from its environment"
        session.end(Refused(code="HostRemoved", message=words), "the host was removed")


async def tell_of_agent(store: Store, links: Links, number: int) -> None:
    """End the link of an agent that somebody deactivated or removed."""
    agent = await store.get(Agent, number)
    session = links.by_agent.get(number)
    if session is not None and (agent is None or agent.state in AWAY):
        words = "this agent was deactivated or removed"
        refused = Refused(code="AgentInactive", message=words, final=False)
        session.end(refused, "the agent was deactivated")
