"""Connections that only read: short reads at once, long ones in a thread.

How long a query takes is not known before, so it is begun on the event loop with a budget of
SQLite's own steps; what does not end within it is begun anew in a thread, with a deadline.
"""

import asyncio
import queue
import sqlite3
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from pasture.kit.errors import PastureError
from pasture.store import sqlite

THREADS = 2
STEPS_AT_ONCE = 1500  # about a millisecond, decoding included
STEPS_PER_LOOK = 50_000
DEADLINE_S = 20.0
T = TypeVar("T")


class Readers:
    """A connection for the event loop and a few for threads."""

    def __init__(self, path: Path) -> None:
        self._point = sqlite.connect(path, reader=True)
        self._short = sqlite.connect(path, reader=True)
        self._looks = 0
        self._short.set_progress_handler(self._look, STEPS_AT_ONCE)
        self._pool = ThreadPoolExecutor(THREADS, "store-reader")
        self._free: queue.SimpleQueue[sqlite3.Connection] = queue.SimpleQueue()
        for _ in range(THREADS):
            self._free.put(sqlite.connect(path, reader=True))

    def now(self, sql: str, values: Sequence[Any]) -> list[Any]:
        """Return the rows of a query that is known to be short."""
        try:
            return self._point.execute(sql, values).fetchall()
        except sqlite3.DatabaseError as failed:
            raise PastureError(f"the database could not be read: {failed}") from failed

    async def rows(self, sql: str, values: Sequence[Any], decode: Callable[[list[Any]], T]) -> T:
        """Return what ``decode`` makes of a query's rows.

        Raises:
            PastureError: the database failed, or the query takes too long.

        """
        self._looks = 0
        try:
            found = self._short.execute(sql, values).fetchall()
        except sqlite3.DatabaseError as failed:
            if not sqlite.was_interrupted(failed):
                raise PastureError(f"the database could not be read: {failed}") from failed
        else:
            return decode(found)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, self._long, sql, values, decode)

    def close(self) -> None:
        """Wait for reads under way and close the connections."""
        self._pool.shutdown()
        self._point.close()
        self._short.close()
        while not self._free.empty():
            self._free.get().close()

    def _look(self) -> bool:
        self._looks += 1  # SQLite counts on from the query before: the first look may be early
        return self._looks > 1

    def _long(self, sql: str, values: Sequence[Any], decode: Callable[[list[Any]], T]) -> T:
        connection = self._free.get()
        until = time.monotonic() + DEADLINE_S
        connection.set_progress_handler(lambda: time.monotonic() > until, STEPS_PER_LOOK)
        try:
            return decode(connection.execute(sql, values).fetchall())
        except sqlite3.DatabaseError as failed:
            late = sqlite.was_interrupted(failed)
            words = f"took longer than {DEADLINE_S:.0f} s" if late else f"failed: {failed}"
            raise PastureError(f"reading the database {words}") from failed
        finally:
            self._free.put(connection)
