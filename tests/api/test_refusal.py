"""Refusals say what stands in the way, and what would be accepted."""

import pytest

from pasture.model.account import Project
from pasture.model.container import Container
from pasture.model.host import Host
from tests.api.test_change import IMAGE, refused, service
from tests.api.world import ROOT, World, created


async def test_who_has_a_name_is_said(world: World) -> None:
    url, body = f"{ROOT}/containers", {**IMAGE, "name": "hello_%"}
    created(await world.project.post(url, {**IMAGE, "name": "helloo1"}))
    first = created(await world.project.post(url, body))
    await world.settle(Container, first["id"], "removing")
    reply = await world.project.post(url, {**body, "name": "Hello_%"})
    assert refused(reply) == (422, "NotUnique", "name")
    words = f"container {first['id']} (removing) has the name hello_% in this environment"
    assert reply.json["message"] == f"{words}; letter case makes no difference"


async def test_who_has_a_name_is_said_of_a_change_too(world: World) -> None:
    first, other = await service(world), await world.stack("other")
    body = {"name": "api", "stackId": first["stackId"], "launchConfig": IMAGE}
    second = created(await world.project.post(f"{ROOT}/services", body))
    created(await world.project.post(f"{ROOT}/services", {**body, "stackId": other["id"]}))
    reply = await world.project.put(f"{ROOT}/services/{second['id']}", {"name": "WEB"})
    assert refused(reply) == (422, "NotUnique", "name")
    assert f"service {first['id']} (" in reply.json["message"]
    assert "has the name web in this stack" in reply.json["message"]


async def test_an_active_host_is_to_be_deactivated_first(world: World) -> None:
    url = f"{ROOT}/hosts/1h1"
    reply = await world.project.delete(url)
    assert (reply.status, reply.code) == (405, "Method not allowed")
    words = "this host is active: deactivate it first; it can be removed when"
    assert reply.json["message"].startswith(words)
    assert reply.json["message"].endswith("; remove takes containers: keep or remove")
    assert "role" not in reply.json["message"]


async def test_who_removes_by_the_action_alone_is_told_so(world: World) -> None:
    url = f"{ROOT}/hosts/1h1"
    reply = await world.admin.delete(url)
    words = (
        "DELETE of this host is not accepted with the role admin; this host is active: deactivate "
        f"it first; accepted: POST http://pasture.test{url}?action=remove; "
        "remove takes containers: keep or remove"
    )
    assert (reply.status, reply.json["message"]) == (405, words)
    for action in ("deactivate", "remove"):
        assert (await world.admin.post(url, action=action)).status == 202, action
        await world.settle(Host, "1h1", "inactive")


async def test_an_action_that_the_state_refuses_says_what_comes_first(world: World) -> None:
    reply = await world.project.post(f"{ROOT}/hosts/1h1", action="remove")
    assert refused(reply) == (422, "ActionNotAvailable", "action")
    assert reply.json["message"].startswith("this host is active: deactivate it first; accepted: ")
    assert "role" not in reply.json["message"]


@pytest.mark.parametrize(
    ("name", "code"),
    [("", "MinLengthExceeded"), ("a\nb", "InvalidCharacters"), ("\x1b[31m", "InvalidCharacters"),
     ("a\x7f", "InvalidCharacters"), ("a\x85", "InvalidCharacters")],
)  # fmt: skip
@pytest.mark.parametrize(
    "collection", ["projects/1a5/containers", "projects", "apikeys", "accounts"]
)
async def test_a_name_is_one_line_of_text(
    world: World, collection: str, name: str, code: str
) -> None:
    body = {**IMAGE, "kind": "user", "name": name}
    reply = await world.admin.post(f"{ROOT}/{collection}", body)
    assert refused(reply) == (422, code, "name")


async def test_who_has_a_login_is_not_said_to_who_does_not_see_it(world: World) -> None:
    body = {"publicValue": "admin", "secretValue": "long enough"}
    reply = await world.user("member").post(f"{ROOT}/passwords", body)
    assert refused(reply) == (422, "NotUnique", "publicValue")
    words = "this publicValue is taken by another password; letter case makes no difference"
    assert reply.json["message"] == words


async def test_an_environment_asks_for_a_subnet_that_no_other_has_a_part_of(world: World) -> None:
    url = f"{ROOT}/projects"
    asked = {"name": "lab", "subnet": "10.99.0.0/16"}
    first = created(await world.admin.post(url, asked))
    assert first["subnet"] == "10.99.0.0/16"
    for subnet in ("10.99.0.0/16", "10.99.252.0/22"):
        reply = await world.admin.post(url, {"name": "lab2", "subnet": subnet})
        assert refused(reply) == (422, "NotUnique", "subnet")
        assert reply.json["message"] == (
            f"subnet {subnet} clashes with 10.99.0.0/16 of project {first['id']}; accepted: one"
            " apart from those of all others"
        )
    elsewhere = await world.user("owner").post(url, {"name": "lab2", "subnet": "10.99.8.0/22"})
    assert "of another project;" in elsewhere.json["message"]
    created(await world.admin.post(url, {"name": "lab2", "subnet": "10.98.0.0/16"}))
    await world.settle(Project, first["id"], "removed")
    created(await world.admin.post(url, {"name": "lab3", "subnet": "10.99.8.0/22"}))


async def test_an_environment_keeps_its_subnet(world: World) -> None:
    made = created(await world.admin.post(f"{ROOT}/projects", {"name": "lab"}))
    reply = await world.admin.put(f"{ROOT}/projects/{made['id']}", {"subnet": "10.99.0.0/16"})
    assert reply.json["subnet"] is None
