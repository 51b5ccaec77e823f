from pasture.cli.exits import Exit
from tests.cli.command import Shell
from tests.client.fake_api import FakeApi

URL = "http://pasture.example.org/v1/scripts/T"


async def test_the_url_of_the_token_that_is_there_is_printed(api: FakeApi, shell: Shell) -> None:
    api.add("registrationTokens", state="inactive")
    api.add("registrationTokens")
    api.then["1c2"] = [{"registrationUrl": URL}]  # seen by itself only: lists hold no secret
    ended = await shell.run("registration-url")
    assert (ended.exit, ended.out, ended.err) == (Exit.OK, f"{URL}\n", "")
    assert api.bodies("POST") == []


async def test_a_token_is_made_where_there_is_none(api: FakeApi, shell: Shell) -> None:
    local = "http://127.0.0.1:8080/v1/scripts/T"
    api.then["1c1"] = [{}, {"registrationUrl": local, "state": "active", "transitioning": "no"}]
    ended = await shell.run("registration-url")
    assert (ended.exit, ended.out) == (Exit.OK, f"{local}\n")
    assert "from its own machine only" in ended.err
    assert api.bodies("POST") == [{}]
