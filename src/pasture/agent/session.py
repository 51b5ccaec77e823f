"""The agent's end of the link: one websocket, opened again whenever it breaks.

``docs/design/agent.md`` tells who says what when. The link carries the assignment (kept on disk
before it is obeyed), reports (one in flight, the next after ``Accepted``), and streams.
"""

import asyncio
import logging
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol, TypeAlias, assert_never

import aiohttp
import msgspec

from pasture.agent import report
from pasture.agent.streams.outbox import LinkLost, Outbox
from pasture.agent.streams.registry import Streams
from pasture.agent.streams.stream import Stream
from pasture.kit.backoff import delay_s
from pasture.kit.outward import Outward, distrust
from pasture.kit.tasks import TaskGroup, alone
from pasture.wire import frames
from pasture.wire.frames import (
    Accepted,
    Assignment,
    Changes,
    Closed,
    Credit,
    FromServer,
    Heartbeat,
    Hello,
    Network,
    Observed,
    Open,
    Refused,
    Resize,
    Welcome,
)
from pasture.wire.streams import AnyPurpose, parse

log = logging.getLogger(__name__)
Socket: TypeAlias = aiohttp.ClientWebSocketResponse
# what concerns the host, and no stream
Told: TypeAlias = Welcome | Refused | Assignment | Changes | Network | Accepted
FORBIDDEN = frozenset({401, 403})
GONE = 410
HOST_REMOVED = "HostRemoved"
KNOWN = frames.names_of(FromServer) - {"open"}  # of which a later server has more purposes
TOO_OLD = "this host's agent is too old for that: upgrade it"


@dataclass(frozen=True)
class Timing:
    """Seconds; tests shorten them."""

    heartbeat_s: float = frames.HEARTBEAT_S
    silence_s: float = frames.SILENCE_S
    open_s: float = 10.0
    ask_s: float = 0.5  # between two looks whether a registration was taken up
    accept_s: float = 30.0
    close_s: float = 1.0
    gather_s: float = 0.1  # changes that come together are reported together
    first_retry_s: float = 0.5
    longest_retry_s: float = 8.0


class Rejected(Exception):
    """The server will not have this agent, and trying again will not help."""


class Stranger(Rejected):
    """The server does not know the agent's keys: it never did, or has another database.

    ``history``: the history id of the database that does not know them.
    """

    def __init__(self, text: str, history: str | None = None) -> None:
        super().__init__(text)
        self.history = history


class HostGone(Rejected):
    """The host was removed by somebody: nothing of it is to stay here."""


class Outdated(Rejected):
    """The server speaks no protocol of this agent's any more; ``image`` is an agent that does."""

    def __init__(self, text: str, image: str) -> None:
        super().__init__(text)
        self.image = image


class Party(Protocol):
    """Who speaks through the link: the host; tests have one of their own."""

    ready: asyncio.Event  # there is something true to report
    changed: asyncio.Event  # there may be something new to report

    async def hello(self) -> Hello:
        """Return what the agent presents itself with; may wait for the Engine."""
        ...

    async def welcome(self, welcome: Welcome) -> bool:
        """Take note of the server; False: what was held is another database's, say hello again."""
        ...

    def wish(self, welcome: Welcome) -> None:
        """Take note that the server wishes agents to run from something else."""
        ...

    def assign(self, frame: Assignment) -> None:
        """Keep and obey an assignment."""
        ...

    def change(self, frame: Changes) -> bool:
        """Keep and obey changes; False: they are changes of something else than what is held."""
        ...

    async def serve(self, purpose: AnyPurpose, stream: Stream) -> int | None:
        """Serve a stream to its end."""
        ...

    def observed(self) -> Iterable[Observed]:
        """Return what runs."""
        ...

    @property
    def engine_error(self) -> str | None:
        """Return what is wrong with the Engine."""
        ...

    @property
    def agent_error(self) -> str | None:
        """Return what is wrong with the agent itself: that it could not be replaced."""
        ...

    def network(self, frame: Network) -> None:
        """Take note of the managed network that there is to be room for."""
        ...

    @property
    def network_state(self) -> tuple[str | None, str | None]:
        """Return the subnet that was looked for room for, and why there is none."""
        ...


