"""Connections that only read: short reads at once, long ones in a thread.

How long a query takes is not known before, so it is begun on the event loop with a budget of
SQLite's own steps; what does not end within it is begun anew in a thread, with a deadline.

The driver gives up Python's lock at every row and, beside a busy loop, waits up to 5 ms to have it
back. So a thread fetches all rows as one text, and the loop takes them from it in slices.
"""

import asyncio
import queue
import sqlite3
import time
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeAlias

import msgspec

from pasture.kit.errors import PastureError
from pasture.store import sqlite

THREADS = 2
STEPS_AT_ONCE = 1500  # about a millisecond, decoding included
STEPS_PER_LOOK = 50_000
DEADLINE_S = 20.0
SLICE = 64
split_rows = msgspec.json.Decoder(list[msgspec.Raw]).decode
split_row = msgspec.json.Decoder(list[Any]).decode
Found: TypeAlias = list[Any]  # of rows, in the order of the query's columns


class Readers:
    """Connections for the event loop and a few for threads."""

    def __init__(self, path: Path) -> None:
        self._point = sqlite.connect(path, reader=True)
        self._short = sqlite.connect(path, reader=True)
        self._looks = 0
        self._short.set_progress_handler(self._look, STEPS_AT_ONCE)
        self._pool = ThreadPoolExecutor(THREADS, "store-reader")
        self._free: queue.SimpleQueue[sqlite3.Connection] = queue.SimpleQueue()
        for _ in range(THREADS):
            self._free.put(sqlite.connect(path, reader=True))

    def now(self, sql: str, values: Sequence[Any]) -> Found:
        """Return the rows of a query that is known to be short.

        Raises:
            PastureError: the database failed.

        """
        try:
            return self._point.execute(sql, values).fetchall()
        except sqlite3.DatabaseError as failed:
            raise explained(failed) from failed

    async def slices(
        self, sql: str, values: Sequence[Any], columns: Sequence[str]
    ) -> AsyncIterator[Found]:
        """Give the rows of a query, a few at a time where they are many.

        Raises:
            PastureError: the database failed, or the query takes too long.

        """
        found = self._at_once(sql, values)
        if found is not None:
            yield found
            return
        loop = asyncio.get_running_loop()
        text = await loop.run_in_executor(self._pool, self._gather, sql, values, columns)
        rows = split_rows(text)
        for start in range(0, len(rows), SLICE):
            yield [split_row(row) for row in rows[start : start + SLICE]]
            await asyncio.sleep(0)

    def close(self) -> None:
        """Wait for reads under way and close the connections."""
        self._pool.shutdown()
        self._point.close()
        self._short.close()
        while not self._free.empty():
            self._free.get().close()

    def _at_once(self, sql: str, values: Sequence[Any]) -> Found | None:
        self._looks = 0
        try:
            return self._short.execute(sql, values).fetchall()
        except sqlite3.DatabaseError as failed:
            if sqlite.was_interrupted(failed):
                return None
            raise explained(failed) from failed

    def _look(self) -> bool:
        self._looks += 1  # SQLite counts on from the query before: the first look may be early
        return self._looks > 1

    def _gather(self, sql: str, values: Sequence[Any], columns: Sequence[str]) -> str:
        connection = self._free.get()
        until = time.monotonic() + DEADLINE_S
        connection.set_progress_handler(lambda: time.monotonic() > until, STEPS_PER_LOOK)
        try:
            [(text,)] = connection.execute(sqlite.gathered(sql, columns), values).fetchall()
        except sqlite3.DatabaseError as failed:
            raise explained(failed) from failed
        finally:
            self._free.put(connection)
        return text


def explained(failed: sqlite3.DatabaseError) -> Exception:
    """Return what to tell of a failed read; a mistake of ours stays what it is."""
    if not sqlite.has_failed(failed):
        return failed
    if sqlite.was_interrupted(failed):
        return PastureError(f"reading the database took longer than {DEADLINE_S:.0f} s")
    return PastureError(f"the database could not be read: {failed}")
