from typing import Any

import pytest
from aiohttp import web

from pasture.cli.exits import Exit
from tests.cli.command import Shell
from tests.cli.scripts import breaks_off, end, err, input_of, out, say, says
from tests.client.fake_api import FakeApi, error_body, moving

PROJECT = "/v2-beta/projects/1a5"


async def echoes(socket: web.WebSocketResponse, _: Any) -> None:
    await say(socket, out((await input_of(socket)).decode()))
    await end(socket, exitCode=0)


async def test_a_commands_outputs_and_exit_code_are_ours(api: FakeApi, shell: Shell) -> None:
    api.add("containers", name="web")
    api.talks["execute"] = says(out("one\n"), err("bad\n"), exitCode=7)
    ended = await shell.run("exec", "web", "ls", "-l")
    assert (ended.exit, ended.out, ended.err) == (7, "one\n", "bad\n")


async def test_every_flag_of_exec_becomes_a_field(api: FakeApi, shell: Shell) -> None:
    api.add("containers", name="web")
    api.talks["execute"] = says(exitCode=0)
    words = "exec -i -e A=1 --env B=x=y -u nobody -w /tmp web -- sh -c true"
    assert (await shell.run(*words.split())).exit is Exit.OK
    assert api.given["execute"] == {
        "command": ["sh", "-c", "true"],
        "attachStdin": True,
        "tty": False,
        "environment": ["A=1", "B=x=y"],
        "user": "nobody",
        "workingDir": "/tmp",
    }


async def test_input_goes_only_to_who_was_given_it(api: FakeApi, shell: Shell) -> None:
    api.add("containers", name="web")
    api.talks["execute"] = echoes
    typed = "x" * 100_000
    assert (await shell.run("exec", "-i", "web", "cat", stdin=typed)).out == typed
    api.talks["execute"] = says(exitCode=0)
    assert (await shell.run("exec", "web", "cat", stdin=typed)).exit is Exit.OK
    assert api.given["execute"]["attachStdin"] is False


async def test_a_service_is_its_first_container_that_runs(api: FakeApi, shell: Shell) -> None:
    service = api.add("services", name="web")
    for state in ("stopped", "running", "running"):
        api.add("containers", state=state, serviceId=service["id"])
    api.talks["execute"] = says(exitCode=0)
    assert (await shell.run("exec", "web", "ls")).exit is Exit.OK
    assert api.asked[-1].path == f"{PROJECT}/containers/1i2/"
    for row in api.rows["containers"]:
        row["state"] = "stopped"
    ended = await shell.run("exec", "web", "ls")
    assert (ended.exit, ended.err) == (
        Exit.FAILED,
        "pasture: service web has no container that runs (its containers: stopped)\n",
    )


@pytest.mark.parametrize(
    ("error", "exit"),
    [
        ("the image has no program 'x' to run", Exit.NO_PROGRAM),
        ("/etc is no program: permission denied", Exit.NOT_EXECUTABLE),
        ("the container is not running: start it first", Exit.FAILED),
    ],
)
async def test_what_cannot_be_started_has_a_shells_code(
    api: FakeApi, shell: Shell, error: str, exit: Exit
) -> None:
    api.add("containers", name="web")
    api.talks["execute"] = says(error=error)
    ended = await shell.run("exec", "web", "x")
    assert (ended.exit, ended.err) == (exit, f"pasture: {error}\n")


async def test_what_came_before_a_break_is_shown(api: FakeApi, shell: Shell) -> None:
    api.add("containers", name="web")
    api.talks["execute"] = breaks_off(out("half"))
    ended = await shell.run("exec", "web", "x")
    assert (ended.exit, ended.out) == (Exit.UNREACHABLE, "half")


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ("exec web", "which command?"),
        ("exec -it web sh", "-t needs a terminal as input"),
        ("exec -e A web sh", "--env takes NAME=VALUE"),
        ("run -i --scale 2 x", "for one container, not for a service"),
        ("run --rm -d x", "--rm waits for the end"),
        ("run --rm --restart always x", "--rm removes what --restart"),
        ("run x --rm", "--rm stands after the image"),
    ],
)
async def test_what_is_typed_wrongly_is_said(
    api: FakeApi, shell: Shell, words: str, complaint: str
) -> None:
    api.add("containers", name="web")
    ended = await shell.run(*words.split())
    assert ended.exit is Exit.USAGE
    assert complaint in ended.err
    assert not [a for a in api.asked if a.method == "POST"]


