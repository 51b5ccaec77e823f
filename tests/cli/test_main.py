import json
import signal
import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from pasture.cli.commands import COMMANDS
from pasture.cli.exits import Exit, worst
from pasture.cli.main import PROJECT_FLAGS
from tests.cli.command import Shell
from tests.client.fake_api import FakeApi, error_body

PROJECTS = "/v2-beta/projects"
PROGRAM = (sys.executable, "-c", "import sys; from pasture.cli.main import main; sys.exit(main())")


async def test_no_server_is_said_in_one_sentence(shell: Shell) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        ended = await shell.run("ps", "--url", url)
    assert ended.exit is Exit.UNREACHABLE
    assert ended.err == (
        f"pasture: no Pasture server answers at {url}: is it running? `make status` tells\n"
    )


@pytest.mark.parametrize(
    ("status", "exit"),
    [
        (401, Exit.NOT_AUTHORISED),
        (403, Exit.NOT_AUTHORISED),
        (404, Exit.NOT_FOUND),
        (409, Exit.FAILED),
        (422, Exit.FAILED),
        (500, Exit.FAILED),
    ],
)
async def test_a_refusal_is_an_exit_code_and_one_line(
    api: FakeApi, shell: Shell, status: int, exit: Exit
) -> None:
    api.refusals["GET", PROJECTS] = (status, error_body(status, "Because"))
    ended = await shell.run("ps")
    assert ended.exit is exit
    assert ended.err.splitlines()[0] == "pasture: Because"
    assert ended.out == ""


async def test_who_is_not_logged_in_is_told_how(shell: Shell) -> None:
    shell.token = None
    ended = await shell.run("ps")
    assert ended.exit is Exit.NOT_AUTHORISED
    assert "log in with `pasture login URL`" in ended.err


async def test_an_ill_url_is_usage(shell: Shell) -> None:
    assert (await shell.run("ps", "--url", "ftp://x")).exit is Exit.USAGE


@pytest.mark.parametrize(
    "words", [[], ["bogus"], ["ps", "--bogus"], ["stop"], ["--url"], ["ps", "extra"], ["stack"]]
)
async def test_what_argparse_refuses_is_usage(
    shell: Shell, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    assert (await shell.run(*words)).exit is Exit.USAGE
    assert "usage: pasture" in capsys.readouterr().err


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: c.name)
async def test_every_command_has_help(
    shell: Shell, capsys: pytest.CaptureFixture[str], command: "object"
) -> None:
    name = getattr(command, "name", "")
    assert (await shell.run(name, "--help")).exit is Exit.OK
    assert f"usage: pasture {name}" in capsys.readouterr().out


async def test_a_value_that_is_a_verbs_name_is_no_verb(api: FakeApi, shell: Shell) -> None:
    api.project_names = {"1a5": "run"}
    api.add("containers", name="web")
    assert (await shell.run("--project", "run", "ps", "-q")).out == "1i1\n"
    assert "--env" in PROJECT_FLAGS


async def test_inspect_is_one_object_or_a_list(api: FakeApi, shell: Shell) -> None:
    api.add("containers", name="a")
    api.add("containers", name="b")
    assert json.loads((await shell.run("inspect", "a")).out)["id"] == "1i1"
    ended = await shell.run("inspect", "a", "b", "nobody")
    assert [r["id"] for r in json.loads(ended.out)] == ["1i1", "1i2"]
    assert ended.exit is Exit.NOT_FOUND


@pytest.mark.parametrize(
    ("exits", "one"),
    [
        ([], Exit.OK),
        ([Exit.OK, Exit.OK], Exit.OK),
        ([Exit.OK, Exit.NOT_FOUND], Exit.NOT_FOUND),
        ([Exit.TIMEOUT, Exit.TIMEOUT], Exit.TIMEOUT),
        ([Exit.TIMEOUT, Exit.NOT_FOUND], Exit.FAILED),
    ],
)
def test_several_results_are_one_exit_code(exits: list[Exit], one: Exit) -> None:
    assert worst(exits) is one


def test_a_reader_that_left_is_no_error() -> None:
    with subprocess.Popen(
        [*PROGRAM, "--help"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""


@pytest.mark.parametrize("words", [["--help"], ["--version"]])
def test_a_full_disk_is_said_in_one_sentence(words: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            [*PROGRAM, *words], stdout=full, stderr=subprocess.PIPE, check=False, text=True
        )
    assert (ended.returncode, ended.stderr) == (
        Exit.FAILED,
        "pasture: the output cannot be written: No space left on device\n",
    )


def test_ctrl_c_ends_quietly_with_130() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        silent.settimeout(15)
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with (
            subprocess.Popen(
                [*PROGRAM, "--config", "/nonexistent", "--url", url, "ps"],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            ) as process,
            closing(silent.accept()[0]),
        ):  # it asks, and waits
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=15)
    assert (process.returncode, err) == (Exit.INTERRUPTED, b"")


def test_help_imports_nothing_heavy() -> None:
    check = (
        "import sys; sys.argv = ['pasture', '--help']; from pasture.cli.main import main; main();"
        "print([m for m in ('aiohttp', 'asyncio', 'msgspec', 'sqlalchemy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, check=True, text=True)
    assert done.stdout.splitlines()[-1] == "[]"
