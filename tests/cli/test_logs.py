from typing import Any

import pytest
from aiohttp import web

from pasture.cli.exits import Exit
from tests.cli.command import Shell
from tests.cli.scripts import breaks_off, err, one_after_the_other, out, says
from tests.client.fake_api import FakeApi, error_body

STAMP = "2026-01-01T00:00:{:02}.000000000Z"


def at(second: int, text: str) -> str:
    return f"{STAMP.format(second)} {text}\n"


async def test_lines_go_where_they_were_written_to(api: FakeApi, shell: Shell) -> None:
    api.add("containers", name="web")
    api.talks["logs"] = says(out(at(1, "one") + at(2, "two")), err(at(3, "bad")), out(at(4, "end")))
    ended = await shell.run("logs", "web")
    assert (ended.exit, ended.out, ended.err) == (Exit.OK, "one\ntwo\nend\n", "bad\n")
    assert api.given["logs"] == {"follow": False, "lines": 100, "since": "", "timestamps": True}


@pytest.mark.parametrize(
    ("words", "given"),
    [
        ("--tail 5", {"lines": 5, "since": ""}),
        ("-n all", {"lines": None, "since": ""}),
        ("--since 10m", {"lines": None, "since": "10m"}),
        ("--since 10m --tail 3", {"lines": 3, "since": "10m"}),
    ],
)
async def test_which_lines_are_asked_for(
    api: FakeApi, shell: Shell, words: str, given: dict[str, Any]
) -> None:
    api.add("containers", name="web")
    api.talks["logs"] = says()
    assert (await shell.run("logs", *words.split(), "web")).exit is Exit.OK
    assert given.items() <= api.given["logs"].items()


async def test_times_are_shown_if_asked_for(api: FakeApi, shell: Shell) -> None:
    api.add("containers", name="web")
    api.talks["logs"] = says(out(at(1, "one")))
    assert (await shell.run("logs", "-t", "web")).out == at(1, "one")


async def test_lines_of_a_service_are_in_the_order_of_time_behind_names(
    api: FakeApi, shell: Shell
) -> None:
    service = api.add("services", name="web", stackId="1st1")
    for name in ("web-1", "web-20"):
        api.add("containers", name=name, serviceId=service["id"])
    api.talks["logs"] = one_after_the_other(
        says(out(at(1, "a") + at(4, "d"))), says(out(at(2, "b") + at(3, "c")))
    )
    lines = (await shell.run("logs", "web")).out.splitlines()
    assert [line.split("| ")[1] for line in lines] == ["a", "b", "c", "d"]
    assert {line.index("|") for line in lines} == {len("web-20 ")}


async def test_a_follower_goes_on_after_a_break_with_what_it_has_not_seen(
    api: FakeApi, shell: Shell
) -> None:
    api.add("containers", name="web")
    api.talks["logs"] = one_after_the_other(
        breaks_off(out(at(1, "one") + at(2, "two"))),
        says(error="the host is gone for a moment"),
        says(out(at(1, "one") + at(2, "two") + at(2, "also two") + at(3, "three"))),
    )
    ended = await shell.run("logs", "-f", "web")
    assert (ended.exit, ended.out) == (Exit.OK, "one\ntwo\nalso two\nthree\n")
    assert api.given["logs"]["since"] == "1767225601"  # a second before the last line
    assert api.given["logs"]["lines"] is None
    told = ended.err.splitlines()
    assert "trying again" in told[0]
    assert told[-1] == "pasture: web: going on"


async def test_who_does_not_follow_is_told_why_it_broke_off(api: FakeApi, shell: Shell) -> None:
    api.add("containers", name="web")
    api.talks["logs"] = says(out(at(1, "one")), error="the container's log is gone")
    ended = await shell.run("logs", "web")
    assert (ended.exit, ended.out) == (Exit.FAILED, "one\n")
    assert ended.err == "pasture: the container's log is gone\n"
    api.talks["logs"] = breaks_off()
    assert (await shell.run("logs", "web")).exit is Exit.UNREACHABLE


async def test_one_log_that_cannot_be_read_leaves_the_others(api: FakeApi, shell: Shell) -> None:
    for name in ("good", "ill"):
        api.add("containers", name=name)
    api.talks["logs"] = says(out(at(1, "x")))
    path = "/v2-beta/projects/1a5/containers/1i2/"
    api.refusals["POST", path] = (503, error_body(503, "Busy", message="its host is away"))
    ended = await shell.run("logs", "good", "ill")
    assert (ended.exit, ended.out) == (Exit.FAILED, "good | x\n")
    assert ended.err == "pasture: ill: its host is away\n"


async def test_a_service_with_too_many_containers_is_refused(api: FakeApi, shell: Shell) -> None:
    service = api.add("services", name="web")
    for _ in range(201):
        api.add("containers", serviceId=service["id"])
    ended = await shell.run("logs", "web")
    assert ended.exit is Exit.USAGE
    assert "201 containers are too many" in ended.err


async def test_what_the_server_may_not_say_ends_it(api: FakeApi, shell: Shell) -> None:
    api.add("containers", name="web")

    async def nonsense(socket: web.WebSocketResponse, _: Any) -> None:
        await socket.send_str("no channel")

    api.talks["logs"] = nonsense
    assert (await shell.run("logs", "web")).exit is Exit.UNREACHABLE


async def test_a_number_of_lines_is_one(shell: Shell, capsys: pytest.CaptureFixture[str]) -> None:
    assert (await shell.run("logs", "--tail", "some", "web")).exit is Exit.USAGE
    assert "'some' is no number of lines" in capsys.readouterr().err
