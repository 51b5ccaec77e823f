"""An agent's own affairs: that it runs from the image that the server wants, and how it goes.

``Program`` is that of an agent which somebody installed: its releases are theirs to install.
``Contained`` is that of one in a container: it starts a container of the wanted image, which puts a
new agent in its place. Other containers are not touched by it.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import aiohttp

from pasture import __version__
from pasture.agent.contained import leaving, own
from pasture.agent.contained.own import PASSING, REPLACER, TRIES, Raw
from pasture.agent.contained.own_engine import OwnEngine
from pasture.agent.engine.engine import EngineError
from pasture.agent.household import Household
from pasture.agent.labels import AGENT
from pasture.agent.session import HostGone, Outdated, Rejected
from pasture.agent.trust import Trust
from pasture.kit.backoff import delay_s
from pasture.wire.frames import Welcome

log = logging.getLogger(__name__)
FIRST_RETRY_S, LONGEST_RETRY_S = 30.0, 3600.0
REPLACED_S = 120.0  # a replacer that has not ended us by then has failed
LOOK_S = 0.5
CONNECT_S, SILENCE_S = 10.0, 60.0
SILENT = "the new agent's container said nothing"
OK, PART, LONGEST_WORDS = 200, 1 << 18, 300
Fetch = Callable[[], AbstractAsyncContextManager[AsyncIterable[bytes]]]


@dataclass(frozen=True)
class Failed:
    """The last try to be replaced."""

    image: str
    tries: int
    words: str

    @property
    def pause_s(self) -> float:
        """How long the next one waits."""
        return delay_s(self.tries, first_s=FIRST_RETRY_S, longest_s=LONGEST_RETRY_S)


class Program(Household):
    """Of an agent that runs as a program."""

    def __init__(self, engine: OwnEngine, data: Path) -> None:
        self._engine = engine
        self._data = data

    async def refused(self, why: Rejected) -> None:
        if isinstance(why, HostGone):
            await leaving.gone(self._engine, self._data, None)


@asynccontextmanager
async def archive(folder: Path, trust: Trust) -> AsyncGenerator[AsyncIterable[bytes]]:
    """Open the agent's image at the server that this agent belongs to.

    Raises:
        EngineError: it hands none over.

    """
    identity, _ = await asyncio.to_thread(leaving.known, folder)
    if identity is None:
        raise EngineError("this agent has no server to take an image from")
    auth = aiohttp.encode_basic_auth(identity.access_key, identity.secret_key)
    url = f"{identity.base}/join/image"
    patience = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_S, sock_read=SILENCE_S)
    try:
        async with (
            trust.outward(identity.ca).session(identity.base, timeout=patience) as http,
            http.get(url, headers={"Authorization": auth}) as answer,
        ):
            if answer.status != OK:
                words = " ".join((await answer.text()).split())[:LONGEST_WORDS]
                raise EngineError(f"the server hands over no image ({answer.status}): {words}")
            yield answer.content.iter_chunked(PART)
    except (TimeoutError, aiohttp.ClientError) as error:
        raise EngineError(f"the server's image could not be fetched: {error}") from error


class Contained(Household):
    """Of an agent in a container."""

    def __init__(self, engine: OwnEngine, data: Path, *, id: str, image: str, fetch: Fetch) -> None:
        self.trouble: str | None = None
        self._engine = engine
        self._data = data
        self._id = id
        self._image = image
        self._fetch = fetch  # the image's archive, from the server
        self._wanted: str | None = None
        self._wants = asyncio.Event()

    def welcome(self, welcome: Welcome) -> None:
        image = welcome.agent_image
        wanted = image if own.is_wanted(image, self._image, __version__) else None
        if wanted != self._wanted:  # a link that comes and goes makes no try earlier
            self._wanted = wanted
            self._wants.set()

    async def run(self) -> None:
        """Replace the agent whenever another image is wanted, until cancelled."""
        failed = await self._failed_before()
        while True:
            wanted = await self._next()
            if failed is not None and failed.image != wanted:
                failed = None
            if failed is not None and not await self._has_waited(failed):
                continue
            failed = await self._try(wanted, 1 if failed is None else failed.tries + 1)
            if failed is None:  # it is what runs, under another name
                self._wanted = None

    async def _next(self) -> str:
        """Wait for an image that is wanted."""
        while self._wanted is None:
            self.trouble = None
            self._wants.clear()
            await self._wants.wait()
        return self._wanted

    async def _has_waited(self, failed: Failed) -> bool:
        """Wait until it may be tried again; False: meanwhile something else is wanted."""
        self.trouble = (
            f"the agent could not be replaced by {failed.image}: {failed.words}; "
            f"next try in {failed.pause_s:.0f} s"
        )
        self._wants.clear()
        try:
            async with asyncio.timeout(failed.pause_s):
                await self._wants.wait()
        except TimeoutError:
            return True
        return False

    async def _try(self, wanted: str, tries: int) -> Failed | None:
        """Try to be replaced; None: there is nothing to be replaced."""
        try:
            await self._replace(wanted, tries)
        except EngineError as error:
            failed = Failed(wanted, tries, str(error))
            extra = {"why": failed.words, "tries": tries, "retry_s": failed.pause_s}
            log.warning("agent not replaced", extra=extra)
            return failed
        return None

    async def _failed_before(self) -> Failed | None:
        """Return the try after which this agent was started again, if that is what happened.

        A replacer that succeeded removes itself; one that is at work is waited for.
        """
        try:
            seen = await self._ended(REPLACER)
            if seen is None:
                return None
            labels: Raw = seen["Config"].get("Labels") or {}
            words = "; ".join(await self._engine.last_words(seen["Id"])) or SILENT
            await self._clear_up()
        except EngineError as error:  # the next replacement clears up, too
            log.warning("replacer not looked at", extra={"why": str(error)})
            return None
        return Failed(str(seen["Config"]["Image"]), int(labels.get(TRIES) or 1), words)

    async def _ended(self, container: str) -> Raw | None:
        """Return a container once it ended, or our patience did; None: it is gone."""
        end = asyncio.get_running_loop().time() + REPLACED_S
        while (seen := await self._engine.find(container)) is not None:
            if not seen["State"]["Running"] or asyncio.get_running_loop().time() > end:
                return seen
            await asyncio.sleep(LOOK_S)
        return None

    async def refused(self, why: Rejected) -> None:
        """Go where the host was removed, become what is let in, or lie still with the reason."""
        if isinstance(why, HostGone):
            await leaving.gone(self._engine, self._data, self._id)
        if isinstance(why, Outdated) and own.is_wanted(why.image, self._image, __version__):
            failed = await self._failed_before()
            if failed is not None and failed.image == why.image:
                await asyncio.sleep(failed.pause_s)
            await self._replace(why.image, 1 if failed is None else failed.tries + 1)
        await self._engine.let_lie(self._id)

    async def _replace(self, wanted: str, tries: int) -> None:
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
        described = own.body(make, ["join", "--replace"], lasts=False)
        described["Labels"][TRIES] = str(tries)
        started = await engine.create(REPLACER, described)
        await engine.start(started)
        await self._ended(started)  # so do we, if all goes well
        words = "; ".join(await engine.last_words(started))
        await engine.remove(started)
        raise EngineError(words or SILENT)

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

    async def _clear_up(self) -> None:
        """Remove what a replacer left behind: its container, once it ended."""
        for one in await self._engine.labelled(f"{AGENT}={PASSING}"):
            if one.get("State") != "running":
                await self._engine.remove(one["Id"])
