"""``inspect``: everything that the API says of a thing, as JSON."""

from argparse import ArgumentParser

from pasture.cli.connect import Session, online
from pasture.cli.exits import Exit, Failure, exit_of, worst
from pasture.cli.lists import asking
from pasture.cli.resolve import find
from pasture.cli.verb import Verb
from pasture.client.errors import ClientError
from pasture.client.resource import Resource


def configure(parser: ArgumentParser) -> None:
    """Add the flags of ``inspect``."""
    parser.add_argument(
        "names", nargs="+", metavar="NAME", help="name or id of a container, service, stack, host"
    )


async def inspect(session: Session) -> Exit:
    """Write one object for one name, a list for several."""
    found: list[Resource] = []
    exits: list[Exit] = []
    with asking(session):
        for text in session.args.names:
            try:
                found.append(await find(session.client, text))
            except (Failure, ClientError) as error:
                session.context.console.complain(str(error))
                exits.append(exit_of(error))
    if len(session.args.names) > 1:
        session.context.console.json([row.fields for row in found])
    elif found:
        session.context.console.json(found[0].fields)
    return worst(exits)


VERBS = {"inspect": Verb(configure, online(inspect))}
