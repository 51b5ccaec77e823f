"""Containers: their state is a function of what is wanted and of what the host reports.

Spec: ``wanted``, ``generation``. Status: ``host_id`` (placement's), ``engine_state``, ``applied``
and the host's words (the link's). A decision is *carried out* once ``applied`` has reached its
``generation``. From then on the host wins with a standalone container: what it does there by
itself or by hand becomes what is wanted. A supervised one is driven back to what is wanted.
While a container has no host its message is placement's.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from pasture.control.loop import Controller, Io, every, own, put
from pasture.control.settle import end
from pasture.model.container import REMOVED, RUNNING, STOPPED, Container
from pasture.model.host import Host
from pasture.model.query import Where
from pasture.schedule.load import show_host

UP = frozenset({"running", "paused"})
LIVE = UP | {"restarting"}  # has or will have processes, by Docker's own restart policy
AT_REST = ("running", "stopped", "error")
PURGE = {"purging": "purged"}


@dataclass(frozen=True)
class Shown:
    """The state that people see, and why it is not yet what they want."""

    state: str
    message: str | None = None
    failed: bool = False


def plan(container: Container, host: Host | None, now_ms: int) -> Container:
    """Return the container with the state, and where the host wins the wish, that follow."""
    if not container.is_live:
        return replace(container, state=PURGE.get(container.state, container.state))
    if is_gone(container, host):
        return end(replace(container, wanted=REMOVED), now_ms)
    if host is None:
        return _unplaced(container)
    container = _host_wins(container)
    shown = _show(container, host)
    ran = container.first_running is None and shown.state == "running"
    return replace(
        container,
        state=shown.state,
        message=shown.message,
        failed=shown.failed,
        first_running=now_ms if ran else container.first_running,
    )


def is_gone(container: Container, host: Host | None) -> bool:
    """Tell whether nothing is left of it that we know of.

    Its host was removed and took its rows along; or its removal was acknowledged; or somebody
    removed a standalone one by hand.
    """
    if container.host_id is None:
        return container.wanted == REMOVED
    if host is None or not host.is_live:
        return True
    absent = container.engine_state is None and is_carried_out(container)
    return absent and (
        container.wanted == REMOVED or not (container.is_supervised or container.engine_failed)
    )


def is_carried_out(container: Container) -> bool:
    """Tell whether the host has done what was last decided."""
    return container.applied >= container.generation


def _unplaced(container: Container) -> Container:
    if container.wanted == STOPPED:
        return replace(container, state="stopped", failed=False)
    state = "starting" if container.state == "starting" else "creating"
    return replace(container, state=state, failed=False)


def _host_wins(container: Container) -> Container:
    """Want of a standalone container what it does on its host."""
    if container.is_supervised or container.wanted == REMOVED or not is_carried_out(container):
        return container
    return replace(container, wanted=RUNNING if container.engine_state in LIVE else STOPPED)


def _show(container: Container, host: Host) -> Shown:
    match container.wanted:
        case "running":
            shown = _show_running(container)
        case "stopped":
            shown = _show_stopped(container)
        case _:
            shown = _show_removed(container)
    if shown.state in AT_REST:
        return shown
    if host.agent_state != "active":
        away = f"host {show_host(host)} is {host.agent_state or 'not connected yet'}"
        return replace(shown, message=away)
    if host.engine_error is not None and shown.message is None:
        return replace(shown, message=f"host {show_host(host)}: Docker Engine: {host.engine_error}")
    return shown


def _show_running(container: Container) -> Shown:
    words, failed = container.engine_message, container.engine_failed
    carried_out = is_carried_out(container)
    up = container.engine_state in UP
    if up and carried_out:
        return Shown("running")
    if failed and not carried_out and not up:
        return Shown("error", words, failed=True)
    if not carried_out:
        return Shown("restarting" if container.state == "restarting" else "starting", words, failed)
    return Shown("starting", words or _why_down(container), failed)


def _why_down(container: Container) -> str:
    if container.engine_state is None:
        return "is no longer on its host, which makes it again"
    if container.engine_state == "restarting":
        return f"exited with code {container.exit_code}; its restart policy starts it again"
    return f"exited with code {container.exit_code}; its host starts it again"


def _show_stopped(container: Container) -> Shown:
    words, failed = container.engine_message, container.engine_failed
    if container.engine_state in LIVE:
        return Shown("stopping", words, failed)
    if is_carried_out(container) or container.state == "stopped":
        return Shown("stopped")
    if failed:
        return Shown("error", words, failed=True)
    if container.state == "creating":
        return Shown("creating", words)
    return Shown("stopping", words) if container.engine_state is None else Shown("stopped")


def _show_removed(container: Container) -> Shown:
    stopping = container.state == "stopping" and container.engine_state in LIVE
    return Shown(
        "stopping" if stopping else "removing", container.engine_message, container.engine_failed
    )


async def reconcile(io: Io, key: int) -> None:
    """Bring one container's state up to what is known of it."""
    container = await io.store.get(Container, key)
    if container is None:
        return
    host = await io.store.get(Host, container.host_id) if container.host_id else None
    following = plan(container, host, io.clock.now_ms())
    if following != container:
        await put(io, following)


async def of_host(io: Io, host: Host) -> Iterable[int]:
    """Hint at the containers that a host's coming and going concerns: those under way."""
    here = [Where("host_id", host.id)]
    if host.is_live:
        here.append(Where("state", (*sorted(Container.type.transitional), "error"), "in"))
    return [c.id for c in await io.store.find(Container, *here)]


CONTROLLER = Controller(
    name="container",
    reconcile=reconcile,
    keys=every(Container),
    hints={"instance": own, "host": of_host},
    workers=16,
)
