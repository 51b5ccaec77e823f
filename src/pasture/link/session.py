"""One open link: tells the host what changed, stores what it reports, notices its silence.

The session knows a ``Wire``, not Starlette. What is to be sent is kept as what to look at, never as
a queue: it stays bounded however slow the host reads.
"""

import asyncio
import logging
from collections.abc import Iterable
from dataclasses import replace
from typing import NoReturn, Protocol, assert_never

import msgspec

from pasture.kit.errors import PastureError
from pasture.kit.ids import show
from pasture.kit.tasks import TaskGroup
from pasture.link.amend import amend
from pasture.link.assignment import Around, Told, assigned, changed, logins, shared_by
from pasture.link.doubles import Presence
from pasture.link.links import LinkEnded, Links
from pasture.link.record import record
from pasture.link.streams import Streams
from pasture.link.wanted import wanted_image
from pasture.model.account import Project
from pasture.model.container import Container
from pasture.model.credential import Registry, RegistryCredential
from pasture.model.host import Host
from pasture.model.query import Where
from pasture.store.store import Store
from pasture.wire.frames import (
    SILENCE_S,
    Accepted,
    Assigned,
    Assignment,
    Changes,
    Closed,
    Credit,
    FromAgent,
    FromServer,
    Heartbeat,
    Hello,
    Network,
    Opened,
    Refused,
    Report,
    Welcome,
    decode_from_agent,
    encode,
    names_of,
)
from pasture.wire.streams import parse

log = logging.getLogger(__name__)
SEND_S = 30.0  # a host that takes no frame for so long is given up
MOST_LOOKS = 1000  # more rows than that to look at: look at all
KNOWN_FRAMES = names_of(FromAgent)


class Wire(Protocol):
    """A connection to an agent: Starlette's websocket, or the tests' own."""

    async def receive(self) -> str | bytes:
        """Return the next message: a frame is text, data of a stream bytes.

        Raises:
            LinkEnded: there is none any more.

        """
        ...

    async def send(self, message: str | bytes) -> None:
        """Send a message, waiting until there is room."""
        ...


class Tag(msgspec.Struct):
    """What every frame has."""

    frame: str


