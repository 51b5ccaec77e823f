"""Conditions, order and pages: SQL and Python (``model.query``) find the same rows."""

from collections.abc import AsyncGenerator
from dataclasses import replace
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pasture.kit.errors import Invalid
from pasture.model.container import Container
from pasture.model.credential import Credential, RegistryCredential
from pasture.model.query import Page, Where, in_order, meets
from pasture.store.changes import Create, Delete
from pasture.store.statements import LARGEST_IN, LONGEST_PATTERN
from pasture.store.store import Store
from tests.support.stores import KEY, StillClock
from tests.support.things import Thing

OFTEN = settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
AWKWARD = "ab_AB%\\'\"; -é"  # what SQL, LIKE and JSON paths treat in their own way
words = st.text(AWKWARD, max_size=4)
near = st.integers(-2, 2) | st.sampled_from([2**62, -(2**63)])
far = near | st.sampled_from([2**63, -(2**80), 10**400])
fractions = st.sampled_from([-1.5, 0.0, 0.1, 2.0, 1e300])
KINDS: dict[str, tuple["st.SearchStrategy[Any]", "st.SearchStrategy[Any]"]] = {
    "name": (words | st.none(), words),
    "label": (words | st.none(), words),
    "tag": (words | st.none(), words),
    "size": (near | st.none(), far),
    "weight": (near, far),
    "height": (near | st.none(), far),
    "share": (fractions | st.none(), fractions | near),
    "is_new": (st.booleans(), st.booleans()),
    "is_old": (st.booleans() | st.none(), st.booleans()),
}
TEXT = ("name", "label", "tag")
things = st.builds(Thing, **{name: stored for name, (stored, _) in KINDS.items()})


@st.composite
def conditions(draw: st.DrawFn) -> Where:
    name = draw(st.sampled_from(sorted(KINDS)))
    given_values = KINDS[name][1]
    ops = ["eq", "ne", "lt", "lte", "gt", "gte", "null", "notnull", "in"]
    op = draw(st.sampled_from([*ops, "like", "notlike", "prefix"] if name in TEXT else ops))
    if op in {"null", "notnull"}:
        return Where(name, op=op)
    if op == "in":
        return Where(name, draw(st.lists(given_values, max_size=5)), op)
    return Where(name, draw(given_values | st.none() if op in {"eq", "ne"} else given_values), op)


@pytest.fixture(params=["at once", "in a thread"])
async def things_store(request: pytest.FixtureRequest, url: str) -> AsyncGenerator[Store]:
    async with Store.open(url, key=KEY, clock=StillClock(), types=(Thing,)) as store:
        if request.param == "in a thread":
            store._readers._short.set_progress_handler(lambda: True, 1)  # pyright: ignore[reportPrivateUsage] - nothing ends at once
        yield store


async def fill(store: Store, given_things: list[Thing]) -> list[Thing]:
    await store.write(*(Delete(t) for t in await store.find(Thing, removed=True)))
    made = await store.write(*(Create(t) for t in given_things))
    return cast("list[Thing]", list(made))


@given(
    rows=st.lists(things, max_size=6),
    where=st.lists(conditions(), max_size=3),
    page=st.builds(
        Page,
        sort=st.sampled_from(["id", "created", *sorted(KINDS)]),
        descending=st.booleans(),
        limit=st.none() | st.integers(0, 5),
        offset=st.integers(0, 3),
    ),
)
@OFTEN
async def test_a_list_is_what_a_model_in_python_finds(
    things_store: Store, rows: list[Thing], where: list[Where], page: Page
) -> None:
    store = things_store
    made = await fill(store, [replace(t, account_id=None) for t in rows])
    wanted = [t for t in made if all(meets(getattr(t, w.field), w) for w in where)]
    ordered = in_order(wanted, page)
    end = None if page.limit is None else page.offset + page.limit
    assert await store.find(Thing, *where, page=page) == ordered[page.offset : end]
    assert await store.count(Thing, *where) == len(wanted)
    assert await store.one(Thing, *where) == (wanted[0] if wanted else None)


