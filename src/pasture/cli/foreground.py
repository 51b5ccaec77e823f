"""``run`` in the foreground: a container that is heard from its start on, and ends with us.

It is made first and started only once we are attached: nothing that it says is missed.
"""

import asyncio
from argparse import ArgumentParser, Namespace
from contextlib import suppress
from typing import Any

from pasture.cli import options
from pasture.cli.connect import Session
from pasture.cli.execute import check_terminal, exit_of_start
from pasture.cli.exits import Exit, Failure
from pasture.cli.lifecycle import RUNNING, settled
from pasture.cli.progress import Progress
from pasture.cli.several import waiting
from pasture.cli.talk import Manner, talk
from pasture.client.client import Watch
from pasture.client.errors import ClientError, Failed, Held, TooSlow, Unreachable
from pasture.client.resource import Resource
from pasture.kit.tasks import TaskGroup, alone

REMOVAL_S = 60.0
STOPPED = "stopped"
UNSURE = frozenset({None, 126, 127, 128})  # it goes on, or the Engine could not start it
END_S = 15.0  # between the end of the output and that of the container


def configure(parser: ArgumentParser) -> None:
    """Add the flags that keep a container in the foreground."""
    options.talking(parser)
    parser.add_argument(
        "--rm", action="store_true", help="show its output, and remove it once it has ended"
    )


def is_wanted(args: Namespace) -> bool:
    """Tell whether a container is to run in the foreground.

    Raises:
        Failure: the flags contradict each other.

    """
    lends = args.interactive or args.tty or args.rm
    if lends and (args.stack is not None or args.scale is not None):
        raise Failure("-i, -t and --rm are for one container, not for a service", Exit.USAGE)
    if args.rm and args.detach:
        raise Failure("--rm waits for the end, and -d does not: leave one out", Exit.USAGE)
    if args.rm and args.restart not in {None, "no"}:
        raise Failure("--rm removes what --restart would start again: leave one out", Exit.USAGE)
    return lends and not args.detach


def fields(args: Namespace) -> dict[str, Any]:
    """Return the fields of a container that can be talked with."""
    return {
        **({"tty": True} if args.tty else {}),
        **({"stdinOpen": True} if args.interactive else {}),
        **({"stdinOnce": True} if args.interactive and not args.detach else {}),
    }


async def run(session: Session, body: dict[str, Any]) -> int:
    """Run a container, talk with it, return its exit code."""
    check_terminal(session)
    made = await session.client.create("containers", {**body, "startOnCreate": False})
    try:
        code = await attached(session, made)
    except Unreachable:
        session.context.console.say(f"{made.id} goes on: `pasture attach {made.id}`")
        raise
    except (Failure, ClientError, asyncio.CancelledError) as error:
        await give_up(session, made, interrupted=isinstance(error, asyncio.CancelledError))
        raise
    if code is None:
        session.context.console.say(
            f"{made.id} goes on: `pasture attach {made.id}`, `pasture rm {made.id}`"
        )
        return Exit.OK
    if session.args.rm:
        await removed(session, made)
    return code


async def attached(session: Session, made: Resource) -> int | None:
    """Start a container and talk with it; returns its exit code, None where it goes on."""
    args, console, client = session.args, session.context.console, session.client
    manner = Manner(stdin=args.interactive, tty=args.tty, may_leave=args.tty and not args.rm)
    with Progress(console, f"waiting for {client.access.url}") as progress:
        ready = await placed(session, made, lambda seen: progress.waits("", waiting(seen)))
        async with client.stream(ready, "console") as stream:
            progress.end()
            with alone(Failure, ClientError, BrokenPipeError):
                async with TaskGroup() as group:
                    starting = group.create_task(start(session, ready))
                    ended = await talk(console, stream, manner)
                    starting.cancel()
    if ended is None:
        return None
    if ended.error is not None:
        raise Failure(ended.error)
    if ended.exit_code not in UNSURE:
        return ended.exit_code
    return await code_of_row(session, made)


async def placed(session: Session, made: Resource, watch: Watch) -> Resource:
    """Wait until a container is on a host, and does not run yet.

    Raises:
        Failure: no host takes it.

    """
    client, timeout_s = session.client, session.args.timeout
    seen = await client.wait(
        made, lambda seen: is_made(seen) or is_homeless(seen), timeout_s=timeout_s, watch=watch
    )
    if is_homeless(seen):
        patience_s = min(timeout_s, session.context.patience_s)
        try:
            seen = await client.wait(
                seen, lambda seen: not is_homeless(seen), timeout_s=patience_s, watch=watch
            )
        except TooSlow:
            return await anyhow(session, seen, watch)
    return await client.wait(seen, is_made, timeout_s=timeout_s, watch=watch)


async def anyhow(session: Session, seen: Resource, watch: Watch) -> Resource:
    """Start what no host takes: one that is to start is told why it cannot.

    Raises:
        Failure: no host takes it.

    """
    asked = await session.client.act(await session.client.again(seen), "start")
    try:
        return await settled(session, asked, RUNNING, watch)
    except Held as held:
        raise Failure(str(held).partition("; it starts")[0], Exit.TIMEOUT) from held


def is_made(seen: Resource) -> bool:
    """Tell whether a container is there, and does not run."""
    return seen.state == STOPPED and seen.text("externalId") is not None


def is_homeless(seen: Resource) -> bool:
    """Tell whether a container that is not to run yet has no host."""
    return seen.state == STOPPED and seen.text("hostId") is None


async def start(session: Session, ready: Resource) -> None:
    """Start a container that does not run, and see that it does.

    Raises:
        Failure: it does not.

    """
    if ready.state != STOPPED:
        return
    asked = await session.client.act(ready, "start")
    try:
        await settled(session, asked, RUNNING, lambda _: None)
    except Failed as failed:
        raise Failure(str(failed), exit_of_start(str(failed))) from failed


async def code_of_row(session: Session, made: Resource) -> int:
    """Return the exit code that the container shows once it has ended.

    Raises:
        Failure: it could not be started.

    """
    try:
        seen = await session.client.wait(
            await session.client.again(made),
            lambda seen: seen.state == STOPPED and not seen.is_moving,
            timeout_s=END_S,
            watch=lambda _: None,
        )
    except Failed as failed:
        raise Failure(str(failed), exit_of_start(str(failed))) from failed
    return seen.number("exitCode") or Exit.OK


async def give_up(session: Session, made: Resource, *, interrupted: bool) -> None:
    """Leave as the flags say: removed, stopped because we were, or kept."""
    say = session.context.console.say
    if session.args.rm:
        if interrupted:
            say(f"removing {made.id}, once it has stopped")
        await removed(session, made)
        return
    if interrupted and "stop" in (seen := await session.client.again(made)).actions:
        await session.client.act(seen, "stop")
        say(f"{made.id} is told to stop")
    say(f"{made.id} is kept: `pasture inspect {made.id}`, `pasture rm {made.id}`")


async def removed(session: Session, made: Resource) -> None:
    """Remove it, and wait until it is gone; a host that is away does it later."""
    client = session.client
    going = await client.delete(await client.again(made))
    with suppress(TooSlow):
        await client.wait(
            going, lambda seen: seen.is_gone, timeout_s=REMOVAL_S, watch=lambda _: None
        )
