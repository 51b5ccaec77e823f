"""``logs``: what containers write, of one or of all of a service or stack, once or as it comes."""

import asyncio
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Sequence
from dataclasses import replace
from itertools import cycle, groupby

from pasture.cli.connect import Session, online
from pasture.cli.console import PLAIN, clean
from pasture.cli.ends import Outlet
from pasture.cli.exits import Exit, Failure, exit_of, worst
from pasture.cli.follow import Source, Wanted, follow, look, merge, read
from pasture.cli.lines import Line, Look
from pasture.cli.lists import asking
from pasture.cli.members import members
from pasture.cli.resolve import find
from pasture.cli.verb import Verb
from pasture.client.errors import ClientError, TooSlow, Unreachable
from pasture.client.resource import Resource
from pasture.kit.tasks import TaskGroup, alone
from pasture.wire.host_api import ERRORS, OUTPUT

DEFAULT_LINES = 100
ALL, ALL_LINES = "all", -1
LIVE = frozenset({"starting", "running", "restarting", "stopping", "updating-running"})
RELOOK_S = 2.0  # between two looks which containers a service has
MOST_AT_ONCE = 200
KINDS = ("container", "service", "stack")
PREFIX_COLOURS = tuple(f"\x1b[{number}m" for number in (36, 33, 32, 35, 34, 96, 93, 92, 95, 94))


def configure(parser: ArgumentParser) -> None:
    """Add the flags of ``logs``."""
    parser.add_argument("-f", "--follow", action="store_true", help="go on with what comes")
    parser.add_argument(
        "-n",
        "--tail",
        type=lines,
        metavar="N",
        help=f"the last N lines of each container (default {DEFAULT_LINES}; with --since all), "
        f"or {ALL}",
    )
    parser.add_argument(
        "--since", metavar="10m|TIME", help="only since: how long ago, or 2026-01-31T12:00:00Z"
    )
    parser.add_argument(
        "-t", "--timestamps", action="store_true", help="begin each line with its time"
    )
    parser.add_argument(
        "names", nargs="+", metavar="NAME", help="name or id of a container, service or stack"
    )


def lines(text: str) -> int:
    """Return a number of lines; -1: all."""
    if text in {ALL, str(ALL_LINES)}:
        return ALL_LINES
    if not text.isascii() or not text.isdigit():
        raise ArgumentTypeError(f"{text!r} is no number of lines; accepted: 0, 1, 2, ... or {ALL}")
    return int(text)


async def logs(session: Session) -> Exit:
    """Show what containers wrote, and with -f what they write."""
    with asking(session):
        names = dict.fromkeys(session.args.names)
        owners = [await find(session.client, name, KINDS) for name in names]
        several = Several(session, owners)
        await several.look()
    session.context.console.flush()
    with alone(Failure, ClientError, BrokenPipeError):
        if len(owners) == 1 and owners[0].type == "container":
            return await only(session, several.sources[owners[0].id])
        return await several.show()


async def only(session: Session, source: Source) -> Exit:
    """Show the log of one container."""
    client, asked, pen = session.client, wanted(session), Pen(session)
    if session.args.follow:
        await follow(client, source, asked, pen.write, say=session.context.console.complain)
        return Exit.OK
    if (why := await read(client, source, asked, pen.write)) is not None:
        raise Failure(why)
    return Exit.OK


