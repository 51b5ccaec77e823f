"""Images: pulled once, beside everything else, and only for as long as somebody wants them."""

import asyncio
from dataclasses import replace

import msgspec
import pytest

from pasture.wire.frames import Assigned
from tests.agent.samples import IMAGE, want
from tests.agent.test_converge import Machine, until

pytestmark = pytest.mark.looptime(idle_timeout=None)


async def test_an_image_is_pulled_once_and_others_do_not_wait_for_it() -> None:
    machine = Machine(images={IMAGE}, registry={"new:1"})
    machine.engine.knobs.pull_delay_s = 30
    async with machine.agent():
        images = [pulled(want(u), "new:1") for u in "bcd"]
        machine.assign(want(), *images)
        await until(lambda: machine.state() == "running", 2)
        await asyncio.sleep(15)
        messages = {machine.told(u).message for u in "bcd"}
        assert messages == {
            "pulling new:1: 50 %",
            "waiting for image new:1, which is being pulled",
        }
        assert not machine.told("b").failed
        await until(lambda: all(machine.state(u) == "running" for u in "bcd"), 30)
    assert machine.did("pull") == 1


@pytest.mark.parametrize("dropped", [False, True])
async def test_a_pull_that_nobody_wants_any_more_ends_and_others_go_on(dropped: bool) -> None:
    machine = Machine(images={IMAGE}, registry={"new:1"})
    machine.engine.knobs.pull_delay_s = 100
    async with machine.agent():
        images = [pulled(want(u), "new:1") for u in "ab"]
        machine.assign(images[0])
        await until(lambda: machine.did("pull"), 5)
        machine.assign(*images)
        await until(lambda: (machine.told("b").message or "").startswith("waiting for"), 5)
        gone = pulled(want(wanted="removed", generation=2), "new:1")
        machine.assign(images[1], *([] if dropped else [gone]))
        if not dropped:
            await until(lambda: machine.told().applied == 2, 1)
        await until(lambda: (machine.told("b").message or "").startswith("pulling"), 1)
        await until(lambda: machine.state("b") == "running", 110)
    assert machine.made() is None
    assert machine.did("create") == 1
    assert machine.did("pull") == 2


async def test_a_pull_goes_on_for_a_container_that_is_to_be_stopped() -> None:
    machine = Machine(images={IMAGE}, registry={"new:1"})
    machine.engine.knobs.pull_delay_s = 100
    async with machine.agent():
        machine.assign(pulled(want(), "new:1"))
        await until(lambda: machine.did("pull"), 5)
        machine.assign(pulled(want(wanted="stopped", generation=2), "new:1"))
        await until(lambda: machine.told().applied == 2, 110)
    assert (machine.did("pull"), machine.did("start")) == (1, 0)


async def test_another_image_does_not_wait_for_the_pull_of_the_former() -> None:
    machine = Machine(images={IMAGE}, registry={"new:1"})
    machine.engine.knobs.pull_delay_s = 100
    async with machine.agent():
        machine.assign(pulled(want(), "new:1"))
        await until(lambda: machine.did("pull"), 5)
        machine.assign(want(generation=2))
        await until(lambda: machine.told().applied == 2, 5)


def pulled(one: Assigned, image: str) -> Assigned:
    return msgspec.structs.replace(one, spec=replace(one.spec, image_uuid=f"docker:{image}"))


async def test_an_image_that_does_not_exist_is_said_and_tried_later_each_time() -> None:
    machine = Machine(images={IMAGE})
    async with machine.agent():
        machine.assign(pulled(want(), "nope:1"), want("b"))
        await until(lambda: machine.told().failed, 30)
        message = machine.told().message
        assert message is not None
        assert message.startswith("image nope:1 does not exist in its registry; next try at")
        await asyncio.sleep(600)
    assert 8 < machine.did("pull") < 14
    assert machine.state("b") == "running"


async def test_an_image_is_asked_for_at_each_creation_if_so_told() -> None:
    machine = Machine(images={IMAGE}, registry={IMAGE})
    async with machine.agent():
        always = {"labels": {"io.rancher.container.pull_image": "always"}}
        machine.assign(want(spec=always), want("b"))
        await until(lambda: machine.state() == machine.state("b") == "running")
    assert machine.did("pull") == 1
