"""``join`` and ``leave``: this machine's agent as a container of its Docker Engine."""

import asyncio
import logging
from argparse import ArgumentParser, Namespace
from collections.abc import Awaitable, Callable
from typing import TypeVar

from pasture.agent.contained import install, launch, leaving, own
from pasture.agent.contained.install import Means
from pasture.agent.contained.own_engine import own_engine
from pasture.agent.engine.engine import EngineError
from pasture.agent.session import Rejected, Timing
from pasture.cli.exits import Exit, Failure
from pasture.cli.local.agent import described, settings_of
from pasture.cli.verb import Context, Verb
from pasture.kit.clock import SystemClock
from pasture.model.host import KEEP, REMOVE_CONTAINERS
from pasture.settings.settings import AgentSettings
from pasture.settings.table import Part, add_options

T = TypeVar("T")


def configure_join(parser: ArgumentParser) -> None:
    """Add where to join."""
    parser.add_argument(
        "url", nargs="?", metavar="URL", help="the registration URL [PASTURE_REGISTRATION_URL]"
    )
    parser.add_argument(
        "--replace", action="store_true", help="put an agent of this image in the former's place"
    )
    add_options(parser, Part.AGENT)


def join(args: Namespace, context: Context) -> int:
    """Make this machine a host, with an agent in a container."""
    settings = begin(args, context)
    if settings.url is None and not args.replace:
        raise Failure(
            "where to join? give the registration URL, http://SERVER:8080/v1/scripts/TOKEN",
            Exit.USAGE,
        )

    async def work(means: Means) -> None:
        if args.replace:
            await install.replace(means)
        else:
            await install.install(settings.url or "", means)

    return done(settings, context, work)


def configure_leave(parser: ArgumentParser) -> None:
    """Add what becomes of the containers."""
    parser.add_argument(
        "--containers",
        choices=(KEEP, REMOVE_CONTAINERS),
        default=KEEP,
        help="those that Pasture made here: keep (they run on) or remove. Default: keep.",
    )
    add_options(parser, Part.AGENT)


def leave(args: Namespace, context: Context) -> int:
    """Make this machine no host any more."""
    settings = begin(args, context)

    async def work(means: Means) -> None:
        if means.own_id is not None:
            words = ["leave", "--containers", args.containers]
            if other := await leaving.from_another(means.engine, means.own_id, words):
                means.say(f"container {other} goes on with it, and goes itself once it is done")
                means.say(f"to see it: docker logs -f {other}")
                return
        await leaving.leave(means, with_containers=args.containers == REMOVE_CONTAINERS)

    return done(settings, context, work)


def begin(args: Namespace, context: Context) -> AgentSettings:
    """Return what was told, with logs as the first container of Rancher's wrote them."""
    settings = settings_of(args, context)
    logging.basicConfig(level=settings.log_level.upper(), format="%(levelname)s: %(message)s")
    return settings


def done(
    settings: AgentSettings, context: Context, work: Callable[[Means], Awaitable[None]]
) -> int:
    """Do the work and return an exit code; what stands in the way is one line."""

    async def run() -> None:
        async with own_engine(settings.docker_host) as engine:
            means = Means(
                data=settings.data,
                engine=engine,
                own_id=await asyncio.to_thread(own.container_of_this_process),
                described=described(settings),
                say=lambda text: context.console.line(f"INFO: {text}"),
                now_ms=SystemClock().now_ms,
                timing=Timing(),
            )
            await work(means)
            await launch.end(engine, means.own_id)

    try:
        asyncio.run(run())
    except (Rejected, EngineError) as stopped:
        raise Failure(str(stopped), Exit.FAILED) from stopped
    return Exit.OK


VERBS = {"join": Verb(configure_join, join), "leave": Verb(configure_leave, leave)}
