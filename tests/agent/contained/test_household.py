import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from pasture.agent.contained.household import FIRST_RETRY_S, REPLACED_S, Contained, Program
from pasture.agent.contained.own import NAME, PASSING, REPLACER
from pasture.agent.engine.engine import EngineError
from pasture.agent.session import HostGone, Outdated, Rejected
from pasture.kit.tasks import TaskGroup
from pasture.wire.frames import PROTOCOL, Welcome
from tests.agent.contained.own_fake import FakeOwn

pytestmark = pytest.mark.looptime


def welcome(image: str | None, **more: Any) -> Welcome:
    said: dict[str, Any] = {"installation": "i", "history": "h", "host_id": "1h1"}
    said |= {"host_name": "h1", "project": "p", "version": "1"}
    return Welcome(protocol=PROTOCOL, agent_image=image, **(said | more))


class House:
    """An agent that runs from ours:1, and its Engine."""

    def __init__(self, data: Path) -> None:
        self.engine = FakeOwn()
        self.id = self.engine.add(NAME, "ours:1")
        self.fetched = 0
        self.agent = Contained(self.engine, data, id=self.id, image="ours:1", fetch=self.fetch)

    @asynccontextmanager
    async def fetch(self) -> AsyncGenerator[AsyncIterable[bytes]]:
        self.fetched += 1

        async def parts() -> AsyncIterator[bytes]:
            yield b"image"

        yield parts()

    def starts(self) -> int:
        return self.engine.calls.count(("create", REPLACER))


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


@asynccontextmanager
async def living(house: House) -> AsyncGenerator[None]:
    async with TaskGroup() as group:
        task = group.create_task(house.agent.run())
        try:
            yield
        finally:
            task.cancel()


async def test_another_image_is_put_in_place_by_a_container_of_it(house: House) -> None:
    async with living(house):
        house.agent.welcome(welcome("ours:2"))
        await asyncio.sleep(1)
        [replacer] = [c for c in house.engine.made.values() if c["Name"] == f"/{REPLACER}"]
        assert replacer["Config"]["Cmd"] == ["join", "--replace"]
        assert replacer["Config"]["Image"] == "ours:2"
        assert replacer["State"]["Running"]
        assert house.engine.made[house.id]["State"]["Running"], "it is the replacer's to stop"


@pytest.mark.parametrize("image", [None, "ours:1", "same"])
async def test_what_runs_already_is_not_replaced(house: House, image: str | None) -> None:
    house.engine.images["same"] = house.engine.images["ours:1"]
    async with living(house):
        house.agent.welcome(welcome(image))
        await asyncio.sleep(5)
        assert house.starts() == 0
        assert house.agent.trouble is None


async def test_an_image_that_no_registry_has_comes_from_the_server(house: House) -> None:
    house.engine.archive = {"ours:3": "sha256:three"}
    async with living(house):
        house.agent.welcome(welcome("ours:3"))
        await asyncio.sleep(1)
    assert house.fetched == 1
    assert ("load", "image") in house.engine.calls
    assert house.starts() == 1


async def test_an_image_that_nobody_has_is_said_and_tried_ever_more_rarely(house: House) -> None:
    async with living(house):
        house.agent.welcome(welcome("ours:9"))
        await asyncio.sleep(1)
        assert house.agent.trouble is not None
        assert "no registry has image ours:9" in house.agent.trouble
        assert "next try in 30 s" in house.agent.trouble
        await asyncio.sleep(FIRST_RETRY_S)
        assert house.fetched == 2
        house.agent.welcome(welcome("ours:9"))  # the link came back: no reason to hurry
        await asyncio.sleep(FIRST_RETRY_S)
        assert house.fetched == 2
        await asyncio.sleep(FIRST_RETRY_S)
        assert house.fetched == 3


async def test_a_wish_that_changed_ends_the_tries_for_the_former(house: House) -> None:
    async with living(house):
        house.agent.welcome(welcome("ours:9"))
        await asyncio.sleep(1)
        house.agent.welcome(welcome("ours:1"))
        await asyncio.sleep(1)
        assert house.agent.trouble is None
        await asyncio.sleep(10 * FIRST_RETRY_S)
        assert house.fetched == 1
        house.agent.welcome(welcome("ours:2"))
        await asyncio.sleep(1)
        assert house.starts() == 1


async def test_a_replacer_that_fails_is_said_in_its_last_words_and_removed(house: House) -> None:
    house.engine.ends.add("ours:2")
    async with living(house):
        house.agent.welcome(welcome("ours:2"))
        await asyncio.sleep(1)
        assert "pasture: no" in (house.agent.trouble or "")
        assert house.engine.named() == {NAME: "ours:1"}


async def test_a_replacer_that_hangs_is_given_up(house: House) -> None:
    async with living(house):
        house.agent.welcome(welcome("ours:2"))
        await asyncio.sleep(REPLACED_S + 1)
        assert house.agent.trouble is not None
        assert house.engine.named() == {NAME: "ours:1"}


async def test_what_an_earlier_replacer_left_is_cleared_up(house: House) -> None:
    house.engine.add(REPLACER, "ours:0", label=PASSING, running=False)
    working = house.engine.add("leaver", "ours:0", label=PASSING)
    async with living(house):
        await asyncio.sleep(1)
    assert set(house.engine.made) == {house.id, working}


async def test_an_engine_that_is_mute_when_the_agent_starts_does_not_end_it(house: House) -> None:
    house.engine.fails.add("labelled")
    async with living(house):
        await asyncio.sleep(1)
        house.engine.fails.clear()
        house.agent.welcome(welcome("ours:2"))
        await asyncio.sleep(1)
        assert house.starts() == 1


async def test_a_removed_host_takes_its_agent_away(house: House) -> None:
    await house.agent.refused(HostGone("the host was removed"))
    assert house.engine.made == {}


async def test_a_refused_agent_lies_still_with_its_reason(house: House) -> None:
    await house.agent.refused(Rejected("this Engine is already host h2"))
    assert house.engine.calls == [("let_lie", house.id)]


async def test_an_agent_that_is_too_old_to_talk_becomes_one_that_is_not(house: House) -> None:
    with pytest.raises(EngineError):  # nobody ends this process here
        await house.agent.refused(Outdated("protocol", "ours:2"))
    assert house.starts() == 1


async def test_a_program_whose_host_was_removed_keeps_who_it_was(tmp_path: Path) -> None:
    (tmp_path / "agent").mkdir()
    await Program(FakeOwn(), tmp_path).refused(HostGone("gone"))
    assert (tmp_path / "agent").exists()
