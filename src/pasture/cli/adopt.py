"""``adopt``: takes back containers that were made here and are not known any more."""

import asyncio
from argparse import ArgumentParser
from typing import Any

from pasture.cli import options
from pasture.cli.connect import Session, online
from pasture.cli.exits import Exit, Failure
from pasture.cli.lists import asking, identity, image, names, state, written
from pasture.cli.resolve import find
from pasture.cli.several import Done, OneThing, each
from pasture.cli.table import Column
from pasture.cli.verb import Verb
from pasture.client.client import Watch
from pasture.client.resource import Resource

STRAYS = {"strayUuid_notnull": "true"}
SERVICE = "io.rancher.stack_service.name"


def configure(parser: ArgumentParser) -> None:
    """Add the flags of ``adopt``."""
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help="name or id of a container (default: list them)"
    )
    parser.add_argument("--all", action="store_true", help="every container that is not known")
    parser.add_argument(
        "--standalone", action="store_true", help="on its own, whatever service it was made for"
    )
    parser.add_argument(
        "--scale-up", action="store_true", help="scale its service up where that has no room"
    )
    parser.add_argument("-q", "--quiet", action="store_true", help="of the list: ids only")
    options.output(parser)


async def adopt(session: Session) -> Exit:
    """List what is not known any more, or take it back."""
    args = session.args
    if args.all and args.names:
        raise Failure("give names or --all, not both", Exit.USAGE)
    if not (args.names or args.all):
        return await listed(session)
    chosen: list[str] = args.names
    if args.all:
        with asking(session):
            chosen = [row.id for row in await session.client.all("containers", STRAYS)]
    if not chosen:
        session.context.console.say("there is no container that is not known")
        return Exit.OK
    given = {"standalone": args.standalone, "scaleUp": args.scale_up}
    return await each(session, chosen, one_by_one(session, given))


def one_by_one(session: Session, given: dict[str, Any]) -> OneThing:
    """Return what adopts one: units of one service take their places one after another."""
    turn = asyncio.Lock()

    async def one(text: str, _: Watch) -> Done:
        async with turn:
            seen = await find(session.client, text, ("container",))
            got = await session.client.act(seen, "adopt", given)
        service = next(iter(got.texts("serviceIds")), None)
        where = f"a unit of service {service}" if service else "a standalone container"
        return Done(f"adopted as {got.name}, {where}", got)

    return one


async def listed(session: Session) -> Exit:
    """List what may be adopted."""
    with asking(session):
        rows = await session.client.all("containers", STRAYS)
        hosts = await names(session, "hosts", rows)
    columns = [
        identity(),
        Column[Resource](head="NAME", cell=lambda c: c.name or "", least=10),
        Column[Resource](head="IMAGE", cell=image, least=8),
        state(),
        Column[Resource](head="HOST", cell=lambda c: hosts.get(c.text("hostId") or "", "")),
        Column[Resource](head="SERVICE", cell=lambda c: str(c.mapping("labels").get(SERVICE, ""))),
    ]
    return written(session, columns, rows)


VERBS = {"adopt": Verb(configure, online(adopt))}
