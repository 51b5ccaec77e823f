import pytest

from pasture.agent.contained import launch
from pasture.agent.contained.own import FORMER, NAME, PASSING, Lasting
from pasture.agent.engine.engine import EngineError
from tests.agent.contained.own_fake import FakeOwn

MAKE = Lasting(image="ours:2", variables={})
pytestmark = pytest.mark.looptime


async def put_in_place(engine: FakeOwn, make: Lasting = MAKE) -> str:
    former = await launch.lasting(engine, None)
    await launch.stop(engine, former)
    return await launch.launch(engine, make, former)


async def test_the_first_agent_of_a_machine_is_started() -> None:
    engine = FakeOwn()
    made = await put_in_place(engine)
    assert engine.running() == [NAME]
    assert engine.made[made]["HostConfig"]["OomScoreAdj"] < 0


async def test_it_takes_the_place_of_the_former_and_of_whatever_a_broken_try_left() -> None:
    engine = FakeOwn()
    engine.add(NAME, "ours:1", running=False)
    engine.add(FORMER, "ours:1")
    other = engine.add("byhand", "web:1", label=PASSING)
    made = await put_in_place(engine)
    assert set(engine.made) == {made, other}
    assert engine.named()[NAME] == "ours:2"


@pytest.mark.parametrize("trouble", ["ends", "create"])
async def test_where_it_does_not_run_the_former_one_runs_again(trouble: str) -> None:
    engine = FakeOwn()
    engine.add(NAME, "ours:1")
    if trouble == "ends":
        engine.ends.add("ours:2")
    else:
        engine.fails.add(trouble)
    with pytest.raises(EngineError):
        await put_in_place(engine)
    assert engine.named() == {NAME: "ours:1"}
    assert engine.running() == [NAME]


async def test_an_agent_that_ends_says_why() -> None:
    engine = FakeOwn()
    engine.ends.add("ours:2")
    with pytest.raises(EngineError, match="does not stay up: pasture: no"):
        await put_in_place(engine)
    assert engine.made == {}


async def test_an_engine_that_may_lower_no_oom_score_gets_an_agent_without() -> None:
    engine = FakeOwn()
    engine.scores = False
    made = await put_in_place(engine)
    assert engine.running() == [NAME]
    assert "OomScoreAdj" not in engine.made[made]["HostConfig"]


async def test_ones_own_container_is_not_among_those_to_stop() -> None:
    engine = FakeOwn()
    mine, other = engine.add("first", "ours:2"), engine.add(NAME, "ours:1")
    assert await launch.lasting(engine, mine) == [other]
