"""Backups: consistent, whole or not at all, checked, and no burden for who writes."""

import asyncio
import os
import resource
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pasture.kit.errors import PastureError
from pasture.kit.tasks import TaskGroup
from pasture.model.container import Container
from pasture.model.stack import Stack
from pasture.store import backup
from pasture.store.changes import Create
from pasture.store.store import Store
from tests.support.stores import KEY, StillClock, open_store

NOW = 1_700_000_000_000


async def some(store: Store, number: int) -> None:
    for start in range(0, number, 250):
        await store.write(*(Create(Container(name=f"c{start + n}")) for n in range(250)))


async def pairs_until(store: Store, stop: asyncio.Event) -> float:
    """Write a container and a stack together, again and again; return the longest wait."""
    longest = 0.0
    while not stop.is_set():
        began = time.monotonic()
        await store.write(Create(Container()), Create(Stack(name="s")))
        longest = max(longest, time.monotonic() - began)
    return longest


async def test_a_backup_has_every_acknowledged_row_while_others_write(folder: Path) -> None:
    target = folder / "b.db"
    async with open_store(folder) as store:
        await some(store, 2000)
        stop = asyncio.Event()
        async with TaskGroup() as group:
            writing = [group.create_task(pairs_until(store, stop)) for _ in range(4)]
            made = await asyncio.to_thread(backup.make, database_in(folder), target, now_ms=NOW)
            stop.set()
        assert max(w.result() for w in writing) < 2.0
        installation = store.installation
    assert (made.installation, made.made_ms, made.path) == (installation, NOW, target)
    async with Store.open(f"sqlite:///{target}", key=KEY, clock=StillClock()) as copied:
        pairs = await copied.count(Container) - 2000
        assert pairs == await copied.count(Stack)  # a write is there as a whole
        assert made.counts["containers"] == pairs + 2000


def database_in(folder: Path) -> Path:
    return folder / "pasture.db"


def names(folder: Path) -> list[str]:
    return [p.name for p in folder.iterdir()]


async def small(folder: Path) -> Path:
    async with open_store(folder) as store:
        await store.write(Create(Container(name="a")))
    return database_in(folder)


async def test_a_backup_is_one_file_of_its_owners_alone(folder: Path) -> None:
    source = await small(folder)
    out = folder / "out"
    out.mkdir()
    backup.make(source, out / "b.db", now_ms=NOW)
    assert [p.name for p in out.iterdir()] == ["b.db"]
    assert (out / "b.db").stat().st_mode & 0o777 == 0o600


async def test_a_backup_replaces_a_file_only_if_asked_to(folder: Path) -> None:
    source = await small(folder)
    target = folder / "b.db"
    target.write_text("precious")
    with pytest.raises(PastureError, match="--force"):
        backup.make(source, target, now_ms=NOW)
    assert target.read_text() == "precious"
    assert backup.make(source, target, now_ms=NOW, overwrite=True) == backup.read(target)


async def test_a_file_that_comes_while_it_is_made_is_not_replaced(folder: Path) -> None:
    source = await small(folder)
    with backup.scratch_beside(folder / "b.db") as scratch:
        backup.copy(source, scratch)
        (folder / "b.db").write_text("precious")
        with pytest.raises(PastureError, match="--force"):
            backup.put(scratch, folder / "b.db", overwrite=False)
    assert (folder / "b.db").read_text() == "precious"
    assert not [n for n in names(folder) if n.endswith(".part")]


async def test_what_a_killed_server_left_in_its_log_is_in_the_backup(folder: Path) -> None:
    async with open_store(folder) as store:
        await store.write(Create(Container(name="late")))
        for name in names(folder):  # as SIGKILL would leave it
            (folder / name.replace("pasture", "killed")).write_bytes((folder / name).read_bytes())
    (folder / "killed.db-shm").unlink()
    made = backup.make(folder / "killed.db", folder / "b.db", now_ms=NOW)
    assert made.counts["containers"] == 1


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def scribble(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        file.write(b"\xff" * 8192)


def other(path: Path) -> None:
    path.write_text("no database at all" * 100)


def foreign(path: Path) -> None:
    path.unlink()
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE meta (name, value)")
    connection.commit()
    connection.close()


def newer(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("UPDATE meta SET value = '99' WHERE name = 'format'")
    connection.commit()
    connection.close()


@pytest.mark.parametrize(
    ("ruin", "words"),
    [
        (Path.unlink, "there is no file"),
        (cut, "damaged"),
        (scribble, "damaged"),
        (other, "no backup, or damaged"),
        (foreign, "none of Pasture's"),
        (newer, "a newer version wrote"),
    ],
)
async def test_a_file_that_is_no_sound_backup_is_refused_in_words(
    folder: Path, ruin: Callable[[Path], None], words: str
) -> None:
    source, target = await small(folder), folder / "b.db"
    backup.make(source, target, now_ms=NOW)
    ruin(target)
    with pytest.raises(PastureError, match=words):
        backup.read(target)


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(PastureError, match="is not there"):
        backup.make(tmp_path / "none.db", tmp_path / "b.db", now_ms=NOW)
    assert not list(tmp_path.iterdir())


async def test_a_folder_that_is_not_there_is_said(folder: Path) -> None:
    source = await small(folder)
    with pytest.raises(PastureError, match="no file can be made in"):
        backup.make(source, folder / "none" / "b.db", now_ms=NOW)


async def test_a_file_that_cannot_grow_leaves_nothing_behind(folder: Path) -> None:
    source = await small(folder)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, hard))
    try:
        with pytest.raises(PastureError, match=r"cannot be copied|is full"):
            backup.make(source, folder / "b.db", now_ms=NOW)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert not [n for n in names(folder) if n.startswith((".", "b.db"))]
