"""What an Engine says seldom: refusals amid data, answers that break off, no control groups."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from pathlib import Path

import pytest

from pasture.agent.engine.docker_streams import MOST_AHEAD, DockerStreams
from pasture.agent.engine.engine import EngineError, EngineUnreachable, NoSuchContainer
from pasture.wire.streams import Attach, CopyFrom, CopyTo, Exec, Logs
from tests.agent.engine.dockerd import Dockerd, answered, dockerd, streaming
from tests.agent.engine.test_cgroups import ID, Root
from tests.agent.engine.test_docker_stats import NOTHING, V1
from tests.agent.engine.test_lines import STAMP, framed, logged
from tests.support.streams import host_of

RUNS = answered(200, b'{"Config":{"Tty":false},"State":{"Running":true,"Pid":1,"ExitCode":0}}')
CREATED = answered(201, b'{"Id":"e"}')
SWITCHED = b"HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n"
CHUNKED = b"HTTP/1.1 409 Conflict\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
END = b"0\r\n\r\n"


@pytest.fixture
async def fake(tmp_path: Path) -> AsyncGenerator[Dockerd]:
    async with dockerd(tmp_path) as made:
        made.answers["GET /containers/c/json"] = RUNS
        yield made


@pytest.fixture
async def streams(fake: Dockerd, tmp_path: Path) -> AsyncGenerator[DockerStreams]:
    made = DockerStreams(fake.url, root=tmp_path)
    yield made
    await made.close()


async def test_where_no_cgroup_is_seen_the_engine_is_asked_on_one_connection(
    fake: Dockerd, streams: DockerStreams
) -> None:
    line = V1.replace(b"\n", b"") + b"\n"
    nothing = NOTHING.replace(b"\n", b"") + b"\n"
    fake.answers["GET /containers/c/stats"] = (
        streaming(nothing, line[:100], line[100:] + line) + END
    )
    async with streams.usage("c") as rows:
        found = [row async for row in rows]
    assert [row.cpu.usage.total for row in found] == [33768835, 33768835]
    assert fake.asked == ["GET /containers/c/json", "GET /containers/c/stats"]


async def test_a_cgroup_that_cannot_be_read_is_said(
    streams: DockerStreams, fake: Dockerd, tmp_path: Path
) -> None:
    root = Root(tmp_path)
    root.v1()
    fake.answers[f"GET /containers/{ID}/json"] = RUNS.replace(b'"Pid":1', b'"Pid":7')
    root.write(f"sys/fs/cgroup/cpuacct/docker/{ID}/cpuacct.stat", "user 2\n")
    with pytest.raises(EngineError, match="the control group cannot be read: KeyError"):
        async with streams.usage(ID) as rows:
            await anext(rows)


async def test_a_log_that_breaks_off_is_said_after_what_came(
    fake: Dockerd, streams: DockerStreams
) -> None:
    fake.answers["GET /containers/c/logs"] = streaming(logged(1, b"a"), logged(1, b"b"))
    async with host_of(streams) as server:
        peer = server.open(Logs(container="c"))
        closed = await peer.end()
        assert closed.error is not None
        assert closed.error.startswith("the Engine broke off: ")
        assert peer.said() == STAMP + b"a\n" + STAMP + b"b\n"


async def test_an_engine_that_cannot_read_on_says_why(
    fake: Dockerd, streams: DockerStreams
) -> None:
    said = framed(3, b"Error grabbing logs: invalid character\n")
    fake.answers["GET /containers/c/logs"] = streaming(logged(1, b"a"), said) + END
    async with host_of(streams) as server:
        peer = server.open(Logs(container="c", timestamps=False))
        assert (await peer.end()).error == "Error grabbing logs: invalid character"
        assert peer.said().endswith(b"a\n")


@pytest.mark.parametrize(
    "refusal",
    [
        answered(409, b'{"message":"Container c is not running"}'),
        CHUNKED + b'2c\r\n{"message":"Container c is not running"}\r\n0\r\n\r\n',
    ],
)
async def test_a_connection_that_is_not_taken_over_is_refused_in_words(
    fake: Dockerd, streams: DockerStreams, refusal: bytes
) -> None:
    fake.answers["POST /containers/c/exec"] = CREATED
    fake.answers["POST /exec/e/start"] = refusal
    fake.answers["POST /containers/c/attach"] = refusal
    for purpose in (Exec(container="c", command=("sh",)), Attach(container="c")):
        async with host_of(streams) as server:
            closed = await server.open(purpose).end()
            assert closed.error == "the container is not running: start it first"


@pytest.mark.parametrize("answer", [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 101"])
async def test_an_answer_that_cannot_be_read_is_said(
    fake: Dockerd, streams: DockerStreams, answer: bytes
) -> None:
    fake.answers["POST /containers/c/attach"] = answer
    with pytest.raises(EngineUnreachable, match="the Engine broke off: no answer"):
        async with streams.attach(Attach(container="c")):
            pass


async def test_an_exec_of_an_engine_that_goes_is_said_and_warned_of(
    fake: Dockerd, streams: DockerStreams, caplog: pytest.LogCaptureFixture
) -> None:
    fake.answers["POST /containers/c/exec"] = CREATED
    fake.answers["POST /exec/e/start"] = SWITCHED
    fake.answers["GET /exec/e/json"] = b""
    with pytest.raises(EngineUnreachable):
        async with streams.execute(Exec(container="c", command=("sh",))):
            pass
    assert "exec not found" in caplog.text


async def test_an_exec_whose_process_is_not_seen_from_here_is_warned_of(
    fake: Dockerd, streams: DockerStreams, caplog: pytest.LogCaptureFixture
) -> None:
    fake.answers["POST /containers/c/exec"] = CREATED

    async def talks(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(SWITCHED)
        await reader.read()

    fake.answers["POST /exec/e/start"] = talks
    fake.answers["GET /exec/e/json"] = answered(
        200, b'{"Pid":1,"Running":true,"ExitCode":null,"ContainerID":"another"}'
    )
    async with streams.execute(Exec(container="c", command=("sh",))):
        pass
    assert "its process is not seen from here" in caplog.text


async def test_an_unknown_container_is_unknown_to_every_stream(streams: DockerStreams) -> None:
    opened = (
        streams.logs(Logs(container="x")),
        streams.attach(Attach(container="x")),
        streams.execute(Exec(container="x", command=("sh",))),
        streams.usage("x"),
    )
    for opening in opened:
        with pytest.raises(NoSuchContainer):
            async with opening:
                pass
    with pytest.raises(NoSuchContainer):
        await streams.check(CopyTo(container="x", path="/"))


async def test_an_archive_that_breaks_off_is_said(fake: Dockerd, streams: DockerStreams) -> None:
    fake.answers["GET /containers/c/archive"] = streaming(b"x" * 100)
    async with host_of(streams) as server:
        closed = await server.open(CopyFrom(container="c", path="/etc")).end()
        assert closed.error is not None
        assert closed.error.startswith("the Engine broke off")


async def test_a_refusal_amid_a_copy_ends_it(fake: Dockerd, streams: DockerStreams) -> None:
    read = 0

    async def refuses(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal read
        read += len(await reader.read(1000))
        writer.write(answered(403, b'{"message":"container rootfs is marked read-only"}'))
        await writer.drain()

    fake.answers["PUT /containers/c/archive"] = refuses

    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b"x" * 1000
            await asyncio.sleep(0)

    with pytest.raises(EngineError, match="container rootfs is marked read-only"):
        await streams.copy_to(CopyTo(container="c", path="/"), endless())
    assert read > 0


async def test_an_engine_that_is_away_is_said(tmp_path: Path) -> None:
    streams = DockerStreams(f"unix://{tmp_path}/none.sock")
    with pytest.raises(EngineUnreachable):
        await streams.running()
    await streams.close()


def at_rest(status: bytes, exit_code: bytes) -> bytes:
    """Return what an Engine says of a container that does not run."""
    state = b'{"Running":false,"Pid":0,"Status":"%s","ExitCode":%s}' % (status, exit_code)
    return answered(200, b'{"Id":"c","Config":{"Tty":false},"State":%s}' % state)


NEVER_RAN, EXITED = at_rest(b"created", b"0"), at_rest(b"exited", b"3")


async def test_a_container_is_attached_to_before_its_start_and_waits_for_the_reader(
    fake: Dockerd, streams: DockerStreams
) -> None:
    waits = asyncio.Event()

    async def floods(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(SWITCHED)
        for number in range(400):  # 4 MB: more than lies in buffers on the way
            writer.write(framed(1, b"%4d" % number + b"x" * 10_000))
            waits.set()
            await writer.drain()
        writer.close()

    fake.answers["GET /containers/c/json"] = NEVER_RAN
    fake.answers["POST /containers/c/attach"] = floods
    async with host_of(streams) as server:
        peer = await server.open(Attach(container="c", from_start=True), eager=False).begun()
        await waits.wait()
        await asyncio.sleep(0.05)
        assert peer.closed is None
        fake.answers["GET /containers/c/json"] = EXITED
        peer.eager = True
        peer.consume()
        closed = await peer.end()
        assert (closed.error, closed.exit_code) == (None, 3)
        assert len(peer.said()) == 400 * 10_004
    with pytest.raises(EngineError, match="is not running"):
        async with streams.attach(Attach(container="c")):
            pass


async def test_a_size_is_told_as_soon_as_the_container_starts(
    fake: Dockerd, streams: DockerStreams
) -> None:
    refusal = answered(409, b'{"message":"Container c is not running"}')

    async def talks(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(SWITCHED)
        await reader.read()
        writer.close()

    fake.answers["GET /containers/c/json"] = NEVER_RAN
    fake.answers["POST /containers/c/attach"] = talks
    fake.answers["POST /containers/c/resize"] = refusal
    async with host_of(streams) as server:
        peer = await server.open(Attach(container="c", from_start=True)).begun()
        peer.resize(80, 24)
        await asyncio.sleep(0.05)
        assert fake.asked.count("POST /containers/c/resize") > 1
        fake.answers["GET /containers/c/json"] = RUNS
        fake.answers["POST /containers/c/resize"] = answered(200, b"")
        await asyncio.sleep(0.1)
        tried = fake.asked.count("POST /containers/c/resize")
        await asyncio.sleep(0.05)
        assert fake.asked.count("POST /containers/c/resize") == tried  # it was taken


async def test_a_container_never_waits_for_who_is_attached_to_it(
    fake: Dockerd, streams: DockerStreams
) -> None:
    gone = asyncio.Event()

    async def floods(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(SWITCHED)
        try:
            while True:
                writer.write(framed(1, b"x" * 10_000))
                await writer.drain()
        finally:
            gone.set()

    fake.answers["POST /containers/c/attach"] = floods
    async with host_of(streams) as server:
        peer = await server.open(Attach(container="c"), eager=False).begun()
        await gone.wait()
        assert peer.closed is None
        peer.eager = True
        peer.consume()
        closed = await peer.end()
        assert closed.error is not None
        assert closed.error.startswith("the output came faster than it was read")
        assert len(peer.said()) >= MOST_AHEAD
