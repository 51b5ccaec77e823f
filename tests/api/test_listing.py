from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pasture.api.asked import Asked
from pasture.api.listing import MOST, Wanted, limit_of, offset_of, wanted
from pasture.api.schema import modifiers
from pasture.api.sight import sight
from pasture.model.account import Project
from pasture.model.container import Container
from pasture.model.query import Where

SEEN = sight("owner").of[Container]
NOWHERE = Where("id", -1)


def asked(*query: tuple[str, str]) -> Asked:
    return Asked(
        method="GET", version="v2-beta", parts=("containers",), query=query, headers={},
        base_url="http://h", path="/v2-beta/containers", address="", project=None,
    )  # fmt: skip


def want(*query: tuple[str, str]) -> Wanted:
    return wanted(asked(*query), SEEN)


@pytest.mark.parametrize(
    ("query", "where"),
    [
        (("name", "web"), Where("name", "web")),
        (("name_eq", "web"), Where("name", "web")),
        (("name_ne", "web"), Where("name", "web", "ne")),
        (("name_like", "%w%"), Where("name", "%w%", "like")),
        (("name_prefix", "w"), Where("name", "w", "prefix")),
        (("name_null", "whatever"), Where("name", None, "null")),
        (("removed_notnull", ""), Where("removed", None, "notnull")),
        (("hostId", "1h3"), Where("host_id", 3)),
        (("hostId_ne", "1h3"), Where("host_id", 3, "ne")),
        (("hostId", "3"), Where("host_id", -1)),
        (("hostId", "x"), Where("host_id", -1)),
        (("id", "7"), Where("id", 7)),
        (("id", "1i7"), Where("id", 7)),
        (("id", "x"), NOWHERE),
        (("createIndex_gte", "2"), Where("create_index", 2, "gte")),
        (("createIndex", "x"), NOWHERE),
        (("createIndex", "9" * 5000), NOWHERE),
        (("nativeContainer", "true"), Where("native_container", True)),
        (("nativeContainer", "maybe"), NOWHERE),
        (("created_gt", "2023-11-14T22:13:20Z"), Where("created", 1_700_000_000_000, "gt")),
        (("created_gt", "2023-11-14T22:13:20"), Where("created", 1_700_000_000_000, "gt")),
        (("created_gt", "1700000000000"), Where("created", 1_700_000_000_000, "gt")),
        (("created_gt", "soon"), NOWHERE),
        (("name", "a\0b"), NOWHERE),
        (("state", "running"), Where("state", "running")),
    ],
)
def test_a_filter_becomes_a_condition(query: tuple[str, str], where: Where) -> None:
    assert want(query).wheres == [where]


@pytest.mark.parametrize(
    ("query", "where"),
    [
        (("name", "default"), Where("name", "default", "like")),
        (("name", "100%"), Where("name", "100%")),
        (("name", "a\0b"), NOWHERE),
        (("name_ne", "default"), Where("name", "default", "ne")),
        (("uuid", "adminProject"), Where("uuid", "adminProject")),
    ],
)
def test_an_environment_is_found_by_its_name_in_any_letter_case(
    query: tuple[str, str], where: Where
) -> None:
    assert wanted(asked(query), sight("user").of[Project]).wheres == [where]


@pytest.mark.parametrize(
    "query",
    [("nothing", "1"), ("name_", "x"), ("name_gt", "x"), ("state_like", "%"), ("imageUuid", "a"),
     ("hostId_lt", "1h3"), ("", "x"), ("_", "x"), ("limit", "5")],
)  # fmt: skip
def test_what_is_no_filter_is_ignored(query: tuple[str, str]) -> None:
    assert want(query).wheres == []


def test_repeated_filters_must_all_hold() -> None:
    assert len(want(("name_ne", "a"), ("name_ne", "b")).wheres) == 2


@pytest.mark.parametrize(
    ("text", "limit"),
    [(None, 100), ("", 100), ("x", 100), ("5", 5), ("3000", 3000), ("1000000", 3000), ("0", 3000),
     ("-1", 3000), ("9" * 5000, 100)],
)  # fmt: skip
def test_a_page_is_bounded(text: str | None, limit: int) -> None:
    assert limit_of(text) == limit


@given(text=st.text())
def test_no_text_makes_a_page_out_of_bounds(text: str) -> None:
    assert 1 <= limit_of(text) <= MOST
    assert 0 <= offset_of(text) < 2**63


@pytest.mark.parametrize(
    ("text", "offset"), [(None, 0), ("", 0), ("m5", 5), ("5", 0), ("m-5", 0), ("mx", 0), ("i5", 0)]
)
def test_a_marker_is_m_and_a_number(text: str | None, offset: int) -> None:
    assert offset_of(text) == offset


@pytest.mark.parametrize(
    ("query", "sort", "descending"),
    [
        ((), "id", False),
        ((("sort", "name"),), "name", False),
        ((("sort", "name"), ("order", "desc")), "name", True),
        ((("sort", "hostId"), ("order", "ASC")), "host_id", False),
        ((("sort", "imageUuid"), ("order", "DESC")), "id", True),
    ],
)
def test_a_list_is_sorted_by_what_can_be_filtered(
    query: tuple[tuple[str, str], ...], sort: str, descending: bool
) -> None:
    page = want(*query).page
    assert (page.sort, page.descending) == (sort, descending)


@given(query=st.lists(st.tuples(st.text(), st.text()), max_size=4))
def test_any_query_means_something(query: list[Any]) -> None:
    found = want(*query)
    assert all(f.modifier in modifiers(SEEN.filters[f.wire]) for f in found.filters)
