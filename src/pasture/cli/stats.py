"""``stats``: what containers and hosts use, now or as it changes."""

import asyncio
import io
import json
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn

from pasture.cli import options, table
from pasture.cli.connect import Session, online
from pasture.cli.console import Console
from pasture.cli.ends import Outlet
from pasture.cli.exits import Exit, Failure
from pasture.cli.figures import Board, Shown, memory_percent
from pasture.cli.follow import NOT_NOW
from pasture.cli.lifecycle import standalone
from pasture.cli.lists import asking
from pasture.cli.patience import Patience
from pasture.cli.resolve import find
from pasture.cli.table import Column
from pasture.cli.terminal import size as terminal_size
from pasture.cli.verb import Verb
from pasture.cli.words import size
from pasture.client.errors import ApiError, ClientError, TooSlow, Unreachable
from pasture.client.resource import Resource
from pasture.kit.tasks import TaskGroup, alone

EVERY_S = 1.0
RELOOK_S = 5.0  # between two looks at what there is
STALE_S = 5.0
ENOUGH_S = 4.0  # for two rows of everything
HOME, TO_END_OF_LINE, TO_END = "\x1b[H", "\x1b[K", "\x1b[J"
CLEAR_SCREEN = "\x1b[2J"
ORDERS = ("name", "cpu", "memory")
LINKS = {"host": "hostStats", "project": "hostStats"}  # of all else: containerStats


def configure(parser: ArgumentParser) -> None:
    """Add the flags of ``stats``."""
    parser.add_argument("--no-stream", action="store_true", help="show it once")
    parser.add_argument("--hosts", action="store_true", help="all hosts, not all containers")
    parser.add_argument("--sort", choices=ORDERS, default="name", help="by what (default: name)")
    options.output(parser)
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help="container, service, stack or host; none: all containers that run",
    )


async def stats(session: Session) -> Exit:
    """Show what is used."""
    if session.args.names and session.args.hosts:
        raise Failure("--hosts means all hosts: name some without it", Exit.USAGE)
    watch = Watch(session)
    with asking(session):
        await watch.look()
    if not watch.sources:
        raise Failure("nothing is there that could use anything", Exit.NOT_FOUND)
    session.context.console.flush()
    with alone(Failure, ClientError, BrokenPipeError):
        if session.args.no_stream:
            await once(session, watch)
        else:
            await forever(session, watch)
    return Exit.OK


@dataclass(frozen=True)
class Source:
    """Whose figures are read, by which link."""

    seen: Resource
    link: str


@dataclass
class Watch:
    """What is looked at, and what is known of it."""

    session: Session
    board: Board = field(default_factory=Board)
    sources: dict[str, Source] = field(default_factory=dict[str, Source])
    names: dict[str, str] = field(default_factory=dict[str, str])
    heard: Counter[str] = field(default_factory=Counter[str])  # source -> how often
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def look(self) -> None:
        """See what is to be shown, and how it is called."""
        client, args = self.session.client, self.session.args
        hosts = await client.all("hosts")
        containers = await client.all("containers")
        self.names = {row.id: row.name or row.text("hostname") or row.id for row in containers}
        self.names |= {row.id: row.name or row.text("hostname") or row.id for row in hosts}
        if args.hosts:
            found = [Source(await client.project(), LINKS["project"])]
        elif args.names:
            found = await self._named()
        else:
            busy = {row.text("hostId") for row in containers if row.state == "running"}
            found = [Source(host, "containerStats") for host in hosts if host.id in busy]
        self.sources = {f"{one.seen.id} {one.link}": one for one in found}

    async def _named(self) -> list[Source]:
        found: list[Resource] = []
        for name in dict.fromkeys(self.session.args.names):
            seen = await find(self.session.client, name)
            found += await parts(self.session, seen) if seen.type == "stack" else [seen]
        return [Source(seen, LINKS.get(seen.type, "containerStats")) for seen in found]

    async def keep(self) -> NoReturn:
        """Read all that is to be shown, and look now and then what that is."""
        reading: dict[str, asyncio.Task[NoReturn]] = {}
        async with TaskGroup() as group:
            while True:
                for key in reading.keys() - self.sources.keys():
                    reading.pop(key).cancel()
                for key in self.sources.keys() - reading.keys():
                    reading[key] = group.create_task(self._read(key, self.sources[key]))
                await asyncio.sleep(RELOOK_S)
                with suppress(Unreachable, TooSlow):  # who reads says so
                    await self.look()
        raise AssertionError("it goes on until it is cancelled")

    async def _read(self, key: str, source: Source) -> NoReturn:
        """Read one, again and again."""
        loop = asyncio.get_running_loop()
        say = self.session.context.console.complain
        patience = Patience(say, str(source.seen), give_up_s=float("inf"))
        while True:
            why: Failure | ClientError = Failure("its figures ended")
            try:
                async with self.session.client.figures(source.seen, source.link) as stream:
                    while (piece := await stream.read()) is not None:
                        patience.over()
                        self.board.put(json.loads(piece[1]), loop.time())
                        self.heard[key] += 1
                        self.changed.set()
            except (Unreachable, TooSlow) as error:
                why = error
            except ApiError as error:
                if error.status not in NOT_NOW:
                    raise
                why = error
            await patience.wait(why)

    @property
    def is_enough(self) -> bool:
        """Whether everything has told of itself twice: use is what lies between."""
        rows = self.board.of.values()
        heard = all(self.heard[key] > 1 for key in self.sources)
        return heard and all(one.before is not None for one in rows)

    def shown(self) -> list[Shown]:
        """Return what is to be shown, in order."""
        rows = sorted(self.board.of.values(), key=lambda one: self.names.get(one.now.id, ""))
        match self.session.args.sort:
            case "cpu":
                rows.sort(key=lambda one: -(one.cpu or 0.0))
            case "memory":
                rows.sort(key=lambda one: -one.now.memory)
            case _:
                pass
        return rows


