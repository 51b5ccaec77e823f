import subprocess

import pytest

from pasture.model.credential import RegistrationToken, token_text
from tests.api.world import ROOT, World


async def token_of(world: World) -> str:
    token = await world.store.one(RegistrationToken)
    assert token is not None
    return token_text(token)


def evaluated(script: str, command: str) -> str:
    """Return what a command prints in a shell that has run a script."""
    shell = ["/bin/sh", "-c", f"{script}\n{command}"]
    return subprocess.run(shell, capture_output=True, text=True, check=True, env={}).stdout


@pytest.mark.parametrize("start", ["/v1", ROOT, f"{ROOT}/projects/1a5"])
async def test_a_joining_machine_learns_where_to_register(world: World, start: str) -> None:
    token = await token_of(world)
    reply = await world.nobody.get(f"{start}/scripts/{token}")
    assert (reply.status, reply.header("content-type")) == (200, "text/plain; charset=utf-8")
    text = reply.content.decode()
    assert text.startswith("#!/bin/sh\n")
    assert 'export CATTLE_URL="http://pasture.test/v1"\n' in text
    assert set(evaluated(text, "env").splitlines()) >= {
        "CATTLE_REGISTRATION_ACCESS_KEY=registrationToken",
        f"CATTLE_REGISTRATION_SECRET_KEY={token}",
        "CATTLE_URL=http://pasture.test/v1",
        "DETECTED_CATTLE_AGENT_IP=192.0.2.7",
    }


@pytest.mark.parametrize("token", ["", "x", "REG:1767139200000:wrong", "REG", "\0"])
async def test_another_token_is_not_found(world: World, token: str) -> None:
    assert (await world.nobody.get(f"/v1/scripts/{token}")).status == 404


async def test_what_comes_by_headers_stays_text(world: World) -> None:
    token = await token_of(world)
    odd = world.nobody.with_headers(host='h; rm -rf $(x)`y`\'z\\n"\\"')
    text = (await odd.get(f"/v1/scripts/{token}")).content.decode()
    told = evaluated(text, 'printf %s "$CATTLE_URL"')
    assert told.strip() == 'http://h; rm -rf $(x)`y`\'z\\n"\\"/v1'
