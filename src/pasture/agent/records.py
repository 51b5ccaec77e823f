"""What the agent remembers over its own death, in DATA/agent: owner-only files, written whole.

``identity.json``     who the agent is to which server
``registration-url``  where it joins again once a backup was restored there: `pasture join` alone
                      keeps it, other agents are told it at each start
``assignment.json``   the last assignment, so that the host converges with the server down
``records/<uuid>``    for each container: what was carried out, so that nothing is done twice
"""

import asyncio
import fcntl
import logging
import os
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path
from typing import Protocol, Self, TypeVar

import msgspec

from pasture.agent.engine.engine import About
from pasture.wire.frames import Assigned

log = logging.getLogger(__name__)
S = TypeVar("S", bound=msgspec.Struct)
FILE_CHARS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")
LONGEST_NAME = 128


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """Who the agent is to the server. Without an access key it is still registering."""

    base: str  # the server's URL
    joined_with: str  # fingerprint of the registration URL that it joined with
    key: str  # random, of this host's own making
    access_key: str = ""
    secret_key: str = ""
    ca: str = ""  # PEM of the only CA that the server is trusted by; empty: those of this machine


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """An assignment, and whose it is: of which database, for which Engine."""

    about: About | None = None
    installation: str = ""
    history: str = ""
    hash: str | None = None
    containers: tuple[Assigned, ...] = ()


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """What was carried out for one container."""

    applied: int = 0  # the last generation that was carried out
    external_id: str | None = None  # the Engine's id of it
    adopt: bool = False  # of another database: what it is like now counts as carried out


class Records(Protocol):
    """The records of all containers; on disk, or in memory for simulated hosts and tests."""

    def all(self) -> Mapping[str, Record]:
        """Return the records by container uuid."""
        ...

    async def save(self, uuid: str, record: Record) -> None:
        """Keep a record for good before returning; it is not among ``all`` before."""
        ...

    def forget(self, uuid: str) -> None:
        """Drop the record of a container, if there is one."""
        ...


class MemoryRecords:
    """Records that die with the process."""

    def __init__(self) -> None:
        self._records: dict[str, Record] = {}

    def all(self) -> Mapping[str, Record]:
        return self._records

    async def save(self, uuid: str, record: Record) -> None:
        self._records[uuid] = record

    def forget(self, uuid: str) -> None:
        self._records.pop(uuid, None)


class FolderBusy(Exception):
    """Another agent works with the same folder."""


class Unreadable(Exception):
    """The identity's file is damaged."""


class AgentFolder:
    """DATA/agent. One process at a time: entering it takes a lock that ends with the process.

    What is written while the agent works waits for the disk in threads: one for the assignment and
    one for the records, each of which writes in the order in which it was told to.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._records = folder / "records"
        self._known: dict[str, Record] = {}
        self._lock: int | None = None
        self._holder = ThreadPoolExecutor(1, "agent-assignment")
        self._recorder = ThreadPoolExecutor(1, "agent-records")

    def __enter__(self) -> Self:
        self._records.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        lock = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            raise FolderBusy(f"another agent is running with {self.folder}") from None
        self._lock = lock
        self._known = self._read_records()
        return self

    def __exit__(self, *_: object) -> None:
        self._holder.shutdown()
        self._recorder.shutdown()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def identity(self) -> Identity | None:
        """Return who the agent is, or None before it registered.

        Raises:
            Unreadable: the file is damaged; guessing another identity would make a second host.

        """
        path = self.folder / "identity.json"
        try:
            return msgspec.json.decode(path.read_bytes(), type=Identity)
        except FileNotFoundError:
            return None
        except msgspec.DecodeError as error:
            raise Unreadable(f"{path} is damaged ({error}); restore or delete it") from error

    def save_identity(self, identity: Identity) -> None:
        """Keep who the agent is."""
        write_whole(self.folder / "identity.json", msgspec.json.encode(identity))

    def registration_url(self) -> str | None:
        """Return the URL that this machine was joined with, where it was kept."""
        try:
            return (self.folder / "registration-url").read_text()
        except FileNotFoundError:
            return None

    def save_registration_url(self, url: str) -> None:
        """Keep the URL that this machine was joined with: it is a secret."""
        write_whole(self.folder / "registration-url", url.encode())

    def held(self) -> Held | None:
        """Return the last assignment; None where there is none that can be read."""
        return _read(self.folder / "assignment.json", Held)

    async def save_held(self, held: Held) -> None:
        """Keep the assignment for good before returning."""
        path = self.folder / "assignment.json"
        await _in(self._holder, lambda: write_whole(path, msgspec.json.encode(held)))

    async def forget_all(self) -> None:
        """Drop the assignment and all records, also what is being written just now."""
        await self.save_held(Held())
        await _in(self._recorder, self._remove_records)
        self._known.clear()

    def all(self) -> Mapping[str, Record]:
        return self._known

    async def save(self, uuid: str, record: Record) -> None:
        path = self._records / file_name(uuid)
        await _in(self._recorder, lambda: write_whole(path, msgspec.json.encode(record)))
        self._known[uuid] = record

    def forget(self, uuid: str) -> None:
        (self._records / file_name(uuid)).unlink(missing_ok=True)
        self._known.pop(uuid, None)

    def _remove_records(self) -> None:
        for path in self._records.iterdir():
            path.unlink()

    def _read_records(self) -> dict[str, Record]:
        found: dict[str, Record] = {}
        for path in self._records.iterdir():
            record = None if path.name.startswith(".") else _read(path, Record)
            if record is not None:
                found[path.name] = record
        return found


async def _in(thread: Executor, write: Callable[[], None]) -> None:
    await asyncio.get_running_loop().run_in_executor(thread, write)


def file_name(uuid: str) -> str:
    """Return the uuid if it can name a file.

    Raises:
        ValueError: it cannot; a server that sends such a thing is not to be obeyed.

    """
    if not uuid or len(uuid) > LONGEST_NAME or not FILE_CHARS.issuperset(uuid):
        raise ValueError(f"{uuid[:LONGEST_NAME]!r} is no uuid")
    return uuid


def write_whole(path: Path, content: bytes) -> None:
    """Replace a file so that after a crash it is the old one or the new one, never a part."""
    scratch = path.with_name(f".{path.name}.new")
    opened = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(opened, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    scratch.replace(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _read(path: Path, kind: type[S]) -> S | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except FileNotFoundError:
        return None
    except msgspec.DecodeError as error:
        log.warning(
            "file is damaged, going on without", extra={"file": path.name, "why": str(error)}
        )
        return None
