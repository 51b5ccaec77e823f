"""A backup: one file with every row as of one moment, made while the server writes.

It is a database of its own, checked before it gets its name. The key that seals secrets is not in
it. Another process may make it: readers hold up no writer.
"""

import os
import sqlite3
import tempfile
import time
from collections.abc import Generator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from pasture.kit.errors import PastureError
from pasture.model.container import Container
from pasture.model.host import Host
from pasture.model.resource import Resource
from pasture.model.service import Service
from pasture.store.sqlite import FORMAT
from pasture.store.tables import table_name
from pasture.store.versions import Writer

DEADLINE_S = 600.0
STEPS_PER_LOOK = 200_000
MADE = "backup made"  # in meta: when, ms since the epoch
COUNTED: Mapping[str, type[Resource]] = {
    "hosts": Host,
    "services": Service,
    "containers": Container,
}
MIB = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Backup:
    """What a file says of itself."""

    path: Path
    size: int  # bytes
    made_ms: int | None  # None: no backup, but a database as a server left it
    version: str | None
    installation: str
    history: str
    key: str  # fingerprint of the key that opens its secrets
    counts: Mapping[str, int]


def make(source: Path, target: Path, *, now_ms: int, overwrite: bool = False) -> Backup:
    """Write a backup of a database, owner-only, whole or not at all.

    Raises:
        PastureError: in words what is in the way; there is no new file then.

    """
    if target.exists() and not overwrite:
        raise there_already(target)
    with scratch_beside(target) as scratch:
        copy(source, scratch)
        with changing(scratch) as connection:
            connection.execute("REPLACE INTO meta VALUES (?, ?)", (MADE, str(now_ms)))
        made = read(scratch)
        put(scratch, target, overwrite=overwrite)
    return replace(made, path=target)


def read(path: Path) -> Backup:
    """Check a file wholly, and return what it says of itself.

    Raises:
        PastureError: it is no database of ours, damaged, or of a newer version.

    """
    if not path.is_file():
        raise PastureError(f"there is no file {path}")
    try:
        with closing(reading(path)) as connection:
            meta = meta_of(connection)
            if "installation" not in meta:
                raise PastureError(f"{path} is a database, but none of Pasture's")
            refuse_newer(path, meta)
            refuse_damaged(path, connection)
            counts = {word: count(connection, cls) for word, cls in COUNTED.items()}
    except sqlite3.DatabaseError as failed:
        raise PastureError(f"{path} is no backup, or damaged: {failed}") from failed
    writer = Writer.read(meta["writer"]) if "writer" in meta else None
    return Backup(
        path=path,
        size=path.stat().st_size,
        made_ms=int(meta[MADE]) if MADE in meta else None,
        version=writer and writer.version,
        installation=meta["installation"],
        history=meta["history"],
        key=meta["key"],
        counts=counts,
    )


def meta_of(connection: sqlite3.Connection) -> dict[str, str]:
    """Return what a database says of itself; nothing where it is none of ours."""
    known = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchall()
    return dict(connection.execute("SELECT name, value FROM meta").fetchall()) if known else {}


def count(connection: sqlite3.Connection, cls: type[Resource]) -> int:
    """Return how many live rows of a type there are."""
    table = table_name(cls.type.base)
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchall():
        return 0
    sql = f'SELECT count(*) FROM "{table}" WHERE removed IS NULL'  # noqa: S608 - a declared name
    [(number,)] = connection.execute(sql).fetchall()
    return int(number)


def refuse_newer(path: Path, meta: Mapping[str, str]) -> None:
    """Refuse a file in a format that only a newer version reads.

    Raises:
        PastureError: it is.

    """
    if int(meta["format"]) > FORMAT:
        raise PastureError(
            f"a newer version wrote {path} (format {meta['format']}, this version reads up to "
            f"{FORMAT}); use that version"
        )


def refuse_damaged(path: Path, connection: sqlite3.Connection) -> None:
    """Refuse a file whose pages do not fit together.

    Raises:
        PastureError: they do not.

    """
    [(found,), *_] = connection.execute("PRAGMA quick_check(1)").fetchall()
    if found != "ok":
        raise PastureError(f"{path} is damaged: {found}")


