"""Writes: what is stored, what is answered, what is refused and how."""

import asyncio
import json
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from pasture.kit.errors import Conflict
from pasture.kit.tasks import TaskGroup
from pasture.model.account import Account, Project, ProjectMember
from pasture.model.audit import AuditLog
from pasture.model.container import Container
from pasture.model.credential import ApiKey, Password, RegistryCredential, Session
from pasture.model.host import Host
from pasture.model.query import Where
from pasture.model.service import Service
from pasture.model.stack import Stack
from pasture.store.changes import Update
from tests.api.world import INSIDE, PASSWORD, PROJECT, ROOT, World, created
from tests.support.asgi import Reply

IMAGE = {"imageUuid": "nginx"}


def refused(reply: Reply) -> tuple[int, str, str | None]:
    return reply.status, reply.code, reply.json.get("fieldName")


async def service(world: World, **more: Any) -> dict[str, Any]:
    stack = await world.stack()
    body = {"name": "web", "stackId": stack["id"], "launchConfig": IMAGE, **more}
    return created(await world.project.post(f"{ROOT}/services", body))


async def test_a_new_row_is_its_environments_and_on_its_way(world: World) -> None:
    made = created(await world.user("member").post(f"{INSIDE}/containers", IMAGE))
    assert (made["state"], made["transitioning"], made["accountId"]) == ("creating", "yes", "1a5")
    row = await world.store.get(Container, 1)
    assert row is not None
    assert (row.image_uuid, row.wanted, row.generation) == ("docker:nginx", "running", 1)
    assert (row.created, row.kind) == (world.clock.now, "container")


async def test_unknown_and_read_only_fields_are_dropped(world: World) -> None:
    body = {**IMAGE, "id": "1i99", "state": "running", "hostId": "1h1", "accountId": "1a6",
            "externalId": "x", "nonsense": {"a": 1}}  # fmt: skip
    made = created(await world.project.post(f"{ROOT}/containers", body))
    assert (made["id"], made["hostId"], made["accountId"]) == ("1i1", None, "1a5")
    assert made["externalId"] is None


async def test_a_child_is_created_through_its_parents_link(world: World) -> None:
    stack = await world.stack()
    url = stack["links"]["services"]
    made = created(await world.project.post(url, {"name": "web", "launchConfig": IMAGE}))
    assert made["stackId"] == stack["id"]
    listed = (await world.project.get(url)).json
    assert listed["createDefaults"] == {"stackId": stack["id"]}


async def test_a_collection_has_no_actions(world: World) -> None:
    stack = await world.stack()
    body = {"name": "api", "launchConfig": IMAGE}
    for url in (f"{ROOT}/stacks", stack["links"]["services"]):
        reply = await world.project.post(f"{url}?action=activate", body)
        assert refused(reply) == (422, "InvalidAction", "action")
    assert len((await world.project.get(f"{ROOT}/stacks")).json["data"]) == 1
    assert not await world.store.find(Service)


async def test_what_does_not_refer_to_its_parent_is_not_created_there(world: World) -> None:
    made = await service(world)
    for url in (f"{ROOT}/hosts/1h1/instances", made["links"]["instances"]):
        listed = await world.project.get(url)
        assert (listed.status, listed.json["createDefaults"]) == (200, {})
        assert refused(await world.project.post(url, IMAGE)) == (405, "Method not allowed", None)
    assert not await world.store.find(Container)


