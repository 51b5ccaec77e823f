"""Whether opening a database will change its shape: then a backup is made first."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from pasture import __version__
from pasture.model.resource import Resource
from pasture.model.types import STORED
from pasture.store.backup import meta_of, reading
from pasture.store.tables import Tables
from pasture.store.versions import Writer, release

UNKNOWN = "unknown"


def pending(
    path: Path, *, types: Sequence[type[Resource]] = STORED, version: str = __version__
) -> str | None:
    """Return the version that wrote a database which this version is about to change, or None.

    None too where there is nothing to lose, or nothing that can be read: opening it tells.
    """
    if not path.is_file():
        return None
    try:
        with closing(reading(path)) as connection:
            meta = meta_of(connection)
    except sqlite3.DatabaseError:
        return None
    if "installation" not in meta:
        return None
    wrote = Writer.read(meta["writer"]).version if "writer" in meta else UNKNOWN
    if release(wrote) > release(version):
        return None
    return None if wrote == version and has_shape(meta, Tables(types)) else wrote


def has_shape(meta: dict[str, str], tables: Tables) -> bool:
    """Tell whether every table has the shape of these declarations already."""
    return all(
        meta.get(f"shape {table.name}") == tables.shape(base)
        for base, table in tables.of_base.items()
    )
