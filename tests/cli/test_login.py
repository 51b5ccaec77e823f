import json
import stat

import pytest

from pasture.cli.exits import Exit
from tests.cli.command import Shell
from tests.client.fake_api import KEY, PASSWORD, SECRET, TOKEN, USER, FakeApi


@pytest.fixture
def stranger(api: FakeApi, shell: Shell) -> Shell:
    shell.api, shell.token = None, None
    return shell


async def logged_in(api: FakeApi, stranger: Shell) -> None:
    words = ("login", api.url, "--user", USER, "--password-stdin")
    ended = await stranger.run(*words, stdin=f"{PASSWORD}\n")
    assert ended.exit is Exit.OK, ended.err


async def test_login_keeps_a_token_owner_only_and_never_the_password(
    api: FakeApi, stranger: Shell
) -> None:
    await logged_in(api, stranger)
    text = stranger.config.read_text()
    assert json.loads(text) == {"url": api.url, "token": TOKEN}
    assert PASSWORD not in text
    assert stat.S_IMODE(stranger.config.stat().st_mode) == 0o600
    assert stat.S_IMODE(stranger.config.parent.stat().st_mode) == 0o700
    assert [p.name for p in stranger.config.parent.iterdir()] == ["client.json"]


async def test_after_login_commands_need_no_more(api: FakeApi, stranger: Shell) -> None:
    await logged_in(api, stranger)
    api.add("containers", name="web")
    assert (await stranger.run("ps", "-q")).out == "1i1\n"


async def test_a_kept_token_is_not_sent_to_another_server(api: FakeApi, stranger: Shell) -> None:
    await logged_in(api, stranger)
    async with FakeApi() as other:
        ended = await stranger.run("ps", "--url", other.url)
        assert ended.exit is Exit.NOT_AUTHORISED
        assert "Authorization" not in other.asked[0].headers


async def test_an_api_key_can_be_kept_instead(api: FakeApi, stranger: Shell) -> None:
    words = ("login", api.url, "--access-key", KEY, "--password-stdin")
    assert (await stranger.run(*words, stdin=f"{SECRET}\n")).exit is Exit.OK
    kept = json.loads(stranger.config.read_text())
    assert kept == {"url": api.url, "access_key": KEY, "secret_key": SECRET}
    assert (await stranger.run("ps")).exit is Exit.OK


async def test_a_wrong_password_keeps_nothing(api: FakeApi, stranger: Shell) -> None:
    ended = await stranger.run(
        "login", api.url, "--user", USER, "--password-stdin", stdin="wrong\n"
    )
    assert ended.exit is Exit.NOT_AUTHORISED
    assert ended.err.startswith("pasture: wrong name or password\n")
    assert not stranger.config.exists()


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--user", USER], "--password-stdin"),
        (["--password-stdin"], "--user NAME"),
        (["--user", USER, "--password-stdin"], "password is empty"),
    ],
)
async def test_without_a_terminal_all_must_be_said(
    api: FakeApi, stranger: Shell, words: list[str], complaint: str
) -> None:
    ended = await stranger.run("login", api.url, *words)
    assert ended.exit is Exit.USAGE
    assert complaint in ended.err


async def test_a_password_over_plain_http_is_warned_about(stranger: Shell) -> None:
    ended = await stranger.run(
        "login", "http://pasture.invalid", "--user", "a", "--password-stdin", stdin="b\n"
    )
    assert "http://pasture.invalid is no https: what you type travels in clear" in ended.err
    assert ended.exit is Exit.UNREACHABLE


async def test_switch_keeps_the_environment_with_the_login(api: FakeApi, stranger: Shell) -> None:
    api.project_names = {"1a5": "Default", "1a7": "Shop"}
    await logged_in(api, stranger)
    ended = await stranger.run("switch", "shop")
    assert (ended.exit, ended.err) == (Exit.OK, "environment Shop (1a7)\n")
    await stranger.run("ps")
    assert api.asked[-1].path == "/v2-beta/projects/1a7/containers"
    assert (await stranger.run("switch", "nowhere")).exit is Exit.NOT_FOUND


async def test_logout_ends_the_session_and_forgets_it(api: FakeApi, stranger: Shell) -> None:
    await logged_in(api, stranger)
    assert (await stranger.run("logout")).exit is Exit.OK
    assert (api.asked[-1].method, api.asked[-1].path) == ("DELETE", "/v2-beta/token/current")
    assert not stranger.config.exists()
    assert (await stranger.run("logout")).exit is Exit.FAILED


async def test_a_config_that_others_may_read_is_refused(api: FakeApi, stranger: Shell) -> None:
    await logged_in(api, stranger)
    stranger.config.chmod(0o644)
    ended = await stranger.run("ps")
    assert ended.exit is Exit.FAILED
    assert f"chmod 600 {stranger.config}" in ended.err


@pytest.mark.parametrize("text", ["", "not json", "[]", "nul\x00l"])
async def test_a_broken_config_is_said_by_name(stranger: Shell, text: str) -> None:
    stranger.config.parent.mkdir(parents=True)
    stranger.config.write_text(text)
    stranger.config.chmod(0o600)
    ended = await stranger.run("ps")
    assert ended.exit is Exit.FAILED
    assert str(stranger.config) in ended.err


async def test_a_token_may_come_from_a_file(api: FakeApi, stranger: Shell) -> None:
    file = stranger.home / "token"
    file.write_text(f"{TOKEN}\n")
    words = ("--url", api.url, "--token-file", str(file), "ps")
    assert (await stranger.run(*words)).exit is Exit.OK
    file.write_text("")
    assert (await stranger.run(*words)).exit is Exit.USAGE


async def test_half_a_key_pair_is_usage(api: FakeApi, stranger: Shell) -> None:
    ended = await stranger.run("ps", PASTURE_URL=api.url, PASTURE_ACCESS_KEY=KEY)
    assert (ended.exit, "PASTURE_SECRET_KEY" in ended.err) == (Exit.USAGE, True)
