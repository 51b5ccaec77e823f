"""v1: the same resources in the names of 2016."""

from dataclasses import replace
from typing import Any

import pytest

from pasture.api.relations import links_of
from pasture.api.schema import documents
from pasture.api.v1 import V1
from pasture.model.host import Agent, Host
from pasture.model.roles import ROLES
from pasture.model.types import BY_NAME, TYPES
from pasture.store.changes import Update
from tests.api.world import ROOT, World, created
from tests.support.asgi import BASE

V = "/v1"
IN_V1 = f"{V}/projects/1a5"
METHOD = {"c": "POST", "r": "GET", "u": "PUT", "d": "DELETE"}
PLAIN = {"string", "int", "float", "boolean", "date", "enum", "json", "password", "blob"}


async def service(world: World, root: str = ROOT, **more: Any) -> dict[str, Any]:
    """Make a stack and a service in it, by v2-beta."""
    stack = await world.stack()
    body = {"name": "s", "stackId": stack["id"], "launchConfig": {"imageUuid": "docker:a"}}
    return created(await world.project.post(f"{root}/services", {**body, **more}))


async def test_a_stack_is_an_environment(world: World) -> None:
    made = created(await world.project.post(f"{V}/environments", {"name": "web"}))
    number = made["id"].removeprefix("1e")
    assert (made["type"], made["baseType"], made["kind"]) == ("environment",) * 3
    at = f"http://pasture.test/v1/environments/{made['id']}"
    assert made["links"]["self"] == at
    assert made["links"]["services"] == f"{at}/services"
    assert made["actions"]["remove"] == f"{at}/?action=remove"
    newer = (await world.project.get(f"{ROOT}/stacks/1st{number}")).json
    assert (newer["type"], newer["name"]) == ("stack", "web")
    for kind, found in (("environment", [made["id"]]), ("other", [])):
        listed = (await world.project.get(f"{V}/environments", kind=kind)).json
        assert [r["id"] for r in listed["data"]] == found
        assert listed["filters"]["kind"] == [{"value": kind, "modifier": "eq"}]
    listed = (await world.project.get(f"{V}/Environment")).json
    assert listed["resourceType"] == "environment"
    assert [r["id"] for r in listed["data"]] == [made["id"]]


@pytest.mark.parametrize(
    ("path", "status"),
    [("/v1/stacks", 404), ("/v1/stack", 404), ("/v1/schemas/stack", 404),
     ("/v1/schemas/environment", 200), ("/v2-beta/environments", 404),
     ("/v2-beta/schemas/environment", 404)],
)  # fmt: skip
async def test_each_version_has_its_own_names(world: World, path: str, status: int) -> None:
    assert (await world.project.get(path)).status == status


async def test_a_service_names_its_environment(world: World) -> None:
    made = await service(world)
    shown = (await world.project.get(f"{IN_V1}/services/{made['id']}")).json
    at = "http://pasture.test/v1/projects/1a5"
    assert shown["environmentId"] == made["stackId"].replace("1st", "1e")
    assert "stackId" not in shown
    assert shown["links"]["self"] == f"{at}/services/{made['id']}"
    assert shown["links"]["environment"] == f"{at}/services/{made['id']}/environment"
    assert "stack" not in shown["links"]
    led = await world.project.get(shown["links"]["environment"])
    assert (led.json["type"], led.json["id"]) == ("environment", shown["environmentId"])


async def test_a_service_is_made_listed_and_changed_with_the_names_of_v1(world: World) -> None:
    stack = created(await world.project.post(f"{V}/environments", {"name": "web"}))
    body = {"name": "s", "environmentId": stack["id"], "launchConfig": {"imageUuid": "docker:a"}}
    made = created(await world.project.post(f"{V}/services", body))
    found = (await world.project.get(f"{V}/services", environmentId=stack["id"])).json
    assert [r["id"] for r in found["data"]] == [made["id"]]
    assert "stackId" not in found["filters"]
    assert (await world.project.get(f"{V}/services", environmentId="1e99")).json["data"] == []
    with_it = (await world.project.get(f"{V}/services", include="environment")).json
    assert with_it["data"][0]["environment"]["id"] == stack["id"]
    changed = await world.project.put(made["links"]["self"], {"scale": 2})
    assert (changed.status, changed.json["scale"]) == (200, 2)
    wrong = await world.project.post(f"{V}/services", {**body, "environmentId": "1e99"})
    assert (wrong.status, wrong.code, wrong.json["fieldName"]) == (
        422, "InvalidReference", "environmentId",
    )  # fmt: skip
    assert "there is no environment 1e99 here" in wrong.json["message"]
    missing = await world.project.post(f"{V}/services", {"name": "t"})
    assert (missing.code, missing.json["fieldName"]) == ("MissingRequired", "environmentId")
    assert "the id of a environment, such as 1e5" in missing.json["message"]
    newer = await world.project.post(f"{V}/services", {**body, "stackId": stack["id"]})
    assert newer.code == "NotUnique"  # what v1 does not know is dropped


