"""Hypothesis strategies for any declared resource, derived from its declaration."""

import types
import typing
from typing import Any

from hypothesis import strategies as st

from pasture.model.declare import Field, Value
from pasture.model.resource import Resource

INT64 = 2**63
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
numbers = st.integers(-INT64, INT64 - 1)
json_values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
)
SCALARS: dict[Any, "st.SearchStrategy[Any]"] = {
    str: texts,
    int: numbers,
    float: st.floats(allow_nan=False, allow_infinity=False),
    bool: st.booleans(),
    type(None): st.none(),
    Any: json_values,
}


def of_hint(hint: Any) -> "st.SearchStrategy[Any]":
    """Return values of a type hint as declarations use them."""
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if hint in SCALARS:
        return SCALARS[hint]
    if origin in {typing.Union, types.UnionType}:
        return st.one_of([of_hint(a) for a in args])
    if origin is tuple:
        return st.lists(of_hint(args[0]), max_size=3).map(tuple)
    if origin is dict:
        return st.dictionaries(texts, of_hint(args[1]), max_size=3)
    value: type[Value] = hint
    return st.builds(value, **of_fields(value.value_type.fields))


def of_fields(fields: tuple[Field, ...]) -> "dict[str, st.SearchStrategy[Any]]":
    """Return a strategy for each field."""
    return {f.name: of_hint(f.hint) for f in fields}


def resources(cls: type[Resource]) -> "st.SearchStrategy[Any]":
    """Return resources of a type as a create gives them: identity is the store's."""
    given = of_fields(cls.type.fields)
    fixed = {"id": st.just(0), "row_version": st.just(0), "kind": st.just(cls.type.name)}
    return st.builds(cls, **(given | fixed))
