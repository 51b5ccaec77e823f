import asyncio
import random
from typing import Any

import pytest

from pasture.agent.engine.engine import EngineError, Seen
from pasture.agent.engine.simulated import SimulatedEngine
from pasture.agent.records import Record
from pasture.agent.report import by_key
from pasture.agent.watch import EngineReplaced
from pasture.model.run import RestartPolicy
from tests.agent.machine import Machine, until
from tests.agent.samples import IMAGE, marks, want

pytestmark = pytest.mark.looptime(idle_timeout=None)


async def test_what_is_assigned_is_made_and_started_once() -> None:
    machine = Machine()
    async with machine.agent():
        machine.assign(want(), want("b", wanted="stopped"))
        await until(lambda: machine.state() == "running" and machine.told("b").applied == 1)
        await asyncio.sleep(100)
    assert machine.state("b") == "created"
    assert (machine.did("create"), machine.did("start")) == (2, 1)
    assert (machine.told().state, machine.told().applied) == ("running", 1)


@pytest.mark.parametrize("by_hand", ["kill", "remove", "exit", "pause"])
async def test_a_supervised_container_runs_again_whatever_stopped_it(by_hand: str) -> None:
    machine = Machine()
    async with machine.agent():
        machine.assign(want(supervised=True))
        await until(lambda: machine.state() == "running")
        await asyncio.sleep(60)
        match by_hand:
            case "kill":
                machine.engine.kill_by_hand("r-a")
            case "remove":
                machine.engine.remove_by_hand("r-a")
            case "pause":
                machine.engine.pause_by_hand("r-a")
            case _:
                machine.engine.exit("r-a", 0)
        assert machine.state() != "running"
        await until(lambda: machine.state() == "running", 5)
        await asyncio.sleep(1)
        assert machine.told().state == "running"


async def test_a_services_container_that_its_engine_cannot_start_any_more_is_made_anew() -> None:
    machine = Machine()
    async with machine.agent():
        machine.assign(want("a", supervised=True))
        await until(lambda: machine.state() == "running")
        first = machine.made()
        assert first is not None
        machine.engine.knobs.stuck.add(first.seen.id)
        machine.engine.kill_by_hand("r-a")
        await until(lambda: machine.state() == "running")
        second = machine.made()
        assert second is not None
        assert second.seen.id != first.seen.id


async def test_a_standalone_container_that_was_stopped_by_hand_is_reported_and_left() -> None:
    machine = Machine()
    async with machine.agent():
        machine.assign(want())
        await until(lambda: machine.state() == "running")
        machine.engine.kill_by_hand("r-a")
        await asyncio.sleep(120)
        told = machine.told()
        assert (told.state, told.exit_code, told.applied) == ("exited", 137, 1)
        machine.engine.remove_by_hand("r-a")
        await asyncio.sleep(120)
        told = machine.told()
        assert (told.state, told.applied) == ("absent", 1)
    assert machine.did("start") == 1


async def test_a_restart_happens_once_also_over_the_agents_death() -> None:
    machine = Machine()
    async with machine.agent():
        machine.assign(want())
        await until(lambda: machine.told().applied == 1)
        machine.assign(want(generation=2))
        await until(lambda: machine.told().applied == 2)
    async with machine.agent():
        await asyncio.sleep(60)
    made = machine.made()
    assert made is not None
    assert len(made.starts) == 2


async def test_a_start_whose_record_was_lost_is_not_done_again() -> None:
    machine = Machine()
    async with machine.agent():
        machine.assign(want())
        await until(lambda: machine.told().applied == 1)
    made = machine.made()
    assert made is not None
    await machine.records.save("a", Record(external_id=made.seen.id))  # as of before the start
    async with machine.agent():
        await until(lambda: machine.told().applied == 1)
        await asyncio.sleep(60)
    assert len(made.starts) == 1


async def test_a_tombstone_stops_removes_and_reports_absence() -> None:
    machine = Machine()
    async with machine.agent():
        machine.assign(want(supervised=True))
        await until(lambda: machine.state() == "running")
        machine.assign(want(supervised=True, wanted="removed", generation=2))
        await until(lambda: machine.made() is None)
        await until(lambda: machine.told().applied == 2)
        assert machine.told().state == "absent"
        machine.assign()
        await asyncio.sleep(40)
        assert not machine.records.all()
    assert machine.did("stop") == 1


async def test_what_is_dropped_without_a_tombstone_is_left_alone_and_reported() -> None:
    machine = Machine()
    async with machine.agent():
        machine.assign(want(supervised=True))
        await until(lambda: machine.state() == "running")
        machine.assign()
        await asyncio.sleep(60)
        assert machine.state() == "running"
        assert [o.uuid for o in machine.world.observed()] == ["a"]


