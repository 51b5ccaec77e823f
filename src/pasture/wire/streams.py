"""Streams beside a host's assignment and reports, on the same websocket: logs, exec, stats, files.

The server opens a stream (``Open``) under a number that is its own choice and never used again on
this link; either side ends it (``Closed``). Data travels in binary messages, ``message``: four
bytes of stream number, one of channel, then at most ``CHUNK`` bytes, so that no stream keeps a
heartbeat or a report waiting for long.

Back-pressure is each stream's own: a side sends at most ``WINDOW`` bytes more than the other said
it has consumed (``Credit``). A reader that stops stops its own stream alone. Data of a stream that
is not open, or beyond the window, is dropped with the stream closed.

Channels from the agent are ``OUTPUT`` and ``ERRORS`` (a terminal has output only); from the server
``INPUT``, where an empty message says that the input is at its end.
"""

from typing import TypeAlias

import msgspec

CHUNK = 32 * 1024  # bytes of data in one message
WINDOW = 256 * 1024  # bytes on the way in one direction of one stream
MOST_STREAMS = 512  # on one link; one more is refused by the agent
OPEN_S = 15.0  # within which the agent answers Opened or Closed
INPUT, OUTPUT, ERRORS = 0, 1, 2
HEAD = 5  # bytes before the data


class Purpose(msgspec.Struct, frozen=True, kw_only=True, rename="camel", tag_field="kind"):
    """What a stream is for; the class's tag names it."""


class Logs(Purpose, frozen=True, tag="logs"):
    """Lines of a container's output, each with its time where ``timestamps``.

    A message ends with a line; only a line longer than ``CHUNK`` goes on in the next message.
    """

    container: str  # the Engine's id
    lines: int | None = None  # the last so many; None: all
    since: int | None = None  # seconds since the epoch
    follow: bool = True
    timestamps: bool = True


class Exec(Purpose, frozen=True, tag="exec"):
    """A command in a running container. It ends with the stream: nothing is left behind."""

    container: str
    command: tuple[str, ...]
    tty: bool = True
    stdin: bool = True
    environment: tuple[str, ...] = ()
    user: str | None = None
    working_dir: str | None = None
    width: int | None = None  # of the terminal at first
    height: int | None = None


class Attach(Purpose, frozen=True, tag="attach"):
    """The container's own terminal or output, from now on; it goes on when the stream ends.

    Who is a megabyte behind loses the stream: the container would have to wait for it. But one
    that was made to be talked with (``from_start``) waits.
    """

    container: str
    stdin: bool = True
    from_start: bool = False  # it does not run yet: nothing of what it says is missed


class HostStats(Purpose, frozen=True, tag="hostStats"):
    """How busy the machine is: each message a JSON array of one row, about one a second."""

    resource_id: str


class ContainerStats(Purpose, frozen=True, tag="containerStats"):
    """How busy containers are: each message a JSON array of rows, about one a second.

    The rows' ``id`` is what ``containers`` calls them: Engine's id -> id as shown. None: every
    running container by the Engine's id.
    """

    containers: dict[str, str] | None = None


class CopyFrom(Purpose, frozen=True, tag="copyFrom"):
    """A path of a container as a tar archive."""

    container: str
    path: str


class CopyTo(Purpose, frozen=True, tag="copyTo"):
    """A tar archive that is unpacked at a path of a container: ends once it is written."""

    container: str
    path: str


AnyPurpose: TypeAlias = Logs | Exec | Attach | HostStats | ContainerStats | CopyFrom | CopyTo


def message(stream: int, channel: int, data: bytes) -> bytes:
    """Return the binary message that carries data of a stream."""
    return stream.to_bytes(4) + bytes((channel,)) + data


def parse(received: bytes) -> tuple[int, int, bytes]:
    """Return stream, channel and data of a binary message.

    Raises:
        ValueError: it is too short to be one.

    """
    if len(received) < HEAD:
        raise ValueError(f"a message of {len(received)} bytes is no data of a stream")
    return int.from_bytes(received[:4]), received[4], received[HEAD:]
