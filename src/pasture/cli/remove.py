"""``rm``: containers, services, stacks and hosts; what goes with them is said before."""

from argparse import ArgumentParser

from pasture.cli import options
from pasture.cli.connect import Session, online
from pasture.cli.exits import Exit, Failure
from pasture.cli.lists import on_host
from pasture.cli.resolve import find
from pasture.cli.several import Done, each
from pasture.cli.verb import Verb
from pasture.cli.words import counted
from pasture.client.client import Watch
from pasture.client.errors import Absent
from pasture.client.resource import Resource

REMOVABLE = "remove"


def configure(parser: ArgumentParser) -> None:
    """Add the flags of ``rm``."""
    parser.add_argument(
        "names", nargs="+", metavar="NAME", help="name or id of a container, service, stack, host"
    )
    parser.add_argument(
        "--containers",
        choices=("keep", "remove"),
        help="of a host: its containers go on running, unknown here, or are removed with it",
    )
    parser.add_argument("-y", "--yes", action="store_true", help="ask nothing")
    options.waiting(parser)
    options.output(parser)


async def rm(session: Session) -> Exit:
    """Remove things and wait until they are gone."""
    await confirm(session)

    async def one(text: str, watch: Watch) -> Done:
        seen = await find(session.client, text)
        if seen.type == "host":
            return await remove_host(session, seen, watch)
        return await gone(session, await session.client.delete(seen), watch)

    return await each(session, session.args.names, one)


async def confirm(session: Session) -> None:
    """Ask before a stack or host is removed, where somebody is there to answer.

    Raises:
        Failure: the answer is no.

    """
    console = session.context.console
    if session.args.yes or not console.interactive:
        return
    for text in dict.fromkeys(session.args.names):
        question = await weight(session, text)
        if question is None:
            continue
        if console.ask(f"{question} [y/N]").casefold() not in {"y", "yes"}:
            raise Failure("nothing was removed")


async def weight(session: Session, text: str) -> str | None:
    """Return the question to ask before a removal; None where none is needed."""
    try:
        seen = await find(session.client, text)
    except (Failure, Absent):
        return None  # said again, as this item's own result
    if seen.type == "stack":
        services = await session.client.all("services", {"stackId": seen.id})
        return f"Remove {seen} with {counted(len(services), 'service')} and their containers?"
    if seen.type == "host":
        return f"Remove {seen}?"
    return None


async def remove_host(session: Session, host: Resource, watch: Watch) -> Done:
    """Deactivate a host and remove it; what happens to its containers must have been chosen."""
    chosen: str | None = session.args.containers
    count = on_host(await session.client.all("containers"), host.id)
    if count and chosen is None:
        raise Failure(
            f"{host} has {counted(count, 'container')}: choose what happens to them: "
            "--containers keep (they go on running, no longer known here) "
            "or --containers remove",
            Exit.USAGE,
        )
    if REMOVABLE not in host.actions and "deactivate" in host.actions:
        host = await session.client.act(host, "deactivate")
        host = await session.client.wait(
            host, lambda h: not h.is_moving, timeout_s=session.args.timeout, watch=watch
        )
    asked = await session.client.act(host, REMOVABLE, {"containers": chosen or "keep"})
    return await gone(session, asked, watch)


async def gone(session: Session, asked: Resource, watch: Watch) -> Done:
    """Wait until a resource is removed."""
    if session.args.detach:
        return Done(asked.state, asked)
    left = await session.client.wait(
        asked, lambda r: r.is_gone, timeout_s=session.args.timeout, watch=watch
    )
    return Done("removed", left)


VERBS = {"rm": Verb(configure, online(rm))}
