"""``subscribe``: changes of an environment as frames (``reference/rancher16-api.md#7.1``).

One reader of the feed serves all: each row that changed is read once, rendered and encoded once for
all who see it alike, and handed to their queues: at once, unless it was told of within the last
second. Who does not keep up is closed; nothing here waits for them. Views (ports, mounts, ...) are
not told of: their owner is.
"""

import asyncio
import logging
import re
import uuid
from collections import OrderedDict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

from pasture.api.answer import Answer, encode, json_answer, unpaged
from pasture.api.context import Context
from pasture.api.live.feed import Feed
from pasture.api.live.listener import DONE, POLICY, SLOW, Ended, Listener
from pasture.api.live.shown import Key, concerned, rows_of, sees_like, shown
from pasture.api.live.turns import in_turns
from pasture.api.named import SUBSCRIBE
from pasture.kit.clock import Clock
from pasture.kit.errors import MethodNotAllowed, NotFound
from pasture.kit.tasks import TaskGroup
from pasture.model.resource import Resource
from pasture.store.changes import Event
from pasture.store.follow import follow
from pasture.store.store import Store

log = logging.getLogger(__name__)
GATHER_S = 1.0  # changes of one row in this time are told once
TURNS = 20  # in that time: rows that change together are told together
PING_S = 5.0
PINGS = 8640  # twelve hours: then the socket is closed
LAG_S = 100  # of changes that wait for a slow reader at most
MOST_WAITING = LAG_S * TURNS
MOST_CHANGES = 20_000  # rows of an environment that changed in a second; more: all are told to go
CHANGE = "resource.change"
EVENT_NAME = re.compile(r"[*._0-9a-zA-Z;=]+")
ABSENT = dict.fromkeys(
    ("previousIds", "previousNames", "publisher", "transitioning", "transitioningMessage",
     "transitioningInternalMessage", "transitioningProgress", "replyTo", "context",
     "timeoutMillis", "listenerKey")
)  # fmt: skip


@dataclass(eq=False)
class Subscriber:
    """One who listens; the hub fills the queue, the socket's own task empties it."""

    context: Context
    project: int
    queue: asyncio.Queue[Sequence[str]] = field(
        default_factory=lambda: asyncio.Queue[Sequence[str]](MOST_WAITING)
    )
    ended: Ended | None = None

    def take(self, frames: Sequence[str]) -> None:
        """Queue frames; a queue that is full ends it."""
        try:
            self.queue.put_nowait(frames)
        except asyncio.QueueFull:
            self.end(Ended(SLOW, f"more than {LAG_S} s of changes wait: read faster"))

    def end(self, ended: Ended) -> None:
        """End it at once, whatever still waits."""
        if self.ended is None:
            self.ended = ended
            while not self.queue.empty():
                self.queue.get_nowait()
            self.queue.put_nowait(())


