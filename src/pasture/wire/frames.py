"""Frames of a host's link. ``docs/design/agent.md`` tells who says what when.

One websocket a host, opened by the agent at ``/link`` with Basic authentication by the agent's
key pair. Each message is one JSON object with a ``frame`` member that names it. Rules:

* The first frame is the agent's ``Hello``; the server answers ``Welcome`` or ``Refused``.
* ``PROTOCOL`` counts incompatible changes; a server accepts ``OLDEST`` to ``PROTOCOL``. Fields and
  frames may be added without counting: unknown ones are ignored on either side.
* The server sends the assignment (in full, or what changed since the hash that the agent named)
  only where it differs from what the agent holds.
* The agent reports until accepted: one report in flight, the next after ``Accepted``.
* Streams (logs, exec, stats, files) are opened by the server; their data are the binary messages
  (``wire/streams.py``).
"""

import hashlib
from typing import Any, TypeAlias, get_args

import msgspec

from pasture.model.run import RunSpec
from pasture.wire.streams import AnyPurpose

PROTOCOL = 1
OLDEST = 1
HEARTBEAT_S = 10.0  # the agent sends one this often, and the server one back
SILENCE_S = 30.0  # a link that says nothing for so long is closed, by either side
HISTORY = "X-Pasture-History"  # of a refusal in HTTP: by which database the keys are unknown
MAX_FRAME = 64 * 1024 * 1024  # bytes; a full assignment of a few thousand containers


class Frame(
    msgspec.Struct, frozen=True, kw_only=True, rename="camel", tag_field="frame", omit_defaults=True
):
    """Base class of all frames; the class's name is the frame's."""


