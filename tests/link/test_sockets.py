"""Host-api sockets over real websockets: a client on one side, a fake agent on the other."""

import asyncio
import base64
import json
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import pytest

from pasture.model.host import LINK_CLOSED, Agent, Host
from pasture.model.service import LaunchConfig, Service
from pasture.store.changes import Create
from pasture.wire.frames import Closed, Credit, Heartbeat, Open, Opened, Resize, encode
from pasture.wire.host_api import (
    CHANNELS,
    CONSOLE,
    CONTAINER_STATS,
    COPY_FROM,
    COPY_TO,
    EXEC,
    HOST_STATS,
    LOGS,
    PROJECT_STATS,
    SERVICE_STATS,
    STATS,
    Claims,
    ConsoleClaim,
    CopyClaim,
    ExecClaim,
    LogsClaim,
)
from pasture.wire.streams import (
    CHUNK,
    ERRORS,
    INPUT,
    OUTPUT,
    WINDOW,
    AnyPurpose,
    Attach,
    ContainerStats,
    CopyFrom,
    CopyTo,
    Exec,
    HostStats,
    Logs,
    message,
    parse,
)
from tests.link.world import SOON_S, FakeAgent, World, world

COMMAND = ExecClaim(container="c", cmd=("sh",), attach_stdin=True, attach_stdout=True, tty=True)
LINES = LogsClaim(container="c", lines=5, follow=True, timestamps=True)


class Streamer(FakeAgent):
    """A fake agent that serves streams by hand."""

    async def opens(self) -> Open:
        """Take the next stream that the server asks for."""
        async with asyncio.timeout(SOON_S):
            while True:
                frame = await self.receive()
                if isinstance(frame, Open):
                    await self.send(Opened(stream=frame.stream))
                    return frame

    async def says(self, stream: int, data: bytes, channel: int = OUTPUT) -> None:
        await self.socket.send_bytes(message(stream, channel, data))

    async def ends(self, stream: int, **how: Any) -> None:
        await self.send(Closed(stream=stream, **how))

    async def hears(self) -> tuple[int, bytes]:
        """Return stream and data of the next message."""
        async with asyncio.timeout(SOON_S):
            stream, channel, data = parse(await self.socket.receive_bytes())
        assert channel == INPUT
        return stream, data


@asynccontextmanager
async def joined(folder: Path) -> AsyncGenerator[tuple[World, Streamer, Host]]:
    async with world(folder) as here:
        agent, host = await here.joined()
        yield here, Streamer(agent.socket), host


class Sockets:
    """Opens sockets as clients do."""

    def __init__(self, here: World) -> None:
        self.here = here

    async def token(self, path: str, claims: Claims) -> str:
        return await self.here.tokens.issue(path, msgspec.to_builtins(claims))

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.here.port}{path}"

    async def open(
        self, path: str, claims: Claims, *protocols: str
    ) -> aiohttp.ClientWebSocketResponse:
        token = await self.token(path, claims)
        return await self.here.http.ws_connect(
            self.url(path), params={"token": token}, protocols=protocols
        )


async def text_of(opened: aiohttp.ClientWebSocketResponse) -> str:
    async with asyncio.timeout(SOON_S):
        return await opened.receive_str()


async def last_of(opened: aiohttp.ClientWebSocketResponse) -> aiohttp.WSMessage:
    async with asyncio.timeout(SOON_S):
        received = await opened.receive()
    assert received.type is aiohttp.WSMsgType.CLOSE, received
    return received


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


ON_HOST: dict[str, tuple[Claims, AnyPurpose]] = {
    LOGS: (
        Claims(logs=msgspec.structs.replace(LINES, since="7")),
        Logs(container="c", lines=5, since=7),
    ),
    EXEC: (
        Claims(exec=msgspec.structs.replace(COMMAND, tty=False, env=("A=b",), user="u",
                                            working_dir="/w", width=1, height=2)),
        Exec(container="c", command=("sh",), tty=False, environment=("A=b",), user="u",
             working_dir="/w", width=1, height=2),
    ),
    CONSOLE: (
        Claims(console=ConsoleClaim(container="c", from_start=True)),
        Attach(container="c", from_start=True),
    ),
    COPY_FROM: (
        Claims(copy=CopyClaim(container="c", path="/p")), CopyFrom(container="c", path="/p"),
    ),
    COPY_TO: (
        Claims(copy=CopyClaim(container="c", path="/p")), CopyTo(container="c", path="/p"),
    ),
    STATS: (Claims(resource_id="1h1"), HostStats(resource_id="1h1")),
    HOST_STATS: (Claims(resource_id="1h1"), HostStats(resource_id="1h1")),
    f"{STATS}/c": (Claims(container_ids={"c": "1i1"}), ContainerStats(containers={"c": "1i1"})),
    f"{CONTAINER_STATS}/c": (
        Claims(container_ids={"c": "1i1"}), ContainerStats(containers={"c": "1i1"}),
    ),
}  # fmt: skip


