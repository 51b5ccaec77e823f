"""What each answer has, whatever it is about."""

import logging
from typing import Any

import pytest

from pasture import __version__
from pasture.auth.authenticate import Authenticator
from pasture.model.types import TYPES
from tests.api.world import INSIDE, ROOT, World, app_of
from tests.support.asgi import BASE, AsgiClient

BROWSER = "Mozilla/5.0"


async def test_without_credentials_a_basic_challenge(world: World) -> None:
    reply = await world.nobody.get(f"{ROOT}/hosts")
    assert (reply.status, reply.code) == (401, "Unauthorized")
    assert (reply.header("www-authenticate") or "").startswith('Basic realm="Enter API access key')
    silent = await world.nobody.with_headers(X_API_No_Challenge="true").get(f"{ROOT}/hosts")
    assert (silent.status, silent.header("www-authenticate")) == (401, None)


async def test_headers_tell_who_asks_and_where_the_schemas_are(world: World) -> None:
    reply = await world.user("member").get(f"{INSIDE}/hosts")
    wanted = {
        "x-api-schemas": "http://pasture.test/v2-beta/projects/1a5/schemas",
        "x-api-client-ip": "192.0.2.7",
        "x-api-account-id": "1a5",
        "x-api-user-id": "1a11",
        "x-api-account-kind": "user",
        "x-api-account-name": "member",
        "x-rancher-version": "v1.6.30",
        "x-pasture-version": __version__,
        "content-type": "application/json; charset=utf-8",
        "set-cookie": "PL=rancher;Path=/",
        "expires": "Thu, 01 Jan 1970 00:00:00 GMT",
        "vary": "Accept-Encoding, User-Agent",
        "content-length": str(len(reply.content)),
    }
    assert {k: reply.header(k) for k in wanted} == wanted
    assert len(reply.header("x-request-id") or "") == 32


async def test_each_header_comes_once(world: World) -> None:
    endless = "&".join(f"a{n}=1" for n in range(1001))
    for path in (ROOT, f"{ROOT}/gadgets", f"{ROOT}?{endless}"):
        reply = await world.admin.get(path)
        names = [name for name, _ in reply.headers]
        assert len(names) == len(set(names)), path
        assert (reply.header("content-length"), reply.header("content-type")) == (
            str(len(reply.content)), "application/json; charset=utf-8",
        )  # fmt: skip


async def test_a_browser_gets_a_csrf_cookie_and_keeps_its_own(world: World) -> None:
    browser = world.admin.with_headers(user_agent=BROWSER)
    cookies = [v for k, v in (await browser.get(ROOT)).headers if k == "set-cookie"]
    assert [c for c in cookies if c.startswith("CSRF=")]
    known = browser.with_headers(cookie="PL=rancher; CSRF=AAAAAAAAAA")
    assert (await known.get(ROOT)).header("set-cookie") is None


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"cookie": "CSRF=AAAAAAAAAA"}, 403),
        ({"cookie": "CSRF=AAAAAAAAAA", "x_api_csrf": "BBBBBBBBBB"}, 403),
        ({"cookie": "CSRF=AAAAAAAAAA", "x_api_csrf": "AAAAAAAAAA"}, 201),
        ({}, 201),
        ({"sec_fetch_site": "cross-site"}, 403),
        ({"sec_fetch_site": "same-origin"}, 201),
    ],
)
async def test_a_browser_changes_nothing_from_another_sites_page(
    world: World, headers: dict[str, str], status: int
) -> None:
    browser = world.project.with_headers(user_agent=BROWSER, accept="application/json", **headers)
    reply = await browser.post(f"{ROOT}/stacks", {"name": "web"})
    assert reply.status == status
    if status == 403:
        assert reply.code == "InvalidCSRFToken"


async def test_actions_are_renamed_for_who_asks(world: World) -> None:
    client = world.project.with_headers(X_API_Action_Links="actionLinks")
    made = (await client.post(f"{ROOT}/stacks", {"name": "web"})).json
    assert "remove" in made["actionLinks"]
    assert "actions" not in made


@pytest.mark.parametrize("method", ["PATCH", "HEAD", "OPTIONS", "TRACE"])
@pytest.mark.parametrize(
    "path", ["", "/hosts", "/hosts/1h1", "/hosts/1h1/instances", "/schemas", "/settings",
             "/settings/api.host", "/identities"],
)  # fmt: skip
async def test_other_methods_are_refused(world: World, method: str, path: str) -> None:
    reply = await world.admin.send(method, ROOT + path)
    assert (reply.status, reply.code) == (405, "Method not allowed")


@pytest.mark.parametrize("path", ["gadgets", "gadgets/1g1", "hosts/1h99", "hosts/h1", "hosts/1",
                                  "hosts/1h1/gadgets", "schemas/gadget", "hosts/%00",
                                  "identities/x", "sessions", "agentapikeys/1c1"])  # fmt: skip
async def test_what_is_not_there_is_not_found(world: World, path: str) -> None:
    reply = await world.admin.get(f"{ROOT}/{path}")
    assert (reply.status, reply.code) == (404, "Not Found")


async def test_a_body_of_100_mb_is_refused(world: World) -> None:
    reply = await world.project.send("POST", f"{ROOT}/stacks", content=b"x" * 100_000_000)
    assert (reply.status, reply.code) == (413, "RequestEntityTooLarge")
    assert reply.header("connection") == "close"


async def test_json_nested_10_000_deep_is_refused(world: World) -> None:
    reply = await world.project.send("POST", f"{ROOT}/stacks", content=b"[" * 10_000)
    assert (reply.status, reply.code) == (400, "InvalidBodyContent")


