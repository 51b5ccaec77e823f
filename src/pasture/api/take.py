"""Take field values from a body: coerce, check every declared rule, say what is accepted.

Pure: references are collected and looked up by who writes. An error names the top field as
``fieldName`` and the inner one in its message (``reference/rancher16-api.md#4``).
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias, cast

from pasture.api.names import referred, start_of
from pasture.api.shape import Holds, Shape, shape_of
from pasture.kit.errors import (
    Invalid,
    InvalidCharacters,
    InvalidOption,
    InvalidReference,
    MaxLengthExceeded,
    MaxLimitExceeded,
    MinLengthExceeded,
    MinLimitExceeded,
    MissingRequired,
    NotNullable,
)
from pasture.kit.ids import parse
from pasture.model.declare import MISSING, Field, Value

LARGEST, SMALLEST = 2**63 - 1, -(2**63)
WHOLE = re.compile(r"\s*[+-]?[0-9]{1,19}\s*")
TRUE, FALSE = frozenset({"true", "1", "yes"}), frozenset({"false", "0", "no", ""})
MOST_ELEMENTS = 10_000
LONGEST_TEXT = 128 * 1024  # where a field says nothing: what Linux takes as one argument
SHOWN_OF_WRONG = 80  # characters of a refused value that are repeated


@dataclass(frozen=True)
class Reference:
    """A row that a body names, to be looked up."""

    type: str
    called: str  # the type, in the asker's version
    number: int
    field: str  # the top field, on the wire
    path: str
    is_identity: bool = False  # names somebody, who need not be visible


@dataclass(frozen=True)
class Spot:
    """Where in the body a value stands, and what was found there so far."""

    top: str
    path: str
    found: list[Reference] = field(default_factory=list[Reference])

    def within(self, wire: str) -> "Spot":
        """Return the spot of a field inside."""
        return replace(self, path=f"{self.path}.{wire}")


Convert: TypeAlias = Callable[[Any, Spot], Any]


@dataclass(frozen=True)
class Taken:
    """What a body gives: values by attribute, and the rows that they name."""

    values: dict[str, Any]
    references: list[Reference]


def take_new(fields: Mapping[str, Field], body: Mapping[str, Any]) -> Taken:
    """Take the values of a new resource: every field that may be given, with its default.

    Raises:
        Invalid: a rule is broken.

    """
    taken = Taken({}, [])
    for wire, declared in fields.items():
        spot = Spot(wire, wire, taken.references)
        if wire in body:
            taken.values[declared.name] = take_value(declared, body[wire], spot)
        elif declared.required:
            raise MissingRequired(f"{wire} is required; accepted: {accepted(declared)}", field=wire)
    return taken


def take_changes(fields: Mapping[str, Field], body: Mapping[str, Any]) -> Taken:
    """Take the values that an update gives; what is not given stays.

    Raises:
        Invalid: a rule is broken.

    """
    taken = Taken({}, [])
    for wire, declared in fields.items():
        if wire in body:
            spot = Spot(wire, wire, taken.references)
            taken.values[declared.name] = take_value(declared, body[wire], spot)
    return taken


def take_input(cls: type[Value], body: Mapping[str, Any]) -> tuple[Any, list[Reference]]:
    """Take an action's input; each of its fields is a top one.

    Raises:
        Invalid: a rule is broken.

    """
    fields = {f.wire: f for f in cls.value_type.fields if "c" in f.access}
    taken = take_new(fields, body)
    made = cls(**taken.values)
    for check in cls.value_type.checks:
        check(made)
    return made, taken.references


def take_value(declared: Field, given: Any, spot: Spot) -> Any:
    """Take one field's value.

    Raises:
        Invalid: a rule is broken.

    """
    if given is None:
        return _null(declared, spot)
    shape = shape_of(declared.hint)
    convert = _converter(declared, shape)
    match shape.holds:
        case Holds.ONE:
            value = convert(given, spot)
        case Holds.LIST:
            value = _list(declared, given, spot, convert)
        case Holds.MAP:
            value = _map(given, spot, convert)
    for element in _elements(value, shape):
        _check(declared, element, spot)
    return value


def _list(declared: Field, given: Any, spot: Spot, convert: Convert) -> tuple[Any, ...]:
    """Take many; one alone is a list of it."""
    many = cast("list[Any]", given) if isinstance(given, list) else [given]
    _check_count(len(many), spot)
    if not many and declared.required:
        raise MissingRequired(f"{spot.path} needs at least one element", field=spot.top)
    return tuple(convert(one, spot) for one in many)


def _map(given: Any, spot: Spot, convert: Convert) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise _wrong(given, 'an object, such as {"key": ...}', spot)
    pairs = cast("dict[str, Any]", given)
    _check_count(len(pairs), spot)
    for key in pairs:
        _check_length(key, LONGEST_TEXT, spot)
    return {_text(k, spot): convert(v, spot) for k, v in pairs.items()}


def _elements(value: Any, shape: Shape) -> Iterable[Any]:
    match shape.holds:
        case Holds.ONE:
            return (value,)
        case Holds.LIST:
            return value
        case Holds.MAP:
            return value.values()


def _null(declared: Field, spot: Spot) -> Any:
    """Take null: the default, where null itself is not taken."""
    if declared.nullable:
        return None
    if declared.default is MISSING:
        raise NotNullable(
            f"{spot.path} cannot be null; accepted: {accepted(declared)}", field=spot.top
        )
    return declared.default() if callable(declared.default) else declared.default


def _converter(declared: Field, shape: Shape) -> Convert:
    if declared.ref is not None:
        return _reference(declared, declared.ref, is_identity=shape.element is str)
    if shape.value is not None:
        return _value(shape.value)
    return CONVERT.get(shape.element, _as_is)


def _text(given: Any, spot: Spot) -> str:
    match given:
        case str():
            if "\0" in given:
                raise InvalidCharacters(
                    f"{spot.path} has a NUL character; accepted: any other", field=spot.top
                )
            return given
        case bool():
            return str(given).lower()
        case int() | float():
            return str(given)
        case None:
            return ""
        case _:
            raise _wrong(given, "text", spot)


def _number(given: Any, spot: Spot) -> int:
    number = None
    match given:
        case bool():
            pass
        case int():
            number = given
        case float() if given.is_integer():
            number = int(given)
        case str() if WHOLE.fullmatch(given):
            number = int(given)
        case _:
            pass
    if number is None:
        raise _wrong(given, "a whole number", spot)
    if number > LARGEST:
        raise MaxLimitExceeded(f"{spot.path} is over {LARGEST}", field=spot.top)
    if number < SMALLEST:
        raise MinLimitExceeded(f"{spot.path} is under {SMALLEST}", field=spot.top)
    return number


def _float(given: Any, spot: Spot) -> float:
    if isinstance(given, int | float | str) and not isinstance(given, bool):
        try:
            number = float(given)
        except (ValueError, OverflowError):
            number = float("nan")
        if abs(number) < float("inf"):
            return number
    raise _wrong(given, "a number", spot)


def _flag(given: Any, spot: Spot) -> bool:
    if isinstance(given, str | int):
        word = str(given).strip().lower()
        if word in TRUE:
            return True
        if word in FALSE:
            return False
    raise _wrong(given, "true or false", spot)


def _as_is(given: Any, _: Spot) -> Any:
    return given


CONVERT: Mapping[Any, Convert] = {str: _text, int: _number, float: _float, bool: _flag}


def _reference(declared: Field, ref: str, *, is_identity: bool) -> Convert:
    called = referred(declared) or ref

    def convert(given: Any, spot: Spot) -> Any:
        number = parse(given) if isinstance(given, str) else None
        if number is None:
            raise InvalidReference(
                f"{spot.path}: {_short(given)} is no id of a {called}; "
                f"accepted: such as {start_of(called)}5",
                field=spot.top,
            )
        spot.found.append(Reference(ref, called, number, spot.top, spot.path, is_identity))
        return given if is_identity else number

    return convert


def _value(cls: type[Value]) -> Convert:
    fields = {f.wire: f for f in cls.value_type.fields if "c" in f.access}

    def convert(given: Any, spot: Spot) -> Any:
        if not isinstance(given, dict):
            words = f"an object, a {cls.value_type.name}"
            raise _wrong(given, words, spot, cls.value_type.refusal)
        values: dict[str, Any] = {}
        for wire, declared in fields.items():
            if wire in given:
                values[declared.name] = take_value(declared, given[wire], spot.within(wire))
            elif declared.required:
                raise MissingRequired(
                    f"{spot.path}.{wire} is required; accepted: {accepted(declared)}",
                    field=spot.top,
                )
        return _checked(cls(**values), spot)

    return convert


def _checked(made: Any, spot: Spot) -> Any:
    """Run a value's own checks; what they refuse is said of the top field."""
    for check in made.value_type.checks:
        try:
            check(made)
        except Invalid as refused:
            words = f"{spot.path}.{refused.field}: {refused.detail}"
            raise type(refused)(words, field=spot.top) from refused
    return made


