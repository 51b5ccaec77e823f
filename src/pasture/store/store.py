"""The store: resources in, resources out, and a feed of what changed.

Point reads run on the event loop (microseconds); a list that does not end at once moves to a
thread. Writes queue for the one writer and answer once they are on the disk.
"""

import asyncio
from collections.abc import AsyncGenerator, Iterable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from pasture import __version__
from pasture.kit.clock import Clock
from pasture.model.query import Page, Where
from pasture.model.resource import Resource
from pasture.model.types import STORED
from pasture.store import sqlite
from pasture.store.changes import Change, Event
from pasture.store.feed import Feed
from pasture.store.group import Commits, GroupCommit
from pasture.store.readers import Readers
from pasture.store.rows import Rows, decode_json
from pasture.store.seal import Seal
from pasture.store.statements import COUNT, Listing, Statements
from pasture.store.tables import Tables
from pasture.store.writer import Writer

R = TypeVar("R", bound=Resource)
FEED_KEPT = 100_000
ALL = Page()
MOST = 2**62


class Store:
    """Rows and their feed; made by ``Store.open``.

    ``installation`` names this installation for good; ``history`` changes when a backup is
    restored: what is known of one history says nothing about another.
    """

    def __init__(
        self,
        statements: Statements,
        rows: Rows,
        readers: Readers,
        *,
        writer: Writer,
        thread: Executor,
    ) -> None:
        meta: dict[str, str] = dict(readers.now(statements.meta.sql, ()))
        self.installation = meta["installation"]
        self.history = meta["history"]
        self._statements = statements
        self._rows = rows
        self._readers = readers
        [(last,)] = readers.now(statements.feed_last.sql, ())
        self._feed = Feed(last or 0, self._events)
        self.fresh = self._feed.fresh
        self._group = GroupCommit(writer, thread, self._feed)

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        url: str,
        *,
        key: bytes,
        clock: Clock,
        types: Sequence[type[Resource]] = STORED,
        feed_kept: int = FEED_KEPT,
        version: str = __version__,
    ) -> "AsyncGenerator[Store]":
        """Open a database, bring it to what the declarations say, close it at the end.

        Raises:
            PastureError: it cannot be opened, a newer version wrote it, or the key is another's.

        """
        path = sqlite.path_of(url)
        tables = Tables(types)
        statements, rows = Statements(tables, sqlite.DIALECT), Rows(tables, Seal(key))
        thread = ThreadPoolExecutor(1, "store-writer")
        run = partial(asyncio.get_running_loop().run_in_executor, thread)
        async with AsyncExitStack() as at_end:
            at_end.callback(thread.shutdown, wait=False)  # idle by then
            await run(bring_up, path, tables, rows, version)
            writer = await run(lambda: Writer(path, statements, rows, clock=clock, kept=feed_kept))
            at_end.push_async_callback(run, writer.close)
            readers = await run(Readers, path)
            at_end.push_async_callback(run, readers.close)
            store = cls(statements, rows, readers, writer=writer, thread=thread)
            at_end.push_async_callback(store._close)
            yield store

    @property
    def revision(self) -> int:
        """The revision of the last change that this process knows."""
        return self._feed.revision

    @property
    def commits(self) -> Commits:
        """What became of the writes so far."""
        return self._group.commits

    @property
    def waiting(self) -> int:
        """How many writes wait for their turn."""
        return self._group.waiting

    @property
    def followers(self) -> int:
        """How many read the feed just now."""
        return self._feed.followers

    async def get(self, cls: type[R], number: int) -> R | None:
        """Return one row, removed or not, or None."""
        base = cls.type.base
        self.fresh.reads(base)
        for row in self._readers.now(self._statements.get(cls).sql, (number,)):
            return self._rows.decode(base, row)
        return None

    async def find(
        self, cls: type[R], *where: Where, page: Page = ALL, removed: bool = False
    ) -> list[R]:
        """Return the rows that meet every condition; removed ones only if asked for.

        Raises:
            Invalid: a field cannot be compared like that.

        """
        shape, values = self._statements.conditions(cls, where)
        limited = page.limit is not None or page.offset > 0
        listing = Listing(page.sort, page.descending, removed, limited, page.alike)
        statement = self._statements.select(cls, shape, listing)
        if limited:
            values += [MOST if page.limit is None else page.limit, page.offset]
        base, decode = cls.type.base, self._rows.decode
        self.fresh.reads(base)
        found: list[R] = []
        columns = self._rows.columns[base]
        async for rows in self._readers.slices(statement.sql, values, columns):
            found += [decode(base, row) for row in rows]
        return found

    async def one(self, cls: type[R], *where: Where) -> R | None:
        """Return the first live row that meets every condition, or None."""
        found = await self.find(cls, *where, page=Page(limit=1))
        return found[0] if found else None

    async def count(self, cls: type[Resource], *where: Where, removed: bool = False) -> int:
        """Return how many rows meet every condition."""
        shape, values = self._statements.conditions(cls, where)
        statement = self._statements.count(cls, shape, removed)
        self.fresh.reads(cls.type.base)
        counted = 0
        async for [(number,)] in self._readers.slices(statement.sql, values, (COUNT,)):
            counted += number
        return counted

    async def children(
        self, cls: type[Resource], reference: str, parents: Iterable[int]
    ) -> dict[int, list[int]]:
        """Return the ids of the live rows whose reference names a parent, by that parent."""
        these = Where(reference, tuple(parents), "in")
        found: dict[int, list[int]] = {}
        for parent, number in await self.values(cls, (reference, "id"), these):
            found.setdefault(parent, []).append(number)
        return found

    async def values(
        self, cls: type[Resource], attributes: tuple[str, ...], *where: Where
    ) -> list[tuple[Any, ...]]:
        """Return these attributes of the live rows that meet every condition, in their order.

        Far cheaper than whole rows; for numbers, texts and lists of them.
        """
        shape, values = self._statements.conditions(cls, where)
        statement = self._statements.values(cls, attributes, shape)
        self.fresh.reads(cls.type.base)
        lists = self._statements.tables.lists(cls, attributes)
        found: list[tuple[Any, ...]] = []
        async for rows in self._readers.slices(statement.sql, values, attributes):
            found += [opened(row, lists) for row in rows]
        return found

    async def write(self, *changes: Change) -> tuple[Resource, ...]:
        """Apply all changes or none, and return the rows as they are now, once on the disk.

        Raises:
            Conflict: a row is no longer as it was seen.
            NotUnique: another live row has a value that no two may share.

        """
        return await self._group.write(changes) if changes else ()

    def feed(self, after: int) -> AsyncGenerator[list[Event]]:
        """Give every change after that revision, in batches, in commit order, as they come.

        Raises:
            FeedGap: some of what follows is no longer kept.

        """
        return self._feed.follow(after)

    async def _close(self) -> None:
        await self._group.close()
        self._feed.close()

    def _events(self, after: int, limit: int) -> list[Event]:
        rows = self._readers.now(self._statements.feed_page.sql, (after, limit, 0))
        return [Event(*row) for row in rows]


def opened(row: Sequence[Any], lists: Sequence[int]) -> tuple[Any, ...]:
    """Return values as attributes have them: a list comes as JSON."""
    if not lists:
        return tuple(row)
    values = list(row)
    for place in lists:
        values[place] = None if values[place] is None else tuple(decode_json(values[place]))
    return tuple(values)


def bring_up(path: Path, tables: Tables, rows: Rows, version: str) -> None:
    """Bring the database to what the declarations say."""
    connection = sqlite.connect(path)
    try:
        sqlite.Schema(connection, tables, rows, version).bring_up()
    finally:
        connection.close()
