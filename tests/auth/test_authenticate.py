import asyncio
import base64
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable
from dataclasses import replace
from pathlib import Path

import pytest

from pasture.auth.authenticate import (
    Presented,
    authenticate_agent,
    basic_of,
    bearer_of,
)
from pasture.auth.identity import Identity
from pasture.auth.secrets import MOST_PENDING, TRIES, hash_key
from pasture.kit.errors import Busy, Forbidden, Unauthorized
from pasture.model.account import Account, ProjectMember
from pasture.model.credential import (
    AgentApiKey,
    ApiKey,
    Password,
    RegistrationToken,
    Session,
    token_text,
)
from pasture.model.host import Agent
from pasture.model.query import Where
from pasture.store.changes import Update
from tests.api.world import (
    MEMBERS,
    PASSWORD,
    PROJECT,
    SECRET,
    World,
    open_world,
)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncGenerator[World]:
    async with open_world(tmp_path) as made:
        yield made


def basic(login: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{login}:{secret}".encode()).decode()


async def who(world: World, login: str, secret: str, project: str | None = None) -> Identity:
    return await world.auth.identify(
        Presented(authorization=basic(login, secret), project=project, address="192.0.2.1")
    )


async def logged_in(world: World, name: str) -> str:
    secret = "t" * 40
    made = await world.made(
        Session(
            account_id=1 if name == "admin" else MEMBERS[name],
            name=name,
            secret_value=hash_key(secret),
            expires=world.clock.now + 1000,
            state="active",
        )
    )
    return made.public_value + secret


@pytest.mark.parametrize(
    ("login", "secret", "expected"),
    [
        ("admin", PASSWORD, ("admin", 1, None)),
        ("member", PASSWORD, ("user", MEMBERS["member"], None)),
        ("looker", PASSWORD, ("readAdmin", 9, None)),
        ("KEY-admin", SECRET, ("admin", 1, None)),
        ("KEY-user", SECRET, ("user", MEMBERS["member"], None)),
        ("KEY-project", SECRET, ("project", PROJECT, PROJECT)),
        ("KEY-agent", SECRET, ("agent", 8, None)),
        ("KEY-service", SECRET, ("service", 7, None)),
    ],
)
async def test_basic_proves_logins_and_keys(
    world: World, login: str, secret: str, expected: tuple[str, int, int | None]
) -> None:
    found = await who(world, login, secret)
    assert (found.role, found.account, found.project) == expected
    assert found.auth_type == "BasicAuth"
    assert found.effective == (found.project or found.account)


@pytest.mark.parametrize(
    ("login", "secret"),
    [
        ("admin", "wrong"), ("nobody", PASSWORD), ("KEY-admin", "wrong"), ("", ""),
        ("x-api-bearer", "none"), ("\0", "\0"), ("registrationToken", "REG:1:wrong"), ("admin", ""),
    ],
)  # fmt: skip
async def test_wrong_secrets_prove_nothing(world: World, login: str, secret: str) -> None:
    with pytest.raises(Unauthorized):
        await who(world, login, secret)


@pytest.mark.parametrize(
    ("login", "role"),
    [("admin", "owner"), ("looker", "readonly"), ("owner", "owner"), ("member", "member"),
     ("restricted", "restricted"), ("readonly", "readonly")],
)  # fmt: skip
async def test_in_an_environment_the_membership_counts(world: World, login: str, role: str) -> None:
    found = await who(world, login, PASSWORD, "1a5")
    assert found.role == role
    assert (found.project, found.effective) == (PROJECT, PROJECT)


@pytest.mark.parametrize(
    ("login", "secret", "project"),
    [
        ("stranger", PASSWORD, "1a5"),
        ("member", PASSWORD, "1a6"),
        ("admin", PASSWORD, "1a1"),
        ("admin", PASSWORD, "1a99"),
        ("admin", PASSWORD, "default"),
        ("KEY-project", SECRET, "1a6"),
    ],
)
async def test_other_environments_are_forbidden(
    world: World, login: str, secret: str, project: str
) -> None:
    with pytest.raises(Forbidden):
        await who(world, login, secret, project)


async def test_an_inactive_environment_is_forbidden(world: World) -> None:
    [project] = [p for p in await world.store.find(Account) if p.id == PROJECT]
    await world.store.write(Update(replace(project, state="inactive")))
    with pytest.raises(Forbidden):
        await who(world, "admin", PASSWORD, "1a5")


async def test_a_removed_membership_no_longer_counts(world: World) -> None:
    member = await world.store.one(ProjectMember, Where("member_id", MEMBERS["member"]))
    assert member is not None
    await world.store.write(Update(replace(member, removed=world.clock.now, state="removed")))
    with pytest.raises(Forbidden):
        await who(world, "member", PASSWORD, "1a5")


async def test_an_environment_key_may_name_its_own_environment(world: World) -> None:
    assert (await who(world, "KEY-project", SECRET, "1a5")).role == "project"


@pytest.mark.parametrize("change", [{"state": "inactive"}, {"state": "registering"}])
async def test_a_credential_that_is_not_active_proves_nothing(
    world: World, change: dict[str, str]
) -> None:
    key = await world.store.one(ApiKey, Where("public_value", "KEY-admin"))
    assert key is not None
    await world.store.write(Update(replace(key, **change)))
    with pytest.raises(Unauthorized):
        await who(world, "KEY-admin", SECRET)


async def test_an_account_that_is_not_active_proves_nothing(world: World) -> None:
    account = await world.store.get(Account, MEMBERS["member"])
    assert account is not None
    await world.store.write(Update(replace(account, state="inactive")))
    for login, secret in (("member", PASSWORD), ("KEY-user", SECRET)):
        with pytest.raises(Unauthorized):
            await who(world, login, secret)


async def test_an_account_of_an_unknown_kind_has_no_role(world: World) -> None:
    account = await world.store.get(Account, MEMBERS["member"])
    assert account is not None
    await world.store.write(Update(replace(account, kind="superadmin")))
    with pytest.raises(Forbidden):
        await who(world, "member", PASSWORD)


async def test_a_session_token_proves_by_bearer_cookie_and_basic(world: World) -> None:
    token = await logged_in(world, "member")
    for presented in (
        Presented(authorization=f"Bearer {token}"),
        Presented(authorization=token),
        Presented(token=token),
        Presented(authorization=basic("x-api-bearer", token)),
    ):
        found = await world.auth.identify(presented)
        assert (found.account, found.login, found.auth_type) == (11, "member", "TokenAuth")
    inside = await world.auth.identify(Presented(authorization=basic("X-API-Bearer=1a5", token)))
    assert (inside.role, inside.project) == ("member", PROJECT)


async def test_a_session_ends(world: World) -> None:
    token = await logged_in(world, "admin")
    world.clock.now += 1000
    with pytest.raises(Unauthorized):
        await world.auth.identify(Presented(token=token))


@pytest.mark.parametrize("token", ["", "x", "A" * 60, "\0\0"])
async def test_an_unknown_token_proves_nothing(world: World, token: str) -> None:
    await logged_in(world, "admin")
    with pytest.raises(Unauthorized):
        await world.auth.identify(Presented(token=token))


async def test_a_registration_token_registers_in_its_environment(world: World) -> None:
    token = await world.store.one(RegistrationToken)
    assert token is not None
    found = await who(world, "registrationToken", token_text(token))
    assert (found.role, found.project, found.auth_type) == (
        "register",
        PROJECT,
        "RegistrationToken",
    )
    await world.store.write(Update(replace(token, state="inactive")))
    with pytest.raises(Unauthorized):
        await who(world, "registrationToken", token_text(token))


async def test_tries_are_bounded_even_for_the_right_password(world: World) -> None:
    for _ in range(TRIES):
        with pytest.raises(Unauthorized, match="wrong"):
            await who(world, "admin", "wrong")
    with pytest.raises(Unauthorized, match="too many"):
        await who(world, "admin", PASSWORD)
    assert await who(world, "member", PASSWORD)
    world.clock.now += 60_000
    assert await who(world, "admin", PASSWORD)


async def test_who_was_just_let_in_is_not_locked_out_by_others_there(world: World) -> None:
    assert await who(world, "admin", PASSWORD)
    for _ in range(12):
        with pytest.raises(Unauthorized):
            await who(world, "admin", "wrong")
    assert await who(world, "admin", PASSWORD)
    with pytest.raises(Unauthorized, match="too many"):
        await who(world, "admin", "wrong")
    elsewhere = Presented(authorization=basic("admin", "wrong"), address="192.0.2.99")
    for _ in range(12):
        with pytest.raises(Unauthorized):
            await world.auth.identify(elsewhere)
    with pytest.raises(Unauthorized, match="too many"):
        await world.auth.identify(replace(elsewhere, authorization=basic("admin", PASSWORD)))


async def outcomes(*tries: Awaitable[object]) -> Counter[str]:
    """Return how often each word begins what came of many tries at once."""
    found = await asyncio.gather(*tries, return_exceptions=True)
    return Counter(str(one).partition(" ")[0] for one in found)


async def test_tries_at_once_are_bounded_like_tries_one_by_one(world: World) -> None:
    found = await outcomes(*(who(world, "admin", f"wrong{n}") for n in range(300)))
    assert found == {"login": TRIES, "too": 300 - TRIES}


async def test_the_right_password_may_come_many_times_at_once(world: World) -> None:
    found = await asyncio.gather(*(who(world, "admin", PASSWORD) for _ in range(100)))
    assert {one.role for one in found} == {"admin"}


async def test_tries_from_everywhere_are_bounded_together(world: World) -> None:
    login = await world.store.one(Password, Where("public_value", "admin"))

    def attempt(number: int, given: str = "wrong") -> Awaitable[bool]:
        return world.auth.is_password(login, given, f"192.0.2.{number}")

    assert await attempt(1, PASSWORD)
    found = await asyncio.gather(
        *(attempt(n) for n in range(MOST_PENDING + 8)), attempt(1, PASSWORD), return_exceptions=True
    )
    assert found[:MOST_PENDING] == [False] * MOST_PENDING
    assert [type(one) for one in found[MOST_PENDING:-1]] == [Busy] * 8
    assert found[-1] is True  # known to be right: no work
    for _ in range(TRIES):  # what was not looked at does not count
        assert not await attempt(MOST_PENDING + 1)


async def test_with_access_control_off_everybody_is_the_first_admin(tmp_path: Path) -> None:
    async with open_world(tmp_path, access_control=False) as world:
        for presented in (Presented(), Presented(authorization=basic("admin", "wrong"))):
            found = await world.auth.identify(presented)
            assert (found.account, found.role, found.auth_type) == (1, "admin", "AdminAuth")
        assert (await who(world, "KEY-project", SECRET)).role == "project"
        with pytest.raises(Unauthorized):
            await world.auth.identify(
                Presented(authorization=basic("admin", "wrong"), enforce=True)
            )


async def agent_key(world: World) -> Agent:
    await world.made(
        AgentApiKey(
            account_id=8, public_value="AGENT", secret_value=hash_key(SECRET), state="active"
        )
    )
    return await world.made(Agent(account_id=8, project_id=PROJECT, state="active"))


async def test_an_agents_key_proves_its_agent(world: World) -> None:
    agent = await agent_key(world)
    found = await authenticate_agent(world.store, basic("AGENT", SECRET))
    assert found is not None
    assert (found[0].id, found[1].public_value) == (agent.id, "AGENT")


@pytest.mark.parametrize(
    "authorization",
    [None, "", "Basic", "Bearer x", basic("AGENT", "wrong"), basic("KEY-admin", SECRET),
     basic("admin", PASSWORD)],
)  # fmt: skip
async def test_nothing_else_proves_an_agent(world: World, authorization: str | None) -> None:
    await agent_key(world)
    assert await authenticate_agent(world.store, authorization) is None


async def test_an_agent_whose_account_is_inactive_is_refused(world: World) -> None:
    await agent_key(world)
    account = await world.store.get(Account, 8)
    assert account is not None
    await world.store.write(Update(replace(account, state="inactive")))
    assert await authenticate_agent(world.store, basic("AGENT", SECRET)) is None


@pytest.mark.parametrize(
    "header", [None, "", "Basic", "Basic !!", "Basic YQ==", "Bearer YTpi", "Basic /w=="]
)
def test_what_is_no_basic_pair_is_none(header: str | None) -> None:
    assert basic_of(header) is None


def test_a_basic_secret_may_have_colons() -> None:
    found = basic_of(basic("registrationToken", "a:b:c"))
    assert found is not None
    assert (found.login, found.secret) == ("registrationToken", "a:b:c")


@pytest.mark.parametrize(
    ("header", "token"),
    [(None, None), ("", None), ("Bearer", None), ("Basic YTpi", None), ("Bearer  t ", "t"),
     ("bearer t", "t"), ("bare", "bare")],
)  # fmt: skip
def test_a_bearer_token_may_stand_bare(header: str | None, token: str | None) -> None:
    assert bearer_of(header) == token
