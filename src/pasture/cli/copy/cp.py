"""``cp``: files and folders from and to containers, as ``docker cp`` does it."""

import asyncio
import io
import tarfile
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path

from pasture.cli.connect import Session, online
from pasture.cli.copy.conduit import Conduit
from pasture.cli.copy.pack import Packer
from pasture.cli.copy.places import (
    STD,
    Kind,
    Place,
    Target,
    check_folder,
    followed,
    local_kind,
    parse,
    resolved,
    target,
)
from pasture.cli.copy.unpack import Unpacker
from pasture.cli.ends import Inlet, Outlet
from pasture.cli.exits import Exit, Failure
from pasture.cli.members import one_of
from pasture.cli.progress import Progress
from pasture.cli.verb import Verb
from pasture.cli.words import counted, size
from pasture.client.client import Client
from pasture.client.errors import ClientError
from pasture.client.resource import Resource
from pasture.client.stream import Stream
from pasture.kit.tasks import TaskGroup, alone

MOST_LINKS = 40  # that a path may lead through
LONGEST_HEAD = 256 * 1024  # bytes in which an archive's first entry must stand
NOT_THERE = "there is no "


def configure(parser: ArgumentParser) -> None:
    """Add the flags of ``cp``."""
    parser.add_argument("-a", "--archive", action="store_true", help="keep owners (by number)")
    parser.add_argument(
        "-L", "--follow-link", action="store_true", help="copy what the link SRC leads to"
    )
    parser.add_argument("-q", "--quiet", action="store_true", help="say nothing when it is done")
    parser.add_argument("source", metavar="SRC", help="NAME:PATH, PATH, or - for a tar on stdin")
    parser.add_argument("goal", metavar="DST", help="NAME:PATH, PATH, or - for a tar on stdout")


async def cp(session: Session) -> Exit:
    """Copy from or to a container."""
    here = str(Path.cwd())
    source, goal = parse(session.args.source, here), parse(session.args.goal, here)
    if (source.name is None) == (goal.name is None):
        raise Failure(
            "one of SRC and DST names a container, the other a path of this machine or -: "
            "for example web:/etc/motd .",
            Exit.USAGE,
        )
    session.context.console.flush()
    with (
        Progress(session.context.console, f"waiting for {session.client.access.url}") as progress,
        alone(Failure, ClientError, BrokenPipeError),
    ):
        copy = Copy(session, progress)
        done = await (copy.to(source, goal) if source.name is None else copy.out(source, goal))
    if not session.args.quiet and STD not in {source.path, goal.path}:
        session.context.console.say(f"copied to {goal}: {done}")
    return Exit.OK


