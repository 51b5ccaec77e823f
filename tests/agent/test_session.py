import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

import pytest

from pasture.agent.engine.simulated import SimulatedEngine
from pasture.agent.host import Described, Host
from pasture.agent.household import Household
from pasture.agent.records import Held, MemoryRecords
from pasture.agent.session import TOO_OLD, Link, Rejected, Timing
from pasture.agent.watch import Pace
from pasture.kit.tasks import TaskGroup
from pasture.wire.frames import (
    Changes,
    Closed,
    Heartbeat,
    Observed,
    Open,
    Opened,
    Refused,
    Welcome,
)
from pasture.wire.streams import INPUT, Exec, message
from tests.agent.fake_server import FakeServer, raw, soon, welcome
from tests.agent.samples import want

KEYS = ("access", "secret")
QUICK = Timing(
    heartbeat_s=0.02, silence_s=0.4, accept_s=0.3, gather_s=0.005, first_retry_s=0.01,
    longest_retry_s=0.05, ask_s=0.01,
)  # fmt: skip
PACE = Pace(probe_s=0.05, poll_s=0.2, first_retry_s=0.01, longest_retry_s=0.05)


class Linked:
    """A host with a simulated Engine, linked to a fake server."""

    def __init__(self, server: FakeServer, held: Held | None = None) -> None:
        self.engine = SimulatedEngine()
        self.server = server
        self.records = MemoryRecords()
        self.kept: list[Held] = []
        self.host = Host(
            self.engine,
            self.records,
            held=held,
            keep=self.keep,
            described=Described(labels={"zone": "a"}, address="10.0.0.9", pace=PACE),
        )
        server.pairs["key"] = KEYS
        self.link = Link(server.base, KEYS, self.host, timing=QUICK, jitter=lambda: 1.0)

    async def keep(self, held: Held) -> None:
        self.kept.append(held)

    @asynccontextmanager
    async def up(self) -> AsyncGenerator["Linked", None]:
        async with TaskGroup() as group:
            tasks = [group.create_task(self.host.run()), group.create_task(self.link.run())]
            try:
                yield self
            finally:
                for task in tasks:
                    task.cancel()

    def state(self, name: str = "r-a") -> str | None:
        made = self.engine.named(name)
        return made.seen.state if made is not None else None


@pytest.fixture
async def server() -> AsyncGenerator[FakeServer, None]:
    async with FakeServer().serving() as fake:
        yield fake


def last(server: FakeServer, uuid: str) -> Observed | None:
    told = [o for r in server.reports for o in r.containers if o.uuid == uuid]
    return told[-1] if told else None


async def test_hello_says_what_the_machine_is(server: FakeServer) -> None:
    async with Linked(server).up():
        hello = (await soon(lambda: server.hellos))[0]
        assert (hello.engine_id, hello.hostname, hello.address) == ("SIM1", "sim1", "10.0.0.9")
        assert hello.labels == {"zone": "a"}
        assert (hello.milli_cpu, hello.memory) == (4000, 8 * 1024**3)
        assert hello.info["osInfo"]["dockerVersion"] == "simulated"
        assert hello.info["memoryInfo"] == {"memTotal": 8192}
        assert (hello.assignment, hello.history) == (None, None)
        assert hello.now is not None


async def test_an_assignment_is_kept_obeyed_and_reported(server: FakeServer) -> None:
    server.containers = (want(),)
    async with Linked(server).up() as linked:
        await soon(lambda: (o := last(server, "a")) and o.state == "running" and o.applied == 1)
        assert linked.kept[-1].hash == "hash-0"
        assert linked.kept[-1].containers == (want(),)
        assert server.reports[0].full
        assert [r.number for r in server.reports] == [*range(1, len(server.reports) + 1)]


async def test_changes_are_obeyed(server: FakeServer) -> None:
    server.containers = (want(supervised=True), want("b"))
    async with Linked(server).up() as linked:
        await soon(lambda: linked.state() == linked.state("r-b") == "running")
        gone = want(supervised=True, wanted="removed", generation=2)
        await server.say(Changes(base="hash-0", hash="hash-1", set=(gone, want("c"))))
        await soon(lambda: (o := last(server, "a")) and o.state == "absent" and o.applied == 2)
        await soon(lambda: linked.state("r-c") == "running")
        await server.say(Changes(base="hash-1", hash="hash-2", dropped=("a", "b")))
        await soon(lambda: linked.kept[-1].hash == "hash-2")
        assert {c.uuid for c in linked.kept[-1].containers} == {"c"}
        assert linked.state("r-b") == "running", "dropped without a tombstone"


