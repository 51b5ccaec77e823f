"""``agent``: this machine becomes a host; in the foreground, until it is told to stop."""

import asyncio
from argparse import ArgumentParser, Namespace
from functools import partial

from pasture.agent.docker import DockerEngine
from pasture.agent.main import run
from pasture.cli import simulate
from pasture.cli.exits import Exit, Failure
from pasture.cli.verb import Context, Verb
from pasture.kit import logs
from pasture.kit.errors import Invalid
from pasture.settings.settings import AgentSettings
from pasture.settings.table import Part, add_options


def configure(parser: ArgumentParser) -> None:
    """Add the agent's settings."""
    parser.add_argument(
        "url",
        nargs="?",
        metavar="URL",
        help="the registration URL, http://SERVER:8080/v1/scripts/TOKEN; once joined, not needed "
        "[PASTURE_REGISTRATION_URL]",
    )
    add_options(parser, Part.AGENT)
    simulate.add_options(parser)


def agent(args: Namespace, context: Context) -> int:
    """Run an agent."""
    try:
        settings = AgentSettings.from_env(context.variables, vars(args))
    except Invalid as problem:
        raise Failure(problem.detail, Exit.USAGE) from problem
    logs.set_up(settings.log_level)
    if args.simulate is not None:
        return simulate.simulate(args, settings)
    return asyncio.run(
        run(
            settings.url,
            settings.data,
            engine_factory=partial(DockerEngine, settings.docker_host),
            labels=settings.labels,
            address=settings.address,
        )
    )


VERBS = {"agent": Verb(configure, agent)}