async def test_a_million_rows_a_page_are_bounded(world: World) -> None:
    reply = await world.admin.get(f"{ROOT}/hosts", limit=1_000_000)
    assert reply.json["pagination"]["limit"] == 3000


async def test_a_form_and_a_body_without_type_are_accepted(world: World) -> None:
    form = world.project.with_headers(content_type="application/x-www-form-urlencoded")
    first = await form.send("POST", f"{ROOT}/stacks", content=b"name=one")
    second = await world.project.send("POST", f"{ROOT}/stacks", content=b'{"name": "two"}')
    third = await world.project.post(f"{ROOT}/stacks", {"name": "three"}, name="lost")
    assert [r.json["name"] for r in (first, second, third)] == ["one", "two", "three"]


async def test_a_method_in_query_or_form_counts_as_the_method(world: World) -> None:
    stack = await world.stack()
    url = f"{ROOT}/stacks/{stack['id']}"
    changed = await world.project.post(url, {"description": "d"}, _method="PUT")
    assert (changed.status, changed.json["description"]) == (200, "d")
    readonly = await world.user("readonly").post(f"{INSIDE}/stacks/1st1", _method="DELETE")
    assert readonly.status == 405
    gone = await world.project.post(url, {"_method": "DELETE"})
    assert gone.json["state"] == "removing"


async def test_an_error_of_ours_is_logged_once_with_its_request(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    class FailingRows:
        """Rows that fail in a way that nobody thought of."""

        async def get(self, cls: Any, id: int, /) -> Any:
            raise ZeroDivisionError

        async def find(self, cls: Any, /, *where: Any) -> Any:
            raise ZeroDivisionError

    auth = Authenticator(FailingRows(), world.clock, access_control=True)
    broken = app_of(world.store, auth, world.clock, world.hub)
    with caplog.at_level(logging.ERROR):
        reply = await AsgiClient(broken).basic("admin", "x").get(ROOT)
    assert (reply.status, reply.code) == (500, "Internal Server Error")
    assert (reply.header("x-request-id") or "none") in reply.json["detail"]
    assert len([r for r in caplog.records if r.levelno == logging.ERROR]) == 1


async def test_what_waits_for_a_host_is_no_error_of_ours(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        reply = await world.project.get(f"{ROOT}/hosts/1h1/hoststats")
    assert (reply.status, reply.code) == (503, "Service Unavailable")
    assert caplog.records == []


async def test_a_request_is_a_log_line_without_its_secrets(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        await world.admin.get(f"{ROOT}/hosts", token="canary")
        await world.nobody.get("/v1/scripts/canary:1:canary")
        await world.nobody.get("/v2-beta//Scripts//canary:1:canary")
        await world.admin.post(f"{ROOT}/ports", {})
    lines = [r for r in caplog.records if r.getMessage() == "request"]
    assert [(vars(r)["method"], vars(r)["status"], r.levelname) for r in lines] == [
        ("GET", 200, "DEBUG"), ("GET", 404, "INFO"), ("GET", 404, "INFO"), ("POST", 405, "INFO"),
    ], "a read as usual is of interest to nobody"  # fmt: skip
    assert vars(lines[0])["account"] == "1a1"
    assert "canary" not in str([vars(r) for r in lines])


async def test_no_path_or_header_breaks_an_answer(world: World) -> None:
    for path in ("/v2-beta/%2e%2e", "/v2-beta/hosts/" + "x" * 5000, "/v2-beta/\u00e5\u4e2d"):
        assert (await world.admin.get(path)).status in {404, 400}
    odd = world.admin.with_headers(cookie="=;,\x80", authorization="Basic \xff")
    assert (await odd.get(ROOT)).status == 401


@pytest.mark.parametrize("cls", TYPES, ids=lambda c: c.type.name)
async def test_each_readable_collection_answers(world: World, cls: Any) -> None:
    for client, role in ((world.admin, "admin"), (world.project, "project")):
        reply = await client.get(f"{ROOT}/{cls.type.plural}")
        letters = cls.type.roles.get(role, "")
        assert reply.status == (200 if "r" in letters else 405 if letters else 404), role
        if reply.status == 200:
            assert set(reply.json) >= {
                "type", "resourceType", "links", "createTypes", "actions", "data", "sortLinks",
                "pagination", "sort", "filters", "createDefaults",
            }  # fmt: skip


async def test_with_access_control_off_everybody_is_admin(open_to_all: World) -> None:
    wrong = open_to_all.nobody.basic("admin", "wrong")
    for client in (open_to_all.nobody, wrong):
        reply = await client.get(f"{ROOT}/accounts/1a1")
        assert (reply.status, reply.header("x-api-user-id")) == (200, "1a1")
    strict = wrong.with_headers(X_ENFORCE_AUTHENTICATION="true")
    assert (await strict.get(ROOT)).status == 401


@pytest.mark.parametrize("path", ["/", "/v1"])
async def test_the_root_names_the_api_to_who_may_use_it(world: World, path: str) -> None:
    reply = await world.admin.get(path)
    assert (reply.json["id"], reply.json["type"]) == ("v1", "apiVersion")
    assert reply.header("x-api-schemas") == f"{BASE}/v1/schemas"
    links = reply.json["links"]
    assert links["environments"] == f"{BASE}/v1/environments"
    assert links["apiKeys"] == f"{BASE}/v1/apikeys"
    assert "stacks" not in links
    stranger = await world.nobody.get(path)
    assert (stranger.status, stranger.code) == (401, "Unauthorized")
    assert (stranger.header("www-authenticate") or "").startswith("Basic")