async def test_changes_of_another_assignment_open_the_link_anew(server: FakeServer) -> None:
    async with Linked(server).up():
        await soon(lambda: server.reports)
        await server.say(Changes(base="other", hash="hash-9"))
        await soon(lambda: len(server.hellos) == 2)
        assert server.hellos[1].assignment == "hash-0"


async def test_an_unchanged_host_says_so(server: FakeServer) -> None:
    held = Held(installation="inst-1", history="hist-1", hash="hash-0", containers=(want(),))
    async with Linked(server, held).up() as linked:
        hello = (await soon(lambda: server.hellos))[0]
        assert (hello.assignment, hello.history) == ("hash-0", "hist-1")
        await soon(lambda: linked.state() == "running")


async def test_with_the_server_down_the_host_converges_from_what_it_holds(
    server: FakeServer,
) -> None:
    server.handshake = 503
    held = Held(installation="inst-1", history="hist-1", hash="hash-0",
                containers=(want(supervised=True),))  # fmt: skip
    async with Linked(server, held).up() as linked:
        await soon(lambda: linked.state() == "running")
        linked.engine.kill_by_hand("r-a")
        await soon(lambda: linked.state() == "running")
        assert not server.hellos
        server.handshake = 0
        await soon(lambda: (o := last(server, "a")) and o.state == "running")


async def test_a_broken_link_is_opened_again_and_all_is_reported(server: FakeServer) -> None:
    async with Linked(server).up() as linked:
        await soon(lambda: server.reports)
        await server.hang_up()
        await soon(lambda: len(server.hellos) == 2)
        linked.engine.run_by_hand("mine")
        await soon(lambda: [o.name for o in server.reports[-1].containers] == ["mine"])
        numbers = [r.number for r in server.reports]
        assert len(set(numbers)) == len(numbers)
        assert sum(r.full for r in server.reports) == 2


async def test_what_was_not_accepted_is_reported_again(server: FakeServer) -> None:
    server.accepts = False
    async with Linked(server).up() as linked:
        await soon(lambda: server.reports)
        linked.engine.run_by_hand("mine")
        await beats(server, 3)
        assert len(server.reports) == 1, "one in flight"
        server.accepts = True
        await soon(lambda: len(server.hellos) == 2)
        await soon(lambda: [o.name for o in server.reports[-1].containers] == ["mine"])


async def test_a_silent_server_is_left(server: FakeServer) -> None:
    server.beats = False
    async with Linked(server).up():
        await soon(lambda: len(server.hellos) == 2)


async def test_heartbeats_say_how_the_engine_is(server: FakeServer) -> None:
    def errors() -> list[str | None]:
        return [f.engine_error for f in server.heard if isinstance(f, Heartbeat)]

    async with Linked(server).up() as linked:
        await soon(errors)
        assert errors()[-1] is None
        linked.engine.go_down()
        await soon(lambda: "cannot be reached" in (errors()[-1] or ""))
        linked.engine.come_back()
        await soon(lambda: errors()[-1] is None)


async def test_a_known_host_presents_itself_with_its_engine_down(server: FakeServer) -> None:
    async with Linked(server).up() as linked:
        await soon(lambda: server.hellos)
        held = linked.kept[-1]
    again = Linked(server, held)
    again.engine.go_down()
    async with again.up():
        await soon(lambda: len(server.hellos) == 2)
        assert server.hellos[1].engine_id == "SIM1"
        before = len(server.reports)
        await beats(server, 3)
        assert len(server.reports) == before, "what was not looked at is not reported"


async def test_a_final_refusal_ends_it(server: FakeServer) -> None:
    server.welcome = Refused(code="EngineTaken", message="this Engine is host h1 already")
    with pytest.raises(Rejected, match=r"this Engine is host h1 already \(EngineTaken\)"):
        await alone(Linked(server))


async def test_a_refusal_for_now_is_asked_again(server: FakeServer) -> None:
    server.welcome = Refused(code="Busy", message="later", final=False)
    async with Linked(server).up():
        await soon(lambda: len(server.hellos) == 3)


async def test_removal_of_the_host_ends_an_open_link(server: FakeServer) -> None:
    async def remove() -> None:
        await soon(lambda: server.reports)
        await server.say(Refused(code="HostRemoved", message="the host was removed"))

    async with TaskGroup() as group:
        group.create_task(remove())
        with pytest.raises(Rejected, match="the host was removed"):
            await alone(Linked(server))


async def test_unknown_keys_end_it(server: FakeServer) -> None:
    linked = Linked(server)
    server.pairs.clear()
    with pytest.raises(Rejected, match="does not accept this agent's keys"):
        await alone(linked)


