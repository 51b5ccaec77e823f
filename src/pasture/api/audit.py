"""The audit row of a mutation, written in the same transaction as what it tells of."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

import msgspec

from pasture.api.shape import Holds, shape_of
from pasture.auth.identity import Identity
from pasture.model.audit import AuditLog
from pasture.model.declare import Field, ResourceType
from pasture.model.resource import Resource
from pasture.store.changes import Create

LONGEST = 16 * 1024  # bytes of a request that are kept
NAMES = {"project": "environment"}  # what a type is called in event types (#4)
HIDDEN = "***"
encode = msgspec.json.Encoder().encode


def audit(  # noqa: PLR0913 - each is a column of the row
    identity: Identity,
    type: ResourceType,
    verb: str,
    *,
    given: Mapping[str, Any],
    fields: Mapping[str, Field],
    status: int,
    address: str,
    resource_id: int | None = None,
) -> tuple[Create, ...]:
    """Return the change that writes the row, after the one that it tells of; none if unaudited.

    Without a resource's id, it is that of the first row which the same write makes.
    """
    if not type.audited:
        return ()
    request = encode(presentable(given, fields)).decode()

    def row(made: Sequence[Resource]) -> AuditLog:
        number = made[0].id if resource_id is None else resource_id
        return AuditLog(
            account_id=identity.effective,
            authenticated_as_account_id=identity.account,
            auth_type=identity.auth_type,
            event_type=f"api.{NAMES.get(type.name, type.name)}.{verb}",
            resource_type=type.name,
            resource_id=number,
            request_object=request if len(request) <= LONGEST else shortened(request),
            response_code=status,
            client_ip=address,
            state="active",
        )

    return (Create(row),)


def presentable(given: Mapping[str, Any], fields: Mapping[str, Field]) -> dict[str, Any]:
    """Return of a body what may be kept: fields that were taken, without secrets."""
    return {wire: _kept(fields[wire], value) for wire, value in given.items() if wire in fields}


def shortened(request: str) -> str:
    """Return the beginning of a request that is too long, as JSON that says so."""
    return encode({"cut": True, "begins": request[: LONGEST // 2]}).decode()


def _kept(field: Field, value: Any) -> Any:
    if field.secret is not None or "o" in field.access or field.hidden_from:
        return HIDDEN
    shape = shape_of(field.hint)
    if shape.value is None:
        return value
    inner = shape.value.value_type.by_wire
    return _each(shape.holds, value, lambda one: _inside(one, inner))


def _inside(value: Any, fields: Mapping[str, Field]) -> Any:
    if not isinstance(value, dict):
        return None
    return presentable(cast("dict[str, Any]", value), fields)


def _each(holds: Holds, value: Any, keep: Callable[[Any], Any]) -> Any:
    """Keep what may be kept of each element, however many there are."""
    if holds is Holds.MAP and isinstance(value, dict):
        return {k: keep(v) for k, v in cast("dict[str, Any]", value).items()}
    if isinstance(value, list):
        return [keep(one) for one in cast("list[Any]", value)]
    return keep(value)
