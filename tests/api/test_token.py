import pytest

from pasture.api.token import LASTS_MS
from pasture.model.audit import AuditLog
from pasture.model.credential import Session
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
