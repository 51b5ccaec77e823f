"""``run``, ``stack create``, ``service create``: new containers, stacks and services."""

from argparse import ArgumentParser
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from pasture.cli import foreground, launch, options
from pasture.cli.connect import Session, online
from pasture.cli.exits import Exit, Failure
from pasture.cli.lifecycle import RUNNING, arrived, settled
from pasture.cli.progress import Progress
from pasture.cli.resolve import ID, find, same_name
from pasture.cli.scaling import scaled
from pasture.cli.several import waiting
from pasture.cli.verb import Verb
from pasture.client.client import Watch
from pasture.client.errors import ClientError, Held
from pasture.client.resource import Resource

STACK = "Default"


def configure_run(parser: ArgumentParser) -> None:
    """Add the flags of ``run``."""
    parser.add_argument("--name", help="its name; a service is else named after its image")
    parser.add_argument("--stack", metavar="STACK", help="make it a service of this stack")
    parser.add_argument(
        "--scale", metavar="N", help=f"make it a service of N units (in stack {STACK} if not said)"
    )
    parser.add_argument(
        "--restart", metavar="POLICY", help="no, always, unless-stopped, on-failure[:N]"
    )
    foreground.configure(parser)
    launch.configure(parser)
    options.waiting(parser)
    options.output(parser)


async def run(session: Session) -> int:
    """Run an image as a standalone container, or as a service; wait until it runs, or has run."""
    args = session.args
    in_foreground = foreground.is_wanted(args)
    body = launch.fields(args) | foreground.fields(args)
    progress = Progress(session.context.console, f"waiting for {session.client.access.url}")
    with progress:
        await find_named(session, body)
        if in_foreground:
            progress.end()
            return await foreground.run(session, standalone(session, body))
        if args.stack is None and args.scale is None:
            made = await run_container(session, body, watching(progress))
        else:
            made = await run_service(session, body, watching(progress))
    return written(session, made)


async def find_named(session: Session, config: dict[str, Any]) -> None:
    """Put the ids of the host and of the container that the flags name into the fields."""
    args, client = session.args, session.client
    if args.host is not None:
        config["requestedHostId"] = (await find(client, args.host, ("host",))).id
    shared = launch.shared(args.network)
    if shared is not None:
        config["networkContainerId"] = (await find(client, shared, ("container",))).id


async def run_container(session: Session, body: dict[str, Any], watch: Watch) -> Resource:
    """Create a standalone container and wait until it runs, or ran."""
    made = await session.client.create("containers", standalone(session, body))
    if session.args.detach:
        return made
    with kept(session, made):
        return arrived(await settled(session, made, RUNNING, watch), RUNNING).resource


