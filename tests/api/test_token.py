import pytest

from pasture.api.token import LASTS_MS
from pasture.kit.tasks import TaskGroup
from pasture.model.account import Project, ProjectMember
from pasture.model.audit import AuditLog
from pasture.model.credential import Session
from pasture.model.query import Where
from tests.api.world import PASSWORD, ROOT, World

URL = f"{ROOT}/token"


async def test_a_login_gives_a_token_that_proves_it(world: World) -> None:
    reply = await world.nobody.post(URL, {"code": f"member:{PASSWORD}"})
    assert reply.status == 201
    token = reply.json
    assert {k: token[k] for k in ("type", "accountId", "userType", "user", "security")} == {
        "type": "token", "accountId": "1a11", "userType": "user", "user": "member",
        "security": True,
    }  # fmt: skip
    assert token["userIdentity"]["id"] == "1i!rancher_id:1a11"
    assert token["identities"] == [token["userIdentity"]]
    client = world.nobody.bearer(token["jwt"])
    assert (await client.get(f"{ROOT}/projects")).json["data"][0]["id"] == "1a5"
    [session] = await world.store.find(Session)
    assert session.secret_value.startswith("sha256$")
    assert session.expires == world.clock.now + LASTS_MS


async def test_an_admin_is_told_so(world: World) -> None:
    token = (await world.nobody.post(URL, {"code": f"admin:{PASSWORD}"})).json
    assert token["userType"] == "admin"


@pytest.mark.parametrize(
    ("body", "status"),
    [({"code": "admin:wrong"}, 401), ({"code": "nobody:x"}, 401), ({"code": "admin"}, 403),
     ({}, 403), ({"code": None}, 403), ({"code": ["admin:x"]}, 401), ({"code": {"a": 1}}, 401)],
)  # fmt: skip
async def test_a_wrong_login_gives_none(world: World, body: dict[str, object], status: int) -> None:
    reply = await world.nobody.post(URL, body)
    assert reply.status == status
    assert await world.store.find(Session) == []


async def test_a_browser_keeps_the_login_where_no_script_and_no_other_site_gets_it(
    world: World,
) -> None:
    body = {"code": f"member:{PASSWORD}"}
    browser = world.nobody.with_headers(user_agent="Mozilla/5.0", accept="application/json")
    reply = await browser.post(URL, body)
    [cookie] = [v for k, v in reply.headers if k == "set-cookie" and v.startswith("token=")]
    assert cookie.startswith(f"token={reply.json['jwt']}; Path=/; Max-Age=57600; ")
    assert cookie.endswith("; HttpOnly; SameSite=Strict")
    program = await world.nobody.post(URL, body)
    assert not [v for k, v in program.headers if k == "set-cookie" and v.startswith("token=")]


async def test_a_form_logs_in_too(world: World) -> None:
    client = world.nobody.with_headers(content_type="application/x-www-form-urlencoded")
    content = f"code=admin:{PASSWORD}".replace(" ", "+").encode()
    assert (await client.send("POST", URL, content=content)).status == 201


async def test_anybody_may_ask_how_to_log_in(world: World) -> None:
    reply = await world.nobody.get(URL)
    [shown] = reply.json["data"]
    assert (reply.status, shown["security"], shown["enabled"]) == (200, True, True)
    assert (shown["authProvider"], shown["user"], shown["jwt"]) == ("localAuthConfig", None, None)
    [own] = (await world.user("member").get(URL)).json["data"]
    assert own["user"] == "member"


async def test_with_access_control_off_no_login_is_needed(open_to_all: World) -> None:
    [shown] = (await open_to_all.nobody.get(URL)).json["data"]
    assert shown["security"] is False


async def test_logging_out_ends_the_session(world: World) -> None:
    token = (await world.nobody.post(URL, {"code": f"admin:{PASSWORD}"})).json["jwt"]
    client = world.nobody.with_headers(cookie=f"token={token}")
    assert (await client.get(ROOT)).status == 200
    reply = await client.delete(f"{URL}/current")
    assert (reply.status, reply.content) == (204, b"")
    assert ("set-cookie", "token=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT") in reply.headers
    assert (await client.get(ROOT)).status == 401
    assert (await client.delete(f"{URL}/current")).status == 204


async def test_a_token_is_neither_put_nor_patched(world: World) -> None:
    for method in ("PUT", "PATCH"):
        assert (await world.nobody.send(method, URL)).status == 405


async def test_login_and_logout_leave_their_audit_rows(world: World) -> None:
    token = (await world.nobody.post(URL, {"code": f"member:{PASSWORD}"})).json["jwt"]
    await world.nobody.post(URL, {"code": "member:wrong"})
    await world.nobody.bearer(token).delete(f"{URL}/current")
    await world.nobody.bearer(token).delete(f"{URL}/current")  # nothing to end any more
    rows = await world.store.find(AuditLog)
    assert [(r.event_type, r.response_code) for r in rows] == [
        ("api.token.create", 201),
        ("api.token.delete", 204),
    ]
    for row in rows:
        assert (row.account_id, row.authenticated_as_account_id) == (11, 11)
        assert (row.auth_type, row.client_ip) == ("TokenAuth", "192.0.2.7")
    assert all(secret not in str(rows) for secret in (PASSWORD, token[:20], token[20:]))


async def test_the_first_login_of_a_new_user_makes_an_environment(world: World) -> None:
    token = (await world.nobody.post(URL, {"code": f"stranger:{PASSWORD}"})).json
    client = world.nobody.bearer(token["jwt"])
    [project] = (await client.get(f"{ROOT}/projects")).json["data"]
    assert (project["name"], project["state"]) == ("stranger-Default", "registering")
    await world.settle(Project, project["id"], "active")
    members = (await client.get(f"{ROOT}/projects/{project['id']}/projectmembers")).json["data"]
    assert [(m["externalId"], m["role"]) for m in members] == [("1a14", "owner")]
    made = await client.post(f"{ROOT}/projects/{project['id']}/stacks", {"name": "web"})
    assert made.status == 201
    [row] = await world.store.find(AuditLog, Where("event_type", "api.environment.create"))
    assert (row.account_id, row.client_ip) == (14, "192.0.2.7")


@pytest.mark.parametrize("name", ["admin", "member", "readonly", "looker"])
async def test_who_has_an_environment_or_sees_all_gets_none(world: World, name: str) -> None:
    before = len(await world.store.find(Project))
    await world.nobody.post(URL, {"code": f"{name}:{PASSWORD}"})
    assert len(await world.store.find(Project)) == before


async def test_who_left_every_environment_gets_no_other(world: World) -> None:
    [member] = await world.store.find(ProjectMember, Where("member_id", 11))
    await world.settle(ProjectMember, f"1pm{member.id}", "removed")
    await world.nobody.post(URL, {"code": f"member:{PASSWORD}"})
    assert await world.store.find(Project, Where("name", "member-Default")) == []


async def test_two_first_logins_at_once_make_one_environment(world: World) -> None:
    async with TaskGroup() as tasks:
        for _ in range(4):
            tasks.create_task(world.nobody.post(URL, {"code": f"stranger:{PASSWORD}"}))
    assert len(await world.store.find(Project, Where("name", "stranger-Default"))) == 1
    assert len(await world.store.find(Session)) == 4