@pytest.mark.parametrize(
    ("kind", "body", "expected"),
    [
        ("containers", {}, (422, "MissingRequired", "imageUuid")),
        ("containers", {**IMAGE, "ports": ["x"]}, (422, "PortWrongFormat", "ports")),
        ("containers", {**IMAGE, "count": 101}, (422, "MaxLimitExceeded", "count")),
        ("containers", {**IMAGE, "count": 0}, (422, "MinLimitExceeded", "count")),
        (
            "containers",
            {**IMAGE, "count": 10, "name": "n" * 254},
            (422, "MaxLengthExceeded", "name"),
        ),
        ("containers", {**IMAGE, "memory": 1}, (422, "MinLimitExceeded", "memory")),
        ("containers", {**IMAGE, "networkMode": "x"}, (422, "InvalidOption", "networkMode")),
        ("containers", {**IMAGE, "name": "x" * 256}, (422, "MaxLengthExceeded", "name")),
        ("containers", {**IMAGE, "labels": "x"}, (422, "InvalidFormat", "labels")),
        ("containers", {**IMAGE, "requestedHostId": "1h2"}, (422, "InvalidReference",
                                                             "requestedHostId")),
        ("containers", {**IMAGE, "restartPolicy": {"name": "x"}}, (422, "InvalidOption",
                                                                   "restartPolicy")),
        ("stacks", {}, (422, "MissingRequired", "name")),
        ("stacks", {"name": None}, (422, "NotNullable", "name")),
        ("stacks", {"name": ""}, (422, "MinLengthExceeded", "name")),
        ("stacks", {"name": "a b"}, (422, "InvalidCharacters", "name")),
        ("stacks", {"name": "-a"}, (422, "InvalidCharacters", "name")),
        ("stacks", {"name": "a--b"}, (422, "InvalidCharacters", "name")),
        ("services", {"name": "a", "stackId": "1st9", "launchConfig": IMAGE},
         (422, "InvalidReference", "stackId")),
        ("services", {"name": "a", "launchConfig": IMAGE}, (422, "MissingRequired", "stackId")),
        ("hosts", {"name": "h"}, (405, "Method not allowed", None)),
        ("instances", IMAGE, (405, "Method not allowed", None)),
        ("agents", {}, (404, "Not Found", None)),
    ],
)  # fmt: skip
async def test_a_refusal_has_its_status_its_code_and_its_field(
    world: World, kind: str, body: dict[str, Any], expected: tuple[int, str, str | None]
) -> None:
    assert refused(await world.project.post(f"{ROOT}/{kind}", body)) == expected


async def test_a_name_is_unique_without_regard_to_case(world: World) -> None:
    await world.stack("web")
    reply = await world.project.post(f"{ROOT}/stacks", {"name": "WEB"})
    assert refused(reply) == (422, "NotUnique", "name")


async def test_a_registry_is_known_once(world: World) -> None:
    body = {"serverAddress": "registry.example.org"}
    created(await world.project.post(f"{ROOT}/registries", body))
    reply = await world.project.post(f"{ROOT}/registries", body)
    assert refused(reply) == (400, "ServerAddressUsed", "serverAddress")


async def test_a_launch_config_is_needed_and_checked(world: World) -> None:
    stack = await world.stack()
    body: dict[str, Any] = {"name": "a", "stackId": stack["id"]}
    url = f"{ROOT}/services"
    assert refused(await world.project.post(url, body)) == (
        422, "MissingRequired", "launchConfig",
    )  # fmt: skip
    body["launchConfig"] = {"imageUuid": "a", "ports": ["70000:80"]}
    reply = await world.project.post(url, body)
    assert refused(reply) == (422, "PortInvalidPublicPort", "launchConfig")
    assert "launchConfig.ports" in reply.json["message"]


async def test_what_is_removed_can_not_be_referred_to(world: World) -> None:
    stack = await world.stack()
    body = {"name": "web", "stackId": stack["id"], "launchConfig": IMAGE}
    for state in ("removing", "removed"):
        await world.settle(Stack, stack["id"], state)
        reply = await world.project.post(f"{ROOT}/services", body)
        assert refused(reply) == (422, "InvalidReference", "stackId")


async def test_an_update_merges_and_moves_the_resource(world: World) -> None:
    made = await service(world, scale=2)
    await world.settle(Service, made["id"], "active")
    url = made["links"]["self"]
    same = (await world.project.put(url, {"scale": "2", "name": "web"})).json
    assert same["state"] == "active"
    told = (await world.project.put(url, {"description": "d"})).json
    assert (told["state"], told["description"], told["scale"]) == ("active", "d", 2)
    moved = await world.project.put(url, {"scale": "5"})
    assert (moved.status, moved.json["state"], moved.json["scale"]) == (200, "updating-active", 5)
    again = (await world.project.put(url, {"scale": 6})).json
    assert (again["state"], again["scale"]) == ("updating-active", 6)


