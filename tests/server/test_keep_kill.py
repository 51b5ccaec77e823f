"""SIGKILL at every step of a backup, a restore, an upgrade's backup: nothing is lost."""

import asyncio
import shutil
import sqlite3
import tempfile
from collections.abc import Coroutine, Generator
from contextlib import AbstractAsyncContextManager, closing
from pathlib import Path
from typing import Any, TypeVar

import pytest

from pasture.kit.errors import PastureError
from pasture.model.container import Container
from pasture.server import folder, restore, upgrade
from pasture.server.restore import Wanted
from pasture.settings.settings import Settings
from pasture.store import backup
from pasture.store.changes import Create
from pasture.store.sqlite import path_of
from pasture.store.store import Store
from tests.support.stores import StillClock
from tests.support.sudden_death import each_death

T = TypeVar("T")
OTHER_KEY = bytes(range(100, 132))
FORMER, SAVED = {"saved", "since"}, {"saved"}


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run on a loop of its own; ``asyncio.run`` would lose the one that pytest keeps."""
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(work)
    finally:
        loop.close()


class Place:
    """A data folder whose database is ahead of its backup, made anew for each death."""

    def __init__(self, place: Path) -> None:
        self.data, self.file, self.kept = place / "data", place / "b.db", place / "kept"
        self.key_file = place / "other.key"
        self.key_file.write_bytes(OTHER_KEY)
        self.settings = Settings.from_env({}, {"data": str(self.data)})
        self.clock = StillClock()

    def fill(self, *, key: bytes | None = None) -> None:
        """Make the folder and its backup once."""
        folder.prepare(self.data)
        if key is not None:
            folder.write_owner_only(self.data / folder.KEY, key)
        self.write("saved")
        backup.make(path_of(self.settings.database), self.file, now_ms=1)
        self.write("since")
        shutil.copytree(self.data, self.kept)

    def put_back(self) -> None:
        """Make the folder as it was first."""
        shutil.rmtree(self.data)
        shutil.copytree(self.kept, self.data)

    def write(self, name: str) -> None:
        async def one() -> None:
            async with self.opened() as store:
                await store.write(Create(Container(name=name)))

        run(one())

    def opened(self) -> AbstractAsyncContextManager[Store]:
        key = folder.key(self.data)
        return Store.open(self.settings.database, key=key, clock=self.clock)

    def names(self) -> set[str | None]:
        """Start as a server does, and return the containers that it knows."""

        async def read() -> set[str | None]:
            async with self.opened() as store:
                return {c.name for c in await store.find(Container)}

        with folder.held(self.data):
            upgrade.prepare(self.settings, self.clock)
            return run(read())

    def restore(self, wanted: Wanted) -> None:
        run(restore.run(self.settings, wanted, self.clock))


@pytest.fixture
def place() -> Generator[Place]:
    """A place that is fast where the machine has one in memory."""
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as fast:
        yield Place(Path(fast))


def former_ones(data: Path) -> list[set[str]]:
    found: list[set[str]] = []
    for file in (data / folder.BACKUPS).glob("before-restore-*.db"):
        with closing(sqlite3.connect(file)) as connection:
            found.append({n for (n,) in connection.execute("SELECT name FROM instance")})
    return found


@pytest.mark.timeout(60)
def test_a_restore_that_is_killed_leaves_the_former_or_the_restored_database(place: Place) -> None:
    place.fill()
    wanted = Wanted(file=place.file)
    seen: list[set[str | None]] = []
    for _ in each_death(place.data, place.put_back, lambda: place.restore(wanted)):
        seen.append(place.names())
        database = path_of(place.settings.database)
        kept = list((place.data / folder.BACKUPS).glob("*"))
        assert not any(k.samefile(database) for k in kept)
        if seen[-1] == SAVED:
            assert former_ones(place.data) == [FORMER]
    assert place.names() == SAVED
    assert set(map(frozenset, seen)) == {frozenset(FORMER), frozenset(SAVED)}


@pytest.mark.timeout(60)
def test_the_key_changes_together_with_the_database(place: Place) -> None:
    folder.prepare(place.data)
    place.fill(key=OTHER_KEY)
    former_key = bytes(32)
    shutil.rmtree(place.data)
    shutil.rmtree(place.kept)
    folder.prepare(place.data)
    folder.write_owner_only(place.data / folder.KEY, former_key)
    place.write("former")
    shutil.copytree(place.data, place.kept)
    wanted = Wanted(file=place.file, key_file=place.key_file)
    for _ in each_death(place.data, place.put_back, lambda: place.restore(wanted)):
        names = place.names()
        key = folder.key(place.data)
        assert (names, key) in (({"former"}, former_key), (SAVED, OTHER_KEY))
        keys = [p.read_bytes() for p in place.data.glob(f"{folder.KEY}*")]
        assert former_key in keys
    assert (place.names(), folder.key(place.data)) == (SAVED, OTHER_KEY)


@pytest.mark.timeout(60)
def test_a_backup_that_is_killed_is_whole_or_not_there(place: Place) -> None:
    place.fill()
    out = place.data / "out"
    for _ in each_death(
        place.data,
        place.put_back,
        lambda: (out.mkdir(), backup.make(path_of(place.settings.database), out / "b", now_ms=1)),
    ):
        assert place.names() == FORMER
        if (out / "b").exists():
            assert backup.read(out / "b").counts["containers"] == len(FORMER)


@pytest.mark.timeout(60)
def test_an_upgrade_that_is_killed_has_its_backup_first(place: Place) -> None:
    place.fill()
    for file in place.kept.glob("pasture.db"):
        with closing(sqlite3.connect(file)) as connection, connection:
            connection.execute("UPDATE meta SET value = 'older' WHERE name LIKE 'shape %'")
    for _ in each_death(
        place.data, place.put_back, lambda: upgrade.prepare(place.settings, place.clock)
    ):
        assert place.names() == FORMER
        backups = list((place.data / folder.BACKUPS).glob("before-upgrade-*.db"))
        assert next(backup.read(b).counts["containers"] for b in backups) == len(FORMER)
        assert not list((place.data / folder.BACKUPS).glob(".*"))


def test_a_second_try_after_a_death_succeeds(place: Place) -> None:
    place.fill()
    for death in each_death(
        place.data, place.put_back, lambda: place.restore(Wanted(file=place.file))
    ):
        if death % 5 == 0:
            place.restore(Wanted(file=place.file))
            assert place.names() == SAVED
            assert not [p for p in place.data.iterdir() if p.name.endswith(".part")]


def test_while_a_server_holds_the_folder_nothing_is_restored(place: Place) -> None:
    place.fill()
    with folder.held(place.data), pytest.raises(PastureError, match="a server runs on"):
        place.restore(Wanted(file=place.file))
    assert place.names() == FORMER
