"""Who is a member of an environment: ``setmembers``."""

from typing import Any

import pytest

from pasture.model.account import ProjectMember
from pasture.model.audit import AuditLog
from pasture.model.query import Where
from tests.api.world import INSIDE, MEMBERS, PROJECT, ROOT, World
from tests.support.asgi import Reply


def refused(reply: Reply) -> tuple[int, str, str | None]:
    return reply.status, reply.code, reply.json.get("fieldName")


async def members_of(world: World, project: int) -> dict[int, str]:
    rows = await world.store.find(ProjectMember, Where("project_id", project))
    return {m.member_id: m.role for m in rows}


def given_members(**roles: str) -> dict[str, Any]:
    return {"members": [{"externalId": f"1a{n}", "role": r} for n, r in
                        ((MEMBERS[name], role) for name, role in roles.items())]}  # fmt: skip


async def test_an_owner_replaces_the_members_of_an_environment(world: World) -> None:
    before = await world.store.find(ProjectMember, Where("member_id", MEMBERS["owner"]))
    body = given_members(owner="owner", stranger="readonly", member="restricted")
    url = (await world.user("owner").get(f"{ROOT}/projects/1a5")).json["actions"]["setmembers"]
    reply = await world.user("owner").post(url, body)
    assert (reply.status, reply.json["type"]) == (200, "setProjectMembersInput")
    assert [m["role"] for m in reply.json["members"]] == ["owner", "readonly", "restricted"]
    assert await members_of(world, PROJECT) == {
        MEMBERS["owner"]: "owner", MEMBERS["stranger"]: "readonly", MEMBERS["member"]: "restricted",
    }  # fmt: skip
    assert before == await world.store.find(ProjectMember, Where("member_id", MEMBERS["owner"]))
    assert (await world.user("stranger").get(f"{INSIDE}/stacks")).status == 200
    assert (await world.user("readonly").get(f"{INSIDE}/stacks")).status == 403
    [row] = await world.store.find(AuditLog)
    assert (row.event_type, row.resource_id) == ("api.environment.setmembers", PROJECT)


async def test_only_an_owner_or_an_admin_sets_members(world: World) -> None:
    url, body = f"{ROOT}/projects/1a5?action=setmembers", given_members(stranger="owner")
    for name in ("member", "readonly"):
        reply = await world.user(name).post(url, body)
        assert refused(reply) == (422, "ActionNotAvailable", "action")
    assert (await world.user("stranger").post(url, body)).status == 404
    assert (await world.admin.post(url, body)).status == 200
    assert await members_of(world, PROJECT) == {MEMBERS["stranger"]: "owner"}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, (422, "MissingRequired", "members")),
        ({"members": []}, (422, "MissingRequired", "members")),
        ({"members": "x"}, (400, "InvalidFormat", "members")),
        (given_members(member="member"), (400, "InvalidFormat", "members")),
        ({"members": [{"externalId": "1a99", "role": "owner"}]},
         (422, "InvalidReference", "members")),
    ],
)  # fmt: skip
async def test_members_that_cannot_be_are_refused(
    world: World, body: dict[str, Any], expected: tuple[int, str, str]
) -> None:
    before = await members_of(world, PROJECT)
    reply = await world.user("owner").post(f"{ROOT}/projects/1a5", body, action="setmembers")
    assert refused(reply) == expected
    assert await members_of(world, PROJECT) == before
