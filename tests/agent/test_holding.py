"""What is held: written before it is obeyed, and once for all that came meanwhile."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

from pasture.agent.holding import Holding
from pasture.agent.records import Held
from pasture.kit.tasks import TaskGroup
from pasture.wire.frames import Assigned, Assignment, Changes
from tests.agent.samples import want

HELD = Held(installation="i", history="h", hash="0", containers=(want("old"),))


class Disk:
    """Takes a write whenever the test lets it; remembers what was obeyed after which write."""

    def __init__(self) -> None:
        self.kept: list[Held] = []
        self.obeyed: list[tuple[set[str], set[str]]] = []
        self.let = asyncio.Event()
        self.asked = asyncio.Event()
        self.holding = Holding(HELD, self.keep, self.obey)

    async def keep(self, held: Held) -> None:
        self.asked.set()
        await self.let.wait()
        self.kept.append(held)

    def obey(self, given: Sequence[Assigned], dropped: Sequence[str]) -> None:
        known = {one.uuid: one for one in self.kept[-1].containers}
        assert all(known[one.uuid] == one for one in given), "obeyed before it was written"
        assert not known.keys() & set(dropped)
        self.obeyed.append(({one.uuid for one in given}, set(dropped)))

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None, None]:
        async with TaskGroup() as group:
            task = group.create_task(self.holding.run())
            yield
            for _ in range(5):
                await asyncio.sleep(0)
            task.cancel()


def changes(number: int, *given: Assigned, dropped: tuple[str, ...] = ()) -> Changes:
    return Changes(base=str(number), hash=str(number + 1), set=given, dropped=dropped)


async def test_what_comes_while_one_write_is_under_way_goes_into_the_next() -> None:
    disk = Disk()
    async with disk.running():
        assert disk.holding.change(changes(0, want("first")))
        await disk.asked.wait()
        for number in range(1, 50):
            assert disk.holding.change(changes(number, want(f"c{number}")))
        assert disk.holding.change(changes(50, dropped=("old", "c1")))
        assert disk.holding.head.hash == "51"
        assert not disk.obeyed
        disk.let.set()
    assert [(held.hash, len(held.containers)) for held in disk.kept] == [("1", 2), ("51", 49)]
    assert disk.obeyed == [
        ({"first"}, set()),
        ({f"c{n}" for n in range(2, 50)}, {"old", "c1"}),
    ]


async def test_changes_of_something_else_are_refused() -> None:
    disk = Disk()
    assert not disk.holding.change(changes(7, want("x")))
    assert disk.holding.head.hash == "0"


async def test_a_whole_assignment_replaces_what_was_held() -> None:
    disk = Disk()
    disk.let.set()
    async with disk.running():
        disk.holding.assign(Assignment(hash="9", containers=(want("new"),)))
    assert disk.kept[-1].containers == (want("new"),)
    assert disk.obeyed == [({"new"}, {"old"})]


async def test_what_another_database_wanted_is_not_obeyed_after_it_was_forgotten() -> None:
    disk = Disk()
    async with disk.running():
        disk.holding.change(changes(0, want("first")))
        await disk.asked.wait()
        disk.holding.forget()
        disk.holding.note(installation="i", history="restored")
        disk.let.set()
    assert disk.kept[-1] == Held(installation="i", history="restored")
    assert not disk.obeyed
