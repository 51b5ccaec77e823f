"""Facts over all types: what is declared is what is shown, and no secret ever is."""

import dataclasses
from typing import Any

import msgspec
import pytest

from pasture.api.names import V2_BETA
from pasture.api.relations import Kind, links_of
from pasture.api.render import View, render
from pasture.api.schema import documents
from pasture.api.secrecy import shown_once
from pasture.api.shape import Holds, shape_of
from pasture.api.sight import READS_ONLY, sight
from pasture.api.values import is_shown, nothing
from pasture.auth.may import letters
from pasture.model.declare import Field, Origin
from pasture.model.resource import Resource
from pasture.model.roles import ROLES
from pasture.model.setting import KNOWN
from pasture.model.types import TYPES

CANARY = "canary-7d1f"
each_type = pytest.mark.parametrize("cls", TYPES, ids=lambda c: c.type.name)
each_role = pytest.mark.parametrize("role", ROLES)


def view(role: str) -> View:
    return View(
        sight=sight(role),
        root="http://h/v2-beta",
        prefix="http://h/v2-beta",
        origin=Origin("http://h", "v2-beta", None, {}, KNOWN),
    )


def filled(cls: type[Any]) -> Any:
    """Return an instance whose every attribute has a value; secrets hold the canary."""
    declared = cls.value_type if hasattr(cls, "value_type") else cls.type
    return cls(**{f.name: sample(f) for f in declared.fields})


def sample(field: Field) -> Any:
    if field.secret is not None or "o" in field.access:
        return CANARY
    shape = shape_of(field.hint)
    one = filled(shape.value) if shape.value else plain(field, shape.element)
    return {Holds.ONE: one, Holds.LIST: (one,), Holds.MAP: {"k": one}}[shape.holds]


def plain(field: Field, element: Any) -> Any:
    return {int: 3, bool: True, float: 1.5, str: field.options[0] if field.options else "t"}.get(
        element, {"any": "thing"}
    )


def roles_that_see(cls: type[Resource]) -> list[str]:
    return [r for r in ROLES if letters(cls.type, r)]


@each_type
def test_every_readable_field_is_in_an_answer(cls: type[Resource]) -> None:
    for role in roles_that_see(cls):
        shown = render(filled(cls), view(role))
        wanted = {f.wire for f in sight(role).of[cls].fields if is_shown(f)}
        assert wanted <= set(shown)
        assert {d.wire for d in cls.type.derived} <= set(shown)
        assert {"id", "type", "links", "actions", "baseType"} <= set(shown)


@each_type
def test_a_bare_row_has_the_same_fields_with_null(cls: type[Resource]) -> None:
    needed = {f.name: sample(f) for f in cls.type.fields if f.default is dataclasses.MISSING}
    for role in roles_that_see(cls):
        bare, full = render(cls(**needed), view(role)), render(filled(cls), view(role))
        times = {w for w in full if w.endswith("TS") and w.removesuffix("TS") in full}
        assert set(bare) == set(full) - times


@each_type
def test_no_answer_holds_a_secret(cls: type[Resource]) -> None:
    for role in roles_that_see(cls):
        shown = msgspec.json.encode(render(filled(cls), view(role))).decode()
        assert CANARY not in shown


@each_type
def test_only_the_answer_to_its_creation_shows_what_is_shown_once(cls: type[Resource]) -> None:
    row = filled(cls)
    once = shown_once(row)
    assert set(once) == {f.wire for f in cls.type.fields if "o" in f.access}
    for role in roles_that_see(cls):
        shown = render(row, view(role), once)
        assert {w for w, v in shown.items() if v == CANARY} == set(once)


@each_type
def test_a_date_comes_as_text_and_as_milliseconds(cls: type[Resource]) -> None:
    for role in roles_that_see(cls):
        shown = render(dataclasses.replace(filled(cls), created=1_700_000_000_999), view(role))
        assert shown["created"] == "2023-11-14T22:13:20Z"
        assert shown["createdTS"] == 1_700_000_000_999


@each_type
def test_every_address_is_in_lower_case(cls: type[Resource]) -> None:
    for role in roles_that_see(cls):
        shown = render(filled(cls), view(role))
        addresses = [*shown["links"].values(), *shown["actions"].values()]
        assert [a for a in addresses if a != a.lower()] == []