def copy(source: Path, target: Path) -> None:
    """Copy a database as of this moment into an empty file.

    Raises:
        PastureError: it cannot be read, or there is no room.

    """
    until = time.monotonic() + DEADLINE_S
    try:
        with closing(reading(source)) as connection:
            connection.set_progress_handler(lambda: time.monotonic() > until, STEPS_PER_LOOK)
            connection.execute("VACUUM INTO ?", (str(target),))
    except sqlite3.DatabaseError as failed:
        raise why_not_copied(source, target, failed) from failed


def why_not_copied(source: Path, target: Path, failed: sqlite3.DatabaseError) -> PastureError:
    """Return in words what kept a database from being copied."""
    code = getattr(failed, "sqlite_errorcode", None)
    if code == sqlite3.SQLITE_FULL:
        return PastureError(no_room(target.parent, source.stat().st_size))
    if code == sqlite3.SQLITE_INTERRUPT:
        return PastureError(f"copying {source} was ended, at the latest after {DEADLINE_S:.0f} s")
    return PastureError(f"{source} cannot be copied into {target.parent}: {failed}")


def no_room(folder: Path, needed: int) -> str:
    """Return that a folder's disk is full, and how much is needed."""
    free = os.statvfs(folder)
    return (
        f"the disk of {folder} is full: about {needed // MIB + 1} MiB are needed, "
        f"{free.f_bavail * free.f_frsize // MIB} MiB are free; nothing was changed"
    )


def reading(path: Path) -> sqlite3.Connection:
    """Open a database for reading only; it is never made.

    Raises:
        PastureError: it is not there, or not ours to read.

    """
    if not os.access(path, os.R_OK):
        there = "cannot be read by this user" if path.exists() else "is not there"
        raise PastureError(f"the database {path} {there}")
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)


@contextmanager
def changing(path: Path) -> Generator[sqlite3.Connection]:
    """Change a database that nobody else has, in one transaction, down to the disk."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("BEGIN IMMEDIATE")
        yield connection
        connection.execute("COMMIT")


@contextmanager
def scratch_beside(target: Path) -> Generator[Path]:
    """Return an empty owner-only file beside a target; it is gone afterwards, if it is not taken.

    Raises:
        PastureError: none can be made there.

    """
    try:
        descriptor, name = tempfile.mkstemp(".part", f".{target.name}.", target.parent)
    except OSError as failed:
        raise PastureError(f"no file can be made in {target.parent}: {failed.strerror}") from failed
    os.close(descriptor)
    scratch = Path(name)
    try:
        yield scratch
    finally:
        for path in (scratch, *beside(scratch)):
            path.unlink(missing_ok=True)


def beside(database: Path) -> tuple[Path, ...]:
    """Return the files that SQLite keeps beside a database."""
    return tuple(
        database.with_name(f"{database.name}{end}") for end in ("-wal", "-shm", "-journal")
    )


def sweep(folder: Path) -> None:
    """Remove what backups that were killed left in a folder that nobody else works in."""
    for left in folder.glob(".*.part*"):
        left.unlink(missing_ok=True)


def put(scratch: Path, target: Path, *, overwrite: bool) -> None:
    """Give a finished file its name, once all of it is on the disk.

    Raises:
        PastureError: the name is taken.

    """
    sync(scratch)
    if overwrite:
        scratch.replace(target)
    else:
        link(scratch, target)
        scratch.unlink()
    sync(target.parent)


def link(file: Path, name: Path) -> None:
    """Give a file a second name.

    Raises:
        PastureError: the name is taken, or the file system has no links.

    """
    try:
        os.link(file, name)
    except FileExistsError as failed:
        raise there_already(name) from failed
    except OSError as failed:
        raise PastureError(f"{name} cannot be made: {failed.strerror}") from failed


def there_already(path: Path) -> PastureError:
    """Return the refusal to overwrite."""
    return PastureError(f"{path} is there already; accepted: a new name, or --force to replace it")


def sync(path: Path) -> None:
    """Put a file, or a folder's own entries, on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
