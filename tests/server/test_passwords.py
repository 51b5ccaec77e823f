import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from pasture.auth.secrets import Passwords
from pasture.kit.errors import Invalid, NotFound
from pasture.kit.tasks import TaskGroup
from pasture.model.account import Account
from pasture.model.audit import AuditLog
from pasture.model.credential import Password, Session
from pasture.model.query import Where
from pasture.server import first_login
from pasture.server.passwords import reset_password
from pasture.server.seed import seed
from pasture.settings.settings import Settings
from pasture.store.changes import Create, Update
from pasture.store.store import Store
from tests.support.stores import StillClock, open_store

PASSWORDS = Passwords(StillClock())


@asynccontextmanager
async def seeded(folder: Path) -> AsyncGenerator[Store]:
    async with open_store(folder) as store:
        await seed(store, Settings.from_env({}, {"data": str(folder)}), PASSWORDS)
        yield store


async def stored(store: Store) -> str:
    [row] = await store.find(Password)
    return row.secret_value


async def test_the_admin_gets_a_new_password(tmp_path: Path) -> None:
    async with seeded(tmp_path) as store:
        login, password = await reset_password(store, PASSWORDS)
        assert login == "admin"
        assert await PASSWORDS.matches(await stored(store), password)


async def test_the_admin_is_found_whatever_the_login_is_called(tmp_path: Path) -> None:
    async with seeded(tmp_path) as store:
        [row] = await store.find(Password)
        await store.write(Update(replace(row, public_value="root")))
        login, password = await reset_password(store, PASSWORDS, password="correct horse")
        assert (login, password) == ("root", "correct horse")
        assert await PASSWORDS.matches(await stored(store), "correct horse")


async def test_who_knew_the_old_password_is_out(tmp_path: Path) -> None:
    async with seeded(tmp_path) as store:
        [row] = await store.find(Password)
        mine = Session(account_id=row.account_id, state="active", expires=1)
        others = Session(account_id=99, state="active", expires=1)
        await store.write(Create(mine), Create(others))
        await reset_password(store, PASSWORDS)
        assert [s.account_id for s in await store.find(Session)] == [99]


@pytest.mark.parametrize("is_removed", [False, True])
async def test_a_new_password_leaves_its_audit_row(tmp_path: Path, is_removed: bool) -> None:
    async with seeded(tmp_path) as store:
        [row] = await store.find(Password)
        if is_removed:
            await store.write(Update(replace(row, state="removed", removed=1)))
        await reset_password(store, PASSWORDS, password="correct horse")
        [row] = await store.find(Password)
        [told] = await store.find(AuditLog)
        assert (told.event_type, told.resource_id) == ("api.password.reset", row.id)
        assert (told.account_id, told.authenticated_as_account_id) == (row.account_id, None)
        assert "correct horse" not in str(told)
        assert row.secret_value not in str(told)


async def test_who_was_shut_out_comes_in_again(tmp_path: Path) -> None:
    async with seeded(tmp_path) as store:
        [row] = await store.find(Password)
        [admin] = await store.find(Account, Where("uuid", "admin"))
        await store.write(
            Update(replace(row, state="inactive")), Update(replace(admin, state="inactive"))
        )
        await reset_password(store, PASSWORDS, login="admin")
        [row] = await store.find(Password)
        [admin] = await store.find(Account, Where("uuid", "admin"))
        assert (row.state, admin.state) == ("active", "active")


async def test_a_login_that_was_removed_is_made_again(tmp_path: Path) -> None:
    async with seeded(tmp_path) as store:
        [row] = await store.find(Password)
        await store.write(Update(replace(row, state="removed", removed=1)))
        login, password = await reset_password(store, PASSWORDS)
        assert login == "admin"
        assert await PASSWORDS.matches(await stored(store), password)


async def test_an_unknown_login_and_a_short_password_are_refused(tmp_path: Path) -> None:
    async with seeded(tmp_path) as store:
        with pytest.raises(NotFound, match="nobody"):
            await reset_password(store, PASSWORDS, login="nobody")
        for short in ("short", ""):
            with pytest.raises(Invalid, match="accepted: 8 to 1024 characters") as refused:
                await reset_password(store, PASSWORDS, password=short)
            assert "PASTURE" not in refused.value.detail


async def test_the_first_password_is_forgotten_once_it_is_changed(tmp_path: Path) -> None:
    async with seeded(tmp_path) as store, TaskGroup() as group:
        group.create_task(first_login.forget_when_changed(store, tmp_path, PASSWORDS))
        [row] = await store.find(Password)
        await store.write(Update(replace(row, description="mine")))
        await asyncio.sleep(0.05)
        assert first_login.read(tmp_path) is not None
        await reset_password(store, PASSWORDS)
    assert first_login.read(tmp_path) is None


async def test_a_change_while_the_server_was_down_counts_too(tmp_path: Path) -> None:
    async with seeded(tmp_path) as store:
        await reset_password(store, PASSWORDS)
        await first_login.forget_when_changed(store, tmp_path, PASSWORDS)
    assert first_login.read(tmp_path) is None
