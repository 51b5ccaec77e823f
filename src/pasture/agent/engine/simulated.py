"""An Engine in memory, with knobs: for tests, and for ``pasture agent --simulate``.

It keeps what Docker keeps (names are unique, a stopped container stays, restart policies, ports
that two cannot have) and takes its time from the clock that it is given.
"""

import asyncio
import itertools
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any, cast

from pasture.agent.engine.engine import (
    About,
    EngineError,
    EngineTimeout,
    EngineUnreachable,
    ImageNotFound,
    NameTaken,
    NoSuchContainer,
    Seen,
    StuckContainer,
)
from pasture.agent.engine.inspection import found_spec
from pasture.agent.engine.knobs import IllKnob, Knobs, told_by
from pasture.agent.engine.simulated_networks import SimulatedNetworks, public_ports, published_ports
from pasture.agent.engine.simulated_streams import SimulatedStreams
from pasture.kit.clock import Clock, SystemClock
from pasture.wire.frames import RegistryAuth

KILLED = 137
TERMINATED = 143
SUBNET = "172.17"
DEADLINE_S = 25.0
FIRST_CHOSEN, CHOSEN = 32768, 28232  # public ports that the Engine chooses from


@dataclass
class Made:
    """One container that exists in the simulated Engine."""

    seen: Seen
    body: Mapping[str, Any]
    knobs: Knobs
    starts: list[int] = field(default_factory=list[int])  # when, ms
    restarts: int = 0
    address: str | None = None  # the one that it asked for, as it was given at the last start

    @property
    def policy(self) -> str:
        """Return the name of its restart policy."""
        return str(_host_config(self.body).get("RestartPolicy", {}).get("Name", "no"))