async def test_native_containers_are_reported_with_their_spec_and_can_be_driven() -> None:
    machine = Machine()
    async with machine.agent():
        found = machine.engine.run_by_hand("mine", "nginx:1")
        await until(lambda: list(machine.world.observed()))
        (told,) = machine.world.observed()
        assert (told.uuid, told.external_id, told.name) == (None, found, "mine")
        assert told.spec is not None
        assert told.spec.image == "nginx:1"
        entry = want("n", external_id=found, wanted="stopped", generation=2)
        machine.assign(entry)
        await until(lambda: machine.told("n").applied == 2)
        assert machine.told("n").state == "exited"
        machine.assign(want("n", external_id=found, wanted="removed", generation=3))
        await until(lambda: not machine.engine.made)
        await until(lambda: machine.told("n").applied == 3)
        assert machine.told("n").state == "absent"


async def test_what_was_created_by_hand_and_never_started_is_reported_a_little_later() -> None:
    machine = Machine()
    async with machine.agent():
        await machine.converger.watcher.synced.wait()
        made = await machine.engine.create("mine", {"Image": IMAGE})
        await asyncio.sleep(1)
        assert made in machine.world.seen
        assert not list(machine.world.observed()), "docker run may be about to start it"
        before = machine.changes
        await asyncio.sleep(31)
        assert machine.changes > before
        assert [o.state for o in machine.world.observed()] == ["created"]


async def test_a_copy_that_bears_our_labels_is_a_native_one() -> None:
    machine = Machine()
    async with machine.agent():
        machine.assign(want())
        await until(lambda: machine.told().applied == 1)
        copy = machine.engine.run_by_hand("copy", labels=marks())
        await until(lambda: len(list(machine.world.observed())) == 2)
        machine.assign(want(wanted="removed", generation=2))
        await until(lambda: machine.made() is None)
        await asyncio.sleep(40)
        assert machine.engine.made.keys() == {copy}
        told = by_key(machine.world.observed())[copy]
        assert told.uuid is None
        assert told.message is not None
        assert "left alone" in told.message


async def test_a_taken_port_is_one_sentence_and_is_taken_once_it_is_free() -> None:
    machine = Machine()
    async with machine.agent():
        port = {"ports": ("8081:80",)}
        machine.assign(want(spec=port))
        await until(lambda: machine.state() == "running")
        machine.assign(want(spec=port), want("b", spec=port))
        await until(lambda: machine.told("b").failed)
        message = machine.told("b").message
        assert message is not None
        assert message.startswith("port 8081 is in use on this host; next try at")
        machine.assign(want(spec=port, wanted="stopped", generation=2), want("b", spec=port))
        await until(lambda: machine.state("b") == "running", 130)
        await asyncio.sleep(0.1)
        assert machine.told("b").message is None


async def test_what_runs_tells_where_its_ports_are_published() -> None:
    machine = Machine()
    async with machine.agent():
        port = {"ports": ("8081:80", "127.0.0.1:53:53/udp", "90")}
        machine.assign(want(spec=port))
        await until(lambda: machine.state() == "running")
        chosen, *asked = sorted(machine.told().ports, key=lambda port: "90/" not in port)
        assert asked == ["0.0.0.0:8081:80/tcp", "127.0.0.1:53:53/udp"]
        assert 32768 <= int(chosen.split(":")[1]) <= 60999
        machine.assign(want(spec=port, wanted="stopped", generation=2))
        await until(lambda: machine.state() == "exited")
        assert machine.told().ports == ()


async def test_a_crash_loop_backs_off_and_recovers() -> None:
    machine = Machine()
    machine.engine.knobs.exits_after_s[IMAGE] = 0.5
    async with machine.agent():
        machine.assign(want(supervised=True))
        await asyncio.sleep(600)
        made = machine.made()
        assert made is not None
        gaps = [b - a for a, b in zip(made.starts, made.starts[1:], strict=False)]
        assert gaps == sorted(gaps)
        assert gaps[-1] == pytest.approx(120_000, abs=1000)
        told = machine.told()
        assert told.failed
        assert told.message is not None
        assert told.message.startswith(f"exited with code 1 {len(made.starts)} times in a row")
        del machine.engine.knobs.exits_after_s[IMAGE]
        await until(lambda: machine.state() == "running", 130)


