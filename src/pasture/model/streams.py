"""What the API takes and answers for streams: logs, commands, files, figures of a container.

An answer says where the stream is and proves, for a few minutes, that it may be opened
(``reference/rancher16-api.md#5.7``).
"""

from pasture.kit.errors import MaxLengthExceeded
from pasture.model.declare import Value, attr, value

MOST_COMMAND = 32 * 1024  # bytes; it travels in a URL, whose head has a bound
LARGEST_SIDE = 10_000  # of a terminal
LONGEST_PATH = 4096


@value("hostAccess")
class HostAccess(Value):
    """Where a stream is."""

    url: str = attr("r", "Its websocket.")
    token: str = attr("r", "What opens it: ?token= or Authorization: Bearer.")


@value("statsAccess")
class StatsAccess(HostAccess):
    """Where a stream of figures is."""


@value("containerLogs")
class ContainerLogs(Value):
    """Which lines of a container's output."""

    follow: bool = attr("c", "Go on with what comes.", default=True)
    lines: int | None = attr(
        "c", "The last so many; null or -1: all.", default=100, minimum=-1, maximum=2**31
    )
    timestamps: bool | None = attr("c", "Begin each with its time.", default=True)
    since: str | None = attr(
        "c",
        "Only since: seconds since 1970, a time (2024-05-01T12:00:00Z), or how long ago (10m).",
        default="",
        max_length=64,
    )


def check_command(given: "ContainerExec") -> None:
    """Refuse a command that does not fit where it has to travel.

    Raises:
        MaxLengthExceeded: it is too long.

    """
    size = sum(len(word.encode()) + 3 for word in (*given.command, *given.environment))
    if size > MOST_COMMAND:
        raise MaxLengthExceeded(
            f"command and environment have {size} bytes; accepted: {MOST_COMMAND}. "
            "Send a script to its standard input instead",
            field="command",
        )


@value("containerExec", checks=(check_command,))
class ContainerExec(Value):
    """A command to run in a container."""

    command: tuple[str, ...] = attr("c", "The program and its arguments.")
    attach_stdin: bool = attr("c", "Send it input.", default=True)
    attach_stdout: bool = attr("c", "Receive its output.", default=True)
    tty: bool = attr("c", "Give it a terminal.", default=True)
    environment: tuple[str, ...] = attr("c", "Further variables: NAME=value.", default=())
    user: str | None = attr("c", "As whom: name[:group].", default=None, max_length=255)
    working_dir: str | None = attr("c", "Where.", default=None, max_length=LONGEST_PATH)
    width: int | None = attr(
        "c", "Of the terminal at first.", default=None, minimum=1, maximum=LARGEST_SIDE
    )
    height: int | None = attr(
        "c", "Of the terminal at first.", default=None, minimum=1, maximum=LARGEST_SIDE
    )


@value("containerPath")
class ContainerPath(Value):
    """A file or folder of a container."""

    path: str = attr("c", "Its path.", min_length=1, max_length=LONGEST_PATH)