def standalone(session: Session, body: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a container that belongs to no service."""
    args = session.args
    policy = None if args.restart is None else launch.restart_policy(args.restart)
    named = {"restartPolicy": policy, "name": args.name}
    return body | {field: value for field, value in named.items() if value is not None}


async def run_service(session: Session, config: dict[str, Any], watch: Watch) -> Resource:
    """Create a service, and its stack where there is none; wait until all units run."""
    args = session.args
    if args.restart is not None:
        raise Failure(
            "--restart is for standalone containers: a service's are always started again",
            Exit.USAGE,
        )
    wish = {
        "name": args.name or launch.name_of(args.words[0]),
        "scale": options.scale(args.scale or "1"),
        "launchConfig": config,
        "startOnCreate": True,
    }
    stack = await stack_named(session, args.stack or STACK)
    made = await session.client.create("services", {**wish, "stackId": stack.id})
    if args.detach:
        return made
    with kept(session, made):
        return await scaled(session, made, watch)


@contextmanager
def kept(session: Session, made: Resource) -> Generator[None]:
    """Say that what was made is still there where waiting for it failed.

    What only waits for a place is the result that was asked for: its id is written.
    """
    try:
        yield
    except Held:
        write(session, made)
        raise
    except ClientError:
        console = session.context.console
        console.say(f"{made.id} is kept: `pasture inspect {made.id}`, `pasture rm {made.id}`")
        raise


async def stack_named(session: Session, text: str) -> Resource:
    """Return the stack of a name or id; a name that is new makes a stack."""
    if ID.fullmatch(text):
        return await find(session.client, text, ("stack",))
    found = same_name(await session.client.all("stacks"), text)
    if found:
        return found[0]
    session.context.console.say(f"stack {text} is new")
    return await session.client.create("stacks", {"name": text})


def configure_stack(parser: ArgumentParser) -> None:
    """Add ``stack create``."""
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    create = verbs.add_parser("create", help="make an empty stack", allow_abbrev=False)
    create.add_argument("name", metavar="NAME")
    create.add_argument("--description", metavar="TEXT")
    options.waiting(create)
    options.output(create)
    inherit(create)


async def create_stack(session: Session) -> Exit:
    """Create a stack and wait until it is active."""
    args = session.args
    body = {"name": args.name} | ({"description": args.description} if args.description else {})
    with Progress(session.context.console, f"creating stack {args.name}") as progress:
        made = await session.client.create("stacks", body)
        if not args.detach:
            made = await at_rest(session, made, watching(progress))
    return written(session, made)


def configure_service(parser: ArgumentParser) -> None:
    """Add ``service create``."""
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    create = verbs.add_parser("create", help="make a service in a stack", allow_abbrev=False)
    create.add_argument("name", metavar="STACK/NAME", help="a stack of a new name is made")
    create.add_argument("--scale", metavar="N", default="1", help="how many units (default 1)")
    create.add_argument("--no-start", action="store_true", help="leave it inactive")
    create.add_argument("--description", metavar="TEXT")
    launch.configure(create, before="STACK/NAME ")
    options.waiting(create)
    options.output(create)
    inherit(create)


async def create_service(session: Session) -> Exit:
    """Create a service; wait until it is there, and its units run."""
    args = session.args
    stack_name, slash, name = args.name.partition("/")
    if not slash or not stack_name or not name:
        raise Failure(f"{args.name!r} is no STACK/NAME, for example shop/web", Exit.USAGE)
    body: dict[str, Any] = {
        "name": name,
        "scale": options.scale(args.scale),
        "launchConfig": launch.fields(args),
        "startOnCreate": not args.no_start,
    } | ({"description": args.description} if args.description else {})
    with Progress(session.context.console, f"creating service {args.name}") as progress:
        await find_named(session, body["launchConfig"])
        body["stackId"] = (await stack_named(session, stack_name)).id
        made = await session.client.create("services", body)
        if not args.detach:
            with kept(session, made):
                made = await scaled(session, made, watching(progress))
    return written(session, made)


async def at_rest(session: Session, made: Resource, watch: Watch) -> Resource:
    """Wait until nothing is under way."""
    return await session.client.wait(
        made,
        lambda r: not (r.is_moving or r.is_failed),
        timeout_s=session.args.timeout,
        watch=watch,
    )


def watching(progress: Progress) -> Watch:
    """Return what shows a resource's words in the progress line."""
    return lambda seen: progress.waits("", waiting(seen))


def written(session: Session, made: Resource) -> Exit:
    """Write the id, or the resource for scripts; say in words what it has become."""
    write(session, made)
    if session.args.format == "json":
        return Exit.OK
    code = made.number("exitCode")
    ended = f" (exit code {code})" if made.state == "stopped" and code is not None else ""
    session.context.console.say(f"{made} is {made.state}{ended}")
    return Exit.OK


def write(session: Session, made: Resource) -> None:
    """Write the id, or the resource for scripts."""
    if session.args.format == "json":
        session.context.console.json([made.fields])
    else:
        session.context.console.line(made.id)


def inherit(parser: ArgumentParser) -> None:
    """Add the connection's flags to a verb below a verb; ``--env`` is a variable there."""
    options.connection(parser, project_flags=("--project",))


VERBS = {
    "run": Verb(configure_run, online(run)),
    "stack": Verb(configure_stack, online(create_stack)),
    "service": Verb(configure_service, online(create_service)),
}