class SimulatedEngine:
    """An Engine that runs nothing."""

    def __init__(
        self,
        *,
        engine_id: str = "SIM1",
        hostname: str = "sim1",
        clock: Clock | None = None,
        images: set[str] | None = None,
        registry: set[str] | None = None,
    ) -> None:
        self.engine_id = engine_id
        self.hostname = hostname
        self.clock = clock or SystemClock()
        self.knobs = Knobs()
        self.images = images  # None: every image is here
        self.registry = registry if registry is not None else set[str]()
        self.made: dict[str, Made] = {}
        self.streams = SimulatedStreams(self.clock, self.seen, self.running)
        self.networks = SimulatedNetworks(self._enter, self._running_name)
        self.calls: list[tuple[str, str]] = []
        self.most_at_once = 0
        self._at_once = 0
        self._down = False
        self._numbers = itertools.count(1)
        self._listeners: list[asyncio.Queue[str | None]] = []
        self._timers: set[asyncio.TimerHandle] = set()

    # Engine

    async def about(self) -> About:
        await self._enter("about", "")
        return About(
            engine_id=self.engine_id,
            hostname=self.hostname,
            version="simulated",
            operating_system="simulated",
            kernel="simulated",
            cpus=4,
            memory=8 * 1024**3,
        )

    async def containers(self) -> list[Seen]:
        await self._enter("containers", "")
        return [replace(one.seen, complete=False, spec=None) for one in self.made.values()]

    async def inspect(self, name_or_id: str) -> Seen | None:
        await self._enter("inspect", name_or_id)
        made = self.made.get(name_or_id) or self.named(name_or_id)
        return made.seen if made is not None else None

    async def has_image(self, image: str) -> bool:
        await self._enter("has_image", image)
        return self.images is None or image in self.images

    async def pull(self, image: str, auth: RegistryAuth | None) -> AsyncGenerator[str, None]:
        del auth  # every login is good
        await self._enter("pull", image)
        for percent in (0, 50, 100):
            yield f"pulling {image}: {percent} %"
            await asyncio.sleep(self.knobs.pull_delay_s / 3)
        if image not in self.registry:
            raise ImageNotFound(f"image {image} does not exist in its registry")
        if self.images is not None:
            self.images.add(image)

    async def create(self, name: str, body: Mapping[str, Any]) -> str:
        async with self._acting("create", name):
            image = str(body.get("Image"))
            if self.images is not None and image not in self.images:
                raise ImageNotFound(f"image {image} is not on this host")
            if self.named(name) is not None:
                raise NameTaken(f"the name {name} is in use")
            return self._make(name, body)

    async def start(self, id: str) -> None:
        async with self._acting("start", id):
            made = self._get(id)
            await self._own_trouble("start", made)
            await asyncio.sleep(made.knobs.start_delay_s)
            if id in self.knobs.stuck:
                raise StuckContainer("the Engine still holds a start of it that broke off")
            if made.seen.state == "paused":
                self._set(id, state="running")
            elif not made.seen.is_live:
                self._refuse_taken_ports(made)
                mode = str(_host_config(made.body).get("NetworkMode") or "")
                made.address = self.networks.started(id, mode)
                self._begin(id)

    async def stop(self, id: str, timeout_s: int) -> None:
        async with self._acting("stop", id):
            made = self._get(id)
            await self._own_trouble("stop", made)
            await asyncio.sleep(min(made.knobs.stop_delay_s, timeout_s))
            if made.seen.is_live:
                self._end(id, TERMINATED, by_hand=True)

    async def remove(self, id: str, *, volumes: bool) -> None:
        del volumes  # there are none
        async with self._acting("remove", id):
            if self.made.pop(id, None) is not None:
                self.networks.gone(id)
                self._tell(id)

    @asynccontextmanager
    async def events(self) -> AsyncGenerator[AsyncIterator[str], None]:
        await self._enter("events", "")
        queue: asyncio.Queue[str | None] = asyncio.Queue()
        self._listeners.append(queue)
        try:
            yield _until_none(queue)
        finally:
            self._listeners.remove(queue)

    async def close(self) -> None:
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()

    # by hand, on the host

    def named(self, name: str) -> Made | None:
        """Return the container of a name."""
        return next((m for m in self.made.values() if m.seen.name == name), None)

    def run_by_hand(
        self, name: str, image: str = "busybox", *, labels: Mapping[str, str] | None = None
    ) -> str:
        """Do what ``docker run`` does."""
        made = self._make(name, {"Image": image, "Labels": dict(labels or {})})
        self._begin(made)
        return made

    def kill_by_hand(self, name: str) -> None:
        """Do what ``docker kill`` does."""
        self._end(self._named(name).seen.id, KILLED, by_hand=True)

    def start_by_hand(self, name: str) -> None:
        """Do what ``docker start`` does."""
        self._begin(self._named(name).seen.id)

    def exit(self, name: str, code: int) -> None:
        """Let its process end by itself."""
        self._end(self._named(name).seen.id, code)

    def pause_by_hand(self, name: str) -> None:
        """Do what ``docker pause`` does."""
        self._set(self._named(name).seen.id, state="paused")

    def remove_by_hand(self, name: str) -> None:
        """Do what ``docker rm -f`` does."""
        removed = self._named(name).seen.id
        del self.made[removed]
        self.networks.gone(removed)
        self._tell(removed)

    def go_down(self) -> None:
        """Stop the Engine, and with it every container."""
        self._down = True
        for made in self.made.values():
            if made.seen.is_live:
                self._end(made.seen.id, TERMINATED, by_hand=True)
        for queue in self._listeners:
            queue.put_nowait(None)

    def come_back(self) -> None:
        """Start the Engine; it starts what has a policy for that."""
        self._down = False
        for made in self.made.values():
            if made.policy == "always":
                self._begin(made.seen.id)

    # inside

    async def _enter(self, call: str, what: str) -> None:
        self.calls.append((call, what))
        await asyncio.sleep(0)
        if self._down:
            raise EngineUnreachable("the Engine cannot be reached: connection refused")
        await self._trouble(call, self.knobs)

    async def _own_trouble(self, call: str, made: Made) -> None:
        """Hang or fail as a container's own labels say."""
        if made.knobs is not self.knobs:
            await self._trouble(call, made.knobs)

    async def _trouble(self, call: str, knobs: Knobs) -> None:
        """Hang or fail as the knobs say."""
        if call in knobs.hangs_on:
            await asyncio.sleep(DEADLINE_S)
            raise EngineTimeout(
                f"the Engine did not answer a call to {call} within {DEADLINE_S:.0f} s"
            )
        words = knobs.fails_with.get(call)
        if words is not None:
            raise EngineError(words)

    @asynccontextmanager
    async def _acting(self, call: str, what: str) -> AsyncGenerator[None, None]:
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            await self._enter(call, what)
            yield
            if call in self.knobs.loses_answers_of:
                raise EngineTimeout(f"the Engine did not answer a call to {call}")
        finally:
            self._at_once -= 1

    def _make(self, name: str, body: Mapping[str, Any]) -> str:
        try:
            knobs = told_by(body.get("Labels") or {}, self.knobs)
        except IllKnob as ill:
            raise EngineError(str(ill)) from ill
        new = f"{next(self._numbers):064x}"
        described = {"Id": new, "Config": body, "HostConfig": _host_config(body)}
        seen = Seen(
            id=new,
            name=name,
            image=str(body.get("Image")),
            state="created",
            labels=dict(body.get("Labels") or {}),
            created=self.clock.now_ms(),
            spec=found_spec(described),
        )
        self.made[new] = Made(seen, body, knobs)
        self.networks.made_for(new, body)
        self._tell(new)
        return new

    def seen(self, id: str) -> Seen | None:
        made = self.made.get(id)
        return made.seen if made is not None else None

    def running(self) -> frozenset[str]:
        return frozenset(m.seen.id for m in self.made.values() if m.seen.state == "running")

    def _running_name(self, id: str) -> str | None:
        made = self.made.get(id)
        return made.seen.name if made is not None and made.seen.is_live else None

    def _get(self, id: str) -> Made:
        made = self.made.get(id)
        if made is None:
            raise NoSuchContainer(f"no such container: {id}")
        return made

    def _named(self, name: str) -> Made:
        made = self.named(name)
        if made is None:
            raise NoSuchContainer(f"no such container: {name}")
        return made

    def _begin(self, id: str) -> None:
        made = self.made[id]
        now = self.clock.now_ms()
        made.starts.append(now)
        last = int(id, 16)
        self._set(
            id,
            state="running",
            started=now,
            finished=None,
            exit_code=None,
            ip=made.address or f"{SUBNET}.{last >> 8 & 255}.{last & 255}",
            ports=published_ports(made.body, FIRST_CHOSEN + last % CHOSEN),
        )
        after = made.knobs.exits_after_s.get(made.seen.image, made.knobs.run_for_s)
        if after is not None:
            self._later(after, lambda: self._exit_run(id, now))

    def _exit_run(self, id: str, started: int) -> None:
        made = self.made.get(id)
        if made is not None and made.seen.started == started and made.seen.state == "running":
            self._end(id, made.knobs.exit_code)

    def _end(self, id: str, code: int, *, by_hand: bool = False) -> None:
        made = self.made[id]
        again = not by_hand and (
            made.policy in {"always", "unless-stopped"} or (made.policy == "on-failure" and code)
        )
        self._set(
            id,
            state="restarting" if again else "exited",
            exit_code=code,
            finished=self.clock.now_ms(),
            ip=None,
            ports=(),
        )
        if again:
            made.restarts += 1
            self._later(min(60.0, 0.1 * 2.0**made.restarts), lambda: self._begin_again(id))

    def _begin_again(self, id: str) -> None:
        made = self.made.get(id)
        if made is not None and made.seen.state == "restarting":
            self._begin(id)

    def _later(self, seconds: float, do: Callable[[], None]) -> None:
        def fire() -> None:
            self._timers.discard(timer)
            do()

        timer = asyncio.get_running_loop().call_later(seconds, fire)
        self._timers.add(timer)

    def _set(self, id: str, **changes: Any) -> None:
        made = self.made[id]
        made.seen = replace(made.seen, **changes)
        self._tell(id)

    def _tell(self, id: str) -> None:
        if self.knobs.loses_events:
            return
        for queue in self._listeners:
            queue.put_nowait(id)

    def _refuse_taken_ports(self, made: Made) -> None:
        wanted = public_ports(made.body)
        for other in self.made.values():
            if other is made or not other.seen.is_live:
                continue
            taken = wanted & public_ports(other.body)
            if taken:
                raise EngineError(f"port {min(taken)} is in use on this host")


async def _until_none(queue: asyncio.Queue[str | None]) -> AsyncIterator[str]:
    while (hinted := await queue.get()) is not None:
        yield hinted


def _host_config(body: Mapping[str, Any]) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", body.get("HostConfig") or {})
