"""Let an agent in: decide on its hello, write host and agent, register its session."""

import asyncio
import logging
from collections.abc import Callable, Collection
from dataclasses import replace
from typing import assert_never

from pasture.kit.clock import Clock
from pasture.kit.errors import Conflict
from pasture.kit.ids import show
from pasture.kit.tasks import TaskGroup
from pasture.link import hello as rules
from pasture.link.amend import TRIES, amend
from pasture.link.hello import Decision, Join, Keep, Refuse, TakeOver
from pasture.link.links import Links
from pasture.model.host import AGENT_LIVE, LINK_CLOSED, LINK_OPEN, Agent, Host
from pasture.model.query import Where
from pasture.store.changes import Change, Create, Update
from pasture.store.store import Store
from pasture.wire.frames import Hello

log = logging.getLogger(__name__)
DISCONNECTED = "disconnected"
AWAY = frozenset({"inactive", "deactivating", "removing", "removed", "purging", "purged"})


async def admit(
    store: Store, clock: Clock, agent_id: int, hello: Hello, *, address: str | None, links: Links
) -> Host | Refuse:
    """Write what a hello means, and return its host; the caller has its ``turns``.

    A former link of the agent ends first: what it still writes of its reports stands in the
    store's queue before this, and so before all that comes by the new link.

    Raises:
        Conflict: others kept on writing host or agent; the agent comes again.

    """
    for _ in range(TRIES):
        agent = await store.get(Agent, agent_id)
        if agent is None or not agent.is_live or agent.project_id is None:
            return Refuse("AgentRemoved", "this agent was removed; register it again")
        if agent.state in AWAY:
            return Refuse("AgentInactive", "this agent is deactivated; activate it", final=False)
        now, now_s = clock.now_ms(), asyncio.get_running_loop().time()
        double = links.doubles.refuse(agent_id, hello.run, now_s=now_s)
        if double is not None:
            return double
        decision = await decided(store, agent, hello, links.by_agent.keys())
        if isinstance(decision, Refuse):
            return decision
        links.oust(agent_id)
        try:
            async with links.turn(*names_wanted(decision, agent, hello)):
                return await write(store, agent, hello, decision, address=address, now_ms=now)
        except Conflict:
            continue
    raise Conflict(f"agent {agent_id} and its host were written by others {TRIES} times in a row")


def turn_of(agent_id: int) -> str:
    """Return the turn that an agent takes to come or go."""
    return f"agent {agent_id}"


def turns(agent_id: int, hello: Hello) -> tuple[str, str]:
    """Return the turns that a hello takes: one Engine is one host."""
    return turn_of(agent_id), f"engine {hello.engine_id}"


def names_wanted(decision: Join | Keep | TakeOver, agent: Agent, hello: Hello) -> tuple[str, ...]:
    """Return the turn that a new host takes, so that no other of its environment has its name."""
    if not isinstance(decision, Join):
        return ()
    return (f"name {hello.hostname.strip().lower()} in {agent.project_id}",)


async def decided(store: Store, agent: Agent, hello: Hello, linked: Collection[int]) -> Decision:
    """Read the rows that matter and decide."""
    own = await store.find(Host, Where("agent_id", agent.id), removed=True)
    same = await store.find(Host, Where("engine_id", hello.engine_id))
    return rules.decide(hello, agent, own=own, same=same, linked=linked)


async def write(
    store: Store,
    agent: Agent,
    hello: Hello,
    decision: Join | Keep | TakeOver,
    *,
    address: str | None,
    now_ms: int,
) -> Host:
    """Write the host, its agent, and what a change between them leaves behind."""
    opened = replace(agent, link_state=LINK_OPEN, link_since=now_ms, version_text=hello.version)
    changes: list[Change] = [Update(opened)]
    if isinstance(decision, Join):
        name = await free_name(store, agent, hello)
        host = rules.new_host(hello, agent, name=name, address=address, now_ms=now_ms)
        changes.insert(0, Create(host))
        if decision.left:
            alone = replace(decision.left, agent_id=None, agent_state=DISCONNECTED)
            changes.append(Update(alone))
    else:
        host = rules.refreshed(decision.host, hello, agent, address=address, now_ms=now_ms)
        changes.insert(0, Update(host))
        if isinstance(decision, TakeOver):
            changes += await farewell(store, decision.host.agent_id)
    written = await store.write(*changes)
    host = written[0]
    assert isinstance(host, Host)
    tell(host, agent, hello, decision, now_ms=now_ms)
    return host


async def free_name(store: Store, agent: Agent, hello: Hello) -> str:
    """Return a name for a new host that no other of its environment has."""
    taken = await store.values(Host, ("name",), Where("account_id", agent.project_id))
    return rules.free_name(hello.hostname, [name for (name,) in taken if name])


async def farewell(store: Store, former_id: int | None) -> list[Change]:
    """Return the change that sends a replaced agent away: its controller does the rest."""
    former = None if former_id is None else await store.get(Agent, former_id)
    if former is None or former.state not in {"registering", *AGENT_LIVE}:
        return []
    return [Update(replace(former, state="deactivating"))]


def tell(
    host: Host, agent: Agent, hello: Hello, decision: Join | Keep | TakeOver, *, now_ms: int
) -> None:
    """Log who came."""
    fields = {
        "host": show("host", host.id),
        "name_of_host": host.name,
        "agent": show("agent", agent.id),
        "version": hello.version,
    }
    match decision:
        case Keep():
            log.info("host is back", extra=fields)
        case TakeOver():
            log.info("host has a new agent", extra=fields)
        case Join():
            log.info("host joins", extra=fields)
        case _:
            assert_never(decision)
    skew = rules.clock_skew_ms(hello, now_ms)
    if skew is not None:
        log.warning("clock of the host is wrong", extra={**fields, "ahead_ms": skew})


async def close_link(store: Store, clock: Clock, agent_id: int) -> None:
    """Write that an agent's link is closed."""
    await amend(store, Agent, agent_id, closed_since(clock.now_ms()))


async def close_links(store: Store, clock: Clock) -> None:
    """Write, before anybody is let in, that links which a former process held are closed."""
    async with TaskGroup() as group:  # at once: they go to the disk together
        for agent in await store.find(Agent, Where("link_state", LINK_OPEN)):
            group.create_task(close_link(store, clock, agent.id))


def closed_since(now_ms: int) -> Callable[[Agent], Agent]:
    """Return the change that closes an agent's link, once."""

    def change(agent: Agent) -> Agent:
        if agent.link_state == LINK_CLOSED:
            return agent
        return replace(agent, link_state=LINK_CLOSED, link_since=now_ms)

    return change
