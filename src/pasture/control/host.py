"""Hosts: they show their agent's state and their Engine's error; removal takes their rows along.

What happens to the containers of a removed host was chosen with the removal. *keep*: their rows
go, the containers run on. *remove*: they are removed first, so the host must be connected; native
ones were made by hand, they are kept either way.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from pasture.control import settle
from pasture.control.agent import belongings, retire
from pasture.control.decide import to_remove
from pasture.control.loop import Controller, Io, every, own, put
from pasture.control.settle import end
from pasture.model.container import REMOVED, Container
from pasture.model.host import REMOVE_CONTAINERS, SKEW, Agent, Host
from pasture.model.query import Page, Where
from pasture.model.resource import Resource
from pasture.schedule.load import show_host

BATCH = 200  # rows a write
DISCONNECTED = "disconnected"


@dataclass(frozen=True)
class Removal:
    """The next part of a host's removal; ``finished``: nothing stands in its way any more."""

    host: Host
    containers: tuple[Container, ...] = ()
    finished: bool = False


def plan(host: Host, agent: Agent | None, now_ms: int) -> Host:
    """Return a host that stays: at rest, its agent's state mirrored, its Engine's error shown."""
    agent_state = agent.state if agent is not None and agent.is_live else DISCONNECTED
    error = host.network_error or host.agent_error
    if host.engine_error is not None:
        error = f"Docker Engine: {host.engine_error}"
    return replace(
        settle.plan(host, now_ms),
        agent_state=agent_state,
        message=error or wrong_clock(host),
        failed=error is not None,
    )


def wrong_clock(host: Host) -> str | None:
    """Return what to do about a host's clock; None: it goes well enough."""
    skew_ms = host.info.get(SKEW)
    if not isinstance(skew_ms, int):
        return None
    side = "ahead of" if skew_ms > 0 else "behind"
    return f"its clock is {abs(skew_ms) // 1000} s {side} the server's: set it, by NTP for example"


def plan_removal(host: Host, containers: Sequence[Container], now_ms: int) -> Removal:
    """Say what of a host's containers is to change before the host can go.

    ``containers``: those of its rows that are live, or the first so many of them.
    """
    ours = [c for c in containers if not c.native_container]
    if host.on_remove != REMOVE_CONTAINERS or not ours:
        freed = tuple(end(c, now_ms) for c in containers)
        waiting = replace(host, message=None, failed=False)
        return Removal(waiting, freed, finished=len(containers) < BATCH)
    doomed = tuple(to_remove(c) for c in ours if c.wanted != REMOVED)
    return Removal(replace(host, message=_waiting(host, len(ours)), failed=False), doomed)


def _waiting(host: Host, count: int) -> str:
    more = " or more" if count >= BATCH else ""
    if host.agent_state == "active":
        return f"containers still to be removed from it: {count}{more}"
    return (
        f"waits for the agent of host {show_host(host)} to connect: containers to be removed from"
        f" it: {count}{more}; remove the host with containers=keep to leave them"
    )


async def reconcile(io: Io, key: int) -> None:
    """Bring one host to what its agent and its owner say."""
    host = await io.store.get(Host, key)
    if host is None:
        return
    agent = await io.store.get(Agent, host.agent_id) if host.agent_id else None
    now = io.clock.now_ms()
    if host.state == "removing":
        await _remove(io, replace(host, agent_state=plan(host, agent, now).agent_state), agent)
        return
    following = plan(host, agent, now) if host.is_live else settle.plan(host, now)
    if following != host:
        await put(io, following)


async def _remove(io: Io, host: Host, agent: Agent | None) -> None:
    """Do the next part of a removal; its own writes are the hints to go on."""
    now = io.clock.now_ms()
    here = Where("host_id", host.id)
    mine = await io.store.find(
        Container, here, Where("native_container", False), page=Page(limit=BATCH)
    )
    if not mine or host.on_remove != REMOVE_CONTAINERS:
        mine = await io.store.find(Container, here, page=Page(limit=BATCH))
    part = plan_removal(host, mine, now)
    changes: list[Resource] = [*part.containers]
    if part.finished:
        changes += [end(host, now), *await _farewell(io, agent, now)]
    else:
        changes += await _changed(io, part.host)
    await put(io, *changes)


async def _farewell(io: Io, agent: Agent | None, now_ms: int) -> Iterable[Resource]:
    if agent is None or not agent.is_live:
        return ()
    return retire(agent, await belongings(io, agent), now_ms)


async def _changed(io: Io, host: Host) -> list[Resource]:
    return [] if host == await io.store.get(Host, host.id) else [host]


async def of_agent(io: Io, agent: Agent) -> list[int]:
    """Hint at the host of an agent."""
    return [h.id for h in await io.store.find(Host, Where("agent_id", agent.id))]


async def of_container(_: Io, container: Container) -> tuple[int, ...]:
    """Hint at the host of a container that went: it may be waiting for that."""
    return (container.host_id,) if container.removed and container.host_id else ()


CONTROLLER = Controller(
    name="host",
    reconcile=reconcile,
    keys=every(Host),
    hints={"host": own, "agent": of_agent, "instance": of_container},
)