def _check(declared: Field, element: Any, spot: Spot) -> None:
    """Check limits, lengths, options and characters of one element."""
    if isinstance(element, str):
        _check_text(declared, element, spot)
    elif isinstance(element, int | float):
        _check_number(declared, element, spot)


def _check_number(declared: Field, number: float, spot: Spot) -> None:
    words = f"{spot.path} is {number}; accepted: {accepted(declared)}"
    if declared.minimum is not None and number < declared.minimum:
        raise MinLimitExceeded(words, field=spot.top)
    if declared.maximum is not None and number > declared.maximum:
        raise MaxLimitExceeded(words, field=spot.top)


def _check_text(declared: Field, text: str, spot: Spot) -> None:
    if declared.min_length is not None and len(text) < declared.min_length:
        raise MinLengthExceeded(
            f"{spot.path} has {len(text)} characters; accepted: {accepted(declared)}",
            field=spot.top,
        )
    _check_length(text, declared.max_length or LONGEST_TEXT, spot)
    if declared.options and text not in declared.options:
        raise InvalidOption(
            f"{spot.path}: {_short(text)} is unknown; accepted: {', '.join(declared.options)}",
            field=spot.top,
        )
    if declared.chars is not None and not re.fullmatch(f"[{declared.chars}]*", text):
        raise InvalidCharacters(
            f"{spot.path}: {_short(text)} has other characters; accepted: {characters(declared)}",
            field=spot.top,
        )