async def test_a_child_is_made_through_a_link_of_v1(world: World) -> None:
    stack = created(await world.project.post(f"{V}/environments", {"name": "web"}))
    url = stack["links"]["services"]
    assert (await world.project.get(url)).json["createDefaults"] == {"environmentId": stack["id"]}
    body = {"name": "s", "launchConfig": {"imageUuid": "docker:a"}}
    made = created(await world.project.post(url, body))
    assert made["environmentId"] == stack["id"]


async def test_a_host_keeps_its_own_state(world: World) -> None:
    host = await world.store.get(Host, 1)
    assert host is not None
    await world.store.write(Update(replace(host, agent_state="disconnected")))
    newer = (await world.project.get(f"{ROOT}/hosts/1h1")).json
    older = (await world.project.get(f"{V}/hosts/1h1")).json
    assert (newer["state"], older["state"]) == ("disconnected", "active")


async def test_an_agent_is_read_only(world: World) -> None:
    agent = await world.made(Agent(name="a", state="active"))
    older = (await world.admin.get(f"{V}/agents/1a{agent.id}")).json
    newer = (await world.admin.get(f"{ROOT}/agents/1a{agent.id}")).json
    assert older["actions"] == {}
    assert newer["actions"] != {}
    refused = await world.admin.put(f"{V}/agents/1a{agent.id}", {"name": "b"})
    assert (refused.status, refused.code) == (405, "Method not allowed")
    assert "it is in v2-beta" in refused.json["message"]
    acted = await world.admin.post(f"{V}/agents/1a{agent.id}", action="deactivate")
    assert (acted.status, acted.code) == (422, "ActionNotAvailable")
    taken = await world.admin.put(f"{ROOT}/agents/1a{agent.id}", {"name": "b"})
    assert taken.status == 200


@pytest.mark.parametrize("how", ["path", "header", "query"])
async def test_an_environment_is_named_as_in_v2(world: World, how: str) -> None:
    client, path, query = world.user("member"), f"{V}/hosts", {}
    match how:
        case "path":
            path = f"{IN_V1}/hosts"
        case "header":
            client = client.with_headers(X_API_Project_Id="1a5")
        case _:
            query = {"projectId": "1a5"}
    reply = await client.get(path, **query)
    assert reply.header("x-api-schemas") == f"{BASE}{IN_V1}/schemas"
    assert reply.header("x-api-account-id") == "1a5"
    assert [r["links"]["self"] for r in reply.json["data"]] == [f"{BASE}{IN_V1}/hosts/1h1"]


async def test_every_address_stays_in_the_version_that_was_asked(world: World) -> None:
    await service(world)
    for path in ("services", "environments", "hosts", "schemas", "projects", "settings"):
        content = (await world.admin.get(f"{V}/{path}")).content
        assert b"/v2-beta" not in content, path
    assert b"/v1/" not in (await world.admin.get(f"{ROOT}/services")).content


async def test_a_clients_way_to_a_collection(world: World) -> None:
    for root in (V, ROOT, IN_V1):
        first = await world.project.get(root + "/schemas")
        assert (
            first.header("x-api-schemas") == first.json["links"]["self"] == BASE + root + "/schemas"
        )
        of = {s["id"]: s for s in first.json["data"]}
        for found in of.values():
            if "GET" in found["collectionMethods"]:
                listed = await world.project.get(found["links"]["collection"])
                assert listed.status == 200
                assert listed.json["resourceType"] == found["id"]


@pytest.mark.parametrize("role", ROLES)
def test_what_v1_does_not_have_is_not_there(role: str) -> None:
    found = {d["id"]: d for d in documents(role, V1)}
    assert not V1.absent & set(found)
    assert "stack" not in found
    for name, most in V1.most.items():
        if name in found:
            methods = {*found[name]["resourceMethods"], *found[name]["collectionMethods"]}
            assert methods <= {METHOD[letter] for letter in most}
    for name, fields in V1.fields.items():
        shown = found.get(V1.called.get(name, name), {"resourceFields": {}})
        gone = {f for f in fields if f not in fields.values()}
        assert not gone & set(shown["resourceFields"])


@pytest.mark.parametrize("role", ROLES)
def test_every_type_that_a_schema_of_v1_names_has_one(role: str) -> None:
    found = documents(role, V1)
    names = {d["id"] for d in found} | PLAIN
    for document in found:
        for wire, field in document["resourceFields"].items():
            inner = field["type"].rpartition("[")[2].rstrip("]")
            assert inner in names, (document["id"], wire, inner)


def test_links_of_a_version_have_its_names() -> None:
    for cls in filter(V1.has, TYPES):
        for link in links_of(cls, V1).values():
            assert "stack" not in link.name.lower()
            assert V1.has(link.target)
    assert {"stacks", "environments"} & set(links_of(BY_NAME["project"])) == {"stacks"}