class Session:
    """The link of one host, from its welcome to its end."""

    def __init__(self, wire: Wire, store: Store, host: Host, *, hello: Hello, links: Links) -> None:
        assert host.agent_id is not None
        self.agent_id, self.host_id, self.project_id = host.agent_id, host.id, host.account_id
        self.host = host
        self._wire, self._store, self._links = wire, store, links
        self.presence = Presence(host, hello.run, asyncio.get_running_loop().time())
        self._offered = (hello.history, hello.assignment)
        self._wake = asyncio.Event()
        self._wants_all = True
        self.looks: set[int] = set()
        self._beats = False
        self._accepted: int | None = None
        self._ending: tuple[Refused | None, str] | None = None
        self._told: Told | None = None  # None: not compared yet
        self._uuids: dict[int, str] = {}  # of what it was told, by row
        self._around = Around()
        self._sent_subnet: str | None = None
        self._noted = (host.engine_error, host.agent_error, host.checked_subnet, host.network_error)
        self.welcome: Welcome | None = None  # as the agent knows it
        self.streams = Streams(self._wake.set)
        self._wake.set()

    def look(self, container_id: int) -> None:
        """Look at this container's row: it may have changed, come or gone."""
        self.looks.add(container_id)
        if len(self.looks) > MOST_LOOKS:
            self._wants_all = True
            self.looks.clear()
        self._wake.set()

    def look_at_all(self) -> None:
        """Look at every row of the host."""
        self._wants_all = True
        self._wake.set()

    def end(self, refused: Refused | None, reason: str) -> None:
        """Say a last word, where there is one, and close."""
        self._ending = self._ending or (refused, reason)
        self._wake.set()

    async def run(self) -> str:
        """Serve the link until it ends, and return why it did."""
        reasons: list[str] = []
        try:
            async with TaskGroup() as group:
                group.create_task(self._read())
                group.create_task(self._write())
        except* (LinkEnded, PastureError) as ended:
            reasons = [str(e) for e in ended.exceptions]
        finally:
            self.streams.end("the link to the host broke off")
        return "; ".join(reasons)

    async def _read(self) -> NoReturn:
        """Store what the host says."""
        while True:
            message = await self._heard()
            if isinstance(message, bytes):
                self._take_data(message)
                continue
            frame = understood(message)
            match frame:
                case None:
                    log.info("unknown frame ignored", extra={"host": self._shown})
                case Report():
                    await record(self._store, self.host, frame, is_current=self._is_current)
                    self._accepted = frame.number
                    self._links.reports += 1
                case Heartbeat():
                    self._beats = True
                    await self._note(frame)
                case Opened() | Closed() | Credit():
                    self.streams.heard(frame)
                case Hello():
                    self.end(ill_frame("hello stands at the beginning only"), "a second hello")
                case _:
                    assert_never(frame)
            self._wake.set()

    def _take_data(self, message: bytes) -> None:
        try:
            self.streams.heard_data(*parse(message))
        except ValueError as error:
            raise LinkEnded(f"sent what is no message: {error}") from error

    async def _heard(self) -> str | bytes:
        try:
            async with asyncio.timeout(SILENCE_S):
                message = await self._wire.receive()
        except TimeoutError:
            raise LinkEnded(f"silent for {SILENCE_S:.0f} seconds") from None
        self.presence.heard_s = asyncio.get_running_loop().time()
        return message

    async def _note(self, said: Heartbeat) -> None:
        """Write how the Engine and the managed network are, where that changed."""
        now = (said.engine_error, said.agent_error, said.subnet, said.network_error)
        if now == self._noted:
            return
        self._noted = now
        words = {
            "engine_error": said.engine_error,
            "agent_error": said.agent_error,
            "network_error": said.network_error,
        }
        log.info("engine changed", extra={"host": self._shown, **words})
        await amend(
            self._store,
            Host,
            self.host_id,
            lambda h: noted(h, said) if self._is_current() else h,
        )

    def _is_current(self) -> bool:
        """Tell whether what the host said here is still the last word."""
        return self._ending is None

    async def _write(self) -> NoReturn:
        """Tell the host what it does not know yet."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            if self._ending:
                refused, reason = self._ending
                if refused:
                    await self._send(refused)
                raise LinkEnded(reason)
            if self._beats:
                self._beats = False
                await self._send(Heartbeat())
            if self._accepted is not None:
                number, self._accepted = self._accepted, None
                await self._send(Accepted(number=number))
            await self._tell()
            await self._relay()

    async def _relay(self) -> None:
        """Tell what streams want, and one piece of data: the rest after what came meanwhile."""
        for frame in self.streams.frames():
            await self._send(frame)
        data = self.streams.data()
        if data is not None:
            self._wake.set()
            await self._send_message(data)

    async def _send(self, frame: FromServer) -> None:
        await self._send_message(encode(frame).decode())

    async def _send_message(self, message: str | bytes) -> None:
        try:
            async with asyncio.timeout(SEND_S):
                await self._wire.send(message)
        except TimeoutError:
            raise LinkEnded(f"took no frame for {SEND_S:.0f} seconds") from None

    async def _tell(self) -> None:
        """Send the assignment, or what changed in it."""
        if self._wants_all:
            await self._tell_all()
        elif self.looks:
            ids, self.looks = self.looks, set()
            await self._tell_some(ids)

    async def _tell_all(self) -> None:
        self._wants_all = False
        self.looks.clear()
        with self._links.loading(self):
            rows = await self._store.find(Container, Where("host_id", self.host_id))
            await self._look_around(rows)
        await self._send_subnet()
        await self._send_wish()
        entries = {row.id: one for row in rows if (one := assigned(row, self._around))}
        if self._told is not None:
            await self._send_changes(self._told, entries, set(self._uuids) - set(entries))
            return
        self._told = told = Told()
        self._hold(told, entries, set())
        if self._offered != (self._store.history, told.hash):
            whole = tuple(told.entries.values())
            await self._send(Assignment(hash=told.hash, containers=whole))

    async def _tell_some(self, ids: set[int]) -> None:
        found = await self._store.find(Container, Where("id", tuple(ids), "in"))
        rows = [row for row in found if row.host_id == self.host_id]
        self._around = replace(self._around, uuids=await self._uuids_shared(rows))
        entries = {row.id: one for row in rows if (one := assigned(row, self._around))}
        assert self._told is not None  # all are looked at first
        await self._send_changes(self._told, entries, ids - set(entries))

    async def _send_changes(self, told: Told, entries: dict[int, Assigned], gone: set[int]) -> None:
        gone_uuids = [self._uuids[number] for number in gone if number in self._uuids]
        gone_uuids += self._renamed(entries)
        to_set, dropped = changed(told.entries, tuple(entries.values()), gone_uuids)
        base = told.hash
        self._hold(told, entries, gone)
        if to_set or dropped:
            await self._send(Changes(base=base, hash=told.hash, set=to_set, dropped=dropped))

    def _hold(self, told: Told, entries: dict[int, Assigned], gone: set[int]) -> None:
        """Remember what the host is told."""
        for number in gone:
            if number in self._uuids:
                told.drop(self._uuids.pop(number))
                self._links.release(self.host_id, number)
        for uuid in self._renamed(entries):
            told.drop(uuid)
        for number, one in entries.items():
            told.set(one)
            self._uuids[number] = one.uuid
            self._links.hold(self.host_id, number)

    def _renamed(self, entries: dict[int, Assigned]) -> list[str]:
        """Return the uuids that rows had before: one that was adopted has that of its labels."""
        return [
            uuid
            for number, one in entries.items()
            if (uuid := self._uuids.get(number, one.uuid)) != one.uuid
        ]

    async def _look_around(self, rows: Iterable[Container]) -> None:
        """Read what else than their rows the entries follow from."""
        ours = Where("account_id", self.project_id)
        project = await self._store.get(Project, self.project_id) if self.project_id else None
        self._around = Around(
            logins(
                await self._store.find(Registry, ours),
                await self._store.find(RegistryCredential, ours),
            ),
            project.subnet if project is not None else None,
            await self._uuids_shared(rows),
        )

    async def _uuids_shared(self, rows: Iterable[Container]) -> dict[int, str]:
        """Return the uuids of the containers whose networks these share."""
        shared = {number for row in rows if (number := shared_by(row)) is not None}
        if not shared:
            return {}
        found = await self._store.find(Container, Where("id", tuple(shared), "in"), removed=True)
        return {row.id: row.uuid for row in found}

    async def _send_subnet(self) -> None:
        """Say which network the host is to have room for."""
        subnet = self._around.subnet
        if subnet is not None and subnet != self._sent_subnet:
            self._sent_subnet = subnet
            await self._send(Network(subnet=subnet))

    async def _send_wish(self) -> None:
        """Say what the agent is to run from, where that is not what it knows."""
        image = await wanted_image(self._store)
        if self.welcome is not None and self.welcome.agent_image != image:
            self.welcome = msgspec.structs.replace(self.welcome, agent_image=image)
            await self._send(self.welcome)

    @property
    def _shown(self) -> str:
        return show("host", self.host_id)


def noted(host: Host, said: Heartbeat) -> Host:
    """Return a host with what its agent says of its Engine and its network."""
    return replace(
        host,
        engine_error=said.engine_error,
        agent_error=said.agent_error,
        checked_subnet=said.subnet,
        network_error=said.network_error,
    )


def understood(message: str) -> FromAgent | None:
    """Return the frame that a message holds; None for a frame of a later version.

    Raises:
        LinkEnded: the message is none.

    """
    try:
        return decode_from_agent(message)
    except msgspec.DecodeError as error:
        tag = tag_of(message)
        if tag is not None and tag not in KNOWN_FRAMES:
            return None
        raise LinkEnded(f"sent what is no frame: {error}") from error


def tag_of(message: str) -> str | None:
    """Return what a message calls itself, or None where it is no JSON object with a name."""
    try:
        return msgspec.json.decode(message, type=Tag).frame
    except msgspec.DecodeError:
        return None


def ill_frame(words: str) -> Refused:
    """Return the last word to an agent that does not keep to the frames."""
    return Refused(code="IllFrame", message=words, final=False)