@pytest.mark.parametrize("state", ["registering", "activating", "deactivating"])
async def test_an_update_of_what_is_under_way_leaves_its_state(world: World, state: str) -> None:
    made = await service(world)
    await world.settle(Service, made["id"], state)
    changed = (await world.project.put(made["links"]["self"], {"scale": 3})).json
    assert (changed["state"], changed["scale"]) == (state, 3)


@pytest.mark.parametrize("state", ["removing", "removed"])
async def test_what_is_gone_is_not_changed(world: World, state: str) -> None:
    made = await service(world)
    await world.settle(Service, made["id"], state)
    reply = await world.project.put(made["links"]["self"], {"scale": 3})
    assert refused(reply) == (409, "Conflict", None)


@pytest.mark.parametrize(
    ("body", "code"),
    [({"scale": -1}, "MinLimitExceeded"), ({"scale": 10_001}, "MaxLimitExceeded"),
     ({"name": None}, "NotNullable"), ({"name": "a-"}, "InvalidCharacters")],
)  # fmt: skip
async def test_an_update_obeys_the_same_rules(
    world: World, body: dict[str, Any], code: str
) -> None:
    made = await service(world)
    assert (await world.project.put(made["links"]["self"], body)).code == code


async def test_null_gives_back_the_default(world: World) -> None:
    made = await service(world, scale=3, description="d")
    changed = await world.project.put(made["links"]["self"], {"scale": None, "description": None})
    assert (changed.json["scale"], changed.json["description"]) == (1, None)


async def test_an_action_answers_202_and_the_next_state(world: World) -> None:
    made = await service(world)
    await world.settle(Service, made["id"], "inactive")
    shown = (await world.project.get(made["links"]["self"])).json
    url = shown["actions"]["activate"]
    assert url.endswith(f"/services/{made['id']}/?action=activate")
    reply = await world.project.post(url, {})
    assert (reply.status, reply.json["state"]) == (202, "activating")
    row = await world.store.get(Service, 1)
    assert row is not None
    assert row.wanted == "active"


@pytest.mark.parametrize(
    ("action", "code"),
    [("explode", "InvalidAction"), ("", "InvalidAction"), ("start", "ActionNotAvailable"),
     ("changesecret", "InvalidAction")],
)  # fmt: skip
async def test_an_action_that_is_not_offered_is_refused(
    world: World, action: str, code: str
) -> None:
    made = created(await world.project.post(f"{ROOT}/containers", IMAGE))
    await world.settle(Container, made["id"], "running")
    reply = await world.project.post(f"{ROOT}/containers/{made['id']}", action=action)
    assert refused(reply) == (422, code, "action")
    assert "accepted" in reply.json["message"]


async def test_an_unknown_row_comes_before_an_unknown_action(world: World) -> None:
    assert (await world.project.post(f"{ROOT}/containers/1i9", action="x")).status == 404
    assert (await world.project.post(f"{ROOT}/gadgets/1i9", action="x")).status == 404


async def test_an_action_takes_its_input(world: World) -> None:
    made = created(await world.project.post(f"{ROOT}/containers", IMAGE))
    await world.settle(Container, made["id"], "running")
    url = f"{ROOT}/containers/{made['id']}"
    reply = await world.project.post(url, {"timeout": "x"}, action="stop")
    assert refused(reply) == (422, "InvalidFormat", "timeout")
    assert (await world.project.post(url, {"timeout": "7", "remove": True}, action="stop")).status
    row = await world.store.get(Container, 1)
    assert row is not None
    assert (row.state, row.wanted, row.stop_timeout, row.generation) == (
        "stopping", "removed", 7, 2,
    )  # fmt: skip


async def test_who_reads_only_acts_on_nothing(world: World) -> None:
    made = created(await world.project.post(f"{ROOT}/containers", IMAGE))
    await world.settle(Container, made["id"], "running")
    url = f"{INSIDE}/containers/{made['id']}"
    readonly = world.user("readonly")
    assert refused(await readonly.post(url, action="stop"))[1] == "ActionNotAvailable"
    assert (await readonly.put(url, {"description": "x"})).status == 405
    assert (await readonly.delete(url)).status == 405
    assert (await readonly.post(f"{INSIDE}/containers", IMAGE)).status == 405