async def test_attach_types_only_into_what_listens(api: FakeApi, shell: Shell) -> None:
    api.add("containers", name="web", stdinOpen=True)
    api.add("containers", name="deaf")
    api.talks["console"] = echoes
    assert (await shell.run("attach", "web", stdin="hi\n")).out == "hi\n"
    api.talks["console"] = says(out("alone\n"), exitCode=3)
    ended = await shell.run("attach", "deaf", stdin="hi\n")
    assert (ended.exit, ended.out) == (3, "alone\n")


# run in the foreground


def made_and_not_started(api: FakeApi) -> None:
    """Have the first container placed and made, as a host does it."""
    made = {"hostId": "1h1", "externalId": "e"}
    api.then["1i1"] = [{"state": "stopped", "transitioning": "no", **made}]


async def test_a_container_in_the_foreground_is_started_once_it_is_heard(
    api: FakeApi, shell: Shell
) -> None:
    made_and_not_started(api)

    async def talk(socket: web.WebSocketResponse, _: Any) -> None:
        said = await input_of(socket)
        assert api.rows["containers"][0]["state"] in {"stopped", "starting", "running"}
        await say(socket, out(said.decode()), err("warned\n"))
        await end(socket, exitCode=4)

    api.talks["console"] = talk
    ended = await shell.run("run", "-i", "--name", "job", "img", "cat", stdin="in\n")
    assert (ended.exit, ended.out, ended.err) == (4, "in\n", "warned\n")
    created = api.bodies("POST")[0]
    assert created == {
        "name": "job",
        "imageUuid": "docker:img",
        "command": ["cat"],
        "stdinOpen": True,
        "stdinOnce": True,
        "startOnCreate": False,
    }
    posts = [a.query.get("action") for a in api.asked if a.method == "POST"]
    assert posts == [None, "console", "start"]
    assert not [a for a in api.asked if a.method == "DELETE"]


async def test_rm_removes_it_once_it_has_ended(api: FakeApi, shell: Shell) -> None:
    made_and_not_started(api)
    api.talks["console"] = says(out("done\n"), exitCode=0)
    ended = await shell.run("run", "--rm", "img")
    assert (ended.exit, ended.out) == (Exit.OK, "done\n")
    assert [a.path for a in api.asked if a.method == "DELETE"] == [f"{PROJECT}/containers/1i1"]
    assert "stdinOpen" not in api.bodies("POST")[0]


async def test_rm_removes_what_could_not_be_started_too(api: FakeApi, shell: Shell) -> None:
    made_and_not_started(api)

    async def never_ends(socket: web.WebSocketResponse, _: Any) -> None:
        await input_of(socket)

    api.talks["console"] = never_ends
    refused = error_body(422, "ActionNotAvailable", message="the image has no program 'x' to run")
    api.refusals["POST", f"{PROJECT}/containers/1i1/"] = (422, refused)
    ended = await shell.run("run", "--rm", "img", "x")
    assert ended.exit is Exit.FAILED
    assert [a for a in api.asked if a.method == "DELETE"]


async def test_what_no_host_takes_is_said_and_kept(api: FakeApi, shell: Shell) -> None:
    shell.patience_s = 0.2
    api.then["1i1"] = [{"state": "stopped", "transitioning": "no"}]
    api.then_after["1i1", "start"] = [moving("starting", "port 80 is in use on host oak")] * 100
    ended = await shell.run("run", "-i", "-p", "80:80", "img")
    assert ended.exit is Exit.TIMEOUT
    assert "port 80 is in use on host oak" in ended.err
    assert "it starts" not in ended.err
    assert "1i1 is kept" in ended.err


async def test_flags_of_the_foreground_alone_change_no_detached_run(
    api: FakeApi, shell: Shell
) -> None:
    assert (await shell.run("run", "-d", "-it", "img")).out == "1i1\n"
    assert api.bodies("POST") == [{"imageUuid": "docker:img", "tty": True, "stdinOpen": True}]
