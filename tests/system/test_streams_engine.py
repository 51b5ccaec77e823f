"""Streams of a host on a real Docker Engine: nothing is lost, and nothing is left behind."""

import asyncio
import hashlib
import io
import tarfile
import time
from collections.abc import AsyncGenerator, Callable, Generator
from pathlib import Path

import msgspec
import pytest

from pasture.agent.engine.docker_streams import DockerStreams
from pasture.wire.streams import (
    CHUNK,
    ERRORS,
    OUTPUT,
    WINDOW,
    Attach,
    ContainerStats,
    CopyFrom,
    CopyTo,
    Exec,
    HostStats,
    Logs,
)
from tests.support.engines import Engine
from tests.support.images import BUSYBOX
from tests.support.streams import Server, host_of

pytestmark = [pytest.mark.system]
SHELL = ("sh",)


@pytest.fixture(scope="module")
def engine(shared_engine: Engine) -> Generator[Engine]:
    """Lend the session's Engine to all tests here: none minds the containers of another."""
    yield shared_engine
    shared_engine.remove_containers()


@pytest.fixture(scope="module")
def box(engine: Engine) -> str:
    """Return a container that runs, and that every test leaves alone."""
    return engine.docker("run", "-d", "--name", "box", BUSYBOX)


@pytest.fixture
async def docker(engine: Engine) -> AsyncGenerator[DockerStreams]:
    made = DockerStreams(engine.url)
    yield made
    await made.close()


@pytest.fixture
async def server(docker: DockerStreams) -> AsyncGenerator[Server]:
    async with host_of(docker) as made:
        yield made


def ran(engine: Engine, script: str, *options: str) -> str:
    """Run a script in a container to its end, and return the container."""
    made = engine.docker("run", "-d", *options, BUSYBOX, "sh", "-c", script)
    engine.docker("wait", made)
    return made


def processes(container: str) -> list[str]:
    """Return the command lines of what runs in a container."""
    found: list[str] = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdecimal() and container in (entry / "cgroup").read_text():
                found.append((entry / "cmdline").read_text().replace("\0", " ").strip())
        except OSError:
            continue  # it ended
    return [one for one in found if one]


async def until_alone(container: str) -> None:
    """Wait until only the container's own processes run in it."""
    await until(lambda: all("sleep 1000000" in one for one in processes(container)))


async def until(condition: Callable[[], object], seconds: float = 10) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - other programs
            await asyncio.sleep(0.02)


async def test_twenty_thousand_lines_come_whole_and_in_order(
    engine: Engine, server: Server
) -> None:
    made = ran(engine, "i=0; while [ $i -lt 20000 ]; do echo line $i; i=$((i+1)); done")
    peer = server.open(Logs(container=made, follow=False, timestamps=False))
    closed = await peer.end(30)
    assert closed.error is None
    assert peer.said(OUTPUT).decode().splitlines() == [f"line {n}" for n in range(20000)]
    assert all(data.endswith(b"\n") for _, data in peer.pieces)


async def test_what_is_written_while_it_is_followed_comes_too(
    engine: Engine, server: Server
) -> None:
    script = "read x < /tmp/go; for i in $(seq 5000); do echo line $i; done"
    made = engine.docker("run", "-d", BUSYBOX, "sh", "-c", f"mkfifo /tmp/go; echo ready; {script}")
    peer = await server.open(Logs(container=made)).begun()
    await peer.says(b"ready\n")
    await asyncio.to_thread(engine.docker, "exec", made, "sh", "-c", "echo > /tmp/go")
    assert (await peer.end(30)).error is None
    lines = [line.split(" ", 1) for line in peer.said().decode().splitlines()]
    assert [text for _, text in lines] == ["ready", *(f"line {n}" for n in range(1, 5001))]
    assert all(stamp.endswith("Z") for stamp, _ in lines)


async def test_output_and_errors_keep_their_channels_and_their_lines(
    engine: Engine, server: Server
) -> None:
    script = "for i in $(seq 300); do echo out $i; echo err $i >&2; done"
    peer = server.open(Logs(container=ran(engine, script), timestamps=False, follow=False))
    await peer.end()
    for channel, word in ((OUTPUT, "out"), (ERRORS, "err")):
        expected = [f"{word} {n}" for n in range(1, 301)]
        assert peer.said(channel).decode().splitlines() == expected
    assert all(data.endswith(b"\n") for _, data in peer.pieces)