async def test_at_most_eight_starts_and_three_creates_at_once() -> None:
    machine = Machine()
    machine.engine.knobs.start_delay_s = 1
    async with machine.agent():
        machine.assign(*(want(f"{n}", supervised=True) for n in range(40)))
        await until(lambda: all(machine.state(f"{n}") == "running" for n in range(40)))
        assert 8 <= machine.engine.most_at_once <= 8 + 3
        machine.engine.go_down()
        await asyncio.sleep(5)
        machine.engine.come_back()
        await until(lambda: all(machine.state(f"{n}") == "running" for n in range(40)), 30)
        assert machine.engine.most_at_once <= 8 + 3
        machine.assign(
            *(want(f"{n}", supervised=True, wanted="removed", generation=2) for n in range(40))
        )
        await until(lambda: not machine.engine.made)
    assert machine.engine.most_at_once <= 8 + 16


async def test_an_engine_that_is_down_is_said_and_its_return_is_noticed() -> None:
    machine = Machine()
    async with machine.agent():
        machine.assign(want(supervised=True), want("b"))
        await until(lambda: machine.state() == machine.state("b") == "running")
        await asyncio.sleep(20)
        machine.engine.go_down()
        await asyncio.sleep(1)
        assert machine.converger.engine_error is not None
        assert "cannot be reached" in machine.converger.engine_error
        assert machine.told().state == "running", "what is not seen is not reported"
        await asyncio.sleep(3600)
        machine.engine.come_back()
        await until(lambda: machine.state() == "running", 10)
        assert machine.converger.engine_error is None
    assert machine.state("b") == "exited"


async def test_the_engines_own_boot_starts_standalone_ones_by_their_policy() -> None:
    machine = Machine()
    policy = {"restart_policy": RestartPolicy(name="always")}
    async with machine.agent():
        machine.assign(want(spec=policy))
        await until(lambda: machine.state() == "running")
        machine.engine.go_down()
        await asyncio.sleep(5)
        machine.engine.come_back()
        await asyncio.sleep(30)
        assert machine.told().state == "running"
    assert machine.did("start") == 1


@pytest.mark.parametrize("call", ["create", "start"])
async def test_an_engine_that_hangs_is_said_in_time_and_does_not_stop_others(call: str) -> None:
    machine = Machine()
    async with machine.agent():
        machine.assign(want())
        await until(lambda: machine.told().applied == 1)
        machine.engine.knobs.hangs_on.add(call)
        machine.assign(want(), want("b", supervised=True))
        await until(lambda: machine.told("b").failed, 30)
        words = f"the Engine did not answer a call to {call} within 25 s"
        told = machine.told("b").message
        assert told is not None
        assert told.startswith(words)
        assert machine.converger.engine_error == words
        machine.assign(want(wanted="stopped", generation=2), want("b", supervised=True))
        await until(lambda: machine.state() == "exited", 5)
        machine.engine.knobs.hangs_on.clear()
        await until(lambda: machine.state("b") == "running", 10)
        assert machine.converger.engine_error is None


async def test_a_wedged_probe_is_said_within_half_a_minute() -> None:
    machine = Machine()
    async with machine.agent():
        machine.assign(want())
        await until(lambda: machine.state() == "running")
        await asyncio.sleep(1)  # nobody looks at it any more
        machine.engine.knobs.hangs_on |= {"about", "inspect"}
        await until(lambda: machine.converger.engine_error is not None, 36)
        machine.engine.knobs.hangs_on.clear()
        await until(lambda: machine.converger.engine_error is None, 40)


async def test_a_container_whose_creation_was_not_answered_is_taken_over() -> None:
    machine = Machine()
    machine.engine.knobs.loses_answers_of.add("create")
    async with machine.agent():
        machine.assign(want())
        await until(lambda: machine.made() is not None)
        machine.engine.knobs.loses_answers_of.clear()
        await until(lambda: machine.state() == "running")
    assert len(machine.engine.made) == 1


async def test_what_a_lost_create_makes_after_its_tombstone_is_removed() -> None:
    machine = Machine()
    machine.engine.knobs.hangs_on.add("create")
    async with machine.agent():
        machine.assign(want())
        await asyncio.sleep(5)
        machine.assign(want(wanted="removed", generation=2))
        await until(lambda: machine.told().applied == 2)
        machine.assign()
        await asyncio.sleep(5)
        body = {"Image": IMAGE, "Labels": marks()}
        machine.engine.knobs.hangs_on.clear()
        await machine.engine.create("r-a", body)
        await until(lambda: machine.made() is None, 5)


async def test_a_tombstone_that_was_let_go_before_it_was_carried_out_is_forgotten() -> None:
    machine = Machine()
    async with machine.agent():
        machine.assign(want())
        await until(lambda: machine.told().applied == 1)
        machine.engine.knobs.hangs_on |= {"stop", "remove"}
        machine.assign(want(wanted="removed", generation=2))
        await asyncio.sleep(5)
        machine.assign()
        machine.engine.knobs.hangs_on.clear()
        await asyncio.sleep(100)
        assert machine.state() == "running"


