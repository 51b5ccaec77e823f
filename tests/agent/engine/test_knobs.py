import asyncio
from typing import Any

import pytest

from pasture.agent.engine.engine import EngineError
from pasture.agent.engine.knobs import LABEL, IllKnob, Knobs, told_by
from pasture.agent.engine.simulated import SimulatedEngine
from tests.agent.samples import LoopClock


@pytest.mark.parametrize(
    ("name", "text", "attribute", "value"),
    [
        ("run_for", "5s", "run_for_s", 5.0),
        ("run_for", "1m", "run_for_s", 60.0),
        ("start_delay", "500ms", "start_delay_s", 0.5),
        ("stop_delay", "2", "stop_delay_s", 2.0),
        ("pull_delay", "1.5h", "pull_delay_s", 5400.0),
        ("exit_code", "3", "exit_code", 3),
        ("fails_with", "no more threads", "fails_with", {"start": "no more threads"}),
        ("hangs_on", "start, stop", "hangs_on", {"start", "stop"}),
    ],
)
def test_a_knob_is_turned_by_its_name(name: str, text: str, attribute: str, value: Any) -> None:
    knobs = Knobs()
    knobs.turn(name, text)
    assert getattr(knobs, attribute) == value


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("speed", "9", "there is no knob 'speed'; accepted: run_for"),
        ("run_for", "soon", "run_for=soon is no duration; accepted: such as 500ms, 2s, 1m"),
        ("run_for", "9000h", "is no duration"),
        ("exit_code", "256", "accepted: 0 to 255"),
        ("exit_code", "-1", "accepted: 0 to 255"),
        ("hangs_on", "start,dance", "accepted of about, containers"),
    ],
)
def test_what_is_no_knob_is_refused_in_words(name: str, text: str, words: str) -> None:
    with pytest.raises(IllKnob, match=words):
        Knobs().turn(name, text)


def test_a_container_without_such_labels_has_its_engines_knobs() -> None:
    knobs = Knobs()
    assert told_by({"a": "b"}, knobs) is knobs


def test_labels_turn_what_they_name_and_keep_the_rest() -> None:
    told = told_by({f"{LABEL}exit_code": "7"}, Knobs(start_delay_s=3.0))
    assert (told.exit_code, told.start_delay_s) == (7, 3.0)


@pytest.mark.looptime
async def test_a_labelled_container_ends_by_itself() -> None:
    engine = SimulatedEngine(clock=LoopClock())
    made = await engine.create(
        "short", {"Labels": {f"{LABEL}run_for": "5s", f"{LABEL}exit_code": "3"}}
    )
    await engine.start(made)
    await asyncio.sleep(5.1)
    seen = await engine.inspect("short")
    assert seen is not None
    assert (seen.state, seen.exit_code) == ("exited", 3)


@pytest.mark.looptime
async def test_a_labelled_container_fails_alone() -> None:
    engine = SimulatedEngine(clock=LoopClock())
    ill = await engine.create("ill", {"Labels": {f"{LABEL}fails_with": "no more threads"}})
    well = await engine.create("well", {})
    await engine.start(well)
    with pytest.raises(EngineError, match="no more threads"):
        await engine.start(ill)


async def test_an_ill_label_fails_the_create_in_words() -> None:
    with pytest.raises(EngineError, match="there is no knob 'speed'"):
        await SimulatedEngine().create("x", {"Labels": {f"{LABEL}speed": "9"}})
