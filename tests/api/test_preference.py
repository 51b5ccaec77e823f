"""What a person chose for the pages: made, changed, read and removed by them alone."""

from typing import Any

import pytest

from pasture.control import settle
from pasture.model.preference import UserPreference
from tests.api.world import INSIDE, ROOT, World, created
from tests.support.asgi import AsgiClient

PATH = f"{ROOT}/userPreferences"


async def choose(who: AsgiClient, name: str, value: str, **more: Any) -> dict[str, Any]:
    return created(await who.post(PATH, {"name": name, "value": value, **more}))


async def names(who: AsgiClient, query: str = "") -> list[str]:
    reply = await who.get(f"{PATH}{query}")
    assert reply.status == 200, reply.content
    return [row["name"] for row in reply.json["data"]]


async def test_each_has_their_own_and_sees_no_others(world: World) -> None:
    mine = await choose(world.user("member"), "theme", '"dark"')
    theirs = await choose(world.user("owner"), "theme", '"light"')
    assert (mine["accountId"], mine["value"]) == ("1a11", '"dark"')
    assert (await world.user("member").get(f"{PATH}/{theirs['id']}")).status == 404
    assert await names(world.user("member")) == ["theme"]
    assert await names(world.user("stranger")) == []


async def test_an_admin_sees_their_own_unless_all_are_asked_for(world: World) -> None:
    await choose(world.admin, "mine", "1")
    await choose(world.user("member"), "theirs", "2")
    assert await names(world.admin) == ["mine"]
    assert await names(world.admin, "?all=true") == ["mine", "theirs"]
    assert await names(world.admin, "?all=false") == ["mine"]
    assert await names(world.user("member"), "?all=true") == ["theirs"]


async def test_one_is_changed_and_removed_and_its_name_is_free_again(world: World) -> None:
    who = world.user("member")
    made = await choose(who, "theme", "1")
    taken = await who.post(PATH, {"name": "Theme", "value": "2"})
    assert (taken.status, taken.json["code"], taken.json["fieldName"]) == (422, "NotUnique", "name")
    await world.settle(UserPreference, made["id"], "active")
    changed = await who.put(f"{PATH}/{made['id']}", {"value": "3"})
    assert (changed.status, changed.json["value"]) == (200, "3")
    assert (await world.user("owner").put(f"{PATH}/{made['id']}", {"value": "4"})).status == 404
    assert (await who.delete(f"{PATH}/{made['id']}")).status == 200
    await world.settle(UserPreference, made["id"], "removed")
    assert await names(who) == []
    await choose(who, "theme", "5")


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({"name": "a"}, "MissingRequired", "value"),
        ({"value": "a"}, "MissingRequired", "name"),
        ({"name": "", "value": "a"}, "MinLengthExceeded", "name"),
        ({"name": "a", "value": "x" * ((1 << 20) + 1)}, "MaxLengthExceeded", "value"),
    ],
)
async def test_one_without_a_name_or_a_value_is_refused(
    world: World, body: dict[str, str], code: str, field: str
) -> None:
    refused = await world.admin.post(PATH, body)
    assert (refused.status, refused.json["code"], refused.json["fieldName"]) == (422, code, field)


async def test_only_who_sees_everybody_says_whose_it_is(world: World) -> None:
    given = await choose(world.admin, "theme", "1", accountId="1a11")
    assert given["accountId"] == "1a11"
    assert await names(world.user("member")) == ["theme"]
    own = await choose(world.user("owner"), "theme", "1", accountId="1a11")
    assert own["accountId"] == "1a10"


@pytest.mark.parametrize("kind", ["project", "service", "agent"])
async def test_what_is_no_person_has_none(world: World, kind: str) -> None:
    assert (await world.key(kind).get(PATH)).status == 404


async def test_an_environment_has_none(world: World) -> None:
    assert (await world.user("owner").get(f"{INSIDE}/userPreferences")).status == 404


def test_one_becomes_active_by_itself() -> None:
    made = UserPreference(name="theme", value="1", state="registering")
    assert settle.plan(made, 5).state == "active"
    assert "userPreference" in {c.name for c in settle.CONTROLLERS}


async def test_a_choice_is_in_the_audit_log_with_who_made_it(world: World) -> None:
    await choose(world.user("member"), "theme", "1")
    [row] = (await world.admin.get(f"{ROOT}/auditLogs?eventType=api.userPreference.create")).json[
        "data"
    ]
    assert (row["authenticatedAsIdentityId"], row["authType"]) == (
        "1i!rancher_id:1a11", "BasicAuth"
    )  # fmt: skip
