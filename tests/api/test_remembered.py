"""Answers that are kept: given again only as long as they would be made again just so."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pasture.api.remembered import LARGEST, LIVES_MS, OVERHEAD, Remembered, key_of
from pasture.model.account import ProjectMember
from pasture.model.credential import ApiKey
from pasture.model.query import Where
from pasture.store.changes import Update
from pasture.store.freshness import Freshness, Read
from pasture.store.store import Store
from tests.api.world import INSIDE, ROOT, World
from tests.support.stores import StillClock

KEY = ("/v2-beta/containers/1i1",)
HEADERS = [(b"content-type", b"application/json")]
SCOPE: dict[str, Any] = {
    "type": "http",
    "method": "GET",
    "raw_path": b"/v2-beta/hosts",
    "query_string": b"",
    "scheme": "http",
    "client": ("192.0.2.7", 4711),
    "headers": [(b"host", b"pasture.test"), (b"authorization", b"Basic YTpi")],
}


def kept(fresh: Freshness, clock: StillClock, *bases: str, **limits: int) -> Remembered:
    """Return a memory with one answer in it, read from these."""
    remembered = Remembered(fresh, clock, **limits)
    with fresh.watched() as read:
        for base in bases:
            fresh.reads(base)
    remembered.keep(KEY, HEADERS, b"{}", read)
    return remembered


def test_who_asks_again_has_the_same_answer() -> None:
    found = kept(Freshness(), StillClock(), "instance").find(KEY)
    assert found is not None
    assert (found.headers, found.body) == (HEADERS, b"{}")


def test_a_change_of_what_was_read_ends_it_and_another_does_not() -> None:
    fresh = Freshness()
    remembered = kept(fresh, StillClock(), "instance", "credential")
    fresh.changes(["host", "stack"])
    assert remembered.find(KEY) is not None
    fresh.changes(["credential"])
    assert remembered.find(KEY) is None


def test_what_another_process_wrote_ends_all() -> None:
    fresh = Freshness()
    remembered = kept(fresh, StillClock(), "instance")
    fresh.changes_unseen()
    assert remembered.find(KEY) is None


def test_an_answer_that_a_change_overtook_is_not_kept() -> None:
    fresh = Freshness()
    remembered = Remembered(fresh, StillClock())
    with fresh.watched() as read:
        fresh.reads("instance")
        fresh.changes(["instance"])
    remembered.keep(KEY, HEADERS, b"{}", read)
    assert remembered.find(KEY) is None


def test_what_is_read_outside_belongs_to_no_answer() -> None:
    fresh = Freshness()
    fresh.reads("host")
    with fresh.watched() as outer:
        with fresh.watched() as inner:
            fresh.reads("instance")
        fresh.reads("stack")
    assert (outer.bases, inner.bases) == ({"stack"}, {"instance"})


def test_no_answer_lives_longer_than_a_second() -> None:
    clock = StillClock()
    remembered = kept(Freshness(), clock, "instance")
    clock.now += LIVES_MS
    assert remembered.find(KEY) is not None
    clock.now += 1
    assert remembered.find(KEY) is None


def test_the_answers_not_asked_for_longest_make_room() -> None:
    remembered = Remembered(Freshness(), StillClock(), most_bytes=3 * OVERHEAD)
    read = Read(0)
    for name in "abc":
        remembered.keep((name,), HEADERS, b"", read)
    assert remembered.find(("a",)) is not None
    remembered.keep(("d",), HEADERS, b"", read)
    assert [n for n in "abcd" if remembered.find((n,))] == ["a", "c", "d"]


def test_a_very_large_answer_is_not_kept() -> None:
    remembered = Remembered(Freshness(), StillClock())
    remembered.keep(KEY, HEADERS, b"x" * (LARGEST + 1), Read(0))
    assert remembered.find(KEY) is None


@given(
    what=st.sampled_from(["raw_path", "query_string", "scheme", "client", "headers"]),
)
def test_everything_that_an_answer_may_depend_on_is_in_the_key(what: str) -> None:
    other = {
        "raw_path": b"/v1/hosts",
        "query_string": b"limit=1",
        "scheme": "https",
        "client": ("192.0.2.8", 4711),
        "headers": [*SCOPE["headers"], (b"cookie", b"token=x")],
    }
    assert key_of({**SCOPE, what: other[what]}) != key_of(SCOPE)


def test_another_port_of_the_same_client_is_the_same_asker() -> None:
    assert key_of({**SCOPE, "client": ("192.0.2.7", 1)}) == key_of(SCOPE)


def test_only_reads_have_a_key() -> None:
    assert key_of({**SCOPE, "method": "POST"}) is None
    assert key_of({**SCOPE, "type": "websocket"}) is None


async def test_over_http_an_answer_is_given_again_under_another_request_id(world: World) -> None:
    first, again = [await world.project.get(f"{ROOT}/hosts/1h1") for _ in range(2)]
    assert (first.status, again.status, first.content) == (200, 200, again.content)
    named = [reply.header("x-request-id") for reply in (first, again)]
    assert len(set(named)) == 2
    kept = [[h for h in reply.headers if h[0] != "x-request-id"] for reply in (first, again)]
    assert kept[0] == kept[1]


async def test_it_is_not_made_again_where_nothing_changed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.project.get(f"{ROOT}/hosts")
    monkeypatch.setattr(Store, "find", not_again)
    assert (await world.project.get(f"{ROOT}/hosts")).status == 200
    assert (await world.project.get(f"{ROOT}/hosts?limit=1")).status == 500, "another question"


async def not_again(*_: Any, **__: Any) -> Any:
    raise AssertionError("read again")


async def test_who_may_no_longer_has_no_answer(world: World) -> None:
    owner = world.user("owner")
    path = f"{INSIDE}/hosts"
    assert (await owner.get(path)).status == 200
    [member] = [m for m in await world.store.find(ProjectMember) if m.role == "owner"]
    await world.store.write(Update(replace(member, state="removed", removed=1)))
    assert (await owner.get(path)).status == 403
    key = world.key("project")
    assert (await key.get(f"{ROOT}/hosts")).status == 200
    [pair] = await world.store.find(ApiKey, Where("public_value", "KEY-project"))
    await world.store.write(Update(replace(pair, state="inactive")))
    assert (await key.get(f"{ROOT}/hosts")).status == 401


async def test_a_setting_that_changed_is_in_the_next_answer(world: World) -> None:
    path = f"{INSIDE}/registrationtokens"
    await world.admin.get(f"{path}?limit=1")  # from here on the settings are in memory
    before = (await world.admin.get(path)).json["data"][0]["registrationUrl"]
    assert before.startswith("http://pasture.test")
    put = await world.admin.put(f"{ROOT}/settings/api.host", {"value": "https://other.example"})
    assert put.status == 200
    after = (await world.admin.get(path)).json["data"][0]["registrationUrl"]
    assert after.startswith("https://other.example")


async def test_a_browser_without_a_cookie_of_its_own_gets_a_new_one_each_time(
    world: World,
) -> None:
    browser = world.project.with_headers(user_agent="Mozilla/5.0", accept="application/json")
    given = [(await browser.get(f"{ROOT}/hosts")).headers for _ in range(2)]
    cookies = [{v for k, v in headers if k == "set-cookie"} for headers in given]
    assert all(any(c.startswith("CSRF=") for c in found) for found in cookies)
    assert cookies[0] != cookies[1]


async def test_errors_and_tokens_are_made_anew(world: World) -> None:
    missing = [(await world.admin.get(f"{ROOT}/hosts/1h99")).json["id"] for _ in range(2)]
    assert missing[0] != missing[1]
