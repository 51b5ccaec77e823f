"""Restore: what is checked before anything is changed, and what is kept."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pasture.kit.errors import PastureError
from pasture.model.account import Account
from pasture.model.audit import AuditLog
from pasture.model.container import Container
from pasture.model.credential import RegistryCredential
from pasture.model.host import Host
from pasture.server import folder, restore, upgrade
from pasture.server.restore import Wanted, which_key
from pasture.settings.settings import Settings
from pasture.store import backup
from pasture.store.backup import Backup
from pasture.store.changes import Create
from pasture.store.seal import Seal
from pasture.store.sqlite import path_of
from pasture.store.store import Store
from tests.support.stores import StillClock

RIGHT, WRONG = bytes(range(32)), bytes(32)
CLOCK = StillClock()
BACKUP = Backup(
    path=Path("b.db"),
    size=1,
    made_ms=1,
    version="0.1.0",
    installation="i",
    history="h",
    key=Seal(RIGHT).fingerprint,
    counts={"hosts": 0},
)


def settings(data: Path) -> Settings:
    return Settings.from_env({}, {"data": str(data)})


def opened(data: Path) -> Any:
    where = settings(data)
    return Store.open(where.database, key=folder.key(data), clock=CLOCK)


async def fill(data: Path, *rows: Any) -> Path:
    """Make a server's data folder with rows, and a backup of it."""
    folder.prepare(data)
    async with opened(data) as store:
        await store.write(*map(Create, rows))
    made = backup.make(
        path_of(settings(data).database), data.with_suffix(".backup"), now_ms=CLOCK.now_ms()
    )
    return made.path


@pytest.mark.parametrize(
    ("case", "here", "given", "wanted", "content", "is_new"),
    [
        ("beside the database", RIGHT, None, Wanted(file=BACKUP.path), RIGHT, False),
        ("given, on a new machine", None, RIGHT, Wanted(file=BACKUP.path), RIGHT, False),
        ("given, over another", WRONG, RIGHT, Wanted(file=BACKUP.path), RIGHT, False),
        ("lost", None, None, Wanted(file=BACKUP.path, new_key=True), None, True),
        ("lost, another here", WRONG, None, Wanted(file=BACKUP.path, new_key=True), None, True),
    ],
)
def test_which_key_it_goes_on_with(  # noqa: PLR0917 - a row of the table
    case: str,
    here: bytes | None,
    given: bytes | None,
    wanted: Wanted,
    content: bytes | None,
    is_new: bool,
) -> None:
    key = which_key(BACKUP, wanted, here=here, given=given, data=Path("/d"))
    assert key.is_new == is_new, case
    assert content is None or key.content == content, case
    assert key.content != WRONG, case


@pytest.mark.parametrize(
    ("case", "here", "given", "new_key", "words"),
    [
        ("given, and another's", RIGHT, WRONG, False, "is not the key of this backup"),
        ("a new one for nothing", RIGHT, None, True, "would only lose secrets"),
    ],
)
def test_which_keys_are_refused(  # noqa: PLR0917 - a row of the table
    case: str, here: bytes | None, given: bytes | None, new_key: bool, words: str
) -> None:
    with pytest.raises(PastureError) as refusal:
        which_key(
            BACKUP,
            Wanted(file=BACKUP.path, key_file=Path("k"), new_key=new_key),
            here=here,
            given=given,
            data=Path("/d"),
        )
    assert words in refusal.value.detail, case


@pytest.mark.parametrize("here", [None, WRONG])
async def test_without_its_key_nothing_is_changed_and_what_is_lost_is_said(
    tmp_path: Path, here: bytes | None
) -> None:
    login = RegistryCredential(registry_id=1, public_value="me", secret_value="pw", state="active")
    file = await fill(tmp_path / "old", login)
    data = tmp_path / "new"
    folder.prepare(data)
    if here is not None:
        folder.write_owner_only(data / folder.KEY, here)
    before = sorted(p.name for p in data.iterdir())
    with pytest.raises(PastureError) as refusal:
        await restore.run(settings(data), Wanted(file=file), CLOCK)
    for words in ("the key of this backup is not here", "--key FILE", "1 of registryCredential"):
        assert words in refusal.value.detail
    assert [n for n in sorted(p.name for p in data.iterdir()) if n != folder.LOCK] == before


