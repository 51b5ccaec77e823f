import json
from typing import Any

import pytest
from aiohttp import web

from pasture.cli.exits import Exit
from pasture.wire.host_api import OUTPUT
from tests.cli.command import Shell
from tests.cli.scripts import say, says
from tests.cli.test_figures import row, used
from tests.client.fake_api import FakeApi


def rows(id: str, kind: str = "container") -> Any:
    """Return a stream that tells twice, a second and a half apart, and goes on."""

    async def talk(socket: web.WebSocketResponse, _: Any) -> None:
        first, second = row(id=id, resourceType=kind), used(750_000_000, id=id, resourceType=kind)
        await say(socket, *[(OUTPUT, json.dumps([one]).encode()) for one in (first, second)])
        await socket.receive()

    return talk


async def test_what_containers_use_is_a_table(api: FakeApi, shell: Shell) -> None:
    api.add("hosts", name="oak")
    api.add("containers", name="web", hostId="1h1")
    api.talks["containerStats"] = rows("1i1")
    ended = await shell.run("stats", "--no-stream")
    assert ended.exit is Exit.OK
    assert [line.split() for line in ended.out.splitlines()] == [
        ["ID", "NAME", "CPU", "%", "MEMORY", "MEM", "%", "NET", "IN/OUT", "DISK", "READ/WRITE"],
        ["1i1", "web", "50.0", "50", "/", "200", "25.0", "1", "/", "2", "6", "/", "8"],
    ]


async def test_numbers_are_for_scripts(api: FakeApi, shell: Shell) -> None:
    api.add("hosts", name="oak")
    api.talks["hostStats"] = rows("1h1", "host")
    ended = await shell.run("stats", "--no-stream", "--format", "json", "oak")
    [figures] = json.loads(ended.out)
    assert (figures["name"], figures["type"], figures["cpuPercent"]) == ("oak", "host", 25.0)
    assert (figures["memory"], figures["memoryPercent"]) == (50, 25.0)


async def test_a_stack_is_its_services_and_its_own_containers(api: FakeApi, shell: Shell) -> None:
    api.add("stacks", name="shop")
    api.add("services", name="web", stackId="1st1")
    api.add("containers", name="alone", stackId="1st1")
    api.add("containers", name="web-1", stackId="1st1", serviceId="1s1")
    api.talks["containerStats"] = rows("1i1")
    await shell.run("stats", "--no-stream", "shop")
    asked = [a.path for a in api.asked if a.path.endswith("containerStats")]
    assert sorted(path.split("/")[-2] for path in asked) == ["1i1", "1s1"]


@pytest.mark.parametrize(
    ("words", "exit"), [("", Exit.NOT_FOUND), ("--hosts oak", Exit.USAGE), ("oak", Exit.NOT_FOUND)]
)
async def test_nothing_to_look_at_is_said(shell: Shell, words: str, exit: Exit) -> None:
    assert (await shell.run("stats", "--no-stream", *words.split())).exit is exit


async def test_figures_that_break_off_are_asked_for_again(api: FakeApi, shell: Shell) -> None:
    api.add("containers", name="web")
    told = iter((says(error="the host is away for a moment"), rows("1i1")))

    async def talk(socket: web.WebSocketResponse, given: Any) -> None:
        await next(told)(socket, given)

    api.talks["containerStats"] = talk
    ended = await shell.run("stats", "--no-stream", "web")
    assert "web" in ended.out
    assert "trying again" in ended.err
