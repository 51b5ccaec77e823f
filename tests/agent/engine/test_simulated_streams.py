import msgspec

from pasture.agent.engine.simulated import SimulatedEngine
from pasture.wire.streams import Attach, CopyFrom, CopyTo, Exec, HostStats, Logs
from tests.support.streams import host_of


async def test_a_container_has_lines() -> None:
    engine = SimulatedEngine()
    made = engine.run_by_hand("web")
    async with host_of(engine.streams) as server:
        last = server.open(Logs(container=made, lines=3, follow=False, timestamps=False))
        await last.end()
        assert [line.split(b":")[0] for line in last.said().splitlines()] == [
            b"web 17", b"web 18", b"web 19",
        ]  # fmt: skip
        engine.streams.knobs.line_every_s = 0.001
        followed = server.open(Logs(container=made, lines=0))  # none but those to come
        await followed.says(b"web ")
        assert followed.said().splitlines()[0].split()[0].endswith(b"Z")
        engine.kill_by_hand("web")
        assert (await followed.end()).error is None


async def test_a_line_has_the_same_time_whenever_it_is_read() -> None:
    engine = SimulatedEngine()
    made = engine.run_by_hand("web")
    async with host_of(engine.streams) as server:
        reads = [server.open(Logs(container=made, follow=False)) for _ in range(2)]
        both = [read.said() for read in reads if await read.end()]
        assert both[0] == both[1]
        stamps = [line.split()[0] for line in both[0].splitlines()]
        assert stamps == sorted(stamps)
        late = server.open(Logs(container=made, follow=False, since=2**31))
        await late.end()
        assert late.said() == b""


async def test_a_container_is_attached_to_before_its_start() -> None:
    engine = SimulatedEngine()
    made = engine.run_by_hand("web")
    engine.kill_by_hand("web")
    async with host_of(engine.streams) as server:
        await server.open(Attach(container=made, from_start=True)).begun()


async def test_a_shell_echoes_until_its_input_ends() -> None:
    engine = SimulatedEngine()
    made = engine.run_by_hand("web")
    engine.streams.knobs.exit_codes["sh"] = 3
    async with host_of(engine.streams) as server:
        peer = await server.open(Exec(container=made, command=("sh",), tty=False)).begun()
        peer.write(b"hello")
        await peer.says(b"simulated: sh\nhello")
        peer.end_input()
        assert (await peer.end()).exit_code == 3
        attached = await server.open(Attach(container=made)).begun()
        attached.resize(10, 10)
        attached.write(b"\x04")
        assert (await attached.end()).exit_code == 0


async def test_what_does_not_run_or_is_unknown_is_said() -> None:
    engine = SimulatedEngine()
    made = engine.run_by_hand("web")
    engine.kill_by_hand("web")
    async with host_of(engine.streams) as server:
        closed = await server.open(Exec(container=made, command=("sh",))).end()
        assert closed.error == "the container is not running: start it first"
        closed = await server.open(Logs(container="nope")).end()
        assert closed.error == "no such container: nope"


async def test_a_file_comes_back_as_it_went() -> None:
    engine = SimulatedEngine()
    made = engine.run_by_hand("web")
    async with host_of(engine.streams) as server:
        to = await server.open(CopyTo(container=made, path="/x")).begun()
        await to.send(b"tar" * 1000)
        to.end_input()
        assert (await to.end()).error is None
        back = server.open(CopyFrom(container=made, path="/x"))
        await back.end()
        assert back.said() == b"tar" * 1000
        large = await server.open(CopyTo(container=made, path="/y")).begun()
        await large.send(bytes(1024 * 1024))
        await large.send(b"x")
        assert (await large.end()).error == "a simulated container keeps 1048576 bytes of a file"


async def test_the_machine_moves() -> None:
    engine = SimulatedEngine()
    async with host_of(engine.streams, every_s=0.01) as server:
        peer = server.open(HostStats(resource_id="1h1"))
        await peer.until(lambda: len(peer.pieces) >= 3)
        totals = [msgspec.json.decode(d)[0]["cpu"]["usage"]["total"] for _, d in peer.pieces]
        assert totals == sorted(totals)
        assert totals[0] < totals[-1]