def _check_length(text: str, most: int, spot: Spot) -> None:
    if len(text) > most:
        raise MaxLengthExceeded(
            f"{spot.path} has {len(text)} characters; accepted: text, at most {most} characters",
            field=spot.top,
        )


def _check_count(count: int, spot: Spot) -> None:
    if count > MOST_ELEMENTS:
        raise MaxLimitExceeded(
            f"{spot.path} has {count} elements; accepted: at most {MOST_ELEMENTS}", field=spot.top
        )


def accepted(declared: Field) -> str:
    """Say what a field accepts."""
    words = [_kind_of(declared)]
    if declared.minimum is not None or declared.maximum is not None:
        low = "" if declared.minimum is None else f"from {declared.minimum}"
        high = "" if declared.maximum is None else f"up to {declared.maximum}"
        words.append(" ".join(w for w in (low, high) if w))
    if declared.min_length is not None:
        words.append(f"at least {declared.min_length} characters")
    if declared.max_length is not None:
        words.append(f"at most {declared.max_length} characters")
    if declared.options:
        words.append(f"one of {', '.join(declared.options)}")
    return ", ".join(words)


def characters(declared: Field) -> str:
    """Say which characters a field takes."""
    chars = declared.chars or ""
    return f"any but {chars[1:]}" if chars.startswith("^") else chars


def _kind_of(declared: Field) -> str:
    called = referred(declared)
    if called is not None:
        return f"the id of a {called}, such as {start_of(called)}5"
    return {"string": "text", "int": "a whole number", "enum": "text"}.get(
        declared.wire_type, declared.wire_type
    )


def _wrong(given: Any, what: str, spot: Spot, refusal: type[Invalid] = Invalid) -> Invalid:
    return refusal(
        f"{spot.path}: {_short(given)} is not accepted; accepted: {what}", field=spot.top
    )


def _short(given: Any) -> str:
    """Return a value in few words; of objects and lists only what they are."""
    if isinstance(given, dict | list):
        return "an object" if isinstance(given, dict) else "a list"
    text = repr(given)
    return text if len(text) <= SHOWN_OF_WRONG else f"{text[:SHOWN_OF_WRONG]}..."
