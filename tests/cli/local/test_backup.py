"""``backup`` and ``restore``: what they say, and when they do nothing."""

from pathlib import Path

import pytest

from pasture.cli.exits import Exit
from pasture.kit.clock import SystemClock
from pasture.model.container import Container
from pasture.model.credential import RegistryCredential
from pasture.server import folder
from pasture.settings.settings import Settings
from pasture.store.changes import Create
from pasture.store.store import Store
from tests.cli.command import Shell


@pytest.fixture
def root(tmp_path: Path) -> Shell:
    return Shell(home=tmp_path, token=None)


@pytest.fixture
async def data(tmp_path: Path) -> Path:
    """A data folder as a server left it."""
    place = tmp_path / "data"
    folder.prepare(place)
    settings = Settings.from_env({}, {"data": str(place)})
    key = folder.key(place)
    async with Store.open(settings.database, key=key, clock=SystemClock()) as store:
        login = RegistryCredential(registry_id=1, public_value="me", secret_value="pw")
        await store.write(Create(Container(name="one")), Create(login))
    return place


async def test_a_backup_is_named_counted_and_its_key_is_not_forgotten(
    root: Shell, data: Path, tmp_path: Path
) -> None:
    file = tmp_path / "b.db"
    ended = await root.run("backup", "--data", str(data), str(file))
    assert (ended.exit, ended.out) == (Exit.OK, f"{file}\n")
    for words in ("0 hosts, 0 services, 1 containers", f"keep a copy of {data / folder.KEY}"):
        assert words in ended.err
    again = await root.run("backup", str(file), PASTURE_DATA=str(data))
    assert again.exit is Exit.FAILED
    assert "--force" in again.err
    assert (await root.run("backup", "--force", str(file), PASTURE_DATA=str(data))).exit is Exit.OK


async def test_in_a_folder_it_is_named_by_the_time(root: Shell, data: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    ended = await root.run("backup", "--data", str(data), str(tmp_path / "out"))
    assert ended.out == f"{tmp_path / 'out' / 'pasture-20260101T010000Z.db'}\n"


async def test_a_backup_is_checked(root: Shell, data: Path, tmp_path: Path) -> None:
    file = tmp_path / "b.db"
    await root.run("backup", "--data", str(data), str(file))
    ended = await root.run("backup", "--check", str(file))
    assert ended.exit is Exit.OK
    assert "backup of 2026-01-01 01:00:00 UTC" in ended.err
    file.write_bytes(file.read_bytes()[:5000])
    assert (await root.run("backup", "--check", str(file))).exit is Exit.FAILED


async def test_where_no_server_was_it_says_where_to_do_it(root: Shell, tmp_path: Path) -> None:
    ended = await root.run("backup", "--data", str(tmp_path / "none"), str(tmp_path / "b.db"))
    assert ended.exit is Exit.FAILED
    assert "on the server's own machine" in ended.err
    assert not (tmp_path / "none").exists()


async def test_a_restore_says_what_is_kept_lost_and_next(
    root: Shell, data: Path, tmp_path: Path
) -> None:
    file = tmp_path / "b.db"
    await root.run("backup", "--data", str(data), str(file))
    ended = await root.run("restore", "--data", str(data), str(file))
    assert ended.exit is Exit.OK
    assert ended.out.startswith(f"restored {file} of 2026-01-01 01:00:00 UTC: 0 hosts")
    assert f"kept: {data / folder.BACKUPS}/before-restore-" in ended.err
    assert "lost" not in ended.err
    other = tmp_path / "other"
    refused = await root.run("restore", "--data", str(other), str(file))
    assert refused.exit is Exit.FAILED
    assert "1 of registryCredential" in refused.err
    without = await root.run("restore", "--new-key", "--data", str(other), str(file))
    assert without.exit is Exit.OK
    assert "lost with the former key" in without.err
    key = data / folder.KEY
    given = await root.run("restore", "--key", str(key), "--data", str(other), str(file))
    assert given.exit is Exit.OK
    assert "the former key is kept" in given.err
    assert (other / folder.KEY).read_bytes() == key.read_bytes()


async def test_while_a_server_runs_nothing_is_restored(
    root: Shell, data: Path, tmp_path: Path
) -> None:
    file = tmp_path / "b.db"
    await root.run("backup", "--data", str(data), str(file))
    with folder.held(data):
        ended = await root.run("restore", "--data", str(data), str(file))
    assert ended.exit is Exit.FAILED
    assert "a server runs on data folder" in ended.err
