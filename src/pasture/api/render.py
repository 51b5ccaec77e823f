"""``render(resource, view)``: a row as clients see it (``reference/rancher16-api.md#2.2``)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pasture.api.named import listed
from pasture.api.relations import Kind
from pasture.api.sight import Seen, Sight, sight
from pasture.api.v1 import VERSIONS
from pasture.api.values import replaced
from pasture.auth.identity import Identity
from pasture.auth.may import ruled_accounts
from pasture.model.declare import Origin
from pasture.model.resource import Resource

IN_PROGRESS = "In Progress"


@dataclass(frozen=True, kw_only=True)
class View:
    """How one asker sees resources: as which role, under which addresses."""

    sight: Sight
    root: str  # http://host/v2-beta
    prefix: str  # the same, within the environment that was asked for
    origin: Origin
    action_key: str = "actions"
    ruled: frozenset[int] | None = None  # the accounts whose actions the asker has; None: all


def view_of(
    identity: Identity, origin: Origin, *, action_key: str = "actions", plain: bool = False
) -> View:
    """Return how an identity sees resources in a version; ``plain``: with bare row numbers."""
    root = f"{origin.base_url}/{origin.version}".lower()
    return View(
        sight=sight(identity.role, VERSIONS[origin.version], plain),
        root=root,
        prefix=root if origin.project is None else f"{root}/projects/{origin.project}",
        origin=origin,
        ruled=ruled_accounts(identity),
        action_key=action_key,
    )


def render(row: Resource, view: View, once: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return a row as it is shown; ``once`` are secrets that this answer alone shows."""
    seen = view.sight.of[type(row)]
    number = seen.version.id_of(row) if seen.by_name else f"{seen.id_prefix}{row.id}"
    root = view.root if seen.is_environment else view.prefix  # an environment is at account level
    at = f"{root}/{seen.path}/{number.lower()}"
    shown: dict[str, Any] = {
        "id": str(row.id) if seen.plain and not seen.by_name else number,
        "type": seen.shown_type,
        "links": links(row, seen, view, at),
        view.action_key: actions(row, seen, view, at),
        "baseType": seen.base_type,
    }
    shown.update(seen.nulls)
    shown.update(zip(seen.wires, seen.read(row), strict=True))
    for wire in seen.dates:
        if shown[wire] is not None:
            shown[f"{wire}TS"] = shown[wire]
    replaced(shown, seen.showers)
    for wire, compute in seen.derived:
        shown[wire] = compute(row, view.origin)
        if wire in seen.leading and shown[wire] is not None:
            shown["links"][wire] = shown[wire]
    if seen.has_states:
        add_transition(row, seen, shown)
    if once:
        shown.update(once)
    return shown


def actions(row: Resource, seen: Seen, view: View, at: str) -> dict[str, str]:
    """Return the addresses of the actions that the asker has now."""
    if seen.is_account and view.ruled is not None and row.id not in view.ruled:
        return {}
    return {name: f"{at}/?action={name}" for name in seen.offered(row)}


def add_transition(row: Resource, seen: Seen, shown: dict[str, Any]) -> None:
    """Add what is under way; a host is shown in its agent's state while it is active (#6)."""
    message, progress, now = None, None, "no"
    if row.state in seen.transitional:
        now, message, progress = "yes", row.message or IN_PROGRESS, row.progress
    elif row.failed:
        now, message = "error", row.message
    shown["transitioning"] = now
    shown["transitioningMessage"] = message
    shown["transitioningProgress"] = progress
    if seen.shows_agent_state and row.state == "active" and shown["agentState"]:
        shown["state"] = shown["agentState"]


def links(row: Resource, seen: Seen, view: View, at: str) -> dict[str, str]:
    """Return the addresses that lead on from a row."""
    found = {"self": at}
    for name, link in seen.links.items():
        if link.kind is not Kind.ONE or getattr(row, link.field.name) is not None:
            found[link.name] = f"{at}/{name}"
    for name, stream in seen.streams.items():
        found[stream.name] = f"{at}/{name}"
    if seen.is_environment:
        found |= {s.plural: f"{at}/{s.list_path}" for s in view.sight.listed_inside}
        found |= {named.plural: f"{at}/{named.plural}" for named in listed(view.sight.role)}
    return found
