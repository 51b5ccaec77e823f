"""How a host goes by its agent's own wish, and how one hears that it was removed."""

import logging
from collections.abc import Sequence
from dataclasses import replace

from pasture.auth.authenticate import basic_of
from pasture.auth.secrets import matches_key
from pasture.kit.ids import show
from pasture.link.amend import amend
from pasture.model.credential import AgentApiKey
from pasture.model.host import KEEP, Agent, Host
from pasture.model.query import Where
from pasture.store.store import Store

log = logging.getLogger(__name__)


async def remove_host(store: Store, agent: Agent) -> None:
    """Have the host of an agent removed; what runs there is kept or removed by the agent."""
    for host in await store.find(Host, Where("agent_id", agent.id)):
        log.info("host leaves", extra={"host": show("host", host.id), "name_of_host": host.name})
        await amend(store, Host, host.id, leaving)


def leaving(host: Host) -> Host:
    """Return a host that is to go, from whatever state."""
    if not host.is_live or host.state == "removing":
        return host
    return replace(host, state="removing", on_remove=KEEP)


async def host_was_removed(store: Store, authorization: str | None) -> bool:
    """Tell whether keys are those of an agent whose host was removed by somebody.

    Keys of an agent that another one followed on its host are just unknown: nothing of that host
    is to go because of them.
    """
    basic = basic_of(authorization)
    if basic is None or "\0" in basic.login:
        return False
    found = await store.find(AgentApiKey, Where("public_value", basic.login), removed=True)
    for key in found:
        if matches_key(key.secret_value, basic.secret) and await _lost_its_host(store, key):
            return True
    return False


async def _lost_its_host(store: Store, key: AgentApiKey) -> bool:
    agents = await store.find(Agent, Where("account_id", key.account_id), removed=True)
    hosts: list[Host] = []
    for agent in agents:
        hosts += await store.find(Host, Where("agent_id", agent.id), removed=True)
    return bool(hosts) and not any_lives(hosts)


def any_lives(hosts: Sequence[Host]) -> bool:
    """Tell whether one of the hosts is still there."""
    return any(host.is_live for host in hosts)
