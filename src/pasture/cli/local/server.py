"""``server``: a server in the foreground, until it is told to stop."""

from argparse import ArgumentParser, Namespace

from pasture.cli.exits import Exit, Failure
from pasture.cli.verb import Context, Verb
from pasture.kit.errors import Invalid
from pasture.server.main import run
from pasture.settings.settings import Settings
from pasture.settings.table import Part, add_options


def configure(parser: ArgumentParser) -> None:
    """Add the server's settings."""
    add_options(parser, Part.SERVER)


def server(args: Namespace, context: Context) -> int:
    """Run a server."""
    try:
        settings = Settings.from_env(context.variables, vars(args))
    except Invalid as problem:
        raise Failure(problem.detail, Exit.USAGE) from problem
    return run(settings)


VERBS = {"server": Verb(configure, server)}
