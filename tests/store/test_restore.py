"""From a backup to a new database: its history, its feed, and secrets that lost their key."""

from pathlib import Path
from typing import Any

import pytest

from pasture.kit.errors import PastureError
from pasture.model.credential import RegistrationToken, Registry, RegistryCredential
from pasture.model.host import Register
from pasture.model.resource import Resource
from pasture.store import backup, restore
from pasture.store.changes import Create
from pasture.store.feed import FeedGap
from pasture.store.seal import Seal
from pasture.store.store import Store
from tests.support.stores import KEY, StillClock, open_store

NOW = 1_700_000_000_000
OTHER_KEY = bytes(32)
OLD_ROWS: tuple[Resource, ...] = (
    Registry(server_address="r.test", state="active"),
    RegistryCredential(registry_id=1, public_value="me", secret_value="pw", state="active"),
    RegistrationToken(state="active"),
    Register(key="k" * 16, secret_key="agent's", state="active"),
)


async def backed_up(folder: Path) -> Path:
    async with open_store(folder) as store:
        await store.write(*map(Create, OLD_ROWS))
    backup.make(folder / "pasture.db", folder / "b.db", now_ms=NOW)
    return folder / "b.db"


def opened(path: Path, key: bytes = KEY) -> Any:
    return Store.open(f"sqlite:///{path}", key=key, clock=StillClock())


async def test_a_restored_database_is_the_same_installation_with_another_history(
    folder: Path,
) -> None:
    file = await backed_up(folder)
    new = folder / "new.db"
    new.touch()
    restore.prepare(file, new, now_ms=NOW)
    async with opened(folder / "pasture.db") as former, opened(new) as now:
        assert now.installation == former.installation
        assert now.history != former.history
        assert await now.find(RegistryCredential) == await former.find(RegistryCredential)
    assert backup.read(new).made_ms is None  # it is no backup any more


async def test_readers_of_the_former_feed_are_told_of_a_gap(folder: Path) -> None:
    file = await backed_up(folder)
    new = folder / "new.db"
    new.touch()
    restore.prepare(file, new, now_ms=NOW)
    async with opened(new) as store:
        await store.write(Create(RegistrationToken()))
        for seen in (0, 1, len(OLD_ROWS), len(OLD_ROWS) + 100):
            with pytest.raises(FeedGap):
                await anext(aiter(store.feed(seen)))
        [event] = await anext(aiter(store.feed(store.revision - 1)))
        assert event.kind == "registrationToken"


async def test_what_only_the_lost_key_opens_is_counted(folder: Path) -> None:
    file = await backed_up(folder)
    assert restore.lost(file) == {
        "registryCredential": 1,
        "registrationToken": 1,
        "register": 1,
    }


async def test_with_a_new_key_secrets_are_made_anew_emptied_or_gone(folder: Path) -> None:
    file = await backed_up(folder)
    async with open_store(folder) as store:
        [old_token] = await store.find(RegistrationToken)
    new = folder / "new.db"
    new.touch()
    restore.prepare(file, new, now_ms=NOW, resealed=Seal(OTHER_KEY))
    with pytest.raises(PastureError, match="the key does not belong"):
        async with opened(new):
            pass
    async with opened(new, OTHER_KEY) as store:
        [login] = await store.find(RegistryCredential)
        [token] = await store.find(RegistrationToken)
        [register] = await store.find(Register)
    assert (login.public_value, login.secret_value, login.state) == ("me", "", "inactive")
    assert (token.public_value, token.state) == (old_token.public_value, "active")
    assert token.secret_value
    assert token.secret_value != old_token.secret_value
    assert register.secret_key is None


def test_every_sealed_field_has_a_way_without_its_key() -> None:
    for one in restore.sealed():
        assert one.is_made or one.is_given or not one.cls.type.roles, (
            f"{one.cls.type.name}.{one.field.name}: a row that people see would go with its key"
        )