class _Unknown(msgspec.Struct):
    frame: str
    stream: int | None = None


class Link:
    """One host's link to its server."""

    def __init__(
        self,
        base: str,
        keys: tuple[str, str],
        party: Party,
        *,
        outward: Outward | None = None,
        timing: Timing | None = None,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._base, self._outward = base, outward or Outward()
        self._headers = {"Authorization": aiohttp.encode_basic_auth(*keys)}
        self._party = party
        self._timing = timing or Timing()
        self._jitter = jitter
        self._failures = 0
        self._in_flight: asyncio.Future[None] | None = None
        self._number = 0
        self._said: Heartbeat | None = None

    async def run(self) -> None:
        """Keep the link up until cancelled.

        Raises:
            Rejected: the server will not have this agent.

        """
        while True:
            try:
                await self._once()
            except LinkLost as lost:
                self._failures += 1
                wait = self._wait_s()
                log.warning("link lost", extra={"why": str(lost), "retry_s": round(wait, 1)})
                await asyncio.sleep(wait)

    def _wait_s(self) -> float:
        """Hosts that lost one server together must not come back together."""
        timing = self._timing
        longest = delay_s(
            self._failures, first_s=timing.first_retry_s, longest_s=timing.longest_retry_s
        )
        return longest * (0.5 + self._jitter() / 2)

    async def _once(self) -> None:
        """Hold one session, from hello until it breaks."""
        hello = await self._party.hello()
        try:
            async with self._outward.for_websocket(self._base) as http:
                async with asyncio.timeout(self._timing.open_s):
                    socket = await self._open(http)
                async with socket:
                    await self._session(socket, hello)
        except aiohttp.WSServerHandshakeError as error:
            if error.status == GONE:
                raise HostGone("the server says that this host was removed") from error
            if error.status in FORBIDDEN:
                raise Stranger(
                    f"the server does not accept this agent's keys ({error.status}): "
                    "its host was removed there, or never was",
                    error.headers.get(frames.HISTORY) if error.headers else None,
                ) from error
            raise LinkLost(f"the server answered {error.status} instead of a link") from error
        except TimeoutError as error:
            raise LinkLost("the server does not answer") from error
        except (aiohttp.ClientError, OSError) as error:
            raise LinkLost(distrust(error) or str(error) or type(error).__name__) from error

    async def _open(self, http: aiohttp.ClientSession) -> Socket:
        patience = aiohttp.ClientWSTimeout(
            ws_close=self._timing.close_s  # pyright: ignore[reportCallIssue] - declared untyped
        )
        return await http.ws_connect(
            f"{self._base}/link",
            headers=self._headers,
            max_msg_size=frames.MAX_FRAME,
            timeout=patience,
        )

    async def _session(self, socket: Socket, hello: Hello) -> None:
        await _send(socket, hello)
        answer = await self._receive(socket)
        if isinstance(answer, Refused):
            raise _refused(answer)
        if not isinstance(answer, Welcome):
            raise LinkLost(f"the server said {type(answer).__name__} before Welcome")
        self._failures = 0
        log.info("link open", extra={"host": answer.host_id, "called": answer.host_name})
        if not await self._party.welcome(answer):
            return
        with alone(LinkLost, Rejected, aiohttp.ClientError, OSError):
            async with TaskGroup() as group:
                streams = Streams(Outbox(socket), group, self._party.serve)
                group.create_task(self._listen(socket, streams))
                group.create_task(self._beat(socket))
                group.create_task(self._report(socket))

    async def _listen(self, socket: Socket, streams: Streams) -> None:
        while True:
            match await self._receive(socket):
                case bytes() as data:
                    streams.data(*_parsed(data))
                case Open() as opening:
                    streams.open(opening)
                case Closed() | Credit() | Resize() as heard:
                    streams.hear(heard)
                case _Unknown(stream=number):
                    if number is not None:
                        streams.refuse(number, TOO_OLD)
                case Heartbeat():
                    pass  # a sign of life
                case frame:
                    self._hear(frame)

    def _hear(self, frame: Told) -> None:
        match frame:
            case Assignment():
                log.info("assignment", extra={"containers": len(frame.containers)})
                self._party.assign(frame)
            case Changes():
                if not self._party.change(frame):
                    raise LinkLost("the server sent changes of another assignment")
            case Network():
                self._party.network(frame)
            case Accepted(number):
                self._accept(number)
            case Refused():
                raise _refused(frame)
            case Welcome():
                self._party.wish(frame)
            case _:
                assert_never(frame)

    def _accept(self, number: int) -> None:
        if self._in_flight is not None and number == self._number and not self._in_flight.done():
            self._in_flight.set_result(None)

    async def _beat(self, socket: Socket) -> None:
        while True:
            await self._say_alive(socket)
            await asyncio.sleep(self._timing.heartbeat_s)

    async def _say_alive(self, socket: Socket) -> None:
        self._said = _heartbeat(self._party)
        await _send(socket, self._said)

    async def _report(self, socket: Socket) -> None:
        """Report in full, then what changes. A change while one is in flight waits for it."""
        party = self._party
        await party.ready.wait()
        accepted: dict[str, Observed] | None = None
        while True:
            party.changed.clear()
            if _heartbeat(party) != self._said:
                await self._say_alive(socket)
            now = report.by_key(party.observed())
            frame = (
                report.full(self._number + 1, now)
                if accepted is None
                else report.difference(self._number + 1, accepted, now)
            )
            if frame is not None:
                await self._deliver(socket, frame)
                accepted = now
            await party.changed.wait()
            await asyncio.sleep(self._timing.gather_s)

    async def _deliver(self, socket: Socket, frame: frames.Report) -> None:
        self._number = frame.number
        self._in_flight = asyncio.get_running_loop().create_future()
        await _send(socket, frame)
        try:
            async with asyncio.timeout(self._timing.accept_s):
                await self._in_flight
        except TimeoutError:
            raise LinkLost("the server did not accept a report in time") from None

    async def _receive(self, socket: Socket) -> FromServer | bytes | _Unknown:
        """Return the next frame, or a message of a stream's data."""
        try:
            async with asyncio.timeout(self._timing.silence_s):
                message = await socket.receive()
        except TimeoutError:
            raise LinkLost("the server says nothing any more") from None
        if message.type is aiohttp.WSMsgType.BINARY:
            return message.data
        if message.type is not aiohttp.WSMsgType.TEXT:
            raise LinkLost(f"the server closed the link ({socket.close_code})")
        return _decoded(message.data)


def _decoded(text: str) -> FromServer | _Unknown:
    """Return the frame; one that this agent does not know is a sign of life."""
    try:
        return frames.decode_from_server(text)
    except msgspec.ValidationError as error:
        unknown = _unknown(text)
        if unknown is None or unknown.frame in KNOWN:
            raise LinkLost(f"a frame of the server cannot be read: {error}") from error
        log.info("unknown frame ignored", extra={"frame": unknown.frame})
        return unknown
    except msgspec.DecodeError as error:
        raise LinkLost(f"the server does not speak JSON: {error}") from error


def _parsed(received: bytes) -> tuple[int, int, bytes]:
    try:
        return parse(received)
    except ValueError as error:
        raise LinkLost(str(error)) from error


def _heartbeat(party: Party) -> Heartbeat:
    """Return what is said of the host beside its containers."""
    subnet, network_error = party.network_state
    return Heartbeat(
        engine_error=party.engine_error,
        agent_error=party.agent_error,
        subnet=subnet,
        network_error=network_error,
    )


async def _send(socket: Socket, frame: frames.FromAgent) -> None:
    await socket.send_str(frames.encode(frame).decode())


def _refused(refused: Refused) -> Rejected | LinkLost:
    text = f"{refused.message} ({refused.code})"
    if not refused.final:
        return LinkLost(text)
    if refused.code == HOST_REMOVED:
        return HostGone(text)
    return Outdated(text, refused.agent_image) if refused.agent_image else Rejected(text)


def _unknown(text: str) -> _Unknown | None:
    try:
        return msgspec.json.decode(text, type=_Unknown)
    except msgspec.DecodeError:
        return None
