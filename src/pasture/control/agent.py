"""Agents: their state follows their link; closed is *reconnecting*, later *disconnected*."""

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from pasture.control.loop import Controller, Io, every, own, put
from pasture.control.settle import end
from pasture.model.account import Account
from pasture.model.credential import AgentApiKey
from pasture.model.host import LINK_OPEN, Agent, Host, Register
from pasture.model.query import Page, Where
from pasture.model.resource import Resource

DISCONNECT_AFTER_MS = 180_000
LOOKS_MS = 3_000  # a new host has so long to look for room for the managed network
FIRST_CONNECTION = "waits for its first connection"
LOOKING = "looks whether the managed network has room"
LEAVING = {"deactivating": "inactive", "inactive": "inactive"}


class Next(NamedTuple):
    """The agent as it is to be, and when to look again."""

    agent: Agent
    again_s: float | None = None


def plan(agent: Agent, host: Host | None, now_ms: int) -> Next:
    """Say the state that follows from the link.

    A new host is active once its network was looked at: containers made then find all of the new
    hosts alike.
    """
    if agent.state in LEAVING:
        return Next(replace(agent, state=LEAVING[agent.state], message=None))
    if agent.link_state == LINK_OPEN:
        looks_ms = LOOKS_MS - abs(now_ms - (agent.link_since or 0))
        if host is not None and host.checked_subnet is None and looks_ms > 0:
            return Next(replace(agent, state="activating", message=LOOKING), looks_ms / 1000)
        return Next(replace(agent, state="active", message=None))
    if agent.link_since is None:
        return Next(replace(agent, state="activating", message=FIRST_CONNECTION))
    left_ms = agent.link_since + DISCONNECT_AFTER_MS - now_ms
    if 0 < left_ms <= 2 * DISCONNECT_AFTER_MS:  # more: the clock was set back since
        return Next(replace(agent, state="reconnecting", message=None), left_ms / 1000)
    return Next(replace(agent, state="disconnected", message=None))


async def belongings(io: Io, agent: Agent) -> list[Resource]:
    """Return the live rows that exist for the agent only; it goes together with them."""
    keys = await io.store.find(AgentApiKey, Where("account_id", agent.account_id))
    accounts = await io.store.find(Account, Where("id", agent.account_id), Where("kind", "agent"))
    registers = await io.store.find(Register, Where("agent_id", agent.id))
    return [*keys, *accounts, *registers]


def retire(agent: Agent, belongings: Iterable[Resource], now_ms: int) -> list[Resource]:
    """Return the agent and all that it proves itself with as removed: it is refused from now on."""
    return [end(row, now_ms) for row in (agent, *belongings)]


async def reconcile(io: Io, key: int) -> float | None:
    """Bring one agent to the state of its link."""
    agent = await io.store.get(Agent, key)
    if agent is None or not agent.is_live:
        return None
    now = io.clock.now_ms()
    if agent.state == "removing" or await _is_replaced(io, agent):
        await put(io, *retire(agent, await belongings(io, agent), now))
        return None
    hosts = await io.store.find(Host, Where("agent_id", agent.id), page=Page(limit=1))
    following = plan(agent, hosts[0] if hosts else None, now)
    if following.agent != agent:
        await put(io, following.agent)
    return following.again_s


async def _is_replaced(io: Io, agent: Agent) -> bool:
    """Tell whether a leaving agent has no host any more: another agent serves its Engine."""
    return agent.state in LEAVING and not await io.store.count(Host, Where("agent_id", agent.id))


async def of_host(_: Io, host: Host) -> tuple[int, ...]:
    """Hint at the agent of a host: its network may have been looked at."""
    return (host.agent_id,) if host.agent_id else ()


CONTROLLER = Controller(
    name="agent",
    reconcile=reconcile,
    keys=every(Agent),
    hints={"agent": own, "host": of_host},
)
