"""How single values are shown: ids, dates, values inside values."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from operator import attrgetter
from typing import Any, TypeAlias

from pasture.api.names import referred, start_of
from pasture.api.shape import Holds, Shape, shape_of
from pasture.auth.may import letters
from pasture.model.declare import Field, Value
from pasture.model.types import BY_NAME

Show: TypeAlias = Callable[[Any], Any]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
REMEMBERED_DATES = 8192


def is_visible(field: Field, role: str) -> bool:
    """Tell whether a role sees a field: not one that refers to a type which it does not see."""
    if not field.access or role in field.hidden_from:
        return False
    return field.ref is None or bool(letters(BY_NAME[field.ref].type, role))


def is_shown(field: Field) -> bool:
    """Tell whether answers have a field; what is write-only or shown once is null in them."""
    return "r" in field.access or "o" in field.access or field.secret is not None


def shower(field: Field, role: str, *, plain: bool = False) -> Show | None:
    """Return how a field's value is shown, None where it is as it is; ``plain``: bare ids."""
    if field.secret is not None or "r" not in field.access:
        return nothing
    if field.wire_type == "date":
        return date_text
    shape = shape_of(field.hint)
    if shape.element is int and field.ref is not None:
        return _through(shape, str if plain else _id_shower(field))
    if shape.element is int and field.wire_type == "string":
        return _through(shape, str)
    return None if shape.value is None else _through(shape, _value_shower(shape.value, role, plain))


def nothing(*_: Any) -> None:
    """Show nothing of a value."""


@lru_cache(REMEMBERED_DATES)
def date_text(ms: int) -> str:
    """Return a time in ISO 8601, UTC, without fractions."""
    return (EPOCH + timedelta(seconds=ms // 1000)).strftime("%Y-%m-%dT%H:%M:%SZ")


def _id_shower(field: Field) -> Show:
    start = start_of(referred(field) or "")
    return lambda number: f"{start}{number}"


def _value_shower(cls: type[Value], role: str, plain: bool) -> Show:
    """Return how a value is shown: its fields that the role sees, and its type."""
    fields = [f for f in cls.value_type.fields if is_visible(f, role) and is_shown(f)]
    start = {"type": cls.value_type.name}
    wires = tuple(f.wire for f in fields)
    read = attrgetter(*(f.name for f in fields))
    inner = [(f.wire, show) for f in fields if (show := shower(f, role, plain=plain)) is not None]

    def show_value(value: Any) -> dict[str, Any]:
        found = read(value) if len(wires) > 1 else (read(value),)
        return replaced({**start, **dict(zip(wires, found, strict=True))}, inner)

    return show_value


def replaced(values: dict[str, Any], showers: Iterable[tuple[str, Show]]) -> dict[str, Any]:
    """Return the values with those that are not shown as they are replaced, in place."""
    for wire, show in showers:
        value = values[wire]
        if value is not None:
            values[wire] = show(value)
    return values


def _through(shape: Shape, show: Show) -> Show:
    """Return what shows each element."""
    match shape.holds:
        case Holds.LIST:
            return lambda many: [show(one) for one in many]
        case Holds.MAP:
            return lambda many: {key: show(one) for key, one in many.items()}
        case Holds.ONE:
            return show
