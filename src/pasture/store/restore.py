"""From a backup to a database that a server can go on with: a new history, the same installation.

What was known of the former history says nothing about this one: hosts take what runs as it is,
and who follows the feed reads anew, for its revisions go on above all former ones.
"""

import json
import sqlite3
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pasture.kit.errors import PastureError
from pasture.model.declare import MISSING, Field, Secret
from pasture.model.resource import Resource
from pasture.model.types import STORED
from pasture.store.backup import MADE, beside, changing, copy, link, reading, sync
from pasture.store.seal import Seal
from pasture.store.sqlite import is_locked
from pasture.store.tables import document, table_name

MARK = ("auditLog", "auditLog", 0)  # an event about no row: what follows it is the new history


@dataclass(frozen=True)
class Sealed:
    """One sealed field of one type: what becomes of it without the key that opens it.

    It gets what a new row would have. Where that is nothing, it is emptied and its row deactivated
    if somebody can give it again; else the row goes: who needs it makes it anew.
    """

    cls: type[Resource]
    field: Field

    @property
    def table(self) -> str:
        """The table that it stands in."""
        return table_name(self.cls.type.base)

    def fresh(self) -> str | None:
        """Return what a new row has."""
        default = self.field.default
        made: Any = default() if callable(default) else default
        return None if made is MISSING else made

    @property
    def is_made(self) -> bool:
        """Whether a new row has it without anybody's help."""
        return self.field.default is not MISSING

    @property
    def is_given(self) -> bool:
        """Whether somebody can give it again."""
        return "u" in self.field.access


def sealed(types: Sequence[type[Resource]] = STORED) -> list[Sealed]:
    """Return every sealed field."""
    return [
        Sealed(cls, field)
        for cls in types
        for field in cls.type.fields
        if field.secret is Secret.SEALED
    ]


def lost(backup: Path, types: Sequence[type[Resource]] = STORED) -> Mapping[str, int]:
    """Return how many live rows of which types have a secret that only the key opens."""
    found: Counter[str] = Counter()
    with closing(reading(backup)) as connection:
        for one in sealed(types):
            live = sum(1 for _, _, removed in holders(connection, one) if removed is None)
            found[one.cls.type.name] += live
    return {name: number for name, number in found.items() if number}


def prepare(backup: Path, scratch: Path, *, now_ms: int, resealed: Seal | None = None) -> None:
    """Make of a backup, in an empty file, the database that replaces the former one.

    ``resealed``: the new key's; what the old one sealed is lost.
    """
    copy(backup, scratch)
    with changing(scratch) as connection:
        connection.execute("DELETE FROM meta WHERE name = ?", (MADE,))
        set_meta(connection, "history", str(uuid.uuid4()))
        begin_feed(connection, now_ms)
        if resealed is not None:
            for one in sealed():
                forget(connection, one, resealed)
            set_meta(connection, "key", resealed.fingerprint)


def begin_feed(connection: sqlite3.Connection, now_ms: int) -> None:
    """Go on with revisions that no reader of a former history has seen: those are told of a gap."""
    [(last,)] = connection.execute("SELECT max(revision) FROM feed").fetchall()
    connection.execute("DELETE FROM feed")
    above = max((last or 0) + 1, now_ms)
    connection.execute("INSERT INTO feed VALUES (?, ?, ?, ?, NULL)", (above, *MARK))


def set_meta(connection: sqlite3.Connection, name: str, value: str) -> None:
    """Set what the database says of itself."""
    connection.execute("REPLACE INTO meta VALUES (?, ?)", (name, value))


def holders(connection: sqlite3.Connection, one: Sealed) -> Iterator[tuple[int, str, Any]]:
    """Give the rows that hold a sealed value: number, document, when removed."""
    known = "SELECT 1 FROM sqlite_master WHERE name = ?"
    if not connection.execute(known, (one.table,)).fetchall():
        return
    where = document(one.field)
    yield from connection.execute(
        f'SELECT id, "{where}", removed FROM "{one.table}" '  # noqa: S608 - declared names
        f"WHERE kind = ? AND \"{where}\" ->> '{one.field.name}' IS NOT NULL",
        (one.cls.type.name,),
    ).fetchall()


def forget(connection: sqlite3.Connection, one: Sealed, seal: Seal) -> None:
    """Give rows a value in place of one that cannot be opened any more."""
    where, name = document(one.field), one.field.name
    for number, text, _ in holders(connection, one):
        if not (one.is_made or one.is_given):
            connection.execute(f'DELETE FROM "{one.table}" WHERE id = ?', (number,))  # noqa: S608 - as above
            continue
        made = one.fresh() if one.is_made else ""
        closed = None if made is None else seal.close(made, f"{one.table}.{name}")
        values = json.dumps(json.loads(text) | {name: closed}, separators=(",", ":"))
        connection.execute(
            f'UPDATE "{one.table}" SET "{where}" = ?, row_version = row_version + 1 WHERE id = ?',  # noqa: S608 - as above
            (values, number),
        )
        if not one.is_made:
            deactivate(connection, one, number)


def deactivate(connection: sqlite3.Connection, one: Sealed, number: int) -> None:
    """Bring a live row out of use, as its type does that."""
    step = one.cls.type.step("deactivate")
    if step is None:
        return
    connection.execute(
        f'UPDATE "{one.table}" SET state = ? WHERE id = ? AND removed IS NULL',  # noqa: S608 - declared names
        (step.ends, number),
    )


def set_aside(database: Path, kept: Path) -> None:
    """Give the database that is to be replaced a second name, and leave nothing beside it.

    What would stay beside it would be taken for a part of the database that replaces it.

    Raises:
        PastureError: another process has it open, or it cannot be kept.

    """
    link(database, kept)
    pairs = [(p, t) for p, t in zip(beside(database), beside(kept), strict=True) if p.exists()]
    for path, twin in pairs:
        link(path, twin)
    is_whole = fold(database)
    for path, twin in pairs:
        (twin if is_whole else path).unlink(missing_ok=True)
    sync(kept.parent)


def fold(database: Path) -> bool:
    """Bring all of a database into its one file; False: it is damaged, its parts stay apart.

    Raises:
        PastureError: another process has it open.

    """
    try:
        with closing(sqlite3.connect(database, isolation_level=None)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.DatabaseError as failed:
        if is_locked(failed):
            raise PastureError(f"another process has {database} open: {failed}") from failed
        return False
    return True