class Hub:
    """All subscribers of this server."""

    def __init__(self, store: Store, clock: Clock, *, gather_s: float = GATHER_S) -> None:
        self._store, self._clock, self.gather_s = store, clock, gather_s
        self._after = store.revision
        self._subscribers: dict[int, set[Subscriber]] = {}  # by environment
        self._changed: dict[int, dict[Key, None]] = {}
        self._told = OrderedDict[Key, float]()  # rows of the last second, by when
        self._wake = asyncio.Event()
        self.feed = Feed(store)  # told beside

    @property
    def count(self) -> int:
        """How many listen."""
        return sum(len(some) for some in self._subscribers.values())

    def subscribers(self, project: int) -> frozenset[Subscriber]:
        """Return who listens to an environment."""
        return frozenset(self._subscribers.get(project, ()))

    async def run(self) -> None:
        """Tell of changes until cancelled."""
        async with TaskGroup() as group:
            group.create_task(follow(self._store, self._after, self._note, self._lost))
            group.create_task(self._tell())
            group.create_task(self.feed.run())

    async def speak(self, listener: Listener) -> NoReturn:
        """Tell one listener of changes."""
        check_names(listener.context.asked.query)
        subscriber = Subscriber(listener.context, listener.project)
        there = self._subscribers.setdefault(listener.project, set())
        there.add(subscriber)
        try:
            async with TaskGroup() as group:
                group.create_task(self._ping(listener))
                group.create_task(deliver(listener, subscriber))
        finally:
            there.discard(subscriber)
            if not there:
                self._subscribers.pop(listener.project, None)
                self._changed.pop(listener.project, None)
        raise AssertionError("who delivers ends by raising")

    async def _note(self, events: list[Event]) -> None:
        """Remember what changed, where somebody listens."""
        for event in events:
            project = concerned(event)
            if project in self._subscribers:
                keys = self._changed.setdefault(project, {})
                keys[event.kind, event.id] = None
                if len(keys) > MOST_CHANGES:
                    self._end_all(project, "too much changed at once")
        if self._changed:
            self._wake.set()

    async def _lost(self) -> None:
        """End all: changes were missed, so whoever listens must read anew."""
        for project in list(self._subscribers):
            self._end_all(project, "changes were missed")

    def _end_all(self, project: int, why: str) -> None:
        log.warning("subscribers ended", extra={"project": project, "why": why})
        self._changed.pop(project, None)
        for subscriber in self._subscribers.get(project, ()):
            subscriber.end(Ended(SLOW, f"{why}: read all anew and subscribe again"))

    async def _tell(self) -> NoReturn:
        while True:
            await self._wake.wait()
            self._wake.clear()
            for project, keys in self._due().items():
                rows = await rows_of(self._store, keys)
                with_states = [row for row in rows if row.type.states]  # an audit row has none
                await self._tell_project(project, with_states)
            await asyncio.sleep(self.gather_s / TURNS)
            if self._changed:
                self._wake.set()

    def _due(self) -> dict[int, list[Key]]:
        """Take the rows that changed and were not told of within the last second."""
        now = asyncio.get_running_loop().time()
        while self._told and next(iter(self._told.values())) <= now - self.gather_s:
            self._told.popitem(last=False)
        due: dict[int, list[Key]] = {}
        later: dict[int, dict[Key, None]] = {}
        for project, keys in self._changed.items():
            for key in keys:
                if key in self._told:
                    later.setdefault(project, {})[key] = None
                else:
                    due.setdefault(project, []).append(key)
        self._changed = later
        self._told.update((key, now) for keys in due.values() for key in keys)
        return due

    async def _tell_project(self, project: int, rows: Sequence[Resource]) -> None:
        alike: dict[Hashable, list[Subscriber]] = {}
        for subscriber in self._subscribers.get(project, ()):
            alike.setdefault(sees_like(subscriber.context, project), []).append(subscriber)
        now_ms = self._clock.now_ms()
        for subscribers in alike.values():
            resources = await shown(self._store, rows, subscribers[0].context)
            if resources:
                frames = frames_of(resources.values(), now_ms)
                async for subscriber in in_turns(subscribers):
                    subscriber.take(frames)

    async def _ping(self, listener: Listener) -> NoReturn:
        for _ in range(PINGS):
            await listener.send(frame("ping", {}, self._clock.now_ms()))
            await asyncio.sleep(PING_S)
        raise Ended(DONE, "twelve hours are over: subscribe again")


async def deliver(listener: Listener, subscriber: Subscriber) -> NoReturn:
    """Send what is queued."""
    while True:
        frames = await subscriber.queue.get()
        if subscriber.ended is not None:
            raise subscriber.ended
        for one in frames:
            await listener.send(one)


def frames_of(resources: Iterable[Mapping[str, Any]], now_ms: int) -> list[str]:
    """Return the frames that tell of resources."""
    return [
        frame(CHANGE, {"resource": one}, now_ms, resourceType=one["type"], resourceId=one["id"])
        for one in resources
    ]


def frame(name: str, data: Any, now_ms: int, **more: Any) -> str:
    """Return an event as text."""
    empty = {"resourceType": None, "resourceId": None}
    said = {"name": name, "id": str(uuid.uuid4()), "time": now_ms, **empty, **more, "data": data}
    return encode(said | ABSENT).decode()


def check_names(query: Iterable[tuple[str, str]]) -> None:
    """Refuse names of events that can be none.

    Raises:
        Ended: one is.

    """
    for key, name in query:
        if key == "eventNames" and not EVENT_NAME.fullmatch(name):
            raise Ended(POLICY, f"eventNames={name[:40]} is none; accepted: such as {CHANGE}")


def answer_subscribe(context: Context) -> Answer:
    """Answer a subscription that is no websocket: nothing, in either method's form.

    Raises:
        NotFound: it is asked for outside an environment.
        MethodNotAllowed: it is neither GET nor POST.

    """
    asked = context.asked
    name = SUBSCRIBE.name
    if not SUBSCRIBE.letters(context.identity.role):
        raise NotFound(f"there is no type {name!r} here; accepted: inside an environment")
    match asked.method:
        case "GET":
            return json_answer(200, unpaged(asked, name, []))
        case "POST":
            return Answer(201)
        case method:
            raise MethodNotAllowed(f"{method} of {name} is not accepted; GET, POST are")