async def test_a_long_line_has_one_time(engine: Engine, server: Server) -> None:
    script = "head -c 100000 /dev/zero | tr '\\0' x; echo; echo after"
    peer = server.open(Logs(container=ran(engine, script), follow=False))
    await peer.end()
    first, second = peer.said().decode().splitlines()
    assert first.split(" ", 1)[1] == "x" * 100000
    assert second.endswith(" after")


async def test_lines_and_since_choose(engine: Engine, server: Server) -> None:
    made = ran(engine, "echo old; sleep 1.2; echo new; echo newer")
    last = server.open(Logs(container=made, lines=1, timestamps=False))
    await last.end()
    assert last.said() == b"newer\n"
    started = engine.docker("logs", "-t", made).split()[0]
    later = int(_seconds(started)) + 1
    since = server.open(Logs(container=made, since=later, timestamps=False))
    await since.end()
    assert since.said() == b"new\nnewer\n"


def _seconds(stamp: str) -> float:
    return time.mktime(time.strptime(stamp[:19], "%Y-%m-%dT%H:%M:%S")) - time.timezone


async def test_a_terminals_log_is_output_as_it_is(engine: Engine, server: Server) -> None:
    made = ran(engine, "echo one; echo two >&2", "-t")
    peer = server.open(Logs(container=made, timestamps=False))
    await peer.end()
    assert {channel for channel, _ in peer.pieces} == {OUTPUT}, "a terminal has one output"
    assert peer.said(OUTPUT) == b"one\r\ntwo\r\n"


async def test_a_log_that_is_not_kept_is_said(engine: Engine, server: Server) -> None:
    made = engine.docker("run", "-d", "--log-driver", "none", BUSYBOX)
    closed = await server.open(Logs(container=made)).end()
    assert closed.error == "the container's log driver keeps nothing that can be read"


async def test_an_exec_has_output_errors_and_a_code(server: Server, box: str) -> None:
    command = ("sh", "-c", "echo out; echo err >&2; exit 7")
    peer = server.open(Exec(container=box, command=command, tty=False, stdin=False))
    assert (await peer.end()).exit_code == 7
    assert (peer.said(OUTPUT), peer.said(ERRORS)) == (b"out\n", b"err\n")


async def test_input_has_an_end(server: Server, box: str) -> None:
    peer = await server.open(Exec(container=box, command=("sha256sum",), tty=False)).begun()
    given = b"x" * 1_000_000  # four windows
    await peer.send(given)
    peer.end_input()
    assert (await peer.end()).exit_code == 0
    assert peer.said().split()[0].decode() == hashlib.sha256(given).hexdigest()


async def test_a_terminal_has_a_size(server: Server, box: str) -> None:
    asked = Exec(container=box, command=SHELL, width=101, height=33)
    peer = await server.open(asked).begun()
    peer.write(b"stty size\n")
    await peer.says(b"33 101\r\n")
    peer.resize(120, 40)
    peer.write(b"until [ \"$(stty size)\" = '40 120' ]; do :; done; echo fits; exit 3\n")
    await peer.says(b"fits\r\n")
    assert (await peer.end()).exit_code == 3


async def test_environment_user_and_folder_are_given(server: Server, box: str) -> None:
    asked = Exec(
        container=box, command=("sh", "-c", "echo $A; pwd; id -u"), tty=False, stdin=False,
        environment=("A=1",), user="7", working_dir="/tmp",
    )  # fmt: skip
    peer = server.open(asked)
    await peer.end()
    assert peer.said() == b"1\n/tmp\n7\n"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"command": ("nope",)}, "the image has no program 'nope' to run"),
        ({"command": ("nope",), "tty": False}, "the image has no program 'nope' to run"),
        ({"command": ("/etc/passwd",)}, "/etc/passwd is no program: permission denied"),
        ({"command": SHELL, "user": "nobdy"}, "there is no user nobdy"),
        ({"command": SHELL, "working_dir": "/nope"}, "there is no folder /nope"),
        ({"command": SHELL, "container": "nope"}, "no such container: nope"),
    ],
)
async def test_what_cannot_be_started_is_one_sentence(
    server: Server, box: str, changes: dict[str, object], words: str
) -> None:
    asked = msgspec.structs.replace(Exec(container=box, command=SHELL), **changes)
    closed = await server.open(asked).end()
    assert closed.error == words


