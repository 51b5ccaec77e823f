"""What stays hidden from whom: keys of agents, registration tokens, stronger keys than one's own."""

from pasture.model.host import Register
from tests.api.world import INSIDE, PROJECT, ROOT, World, created


async def registered(world: World, key: str) -> None:
    await world.made(
        Register(
            account_id=PROJECT, key=key, access_key="ACCESS", secret_key="SECRET", state="active"
        )
    )


async def test_a_registers_key_is_not_found_out_piece_by_piece(world: World) -> None:
    await registered(world, "b" * 32)
    [token] = (await world.project.get(f"{ROOT}/registrationtokens")).json["data"]
    joining = world.nobody.basic("registrationToken", token["token"])
    for client, url in (
        (joining, ROOT), (world.user("readonly"), INSIDE), (world.user("restricted"), INSIDE),
        (world.project, ROOT),
    ):  # fmt: skip
        for query in ({"key_prefix": "a"}, {"key_like": "a%"}, {"key_ne": "b" * 32},
                      {"key_null": ""}, {"key_notlike": "b%"}):  # fmt: skip
            page = (await client.get(f"{url}/register", **query)).json
            assert (len(page["data"]), page["filters"]["key"]) == (1, None)
        page = (await client.get(f"{url}/register", sort="key")).json
        assert (page["sort"], "key" in page["sortLinks"]) == (None, False)
        assert (await client.get(f"{url}/register", key="a" * 32)).json["data"] == []


async def test_a_registers_pair_is_shown_to_who_joins_and_knows_its_key(world: World) -> None:
    await registered(world, "b" * 32)
    [token] = (await world.project.get(f"{ROOT}/registrationtokens")).json["data"]
    joining = world.nobody.basic("registrationToken", token["token"])
    for client, url, pair in (
        (joining, ROOT, ("ACCESS", "SECRET")), (world.user("readonly"), INSIDE, (None, None)),
        (world.user("owner"), INSIDE, (None, None)), (world.user("looker"), ROOT, (None, None)),
    ):  # fmt: skip
        for _ in range(2):
            [found] = (await client.get(f"{url}/register", key="b" * 32)).json["data"]
            assert (found["accessKey"], found["secretKey"]) == pair


async def test_who_only_reads_gets_no_registration_token(world: World) -> None:
    names = ("token", "registrationUrl", "command")
    for client, is_shown in ((world.admin, True), (world.user("looker"), False)):
        [token] = (await client.get(f"{ROOT}/registrationtokens")).json["data"]
        assert [token[name] is not None for name in names] == [is_shown] * 3


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


async def test_who_is_restricted_makes_keys_for_themselves_alone(world: World) -> None:
    restricted = world.user("restricted")
    login = {"publicValue": "mine", "secretValue": "long enough"}
    for kind, body in (("apikeys", {}), ("passwords", login)):
        assert (await restricted.post(f"{INSIDE}/{kind}", body)).status == 405
        made = created(await restricted.post(f"{ROOT}/{kind}", body))
        assert made["accountId"] == "1a12"
    login = {"publicValue": "theirs", "secretValue": "long enough"}
    made = created(await world.user("owner").post(f"{INSIDE}/passwords", login))
    url = f"{INSIDE}/passwords/{made['id']}"
    assert (await restricted.put(url, {"secretValue": "known to me"})).status == 405
