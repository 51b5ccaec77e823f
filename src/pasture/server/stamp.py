"""Times in names of files: their order is that of the names."""

from datetime import UTC, datetime
from pathlib import Path


def stamp(now_ms: int) -> str:
    """Return a time as ``20260201T120000Z``."""
    return datetime.fromtimestamp(now_ms / 1000, UTC).strftime("%Y%m%dT%H%M%SZ")


def free(path: Path) -> Path:
    """Return a path, or one beside it where it is taken."""
    number, found = 2, path
    while found.exists():
        found = path.with_stem(f"{path.stem}-{number}")
        number += 1
    return found