async def test_delete_runs_the_remove_step_once(world: World) -> None:
    made = created(await world.project.post(f"{ROOT}/containers", IMAGE))
    await world.settle(Container, made["id"], "running")  # removed by way of `Step.also`
    url = made["links"]["self"]
    reply = await world.project.delete(url)
    assert (reply.status, reply.json["state"]) == (200, "removing")
    row = await world.store.get(Container, 1)
    assert (await world.project.delete(url)).status == 200
    assert await world.store.get(Container, 1) == row
    await world.settle(Container, made["id"], "removed")
    assert (await world.project.delete(url)).status == 405


async def test_delete_in_a_state_that_forbids_it_says_which_allow_it(world: World) -> None:
    reply = await world.project.delete(f"{ROOT}/hosts/1h1")
    assert refused(reply) == (405, "Method not allowed", None)
    assert "inactive" in reply.json["message"]


@pytest.mark.parametrize(
    ("body", "query", "kept"),
    [({"containers": "remove"}, {}, "remove"), (None, {"containers": "remove"}, "remove"),
     (None, {}, "keep")],
)  # fmt: skip
async def test_what_happens_to_a_hosts_containers_is_chosen(
    world: World, body: Any, query: dict[str, str], kept: str
) -> None:
    await world.settle(Host, "1h1", "inactive")
    reply = await world.project.delete(f"{ROOT}/hosts/1h1", body, **query)
    assert reply.status == 200
    host = await world.store.get(Host, 1)
    assert host is not None
    assert (host.state, host.on_remove) == ("removing", kept)


async def test_a_row_that_others_write_meanwhile_is_written_all_the_same(world: World) -> None:
    made = await service(world)
    await world.settle(Service, made["id"], "active")
    url = made["links"]["self"]

    async def change(number: int) -> Reply:
        return await world.project.put(url, {"description": f"d{number}"})

    async def interfere() -> int:
        written = 0
        for _ in range(10):
            row = await world.store.get(Service, 1)
            assert row is not None
            with suppress(Conflict):
                await world.store.write(Update(replace(row, current_scale=row.current_scale + 1)))
                written += 1
        return written

    async with TaskGroup() as tasks:
        changes = [tasks.create_task(change(n)) for n in range(4)]
        others = tasks.create_task(interfere())
    assert [t.result().status for t in changes] == [200] * 4
    row = await world.store.get(Service, 1)
    assert row is not None
    assert row.current_scale == others.result() > 0


async def test_an_api_keys_secret_is_shown_once_and_works(world: World) -> None:
    made = created(await world.user("member").post(f"{ROOT}/apikeys", {"name": "k"}))
    assert (len(made["publicValue"]), len(made["secretValue"])) == (20, 40)
    assert made["accountId"] == "1a11"
    await world.settle(ApiKey, made["id"], "active")
    key = world.nobody.basic(made["publicValue"], made["secretValue"])
    shown = await key.get(made["links"]["self"])
    assert (shown.status, shown.json["secretValue"]) == (200, None)
    row = await world.store.get(ApiKey, int(made["id"][2:]))
    assert row is not None
    assert row.secret_value.startswith("sha256$")


async def test_a_key_made_in_an_environment_is_the_environments(world: World) -> None:
    made = created(await world.user("owner").post(f"{INSIDE}/apikeys", {}))
    assert made["accountId"] == "1a5"


async def test_only_who_sees_everybody_makes_keys_for_others(world: World) -> None:
    theirs = created(await world.user("readonly").post(f"{ROOT}/apikeys", {"accountId": "1a5"}))
    assert theirs["accountId"] == "1a13"
    given = created(await world.admin.post(f"{ROOT}/apikeys", {"accountId": "1a11"}))
    assert given["accountId"] == "1a11"


