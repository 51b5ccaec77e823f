"""The OpenAPI document of a role, against its meta-schema, the model, and real answers."""

import json
import re
from functools import cache
from importlib.resources import files
from typing import Any

import pytest
from jsonschema_rs import Draft202012Validator

from pasture.api.openapi import encoded
from pasture.api.v1 import VERSIONS
from pasture.auth.identity import KNOWN
from pasture.auth.may import letters
from pasture.model.types import TYPES
from tests.api.test_present import fleet
from tests.api.world import INSIDE, ROOT, World
from tests.support.asgi import AsgiClient

V2_BETA = VERSIONS["v2-beta"]
JSON = "application/json"


@cache
def meta() -> Draft202012Validator:
    place = files("openapi_spec_validator") / "resources/schemas/v3.1/schema.json"
    return Draft202012Validator(json.loads(place.read_text()))


@cache
def document(role: str, version: str = "v2-beta") -> dict[str, Any]:
    return json.loads(encoded(role, VERSIONS[version], f"http://pasture.test/{version}"))


def operations(of: dict[str, Any]) -> list[dict[str, Any]]:
    return [operation for methods in of["paths"].values() for operation in methods.values()]


def refs(text: str) -> set[str]:
    """Return all that is referred to."""
    return set(re.findall(r'"\$ref": "([^"]+)"', text))


def validator(of: dict[str, Any]) -> Draft202012Validator:
    """Return what answers must be, by the path of the GET that they answer."""
    answers = {
        path: methods["get"]["responses"]["200"]["content"][JSON]["schema"]
        for path, methods in of["paths"].items()
        if "200" in methods.get("get", {}).get("responses", {})
    }
    return Draft202012Validator({"properties": answers, "components": of["components"]})


@pytest.mark.parametrize(
    ("role", "version"), [("project", "v1"), *((role, "v2-beta") for role in sorted(KNOWN))]
)
def test_it_is_openapi_for_every_role_and_version(role: str, version: str) -> None:
    made = document(role, version)
    assert [str(e) for e in meta().iter_errors(made)] == []
    names = [operation["operationId"] for operation in operations(made)]
    assert len(names) == len(set(names))
    for to in refs(json.dumps(made)):
        _, _, group, name = to.split("/")
        assert name in made["components"][group], to


def test_what_is_no_openapi_is_found() -> None:
    broken = json.loads(json.dumps(document("admin")))
    broken["paths"]["/hosts"]["get"]["parameters"] = 3
    assert not meta().is_valid(broken)


@pytest.mark.parametrize("role", sorted(KNOWN))
def test_it_has_what_the_model_lets_the_role_do(role: str) -> None:
    paths = document(role)["paths"]
    for cls in TYPES:
        may, item = letters(cls.type, role), f"/{V2_BETA.path_of(cls.type)}/{{id}}"
        listing = set(paths.get(f"/{cls.type.plural.lower()}", {}))
        wanted = {"get": "r" in may, "post": "c" in may}
        assert listing == {verb for verb, is_there in wanted.items() if is_there}, cls
        single = set(paths.get(item, {})) - {"post"}
        wanted = {"get": "r" in may or "g" in may, "put": "u" in may, "delete": "d" in may}
        assert single == {verb for verb, is_there in wanted.items() if is_there}, cls


@pytest.mark.parametrize(
    "cls",
    [t for t in TYPES if (t.type.steps or t.type.more_actions) and any(t.type.roles.values())],
    ids=lambda c: c.type.name,
)
def test_every_action_is_in_some_roles_document(cls: Any) -> None:
    item = f"/{V2_BETA.path_of(cls.type)}/{{id}}"
    found = [document(role)["paths"].get(item, {}).get("post") for role in cls.type.roles]
    offered = {name for post in found if post for name in post["x-actions"]}
    assert offered == {a.name for a in (*cls.type.steps, *cls.type.more_actions)}
    for post in filter(None, found):
        action = next(p for p in post["parameters"] if p.get("name") == "action")
        assert action["required"]
        assert set(action["schema"]["enum"]) == set(post["x-actions"])


def test_a_body_has_the_limits_of_its_fields() -> None:
    made = document("project")["components"]
    given = made["schemas"]["serviceCreate"]
    assert given["required"] == ["name", "stackId"]
    checks = Draft202012Validator({**given, "components": made})
    right = {"name": "web", "stackId": "1st1", "launchConfig": {"imageUuid": "docker:a"}}
    assert checks.is_valid(right)
    assert checks.is_valid({**right, "description": None})
    for wrong in ({"name": ""}, {"stackId": None}, {"scale": -1}, {"launchConfig": {"memory": 1}}):
        assert not checks.is_valid({**right, **wrong}), wrong


async def test_it_is_served_as_the_schemas_are(world: World) -> None:
    found = await world.project.get(f"{ROOT}/openapi.json")
    assert found.json == document("project")
    inside = (await world.user("readonly").get(f"{INSIDE}/openapi.json")).json
    assert inside["servers"] == [{"url": f"http://pasture.test{INSIDE}"}]
    assert inside["paths"] == document("readonly")["paths"]
    assert (await world.nobody.get(f"{ROOT}/openapi.json")).status == 401
    assert (await world.project.post(f"{ROOT}/openapi.json", {})).status == 405
    assert (await world.project.get(f"{ROOT}/openapi.json/x")).status == 404
    for asker, role in ((world.admin, "owner"), (world.project, "project")):
        asked = (await asker.get(f"{ROOT}/openapi.json", _role="owner")).json
        assert asked["paths"] == document(role)["paths"]


@pytest.mark.parametrize("role", ["admin", "project"])
async def test_answers_are_what_it_says(world: World, role: str) -> None:
    await fleet(world)
    asker, made = world.key(role), document(role)
    answers: dict[str, Any] = {}
    for path, methods in made["paths"].items():
        if "get" not in methods or "{" in path or path == "/subscribe":
            continue
        answers[path] = await asked(asker, f"{ROOT}{path}")
        item = f"{path}/{{id}}"
        for row in answers[path]["data"][:1] if item in made["paths"] else ():
            answers[item] = await asked(asker, row["links"]["self"])
    assert [f"{list(e.instance_path)} {e}" for e in validator(made).iter_errors(answers)] == []
    assert len(answers) > 25
    answers["/hosts/{id}"]["hostname"] = 5
    assert not validator(made).is_valid(answers)


async def asked(asker: AsgiClient, url: str) -> Any:
    reply = await asker.get(url.removeprefix("http://pasture.test"))
    assert reply.status == 200, url
    return reply.json


async def test_a_refusal_is_what_it_says(world: World) -> None:
    made = document("project")
    refused = await world.project.post(f"{ROOT}/stacks", {"name": ""})
    assert refused.status == 422
    said = Draft202012Validator(made["components"]["schemas"]["error"])
    assert [str(e) for e in said.iter_errors(refused.json)] == []
    assert not said.is_valid({})