@each_type
def test_the_schema_tells_every_field_that_is_shown(cls: type[Resource]) -> None:
    for role in roles_that_see(cls):
        fields = next(d for d in documents(role) if d["id"] == cls.type.name)["resourceFields"]
        shown = set(render(filled(cls), view(role))) - {"links", "actions", "baseType", "type"}
        assert {w for w in shown if not w.endswith("TS")} <= set(fields)


@each_role
def test_every_type_that_a_schema_names_has_a_schema(role: str) -> None:
    found = documents(role)
    names = {d["id"] for d in found}
    plain_types = {"string", "int", "float", "boolean", "date", "enum", "json", "password", "blob"}
    for document in found:
        for wire, field in document["resourceFields"].items():
            inner = field["type"]
            while "[" in inner:
                inner = inner.partition("[")[2].removesuffix("]")
            assert inner in names | plain_types, (document["id"], wire, inner)
        for action in document["resourceActions"].values():
            assert {action["input"], action["output"]} <= names | {None}


@each_role
def test_a_role_sees_the_schemas_of_its_table(role: str) -> None:
    found = {d["id"] for d in documents(role)}
    for cls in TYPES:
        assert (cls.type.name in found) is bool(letters(cls.type, role))


@each_role
def test_methods_follow_from_letters(role: str) -> None:
    of = {d["id"]: d for d in documents(role)}
    for cls in TYPES:
        given = letters(cls.type, role)
        if given:
            document = of[cls.type.name]
            assert ("POST" in document["collectionMethods"]) is ("c" in given)
            assert ("GET" in document["collectionMethods"]) is ("r" in given)
            assert ("PUT" in document["resourceMethods"]) is ("u" in given)
            assert ("DELETE" in document["resourceMethods"]) is ("d" in given)


@each_role
def test_only_what_may_be_given_says_so(role: str) -> None:
    of = {d["id"]: d for d in documents(role)}
    for seen in sight(role).of.values():
        for wire, field in of[seen.type.name]["resourceFields"].items():
            assert field["create"] is (wire in seen.creatable and role not in READS_ONLY)
            assert field["update"] is (wire in seen.updatable and role not in READS_ONLY)


def test_who_only_reads_is_told_of_no_field_to_give() -> None:
    for role in READS_ONLY:
        fields = [f for d in documents(role) for f in d["resourceFields"].values()]
        assert not [f for f in fields if f["create"] or f["update"]]
    policy = next(d for d in documents("user") if d["id"] == "restartPolicy")
    assert policy["resourceFields"]["name"]["create"]


@each_type
def test_what_no_answer_shows_is_asked_for_in_full(cls: type[Resource]) -> None:
    hidden = {f.wire for f in cls.type.fields if "r" not in f.access}
    for role in roles_that_see(cls):
        seen = sight(role).of[cls]
        [document] = [d for d in documents(role) if d["id"] == cls.type.name]
        for wire in hidden & set(document["collectionFilters"]):
            assert document["collectionFilters"][wire] == {"modifiers": ["eq"]}
        assert not hidden & set(seen.sorts)


@each_type
def test_who_only_reads_gets_nothing_that_is_computed_from_a_secret(cls: type[Resource]) -> None:
    assert {d.wire for d in cls.type.derived if d.wire_type == "password" and not d.secret} == set()
    for role in ("readAdmin", "user", "restricted", "readonly"):
        seen = sight(role).of.get(cls)
        if seen is not None and not seen.has_actions:
            shown = dict(seen.derived)
            assert [
                d.wire for d in cls.type.derived if d.secret and shown[d.wire] is not nothing
            ] == []


@each_type
def test_links_lead_to_types_and_are_unique(cls: type[Resource]) -> None:
    for name, link in links_of(cls).items():
        assert name == link.name.lower()
        assert V2_BETA.find(link.target.type.name) is link.target
        if link.kind is Kind.CHILDREN:
            assert link.field.filterable


@each_type
def test_an_action_is_offered_only_by_the_type(cls: type[Resource]) -> None:
    known = {s.name for s in cls.type.steps} | {a.name for a in cls.type.more_actions}
    for role in roles_that_see(cls):
        for state in cls.type.states:
            offered = sight(role).of[cls].actions(state)
            assert set(offered) <= known
            assert len(offered) == len(set(offered))


def test_a_setting_is_shown_under_its_other_name() -> None:
    settings = next(c for c in TYPES if c.type.name == "setting")
    assert V2_BETA.shown_as(settings.type) == "activeSetting"
    assert V2_BETA.find("ActiveSettings") is settings