async def test_a_stopped_and_a_paused_container_take_no_command(
    engine: Engine, server: Server
) -> None:
    made = engine.docker("run", "-d", BUSYBOX)
    engine.docker("pause", made)
    closed = await server.open(Exec(container=made, command=SHELL)).end()
    assert closed.error == "the container is paused: let it go on first"
    engine.docker("unpause", made)
    engine.docker("stop", made)
    for purpose in (Exec(container=made, command=SHELL), Attach(container=made)):
        closed = await server.open(purpose).end()
        assert closed.error == "the container is not running: start it first"


async def test_streams_that_vanish_leave_no_process(server: Server, box: str) -> None:
    scripts = (
        "exec sleep 1000",
        "trap '' HUP; sleep 1000",
        "sleep 1000 & trap '' HUP TERM; sleep 1001",
    )
    peers = [
        server.open(Exec(container=box, command=("sh", "-c", f"echo up; {script}"), tty=tty))
        for script in scripts
        for tty in (True, False)
    ]
    for peer in peers:
        await peer.says(b"up")
    assert len(processes(box)) > len(peers)
    for peer in peers:
        peer.close()
    await until_alone(box)


async def test_a_stream_that_is_given_up_at_once_leaves_no_process(
    server: Server, box: str
) -> None:
    for pause in (0, 0.01, 0.03, 0.06, 0.1):
        peer = server.open(Exec(container=box, command=("sleep", "1000"), tty=False))
        await asyncio.sleep(pause)
        peer.close()
    await until(lambda: server.streams.count == 0)
    await until_alone(box)


async def test_what_left_the_session_by_itself_stays(engine: Engine, server: Server) -> None:
    made = engine.docker("run", "-d", BUSYBOX)
    command = ("sh", "-c", "setsid sleep 1234 & sleep 0.1; echo up; sleep 1000")
    peer = await server.open(Exec(container=made, command=command, tty=False)).begun()
    await peer.says(b"up")
    peer.close()
    await until(lambda: "sleep 1000" not in processes(made))
    assert "sleep 1234" in processes(made)


async def test_a_link_that_breaks_leaves_no_process(docker: DockerStreams, box: str) -> None:
    async with host_of(docker) as server:
        peers = [
            server.open(Exec(container=box, command=("sh", "-c", "trap '' HUP; sleep 1000")))
            for _ in range(3)
        ]
        for peer in peers:
            await peer.begun()
    await until_alone(box)


async def test_what_a_dead_agent_left_is_ended_and_nothing_else(
    engine: Engine, server: Server, docker: DockerStreams
) -> None:
    made = engine.docker("run", "-d", BUSYBOX)
    engine.docker("exec", "-d", made, "sleep", "1111")
    left = await server.open(Exec(container=made, command=("sleep", "2222"))).begun()
    await docker.end_left()
    assert "sleep 2222" in processes(made), "its own are not left"
    after = DockerStreams(engine.url)
    await after.end_left()
    await after.close()
    assert (await left.end()).exit_code == 129
    assert "sleep 1111" in processes(made)


async def test_fifty_shells_at_once(server: Server, box: str) -> None:
    peers = [server.open(Exec(container=box, command=SHELL)) for _ in range(50)]
    for n, peer in enumerate(peers):
        await peer.begun(30)
        peer.write(f"echo $(({n}*1000+7))\n".encode())
    for n, peer in enumerate(peers):
        await peer.says(f"\n{n * 1000 + 7}\r\n".encode())
    for peer in peers:
        peer.close()
    await until_alone(box)


async def test_a_slow_reader_holds_up_no_stop_of_its_container(
    engine: Engine, server: Server
) -> None:
    made = engine.docker("run", "-d", BUSYBOX, "sh", "-c", "while :; do echo $((i=i+1)); done")
    log = await server.open(Logs(container=made), eager=False).begun()
    peer = await server.open(Exec(container=made, command=("yes",), tty=False), eager=False).begun()
    attached = await server.open(Attach(container=made), eager=False).begun()
    await peer.until(lambda: peer.unread > WINDOW - CHUNK)
    attached.eager = False
    stopping = asyncio.to_thread(engine.docker, "stop", "-t", "0", made)
    async with asyncio.timeout(8):
        await stopping
    for each in (log, peer, attached):
        each.eager = True
        each.consume()
        await each.end()
    assert peer.closed is not None
    assert peer.closed.exit_code == 137
    assert len(peer.said()) > WINDOW


