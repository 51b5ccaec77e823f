"""What a page of somebody else's may do with a browser that is logged in here: nothing."""

import pytest

from pasture.model.stack import Stack
from tests.api.world import ROOT, World
from tests.support.asgi import AsgiClient

HERE = "http://pasture.test"
EVIL = "http://evil.example"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 201),
        ({"origin": HERE}, 201),
        ({"origin": "HTTP://Pasture.Test:80"}, 201),
        ({"origin": HERE, "sec_fetch_site": "same-origin"}, 201),
        ({"sec_fetch_site": "none"}, 201),
        ({"origin": EVIL}, 403),
        ({"origin": "null"}, 403),
        ({"origin": ""}, 403),
        ({"origin": "http://["}, 403),
        ({"origin": f"{HERE}:8081"}, 403),
        ({"origin": f"{HERE}.evil.example"}, 403),
        ({"sec_fetch_site": "cross-site"}, 403),
        ({"sec_fetch_site": "same-site"}, 403),
    ],
)
async def test_a_foreign_page_writes_nothing_with_somebodys_credentials(
    world: World, headers: dict[str, str], status: int
) -> None:
    page = world.project.with_headers(content_type="text/plain", **headers)
    reply = await page.post(f"{ROOT}/stacks", {"name": "web"})
    assert reply.status == status, reply.content
    if status == 403:
        assert reply.code == "InvalidCSRFToken"
        assert "accepted: from a page of this server" in reply.json["message"]
    assert await world.store.count(Stack) == (status == 201)
    assert (await page.get(f"{ROOT}/stacks")).status == 200


async def test_a_page_behind_a_proxy_of_this_machine_is_ours(world: World) -> None:
    proxied = AsgiClient(world.app, world.project.headers, peer="127.0.0.1").with_headers(
        origin="https://pasture.example", x_forwarded_host="pasture.example"
    )
    assert (await proxied.post(f"{ROOT}/stacks", {"name": "web"})).status == 201


async def test_a_foreign_page_does_not_log_anybody_in(world: World) -> None:
    page = world.nobody.with_headers(origin=EVIL)
    assert (await page.post(f"{ROOT}/token", {"code": "admin:x"})).code == "InvalidCSRFToken"


async def test_a_picture_in_a_foreign_page_removes_nothing(world: World) -> None:
    stack = await world.stack()
    reply = await world.project.get(f"{ROOT}/stacks/{stack['id']}", _method="DELETE")
    assert (reply.status, reply.json["state"]) == (200, "active")


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost:8080", 200),
        ("127.0.0.1:8080", 200),
        ("127.9.9.9", 200),
        ("[::1]:8080", 200),
        ("192.0.2.9:8080", 200),
        ("Pasture.Test", 200),
        ("evil.example:8080", 403),
        ("localhost.evil.example", 403),
        ("127.0.0.1.evil.example", 403),
        ("pasture.test.evil.example", 403),
    ],
)
async def test_with_access_control_off_a_name_of_somebodys_own_is_refused(
    open_to_all: World, host: str, status: int
) -> None:
    reply = await open_to_all.nobody.with_headers(host=host).get(ROOT)
    assert reply.status == status, reply.content
    if status == 403:
        assert (reply.code, "accepted: localhost" in reply.json["message"]) == ("Forbidden", True)


async def test_a_rebound_page_cannot_forward_another_name(open_to_all: World) -> None:
    page = AsgiClient(open_to_all.app, {}, peer="127.0.0.1").with_headers(
        host="evil.example", x_forwarded_host="localhost"
    )
    assert (await page.post(f"{ROOT}/accounts", {"kind": "admin"})).status == 403