async def test_one_container_that_the_engine_fails_with_does_not_hide_the_others() -> None:
    machine = Machine()

    class Bad(SimulatedEngine):
        async def inspect(self, name_or_id: str) -> Seen | None:
            found = await super().inspect(name_or_id)
            if found is not None and found.name == "broken":
                raise EngineError("layer does not exist")
            return found

    machine.engine = Bad(clock=machine.clock)
    machine.engine.run_by_hand("broken")
    async with machine.agent():
        machine.assign(want())
        await until(lambda: machine.state() == "running")
        assert {o.name for o in machine.world.observed()} == {"broken", "r-a"}


@pytest.mark.parametrize("seed", range(12))
async def test_killed_at_any_moment_it_doubles_and_leaks_nothing(seed: int) -> None:
    chance = random.Random(seed)
    machine = Machine()
    machine.engine.knobs.start_delay_s = machine.engine.knobs.stop_delay_s = 0.2
    entries = {u: want(u, supervised=u < "c") for u in "abcd"}
    for _ in range(15):
        async with machine.agent():
            for uuid in chance.sample(sorted(entries), 2):
                wanted = chance.choice(["running", "stopped"])
                generation = entries[uuid].generation + 1
                entries[uuid] = want(
                    uuid, supervised=uuid < "c", wanted=wanted, generation=generation
                )
            machine.assign(*entries.values())
            await asyncio.sleep(chance.random())
    entries["a"] = want("a", supervised=True, wanted="removed", generation=99)
    async with machine.agent():
        machine.assign(*entries.values())
        await until(
            lambda: all(machine.told(u).applied == e.generation for u, e in entries.items()), 30
        )
        await asyncio.sleep(40)
        assert sorted(m.seen.name for m in machine.engine.made.values()) == ["r-b", "r-c", "r-d"]
        for uuid in "bcd":
            assert (machine.state(uuid) == "running") == (entries[uuid].wanted == "running")


async def test_a_name_that_somebody_else_has_is_said() -> None:
    machine = Machine()
    async with machine.agent():
        machine.engine.run_by_hand("r-a")
        machine.assign(want())
        await until(lambda: machine.told().failed)
        message = machine.told().message
        assert message is not None
        assert message.startswith("the name r-a is taken by another container on this host")
        machine.engine.remove_by_hand("r-a")
        await until(lambda: machine.state() == "running")


async def test_a_lost_event_is_made_up_for_by_the_poll() -> None:
    machine = Machine()
    async with machine.agent():
        machine.assign(want(supervised=True))
        await until(lambda: machine.state() == "running")
        await asyncio.sleep(60)
        made = machine.made()
        assert made is not None
        machine.engine.knobs.loses_events = True
        machine.engine.kill_by_hand("r-a")
        await until(lambda: machine.state() == "running", 31)


async def test_another_engine_at_the_address_ends_it() -> None:
    machine = Machine()
    machine.engine.engine_id = "other"
    with pytest.raises(EngineReplaced, match="another Engine answers"):
        async with asyncio.timeout(30):
            await machine.converger.run()


async def test_a_bug_in_one_container_does_not_stop_the_others() -> None:
    machine = Machine()

    class Bad(SimulatedEngine):
        async def create(self, name: str, body: Any) -> str:
            if name == "r-bad":
                raise RuntimeError("bug")
            return await super().create(name, body)

    machine.engine = Bad(clock=machine.clock)
    async with machine.agent():
        machine.assign(want("bad"), want("b"))
        await until(lambda: machine.state("b") == "running" and machine.told("bad").failed)
        assert machine.told("bad").message is not None


async def test_a_step_that_the_engine_refuses_is_reported_in_its_words() -> None:
    machine = Machine()
    machine.engine.knobs.fails_with["create"] = "the host's disk is full"
    async with machine.agent():
        machine.assign(want())
        await until(lambda: machine.told().failed)
        message = machine.told().message
        assert message is not None
        assert message.startswith("the host's disk is full; next try at")


async def test_what_takes_long_is_told() -> None:
    machine = Machine()
    machine.engine.knobs.stop_delay_s = 60
    async with machine.agent():
        machine.assign(want())
        await until(lambda: machine.told().applied == 1)
        machine.assign(want(wanted="stopped", generation=2))
        await asyncio.sleep(4)
        told = machine.told()
        assert (told.message, told.failed) == ("being stopped, killed after 10 s", False)
        await until(lambda: machine.told().applied == 2, 20)
        assert machine.told().message is None
