"""What is SQLite's own: connections and their settings, the schema's additions, its errors.

WAL with ``synchronous=FULL``: what was acknowledged survives a power loss, and group commit pays
for it. Readers see each commit as soon as it is acknowledged.
"""

import os
import re
import sqlite3
import uuid
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from pasture.kit.errors import NotUnique, PastureError
from pasture.model.declare import camel
from pasture.store.rows import Rows
from pasture.store.tables import SPEC, STATUS, Tables, Unique
from pasture.store.versions import Writer, refused

DIALECT = sqlite.dialect(paramstyle="qmark")
FORMAT = 1  # of the store; additions from the declarations leave it alone
OLDEST_SQLITE = (3, 38, 0)  # the first with ->>
BUSY_TIMEOUT_S = 5.0
STATEMENTS_KEPT = 512
PRIMARY_CODE = 0xFF  # of an error; the bits above tell its kinds apart
INDEX_IN_MESSAGE = re.compile(r"index '(\w+)'")


def path_of(url: str) -> Path:
    """Return the file that a URL such as ``sqlite:////var/lib/pasture/pasture.db`` names.

    Raises:
        PastureError: it names none.

    """
    parts = urlsplit(url)
    if parts.scheme != "sqlite" or parts.netloc or len(parts.path) < len("/x"):
        raise PastureError(f"{url!r} names no database; accepted: sqlite:////path/to/file.db")
    return Path(unquote(parts.path[1:]))


def connect(
    path: Path, *, reader: bool = False, timeout_s: float = BUSY_TIMEOUT_S
) -> sqlite3.Connection:
    """Open the file, made owner-only where it is not there; a reader cannot write.

    Raises:
        PastureError: the file cannot be opened, or the library is too old.

    """
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise PastureError(f"SQLite {sqlite3.sqlite_version} is too old; 3.38 or later is needed")
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        connection = sqlite3.connect(
            path,
            timeout=timeout_s,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=STATEMENTS_KEPT,
        )
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=OFF")
        connection.execute(f"PRAGMA query_only={int(reader)}")
    except (OSError, sqlite3.DatabaseError) as failed:
        raise PastureError(f"the database {path} cannot be opened: {failed}") from failed
    return connection


