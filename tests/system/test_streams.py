"""Logs, shells, figures and copies through a server, an agent and a real Engine."""

import asyncio
import base64
import io
import json
import tarfile
import time
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from pasture.wire.host_api import CHANNELS, CONTROL, ERRORS, INPUT, OUTPUT
from tests.support.engines import Engine
from tests.support.images import BUSYBOX
from tests.support.installation import PROJECT, Installation, installation
from tests.support.waiting import eventually

SOON_S = 15.0
LINES = 5000
SHELLS = 50


@pytest.fixture(scope="module")
def pasture(
    shared_engine: Engine, tmp_path_factory: pytest.TempPathFactory
) -> Generator[Installation]:
    """Run one installation for all that is looked at here: nothing of it is changed."""
    with installation(shared_engine, tmp_path_factory.mktemp("streams")) as running:
        yield running
    shared_engine.remove_containers()


@asynccontextmanager
async def socket(access: Any, *protocols: str) -> AsyncGenerator[aiohttp.ClientWebSocketResponse]:
    """Open what an action answered."""
    async with (
        aiohttp.ClientSession() as http,
        http.ws_connect(
            f"{access['url']}?token={access['token']}", protocols=protocols, max_msg_size=2**24
        ) as opened,
    ):
        yield opened


async def everything(opened: aiohttp.ClientWebSocketResponse) -> list[Any]:
    """Return all messages until the server closes."""
    async with asyncio.timeout(SOON_S):
        return [message.data async for message in opened]


def channel(messages: list[bytes], number: int) -> bytes:
    return b"".join(m[1:] for m in messages if m[0] == number)


def ending(messages: list[bytes]) -> Any:
    assert messages[-1][0] == CONTROL, messages[-1]
    return json.loads(messages[-1][1:])


def running(pasture: Installation, *command: str, **fields: Any) -> Any:
    """Return a container that runs."""
    given = {"command": command} if command else {}
    made = pasture.container(BUSYBOX, **{"networkMode": "none", **given, **fields})
    return pasture.become(made, state="running")


async def run(pasture: Installation, container: Any, *command: str, **more: Any) -> list[bytes]:
    """Return all that a command says."""
    body = {"command": command, "tty": False, **more}
    async with socket(pasture.act(container, "execute", body), CHANNELS) as opened:
        return await everything(opened)


async def test_logs_followed_lose_no_line(pasture: Installation) -> None:
    script = f"i=0; while [ $i -lt {LINES} ]; do echo line $i; i=$((i+1)); done; echo bad >&2"
    made = running(pasture, "sh", "-c", f"{script}; sleep 1000")
    lines: list[str] = []
    async with socket(pasture.act(made, "logs", {"lines": None})) as opened:
        async with asyncio.timeout(SOON_S):
            while len(lines) < LINES + 1:
                frame = await opened.receive_str()
                assert frame[:2] in {"01", "02"}, frame
                lines += [f"{frame[1]} {line}" for line in frame[2:].splitlines()]
    told = [line.split(" ", 2) for line in lines]
    assert [rest for digit, _, rest in told if digit == "1"] == [f"line {i}" for i in range(LINES)]
    assert [rest for digit, _, rest in told if digit == "2"] == ["bad"]
    assert all(stamp.endswith("Z") and "T" in stamp for _, stamp, _ in told)
    pasture.act(made, "stop", {"timeout": 0})
    pasture.become(made, state="stopped")
    async with socket(pasture.act(made, "logs", {"lines": 2, "follow": False})) as opened:
        frames = await everything(opened)
    assert len([line for frame in frames for line in frame[2:].splitlines()]) == 2


async def test_a_shell_as_known_web_clients_open_one(pasture: Installation) -> None:
    made = running(pasture, "sleep", "1000")
    async with socket(pasture.act(made, "execute", {"command": ["sh"]})) as opened:
        for typed in (b":resizeTTY:97,31", b"stty size; echo d\xc3\xb6ne; exit 3\n"):
            await opened.send_str(base64.b64encode(typed).decode())
        said = b"".join(map(base64.b64decode, await everything(opened)))
    assert b"31 97" in said, said
    assert "döne" in said.decode()
    assert opened.close_code == 1000


async def test_a_command_with_channels_tells_all(pasture: Installation) -> None:
    made = running(pasture, "sleep", "1000")
    body = {"command": ["sh", "-c", "cat; echo $V >&2; exit 7"], "tty": False}
    access = pasture.act(made, "execute", {**body, "environment": ["V=w"]})
    async with socket(access, CHANNELS) as opened:
        assert opened.protocol == CHANNELS
        await opened.send_bytes(bytes((INPUT,)) + b"x" * 300_000)
        await opened.send_bytes(bytes((INPUT,)))
        messages = await everything(opened)
    assert channel(messages, OUTPUT) == b"x" * 300_000
    assert channel(messages, ERRORS) == b"w\n"
    assert ending(messages) == {"exitCode": 7}
    assert "error" in ending(await run(pasture, made, "no-such-program"))