async def parts(session: Session, stack: Resource) -> list[Resource]:
    """Return the services of a stack, and its containers that belong to none."""
    services = await session.client.all("services", {"stackId": stack.id})
    return services + await standalone(session, stack)


async def once(session: Session, watch: Watch) -> None:
    """Show it as soon as there are two rows of everything, or it has been waited for."""
    async with TaskGroup() as group:
        keeping = group.create_task(watch.keep())
        with suppress(TimeoutError):  # what says nothing is not shown
            async with asyncio.timeout(ENOUGH_S):
                while not watch.is_enough:
                    watch.changed.clear()
                    await watch.changed.wait()
        keeping.cancel()
    if session.args.format == "json":
        session.context.console.json([as_json(one, watch.names) for one in watch.shown()])
    else:
        table.show(session.context.console, columns(watch.names), watch.shown())


async def forever(session: Session, watch: Watch) -> None:
    """Show it every second."""
    loop = asyncio.get_running_loop()
    screen = Screen(session.context.console)
    async with TaskGroup() as group:
        group.create_task(watch.keep())
        await asyncio.sleep(EVERY_S)
        while True:
            watch.board.forget_older_than(loop.time() - STALE_S)
            rows = watch.shown()
            if session.args.format == "json":
                text = json.dumps([as_json(one, watch.names) for one in rows])
                await screen.add(f"{text}\n")
            else:
                await screen.draw(rows, columns(watch.names))
            await asyncio.sleep(EVERY_S)


class Screen:
    """Draws a table over the last one on a terminal, or after it elsewhere."""

    def __init__(self, console: Console) -> None:
        self._console, self._outlet = console, Outlet(console.out)
        self._drawn = False

    async def draw(self, rows: Sequence[Shown], columns: Sequence[Column[Shown]]) -> None:
        """Draw a table; what does not fit the screen is counted."""
        size = terminal_size(self._console.out)
        if size is None:
            await self.add(rendered(self._console, columns, rows))
            return
        width, height = size
        room = max(1, height - 2)
        fitting = rows if len(rows) <= room else rows[: room - 1]
        text = rendered(replace(self._console, width=width), columns, fitting)
        if len(fitting) < len(rows):
            text += f"and {len(rows) - len(fitting)} more: name some, or --sort cpu\n"
        begin = HOME if self._drawn else HOME + CLEAR_SCREEN
        self._drawn = True
        await self.add(begin + text.replace("\n", f"{TO_END_OF_LINE}\n") + TO_END)

    async def add(self, text: str) -> None:
        """Write a text."""
        await self._outlet.write(text.encode(errors="replace"))


def rendered(console: Console, columns: Sequence[Column[Shown]], rows: Sequence[Shown]) -> str:
    """Return a table as text."""
    drawn = io.StringIO()
    table.show(replace(console, out=drawn), columns, rows)
    return drawn.getvalue()


def columns(names: Mapping[str, str]) -> list[Column[Shown]]:
    """Return the columns."""
    return [
        Column(head="ID", cell=lambda one: one.now.id),
        Column(head="NAME", cell=lambda one: names.get(one.now.id, ""), least=12),
        Column(head="CPU %", cell=lambda one: percent(one.cpu)),
        Column(head="MEMORY", cell=memory, least=8),
        Column(head="MEM %", cell=lambda one: percent(memory_percent(one.now))),
        Column(head="NET IN/OUT", cell=lambda o: f"{size(o.now.received)} / {size(o.now.sent)}"),
        Column(
            head="DISK READ/WRITE", cell=lambda o: f"{size(o.now.read)} / {size(o.now.written)}"
        ),
    ]


def memory(one: Shown) -> str:
    """Return the memory in use, and the limit."""
    limit = one.now.memory_limit
    return size(one.now.memory) + (f" / {size(limit)}" if limit else "")


def percent(value: float | None) -> str:
    """Return a share as people read it."""
    return "" if value is None else f"{value:.1f}"


def as_json(one: Shown, names: Mapping[str, str]) -> dict[str, Any]:
    """Return figures for scripts: bytes and percent."""
    return {
        "id": one.now.id,
        "name": names.get(one.now.id),
        "type": one.now.kind,
        "cpuPercent": one.cpu,
        "memory": one.now.memory,
        "memoryLimit": one.now.memory_limit,
        "memoryPercent": memory_percent(one.now),
        "networkIn": one.now.received,
        "networkOut": one.now.sent,
        "diskRead": one.now.read,
        "diskWrite": one.now.written,
    }


VERBS = {"stats": Verb(configure, online(stats))}
