import pytest

from pasture.cli.complete.shells import SCRIPTS
from pasture.cli.exits import Exit
from tests.cli.command import Shell
from tests.client.fake_api import FakeApi


async def offered(shell: Shell, line: str) -> list[str]:
    """Return what is offered where a line ends."""
    ended = await shell.run("completion", "words", "--", *line.split(" ")[1:])
    assert (ended.exit, ended.err) == (Exit.OK, "")
    return [answer.partition("\t")[0] for answer in ended.out.splitlines()]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("pasture lo", ["logs", "login", "logout"]),
        ("pasture --project x lo", ["logs", "login", "logout"]),
        ("pasture logs --fol", ["--follow"]),
        ("pasture ps --format ", ["table", "json"]),
        ("pasture ps --format=", []),
        ("pasture stack ", ["create"]),
        ("pasture stack create --des", ["--description"]),
        ("pasture exec web --ta", []),
        ("pasture exec web sh ", []),
        ("pasture run nginx --na", []),
        ("pasture completion ", ["bash", "zsh", "fish"]),
        ("pasture nonsense ", []),
    ],
)
async def test_verbs_flags_and_values_need_no_server(
    shell: Shell, line: str, words: list[str]
) -> None:
    shell.api = None
    assert await offered(shell, line) == words


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("pasture logs ", ["web-1", "web-2", "shop/web", "shop"]),
        ("pasture logs -f --tail 3 we", ["web-1", "web-2"]),
        ("pasture logs web-1 we", ["web-1", "web-2"]),
        ("pasture exec -it web-", ["web-1", "web-2"]),
        ("pasture scale ", ["shop/web="]),
        ("pasture cp web", ["web-1:", "web-2:"]),
        ("pasture cp web-1:/e", []),
        ("pasture cp ./", []),
        ("pasture run --host ", ["oak"]),
        ("pasture run --stack s", ["shop"]),
        ("pasture switch ", ["Default"]),
        ("pasture --env ", ["Default"]),
        ("pasture run ", []),
    ],
)
async def test_names_are_those_that_are_there(
    api: FakeApi, shell: Shell, line: str, words: list[str]
) -> None:
    api.add("hosts", name="oak")
    api.add("stacks", name="shop")
    api.add("services", name="web", stackId="1st1")
    for name in ("web-1", "web-2", "evil\tname"):
        api.add("containers", name=name)
    assert await offered(shell, line) == words


async def test_who_cannot_ask_is_offered_nothing_and_told_nothing(
    api: FakeApi, shell: Shell
) -> None:
    shell.token = None
    assert await offered(shell, "pasture logs ") == []
    await api.stop()
    assert await offered(shell, "pasture logs ") == []


@pytest.mark.parametrize("name", SCRIPTS)
async def test_each_shell_has_a_script_that_asks(shell: Shell, name: str) -> None:
    ended = await shell.run("completion", name)
    assert ended.out == SCRIPTS[name]
    assert "completion words --" in ended.out