@contextmanager
def transaction(connection: sqlite3.Connection) -> Generator[None]:
    """Commit all that is done inside, or nothing of it."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        roll_back(connection)
        raise


def roll_back(connection: sqlite3.Connection) -> None:
    """End the transaction without a trace, if the failure has not done so already."""
    if connection.in_transaction:
        connection.execute("ROLLBACK")


def set_patience(connection: sqlite3.Connection, timeout_s: float) -> None:
    """Set how long to wait for another process that writes."""
    connection.execute(f"PRAGMA busy_timeout={int(timeout_s * 1000)}")


@contextmanager
def savepoint(connection: sqlite3.Connection) -> Generator[None]:
    """Undo what is done inside if it fails, and only that."""
    connection.execute("SAVEPOINT one")
    try:
        yield
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK TO one")
            connection.execute("RELEASE one")
        raise
    connection.execute("RELEASE one")


def gathered(sql: str, columns: Sequence[str]) -> str:
    """Return a query that gives all rows of another one as one JSON text, in their order."""
    names = ", ".join(f'"{c}"' for c in columns)
    return f"SELECT json_group_array(json_array({names})) FROM ({sql})"  # noqa: S608 - declared


def is_locked(failed: sqlite3.DatabaseError) -> bool:
    """Tell whether another process is writing, or recovering what a killed one wrote."""
    code: int = getattr(failed, "sqlite_errorcode", 0)
    return code & PRIMARY_CODE == sqlite3.SQLITE_BUSY


def has_failed(failed: BaseException) -> bool:
    """Tell whether the database itself failed (disk full, damaged, locked), not one statement."""
    return isinstance(failed, sqlite3.OperationalError) or type(failed) is sqlite3.DatabaseError


def was_interrupted(failed: sqlite3.DatabaseError) -> bool:
    """Tell whether a progress handler ended the query."""
    return getattr(failed, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT


def not_unique(failed: sqlite3.IntegrityError, rules: list[Unique]) -> NotUnique | None:
    """Return which rule a failed statement broke, in words."""
    words = str(failed)
    named = INDEX_IN_MESSAGE.search(words)
    for rule in rules:
        table = f"{rule.cls.type.base}."
        columns = ", ".join(f"{table}{a}" for a in rule.attributes)
        if (named and named.group(1) == rule.index) or words.endswith(f": {columns}"):
            wire = camel(rule.attributes[-1])
            within = [a.removesuffix("_id").replace("_", " ") for a in rule.attributes[:-1]]
            same = f" of the same {' and '.join(within)}" if within else ""
            return rule.cls.type.taken(
                f"this {wire} is taken by another {rule.cls.type.name}{same}; "
                "letter case makes no difference",
                field=wire,
            )
    return None


class Schema:
    """Brings a database to what the declarations say; only ever adds."""

    def __init__(
        self, connection: sqlite3.Connection, tables: Tables, rows: Rows, version: str
    ) -> None:
        self._connection = connection
        self._tables = tables
        self._rows = rows
        self._writer = Writer.of(version, tables.types)

    def bring_up(self) -> None:
        """Add what is missing, in one transaction.

        Raises:
            PastureError: a newer version wrote the database, or another key sealed it.

        """
        with transaction(self._connection):
            self._create_missing(self._tables.meta)
            self._check()
            self._create_missing(self._tables.feed)
            for base, table in self._tables.of_base.items():
                fresh = self._create_missing(table)
                shape = self._tables.shape(base)
                if self._meta(f"shape {table.name}", lambda s=shape: s) != shape:
                    self._rewrite(base, table, fresh)
                    self._set_meta(f"shape {table.name}", shape)
            self._set_meta("writer", self._writer.text)
            self._indexes()

    def _run(self, sql: str, *values: Any) -> list[Any]:
        return self._connection.execute(sql, values).fetchall()

    def _meta(self, name: str, first: Callable[[], str]) -> str:
        self._run("INSERT INTO meta VALUES (?, ?) ON CONFLICT DO NOTHING", name, first())
        [(value,)] = self._run("SELECT value FROM meta WHERE name = ?", name)
        return value

    def _set_meta(self, name: str, value: str) -> None:
        self._run("UPDATE meta SET value = ? WHERE name = ?", value, name)

    def _check(self) -> None:
        found = int(self._meta("format", lambda: str(FORMAT)))
        if found > FORMAT:
            raise PastureError(
                f"a newer version wrote this database (format {found}, this version reads up to "
                f"{FORMAT}); start that version, or restore a backup made before it"
            )
        found_writer = Writer.read(self._meta("writer", lambda: self._writer.text))
        if words := refused(found_writer, self._writer):
            raise PastureError(words)
        self._meta("installation", lambda: str(uuid.uuid4()))
        self._meta("history", lambda: str(uuid.uuid4()))
        fingerprint = self._rows.seal.fingerprint
        if self._meta("key", lambda: fingerprint) != fingerprint:
            raise PastureError(
                "the key does not belong to this database: its secrets were sealed with another "
                "one; put back the key file that was beside it"
            )

    def _create_missing(self, table: sa.Table) -> frozenset[str]:
        """Create the table or add its missing columns; return the columns added."""
        have = {name for _, name, *_ in self._run(f'PRAGMA table_info("{table.name}")')}
        if not have:
            self._run(str(CreateTable(table).compile(dialect=DIALECT)))
            return frozenset()
        missing = [c for c in table.c if c.name not in have]
        for column in missing:
            kind = column.type.compile(dialect=DIALECT)
            self._run(f'ALTER TABLE "{table.name}" ADD COLUMN "{column.name}" {kind}')
        return frozenset(c.name for c in missing)

    def _rewrite(self, base: str, table: sa.Table, fresh: frozenset[str]) -> None:
        """Write every row anew, in today's shape: a filter must find what a reader sees."""
        select = str(sa.select(table).compile(dialect=DIALECT))
        for row in self._connection.execute(select):
            resource = self._rows.decode(base, row, fresh)
            layout = self._rows.layout(base, resource.kind)
            made = layout.encode(resource, self._rows.seal)
            old = dict(zip((c.name for c in table.c), row, strict=True))
            kept = {
                name: layout.with_unknown(old[name], text)
                for name, text in ((SPEC, made.spec), (STATUS, made.status))
            }
            given = dict(zip(layout.columns, made.columns, strict=True)) | kept
            assignments = ", ".join(f'"{name}" = ?' for name in given)
            self._run(
                f'UPDATE "{table.name}" SET {assignments} WHERE id = ?',  # noqa: S608 - declared
                *given.values(),
                resource.id,
            )

    def _indexes(self) -> None:
        wanted = {
            str(index.name): str(CreateIndex(index).compile(dialect=DIALECT))
            for table in self._tables.of_base.values()
            for index in table.indexes
        }
        have = {
            name: sql
            for name, sql in self._run("SELECT name, sql FROM sqlite_master WHERE type = 'index'")
            if name.startswith(("ix_", "ux_"))
        }
        for name, sql in have.items():
            if wanted.get(name) != sql:
                self._run(f'DROP INDEX "{name}"')
        for name, sql in wanted.items():
            if have.get(name) != sql:
                self._add_index(name, sql)

    def _add_index(self, name: str, sql: str) -> None:
        try:
            self._run(sql)
        except sqlite3.IntegrityError as broken:
            raise PastureError(
                f"rows in the database break a rule of this version ({name}): {broken}"
            ) from broken
