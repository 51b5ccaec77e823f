import asyncio
import hashlib
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.applications import Starlette

from pasture.api.join import ARCHIVE, make
from pasture.auth.secrets import hash_key
from pasture.kit.ca import CaCertificate
from pasture.model.account import Account
from pasture.model.credential import AgentApiKey, RegistrationToken, token_text
from pasture.model.host import Agent
from pasture.model.setting import AGENT_IMAGE, Setting
from pasture.store.changes import Create, Update
from tests.api.world import World
from tests.support.asgi import AsgiClient, Reply

IMAGE = b"an image, as docker save writes it" * 1000
CA = CaCertificate("pem", "AB:CD")


class Server:
    """The routes of joining, over the rows of the world."""

    def __init__(self, world: World, data: Path) -> None:
        self.world = world
        self.data = data
        self.ca: CaCertificate | None = None
        app = Starlette(routes=make(world.store, data, ca=lambda: self.ca))
        self.client = AsgiClient(app)

    def carries(self, content: bytes = IMAGE) -> None:
        (self.data / ARCHIVE).write_bytes(content)

    async def token(self) -> str:
        row = await self.world.store.one(RegistrationToken)
        assert row is not None
        return token_text(row)

    async def script(self) -> str:
        reply = await self.client.get(f"/join/{await self.token()}")
        assert reply.status == 200, reply.content
        assert reply.header("content-type") == "text/x-shellscript; charset=utf-8"
        assert reply.header("cache-control") == "no-store"
        return reply.content.decode()


@pytest.fixture
async def server(world: World, tmp_path: Path) -> Server:
    return Server(world, tmp_path)


def is_shell(script: str) -> bool:
    done = subprocess.run(["/bin/sh", "-n"], input=script, text=True, check=False)
    return done.returncode == 0


def runs_through(script: str) -> None:
    subprocess.run(["/bin/sh", "-c", script], check=True, timeout=5)


async def test_a_script_joins_with_the_image_that_the_server_carries(server: Server) -> None:
    server.carries()
    script = await server.script()
    token = await server.token()
    assert script.startswith("#!/bin/sh\n")
    assert is_shell(script)
    assert f"sum={hashlib.sha256(IMAGE).hexdigest()}\n" in script
    assert f"http://pasture.test/v1/scripts/{token}" in script
    assert "\ndocker run --rm --cap-drop ALL " in script, "root runs it: no sudo"


async def test_another_image_has_another_sum(server: Server) -> None:
    server.carries()
    first = await server.script()
    server.carries(b"another")
    assert hashlib.sha256(b"another").hexdigest() in await server.script()
    assert hashlib.sha256(b"another").hexdigest() not in first


async def test_without_an_image_the_script_says_which_command_makes_one(server: Server) -> None:
    script = await server.script()
    assert is_shell(script)
    assert "sum=''\n" in script
    assert "make image" in script


async def test_the_setting_of_the_address_and_of_the_image_count(server: Server) -> None:
    store = server.world.store
    for name, value in (("api.host", "https://p.example"), (AGENT_IMAGE, "our/agent:2")):
        await store.write(Create(Setting(name=name, value=value, state="active")))
    script = await server.script()
    assert "server=https://p.example " in script
    assert " our/agent:2 https://p.example/v1/scripts/" in script


async def test_a_private_ca_is_pinned(server: Server) -> None:
    server.ca = CA
    assert " -e CA_FINGERPRINT=AB:CD " in await server.script()


async def test_what_comes_by_headers_stays_text(server: Server, tmp_path: Path) -> None:
    marker = tmp_path / "was-run"
    odd = server.client.with_headers(host=f"h$(touch {marker})`touch {marker}`';touch {marker};'")
    reply = await odd.get(f"/join/{await server.token()}")
    script = reply.content.decode().partition("\nfail()")[0]
    runs_through(script)
    assert not marker.exists()


@pytest.mark.parametrize("path", ["/join/{0}", "/join/{0}/image"])
@pytest.mark.parametrize("token", ["x", "REG:1767139200000:wrong", "REG", "%00"])
async def test_who_has_no_token_gets_nothing(server: Server, path: str, token: str) -> None:
    server.carries()
    reply = await server.client.get(path.format(token))
    assert reply.status == 404
    assert b"unknown or not active" in reply.content


async def test_a_token_that_was_deactivated_gets_nothing(server: Server) -> None:
    server.carries()
    token = await server.token()
    row = await server.world.store.one(RegistrationToken)
    assert row is not None
    await server.world.store.write(Update(replace(row, state="inactive")))
    assert (await server.client.get(f"/join/{token}/image")).status == 404


async def image_for(server: Server, login: str, secret: str) -> Reply:
    return await server.client.basic(login, secret).get("/join/image")


async def test_the_image_is_handed_to_tokens_and_to_agents(server: Server) -> None:
    server.carries()
    reply = await server.client.get(f"/join/{await server.token()}/image")
    assert (reply.status, reply.content) == (200, IMAGE)
    store = server.world.store
    account, *_ = await store.write(Create(Account(kind="agent", name="a", state="active")))
    await store.write(
        Create(Agent(account_id=account.id, state="active")),
        Create(
            AgentApiKey(
                account_id=account.id,
                public_value="AGENT",
                secret_value=hash_key("secret"),
                state="active",
            )
        ),
    )
    assert (await image_for(server, "AGENT", "secret")).content == IMAGE
    assert (await image_for(server, "AGENT", "guess")).status == 401
    assert (await image_for(server, "KEY-admin", "secret")).status == 401
    assert (await server.client.get("/join/image")).status == 401


async def test_a_server_without_an_image_says_how_one_is_made(server: Server) -> None:
    reply = await server.client.get(f"/join/{await server.token()}/image")
    assert reply.status == 404
    assert b"make image" in reply.content


async def test_many_at_once_are_handed_the_image(server: Server) -> None:
    server.carries()
    url = f"/join/{await server.token()}/image"
    replies = await asyncio.gather(*(server.client.get(url) for _ in range(4)))
    assert {r.content for r in replies} == {IMAGE}