class Wishes(Household):
    """Remembers which image the server wished for."""

    def __init__(self) -> None:
        self.images: list[str | None] = []

    def welcome(self, welcome: Welcome) -> None:
        self.images.append(welcome.agent_image)


async def test_a_wish_for_another_image_is_heard_while_the_link_is_open(server: FakeServer) -> None:
    linked = Linked(server)
    linked.host.household = wishes = Wishes()
    async with linked.up():
        await soon(lambda: server.reports)
        await server.say(welcome(agent_image="pasture/agent:2"))
        await soon(lambda: wishes.images == [None, "pasture/agent:2"])
    assert len(server.hellos) == 1


async def test_frames_of_a_later_version_are_ignored(server: FakeServer) -> None:
    async with Linked(server).up() as linked:
        await soon(lambda: server.reports)
        assert server.open is not None
        await server.open.send_str(raw("later", what=1))
        await server.open.send_str(raw("accepted", number=99, more="x"))
        await server.assign(want(), hash="hash-1")
        await soon(lambda: linked.state() == "running")
        assert len(server.hellos) == 1


@pytest.mark.parametrize("text", ["{", raw("assignment", hash=1)])
async def test_a_frame_that_cannot_be_read_opens_the_link_anew(
    server: FakeServer, text: str
) -> None:
    async with Linked(server).up():
        await soon(lambda: server.reports)
        assert server.open is not None
        await server.open.send_str(text)
        await soon(lambda: len(server.hellos) == 2)


@pytest.mark.parametrize("other", [welcome(history="hist-2"), welcome(installation="inst-2")])
async def test_another_database_starts_from_what_runs(server: FakeServer, other: Welcome) -> None:
    server.containers = (want(generation=5, supervised=True),)
    async with Linked(server).up() as linked:
        await soon(lambda: (o := last(server, "a")) and o.applied == 5)
        made = linked.engine.named("r-a")
        assert made is not None
        server.welcome, server.containers = other, ()
        await server.hang_up()
        await soon(lambda: len(server.hellos) == 3)
        assert (server.hellos[2].assignment, server.hellos[2].history) == (None, other.history)
        if other.installation == "inst-1":
            await server.assign(want(generation=3, supervised=True), hash="hash-r")
            await soon(lambda: (o := last(server, "a")) and o.applied == 3)
            await server.assign(want(generation=4, supervised=True), hash="hash-s")
            await soon(lambda: (o := last(server, "a")) and o.applied == 4)
            assert len(made.starts) == 2, "adopted as it ran, then restarted once"
        else:
            await beats(server, 3)
            assert linked.state() == "running"


async def beats(server: FakeServer, more: int) -> None:
    """Wait for that many more heartbeats: what was to come has come before the last."""
    seen = len(server.heard)
    await soon(lambda: sum(isinstance(f, Heartbeat) for f in server.heard[seen:]) >= more)


async def alone(linked: Linked) -> None:
    """Run both until the link ends, and raise what ended it."""
    async with asyncio.timeout(5):
        running = asyncio.get_running_loop().create_task(linked.host.run())
        try:
            await linked.link.run()
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running


async def test_a_stream_runs_beside_reports(server: FakeServer) -> None:
    async with Linked(server).up() as linked:
        await soon(lambda: server.reports)
        made = linked.engine.run_by_hand("mine")
        await server.say(Open(stream=7, purpose=Exec(container=made, command=("sh",))))
        await soon(lambda: Opened(stream=7) in server.heard)
        assert server.open is not None
        await server.open.send_bytes(message(7, INPUT, b"hello"))
        await soon(lambda: b"hello" in b"".join(server.data))
        await server.open.send_bytes(message(7, INPUT, b""))
        await soon(lambda: Closed(stream=7, exit_code=0) in server.heard)
        assert len(server.hellos) == 1


async def test_a_purpose_of_a_later_version_is_refused_and_the_link_goes_on(
    server: FakeServer,
) -> None:
    async with Linked(server).up():
        await soon(lambda: server.reports)
        assert server.open is not None
        await server.open.send_str(raw("open", stream=7, purpose={"kind": "later"}))
        await soon(lambda: Closed(stream=7, error=TOO_OLD) in server.heard)
        await beats(server, 2)
        assert len(server.hellos) == 1


async def test_data_that_cannot_be_read_opens_the_link_anew(server: FakeServer) -> None:
    async with Linked(server).up():
        await soon(lambda: server.reports)
        assert server.open is not None
        await server.open.send_bytes(b"abc")
        await soon(lambda: len(server.hellos) == 2)
