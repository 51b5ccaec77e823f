"""``start``, ``stop``, ``restart`` of containers, services, stacks and hosts."""

from argparse import ArgumentParser
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pasture.cli import options
from pasture.cli.connect import Session, online
from pasture.cli.exits import Exit, Failure
from pasture.cli.resolve import find
from pasture.cli.several import Done, each
from pasture.cli.verb import Verb
from pasture.cli.words import counted
from pasture.client.client import Watch
from pasture.client.errors import Failed
from pasture.client.resource import Resource


@dataclass(frozen=True)
class Move:
    """What a verb means for a type: the action to follow, and the state it leads to."""

    action: str
    ends: str


STARTS = {
    "container": Move("start", "running"),
    "service": Move("activate", "active"),
    "host": Move("activate", "active"),
}
STOPS = {
    "container": Move("stop", "stopped"),
    "service": Move("deactivate", "inactive"),
    "host": Move("deactivate", "inactive"),
}
RUNNING = STARTS["container"]
RESTART = Move("restart", "running")


def configure(parser: ArgumentParser) -> None:
    """Add the flags of ``start`` and ``restart``."""
    parser.add_argument(
        "names", nargs="+", metavar="NAME", help="name or id of a container, service, stack, host"
    )
    options.waiting(parser)
    options.output(parser)


def configure_stop(parser: ArgumentParser) -> None:
    """Add the flags of ``stop``."""
    configure(parser)
    parser.add_argument(
        "--kill-after",
        type=int,
        metavar="SECONDS",
        help="how long a container may take until it is killed",
    )


async def start(session: Session) -> Exit:
    """Start containers; activate services and hosts."""

    async def one(text: str, watch: Watch) -> Done:
        seen = await find(session.client, text)
        if seen.type == "stack":
            return await for_stack(session, seen, STARTS, watch)
        return await move(session, seen, STARTS[kind(seen)], watch)

    return await each(session, session.args.names, one)


async def stop(session: Session) -> Exit:
    """Stop containers; deactivate services and hosts."""

    async def one(text: str, watch: Watch) -> Done:
        seen = await find(session.client, text)
        if seen.type == "stack":
            return await for_stack(session, seen, STOPS, watch)
        return await move(session, seen, STOPS[kind(seen)], watch, given=stopping(session, seen))

    return await each(session, session.args.names, one)


async def restart(session: Session) -> Exit:
    """Restart containers; of a service or stack one after the other."""

    async def one(text: str, watch: Watch) -> Done:
        seen = await find(session.client, text, ("container", "service", "stack"))
        if kind(seen) == "container":
            return await restart_container(session, seen, watch)
        containers = await containers_of(session, seen)
        for container in containers:
            await restart_container(session, container, watch)
        words = f"{counted(len(containers), 'container')} restarted"
        return Done(words, await session.client.again(seen))

    return await each(session, session.args.names, one)


async def move(
    session: Session,
    seen: Resource,
    to: Move,
    watch: Watch,
    *,
    given: Mapping[str, Any] | None = None,
) -> Done:
    """Follow an action and wait for where it leads; being there already is success."""
    if seen.state == to.ends and not seen.is_moving:
        return Done(f"is {seen.state} already", seen)
    asked = await session.client.act(seen, to.action, given)
    if session.args.detach:
        return Done(asked.state, asked)
    return arrived(await settled(session, asked, to, watch), to)


async def restart_container(session: Session, seen: Resource, watch: Watch) -> Done:
    """Restart a container; one that is stopped is started."""
    to = RESTART if "restart" in seen.actions else RUNNING
    asked = await session.client.act(seen, to.action)
    if session.args.detach:
        return Done(asked.state, asked)
    done = arrived(await settled(session, asked, to, watch), to)
    return Done("restarted", done.resource) if to is RESTART else done


async def settled(session: Session, seen: Resource, to: Move, watch: Watch) -> Resource:
    """Wait until a resource moves no longer."""
    return await session.client.wait(
        seen,
        lambda r: r.state == to.ends or not (r.is_moving or r.is_failed),
        timeout_s=session.args.timeout,
        watch=watch,
    )


def arrived(seen: Resource, to: Move) -> Done:
    """Say where it is now; a run that ended well at once has arrived.

    Raises:
        Failed: it is somewhere else.

    """
    if seen.state == to.ends:
        return Done(seen.state, seen)
    code = seen.number("exitCode")
    if to.ends == "running" and seen.state == "stopped" and code == 0:
        return Done("ran and ended with exit code 0", seen)
    ended = f"not {to.ends}" if code is None else f"exit code {code}"
    raise Failed(f"{seen} is {seen.state}: {seen.message or ended}")


async def for_stack(
    session: Session, stack: Resource, moves: Mapping[str, Move], watch: Watch
) -> Done:
    """Move every service of a stack, and its standalone containers."""
    members = await session.client.all("services", {"stackId": stack.id})
    members += await standalone(session, stack)
    for member in members:
        await move(session, member, moves[kind(member)], watch, given=stopping(session, member))
    ends = "started" if moves is STARTS else "stopped"
    return Done(f"{counted(len(members), 'member')} {ends}", stack)


async def standalone(session: Session, stack: Resource) -> list[Resource]:
    """Return a stack's containers that belong to no service."""
    rows = await session.client.all("containers", {"stackId": stack.id})
    return [row for row in rows if row.text("serviceId") is None]


async def containers_of(session: Session, owner: Resource) -> list[Resource]:
    """Return the containers of a service or stack."""
    field = "stackId" if owner.type == "stack" else "serviceId"
    return await session.client.all("containers", {field: owner.id})


def stopping(session: Session, seen: Resource) -> dict[str, Any] | None:
    """Return how a container is to be stopped, as the flags say."""
    seconds: int | None = getattr(session.args, "kill_after", None)
    return {"timeout": seconds} if seconds is not None and kind(seen) == "container" else None


def kind(seen: Resource) -> str:
    """Return the verb table's word for a resource: every kind of service is a service.

    Raises:
        Failure: the verb says nothing of it.

    """
    if seen.type.casefold().endswith("service"):
        return "service"
    if seen.type in {"container", "stack", "host"}:
        return seen.type
    raise Failure(f"{seen} cannot be started or stopped", Exit.USAGE)


VERBS = {
    "start": Verb(configure, online(start)),
    "stop": Verb(configure_stop, online(stop)),
    "restart": Verb(configure, online(restart)),
}
