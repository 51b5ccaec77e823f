"""Logs, shells, figures, copies, events on the command line: a real server, a real Engine."""

import hashlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.support.engines import Engine
from tests.support.images import BUSYBOX, UNTIL_TOLD
from tests.support.installation import Installation, installation
from tests.support.processes import PASTURE
from tests.support.shell import Shell, logged_in
from tests.support.terminals import Terminal, terminal
from tests.support.waiting import eventually

SOON_S = 20
BIG = 20 * 1024 * 1024
COUNTS = "i=0; while true; do i=$((i+1)); echo line $i; sleep 0.01; done"
BARE = {"networkMode": "none", "stopTimeout": 0}


@pytest.fixture(scope="module")
def pasture(
    shared_engine: Engine, tmp_path_factory: pytest.TempPathFactory
) -> Generator[Installation]:
    """Run one installation for all tests here."""
    with installation(shared_engine, tmp_path_factory.mktemp("operate")) as running:
        yield running
    shared_engine.remove_containers()


@pytest.fixture(scope="module")
def shell(pasture: Installation, tmp_path_factory: pytest.TempPathFactory) -> Shell:
    return logged_in(pasture, tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def box(pasture: Installation) -> str:
    """Return the name of a container that only sleeps."""
    return named(pasture, "box")


def named(pasture: Installation, name: str, *command: str, **fields: Any) -> str:
    """Return the name of a container that runs."""
    given = {"command": command} if command else {}
    made = pasture.container(BUSYBOX, name=name, **{**BARE, **given, **fields})
    pasture.become(made, state="running")
    return name


def linked(shell: Shell, container: str) -> None:
    """Wait until its host is there again: the server was away."""
    eventually(lambda: shell.run("exec", container, "true").returncode == 0, SOON_S, "its host")


@contextmanager
def running(shell: Shell, *words: str) -> Generator[subprocess.Popen[bytes]]:
    """Run a command beside us; it is killed afterwards."""
    with subprocess.Popen(
        [PASTURE, *words],
        env=shell.variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@contextmanager
def at_terminal(shell: Shell, *words: str) -> Generator[Terminal]:
    """Run a command on a terminal."""
    with terminal([PASTURE, *words], shell.variables) as made:
        yield made


# logs


def test_logs_of_a_container_keep_its_two_outputs_apart(
    pasture: Installation, shell: Shell
) -> None:
    named(pasture, "speaks", "sh", "-c", "echo one; echo two; echo bad >&2; sleep 1000")
    eventually(lambda: "bad" in shell.run("logs", "speaks").stderr, SOON_S, "its lines")
    done = shell.run("logs", "speaks")
    assert (done.returncode, done.stdout, done.stderr) == (0, "one\ntwo\n", "bad\n")
    assert shell.out("logs", "--tail", "1", "speaks") in {"two\n", ""}  # the last may be the bad
    stamped = shell.out("logs", "-t", "speaks").splitlines()
    assert stamped[0].split(" ")[1] == "one"
    assert stamped[0][4] == "-"
    assert shell.run("logs", "nobody").returncode == 3


def test_logs_of_a_service_are_in_the_order_of_time(pasture: Installation, shell: Shell) -> None:
    made = UNTIL_TOLD.format("echo begin; sleep 0.3; echo end; sleep 1000")
    shell.out(
        "service", "create", "--scale", "2", "--network", "none", "talk/web", BUSYBOX,
        "sh", "-c", made,
    )  # fmt: skip

    def told() -> list[str]:
        lines = shell.out("logs", "-t", "talk/web").splitlines()
        assert len(lines) == 4, lines
        return lines

    lines = eventually(told, SOON_S, "all lines")
    stamps = [line.split(" ")[2] for line in lines]
    assert stamps == sorted(stamps)
    assert {line.split(" ")[0] for line in lines} == {"talk-web-1", "talk-web-2"}
    with running(shell, "logs", "-f", "talk/web") as follower:
        assert follower.stdout is not None
        for _ in lines:
            follower.stdout.readline()
        shell.out("scale", "talk/web=3")
        assert follower.stdout.readline().startswith(b"talk-web-3 | begin")
    shell.out("rm", "--yes", "talk")


def test_a_follower_outlives_the_server_without_losing_a_line(
    pasture: Installation, shell: Shell
) -> None:
    named(pasture, "counts", "sh", "-c", COUNTS)
    with running(shell, "logs", "-f", "--tail", "all", "counts") as follower:
        assert follower.stdout is not None
        first = [follower.stdout.readline() for _ in range(20)]
        pasture.server.kill()
        time.sleep(0.3)  # lines are written meanwhile
        pasture.server.start()
        lines = first + [follower.stdout.readline() for _ in range(150)]
        follower.send_signal(signal.SIGINT)
        assert follower.wait(SOON_S) == 130
        assert follower.stderr is not None
        told = follower.stderr.read().decode()
    assert [line.decode() for line in lines] == [f"line {n}\n" for n in range(1, len(lines) + 1)]
    assert "trying again" in told
    assert "going on" in told
    linked(shell, "counts")
    shell.out("rm", "counts")


def test_a_reader_that_left_ends_a_follower_quietly(pasture: Installation, shell: Shell) -> None:
    named(pasture, "chats", "sh", "-c", COUNTS)
    with running(shell, "logs", "-f", "chats") as follower:
        assert follower.stdout is not None
        follower.stdout.readline()
        follower.stdout.close()
        assert follower.wait(SOON_S) == 141
        assert follower.stderr is not None
        assert follower.stderr.read() == b""
    shell.out("rm", "chats")


# exec, attach, run


def test_exec_passes_input_outputs_and_exit_code(shell: Shell, box: str) -> None:
    script = "cat; echo $A $(pwd) $(id -u) >&2; exit 7"
    done = shell.run("exec", "-i", "-e", "A=b", "-w", "/tmp", box, "sh", "-c", script, given="in\n")
    assert (done.returncode, done.stdout, done.stderr) == (7, "in\n", "b /tmp 0\n")
    assert shell.run("exec", box, "cat", given="not asked for").stdout == ""
    assert shell.run("exec", box, "no-such-program").returncode == 127
    assert shell.run("exec", box, "/etc/passwd").returncode == 126
    assert shell.run("exec", "-it", box, "sh").returncode == 2  # no terminal here
    assert shell.run("exec", "nobody", "sh").returncode == 3


def test_a_shell_on_a_terminal(shell: Shell, box: str) -> None:
    with at_terminal(shell, "exec", "-it", box, "sh") as screen:
        screen.sees("# ")
        assert screen.is_raw
        screen.type("stty size\n")
        screen.sees("24 80")
        screen.resize(101, 33)
        screen.type("stty size\n")
        screen.sees("33 101")
        screen.type("echo g''o; sleep 1000\n")
        screen.sees("go")
        screen.type("\x03")
        screen.sees("# ")
        screen.type("exit 9\n")
        assert screen.ends() == 9
        assert not screen.is_raw


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGHUP])
def test_a_terminal_is_given_back_by_whoever_is_told_to_end(
    shell: Shell, box: str, how: signal.Signals
) -> None:
    with at_terminal(shell, "exec", "-it", box, "sh") as screen:
        screen.sees("# ")
        screen.signal(how)
        assert screen.ends() == 128 + how
        assert not screen.is_raw