async def test_fifty_shells_at_once_each_hears_itself(pasture: Installation) -> None:
    made = running(pasture, "sleep", "1000")

    async def shell(number: int) -> bool:
        access = await asyncio.to_thread(
            pasture.act, made, "execute", {"command": ["cat"], "tty": False}
        )
        async with socket(access, CHANNELS) as opened:
            await opened.send_bytes(bytes((INPUT,)) + b"%d" % number)
            async with asyncio.timeout(SOON_S):
                said = await opened.receive_bytes()
            await together.wait()  # all are open at once
            return said[1:] == b"%d" % number

    together = asyncio.Barrier(SHELLS)
    async with asyncio.timeout(SOON_S * 2):
        assert all(await asyncio.gather(*map(shell, range(SHELLS))))
    eventually(lambda: "cat" not in top(pasture, made), 10, "the end of all shells")


def top(pasture: Installation, container: Any) -> str:
    return pasture.engine.docker("top", container["externalId"])


async def test_who_vanishes_leaves_no_program_behind(pasture: Installation) -> None:
    made = running(pasture, "sleep", "1000")
    access = pasture.act(made, "execute", {"command": ["sleep", "777"], "tty": False})
    async with socket(access) as opened:
        eventually(lambda: "777" in top(pasture, made), 10, "the program")
        transport = opened.get_extra_info("socket")
        assert transport is not None
        transport.shutdown(2)
    eventually(lambda: "777" not in top(pasture, made), 10, "its end")


async def test_a_reader_that_stops_holds_up_nobody_else(pasture: Installation) -> None:
    made = running(pasture, "sleep", "1000", stopTimeout=0)
    body = {"command": ["yes"], "tty": False}
    async with socket(pasture.act(made, "execute", body), CHANNELS) as stalled:
        await stalled.receive_bytes()
        await asyncio.sleep(0.5)  # it fills whatever has room, and stops
        before = time.monotonic()
        assert channel(await run(pasture, made, "echo", "quick"), OUTPUT) == b"quick\n"
        pasture.act(made, "restart")
        pasture.become(made, state="running", startCount=2)
        assert time.monotonic() - before < SOON_S


async def test_the_console_of_a_container(pasture: Installation) -> None:
    made = running(pasture, "sh", tty=True, stdinOpen=True)
    async with socket(pasture.act(made, "console"), CHANNELS) as opened:
        await opened.send_bytes(bytes((CONTROL,)) + b'{"width": 61, "height": 17}')
        await opened.send_bytes(bytes((INPUT,)) + b"sleep 0.3; stty size\n")
        said = b""
        async with asyncio.timeout(SOON_S):
            while b"17 61" not in said:
                said += (await opened.receive_bytes())[1:]
    pasture.become(made, state="running")


async def test_files_go_in_and_out(pasture: Installation) -> None:
    made = running(pasture, "sleep", "1000")
    content = bytes(range(256)) * 4000
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        entry = tarfile.TarInfo("blob")
        entry.size = len(content)
        tar.addfile(entry, io.BytesIO(content))
    async with socket(pasture.act(made, "copyto", {"path": "/tmp"}), CHANNELS) as opened:
        for start in range(0, len(archive.getvalue()), 60_000):
            await opened.send_bytes(bytes((INPUT,)) + archive.getvalue()[start : start + 60_000])
        await opened.send_bytes(bytes((INPUT,)))
        assert "error" not in ending(await everything(opened))
    async with socket(pasture.act(made, "copyfrom", {"path": "/tmp/blob"}), CHANNELS) as opened:
        messages = await everything(opened)
    with tarfile.open(fileobj=io.BytesIO(channel(messages, OUTPUT))) as tar:
        (member,) = tar.getmembers()
        file = tar.extractfile(member)
        assert file is not None
        assert file.read() == content
    async with socket(pasture.act(made, "copyfrom", {"path": "/none"}), CHANNELS) as opened:
        assert "/none" in ending(await everything(opened))["error"]


async def row_of(shown: str, access: Any) -> Any:
    """Return the first row with this id that a socket tells."""
    async with socket(access) as opened, asyncio.timeout(SOON_S):
        while True:
            for row in json.loads(await opened.receive_str()):
                if row["id"] == shown:
                    return row


async def test_figures_of_hosts_containers_and_services(pasture: Installation) -> None:
    host = pasture.host()
    stack = pasture.admin.create(f"{PROJECT}/stacks", {"name": "s"})
    launch: dict[str, Any] = {"imageUuid": f"docker:{BUSYBOX}", "command": ["sleep", "1000"]}
    launch["networkMode"] = "none"
    body = {"name": "w", "stackId": stack["id"], "launchConfig": launch, "startOnCreate": True}
    web = pasture.become(pasture.admin.create(f"{PROJECT}/services", body), state="active")
    (made,) = pasture.admin.get(f"{PROJECT}/containers?serviceId={web['id']}")["data"]
    project = pasture.admin.get(PROJECT)
    for resource, link, shown in (
        (host, "hostStats", host["id"]),
        (project, "hostStats", host["id"]),
        (made, "containerStats", made["id"]),
        (host, "containerStats", made["id"]),
        (web, "containerStats", made["id"]),
    ):
        row = await row_of(shown, pasture.admin.get(resource["links"][link]))
        assert row["memory"]["usage"] > 0, (resource["type"], link)
        assert row["cpu"]["usage"]["total"] > 0


async def test_no_token_stands_in_a_log_and_no_failure_of_ours(pasture: Installation) -> None:
    made = running(pasture, "sleep", "1000")
    access = pasture.act(made, "logs", {"follow": False})
    async with socket(access) as opened:
        await everything(opened)
    for program in (pasture.server, pasture.agent):
        log = program.log.read_text()
        assert access["token"][-20:] not in log
        assert '"level": "error"' not in log, program.last_words()