class Several:
    """The logs of several containers: those that there are, and with -f those that come."""

    def __init__(self, session: Session, owners: Sequence[Resource]) -> None:
        self._session, self._owners = session, owners
        self.sources: dict[str, Source] = {}
        self._followed: dict[str, asyncio.Task[None]] = {}
        self._pen = Pen(session, prefixed=True)

    async def look(self, *, is_new: bool = False) -> None:
        """See which containers there are.

        Raises:
            Failure: they are too many.

        """
        for owner in self._owners:
            rows = await members(self._session.client, owner)
            for row in rows if owner.type != "container" else [owner]:
                source = self.sources.setdefault(row.id, Source(row, is_new=is_new))
                source.seen = row
        if len(self.sources) > MOST_AT_ONCE:
            raise Failure(
                f"{len(self.sources)} containers are too many logs at once; accepted: "
                f"{MOST_AT_ONCE}: name some of them",
                Exit.USAGE,
            )

    async def show(self) -> Exit:
        """Show all that was written, in the order of time; then what comes."""
        asked = wanted(self._session)
        sources = list(self.sources.values())
        for source in sources:
            self._pen.knows(source)
        await merge(self._session.client, sources, replace(asked, follow=False), self._pen.write)
        for source in sources:
            if source.failed is not None:
                self._complain(source, source.failed)
        if self._session.args.follow:
            await self._follow(asked)
        return worst(exit_of(s.failed) for s in sources if s.failed is not None)

    async def _follow(self, asked: Wanted) -> None:
        """Show what comes, of new containers too, until nothing can come any more."""
        async with TaskGroup() as group:
            while True:
                for key, source in self.sources.items():
                    task = self._followed.get(key)
                    if source.seen.state in LIVE and (task is None or task.done()):
                        self._followed[key] = group.create_task(self._follow_one(source, asked))
                if not self._is_waiting_for_more():
                    return
                await asyncio.sleep(RELOOK_S)
                await self._relook()

    def _is_waiting_for_more(self) -> bool:
        may_come = any(owner.type != "container" and not owner.is_gone for owner in self._owners)
        return may_come or any(not task.done() for task in self._followed.values())

    async def _relook(self) -> None:
        """See what has come and gone; a server that is away is asked again."""
        client = self._session.client
        try:
            self._owners = [await look(client, owner) for owner in self._owners]
            await self.look(is_new=True)
        except (Unreachable, TooSlow):
            return

    async def _follow_one(self, source: Source, asked: Wanted) -> None:
        """Show what comes of one; where it cannot be read, the others go on."""
        if source.is_new:
            asked = replace(asked, lines=None, since=None)
        elif source.place.since is None:
            asked = replace(asked, lines=0)
        console = self._session.context.console
        try:
            await follow(self._session.client, source, asked, self._pen.write, say=console.complain)
        except (ClientError, Failure) as error:
            self._complain(source, error)

    def _complain(self, source: Source, error: Failure | ClientError) -> None:
        self._session.context.console.complain(f"{source.name}: {error}")


class Pen:
    """Writes lines, each of several containers behind its name."""

    def __init__(self, session: Session, *, prefixed: bool = False) -> None:
        console = session.context.console
        self._outlets = {OUTPUT: Outlet(console.out), ERRORS: Outlet(console.err)}
        self._look = Look(
            timestamps=session.args.timestamps,
            terminals={OUTPUT: console.width is not None, ERRORS: console.live},
            colour=console.colour,
        )
        self._prefixed, self._colour = prefixed, console.colour
        self._colours = cycle(PREFIX_COLOURS)
        self._width = 0
        self._of: dict[str, str] = {}  # container -> the colour of its name
        self._turn = asyncio.Lock()  # no line is written into another

    def knows(self, source: Source) -> None:
        """Make room for a name."""
        self._width = max(self._width, len(source.name))
        self._of.setdefault(source.seen.id, next(self._colours) if self._colour else "")

    async def write(self, source: Source, lines: Sequence[Line]) -> None:
        """Write lines of one container."""
        prefix = self._prefix(source) if self._prefixed else b""
        async with self._turn:
            for channel, run in groupby(lines, key=lambda one: one.channel):
                outlet = self._outlets.get(channel, self._outlets[OUTPUT])
                await outlet.write(b"".join(self._look.shown(one, prefix) for one in run))

    def _prefix(self, source: Source) -> bytes:
        self.knows(source)
        name, colour = clean(source.name).ljust(self._width), self._of[source.seen.id]
        return f"{colour}{name} |{PLAIN if colour else ''} ".encode()


def wanted(session: Session) -> Wanted:
    """Return which lines the flags ask for."""
    args = session.args
    tail: int | None = args.tail
    if tail is None:
        tail = DEFAULT_LINES if args.since is None else ALL_LINES
    lines = None if tail == ALL_LINES else tail
    return Wanted(lines=lines, since=args.since, follow=args.follow)


VERBS = {"logs": Verb(configure, online(logs))}
