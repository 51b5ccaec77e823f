"""Where streams are: who gets a token, for what, in which state; what the audit keeps of it."""

from dataclasses import dataclass, replace
from typing import Any

import pytest

from pasture.auth.host_token import HostTokens
from pasture.model.audit import AuditLog
from pasture.model.container import Container
from pasture.model.host import LINK_CLOSED, LINK_OPEN, Agent, Host
from pasture.model.service import LaunchConfig, Service
from pasture.model.stack import Stack
from pasture.server.signing_key import StoredKeys
from pasture.store.changes import Update
from tests.api.world import INSIDE, OTHER_PROJECT, PROJECT, ROOT, World
from tests.support.asgi import BASE, Reply

ENGINE_ID = "e" * 64
COMMAND = {"command": ["sh", "-c", "id"]}
INPUTS: dict[str, Any] = {
    "logs": {},
    "execute": COMMAND,
    "console": {},
    "copyfrom": {"path": "/a"},
    "copyto": {"path": "/a"},
}


@dataclass(frozen=True)
class Placed:
    """A container that runs on a host whose agent is connected."""

    world: World
    agent: Agent
    host: Host
    row: Container

    @property
    def url(self) -> str:
        return f"{INSIDE}/containers/1i{self.row.id}"

    async def act(self, action: str, body: Any = None, client: Any = None) -> Reply:
        given = INPUTS[action] if body is None else body
        return await (client or self.world.project).post(f"{self.url}?action={action}", given)

    async def claims(self, access: Any, path: str) -> Any:
        """Return what a token opens, which must be this path, as its URL says."""
        assert access["url"] == f"{BASE.replace('http', 'ws')}{path}"
        tokens = HostTokens(StoredKeys(self.world.store), self.world.clock)
        return await tokens.claims(access["token"], path)


async def placed(world: World, **fields: Any) -> Placed:
    agent = await world.made(Agent(project_id=PROJECT, state="active", link_state=LINK_OPEN))
    host = await world.store.get(Host, 1)
    assert host is not None
    [host] = await world.store.write(Update(replace(host, agent_id=agent.id)))
    assert isinstance(host, Host)
    given: dict[str, Any] = {
        "account_id": PROJECT, "name": "c", "state": "running", "host_id": host.id,
        "external_id": ENGINE_ID, "image_uuid": "docker:a", "started": 1,
    }  # fmt: skip
    return Placed(world, agent, host, await world.made(Container(**{**given, **fields})))


