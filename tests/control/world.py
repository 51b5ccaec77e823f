"""A world for whole controllers: the real store, all controllers, hosts that obey at once."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from pasture.control import run
from pasture.kit.errors import Conflict
from pasture.kit.tasks import TaskGroup
from pasture.model.account import Project
from pasture.model.container import REMOVED, RUNNING, Container
from pasture.model.container import prepare as prepare_container
from pasture.model.host import LINK_OPEN, Agent, Host
from pasture.model.resource import Resource
from pasture.model.service import LaunchConfig, Service
from pasture.model.service import prepare as prepare_service
from pasture.model.stack import Stack
from pasture.store.changes import Create, Update
from pasture.store.store import Store
from tests.control.rows import SUBNET
from tests.support.stores import StillClock, open_store

R = TypeVar("R", bound=Resource)


@dataclass
class World:
    store: Store
    clock: StillClock
    refuses: dict[str, str] = field(default_factory=dict[str, str])  # image -> the host's words
    deaf: set[int] = field(default_factory=set[int])  # hosts that do not hear

    async def create(self, resource: R) -> R:
        (made,) = await self.store.write(Create(resource))
        assert isinstance(made, type(resource))
        return made

    async def amend(self, seen: R, change: Callable[[R], R]) -> R:
        while True:
            now = await self.store.get(type(seen), seen.id)
            assert now is not None
            try:
                (written,) = await self.store.write(Update(change(now)))
            except Conflict:
                continue
            assert isinstance(written, type(seen))
            return written

    async def project(self) -> Project:
        return await self.create(Project(kind="project", name="Default", state="registering"))

    async def host(self, project: Project, name: str, **more: object) -> Host:
        agent = await self.create(
            Agent(project_id=project.id, state="activating", link_state=LINK_OPEN, link_since=1)
        )
        fields = {
            "name": name,
            "account_id": project.id,
            "agent_id": agent.id,
            "engine_id": f"engine of {name}",
            "state": "registering",
            "checked_subnet": SUBNET,
            **more,
        }
        return await self.create(Host(**fields))  # pyright: ignore[reportArgumentType] - any field

    async def stack(self, project: Project, name: str = "app") -> Stack:
        return await self.create(Stack(name=name, account_id=project.id, state="activating"))

    async def service(
        self, stack: Stack, *, scale: int = 1, launch: LaunchConfig | None = None
    ) -> Service:
        made = Service(
            name="web",
            stack_id=stack.id,
            account_id=stack.account_id,
            scale=scale,
            launch_config=launch or LaunchConfig(image_uuid="nginx"),
            start_on_create=True,
            state="registering",
        )
        return await self.create(prepare_service(made))

    async def until(self, condition: Callable[[], Awaitable[bool]]) -> None:
        """Wait for what the feed brings."""
        after = self.store.revision
        if await condition():
            return
        async with asyncio.timeout(8):
            async for _ in self.store.feed(after):
                if await condition():
                    return

    async def becomes(self, seen: R, state: str) -> R:
        async def has_state() -> bool:
            row = await self.store.get(type(seen), seen.id)
            return row is not None and row.state == state

        await self.until(has_state)
        row = await self.store.get(type(seen), seen.id)
        assert row is not None
        return row

    async def obey(self) -> None:
        """Be all hosts: carry out what each container's row says, once, and report it."""
        after = self.store.revision
        await self.carry_out({c.id for c in await self.store.find(Container)})
        async for events in self.store.feed(after):
            await self.carry_out({e.id for e in events if e.base == "instance"})

    async def carry_out(self, numbers: set[int]) -> None:
        for number in numbers:
            row = await self.store.get(Container, number)
            while row is not None and (reported := self.report(row)) != row:
                try:
                    await self.store.write(Update(reported))
                except Conflict:
                    row = await self.store.get(Container, number)
                else:
                    break

    def report(self, row: Container) -> Container:
        if row.host_id is None or row.host_id in self.deaf or not row.is_live:
            return row
        if row.applied >= row.generation and not row.is_supervised:
            return row
        why = self.refuses.get(row.image)
        if row.wanted == RUNNING and why is not None:
            return replace(row, engine_message=why, engine_failed=True)
        state = {RUNNING: "running", REMOVED: None}.get(row.wanted, "exited")
        return replace(
            row,
            engine_state=state,
            applied=row.generation,
            external_id=f"engine-{row.id}" if state else None,
            engine_message=None,
            engine_failed=False,
        )


def standalone(project: Project, **more: object) -> Container:
    fields = {
        "name": "one",
        "account_id": project.id,
        "image_uuid": "nginx",
        "state": "creating",
        **more,
    }
    return prepare_container(Container(**fields))  # pyright: ignore[reportArgumentType] - any field


@asynccontextmanager
async def world(folder: Path) -> AsyncGenerator[World]:
    clock = StillClock()
    async with open_store(folder, clock=clock) as store, TaskGroup() as tasks:
        made = World(store, clock)
        running = [tasks.create_task(run(store, clock)), tasks.create_task(made.obey())]
        try:
            yield made
        finally:
            for task in running:
                task.cancel()