async def test_a_public_value_is_used_once(world: World) -> None:
    reply = await world.admin.post(f"{ROOT}/apikeys", {"publicValue": "KEY-user"})
    assert refused(reply) == (422, "NotUnique", "publicValue")


async def test_a_user_is_an_account_and_a_password(world: World) -> None:
    account = created(await world.admin.post(f"{ROOT}/accounts", {"kind": "user", "name": "new"}))
    assert (account["kind"], account["state"]) == ("user", "registering")
    await world.settle(Account, account["id"], "active")
    body = {"accountId": account["id"], "publicValue": "new", "secretValue": "long enough"}
    password = created(await world.admin.post(f"{ROOT}/passwords", body))
    assert password["secretValue"] is None
    await world.settle(Password, password["id"], "active")
    shown = await world.nobody.basic("new", "long enough").get(f"{ROOT}/accounts")
    assert [a["id"] for a in shown.json["data"]] == [account["id"]]
    short = await world.admin.post(f"{ROOT}/passwords", {**body, "secretValue": "short"})
    assert refused(short) == (422, "MinLengthExceeded", "secretValue")


async def own_password(world: World) -> str:
    found = (await world.user("member").get(f"{ROOT}/passwords")).json["data"]
    return found[0]["links"]["self"]


@pytest.mark.parametrize("way", ["put", "action"])
async def test_a_new_password_counts_at_once_and_ends_sessions(world: World, way: str) -> None:
    member = world.user("member")
    token = (await world.nobody.post(f"{ROOT}/token", {"code": f"member:{PASSWORD}"})).json["jwt"]
    url = await own_password(world)
    new = "new and long"
    if way == "put":
        reply = await world.admin.put(url, {"secretValue": new})
    else:
        reply = await member.post(
            url, {"oldSecret": PASSWORD, "newSecret": new}, action="changesecret"
        )
    assert reply.status in {200, 202}
    assert (await member.get(ROOT)).status == 401
    assert (await world.nobody.bearer(token).get(ROOT)).status == 401
    assert (await world.nobody.basic("member", new).get(ROOT)).status == 200
    assert await world.store.find(Session) == []


@pytest.mark.parametrize("start", [ROOT, INSIDE])
async def test_nobody_changes_their_password_without_the_old_one(world: World, start: str) -> None:
    url = await own_password(world)
    body = {"secretValue": "new and long", "description": "mine"}
    reply = await world.user("member").put(url, body)
    assert (reply.status, reply.json["description"]) == (200, "mine")
    assert (await world.user("member").get(start)).status == 200
    schema = (await world.user("member").get(f"{start}/schemas/password")).json
    assert schema["resourceFields"]["secretValue"]["update"] is False


async def test_the_old_password_must_be_known(world: World) -> None:
    body = {"oldSecret": "wrong", "newSecret": "new and long"}
    url = await own_password(world)
    token = (await world.nobody.post(f"{ROOT}/token", {"code": f"member:{PASSWORD}"})).json["jwt"]
    stolen = world.nobody.bearer(token)
    for _ in range(10):
        reply = await stolen.post(url, body, action="changesecret")
        assert refused(reply) == (400, "InvalidOldPassword", "oldSecret")
    assert (await stolen.post(url, body, action="changesecret")).status == 401


@pytest.mark.parametrize(
    ("members", "roles"),
    [
        (None, {14: "owner"}),
        ([{"externalId": "1a14", "role": "owner"}, {"externalId": "1a11"}],
         {14: "owner", 11: "member"}),
    ],
)  # fmt: skip
async def test_an_environment_begins_with_its_members(
    world: World, members: Any, roles: dict[int, str]
) -> None:
    stranger = world.user("stranger")
    made = created(await stranger.post(f"{ROOT}/projects", {"name": "mine", "members": members}))
    number = int(made["id"][2:])
    found = await world.store.find(ProjectMember, Where("project_id", number))
    assert {m.member_id: m.role for m in found} == roles
    await world.settle(Project, made["id"], "active")
    assert (await stranger.get(f"{ROOT}/projects/{made['id']}/hosts")).status == 200
    gone = await stranger.delete(f"{ROOT}/projects/{made['id']}")
    assert (gone.status, gone.json["state"]) == (200, "removing")


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ([{"externalId": "1a11", "role": "member"}], (400, "InvalidFormat", "members")),
        ([{"externalId": "1a99", "role": "owner"}], (422, "InvalidReference", "members")),
        ([{"externalId": "x", "role": "owner"}], (422, "InvalidReference", "members")),
        ([{"externalId": "1a11", "role": "king"}], (422, "InvalidOption", "members")),
        ("x", (400, "InvalidFormat", "members")),
        ([7], (400, "InvalidFormat", "members")),
    ],
)
async def test_an_environment_needs_an_owner_that_exists(
    world: World, members: Any, expected: tuple[int, str, str]
) -> None:
    body = {"name": "mine", "members": members}
    assert refused(await world.user("stranger").post(f"{ROOT}/projects", body)) == expected


