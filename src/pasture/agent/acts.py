"""Carries out single steps in the Engine, a bounded number at once, and notes what was done."""

import asyncio
from collections.abc import Awaitable, Callable, Generator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from typing import Any, assert_never

from pasture.agent import labels, plan
from pasture.agent.engine.engine import (
    Engine,
    EngineError,
    NameTaken,
    NetworkGone,
    NoSuchContainer,
    Seen,
    StuckContainer,
)
from pasture.agent.engine_config import create_body
from pasture.agent.images import Images
from pasture.agent.network import ManagedNetwork
from pasture.agent.watch import Pace
from pasture.agent.world import World
from pasture.model.container import REMOVED
from pasture.model.run import JOINED, MANAGED
from pasture.wire.frames import Assigned

STOP_S = 10  # a container's time to stop, unless it says otherwise

Inspect = Callable[[str], Awaitable[Seen | None]]


class Overtaken(Exception):
    """Something else was decided on the container before the step was done."""


class Acts:
    """One Engine's hands. After each act the container is looked at again."""

    def __init__(
        self,
        engine: Engine,
        world: World,
        *,
        pace: Pace,
        inspect: Inspect,
        network: ManagedNetwork,
        changed: Callable[[], None],
    ) -> None:
        self._engine = engine
        self._world = world
        self._pace = pace
        self._inspect = inspect
        self._network = network
        self._changed = changed
        self._images = Images(engine)
        self._slots = asyncio.Semaphore(pace.acts)
        self._creates = asyncio.Semaphore(pace.creates)
        self._stops = asyncio.Semaphore(pace.stops)
        self._fetches: dict[str, tuple[Assigned, asyncio.Timeout]] = {}  # under way, by uuid

    async def carry_out(self, want: Assigned, step: plan.Act) -> None:
        """Do one step.

        Raises:
            EngineError: it could not be done, in words.
            Overtaken: it was given up.

        """
        match step:
            case plan.Create():
                await self._create(want)
            case plan.Start(id):
                await self._start(want, id)
            case plan.Restart(id):
                await self._stop(want, id)
                await self._start(want, id)
            case plan.Stop(id):
                await self._stop(want, id)
                await self._world.stopped(want, id)
            case plan.Remove(id):
                await self._remove(want, id)
            case _:
                assert_never(step)

    def reconsider(self, uuids: AbstractSet[str]) -> None:
        """Give up fetching the images of these containers where nobody wants them any more."""
        for uuid in self._fetches.keys() & uuids:
            want, fetch = self._fetches[uuid]
            if not _needs_its_image(self._world.wanted(uuid), want):
                del self._fetches[uuid]
                fetch.reschedule(asyncio.get_running_loop().time())

    async def _fetch(self, want: Assigned) -> None:
        try:
            async with asyncio.timeout(None) as fetch:
                self._fetches[want.uuid] = want, fetch
                await self._images.fetch(
                    want.spec.image,
                    want.auth,
                    always=want.spec.labels.get(labels.PULL) == "always",
                    say=lambda text: self._say(want.uuid, text),
                )
        except TimeoutError:  # of ``reconsider``: the Engine's own are EngineTimeout
            raise Overtaken from None
        finally:
            self._fetches.pop(want.uuid, None)
            self._world.say(want.uuid, None)

    async def _create(self, want: Assigned) -> None:
        await self._fetch(want)
        async with self._creates:
            with self._notice(want.uuid, "being created"):
                made = await self._create_or_adopt(want)
        self._world.put(made)  # known from now on, also where the Engine hangs on the look at it
        await self._world.made(want, made.id)
        await self._inspect(made.id)

    async def _create_or_adopt(self, want: Assigned) -> Seen:
        """Create it, or take over what a create left behind whose answer was lost."""
        body = await self._body(want)
        try:
            new = await self._engine.create(want.name, body)
        except NameTaken:
            holder = await self._engine.inspect(want.name)
            if holder is None:
                raise
            if labels.own_uuid(holder.labels, self._world.installation) != want.uuid:
                raise NameTaken(
                    f"the name {want.name} is taken by another container on this host"
                ) from None
            return holder
        return Seen(
            id=new,
            name=want.name,
            image=want.spec.image,
            state="created",
            labels=body["Labels"],
            complete=False,
        )

    async def _body(self, want: Assigned) -> dict[str, Any]:
        """Return the create body, with the network that the container is to be in."""
        joined = self._world.find(want.joins) if want.joins is not None else None
        if want.spec.network_mode == MANAGED and want.network is None:
            raise EngineError("the server has not said yet which address it has")
        if want.spec.network_mode == JOINED and joined is None:
            raise EngineError("the container whose network it shares is not on this host")
        return create_body(
            want,
            self._world.installation,
            bridge=await self._network.ensure(want),
            joined=joined.id if joined is not None else None,
        )

    async def _start(self, want: Assigned, id: str) -> None:
        before = self._world.seen.get(id)
        async with self._slots:
            with self._notice(want.uuid, "being started"):
                await self._start_in_its_network(want, id)
        await self._world.started(want, id, before)
        await self._inspect(id)

    async def _start_in_its_network(self, want: Assigned, id: str) -> None:
        """Start it; a network that somebody removed is made again first."""
        try:
            await self._engine.start(id)
        except NetworkGone:
            if want.network is None:
                raise
            await self._network.attach_again(want, id)
            await self._engine.start(id)
        except NoSuchContainer as error:
            if want.joins is None or id in str(error):
                raise
            raise StuckContainer(
                "the container whose network it shares was made anew: make this one anew, too"
            ) from error

    async def _stop(self, want: Assigned, id: str) -> None:
        timeout_s = STOP_S if want.spec.stop_timeout is None else want.spec.stop_timeout
        async with self._stops:
            with self._notice(want.uuid, f"being stopped, killed after {timeout_s} s"):
                await self._engine.stop(id, timeout_s)
        await self._inspect(id)

    async def _remove(self, want: Assigned, id: str) -> None:
        """Remove it; unnamed volumes go with ours, those of a container found here are not ours."""
        async with self._slots:
            with self._notice(want.uuid, "being removed"):
                await self._engine.remove(id, volumes=want.external_id is None)
        await self._inspect(id)

    def _say(self, uuid: str, text: str) -> None:
        self._world.say(uuid, text)
        self._changed()

    @contextmanager
    def _notice(self, uuid: str, text: str) -> Generator[None, None, None]:
        """Tell people what is being done with a container, if it takes long."""
        loop = asyncio.get_running_loop()
        timer = loop.call_later(self._pace.notice_s, self._say, uuid, text)
        try:
            yield
        finally:
            timer.cancel()
            self._world.say(uuid, None)


def _needs_its_image(now: Assigned | None, want: Assigned) -> bool:
    """Tell whether what is wanted now needs what is being fetched; to stop it does, too."""
    if now is None or now.wanted == REMOVED:
        return False
    return (now.spec.image, now.auth) == (want.spec.image, want.auth)