async def test_attach_talks_with_the_containers_own_process(engine: Engine, server: Server) -> None:
    made = engine.docker("run", "-dit", BUSYBOX, "sh")
    first = await server.open(Attach(container=made)).begun()
    first.write(b"echo $((6*7))\n")
    await first.says(b"\n42\r\n")
    first.close()
    again = await server.open(Attach(container=made)).begun()
    again.resize(90, 30)
    again.write(b"until [ \"$(stty size)\" = '30 90' ]; do :; done; echo fits; exit 4\n")
    await again.says(b"fits")
    assert (await again.end()).exit_code == 4


async def test_containers_are_measured(engine: Engine, server: Server) -> None:
    busy = engine.docker("run", "-d", BUSYBOX, "sh", "-c", "while :; do :; done")
    peer = await server.open(ContainerStats(containers={busy: "1i7"})).begun()
    every = await server.open(ContainerStats()).begun()
    await peer.until(lambda: len(peer.pieces) >= 2, 5)
    await every.until(lambda: busy in every.said().decode(), 5)
    (first,), (second,) = (msgspec.json.decode(data) for _, data in list(peer.pieces)[:2])
    assert first["id"] == second["id"] == "1i7"
    assert first["resourceType"] == "container"
    assert second["cpu"]["usage"]["total"] - first["cpu"]["usage"]["total"] > 100_000_000
    assert 0 < second["memory"]["usage"] < second["memory"]["limit"]
    assert [i["name"] for i in second["network"]["interfaces"]] == ["eth0"]
    engine.docker("rm", "-f", busy)


async def test_the_machine_is_measured(server: Server) -> None:
    peer = await server.open(HostStats(resource_id="1h1")).begun()
    await peer.until(lambda: len(peer.pieces) >= 1, 5)
    hashlib.pbkdf2_hmac("sha256", b"work", b"that counts", 200_000)  # more than a kernel's tick
    await peer.until(lambda: len(peer.pieces) >= 3, 5)
    (first,), _, (second,) = (msgspec.json.decode(data) for _, data in list(peer.pieces)[:3])
    assert (first["id"], first["resourceType"]) == ("1h1", "host")
    assert second["cpu"]["usage"]["total"] > first["cpu"]["usage"]["total"] > 0
    assert len(second["cpu"]["usage"]["per_cpu_usage"]) >= 1
    assert 0 < second["memory"]["usage"] < second["memory"]["limit"]


async def test_a_copy_comes_back_as_it_went(server: Server, box: str) -> None:
    content = bytes(range(256)) * 8192  # 2 MB
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        entry = tarfile.TarInfo("big")
        entry.size = len(content)
        tar.addfile(entry, io.BytesIO(content))
    sent = packed.getvalue()
    to = await server.open(CopyTo(container=box, path="/tmp")).begun()
    await to.send(sent)
    to.end_input()
    assert (await to.end()).error is None
    back = server.open(CopyFrom(container=box, path="/tmp/big"))
    assert (await back.end()).error is None
    with tarfile.open(fileobj=io.BytesIO(back.said())) as tar:
        member = tar.extractfile("big")
        assert member is not None
        assert member.read() == content


@pytest.mark.parametrize(
    ("purpose", "words"),
    [
        (CopyFrom(container="", path="/nope"), "there is no /nope in the container"),
        (CopyTo(container="", path="/nope"), "there is no /nope in the container"),
        (CopyTo(container="", path="/etc/passwd"), "/etc/passwd is no folder"),
    ],
)
async def test_a_path_that_is_none_is_said(
    server: Server, box: str, purpose: CopyFrom | CopyTo, words: str
) -> None:
    peer = server.open(msgspec.structs.replace(purpose, container=box))
    peer.end_input()
    assert (await peer.end()).error == words


async def test_a_reader_that_stops_stops_its_own_stream(engine: Engine, server: Server) -> None:
    made = ran(engine, "head -c 3000000 /dev/zero | tr '\\0' x | fold -w 99; echo")
    slow = await server.open(Logs(container=made, timestamps=False), eager=False).begun()
    await slow.until(lambda: slow.unread > WINDOW - 40_000, 5)
    quick = server.open(Logs(container=made, timestamps=False))
    await quick.end(20)
    assert len(quick.said()) > 3_000_000
    assert slow.unread <= WINDOW
    slow.eager = True
    slow.consume()
    await slow.end(20)
    assert slow.said() == quick.said()