@pytest.mark.parametrize("name", ["member", "restricted", "readonly"])
async def test_only_owners_change_an_environment(world: World, name: str) -> None:
    url = f"{ROOT}/projects/1a5"
    assert (await world.user(name).put(url, {"name": "x"})).status == 405
    assert (await world.user(name).delete(url)).status == 405
    assert (await world.user(name).post(url, action="deactivate")).status == 422
    assert (await world.user("owner").put(url, {"name": "x"})).json["name"] == "x"


@pytest.mark.parametrize("what", ["deactivate", "demote", "remove"])
async def test_the_last_admin_stays(world: World, what: str) -> None:
    url = f"{ROOT}/accounts/1a1"

    async def attempt() -> Reply:
        if what == "demote":
            return await world.admin.put(url, {"kind": "user"})
        if what == "deactivate":
            return await world.admin.post(url, action="deactivate")
        await world.settle(Account, "1a1", "updating-active")
        return await world.key("service").delete(url)

    if what == "remove":  # told before that an active one is not removed
        reply = await world.key("service").delete(url)
        assert refused(reply) == (405, "LastAdminAccount", None)
    assert refused(await attempt()) == (405, "LastAdminAccount", None)
    await world.made(Account(kind="admin", name="second", state="active"))
    assert (await attempt()).status in {200, 202}


async def test_of_two_admins_who_demote_each_other_one_stays(world: World) -> None:
    second = await world.made(Account(kind="admin", name="second", state="active"))
    service = world.key("service")
    replies = await asyncio.gather(
        *(service.put(f"{ROOT}/accounts/1a{number}", {"kind": "user"}) for number in (1, second.id))
    )
    assert sorted(reply.status for reply in replies) == [200, 405]
    assert len(await world.store.find(Account, Where("kind", "admin"))) == 1


@pytest.mark.parametrize("kind", ["nonsense", "project", "service", "owner"])
async def test_people_make_accounts_of_peoples_kinds(world: World, kind: str) -> None:
    reply = await world.admin.post(f"{ROOT}/accounts", {"kind": kind, "name": "x"})
    assert refused(reply) == (422, "InvalidOption", "kind")
    for known in ("user", "admin", "readAdmin"):
        created(await world.admin.post(f"{ROOT}/accounts", {"kind": known, "name": known}))


@pytest.mark.parametrize("name", ["owner", "readonly", "admin"])
async def test_an_environment_is_not_made_in_another(world: World, name: str) -> None:
    reply = await world.user(name).post(f"{INSIDE}/projects", {"name": "inner"})
    assert refused(reply) == (403, "Forbidden", None)


async def test_each_change_leaves_its_audit_row(world: World) -> None:
    made = await service(world, launchConfig={**IMAGE, "environment": {"A": "for some only"}})
    await world.settle(Service, made["id"], "inactive")
    url = made["links"]["self"]
    await world.project.put(url, {"scale": 2})
    await world.settle(Service, made["id"], "inactive")
    await world.project.post(url, action="activate")
    await world.project.delete(url)
    await world.project.put(url, {"scale": -1})  # refused: nothing to tell
    rows = await world.store.find(AuditLog, Where("resource_type", "service"))
    assert [(r.event_type, r.response_code, r.resource_id) for r in rows] == [
        ("api.service.create", 201, 1),
        ("api.service.update", 200, 1),
        ("api.service.activate", 202, 1),
        ("api.service.delete", 200, 1),
    ]
    first = rows[0]
    assert (first.account_id, first.authenticated_as_account_id) == (PROJECT, PROJECT)
    assert (first.auth_type, first.client_ip) == ("BasicAuth", "192.0.2.7")
    given = json.loads(first.request_object or "")
    assert given["launchConfig"] == {"imageUuid": "nginx", "environment": "***"}
    shown = (await world.project.get(f"{ROOT}/auditlogs", resourceType="service")).json["data"]
    assert len(shown) == 4


