"""The agent's own affairs: that it runs from the image that the server wants.

``Household`` is that of an agent which runs as a program: somebody else installs its releases.
``Contained`` is that of one in a container: it starts a container of the wanted image, which puts a
new agent in its place. Other containers are not touched by it.
"""

import asyncio
import logging
from collections.abc import AsyncIterable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace

from pasture import __version__
from pasture.agent import own
from pasture.agent.engine import EngineError
from pasture.agent.own import OWN, PASSING, REPLACER
from pasture.agent.own_engine import OwnEngine
from pasture.kit.backoff import delay_s
from pasture.wire.frames import Welcome

log = logging.getLogger(__name__)
FIRST_RETRY_S, LONGEST_RETRY_S = 30.0, 3600.0
REPLACED_S = 120.0  # a replacer that has not ended us by then has failed
LOOK_S = 0.5
Fetch = Callable[[], AbstractAsyncContextManager[AsyncIterable[bytes]]]


class Household:
    """Of an agent that somebody else installed."""

    trouble: str | None = None

    def welcome(self, welcome: Welcome) -> None:
        """Take note of what the server wants its agents to run from."""
        if welcome.version != __version__:
            log.warning(
                "the server is of another release: install the agent's anew",
                extra={"server": welcome.version, "agent": __version__},
            )

    async def run(self) -> None:
        """Do what there is to do: nothing."""

    async def become(self, image: str) -> None:
        """Become another agent: somebody else has to see to that."""
        del image


class Contained(Household):
    """Of an agent in a container."""

    def __init__(self, engine: OwnEngine, *, id: str, image: str, fetch: Fetch) -> None:
        self.trouble: str | None = None
        self._engine = engine
        self._id = id
        self._image = image
        self._fetch = fetch  # the image's archive, from the server
        self._wanted: str | None = None
        self._wants = asyncio.Event()

    def welcome(self, welcome: Welcome) -> None:
        if not own.is_wanted(welcome.agent_image, self._image, __version__):
            return
        self._wanted = welcome.agent_image
        self._wants.set()

    async def run(self) -> None:
        """Replace the agent whenever another image is wanted, until cancelled."""
        await self._clear_up()
        failures = 0
        while True:
            await self._wants.wait()
            self._wants.clear()
            while self._wanted is not None and self._wanted != self._image:
                try:
                    await self._replace(self._wanted)
                except EngineError as error:
                    failures += 1
                    wait = delay_s(failures, first_s=FIRST_RETRY_S, longest_s=LONGEST_RETRY_S)
                    self.trouble = (
                        f"the agent could not be replaced by {self._wanted}: {error}; "
                        f"next try in {wait:.0f} s"
                    )
                    log.warning("agent not replaced", extra={"why": str(error), "retry_s": wait})
                    await asyncio.sleep(wait)
                else:
                    self.trouble = None
                    self._wanted = None

    async def become(self, image: str) -> None:
        """Become the agent of another image: the server lets this one in no more.

        Raises:
            EngineError: that failed.

        """
        await self._replace(image)

    async def _replace(self, wanted: str) -> None:
        """Start the container that puts another agent in our place, and wait to be stopped.

        Returns where the wanted image is the one that runs, under another name.
        """
        engine = self._engine
        there = await self._ready(wanted)
        raw = await engine.find(self._id)
        if raw is None:
            raise EngineError("the agent's own container is not found")
        if raw["Image"] == there:
            return
        make = replace(own.like(raw), image=wanted)
        log.info("agent is being replaced", extra={"image": wanted, "was": self._image})
        await self._clear_up()
        started = await engine.create(REPLACER, own.body(make, ["join", "--replace"], lasts=False))
        await engine.start(started)
        await self._watch(started)

    async def _ready(self, image: str) -> str:
        """Return the id of an image, which is fetched from its registry or from the server.

        Raises:
            EngineError: neither has it.

        """
        there = await self._engine.image_id(image)
        if there is not None:
            return there
        try:
            await self._engine.pull(image)
        except EngineError as error:
            log.info("image comes from the server", extra={"image": image, "why": str(error)})
            async with self._fetch() as archive:
                await self._engine.load(archive)
        there = await self._engine.image_id(image)
        if there is None:
            raise EngineError(f"no registry has image {image}, and the server hands over another")
        return there

    async def _watch(self, id: str) -> None:
        """Wait for the end of this process, or for that of the replacer.

        Raises:
            EngineError: the replacer ended, or took too long, and we are still here.

        """
        end = asyncio.get_running_loop().time() + REPLACED_S
        while asyncio.get_running_loop().time() < end:
            seen = await self._engine.find(id)
            if seen is None or not seen["State"]["Running"]:
                break
            await asyncio.sleep(LOOK_S)
        words = "; ".join(await self._engine.last_words(id))
        await self._engine.remove(id)
        raise EngineError(words or "the new agent's container said nothing")

    async def _clear_up(self) -> None:
        """Remove what a replacer left behind: its container, once it ended."""
        for one in await self._engine.labelled(f"{OWN}={PASSING}"):
            if one.get("State") != "running":
                await self._engine.remove(one["Id"])