@pytest.mark.parametrize("path", ON_HOST)
async def test_each_socket_is_the_stream_that_its_token_names(tmp_path: Path, path: str) -> None:
    claims, purpose = ON_HOST[path]
    async with joined(tmp_path) as (here, agent, host):
        claims = msgspec.structs.replace(claims, host_uuid=host.uuid)
        opened = await Sockets(here).open(path, claims, CHANNELS)
        asked = await agent.opens()
        assert asked.purpose == purpose
        await agent.says(asked.stream, b"out")
        await agent.says(asked.stream, b"bad", ERRORS)
        await agent.ends(asked.stream, exit_code=3)
        assert await opened.receive_bytes() == b"\x01out"
        assert await opened.receive_bytes() == b"\x02bad"
        assert json.loads((await opened.receive_bytes())[1:]) == {"exitCode": 3}
        last = await last_of(opened)
        assert (last.data, last.extra) == (1000, "exit code 3")


async def test_a_shell_in_base64_both_ways_and_its_size(tmp_path: Path) -> None:
    async with joined(tmp_path) as (here, agent, host):
        opened = await Sockets(here).open(EXEC, Claims(host_uuid=host.uuid, exec=COMMAND))
        asked = await agent.opens()
        await opened.send_str(b64(b":resizeTTY:120,40"))
        assert await agent.expect(Resize) == Resize(stream=asked.stream, width=120, height=40)
        await opened.send_str(b64(b"ls\n"))
        assert await agent.hears() == (asked.stream, b"ls\n")
        await agent.says(asked.stream, "dö".encode())
        assert base64.b64decode(await text_of(opened)) == "dö".encode()
        await agent.ends(asked.stream, error="the container stopped")
        assert base64.b64decode(await text_of(opened)) == b"\r\nthe container stopped\r\n"
        last = await last_of(opened)
        assert (last.data, last.extra) == (1011, "the container stopped")


async def test_output_that_was_not_asked_for_is_not_told(tmp_path: Path) -> None:
    quiet = msgspec.structs.replace(COMMAND, attach_stdout=False)
    async with joined(tmp_path) as (here, agent, host):
        opened = await Sockets(here).open(EXEC, Claims(host_uuid=host.uuid, exec=quiet))
        asked = await agent.opens()
        await agent.says(asked.stream, b"out")
        await agent.ends(asked.stream, exit_code=0)
        assert (await last_of(opened)).data == 1000


async def test_lines_come_whole_with_their_digits(tmp_path: Path) -> None:
    async with joined(tmp_path) as (here, agent, host):
        opened = await Sockets(here).open(LOGS, Claims(host_uuid=host.uuid, logs=LINES))
        asked = await agent.opens()
        await agent.says(asked.stream, b"T a\nT ")
        await agent.says(asked.stream, b"T x\n", ERRORS)
        await agent.says(asked.stream, b"b\n")
        assert [await text_of(opened) for _ in range(3)] == ["01T a\n", "02T x\n", "01T b\n"]


@pytest.mark.parametrize("protocols", [(), (CHANNELS,)], ids=["base64", "channels"])
async def test_a_client_that_goes_ends_its_stream(
    tmp_path: Path, protocols: tuple[str, ...]
) -> None:
    async with joined(tmp_path) as (here, agent, host):
        claims = Claims(host_uuid=host.uuid, exec=COMMAND)
        for leaves in ("politely", "at once"):
            opened = await Sockets(here).open(EXEC, claims, *protocols)
            asked = await agent.opens()
            if leaves == "politely":
                await opened.close()
            else:
                transport = opened.get_extra_info("socket")
                assert transport is not None
                transport.shutdown(socket.SHUT_RDWR)
            assert await agent.expect(Closed) == Closed(stream=asked.stream)


