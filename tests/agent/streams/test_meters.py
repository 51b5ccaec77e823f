from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager

import msgspec
import pytest

from pasture.agent.engine.engine import NoSuchContainer
from pasture.agent.engine.figures import Row
from pasture.agent.engine.simulated import SimulatedEngine
from pasture.agent.engine.simulated_streams import SimulatedStreams
from pasture.agent.streams.meters import arrays
from pasture.wire.streams import CHUNK, ContainerStats, HostStats
from tests.agent.fake_server import soon
from tests.support.streams import Peer, host_of

QUICK = 0.02


class Counting(SimulatedStreams):
    """Count how often each container is measured, and how often at once."""

    opened: Counter[str]
    measured: Counter[str]
    faulty: str | None = None

    @asynccontextmanager
    async def usage(self, container: str) -> AsyncGenerator[AsyncIterator[Row]]:
        self.opened[container] += 1
        if container == self.faulty:
            raise ZeroDivisionError
        self.measured[container] += 1
        try:
            async with super().usage(container) as rows:
                yield rows
        finally:
            self.measured[container] -= 1


def counting() -> tuple[SimulatedEngine, Counting]:
    engine = SimulatedEngine()
    streams = Counting(engine.clock, engine.seen, engine.running)
    streams.opened, streams.measured = Counter(), Counter()
    streams.knobs.row_every_s = QUICK
    return engine, streams


def ids(peer: Peer) -> set[str]:
    return {row["id"] for _, data in peer.pieces for row in msgspec.json.decode(data)}


async def test_a_container_is_measured_once_for_all_who_look() -> None:
    engine, streams = counting()
    a, b = engine.run_by_hand("a"), engine.run_by_hand("b")
    async with host_of(streams, every_s=QUICK) as server:
        peers = [server.open(ContainerStats(containers={a: "1i1", b: "1i2"})) for _ in range(10)]
        for peer in peers:
            await peer.until(lambda peer=peer: ids(peer) == {"1i1", "1i2"})
        assert streams.opened == {a: 1, b: 1}
        for peer in peers[1:]:
            peer.close()
        before = len(peers[0].pieces)
        await peers[0].until(lambda: len(peers[0].pieces) > before + 3)
        assert streams.opened == {a: 1, b: 1}
        peers[0].close()
        await gone(streams)


async def gone(streams: Counting) -> None:
    await soon(lambda: not +streams.measured)


async def test_rows_come_about_once_each_time_and_grow() -> None:
    engine, streams = counting()
    a = engine.run_by_hand("a")
    async with host_of(streams, every_s=QUICK) as server:
        peer = server.open(ContainerStats(containers={a: "1i1"}))
        await peer.until(lambda: len(peer.pieces) >= 5)
        rows = [row for _, data in peer.pieces for row in msgspec.json.decode(data)]
        stamps = [row["timestamp"] for row in rows]
        assert stamps == sorted(set(stamps))
        totals = [row["cpu"]["usage"]["total"] for row in rows]
        assert totals == sorted(totals)


async def test_without_names_all_that_runs_is_measured_and_what_comes_later() -> None:
    engine, streams = counting()
    a = engine.run_by_hand("a")
    async with host_of(streams, every_s=QUICK) as server:
        peer = server.open(ContainerStats())
        await peer.until(lambda: ids(peer) == {a})
        b = engine.run_by_hand("b")
        await peer.until(lambda: ids(peer) == {a, b})
        engine.kill_by_hand("a")
        await peer.until(lambda: streams.measured[a] == 0 and streams.measured[b] == 1)
        peer.close()
        await gone(streams)


async def test_a_container_that_stops_has_rows_again_when_it_runs_again() -> None:
    engine, streams = counting()
    a = engine.run_by_hand("a")
    async with host_of(streams, every_s=QUICK) as server:
        peer = server.open(ContainerStats(containers={a: "1i1"}))
        await peer.until(lambda: peer.pieces)
        engine.kill_by_hand("a")
        await gone(streams)
        engine.start_by_hand("a")
        before = len(peer.pieces)
        await peer.until(lambda: len(peer.pieces) > before + 1)


async def test_one_that_is_unknown_hides_no_other() -> None:
    engine, streams = counting()
    a = engine.run_by_hand("a")
    with pytest.raises(NoSuchContainer):
        async with streams.usage("nope"):
            pass
    async with host_of(streams, every_s=QUICK) as server:
        peer = server.open(ContainerStats(containers={"nope": "1i9", a: "1i1"}))
        await peer.until(lambda: ids(peer) == {"1i1"})


async def test_a_fault_of_one_ends_neither_the_others_nor_the_host(
    caplog: pytest.LogCaptureFixture,
) -> None:
    engine, streams = counting()
    a, bad = engine.run_by_hand("a"), engine.run_by_hand("bad")
    streams.faulty = bad
    async with host_of(streams, every_s=QUICK) as server:
        peer = server.open(ContainerStats(containers={bad: "1i9", a: "1i1"}))
        await peer.until(lambda: ids(peer) == {"1i1"} and streams.opened[bad] > 1)
    assert "not measured" in caplog.text


async def test_those_who_look_at_the_machine_share_its_row() -> None:
    _, streams = counting()
    async with host_of(streams, every_s=QUICK) as server:
        peers = [server.open(HostStats(resource_id=f"1h{n}")) for n in range(3)]
        for n, peer in enumerate(peers):
            await peer.until(lambda peer=peer: len(peer.pieces) >= 3)
            assert ids(peer) == {f"1h{n}"}
        firsts = [msgspec.json.decode(peer.pieces[0][1])[0]["timestamp"] for peer in peers]
        assert len(set(firsts)) == 1


def test_a_message_is_an_array_by_itself_and_no_longer_than_a_chunk() -> None:
    engine, streams = counting()
    del engine
    row = streams.machine()
    many = [msgspec.structs.replace(row, id=f"1i{n}") for n in range(500)]
    messages = list(arrays(many))
    assert len(messages) > 1
    assert all(len(message) <= CHUNK for message in messages)
    assert [r["id"] for m in messages for r in msgspec.json.decode(m)] == [r.id for r in many]
    assert list(arrays([])) == []
