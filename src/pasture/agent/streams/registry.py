"""The open streams of one link: each a task of the link's own group, none outlives it.

A stream that fails is closed with a sentence; the link and the other streams go on.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from pasture.agent.engine.engine import EngineError
from pasture.agent.streams.outbox import LinkLost, Outbox
from pasture.agent.streams.stream import Overrun, Stream, Unwanted
from pasture.kit.tasks import TaskGroup
from pasture.wire.frames import Closed, Credit, Open, Resize
from pasture.wire.streams import INPUT, MOST_STREAMS, WINDOW, AnyPurpose

log = logging.getLogger(__name__)

Serve: TypeAlias = Callable[[AnyPurpose, Stream], Awaitable[int | None]]
BUG = "the agent failed at this; its log says more"


class Streams:
    """What the link hears of streams, brought to each. Nothing here waits for the link."""

    def __init__(
        self, outbox: Outbox, group: TaskGroup, serve: Serve, *, most: int = MOST_STREAMS
    ) -> None:
        self._outbox = outbox
        self._group = group
        self._serve = serve
        self._most = most
        self._open: dict[int, tuple[Stream, asyncio.Task[None]]] = {}

    @property
    def count(self) -> int:
        """How many are served."""
        return len(self._open)

    def open(self, frame: Open) -> None:
        """Begin to serve a stream."""
        if frame.stream in self._open:
            self.refuse(frame.stream, f"stream {frame.stream} is open already")
        elif len(self._open) >= self._most:
            self.refuse(frame.stream, f"this host serves {self._most} streams at once, no more")
        else:
            stream = Stream(frame.stream, self._outbox)
            task = self._group.create_task(self._live(stream, frame.purpose))
            self._open[frame.stream] = stream, task

    def refuse(self, number: int, why: str) -> None:
        """Close what is not served."""
        self._group.create_task(self._outbox.frame(Closed(stream=number, error=why)))

    def data(self, number: int, channel: int, data: bytes) -> None:
        """Bring data to its stream; what comes after its end is dropped."""
        if number not in self._open or channel != INPUT:
            return
        try:
            self._open[number][0].take(data)
        except Overrun:
            self.refuse(number, f"more than {WINDOW} bytes were sent before they were consumed")
            self._give_up(number)

    def hear(self, frame: Closed | Credit | Resize) -> None:
        """Bring what the server says of a stream to it; what comes after its end is dropped."""
        if frame.stream not in self._open:
            return
        stream = self._open[frame.stream][0]
        match frame:
            case Closed():
                self._give_up(frame.stream)
            case Credit():
                stream.credit(frame.bytes)
            case Resize():
                stream.resize(frame.width, frame.height)

    def _give_up(self, number: int) -> None:
        """End a stream, once: one that is being opened is let come so far, and then ends.

        A second cancellation would break off the cleaning up after the first; and what the
        Engine is just starting could not be found to be ended.
        """
        stream, task = self._open[number]
        if not stream.unwanted and stream.is_open:
            task.cancel()
        stream.unwanted = True

    async def _live(self, stream: Stream, purpose: AnyPurpose) -> None:
        kind = type(purpose).__name__
        log.debug("stream open", extra={"stream": stream.number, "purpose": kind})
        try:
            code = await self._serve(purpose, stream)
            closed = Closed(stream=stream.number, exit_code=code)
        except Unwanted:
            return
        except EngineError as failed:
            closed = Closed(stream=stream.number, error=str(failed))
        except LinkLost:
            raise
        except Exception:  # a fault of ours ends this stream, and no other nor the link
            log.exception("stream failed", extra={"stream": stream.number, "purpose": kind})
            closed = Closed(stream=stream.number, error=BUG)
        finally:
            del self._open[stream.number]
        await self._outbox.frame(closed)
