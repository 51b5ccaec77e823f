"""Paths of the host-api sockets, and what a token says is opened there.

The API makes the tokens, the link's sockets read them (``reference/rancher16-api.md#5.7``). Where
the reference puts a token for each host into one for a service or an environment, ours names the
resource: what belongs to it is looked up while the socket is open, and the URL stays short.
"""

import msgspec

LOGS, EXEC, CONSOLE = "/v1/logs/", "/v1/exec/", "/v1/console/"
COPY_FROM, COPY_TO = "/v1/copyfrom/", "/v1/copyto/"
STATS, HOST_STATS, CONTAINER_STATS = "/v1/stats", "/v1/hoststats", "/v1/containerstats"
PROJECT_STATS, SERVICE_STATS = "/v1/hoststats/project/", "/v1/containerstats/service"
CHANNELS = "channel.pasture.io"  # the subprotocol with a byte before the data that says what it is
INPUT, OUTPUT, ERRORS, CONTROL = 0, 1, 2, 3  # its channels


class LogsClaim(msgspec.Struct, frozen=True, kw_only=True, rename="pascal"):
    """Lines of a container."""

    container: str  # the Engine's id
    lines: int | None
    follow: bool
    timestamps: bool
    since: str = ""  # seconds since the epoch
    tty: bool = False


class ExecClaim(msgspec.Struct, frozen=True, kw_only=True, rename="pascal", omit_defaults=True):
    """A command in a container."""

    container: str
    cmd: tuple[str, ...]
    attach_stdin: bool
    attach_stdout: bool
    tty: bool
    env: tuple[str, ...] = ()
    user: str | None = None
    working_dir: str | None = None
    width: int | None = None
    height: int | None = None


class ConsoleClaim(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A container's own terminal."""

    container: str
    from_start: bool = False  # it does not run yet


class CopyClaim(msgspec.Struct, frozen=True, kw_only=True):
    """A path of a container."""

    container: str
    path: str


class Claims(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """What a token opens: one of these, on one host, or what belongs to a resource."""

    host_uuid: str | None = None
    logs: LogsClaim | None = None
    exec: ExecClaim | None = None
    console: ConsoleClaim | None = None
    copy: CopyClaim | None = None
    resource_id: str | None = None  # as shown: 1h1, 1s7, 1a5
    container_ids: dict[str, str] | None = None  # the Engine's id -> id as shown
