"""Answers that lead to a stream: where its socket is, and the token that opens it.

What a token opens is decided here, by the row and by ``may``; the socket only looks at the token.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import msgspec

from pasture.api.answer import Answer, json_answer
from pasture.api.audit import audit
from pasture.api.context import Context
from pasture.api.since import since_s
from pasture.kit.errors import ActionNotAvailable, Busy, MethodNotAllowed
from pasture.kit.ids import show
from pasture.model.container import Container
from pasture.model.declare import Field, StreamLink, Value
from pasture.model.host import LINK_OPEN, Agent, Host
from pasture.model.resource import Resource
from pasture.model.streams import (
    ContainerExec,
    ContainerLogs,
    ContainerPath,
    HostAccess,
)
from pasture.wire import host_api
from pasture.wire.host_api import Claims, ConsoleClaim, CopyClaim, ExecClaim, LogsClaim

OK = 200
ALL_LINES = -1
UNTOLD = frozenset({"environment"})  # of a command: may hold secrets, so the audit leaves it out
SOCKETS = {"http": "ws", "https": "wss"}
PLACES: Mapping[tuple[str, str], str] = {
    ("container", "stats"): host_api.STATS,
    ("container", "containerStats"): host_api.CONTAINER_STATS,
    ("host", "stats"): host_api.STATS,
    ("host", "hostStats"): host_api.HOST_STATS,
    ("host", "containerStats"): host_api.CONTAINER_STATS,
    ("service", "containerStats"): host_api.SERVICE_STATS,
    ("project", "hostStats"): host_api.PROJECT_STATS,
}


@dataclass(frozen=True)
class Way:
    """An action that opens a stream, and where it leads."""

    action: str
    path: str
    input: type[Value] | None


LOGS = Way("logs", host_api.LOGS, ContainerLogs)
EXECUTE = Way("execute", host_api.EXEC, ContainerExec)
CONSOLE = Way("console", host_api.CONSOLE, None)
COPY_FROM = Way("copyfrom", host_api.COPY_FROM, ContainerPath)
COPY_TO = Way("copyto", host_api.COPY_TO, ContainerPath)


@dataclass(frozen=True)
class Place:
    """Where a container is."""

    host: Host
    container: str  # the Engine's id


async def open_logs(context: Context, row: Resource, given: ContainerLogs) -> Answer:
    """Answer where a container's lines are."""
    container = cast("Container", row)
    at = await place_of(context, container)
    since = since_s(given.since, context.api.clock.now_ms())
    claim = LogsClaim(
        container=at.container,
        lines=None if given.lines == ALL_LINES else given.lines,
        follow=given.follow,
        timestamps=given.timestamps is not False,
        since="" if since is None else str(since),
        tty=container.tty,
    )
    claims = Claims(host_uuid=at.host.uuid, logs=claim)
    return await opened(context, row, LOGS, claims)


async def open_command(context: Context, row: Resource, given: ContainerExec) -> Answer:
    """Answer where a command runs in a container: it begins when the socket is opened."""
    at = await place_of(context, cast("Container", row))
    claim = ExecClaim(
        container=at.container,
        cmd=given.command,
        attach_stdin=given.attach_stdin,
        attach_stdout=given.attach_stdout,
        tty=given.tty,
        env=given.environment,
        user=given.user,
        working_dir=given.working_dir,
        width=given.width,
        height=given.height,
    )
    claims = Claims(host_uuid=at.host.uuid, exec=claim)
    return await opened(context, row, EXECUTE, claims)


async def open_console(context: Context, row: Resource, _: None) -> Answer:
    """Answer where a container's own terminal is."""
    container = cast("Container", row)
    at = await place_of(context, container)
    claim = ConsoleClaim(container=at.container, from_start=container.started is None)
    claims = Claims(host_uuid=at.host.uuid, console=claim)
    return await opened(context, row, CONSOLE, claims)


async def open_copy_from(context: Context, row: Resource, given: ContainerPath) -> Answer:
    """Answer where a path of a container can be read, as a tar archive."""
    return await open_copy(context, row, given, COPY_FROM)


async def open_copy_to(context: Context, row: Resource, given: ContainerPath) -> Answer:
    """Answer where a tar archive can be sent that is unpacked at a path of a container."""
    return await open_copy(context, row, given, COPY_TO)


async def open_copy(context: Context, row: Resource, given: ContainerPath, way: Way) -> Answer:
    """Answer where a path of a container can be read or written."""
    at = await place_of(context, cast("Container", row))
    copy = CopyClaim(container=at.container, path=given.path)
    claims = Claims(host_uuid=at.host.uuid, copy=copy)
    return await opened(context, row, way, claims)


async def answer_stream(context: Context, row: Resource, stream: StreamLink) -> Answer:
    """Answer where figures of a resource are.

    Raises:
        MethodNotAllowed: it is no GET.
        ActionNotAvailable: the container is nowhere yet.
        Busy: its host is not connected.

    """
    if context.asked.method != "GET":
        raise MethodNotAllowed(f"{context.asked.method} of {stream.name} is not accepted; GET is")
    path = PLACES[row.type.name, stream.name]
    if isinstance(row, Container):
        at = await place_of(context, row)
        ids = {at.container: show(row.type.base, row.id)}
        claims = Claims(host_uuid=at.host.uuid, container_ids=ids)
        return await access(context, f"{path}/{at.container}", claims, stream.output)
    claims = Claims(resource_id=show(row.type.base, row.id))
    if isinstance(row, Host):
        await check_connected(context, row)
        claims = msgspec.structs.replace(claims, host_uuid=row.uuid)
    return await access(context, path, claims, stream.output)


async def opened(context: Context, row: Resource, way: Way, claims: Claims) -> Answer:
    """Write who opens what, and answer where it is."""
    fields: Mapping[str, Field] = {} if way.input is None else way.input.value_type.by_wire
    await context.store.write(
        *audit(
            context.identity,
            row.type,
            way.action,
            given=context.given,
            fields={wire: field for wire, field in fields.items() if wire not in UNTOLD},
            status=OK,
            address=context.asked.address,
            resource_id=row.id,
        )
    )
    return await access(context, way.path, claims, HostAccess)


async def access(context: Context, path: str, claims: Claims, output: type[Value]) -> Answer:
    """Answer a socket's address and the token that opens it."""
    scheme, _, rest = context.asked.base_url.partition("://")
    token = await context.api.tokens.issue(path, msgspec.to_builtins(claims))
    shown: dict[str, Any] = {
        "id": None,
        "type": output.value_type.name,
        "links": {},
        "actions": {},
        "url": f"{SOCKETS.get(scheme, scheme)}://{rest}{path}",
        "token": token,
    }
    return json_answer(OK, shown)


async def place_of(context: Context, container: Container) -> Place:
    """Return where a container is.

    Raises:
        ActionNotAvailable: nowhere yet.
        Busy: its host is not connected.

    """
    host = None
    if container.host_id is not None:
        host = await context.store.get(Host, container.host_id)
    if host is None or container.external_id is None:
        raise ActionNotAvailable(
            "this container was not made on a host yet; accepted: once it was", field="action"
        )
    await check_connected(context, host)
    return Place(host, container.external_id)


async def check_connected(context: Context, host: Host) -> None:
    """Refuse what needs a host that cannot be asked now.

    Raises:
        Busy: it is not connected.

    """
    agent = None if host.agent_id is None else await context.store.get(Agent, host.agent_id)
    if agent is None or agent.link_state != LINK_OPEN:
        raise Busy(
            f"host {host.name} ({show('host', host.id)}) is not connected, so nothing of it can "
            "be read now; try again once its agent is back"
        )
