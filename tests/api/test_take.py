"""Body checks: each rule's code, the field it names, and that no input breaks them."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pasture.api.take import take_changes, take_new
from pasture.kit.errors import Invalid
from pasture.model.declare import Field, Value, attr, value
from pasture.model.resource import Resource
from pasture.model.types import TYPES


@value("inner")
class Inner(Value):
    """A value inside."""

    name: str = attr("c", "Name.", max_length=5)
    size: int = attr("c", "Size.", default=1, minimum=1, maximum=9)
    internal: str = attr("", "Internal.", default="x")


def refuse_seven(outer: Any) -> None:
    if outer.size == 7:
        raise Invalid("seven is not accepted", field="size")


@value("checked", checks=(refuse_seven,))
class Checked(Value):
    """A value with a check of its own."""

    size: int = attr("c", "Size.", default=1)


@value("outer")
class Outer(Value):
    """Every kind of field."""

    text: str = attr("cu", "Text.", min_length=2, max_length=6, chars="a-z0-9")
    count: int = attr("cu", "Count.", default=3, minimum=0, maximum=100)
    ratio: float | None = attr("cu", "Ratio.", default=None)
    flag: bool = attr("cu", "Flag.", default=False)
    mode: str = attr("cu", "Mode.", default="a", options=("a", "b"))
    words: tuple[str, ...] = attr("cu", "Words.", default=())
    marks: dict[str, str] = attr("cu", "Marks.", default_factory=dict)
    host_id: int | None = attr("cu", "Host.", default=None, ref="host")
    inner: Inner | None = attr("cu", "Inner.", default=None)
    many: tuple[Inner, ...] = attr("cu", "Many.", default=())
    checked: Checked | None = attr("cu", "Checked.", default=None)
    must: tuple[str, ...] = attr("c", "Needed.")
    any: dict[str, Any] = attr("cu", "Anything.", default_factory=dict)


FIELDS = Outer.value_type.by_wire
LEAST: dict[str, Any] = {"text": "ab", "must": ["x"]}


def take(**body: Any) -> dict[str, Any]:
    return take_new(FIELDS, {**LEAST, **body}).values


@pytest.mark.parametrize(
    ("wire", "given", "expected"),
    [
        ("count", "5", 5), ("count", 5.0, 5), ("count", " +7 ", 7), ("count", None, 3),
        ("text", 12, "12"), ("text", True, "true"), ("ratio", "1.5", 1.5), ("ratio", 2, 2.0),
        ("ratio", None, None), ("flag", "TRUE", True), ("flag", 0, False), ("flag", "no", False),
        ("flag", 1, True), ("words", "one", ("one",)), ("words", [1, "b"], ("1", "b")),
        ("words", None, ()), ("marks", {"a": 1, "b": None}, {"a": "1", "b": ""}),
        ("marks", None, {}), ("host_id", "1h7", 7), ("host_id", "1zz7", 7),
        ("inner", {"name": "n", "extra": 1}, Inner(name="n")),
        ("inner", {"name": "n", "size": "4", "internal": "y"}, Inner(name="n", size=4)),
        ("many", {"name": "n"}, (Inner(name="n"),)), ("any", {"deep": [1, {"a": None}]},
        {"deep": [1, {"a": None}]}),
    ],
)  # fmt: skip
def test_values_are_coerced(wire: str, given: Any, expected: Any) -> None:
    name = {"host_id": "hostId"}.get(wire, wire)
    assert take(**{name: given})[wire] == expected


BROKEN: list[tuple[str, Any, str, str]] = [
    ("text", None, "NotNullable", "text"),
    ("text", "a", "MinLengthExceeded", "at least 2"),
    ("text", "abcdefg", "MaxLengthExceeded", "at most 6"),
    ("text", "AB", "InvalidCharacters", "a-z0-9"),
    ("text", "ab\n", "InvalidCharacters", "a-z0-9"),
    ("text", "a\0b", "InvalidCharacters", "NUL"),
    ("text", {"a": 1}, "InvalidFormat", "text"),
    ("text", ["a"], "InvalidFormat", "text"),
    ("count", "x", "InvalidFormat", "whole number"),
    ("count", "", "InvalidFormat", "whole number"),
    ("count", 1.5, "InvalidFormat", "whole number"),
    ("count", True, "InvalidFormat", "whole number"),
    ("count", [], "InvalidFormat", "whole number"),
    ("count", -1, "MinLimitExceeded", "from 0"),
    ("count", 101, "MaxLimitExceeded", "up to 100"),
    ("count", 10**30, "MaxLimitExceeded", "over"),
    ("count", -(10**30), "MinLimitExceeded", "under"),
    ("ratio", "nan", "InvalidFormat", "a number"),
    ("ratio", "x", "InvalidFormat", "a number"),
    ("ratio", 10**400, "InvalidFormat", "a number"),
    ("flag", "maybe", "InvalidFormat", "true or false"),
    ("flag", 2, "InvalidFormat", "true or false"),
    ("flag", [], "InvalidFormat", "true or false"),
    ("mode", "c", "InvalidOption", "a, b"),
    ("words", [{}], "InvalidFormat", "text"),
    ("marks", "x", "InvalidFormat", "an object"),
    ("marks", [], "InvalidFormat", "an object"),
    ("marks", {"a": {}}, "InvalidFormat", "text"),
    ("marks", {"a\0": "b"}, "InvalidCharacters", "NUL"),
    ("words", ["x"] * 10_001, "MaxLimitExceeded", "at most 10000"),
    ("words", ["x" * 131_073], "MaxLengthExceeded", "at most 131072"),
    ("marks", {str(n): "" for n in range(10_001)}, "MaxLimitExceeded", "at most 10000"),
    ("marks", {"a": "x" * 131_073}, "MaxLengthExceeded", "at most 131072"),
    ("marks", {"x" * 131_073: "a"}, "MaxLengthExceeded", "at most 131072"),
    ("many", [{"name": "n"}] * 10_001, "MaxLimitExceeded", "at most 10000"),
    ("hostId", "7", "InvalidReference", "1h5"),
    ("hostId", 7, "InvalidReference", "1h5"),
    ("hostId", {}, "InvalidReference", "1h5"),
    ("inner", "x", "InvalidFormat", "an object, a inner"),
    ("inner", {}, "MissingRequired", "inner.name"),
    ("inner", {"name": "toolong"}, "MaxLengthExceeded", "inner.name"),
    ("inner", {"name": "n", "size": 10}, "MaxLimitExceeded", "inner.size"),
    ("many", [{"name": "n"}, {}], "MissingRequired", "many.name"),
    ("many", [None], "InvalidFormat", "an object"),
    ("checked", {"size": 7}, "InvalidFormat", "checked.size: seven"),
    ("must", [], "MissingRequired", "at least one"),
]


@pytest.mark.parametrize(("wire", "given", "code", "words"), BROKEN)
def test_a_broken_rule_has_its_code_its_field_and_what_is_accepted(
    wire: str, given: Any, code: str, words: str
) -> None:
    with pytest.raises(Invalid) as refused:
        take(**{wire: given})
    assert (refused.value.code, refused.value.field) == (code, wire)
    assert words in refused.value.detail


def test_what_is_required_is_missed_by_name() -> None:
    with pytest.raises(Invalid) as refused:
        take_new(FIELDS, {"must": "x"})
    assert (refused.value.code, refused.value.field) == ("MissingRequired", "text")


def test_unknown_fields_are_dropped_and_defaults_left_to_the_type() -> None:
    assert take(nothing=1, id="1h1") == {"text": "ab", "must": ("x",)}


def test_an_update_takes_what_is_given_alone() -> None:
    taken = take_changes(FIELDS, {"count": 4, "hostId": "1h2"})
    assert taken.values == {"count": 4, "host_id": 2}
    assert [(r.type, r.number, r.field) for r in taken.references] == [("host", 2, "hostId")]


def test_a_long_wrong_value_is_repeated_in_part() -> None:
    with pytest.raises(Invalid) as refused:
        take(mode="x" * 10_000)
    assert len(refused.value.detail) < 300


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def refused_field(
    taking: Callable[..., object], fields: Mapping[str, Field], body: dict[str, Any]
) -> str | None:
    """Return which field is refused, None where all are taken."""
    try:
        taking(fields, body)
    except Invalid as refused:
        return refused.field
    return None


@given(data=st.data())
def test_any_json_is_taken_or_refused_in_words(data: st.DataObject) -> None:
    wire = data.draw(st.sampled_from(sorted(FIELDS)))
    assert refused_field(take_new, FIELDS, {**LEAST, wire: data.draw(json_values)}) in {None, wire}


@pytest.mark.parametrize("cls", TYPES, ids=lambda c: c.type.name)
@given(data=st.data())
def test_any_json_for_any_field_of_any_type(cls: type[Resource], data: st.DataObject) -> None:
    fields = {f.wire: f for f in cls.type.fields if "u" in f.access or "c" in f.access}
    if not fields:
        return
    wire = data.draw(st.sampled_from(sorted(fields)))
    assert refused_field(take_changes, fields, {wire: data.draw(json_values)}) in {None, wire}
