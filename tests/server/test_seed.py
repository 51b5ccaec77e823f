from pathlib import Path
from typing import Any, cast

import pytest

from pasture.auth.secrets import Passwords
from pasture.kit.errors import Invalid, PastureError
from pasture.model.account import Account, Project, ProjectMember
from pasture.model.credential import Password, RegistrationToken
from pasture.model.resource import Resource
from pasture.model.setting import KNOWN, Setting
from pasture.server import first_login
from pasture.server.seed import seed
from pasture.settings.settings import Settings
from pasture.store.changes import Change
from pasture.store.store import Store
from tests.support.stores import StillClock, open_store

SEEDED = (Account, Project, ProjectMember, Password, RegistrationToken, Setting)


def settings(folder: Path, **variables: str) -> Settings:
    return Settings.from_env(variables, {"data": str(folder)})


async def all_rows(store: Store) -> list[Resource]:
    return [row for cls in SEEDED for row in await store.find(cls, removed=True)]


async def test_an_empty_database_gets_what_everything_expects(tmp_path: Path) -> None:
    async with open_store(tmp_path) as store:
        await seed(store, settings(tmp_path), Passwords(StillClock()))
        accounts = await store.find(Account)
        assert [(a.id, a.kind, a.uuid, a.state) for a in accounts if a.id != 5] == [
            (1, "admin", "admin", "active"),
            (2, "system", "system", "inactive"),
            (3, "superadmin", "superadmin", "inactive"),
            (4, "token", "token", "active"),
            (6, "service", "service", "active"),
        ]
        [project] = await store.find(Project)
        assert (project.id, project.name, project.uuid) == (5, "Default", "adminProject")
        [member] = await store.find(ProjectMember)
        assert (member.project_id, member.member_id, member.role) == (5, 1, "owner")
        assert (member.external_id, member.external_id_type) == ("1a1", "rancher_id")
        [token] = await store.find(RegistrationToken)
        assert (token.account_id, token.state) == (5, "active")
        assert {s.name for s in await store.find(Setting)} == set(KNOWN)


async def test_the_generated_password_stands_in_a_file_and_nowhere_else(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    passwords = Passwords(StillClock())
    async with open_store(tmp_path) as store:
        await seed(store, settings(tmp_path), passwords)
        first = first_login.read(tmp_path)
        assert first is not None
        [row] = await store.find(Password)
        assert (first.login, row.public_value, row.account_id) == ("admin", "admin", 1)
        assert await passwords.matches(row.secret_value, first.password)
        assert first.password not in caplog.text
    assert ((tmp_path / "first-login").stat().st_mode & 0o777) == 0o600
    assert (tmp_path / "first-login").read_text() == f"admin:{first.password}\n"
    assert first.password.encode() not in (tmp_path / "pasture.db").read_bytes()


async def test_seeding_again_changes_nothing(tmp_path: Path) -> None:
    passwords = Passwords(StillClock())
    async with open_store(tmp_path) as store:
        await seed(store, settings(tmp_path), passwords)
        before, revision = await all_rows(store), store.revision
        await seed(store, settings(tmp_path, PASTURE_ADMIN_PASSWORD="too late 1"), passwords)
        assert (await all_rows(store), store.revision) == (before, revision)


class Crashing:
    """A store whose process ends at a write: before it reaches the disk, or after."""

    def __init__(self, store: Store, at: int, *, after: bool) -> None:
        self.store = store
        self.left = at
        self.after = after

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    async def write(self, *changes: Change) -> tuple[Resource, ...]:
        self.left -= 1
        if self.left < 0 and not self.after:
            raise Crash
        written = await self.store.write(*changes)
        if self.left < 0:
            raise Crash
        return written


class Crash(Exception):
    """The process ended here."""


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("at", [0, 1])
async def test_after_a_crash_at_each_write_seeding_again_is_the_same(
    tmp_path: Path, at: int, after: bool
) -> None:
    passwords = Passwords(StillClock())
    async with open_store(tmp_path) as store:
        crashing = cast("Store", Crashing(store, at, after=after))
        with pytest.raises(Crash):
            await seed(crashing, settings(tmp_path), passwords)
        told = first_login.read(tmp_path)
    async with open_store(tmp_path) as store:
        await seed(store, settings(tmp_path), passwords)
        assert [a.id for a in await store.find(Account)] == [1, 2, 3, 4, 5, 6]
        assert {s.name for s in await store.find(Setting)} == set(KNOWN)
        [row] = await store.find(Password)
        assert first_login.read(tmp_path) == told
        assert told is not None
        assert await passwords.matches(row.secret_value, told.password)


async def test_a_password_that_is_given_is_written_to_no_file(tmp_path: Path) -> None:
    passwords = Passwords(StillClock())
    async with open_store(tmp_path) as store:
        given = settings(tmp_path, PASTURE_ADMIN_PASSWORD="correct horse")
        await seed(store, given, passwords)
        [row] = await store.find(Password)
        assert await passwords.matches(row.secret_value, "correct horse")
    assert first_login.read(tmp_path) is None


async def test_a_password_is_read_from_a_file(tmp_path: Path) -> None:
    passwords = Passwords(StillClock())
    (tmp_path / "pw").write_text("correct horse\nmore\n")
    async with open_store(tmp_path) as store:
        given = settings(tmp_path, PASTURE_ADMIN_PASSWORD_FILE=str(tmp_path / "pw"))
        await seed(store, given, passwords)
        [row] = await store.find(Password)
        assert await passwords.matches(row.secret_value, "correct horse")


@pytest.mark.parametrize(
    ("content", "words"), [(None, "cannot be read"), ("", "8 to 1024"), ("short", "8 to 1024")]
)
async def test_a_file_without_a_password_is_refused(
    tmp_path: Path, content: str | None, words: str
) -> None:
    if content is not None:
        (tmp_path / "pw").write_text(content)
    async with open_store(tmp_path) as store:
        given = settings(tmp_path, PASTURE_ADMIN_PASSWORD_FILE=str(tmp_path / "pw"))
        with pytest.raises((PastureError, Invalid), match=words):
            await seed(store, given, Passwords(StillClock()))
        assert await store.count(Account) == 0