def test_run_in_the_foreground_hears_all_and_leaves_nothing(
    pasture: Installation, shell: Shell
) -> None:
    before = pasture.engine_ids("-a")
    words = ("run", "--rm", "--network", "none")
    done = shell.run(*words, BUSYBOX, "sh", "-c", "echo out; echo err >&2; exit 5")
    assert (done.returncode, done.stdout) == (5, "out\n")
    assert done.stderr == "err\n"
    assert shell.out(*words, "-i", BUSYBOX, "cat", given="in\n") == "in\n"
    big = shell.out(*words, BUSYBOX, "sh", "-c", "yes | head -c 5000000")
    assert len(big) == 5_000_000
    assert shell.run(*words, BUSYBOX, "no-such-program").returncode == 127
    assert pasture.engine_ids("-a") == before


def test_run_on_a_terminal_is_left_running_and_attached_to_again(shell: Shell) -> None:
    words = ("run", "-it", "--name", "screen", "--network", "none")
    with at_terminal(shell, *words, BUSYBOX, "sh") as screen:
        screen.sees("# ")  # the first prompt is not missed
        screen.type("stty size\n")
        screen.sees("24 80")
        screen.type("\x10\x11")
        screen.sees("goes on")
        assert screen.ends() == 0
        assert not screen.is_raw
    with at_terminal(shell, "attach", "screen") as screen:
        eventually(lambda: screen.is_raw, SOON_S, "a terminal that is lent")
        screen.type("exit 6\n")
        assert screen.ends() == 6
    shell.out("rm", "screen")


# cp


