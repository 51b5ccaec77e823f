"""``project create``: a new environment, with a network of its own."""

from argparse import ArgumentParser

from pasture.cli import options
from pasture.cli.connect import Session, online
from pasture.cli.exits import Exit
from pasture.cli.progress import Progress
from pasture.cli.run import at_rest, inherit, watching, written
from pasture.cli.verb import Verb


def configure_project(parser: ArgumentParser) -> None:
    """Add ``project create``."""
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    create = verbs.add_parser("create", help="make an environment", allow_abbrev=False)
    create.add_argument("name", metavar="NAME")
    create.add_argument("--description", metavar="TEXT")
    create.add_argument(
        "--subnet",
        metavar="CIDR",
        help="private /16 to /22 of its managed network, such as 172.20.0.0/16; else a free one",
    )
    options.waiting(create)
    options.output(create)
    inherit(create)


async def create_project(session: Session) -> Exit:
    """Create an environment and wait until it is active."""
    args = session.args
    wish = {"name": args.name, "description": args.description, "subnet": args.subnet}
    body = {name: value for name, value in wish.items() if value}
    with Progress(session.context.console, f"creating environment {args.name}") as progress:
        made = await session.client.create_project(body)
        if not args.detach:
            made = await at_rest(session, made, watching(progress))
    return written(session, made)


VERBS = {"project": Verb(configure_project, online(create_project))}
