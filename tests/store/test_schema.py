"""Opening: additions from the declarations, what is refused, and who this database is."""

import sqlite3
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from pasture.kit.errors import PastureError
from pasture.model.declare import attr, resource
from pasture.model.query import Where
from pasture.model.resource import Resource
from pasture.model.types import STORED
from pasture.store import sqlite
from pasture.store.changes import Create, Update
from pasture.store.sqlite import FORMAT, path_of
from pasture.store.store import Store
from tests.support.stores import KEY, StillClock
from tests.support.things import Thing


@resource("box", roles={})
class OldBox(Resource):
    """As an older version declared it."""

    size: int = attr("r", "Moves to a column.", default=1)
    color: str = attr("cru", "Moves to the status.", default="red")


@resource("box", roles={}, unique=(("account_id", "name"),))
class Box(Resource):
    """As this version declares it."""

    size: int = attr("r", "In a column.", default=1, column=True)
    color: str = attr("r", "In the status.", default="red")
    shape: str = attr("cru", "New, in the spec.", default="round")
    owner: str = attr("r", "New, in a column.", default="nobody", column=True)
    maker: str | None = attr("r", "New, in a column, null allowed.", default="us", column=True)


def opened(url: str, *types: type[Resource], key: bytes = KEY) -> Any:
    return Store.open(url, key=key, clock=StillClock(), types=types or STORED)


def execute(url: str, sql: str) -> list[Any]:
    connection = sqlite3.connect(path_of(url))
    found = connection.execute(sql).fetchall()
    connection.commit()
    connection.close()
    return found


async def test_rows_of_an_older_version_are_found_by_what_is_new(url: str) -> None:
    async with opened(url, OldBox) as store:
        old, _ = await store.write(
            Create(OldBox(name="a", size=5, color="blue")), Create(OldBox(name="b"))
        )
    async with opened(url, Box) as store:
        seen = await store.get(Box, old.id)
        assert {f.name: getattr(seen, f.name) for f in fields(old)} == {
            f.name: getattr(old, f.name) for f in fields(old)
        }
        assert (seen.shape, seen.owner, seen.maker) == ("round", "nobody", "us")
        for where in (Where("size", 5), Where("color", "blue")):
            assert await store.find(Box, where) == [seen]
        for where in (Where("shape", "round"), Where("owner", "nobody"), Where("maker", "us")):
            assert await store.count(Box, where) == 2
        assert store.revision == 2


async def test_what_an_older_version_does_not_know_survives_its_start(url: str) -> None:
    async with opened(url, Box) as store:
        (made,) = await store.write(Create(Box(name="a", shape="square", color="blue")))
    async with opened(url, OldBox) as store:
        old = await store.get(OldBox, made.id)
        assert old.color == "blue"
    async with opened(url, Box) as store:
        again = await store.get(Box, made.id)
        assert (again.shape, again.color) == ("square", "blue")


async def test_opening_again_changes_nothing(url: str) -> None:
    async with opened(url) as store:
        before = execute(url, "SELECT type, name, sql FROM sqlite_master ORDER BY name")
        who = (store.installation, store.history)
    async with opened(url) as store:
        assert execute(url, "SELECT type, name, sql FROM sqlite_master ORDER BY name") == before
        assert (store.installation, store.history) == who
        assert len({*who}) == 2


async def test_a_rule_that_the_rows_break_is_told_at_the_start(url: str) -> None:
    async with opened(url, OldBox) as store:
        for _ in range(2):
            await store.write(Create(OldBox(name="a", account_id=1)))
    with pytest.raises(PastureError, match="ux_box_account_id_name"):
        async with opened(url, Box):
            pass
    async with opened(url, OldBox) as store:  # nothing was changed
        assert await store.count(OldBox) == 2


async def test_a_rule_no_longer_declared_is_dropped(url: str) -> None:
    async with opened(url, Box):
        pass
    async with opened(url, OldBox) as store:
        for _ in range(2):
            await store.write(Create(OldBox(name="a", account_id=1)))


async def test_a_database_of_a_newer_format_is_refused_in_words(url: str) -> None:
    async with opened(url):
        pass
    execute(url, f"UPDATE meta SET value = '{FORMAT + 1}' WHERE name = 'format'")
    with pytest.raises(PastureError, match="a newer version wrote this database"):
        async with opened(url):
            pass


@pytest.mark.parametrize("url", ["postgresql://db", "sqlite:", "sqlite://host/x", "sqlite:///"])
async def test_a_url_that_names_no_database_is_refused(url: str) -> None:
    with pytest.raises(PastureError, match="accepted: sqlite:"):
        async with opened(url):
            pass


async def test_a_file_that_is_no_database_is_refused(url: str) -> None:
    write(path_of(url), b"not a database, but longer than its header" * 50)
    with pytest.raises(PastureError, match="cannot be opened"):
        async with opened(url):
            pass


def write(path: Path, content: bytes) -> None:
    path.write_bytes(content)


async def test_a_folder_that_is_not_there_is_told(folder: Path) -> None:
    with pytest.raises(PastureError, match=r"missing/x\.db cannot be opened"):
        async with opened(f"sqlite:///{folder}/missing/x.db"):
            pass


async def test_a_library_that_is_too_old_is_told(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite.sqlite3, "sqlite_version_info", (3, 37, 2))
    with pytest.raises(PastureError, match=r"3\.38 or later"):
        async with opened(url):
            pass


async def test_the_settings_are_those_that_lose_nothing(url: str) -> None:
    connection = sqlite.connect(path_of(url))
    pragmas = {p: connection.execute(f"PRAGMA {p}").fetchone()[0]
               for p in ("journal_mode", "synchronous", "foreign_keys", "query_only")}  # fmt: skip
    connection.close()
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 0, "query_only": 0}


async def test_a_reader_cannot_write(url: str) -> None:
    connection = sqlite.connect(path_of(url), reader=True)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        connection.execute("CREATE TABLE x (y)")
    connection.close()


async def test_sealed_values_are_still_open_after_a_change_of_shape(url: str) -> None:
    async with opened(url, Thing) as store:
        (made,) = await store.write(Create(Thing(secret="open sesame")))
    execute(url, "UPDATE meta SET value = 'old' WHERE name = 'shape thing'")
    async with opened(url, Thing) as store:
        assert await store.get(Thing, made.id) == made
        await store.write(Update(made))