async def test_a_client_that_goes_while_the_program_takes_no_input_ends_its_stream(
    tmp_path: Path,
) -> None:
    async with joined(tmp_path) as (here, agent, host):
        claims = Claims(host_uuid=host.uuid, exec=COMMAND)
        opened = await Sockets(here).open(EXEC, claims, CHANNELS)
        asked = await agent.opens()
        got = 0
        for _ in range(2 * WINDOW // CHUNK):
            await opened.send_bytes(b"\x00" + b"x" * CHUNK)
        while got < WINDOW:
            stream, data = await agent.hears()
            assert stream == asked.stream
            got += len(data)
        transport = opened.get_extra_info("socket")
        assert transport is not None
        transport.shutdown(socket.SHUT_RDWR)
        assert await agent.expect(Closed) == Closed(stream=asked.stream)


async def test_a_client_that_reads_nothing_holds_up_its_own_stream_alone(tmp_path: Path) -> None:
    async with joined(tmp_path) as (here, agent, host):
        claims = Claims(host_uuid=host.uuid, logs=LINES)
        stalled = await Sockets(here).open(LOGS, claims, CHANNELS)
        flooded = (await agent.opens()).stream
        sent, room = 0, WINDOW
        while room >= CHUNK:  # what the server takes of a flood that nobody reads
            await agent.says(flooded, b"x" * CHUNK)
            sent, room = sent + CHUNK, room - CHUNK
            if room < CHUNK:
                try:
                    async with asyncio.timeout(0.3):
                        room += (await agent.expect(Credit)).bytes
                except TimeoutError:
                    break
        assert sent > WINDOW  # the client's own buffers took some
        other = await Sockets(here).open(LOGS, claims)
        asked = await agent.opens()
        await agent.says(asked.stream, b"T quick\n")
        assert await text_of(other) == "01T quick\n"
        await agent.send(Heartbeat())
        await agent.expect(Heartbeat)
        await agent.report()
        await stalled.close()


async def test_what_a_host_cannot_is_told_in_the_manner_of_the_client(tmp_path: Path) -> None:
    words = "there is no container c"

    async def refuse(agent: Streamer) -> None:
        asked = await agent.expect(Open)
        await agent.send(Closed(stream=asked.stream, error=words))

    async with joined(tmp_path) as (here, agent, host):
        claims = Claims(host_uuid=host.uuid, exec=COMMAND)
        opened = await Sockets(here).open(EXEC, claims, CHANNELS)
        await refuse(agent)
        assert json.loads((await opened.receive_bytes())[1:]) == {"error": words}
        opened = await Sockets(here).open(LOGS, Claims(host_uuid=host.uuid, logs=LINES))
        await refuse(agent)
        assert await text_of(opened) == f"022027-01-15T08:00:00+00:00 {words}\n"
        assert (await last_of(opened)).extra == words


async def test_a_host_that_is_gone_is_told(tmp_path: Path) -> None:
    async with joined(tmp_path) as (here, agent, host):
        for uuid, words in ((host.uuid, "is not connected"), ("none", "was removed")):
            if uuid == host.uuid:
                await agent.socket.close()
                await here.until(Agent(id=1), link_state=LINK_CLOSED)
            opened = await Sockets(here).open(EXEC, Claims(host_uuid=uuid, exec=COMMAND), CHANNELS)
            assert words in json.loads((await opened.receive_bytes())[1:])["error"]


async def test_a_link_that_breaks_is_told(tmp_path: Path) -> None:
    async with joined(tmp_path) as (here, agent, host):
        claims = Claims(host_uuid=host.uuid, exec=COMMAND)
        opened = await Sockets(here).open(EXEC, claims, CHANNELS)
        await agent.opens()
        await agent.socket.close()
        assert "broke off" in json.loads((await opened.receive_bytes())[1:])["error"]


async def status_of(here: World, path: str, **more: Any) -> tuple[int, str]:
    """Return how the handshake was refused."""
    try:
        async with here.http.ws_connect(Sockets(here).url(path), **more):
            return 101, ""
    except aiohttp.WSServerHandshakeError as refused:
        return refused.status, (await plain(here, path, **more))["message"]


async def plain(here: World, path: str, **more: Any) -> Any:
    """Ask again, and return the words that a handshake is refused with."""
    upgrade = {
        "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }  # fmt: skip
    headers = {**upgrade, **more.get("headers", {})}
    url = Sockets(here).url(path)
    async with here.http.get(url, headers=headers, params=more.get("params", {})) as answer:
        return await answer.json()


async def test_without_a_token_that_is_good_there_nobody_is_let_in(tmp_path: Path) -> None:
    async with joined(tmp_path) as (here, _, host):
        claims = Claims(host_uuid=host.uuid, exec=COMMAND, logs=None)
        token = await Sockets(here).token(EXEC, claims)
        empty = await Sockets(here).token(LOGS, Claims(host_uuid=host.uuid))
        for path, params, words in (
            (EXEC, {}, "a token is needed"),
            (EXEC, {"token": "x"}, "not made here"),
            (EXEC, {"token": token[:-4] + "AAAA"}, "not made here"),
            (LOGS, {"token": token}, "another path"),
            (CONSOLE, {"token": token}, "another path"),
            (f"{STATS}/c", {"token": token}, "another path"),
            (LOGS, {"token": empty}, "opens nothing"),
        ):
            status, said = await status_of(here, path, params=params)
            assert status == 401, path
            assert words in said


async def test_a_token_comes_in_the_query_or_in_a_header(tmp_path: Path) -> None:
    async with joined(tmp_path) as (here, _, host):
        token = await Sockets(here).token(EXEC, Claims(host_uuid=host.uuid, exec=COMMAND))
        for word in ("Bearer", "BEARER", "bearer"):
            headers = {"Authorization": f"{word} {token}"}
            assert (await status_of(here, EXEC, headers=headers))[0] == 101
        assert (await status_of(here, "/v1/exec", params={"token": token}))[0] == 101


async def test_what_a_client_must_not_say_ends_its_stream_alone(tmp_path: Path) -> None:
    async with joined(tmp_path) as (here, agent, host):
        claims = Claims(host_uuid=host.uuid, exec=COMMAND)
        opened = await Sockets(here).open(EXEC, claims, CHANNELS)
        asked = await agent.opens()
        await opened.send_bytes(b"\x00" + b"x" * 2_000_000)
        assert "accepted: 1048576" in json.loads((await opened.receive_bytes())[1:])["error"]
        assert await agent.expect(Closed) == Closed(stream=asked.stream)
        await agent.quiet()


async def test_agent_data_that_is_none_ends_the_link(tmp_path: Path) -> None:
    async with joined(tmp_path) as (_, agent, _host):
        await agent.socket.send_bytes(b"\x00\x01")
        await agent.closed()


async def test_figures_of_several_hosts_come_in_one_socket_as_they_come_and_go(
    tmp_path: Path,
) -> None:
    async with joined(tmp_path) as (here, first, host):
        opened = await Sockets(here).open(PROJECT_STATS, Claims(resource_id="1a1"))
        asked = await first.opens()
        assert asked.purpose == HostStats(resource_id="1h1")
        await first.says(asked.stream, b'[{"id":"1h1"}]')
        assert json.loads(await text_of(opened)) == [{"id": "1h1"}]
        agent, other = await here.joined(2, engine_id="E2", hostname="m2")
        second = Streamer(agent.socket)
        asked2 = await second.opens()
        assert asked2.purpose == HostStats(resource_id=f"1h{other.id}")
        await second.says(asked2.stream, b'[{"id":"1h2"}]')
        assert json.loads(await text_of(opened)) == [{"id": "1h2"}]
        await second.socket.close()
        await first.says(asked.stream, b'[{"id":"1h1"}]')
        assert json.loads(await text_of(opened)) == [{"id": "1h1"}]
        await opened.close()
        assert await first.expect(Closed) == Closed(stream=asked.stream)
        assert host.id == 1


async def test_figures_of_a_service_follow_its_containers(tmp_path: Path) -> None:
    async with joined(tmp_path) as (here, agent, host):
        launch = LaunchConfig(image_uuid="docker:a")
        service = await made(
            here, Service(account_id=1, stack_id=1, name="w", launch_config=launch)
        )
        row = await here.container(host, name="a", service_id=service.id, external_id="e1")
        await here.container(host, name="b", external_id="e2")
        opened = await Sockets(here).open(SERVICE_STATS, Claims(resource_id=f"1s{service.id}"))
        asked = await agent.opens()
        assert asked.purpose == ContainerStats(containers={"e1": f"1i{row.id}"})
        more = await here.container(host, name="c", service_id=service.id, external_id="e3")
        again = await agent.opens()
        both = {"e1": f"1i{row.id}", "e3": f"1i{more.id}"}
        assert again.purpose == ContainerStats(containers=both)
        await here.change(service, removed=1)
        assert (await last_of(opened)).extra == "it was removed"


async def test_figures_of_a_hosts_containers(tmp_path: Path) -> None:
    async with joined(tmp_path) as (here, agent, host):
        row = await here.container(host, name="a", external_id="e1")
        await here.container(host, name="b", external_id=None)
        await Sockets(here).open(CONTAINER_STATS, Claims(host_uuid=host.uuid, resource_id="1h1"))
        asked = await agent.opens()
        assert asked.purpose == ContainerStats(containers={"e1": f"1i{row.id}"})


async def made(here: World, row: Service) -> Any:
    [written] = await here.store.write(Create(row))
    return written


def test_frames_of_streams_are_what_agents_read() -> None:
    assert json.loads(encode(Open(stream=1, purpose=Attach(container="c")))) == {
        "frame": "open", "stream": 1,
        "purpose": {"kind": "attach", "container": "c", "stdin": True, "fromStart": False},
    }  # fmt: skip