@given(value=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
@settings(OFTEN, max_examples=60)
async def test_a_value_is_never_sql(things_store: Store, value: str) -> None:
    [made] = await fill(things_store, [Thing(label=value, name=value)])
    await things_store.write(Create(Thing(label="other", name="other", account_id=1)))
    for field in ("label", "name"):
        for op in ("eq", "prefix"):
            where = Where(field, value, op)
            found = await things_store.find(Thing, where, Where("account_id", None))
            assert found == [made]


async def test_only_percent_is_a_wildcard_and_none_is_one_in_a_prefix(things_store: Store) -> None:
    names = ["a_b", "axb", "a%b", "A_B", "a\\b"]
    made = dict(zip(names, await fill(things_store, [Thing(name=n) for n in names]), strict=True))

    async def found(value: str, op: str) -> list[str | None]:
        return [t.name for t in await things_store.find(Thing, Where("name", value, op))]

    assert await found("a_b", "like") == ["a_b", "A_B"]
    assert await found("a%", "like") == names
    assert await found("a%", "prefix") == ["a%b"]
    assert await found("a_", "prefix") == ["a_b", "A_B"]
    assert await found("a\\%", "like") == ["a\\b"]
    assert await found("a_b", "eq") == [made["a_b"].name]


async def test_removed_rows_are_left_out_unless_asked_for(store: Store) -> None:
    live, gone = await store.write(Create(Container()), Create(Container(removed=5)))
    assert await store.find(Container) == [live]
    assert await store.find(Container, removed=True) == [live, gone]
    assert await store.count(Container) == 1
    assert await store.count(Container, removed=True) == 2
    assert await store.get(Container, gone.id) == gone


async def test_a_base_type_is_asked_for_what_only_one_kind_has(store: Store) -> None:
    (login,) = await store.write(
        Create(RegistryCredential(registry_id=5, public_value="a", secret_value="b"))
    )
    assert await store.find(Credential, Where("registry_id", 5)) == [login]
    assert await store.find(Credential, Where("registry_id", 6)) == []


@pytest.mark.parametrize(
    "where",
    [
        Where("size", "1"),
        Where("size", True),
        Where("size", 1.5),
        Where("size", None, "lt"),
        Where("size", "1", "like"),
        Where("is_new", 1),
        Where("label", 1),
        Where("label", "a\0"),
        Where("label", "a\ud800"),
        Where("label", "x" * (LONGEST_PATTERN + 1), "like"),
        Where("parts", {}),
        Where("secret", "x"),
    ],
    ids=lambda w: f"{w.field} {w.op} {str(w.value)[:5]!a}",
)
async def test_what_cannot_be_compared_is_refused_by_name(
    things_store: Store, where: Where
) -> None:
    with pytest.raises(Invalid) as refused:
        await things_store.find(Thing, where)
    assert refused.value.field == ("isNew" if where.field == "is_new" else where.field)


async def test_any_field_may_be_asked_whether_it_is_set(things_store: Store) -> None:
    [bare, full] = await fill(things_store, [Thing(), Thing(secret="x", parts={"a": 1})])
    assert await things_store.find(Thing, Where("secret", op="notnull")) == [full]
    assert await things_store.find(Thing, Where("secret")) == [bare]
    assert await things_store.find(Thing, Where("parts", op="notnull")) == [bare, full]


async def test_an_operator_or_field_that_does_not_exist_is_a_mistake(things_store: Store) -> None:
    with pytest.raises(ValueError, match="accepted: empty, eq"):
        await things_store.find(Thing, Where("label", "x", "regex"))
    with pytest.raises(LookupError, match="nothing"):
        await things_store.find(Thing, Where("nothing", "x"))


async def test_in_takes_many_values_up_to_a_bound(things_store: Store) -> None:
    [made] = await fill(things_store, [Thing(size=5)])
    many = list(range(LARGEST_IN))
    assert await things_store.find(Thing, Where("size", many, "in")) == [made]
    with pytest.raises(ValueError, match="at most"):
        await things_store.find(Thing, Where("size", range(LARGEST_IN + 1), "in"))


async def test_a_long_list_is_read_in_slices_and_whole(store: Store) -> None:
    for _ in range(10):
        await store.write(*(Create(Container(name=None)) for _ in range(50)))
    found = await store.find(Container, Where("description", op="null"))
    assert [c.id for c in found] == list(range(1, 501))


async def test_a_list_is_asked_whether_it_has_elements(things_store: Store) -> None:
    [bare, full] = await fill(things_store, [Thing(), Thing(tags=("a",))])
    assert await things_store.find(Thing, Where("tags", op="filled")) == [full]
    assert await things_store.find(Thing, Where("tags", op="empty")) == [bare]


async def test_of_rows_that_are_alike_the_oldest_that_meets_the_conditions_is_found(
    things_store: Store,
) -> None:
    many = [Thing(weight=w, tags=t) for w, t in [(1, ("a",)), (2, ("a",)), (1, ("a",)), (2, ())]]
    rows = await fill(things_store, many)
    alike = Page(alike=("weight", "tags"))
    assert await things_store.find(Thing, page=alike) == [rows[0], rows[1], rows[3]]
    later = Where("id", rows[0].id, "gt")
    assert await things_store.find(Thing, later, page=alike) == rows[1:]
    first = Page(alike=("weight",), descending=True, limit=1)
    assert await things_store.find(Thing, Where("tags", op="filled"), page=first) == [rows[1]]


async def test_single_values_are_read_without_the_rows(things_store: Store) -> None:
    rows = await fill(
        things_store,
        [Thing(tags=("a", "b"), size=3), Thing(label="x", tag="t"), Thing(size=3, removed=5)],
    )
    found = await things_store.values(Thing, ("id", "tags", "size", "label", "tag"))
    assert found == [(r.id, r.tags, r.size, r.label, r.tag) for r in rows[:2]]
    assert await things_store.values(Thing, ("size",), Where("size", 3)) == [(3,)]