async def test_logs_lead_to_a_socket_with_the_references_claims(world: World) -> None:
    here = await placed(world, tty=True)
    reply = await here.act("logs")
    assert (reply.status, reply.json["type"]) == (200, "hostAccess")
    claims = await here.claims(reply.json, "/v1/logs/")
    assert claims["hostUuid"] == here.host.uuid
    assert claims["logs"] == {
        "Container": ENGINE_ID, "Lines": 100, "Follow": True, "Timestamps": True, "Since": "",
        "Tty": True,
    }  # fmt: skip
    given = {"follow": False, "lines": -1, "timestamps": None, "since": "10s"}
    told = await here.claims((await here.act("logs", given)).json, "/v1/logs/")
    assert told["logs"] == {
        "Container": ENGINE_ID, "Lines": None, "Follow": False, "Timestamps": True,
        "Since": str(world.clock.now // 1000 - 10), "Tty": True,
    }  # fmt: skip


async def test_a_command_leads_to_a_socket_with_the_references_claims(world: World) -> None:
    here = await placed(world)
    claims = await here.claims((await here.act("execute")).json, "/v1/exec/")
    assert claims["exec"] == {
        "Container": ENGINE_ID, "Cmd": ["sh", "-c", "id"], "AttachStdin": True,
        "AttachStdout": True, "Tty": True,
    }  # fmt: skip
    more = {**COMMAND, "tty": False, "environment": ["A=b"], "user": "u", "workingDir": "/w",
            "width": 80, "height": 24}  # fmt: skip
    told = await here.claims((await here.act("execute", more)).json, "/v1/exec/")
    assert told["exec"] == {
        **claims["exec"], "Tty": False, "Env": ["A=b"], "User": "u", "WorkingDir": "/w",
        "Width": 80, "Height": 24,
    }  # fmt: skip


async def test_a_console_and_copies_lead_to_theirs(world: World) -> None:
    here = await placed(world)
    claims = await here.claims((await here.act("console")).json, "/v1/console/")
    assert claims["console"] == {"container": ENGINE_ID}
    for action in ("copyfrom", "copyto"):
        claims = await here.claims((await here.act(action)).json, f"/v1/{action}/")
        assert claims["copy"] == {"container": ENGINE_ID, "path": "/a"}


async def test_a_container_that_never_ran_is_heard_from_its_start_on(world: World) -> None:
    here = await placed(world, state="stopped", started=None)
    claims = await here.claims((await here.act("console")).json, "/v1/console/")
    assert claims["console"] == {"container": ENGINE_ID, "from_start": True}


@pytest.mark.parametrize(
    ("proto", "scheme"), [("https", "wss"), ("http", "ws")], ids=["behind TLS", "in clear"]
)
async def test_the_socket_is_where_the_client_sees_us(
    world: World, proto: str, scheme: str
) -> None:
    here = await placed(world)
    client = world.project.with_headers(x_forwarded_proto=proto, x_forwarded_host="p.example:8443")
    reply = await here.act("logs", client=client)
    assert reply.json["url"] == f"{scheme}://p.example:8443/v1/logs/"


@pytest.mark.parametrize(
    ("who", "offered"),
    [
        ("owner", {*INPUTS}),
        ("member", {*INPUTS}),
        ("restricted", {*INPUTS}),
        ("readonly", {"logs"}),
        ("looker", {"logs"}),
    ],
)
async def test_who_only_reads_has_the_logs_alone(world: World, who: str, offered: set[str]) -> None:
    here = await placed(world)
    client = world.user(who)
    shown = (await client.get(here.url)).json
    assert INPUTS.keys() & shown["actions"].keys() == offered
    for action in INPUTS:
        reply = await here.act(action, client=client)
        assert (reply.status == 200) == (action in offered), (action, reply.content)
        if action not in offered:
            assert (reply.status, reply.code) == (422, "ActionNotAvailable")
    schema = (await client.get(f"{INSIDE}/schemas/container")).json
    assert INPUTS.keys() & schema["resourceActions"].keys() == offered


async def test_strangers_and_other_environments_see_nothing(world: World) -> None:
    here = await placed(world)
    other = world.key("other")
    assert (await other.post(f"{ROOT}/containers/1i1?action=logs", {})).status == 404
    assert (await world.user("stranger").post(f"{here.url}?action=logs", {})).status == 403
    assert (await world.nobody.post(f"{here.url}?action=logs", {})).status == 401
    assert (await other.get(f"{ROOT}/hosts/1h1/hoststats")).status == 404


@pytest.mark.parametrize(
    ("state", "missing"),
    [
        ("running", set[str]()),
        ("starting", {"execute"}),
        ("stopped", {"execute", "console"}),
        ("error", {"execute", "console"}),
        ("creating", {*INPUTS}),
        ("removed", {*INPUTS}),
    ],
)
async def test_what_a_state_has_nothing_for_is_not_offered(
    world: World, state: str, missing: set[str]
) -> None:
    here = await placed(world, state=state)
    shown = (await world.project.get(here.url)).json
    assert INPUTS.keys() & shown["actions"].keys() == INPUTS.keys() - missing


async def test_a_command_in_a_stopped_container_is_refused_with_what_comes_first(
    world: World,
) -> None:
    here = await placed(world, state="stopped")
    reply = await here.act("execute")
    assert (reply.status, reply.code) == (422, "ActionNotAvailable")
    assert "this container is stopped: start it first" in reply.json["message"]


async def test_a_container_that_is_nowhere_yet_has_no_streams(world: World) -> None:
    here = await placed(world, external_id=None)
    for reply in (await here.act("logs"), await world.project.get(f"{here.url}/containerstats")):
        assert (reply.status, reply.code) == (422, "ActionNotAvailable")
        assert "not made on a host yet" in reply.json["message"]


async def test_a_host_that_is_not_connected_is_told_at_once(world: World) -> None:
    here = await placed(world)
    await world.store.write(Update(replace(here.agent, link_state=LINK_CLOSED)))
    for reply in (
        await here.act("logs"),
        await here.act("execute"),
        await world.project.get(f"{here.url}/containerstats"),
        await world.project.get(f"{INSIDE}/hosts/1h1/hoststats"),
    ):
        assert reply.status == 503
        assert "host h1 (1h1) is not connected" in reply.json["message"]


@pytest.mark.parametrize(
    ("action", "body", "refused"),
    [
        ("execute", {}, ("MissingRequired", "command")),
        ("execute", {"command": []}, ("MissingRequired", "command")),
        ("execute", {"command": ["a" * 40_000]}, ("MaxLengthExceeded", "command")),
        ("execute", {**COMMAND, "environment": ["x" * 40_000]}, ("MaxLengthExceeded", "command")),
        ("execute", {**COMMAND, "width": 0}, ("MinLimitExceeded", "width")),
        ("logs", {"lines": -2}, ("MinLimitExceeded", "lines")),
        ("logs", {"since": "yesterday"}, ("InvalidFormat", "since")),
        ("copyfrom", {}, ("MissingRequired", "path")),
        ("copyto", {"path": ""}, ("MinLengthExceeded", "path")),
    ],
)
async def test_what_cannot_be_is_refused(
    world: World, action: str, body: Any, refused: tuple[str, str]
) -> None:
    reply = await (await placed(world)).act(action, body)
    assert (reply.status, (reply.code, reply.json["fieldName"])) == (422, refused), reply.content


async def test_a_long_command_still_fits_into_the_head_of_a_request(world: World) -> None:
    here = await placed(world)
    reply = await here.act("execute", {"command": ["a" * 32_000], "tty": False})
    assert reply.status == 200
    assert len(reply.json["token"]) < 60 * 1024


async def test_every_opening_is_audited_without_what_may_be_secret(world: World) -> None:
    here = await placed(world)
    for action in INPUTS:
        await here.act(action)
    await here.act("execute", {**COMMAND, "environment": ["PASSWORD=canary-1"]})
    rows = await world.store.find(AuditLog)
    assert [r.event_type for r in rows] == [
        *(f"api.container.{action}" for action in INPUTS),
        "api.container.execute",
    ]
    assert {(r.resource_id, r.response_code) for r in rows} == {(here.row.id, 200)}
    assert rows[1].request_object == '{"command":["sh","-c","id"]}'
    assert not any("canary-1" in str(r.request_object) for r in rows)


async def test_figures_lead_to_their_sockets(world: World) -> None:
    here = await placed(world)
    stack = await world.made(Stack(account_id=PROJECT, name="s", state="active"))
    service = await world.made(
        Service(
            account_id=PROJECT, stack_id=stack.id, name="w", state="active",
            launch_config=LaunchConfig(image_uuid="docker:a"),
        )
    )  # fmt: skip
    ids = {ENGINE_ID: f"1i{here.row.id}"}
    host = {"hostUuid": here.host.uuid, "resourceId": "1h1"}
    for url, link, path, expected in (
        (here.url, "stats", f"/v1/stats/{ENGINE_ID}", {"containerIds": ids}),
        (here.url, "containerStats", f"/v1/containerstats/{ENGINE_ID}", {"containerIds": ids}),
        (f"{INSIDE}/hosts/1h1", "stats", "/v1/stats", host),
        (f"{INSIDE}/hosts/1h1", "hostStats", "/v1/hoststats", host),
        (f"{INSIDE}/hosts/1h1", "containerStats", "/v1/containerstats", host),
        (
            f"{INSIDE}/services/1s{service.id}", "containerStats", "/v1/containerstats/service",
            {"resourceId": f"1s{service.id}"},
        ),
        (f"{ROOT}/projects/1a5", "hostStats", "/v1/hoststats/project/", {"resourceId": "1a5"}),
    ):  # fmt: skip
        shown = (await world.user("readonly").get(url)).json
        reply = await world.user("readonly").get(shown["links"][link])
        assert (reply.status, reply.json["type"]) == (200, "statsAccess"), (link, reply.content)
        claims = await here.claims(reply.json, path)
        assert {k: claims[k] for k in expected} == expected
    assert (await world.project.post(f"{here.url}/containerstats", {})).status == 405


async def test_the_same_is_said_in_v1(world: World) -> None:
    here = await placed(world)
    shown = (await world.project.get(here.url.replace(ROOT, "/v1"))).json
    assert "/v1/" in shown["actions"]["logs"]
    for reply in (
        await world.project.post(shown["actions"]["logs"], {}),
        await world.project.get(shown["links"]["containerStats"]),
    ):
        assert reply.status == 200, reply.content


async def test_schemas_tell_what_is_taken_and_answered(world: World) -> None:
    schemas = {s["id"]: s for s in (await world.project.get(f"{INSIDE}/schemas")).json["data"]}
    acts = schemas["container"]["resourceActions"]
    assert acts["logs"] == {"input": "containerLogs", "output": "hostAccess"}
    assert acts["execute"] == {"input": "containerExec", "output": "hostAccess"}
    defaults = {n: f.get("default") for n, f in schemas["containerLogs"]["resourceFields"].items()}
    assert defaults == {"follow": True, "lines": 100, "timestamps": True, "since": ""}
    command = schemas["containerExec"]["resourceFields"]
    assert command["command"]["required"]
    assert [command[n]["default"] for n in ("attachStdin", "attachStdout", "tty")] == [True] * 3
    for name in ("hostAccess", "statsAccess"):
        assert schemas[name]["resourceFields"].keys() == {"url", "token"}


async def test_the_public_key_is_for_everybody(world: World) -> None:
    reply = await world.nobody.get("/v1/scripts/api.crt")
    assert reply.status == 200
    assert reply.content.startswith(b"-----BEGIN PUBLIC KEY-")


async def test_no_token_is_for_a_host_of_another_environment(world: World) -> None:
    here = await placed(world)
    theirs = await world.made(replace(here.row, id=0, uuid="", name="d", account_id=OTHER_PROJECT))
    reply = await world.project.post(f"{INSIDE}/containers/1i{theirs.id}?action=logs", {})
    assert reply.status == 404
