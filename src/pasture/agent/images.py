"""Fetches images: each one once at a time, however many containers wait for it."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing

from pasture.agent.engine.engine import Engine, EngineError
from pasture.wire.frames import RegistryAuth

AT_ONCE = 8

Say = Callable[[str], None]


class Images:
    """Pulls through one Engine. What one pull comes to holds for all that wait for it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._running: dict[tuple[str, str], asyncio.Future[EngineError | None]] = {}

    async def fetch(self, image: str, auth: RegistryAuth | None, *, always: bool, say: Say) -> None:
        """Make sure that the image is here.

        Raises:
            EngineError: it cannot be had, in words.

        """
        wanted = (image, auth.username if auth is not None else "")
        while always or not await self._engine.has_image(image):
            running = self._running.get(wanted)
            if running is None:
                await self._lead(wanted, image, auth, say)
                return
            say(f"waiting for image {image}, which is being pulled")
            await asyncio.wait([running])
            if running.cancelled():  # given up by who pulled it: one of those that wait goes on
                continue
            error = running.result()
            if error is not None:
                raise error
            return

    async def _lead(
        self, wanted: tuple[str, str], image: str, auth: RegistryAuth | None, say: Say
    ) -> None:
        outcome: asyncio.Future[EngineError | None] = asyncio.get_running_loop().create_future()
        self._running[wanted] = outcome
        try:
            async with self._slots, aclosing(self._engine.pull(image, auth)) as progress:
                async for text in progress:
                    say(text)
            outcome.set_result(None)
        except EngineError as failure:
            outcome.set_result(failure)
            raise
        finally:
            del self._running[wanted]
            outcome.cancel()  # does nothing where it is known