class Copy:
    """One copy; counts what it moves."""

    def __init__(self, session: Session, progress: Progress) -> None:
        self._client, self._console = session.client, session.context.console
        self._args = session.args
        self._progress = progress
        self._moved = 0

    async def out(self, source: Place, goal: Place) -> str:
        """Copy from a container; returns what was."""
        container = await one_of(self._client, source.name or "")
        look = Look(self._client, container)
        follow = self._args.follow_link or source.is_folder
        kind, path = await look.at(source.path, follow=follow)
        if goal.path == STD:
            target(source, kind, goal, Kind.FOLDER)  # refuses what is not there
            return await self._to_stdout(container, path)
        goal_path = resolved(goal.path)
        there = Place(name=None, path=goal_path, is_folder=goal.is_folder)
        into = target(source, kind, there, local_kind(goal_path, follow=True))
        check_folder(into.folder)
        return await self._unpacked(container, path, into)

    async def to(self, source: Place, goal: Place) -> str:
        """Copy to a container; returns what was."""
        container = await one_of(self._client, goal.name or "")
        if source.path == STD:
            return await self._from_stdin(container, goal)
        follow = self._args.follow_link or source.is_folder
        path = resolved(source.path) if follow else source.path
        kind, goal_path = await Look(self._client, container).at(goal.path, follow=True)
        there = Place(name=goal.name, path=goal_path, is_folder=goal.is_folder)
        into = target(source, local_kind(path, follow=follow), there, kind)
        packer = Packer(owners=self._args.archive, skip=self._console.complain)
        pieces = packer.pieces(Path(path), into.top)
        async with self._client.stream(container, "copyto", {"path": into.folder}) as stream:
            await self._send(stream, Disk(pieces))
        return f"{counted(packer.files, 'file')}, {size(self._moved)}"

    async def _to_stdout(self, container: Resource, path: str) -> str:
        if self._console.width is not None:
            raise Failure("an archive is nothing to look at: send stdout to a file", Exit.USAGE)
        outlet = Outlet(self._console.out)
        async with self._client.stream(container, "copyfrom", {"path": path}) as stream:
            while (piece := await stream.read()) is not None:
                await outlet.write(piece[1])
                self._count(piece[1])
            check(stream)
        return size(self._moved)

    async def _unpacked(self, container: Resource, path: str, into: Target) -> str:
        conduit = Conduit()
        strip = 0 if path == "/" else 1
        unpacker = Unpacker(
            Path(into.folder),
            into.top,
            strip=strip,
            owners=self._args.archive,
            skip=self._console.complain,
        )
        try:
            async with TaskGroup() as group:
                unpacking = group.create_task(asyncio.to_thread(unpacker.unpack, conduit))
                async with self._client.stream(container, "copyfrom", {"path": path}) as stream:
                    while (piece := await stream.read()) is not None:
                        await conduit.put(piece[1])
                        self._count(piece[1])
                    check(stream)
                conduit.end()
                await unpacking
        finally:
            conduit.break_off()
        return f"{counted(unpacker.files, 'file')}, {size(self._moved)}"

    async def _from_stdin(self, container: Resource, goal: Place) -> str:
        if self._console.stdin.isatty():
            raise Failure("an archive is nothing to type: send one to stdin", Exit.USAGE)
        async with self._client.stream(container, "copyto", {"path": goal.path}) as stream:
            await self._send(stream, Inlet(self._console.stdin))
        return size(self._moved)

    async def _send(self, stream: Stream, inlet: "Inlet | Disk") -> None:
        """Send all that there is, until it is taken or refused."""
        async with TaskGroup() as group:
            sending = group.create_task(self._send_all(stream, inlet))
            while await stream.read() is not None:
                pass
            sending.cancel()
        check(stream)

    async def _send_all(self, stream: Stream, inlet: "Inlet | Disk") -> None:
        while data := await inlet.read():
            await stream.write(data)
            self._count(data)
        await stream.end_input()

    def _count(self, data: bytes) -> None:
        self._moved += len(data)
        if self._console.live:
            self._progress.waits("", f"{size(self._moved)} copied")
        else:
            self._progress.end()


class Disk:
    """Pieces that are read from the disk in a thread."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces

    async def read(self) -> bytes:
        """Return the next piece, empty at the end."""
        return await asyncio.to_thread(next, self._pieces, b"")


class Look:
    """Looks at paths in a container, by the first entry of their archives."""

    def __init__(self, client: Client, container: Resource) -> None:
        self._client, self._container = client, container

    async def at(self, path: str, *, follow: bool) -> tuple[Kind, str]:
        """Return what is at a path, and where it is: links are gone through with ``follow``.

        Raises:
            Failure: it cannot be seen, or its links lead nowhere.

        """
        for _ in range(MOST_LINKS):
            found = await self._first(path)
            if found is None:
                return Kind.ABSENT, path
            if not (found.issym() and follow):
                return (Kind.FOLDER if found.isdir() else Kind.FILE), path
            path = followed(path, found.linkname)
        raise Failure(f"{path} leads from link to link without an end")

    async def _first(self, path: str) -> tarfile.TarInfo | None:
        head = b""
        given = {"path": path}
        async with self._client.stream(self._container, "copyfrom", given) as stream:
            while len(head) < LONGEST_HEAD and (piece := await stream.read()) is not None:
                head += piece[1]
                if (found := first_entry(head)) is not None:
                    return found
            error = None if stream.ended is None else stream.ended.error
        if error is None or error.startswith(NOT_THERE):
            return None
        raise Failure(error)


def first_entry(head: bytes) -> tarfile.TarInfo | None:
    """Return the first entry of an archive, once it is whole."""
    try:
        with tarfile.open(fileobj=io.BytesIO(head), mode="r|") as tar:
            return tar.next()
    except tarfile.TarError:
        return None


def check(stream: Stream) -> None:
    """Refuse an archive that was not read or written to its end.

    Raises:
        Failure: it was not.

    """
    error = None if stream.ended is None else stream.ended.error
    if error is not None:
        raise Failure(error, Exit.NOT_FOUND if error.startswith(NOT_THERE) else Exit.FAILED)


VERBS = {"cp": Verb(configure, online(cp))}
