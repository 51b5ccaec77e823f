"""What a token opens: pure, from its claims and the path that it is for."""

from collections.abc import Callable
from dataclasses import dataclass

from pasture.kit.errors import Unauthorized
from pasture.link.client_frames import Base64, Lines, Manner, Rows
from pasture.wire.host_api import CONTAINER_STATS, COPY_TO, Claims, CopyClaim, ExecClaim, LogsClaim
from pasture.wire.streams import (
    AnyPurpose,
    Attach,
    ContainerStats,
    CopyFrom,
    CopyTo,
    Exec,
    HostStats,
    Logs,
)

Now = Callable[[], str]


@dataclass(frozen=True)
class Opening:
    """What a token opens: one stream, or the figures of all that a resource has."""

    purpose: AnyPurpose | None  # None: what the claims' resource has
    manner: Callable[[], Manner]
    muted: bool = False  # its output is not wanted


def opening(path: str, claims: Claims, now: Now) -> Opening:
    """Return what a path and its claims mean; ``now`` gives the time as a log has it.

    Raises:
        Unauthorized: nothing.

    """
    found = in_container(path, claims, now) or figures(path, claims)
    if found is None:
        raise Unauthorized("this token opens nothing; ask for another one")
    return found


def in_container(path: str, claims: Claims, now: Now) -> Opening | None:
    """Return what is opened in one container, if that is meant."""
    if claims.logs is not None:
        tty = claims.logs.tty
        return Opening(lines(claims.logs), lambda: Lines(now, tty=tty))
    if claims.exec is not None:
        return Opening(command(claims.exec), Base64, muted=not claims.exec.attach_stdout)
    if claims.console is not None:
        console = claims.console
        attach = Attach(container=console.container, from_start=console.from_start)
        return Opening(attach, Base64)
    if claims.copy is not None:
        return Opening(copied(path, claims.copy), Base64)
    return None


def figures(path: str, claims: Claims) -> Opening | None:
    """Return whose figures are opened, if that is meant."""
    if claims.container_ids is not None:
        return Opening(ContainerStats(containers=claims.container_ids), Rows)
    if claims.resource_id is None:
        return None
    if claims.host_uuid is not None and not path.startswith(CONTAINER_STATS):
        return Opening(HostStats(resource_id=claims.resource_id), Rows)
    return Opening(None, Rows)


def lines(claim: LogsClaim) -> Logs:
    """Return the lines that a claim names."""
    return Logs(
        container=claim.container,
        lines=claim.lines,
        since=int(claim.since) if claim.since else None,
        follow=claim.follow,
        timestamps=claim.timestamps,
    )


def command(claim: ExecClaim) -> Exec:
    """Return the command that a claim names."""
    return Exec(
        container=claim.container,
        command=claim.cmd,
        tty=claim.tty,
        stdin=claim.attach_stdin,
        environment=claim.env,
        user=claim.user,
        working_dir=claim.working_dir,
        width=claim.width,
        height=claim.height,
    )


def copied(path: str, claim: CopyClaim) -> CopyFrom | CopyTo:
    """Return what is copied, and in which direction."""
    if path.startswith(COPY_TO.rstrip("/")):
        return CopyTo(container=claim.container, path=claim.path)
    return CopyFrom(container=claim.container, path=claim.path)
