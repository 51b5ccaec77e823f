"""The one writer: many writes in one transaction, each with its own outcome.

The revision is given here, under the database's write lock, so that commit order is revision
order. Statements take microseconds and run on the event loop; only COMMIT, which waits for the
disk, runs in the writer's thread. (A thread that runs many short statements beside a busy loop
waits up to 5 ms for Python's lock after each: measured, 32 writes a second instead of 20 000.)
"""

import sqlite3
import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeAlias, assert_never

from pasture.kit.clock import Clock
from pasture.kit.errors import Conflict, Invalid, PastureError
from pasture.model.resource import Resource
from pasture.store import sqlite
from pasture.store.changes import Change, Create, Delete, Event, Update
from pasture.store.rows import Row, Rows
from pasture.store.statements import Statements

Outcome: TypeAlias = "tuple[Resource, ...] | Exception"


@dataclass
class Committed:
    """What became of a batch: an outcome a write, and the events in order."""

    outcomes: list[Outcome] = field(default_factory=list[Outcome])
    events: list[Event] = field(default_factory=list[Event])
    before: int = 0  # the revision that the batch began after
    is_lost: bool = False  # the database failed: there is nothing to commit


class Writer:
    """Applies batches of writes on a connection of its own."""

    def __init__(
        self, path: Path, statements: Statements, rows: Rows, *, clock: Clock, kept: int
    ) -> None:
        self._statements = statements
        self._rows = rows
        self._clock = clock
        self._kept = kept
        self._trimmed_at = 0
        self.connection = sqlite.connect(path, timeout_s=0)

    def begin(self, batch: Sequence[Sequence[Change]]) -> Committed | None:
        """Apply all writes, not yet committed; None if another process is writing just now.

        A write that fails leaves no trace and fails alone; if the database itself fails, all do.
        """
        try:
            return self._applied(batch)
        except sqlite3.DatabaseError as failed:
            if sqlite.is_locked(failed):
                return None
            return self._failed(batch, failed)

    def commit(self, applied: Committed) -> Committed:
        """Bring what was applied to the disk."""
        if applied.is_lost:
            return applied
        try:
            self.connection.execute("COMMIT")
        except sqlite3.DatabaseError as failed:
            return self._failed(applied.outcomes, failed)
        return applied

    def wait_and_commit(self, batch: Sequence[Sequence[Change]]) -> Committed:
        """Wait for the other process, then apply and commit."""
        sqlite.set_patience(self.connection, sqlite.BUSY_TIMEOUT_S)
        try:
            applied = self._applied(batch)
        except sqlite3.DatabaseError as failed:
            return self._failed(batch, failed)
        finally:
            sqlite.set_patience(self.connection, 0)
        return self.commit(applied)

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()

    def _applied(self, batch: Sequence[Sequence[Change]]) -> Committed:
        done = Committed()
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            [(last,)] = self.connection.execute(self._statements.feed_last.sql)
            done.before = last or 0
            for changes in batch:
                done.outcomes.append(self._one(changes, done.events, done.before))
            self._record(done)
        except BaseException:
            sqlite.roll_back(self.connection)
            raise
        return done

    def _failed(self, batch: Sequence[Any], failed: sqlite3.DatabaseError) -> Committed:
        """Give every write the reason, and leave the connection as it was before.

        Raises:
            sqlite3.DatabaseError: one of our statements is wrong.

        """
        if not sqlite.has_failed(failed):
            raise failed
        with suppress(sqlite3.DatabaseError):  # still failing: the next BEGIN comes back here
            sqlite.roll_back(self.connection)
        words = f"the database could not write, nothing was changed: {failed}"
        return Committed(outcomes=[PastureError(words) for _ in batch], is_lost=True)

    def _one(self, changes: Sequence[Change], events: list[Event], before: int) -> Outcome:
        made: list[Resource] = []
        mark = len(events)
        try:
            if len(changes) == 1:  # a statement is atomic by itself
                self._apply(changes[0], made, events, before)
            else:
                with sqlite.savepoint(self.connection):
                    for change in changes:
                        self._apply(change, made, events, before)
        except Exception as failed:
            del events[mark:]
            if sqlite.has_failed(failed):
                raise
            return failed
        return tuple(made)

    def _apply(
        self, change: Change, made: list[Resource], events: list[Event], before: int
    ) -> None:
        try:
            match change:
                case Create(given):
                    wanted = given if isinstance(given, Resource) else given(tuple(made))
                    written = self._create(wanted)
                case Update(resource):
                    written = self._update(resource)
                case Delete(resource):
                    written = self._delete(resource)
                case _:
                    assert_never(change)
        except (OverflowError, UnicodeEncodeError) as odd:
            raise Invalid(f"a value cannot be stored: {odd}") from odd
        except sqlite3.IntegrityError as broken:
            raise sqlite.not_unique(broken, self._statements.tables.unique) or broken from broken
        made.append(written)
        events.append(
            Event(
                before + len(events) + 1,
                written.type.base,
                written.kind,
                written.id,
                written.account_id,
            )
        )

    def _create(self, given: Resource) -> Resource:
        resource = replace(
            given,
            row_version=1,
            kind=given.kind or given.type.name,
            uuid=given.uuid or str(uuid.uuid4()),
            created=self._clock.now_ms() if given.created is None else given.created,
        )
        row = self._rows.encode(resource)
        insert = self._statements.insert[given.type.base]
        [(number,)] = self.connection.execute(
            insert.sql, (1, *row.columns, row.spec, row.status)
        ).fetchall()
        object.__setattr__(resource, "id", number)  # ours alone until now
        return resource

    def _update(self, resource: Resource) -> Resource:
        row = self._rows.encode(resource)
        update = self._statements.update[resource.type.base]
        self._seen(resource, update.sql, row)
        written = object.__new__(type(resource))  # as replace() does, at a tenth of its cost
        vars(written).update(vars(resource), row_version=resource.row_version + 1)
        return written

    def _delete(self, resource: Resource) -> Resource:
        self._seen(resource, self._statements.delete[resource.type.base].sql, None)
        return resource

    def _seen(self, resource: Resource, sql: str, row: Row | None) -> None:
        given = () if row is None else (*row.columns, row.spec, row.status)
        values = (*given, resource.id, resource.row_version)
        if self.connection.execute(sql, values).rowcount != 1:
            raise Conflict(
                f"{resource.type.name} {resource.id} was changed or removed after version "
                f"{resource.row_version} of it was read; read it again"
            )

    def _record(self, done: Committed) -> None:
        self.connection.executemany(
            self._statements.feed_insert.sql,
            [(e.revision, e.base, e.kind, e.id, e.account_id) for e in done.events],
        )
        last = done.before + len(done.events)
        if last - self._trimmed_at > self._kept // 8:
            self.connection.execute(self._statements.feed_trim.sql, (last - self._kept,))
            self._trimmed_at = last
