"""An installation for API tests: real store, seeded accounts, a client for each of them."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from argon2 import PasswordHasher
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.types import ASGIApp

from pasture.api.app import make
from pasture.api.live.subscribe import Hub
from pasture.api.remembered import Remembered
from pasture.auth.authenticate import Authenticator
from pasture.auth.host_token import HostTokens, KeyPair, new_pair
from pasture.auth.secrets import hash_key
from pasture.kit.ids import parse, show
from pasture.model.account import Account, Project, ProjectMember
from pasture.model.credential import ApiKey, Password, RegistrationToken
from pasture.model.host import Host
from pasture.model.resource import Resource
from pasture.model.setting import Setting
from pasture.model.types import BY_NAME
from pasture.server.front_door.repeats import Repeats
from pasture.server.front_door.websocket_origin import WebsocketOrigin
from pasture.server.measured import Traffic
from pasture.server.signing_key import StoredKeys
from pasture.store.changes import Create, Update
from pasture.store.store import Store
from tests.support.asgi import BASE, AsgiClient, Reply
from tests.support.stores import StillClock, open_store

R = TypeVar("R", bound=Resource)
PASSWORD = "correct horse"
SECRET = "s" * 40
ADMIN, PROJECT, OTHER_PROJECT = 1, 5, 6
ROOT = "/v2-beta"
INSIDE = f"{ROOT}/projects/1a5"
MEMBERS = {"owner": 10, "member": 11, "restricted": 12, "readonly": 13, "stranger": 14}


@cache
def quick_hash(password: str) -> str:
    """Return a hash that is as real as any, and made in no time."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(password)


@cache
def signing_key() -> KeyPair:
    """Return a key that is as good as any, made once."""
    return new_pair()


@dataclass(frozen=True)
class World:
    """The installation and who speaks to it."""

    store: Store
    clock: StillClock
    app: ASGIApp
    auth: Authenticator
    hub: Hub

    @property
    def nobody(self) -> AsgiClient:
        return AsgiClient(self.app)

    @property
    def admin(self) -> AsgiClient:
        return self.nobody.basic("admin", PASSWORD)

    def user(self, name: str) -> AsgiClient:
        return self.nobody.basic(name, PASSWORD)

    def key(self, kind: str) -> AsgiClient:
        return self.nobody.basic(f"KEY-{kind}", SECRET)

    @property
    def project(self) -> AsgiClient:
        return self.key("project")

    async def made(self, row: R) -> R:
        """Write a row beside the API."""
        [made] = await self.store.write(Create(row))
        assert isinstance(made, type(row))
        return made

    async def settle(self, cls: type[Resource], shown: str, state: str) -> None:
        """Bring a row into a state, as its controller would."""
        number = parse(shown)
        assert number is not None
        row = await self.store.get(cls, number)
        assert row is not None
        removed = self.clock.now if state == "removed" else row.removed
        await self.store.write(Update(replace(row, state=state, removed=removed)))

    async def stack(self, name: str = "web") -> dict[str, Any]:
        """Make a stack by the API and let it become active."""
        made = created(await self.project.post(f"{ROOT}/stacks", {"name": name}))
        await self.settle(type_of("stack"), made["id"], "active")
        return made


def created(reply: Reply) -> dict[str, Any]:
    """Return what was created."""
    assert reply.status == 201, reply.content
    return reply.json


def type_of(name: str) -> type[Resource]:
    return BY_NAME[name]


def seeds() -> list[Create]:
    """Return the rows of the installation, in the order that gives them their ids."""
    accounts = [
        Account(kind="admin", name="admin", state="active"),
        Account(kind="system", name="system", state="inactive"),
        Account(kind="superadmin", name="superadmin", state="inactive"),
        Account(kind="token", name="token", state="active"),
        Project(name="Default", state="active"),
        Project(name="Other", state="active"),
        Account(kind="service", name="service", state="active"),
        Account(kind="agent", name="agent", state="active"),
        Account(kind="readAdmin", name="looker", state="active"),
        *(Account(kind="user", name=name, state="active") for name in MEMBERS),
    ]
    members = [
        ProjectMember(
            account_id=PROJECT,
            project_id=PROJECT,
            member_id=number,
            external_id=show("account", number),
            role=role,
            state="active",
        )
        for role, number in MEMBERS.items()
        if role != "stranger"
    ]
    logins = {"admin": ADMIN, "looker": 9, **MEMBERS}
    passwords = [
        Password(
            account_id=number, public_value=name, secret_value=quick_hash(PASSWORD), state="active"
        )
        for name, number in logins.items()
    ]
    keys = [
        ApiKey(
            account_id=number,
            public_value=f"KEY-{name}",
            secret_value=hash_key(SECRET),
            state="active",
        )
        for name, number in {
            "project": PROJECT, "other": OTHER_PROJECT, "admin": ADMIN, "service": 7, "agent": 8,
            "user": MEMBERS["member"],
        }.items()
    ]  # fmt: skip
    rest = [
        RegistrationToken(account_id=PROJECT, public_value="REG", secret_value="r" * 40,
                          state="active"),
        Host(name="h1", account_id=PROJECT, engine_id="e1", state="active", agent_state="active"),
        Host(name="h2", account_id=OTHER_PROJECT, engine_id="e2", state="active"),
    ]  # fmt: skip
    return [Create(row) for row in (*accounts, *members, *passwords, *keys, *rest)]


def app_of(store: Store, auth: Authenticator, clock: StillClock, hub: Hub) -> ASGIApp:
    """Return the API as an app, behind the check of every websocket.

    All its tests go through the memory of answers, where no time passes but what a test sets.
    """
    tokens = HostTokens(StoredKeys(store, signing_key), clock)
    app = Starlette(
        routes=make(store, auth, clock=clock, tokens=tokens, hub=hub),
        middleware=[Middleware(WebsocketOrigin)],
    )
    return Repeats(app, Remembered(store.fresh, clock), Traffic())


@asynccontextmanager
async def open_world(folder: Path, *, access_control: bool = True) -> AsyncGenerator[World]:
    """Make the installation."""
    clock = StillClock()
    async with open_store(folder, clock=clock) as store:
        await store.write(*seeds())
        if not access_control:
            await store.write(Create(Setting(name="api.host", value=BASE, state="active")))
        auth = Authenticator(store, clock, access_control=access_control)
        hub = Hub(store, clock, gather_s=0.01)
        app = app_of(store, auth, clock, hub)
        try:
            yield World(store, clock, app, auth, hub)
        finally:
            auth.passwords.close()