async def test_a_restore_is_told_in_the_audit_log_and_keeps_what_was(tmp_path: Path) -> None:
    data = tmp_path / "d"
    file = await fill(data, Container(name="saved"))
    async with opened(data) as store:
        await store.write(Create(Container(name="since")))
        was = store.history
    done = await restore.run(settings(data), Wanted(file=file), CLOCK)
    async with opened(data) as store:
        assert [c.name for c in await store.find(Container)] == ["saved"]
        assert store.history != was
        [row] = await store.find(AuditLog)
        assert (row.event_type, row.auth_type) == ("database.restore", "AdminAuth")
    assert done.former is not None
    assert backup.read(done.former).counts["containers"] == 2
    assert done.former.stat().st_mode & 0o777 == 0o600


async def test_another_installation_with_hosts_is_replaced_only_by_force(tmp_path: Path) -> None:
    file = await fill(tmp_path / "old", Account(name="a", kind="user"))
    data = tmp_path / "d"
    await fill(data, Host(name="oak", engine_id="e1"))
    (data / folder.KEY).write_bytes((tmp_path / "old" / folder.KEY).read_bytes())
    wanted = Wanted(file=file)
    with pytest.raises(PastureError, match="another installation than the backup's, with 1 hosts"):
        await restore.run(settings(data), wanted, CLOCK)
    await restore.run(settings(data), replace(wanted, force=True), CLOCK)
    async with opened(data) as store:
        assert [a.name for a in await store.find(Account)] == ["a"]


async def test_a_damaged_former_database_is_kept_with_its_parts(tmp_path: Path) -> None:
    data = tmp_path / "d"
    file = await fill(data, Container(name="saved"))
    database = path_of(settings(data).database)
    database.write_bytes(b"no database" * 1000)
    log = database.with_name("pasture.db-wal")
    log.write_bytes(b"its log")
    done = await restore.run(settings(data), Wanted(file=file), CLOCK)
    assert done.former is not None
    assert done.former.read_bytes().startswith(b"no database")
    assert done.former.with_name(f"{done.former.name}-wal").read_bytes() == b"its log"
    async with opened(data) as store:
        assert await store.count(Container) == 1


def ill(size: int) -> Callable[[Path], None]:
    return lambda path: folder.write_owner_only(path, bytes(size))


@pytest.mark.parametrize(("make", "words"), [(ill(31), "has 31 bytes"), (None, "cannot be read")])
def test_a_file_that_holds_no_key_is_refused(
    tmp_path: Path, make: Callable[[Path], None] | None, words: str
) -> None:
    if make is not None:
        make(tmp_path / "k")
    with pytest.raises(PastureError, match=words):
        restore.given_key(tmp_path / "k")


async def test_the_last_backups_before_upgrades_are_kept(tmp_path: Path) -> None:
    data = tmp_path / "d"
    await fill(data)
    database, backups = path_of(settings(data).database), data / folder.BACKUPS
    for number in range(upgrade.KEPT + 3):
        upgrade.back_up(database, backups, "0.1.0", number * 1000)
    upgrade.back_up(database, backups, "0.1.0", 0)  # twice in one second is no clash
    names = sorted(p.name for p in backups.iterdir())
    assert len(names) == upgrade.KEPT
    assert names[-1] == "before-upgrade-19700101T000007Z-from-0.1.0.db"


async def test_a_database_of_this_version_is_opened_without_a_backup(tmp_path: Path) -> None:
    data = tmp_path / "d"
    await fill(data)
    upgrade.prepare(settings(data), CLOCK)
    assert not (data / folder.BACKUPS).exists()


async def test_a_key_that_a_killed_restore_left_is_dropped_where_it_does_not_fit(
    tmp_path: Path,
) -> None:
    data = tmp_path / "d"
    await fill(data)
    folder.write_owner_only(data / folder.NEXT_KEY, WRONG)
    upgrade.prepare(settings(data), CLOCK)
    assert not (data / folder.NEXT_KEY).exists()
    async with opened(data) as store:
        assert await store.count(Container) == 0
