"""Stores for tests: the real code on a file of the test's own.

``async with open_store(tmp_path) as store``: the same folder and key open the same database again.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from pasture.kit.clock import Clock
from pasture.store.store import Store

KEY = bytes(range(32))


class StillClock:
    """A clock that a test sets; it stands still otherwise."""

    def __init__(self, now_ms: int = 1_700_000_000_000) -> None:
        self.now = now_ms

    def now_ms(self) -> int:
        return self.now


def url_of(folder: Path) -> str:
    return f"sqlite:///{folder / 'pasture.db'}"


@asynccontextmanager
async def open_store(
    folder: Path, *, key: bytes = KEY, clock: Clock | None = None
) -> AsyncGenerator[Store]:
    async with Store.open(url_of(folder), key=key, clock=clock or StillClock()) as store:
        yield store