def tree(folder: Path) -> dict[str, str]:
    """Return what is in a folder: links by where they lead, files by their rights and sums."""
    found: dict[str, str] = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if path.is_symlink():
            found[name] = f"-> {path.readlink()}"
        elif path.is_file():
            rights = path.stat().st_mode & 0o777
            found[name] = f"{rights:o} {hashlib.sha256(path.read_bytes()).hexdigest()}"
        else:
            found[name] = "folder"
    return found


def test_a_folder_goes_in_and_comes_back_as_it_was(shell: Shell, box: str, tmp_path: Path) -> None:
    source = tmp_path / "source"
    (source / "below").mkdir(parents=True)
    (source / "big").write_bytes(os.urandom(BIG))
    (source / "below" / "program").write_text("#!/bin/sh\n")
    (source / "below" / "program").chmod(0o750)
    (source / "link").symlink_to("below/program")
    (source / "outside").symlink_to("/etc/passwd")
    (source / f"{'long' * 40}").write_text("a long name\n")
    shell.out("cp", str(source), f"{box}:/tmp/copy")
    sums = shell.out("exec", box, "sha256sum", "/tmp/copy/big").split()[0]
    assert sums == hashlib.sha256((source / "big").read_bytes()).hexdigest()
    shell.out("cp", f"{box}:/tmp/copy", str(tmp_path / "back"))
    assert tree(tmp_path / "back") == tree(source)
    (tmp_path / "into").mkdir()
    shell.out("cp", f"{box}:/tmp/copy/below", str(tmp_path / "into"))
    shell.out("cp", f"{box}:/tmp/copy/below/.", str(tmp_path / "into"))
    assert {"below/program", "program"} <= tree(tmp_path / "into").keys()
    assert shell.run("cp", f"{box}:/no/such", str(tmp_path)).returncode == 3
    assert shell.run("cp", str(source), f"{box}:/no/such/folder").returncode == 3


def test_archives_go_through_pipes(shell: Shell, box: str, tmp_path: Path) -> None:
    (tmp_path / "a").write_text("text\n")
    packed = subprocess.run(
        ["tar", "c", "-C", tmp_path, "a"], capture_output=True, check=True
    ).stdout
    done = subprocess.run(
        [PASTURE, "cp", "-", f"{box}:/tmp"], input=packed, env=shell.variables, check=False
    )
    assert done.returncode == 0
    assert shell.out("exec", box, "cat", "/tmp/a") == "text\n"
    out = subprocess.run(
        [PASTURE, "cp", f"{box}:/tmp/a", "-"],
        env=shell.variables, capture_output=True, check=True,
    ).stdout  # fmt: skip
    listed = subprocess.run(["tar", "t"], input=out, capture_output=True, check=True).stdout
    assert listed == b"a\n"


# stats, events, completion


def test_stats_show_containers_and_hosts(pasture: Installation, shell: Shell, box: str) -> None:
    [figures] = json.loads(shell.out("stats", "--no-stream", "--format", "json", box))
    assert figures["name"] == box
    assert figures["memory"] > 0
    assert figures["cpuPercent"] >= 0
    host = pasture.host()["name"]
    assert host in shell.out("stats", "--no-stream", "--hosts")
    with at_terminal(shell, "stats") as screen:
        screen.sees(box)
        screen.sees(box)  # drawn again
        screen.type("\x03")
        assert screen.ends() == 130


def test_events_go_on_where_they_were(pasture: Installation, shell: Shell, box: str) -> None:
    lines = shell.out("events", "--since", "0", "--json", "--type", "container").splitlines()
    seen = [json.loads(line) for line in lines]
    assert box in {change["resource"]["name"] for change in seen if change["resource"]}
    with running(shell, "events", "--type", "stack") as listener:
        assert listener.stderr is not None
        assert listener.stdout is not None
        assert b"listening" in listener.stderr.readline()
        pasture.server.restart()
        shell.out("stack", "create", "fresh")
        assert b"fresh" in listener.stdout.readline()
    linked(shell, box)
    shell.out("rm", "--yes", "fresh")


def test_a_shell_completes_names_that_are_there(shell: Shell, box: str) -> None:
    script = (
        f'PATH={PASTURE.parent}:$PATH; source <("{PASTURE}" completion bash); compopt() {{ :; }}; '
        'COMP_LINE=$1 COMP_POINT=${#1}; _pasture; echo "${COMPREPLY[@]}"'
    )

    def completed(line: str) -> str:
        return subprocess.run(
            ["bash", "-c", script, "bash", line],
            env=shell.variables, capture_output=True, text=True, check=True,
        ).stdout.strip()  # fmt: skip

    assert completed("pasture exec -it bo") == box
    assert completed("pasture logs --fol") == "--follow"
    assert "login" in completed("pasture lo").split()
