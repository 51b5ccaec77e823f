"""Which host an agent is, and whether it is let in: pure, from its hello and the rows.

One Engine is one host: the Engine's own id is the key, within the installation.

* Same agent, same Engine: the host as before.
* The Engine is a host already, another agent's: refused while that one's link is open or the host
  is of another environment; else the host is taken over (the agent was installed anew).
* Same agent, another Engine (Docker was installed anew, ``DOCKER_HOST`` changed): a new host. The
  old one is left without agent, disconnected: its containers are on the old Engine, if anywhere.
* The agent's host was removed by somebody: refused for good.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any, TypeAlias, cast

from pasture.kit.ids import show
from pasture.model.host import SKEW, Agent, Host
from pasture.wire.frames import OLDEST, PROTOCOL, Hello

OWN_HOST = (
    "To make this machine a host of its own: delete the folder agent in its data folder "
    "(/var/lib/pasture) and, where `docker info` shows the same ID on both, /etc/docker/key.json; "
    "restart Docker, then join again"
)
CLOCK_TOLERANCE_MS = 30_000
MAJOR_MINOR = re.compile(r"[0-9]+\.[0-9]+")
PROTOCOL_NOT_SPOKEN = "ProtocolNotSpoken"
OS_LABEL = "io.rancher.host.os"
KERNEL_LABEL = "io.rancher.host.linux_kernel_version"
DOCKER_LABEL = "io.rancher.host.docker_version"


@dataclass(frozen=True)
class Refuse:
    """The agent is not let in."""

    code: str
    message: str
    final: bool = True


@dataclass(frozen=True)
class Keep:
    """It is this host, as before."""

    host: Host


@dataclass(frozen=True)
class TakeOver:
    """It is this host, whose former agent is gone."""

    host: Host


@dataclass(frozen=True)
class Join:
    """It is a new host; ``left`` is the one that the agent served until now."""

    left: Host | None = None


Decision: TypeAlias = Refuse | Keep | TakeOver | Join


def decide(
    hello: Hello,
    agent: Agent,
    *,
    own: Iterable[Host],
    same: Iterable[Host],
    linked: Collection[int],
) -> Decision:
    """Say which host it is.

    ``own``: rows that name this agent, removed ones too. ``same``: live rows with its Engine's
    id. ``linked``: ids of the agents whose links are open.
    """
    refused = wrong_protocol(hello.protocol) or without_engine(hello)
    if refused:
        return refused
    current = next(iter(same), None)
    if current is not None:
        return known_engine(current, agent, linked)
    rows = list(own)
    removed = next((h for h in rows if not h.is_live), None)
    left = next((h for h in rows if h.is_live), None)
    if removed is not None and left is None:
        return Refuse(
            "HostRemoved",
            f"host {called(removed)} was removed from its environment; to join again, delete the "
            "agent's identity (DATA/agent) and start it with a registration URL",
        )
    return Join(left)


def wrong_protocol(spoken: int) -> Refuse | None:
    """Refuse an agent whose protocol is not spoken here, saying which side to upgrade."""
    if OLDEST <= spoken <= PROTOCOL:
        return None
    side = "agent" if spoken < OLDEST else "server"
    return Refuse(
        PROTOCOL_NOT_SPOKEN,
        f"this agent speaks protocol {spoken}, this server {OLDEST} to {PROTOCOL}: "
        f"upgrade the {side}",
        final=side == "agent",  # a server is upgraded while its agents wait
    )


def without_engine(hello: Hello) -> Refuse | None:
    """Refuse an agent that does not know its Engine yet; it may come back when it does."""
    if hello.engine_id:
        return None
    return Refuse("NoEngine", "the hello names no Engine; accepted: its id from /info", final=False)


def known_engine(host: Host, agent: Agent, linked: Collection[int]) -> Decision:
    """Decide on an agent whose Engine is a host already."""
    if host.agent_id == agent.id:
        return Keep(host)
    if host.account_id != agent.project_id:
        return Refuse(
            "EngineTaken",
            "this Engine is already a host of another environment; remove it there first",
        )
    if host.agent_id in linked:
        return Refuse(
            "EngineTaken",
            f"this Engine is already host {called(host)}, its agent is connected; "
            f"stop that one first. If this machine is a copy of that one: {OWN_HOST}",
        )
    return TakeOver(host)


def called(host: Host) -> str:
    """Return how a host is called in sentences: ``h1 (1h1)``."""
    return f"{host.name} ({show('host', host.id)})"


def new_host(hello: Hello, agent: Agent, *, name: str, address: str | None, now_ms: int) -> Host:
    """Return the row of a host that was not seen before; its controller activates it."""
    return Host(
        account_id=agent.project_id,
        agent_id=agent.id,
        name=name,
        state="registering",
        hostname=hello.hostname,
        labels={**hello.labels, **machine_labels(hello.info)},
        milli_cpu=hello.milli_cpu,
        memory=hello.memory,
        agent_ip_address=hello.address or address,
        engine_id=hello.engine_id,
        info=shown_info(hello, now_ms),
    )


def refreshed(host: Host, hello: Hello, agent: Agent, *, address: str | None, now_ms: int) -> Host:
    """Return a known host's row with what the hello says anew; what people set stays."""
    return replace(
        host,
        agent_id=agent.id,
        hostname=hello.hostname,
        labels={**host.labels, **machine_labels(hello.info)},
        milli_cpu=hello.milli_cpu if host.milli_cpu is None else host.milli_cpu,
        memory=hello.memory if host.memory is None else host.memory,
        agent_ip_address=hello.address or address or host.agent_ip_address,
        info=shown_info(hello, now_ms),
    )


def machine_labels(info: dict[str, Any]) -> dict[str, str]:
    """Return the labels that every host has (``reference/rancher16-behaviour.md#1.7``)."""
    machine = as_map(info.get("osInfo"))
    if not machine:
        return {}
    labels = {OS_LABEL: str(machine.get("osType") or "linux").lower()}
    for label, key in ((KERNEL_LABEL, "kernelVersion"), (DOCKER_LABEL, "dockerVersion")):
        version = MAJOR_MINOR.search(str(machine.get(key) or ""))
        if version:
            labels[label] = version.group()
    return labels


def as_map(given: Any) -> dict[str, Any]:
    """Return a map that an agent sent, or an empty one where it sent something else."""
    return cast("dict[str, Any]", given) if isinstance(given, dict) else {}


def shown_info(hello: Hello, now_ms: int) -> dict[str, Any]:
    """Return what the machine is, and how wrong its clock goes where that matters."""
    skew = clock_skew_ms(hello, now_ms)
    return hello.info if skew is None else {**hello.info, SKEW: skew}


def clock_skew_ms(hello: Hello, now_ms: int) -> int | None:
    """Return how far the host's clock is ahead, or None where it goes well enough."""
    skew = 0 if hello.now is None else hello.now - now_ms
    return skew if abs(skew) > CLOCK_TOLERANCE_MS else None


def free_name(hostname: str, taken: Collection[str]) -> str:
    """Return the machine's own name, with a number where another host has it."""
    name = hostname.strip()[:240] or "host"
    used = {t.lower() for t in taken}
    if name.lower() not in used:
        return name
    return next(c for n in range(2, len(used) + 3) if (c := f"{name}-{n}").lower() not in used)
