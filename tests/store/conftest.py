"""Fixtures of the store's tests; a second database is one more entry in DATABASES."""

import tempfile
from collections.abc import AsyncGenerator, Generator
from pathlib import Path

import pytest

from pasture.store.store import Store
from tests.support.stores import KEY, StillClock, url_of

DATABASES = ("sqlite",)
MEMORY = Path("/dev/shm")


@pytest.fixture
def folder(tmp_path: Path) -> Generator[Path]:
    """A folder that is fast where the machine has one in memory."""
    if not MEMORY.is_dir():
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir=MEMORY) as fast:
        yield Path(fast)


@pytest.fixture(params=DATABASES)
def url(folder: Path) -> str:
    """An empty database."""
    return url_of(folder)


@pytest.fixture
async def store(url: str) -> AsyncGenerator[Store]:
    async with Store.open(url, key=KEY, clock=StillClock()) as opened:
        yield opened
