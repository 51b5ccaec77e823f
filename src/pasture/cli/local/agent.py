"""``agent``: this machine becomes a host; in the foreground, until it is told to stop."""

import asyncio
from argparse import ArgumentParser, Namespace
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import partial

from pasture.agent.contained.household import Contained, Program, archive
from pasture.agent.contained.install import STATE_FOLDER
from pasture.agent.contained.own import container_of_this_process
from pasture.agent.contained.own_engine import own_engine
from pasture.agent.engine.docker import DockerEngine
from pasture.agent.host import Described
from pasture.agent.household import Household
from pasture.agent.main import run
from pasture.agent.records import AgentFolder
from pasture.agent.trust import Trust
from pasture.cli.exits import Exit, Failure
from pasture.cli.local import simulate
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
    settings = settings_of(args, context)
    logs.set_up(settings.log_level)
    if args.simulate is not None:
        return simulate.simulate(args, settings)
    url = settings.url
    if url is None and settings.agent_image is not None:
        url = AgentFolder(settings.data / STATE_FOLDER).registration_url()
    return asyncio.run(
        run(
            url,
            settings.data,
            engine_factory=partial(DockerEngine, settings.docker_host),
            described=described(settings),
            household=partial(household, settings),
        )
    )


def settings_of(args: Namespace, context: Context) -> AgentSettings:
    """Return what an agent is told.

    Raises:
        Failure: something of it is ill.

    """
    try:
        return AgentSettings.from_env(context.variables, vars(args))
    except Invalid as problem:
        raise Failure(problem.detail, Exit.USAGE) from problem


def described(settings: AgentSettings) -> Described:
    """Return what the operator said of this machine."""
    return Described(labels=settings.labels, address=settings.address, trust=trust_of(settings))


def trust_of(settings: AgentSettings) -> Trust:
    """Return what the operator said of the way to the server."""
    return Trust(ca_fingerprint=settings.ca_fingerprint, proxies=settings.proxies)


@asynccontextmanager
async def household(settings: AgentSettings) -> AsyncGenerator[Household]:
    """Give an agent its own affairs: other ones in a container of ours than as a program."""
    async with own_engine(settings.docker_host) as engine:
        own_id = await asyncio.to_thread(container_of_this_process)
        if settings.agent_image is None or own_id is None:
            yield Program(engine, settings.data)
            return
        fetch = partial(archive, settings.data / STATE_FOLDER, trust_of(settings))
        yield Contained(engine, settings.data, id=own_id, image=settings.agent_image, fetch=fetch)


VERBS = {"agent": Verb(configure, agent)}