async def test_an_environment_is_called_so_in_the_audit(world: World) -> None:
    await world.user("stranger").post(f"{ROOT}/projects", {"name": "mine"})
    [row] = await world.store.find(AuditLog, Where("resource_type", "project"))
    assert row.event_type == "api.environment.create"
    assert row.authenticated_as_account_id == 14


async def test_no_secret_reaches_the_audit(world: World) -> None:
    canary = "canary-0815"
    registry = created(await world.project.post(f"{ROOT}/registries", {"serverAddress": "r"}))
    login = {"registryId": registry["id"], "publicValue": "u", "secretValue": canary}
    made = created(await world.project.post(f"{ROOT}/registrycredentials", login))
    await world.project.put(made["links"]["self"], {"secretValue": canary + "2"})
    await world.project.post(f"{ROOT}/apikeys", {"secretValue": canary, "password": canary})
    change = {"oldSecret": canary, "newSecret": canary}
    await world.user("member").post(await own_password(world), change, action="changesecret")
    rows = await world.store.find(AuditLog)
    assert len(rows) == 4
    assert canary not in str(rows)
    sealed = await world.store.get(RegistryCredential, int(made["id"][2:]))
    assert sealed is not None
    assert sealed.secret_value == canary + "2"


async def test_a_long_request_is_cut_in_the_audit(world: World) -> None:
    big = {f"A{n}": "x" * 1000 for n in range(1000)}
    await world.project.post(
        f"{ROOT}/stacks", {"name": "a", "description": "d" * 900, "environment": big}
    )
    [row] = await world.store.find(AuditLog)
    assert len(row.request_object or "") < 20_000
    assert json.loads(row.request_object or "")["cut"] is True


async def test_a_machine_registers_with_its_token_alone(world: World) -> None:
    [token] = (await world.project.get(f"{ROOT}/registrationtokens")).json["data"]
    joining = world.nobody.basic("registrationToken", token["token"])
    key = "k" * 128
    made = created(await joining.post(f"{ROOT}/register", {"key": key}))
    assert (made["state"], made["accessKey"], made["secretKey"]) == ("activating", None, None)
    assert (await joining.get(f"{ROOT}/hosts")).status == 404
    assert (await joining.get(f"{ROOT}/schemas/account")).status == 404
    [found] = (await joining.get(f"{ROOT}/register", key=key)).json["data"]
    assert found["id"] == made["id"]
    assert not {"key"} & {*made, *found}


async def test_several_containers_are_made_at_once(world: World) -> None:
    body = {**IMAGE, "name": "web", "count": 3}
    reply = await world.project.post(f"{INSIDE}/containers", body)
    assert (reply.status, reply.json["type"], reply.json["resourceType"]) == (
        201, "collection", "container",
    )  # fmt: skip
    made = reply.json["data"]
    assert [(c["name"], c["count"], c["state"]) for c in made] == [
        (f"web{n}", 1, "creating") for n in (1, 2, 3)
    ]
    assert len({c["uuid"] for c in made}) == 3
    again = await world.project.post(f"{INSIDE}/containers", {**IMAGE, "name": "web", "count": 4})
    assert refused(again) == (422, "NotUnique", "name")
    assert made[0]["id"] in again.json["message"]
    assert len((await world.project.get(f"{INSIDE}/containers")).json["data"]) == 3
    nameless = await world.project.post(f"{INSIDE}/containers", {**IMAGE, "count": 2})
    assert [c["name"] for c in nameless.json["data"]] == [None, None]