class RegistryAuth(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A login for pulls from one registry."""

    server: str
    username: str
    password: str


class Attachment(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A container's place in the managed network of its environment, chosen by the server."""

    subnet: str
    address: str
    mac: str


class Assigned(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """One container that a host is to converge towards.

    ``wanted`` is running, stopped or removed (then this is a tombstone: it stays until the host
    reported the container absent). ``generation`` counts the decisions of people. A *supervised*
    container is driven to ``wanted`` always; the others only while the generation that was last
    carried out is older: between decisions the host's own ways (restart policy, somebody's
    ``docker stop``) prevail and are reported.
    """

    uuid: str
    id: str  # as shown to people, 1i5
    name: str  # the Engine's name of it
    wanted: str
    generation: int
    supervised: bool
    spec: RunSpec
    labels: dict[str, str] = {}  # in addition to the spec's
    external_id: str | None = None  # native: found on the host, never created
    auth: RegistryAuth | None = None
    network: Attachment | None = None  # with networkMode managed
    joins: str | None = None  # uuid of the container whose network it shares


class Observed(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """What the agent knows of one container, assigned or native.

    ``state`` is the Engine's (created, running, restarting, paused, exited, dead, removing) or
    ``absent``: assigned, and not in the Engine. ``spec`` comes with containers that were not made
    by this installation.
    """

    state: str
    uuid: str | None = None  # of ours; None: native
    external_id: str | None = None  # the Engine's id
    name: str = ""
    image: str = ""
    labels: dict[str, str] = {}
    applied: int = 0  # the last generation that was carried out
    message: str | None = None  # what the agent is doing or failed to do with it
    failed: bool = False
    exit_code: int | None = None
    ip: str | None = None
    ports: tuple[str, ...] = ()  # ip:public:private/protocol
    created: int | None = None  # ms since the epoch
    started: int | None = None
    spec: RunSpec | None = None


class Hello(Frame, frozen=True, tag="hello"):
    """The agent presents itself and what it holds."""

    protocol: int
    version: str  # of the agent's program
    engine_id: str
    hostname: str
    address: str | None = None  # where containers publish ports; None: as the server sees it
    labels: dict[str, str] = {}  # for a new host only
    info: dict[str, Any] = {}  # osInfo, cpuInfo, memoryInfo, diskInfo
    milli_cpu: int | None = None
    memory: int | None = None  # bytes
    assignment: str | None = None  # hash of the assignment it holds
    history: str | None = None  # history id of the database that it came from
    now: int | None = None  # the agent's clock, ms since the epoch
    run: str | None = None  # names the agent's process: two that run at once are two machines


class Welcome(Frame, frozen=True, tag="welcome"):
    """The server knows the host."""

    protocol: int
    version: str
    installation: str
    history: str
    host_id: str  # as shown, 1h1
    host_name: str
    project: str  # uuid of the environment
    agent_image: str | None = None  # what agents run from, where they run as containers
    subnet: str | None = None  # of the environment's managed network


class Refused(Frame, frozen=True, tag="refused"):
    """The server does not talk to this agent; ``final``: trying again will not help."""

    code: str
    message: str
    final: bool = True
    agent_image: str | None = None  # an agent of another image would be let in


class Assignment(Frame, frozen=True, tag="assignment"):
    """All that the host is to run; replaces what it holds."""

    hash: str
    containers: tuple[Assigned, ...]


class Changes(Frame, frozen=True, tag="changes"):
    """What changed since the assignment with hash ``base``."""

    base: str
    hash: str
    set: tuple[Assigned, ...] = ()
    dropped: tuple[str, ...] = ()  # uuids that are nobody's business here any more


class Network(Frame, frozen=True, tag="network"):
    """The managed network of the host's environment: the agent says whether it has room for it."""

    subnet: str


class Report(Frame, frozen=True, tag="report"):
    """What runs: all of it (``full``), or what changed since the last accepted report."""

    number: int
    full: bool
    containers: tuple[Observed, ...] = ()
    gone: tuple[str, ...] = ()  # Engine ids of containers that are no longer there


class Accepted(Frame, frozen=True, tag="accepted"):
    """The report of that number is stored."""

    number: int


class Heartbeat(Frame, frozen=True, tag="heartbeat"):
    """I am here; the agent's says also how its Engine is."""

    engine_error: str | None = None
    agent_error: str | None = None  # why the agent could not be replaced by the one that is wanted
    subnet: str | None = None  # that of the last ``Network`` that it looked for room for
    network_error: str | None = None  # why there is none for it on this host


class Open(Frame, frozen=True, tag="open"):
    """The server wants a stream; the agent answers ``Opened`` or ``Closed``."""

    stream: int
    purpose: AnyPurpose


class Opened(Frame, frozen=True, tag="opened"):
    """The stream runs; data follows."""

    stream: int


class Closed(Frame, frozen=True, tag="closed"):
    """The stream is over, or never began; nothing follows from this side."""

    stream: int
    error: str | None = None  # why, in words for people; None: it came to its end
    exit_code: int | None = None  # of an exec, or of an attached container that ended


class Credit(Frame, frozen=True, tag="credit"):
    """So many more bytes of a stream were consumed."""

    stream: int
    bytes: int


class Resize(Frame, frozen=True, tag="resize"):
    """The terminal of an exec or an attach has another size."""

    stream: int
    width: int
    height: int


FromAgent: TypeAlias = Hello | Report | Heartbeat | Opened | Closed | Credit
FromServer: TypeAlias = (
    Welcome
    | Refused
    | Assignment
    | Changes
    | Network
    | Accepted
    | Heartbeat
    | Open
    | Closed
    | Credit
    | Resize
)


def names_of(frames: Any) -> frozenset[str]:
    """Return what the frames of one side call themselves."""
    return frozenset(frame.__struct_config__.tag for frame in get_args(frames))


encode = msgspec.json.Encoder(order="deterministic").encode
decode_from_agent = msgspec.json.Decoder(FromAgent).decode
decode_from_server = msgspec.json.Decoder(FromServer).decode


def digest(one: Assigned) -> int:
    """Return what one container adds to the hash of its assignment."""
    return int.from_bytes(hashlib.sha256(encode(one)).digest())


def hash_of(digests: int) -> str:
    """Return the hash of an assignment whose containers' digests have this sum.

    A sum: a change costs one container, however many the others, and the order is no matter.
    """
    return f"{digests % 2**256:064x}"
