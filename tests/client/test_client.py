import socket
from collections.abc import AsyncIterator
from typing import Any

import pytest

from pasture.client.access import Access, KeyPair, Token
from pasture.client.client import Absent, Client, choose
from pasture.client.errors import (
    ApiError,
    ClientError,
    Failed,
    NotPasture,
    TooSlow,
    Unreachable,
    in_words,
)
from pasture.client.resource import Resource
from tests.client.fake_api import (
    KEY,
    PASSWORD,
    SECRET,
    TOKEN,
    USER,
    FakeApi,
    error_body,
    failed,
    moving,
)

CONTAINERS = "/v2-beta/projects/1a5/containers"


@pytest.fixture
async def api() -> AsyncIterator[FakeApi]:
    async with FakeApi() as server:
        yield server


def client_of(api: FakeApi, **more: Any) -> Client:
    access = Access(url=api.url, proof=Token(TOKEN), project=more.pop("project", None))
    return Client(access, first_poll_s=0.001, **more)


def ignore(_: Resource) -> None:
    return None


async def test_pages_are_followed_to_the_last(api: FakeApi) -> None:
    api.page_size = 2
    for number in range(5):
        api.add("containers", name=f"c{number}")
    async with client_of(api) as client:
        rows = await client.all("containers")
    assert [r.name for r in rows] == ["c0", "c1", "c2", "c3", "c4"]


async def test_filters_and_pages_go_together(api: FakeApi) -> None:
    api.page_size = 1
    for name in ("a", "b", "a"):
        api.add("containers", name=name)
    async with client_of(api) as client:
        assert [r.id for r in await client.all("containers", {"name": "a"})] == ["1i1", "1i3"]


async def test_a_page_that_leads_to_itself_ends(api: FakeApi) -> None:
    url = f"{api.url}{CONTAINERS}?marker=m0"
    body: dict[str, Any] = {"type": "collection", "data": [], "pagination": {"next": url}}
    api.refusals["GET", CONTAINERS] = (200, body)
    async with client_of(api) as client:
        assert await client.all("containers") == []


async def test_actions_are_followed_from_the_answer(api: FakeApi) -> None:
    api.add("containers", name="web")
    async with client_of(api) as client:
        seen = await client.get("containers", "1i1")
        stopping = await client.act(seen, "stop", {"timeout": 3})
    assert stopping.state == "stopping"
    assert stopping.is_moving
    assert api.asked[-1].path == f"{CONTAINERS}/1i1/"
    assert api.asked[-1].query == {"action": "stop"}
    assert api.asked[-1].body == {"timeout": 3}


async def test_an_action_without_input_sends_an_empty_object(api: FakeApi) -> None:
    api.add("containers")
    async with client_of(api) as client:
        await client.act(await client.get("containers", "1i1"), "stop")
    assert api.asked[-1].body == {}


async def test_an_action_that_is_not_offered_is_refused_with_those_that_are(api: FakeApi) -> None:
    api.add("containers", name="web")
    async with client_of(api) as client:
        seen = await client.get("containers", "1i1")
        with pytest.raises(ApiError, match=r"web is running: start .* possible: restart, stop"):
            await client.act(seen, "start")
    assert [a.method for a in api.asked] == ["GET", "GET"]


async def test_create_update_delete(api: FakeApi) -> None:
    async with client_of(api) as client:
        made = await client.create("services", {"name": "web", "scale": 1})
        changed = await client.update(made, {"scale": 3})
        deleted = await client.delete(changed)
    assert changed.number("scale") == 3
    assert deleted.state == "removing"
    assert api.bodies("DELETE") == [None]


async def test_credentials_never_leave_the_origin_that_was_logged_in_to(api: FakeApi) -> None:
    api.link_host = "http://198.51.100.1:1"  # nobody is there: following it would fail
    api.page_size = 1
    api.add("containers", name="a")
    api.add("containers", name="b")
    async with client_of(api) as client:
        assert len(await client.all("containers")) == 2


async def test_a_key_pair_is_sent_as_basic_and_a_token_as_bearer(api: FakeApi) -> None:
    for proof in (KeyPair(KEY, SECRET), Token(TOKEN)):
        async with Client(Access(url=api.url, proof=proof)) as client:
            assert [p.id for p in await client.projects()] == ["1a5"]


async def test_login_gives_a_token(api: FakeApi) -> None:
    async with Client(Access(url=api.url)) as client:
        assert (await client.login(USER, PASSWORD)).text("jwt") == TOKEN
        with pytest.raises(ApiError) as caught:
            await client.login(USER, "wrong")
    assert caught.value.status == 401


async def test_without_credentials_it_says_unauthorised(api: FakeApi) -> None:
    async with Client(Access(url=api.url)) as client:
        with pytest.raises(ApiError) as caught:
            await client.all("containers")
    assert (caught.value.status, caught.value.code) == (401, "Unauthorized")


async def test_a_refusal_keeps_status_code_words_and_field(api: FakeApi) -> None:
    words = "another container is named web"
    body = error_body(422, "NotUnique", fieldName="name", detail=words)
    api.refusals["POST", CONTAINERS] = (422, body)
    async with client_of(api) as client:
        with pytest.raises(ApiError) as caught:
            await client.create("containers", {})
    error = caught.value
    assert (error.status, error.code, error.field) == (422, "NotUnique", "name")
    assert words in str(error)


@pytest.mark.parametrize(
    ("code", "message", "field", "words"),
    [
        ("NotUnique", "name web is taken", "name", "name web is taken"),
        ("NotUnique", "taken", "name", "name: taken"),
        ("NotUnique", None, "name", "name: NotUnique"),
        ("Not Found", "Not Found", None, "Not Found"),
    ],
)
def test_a_refusal_in_words(code: str, message: str | None, field: str | None, words: str) -> None:
    assert in_words(code, message, field) == words


async def test_nothing_of_that_id_is_absent(api: FakeApi) -> None:
    async with client_of(api) as client:
        with pytest.raises(Absent, match="there is no 1i9 here"):
            await client.get("containers", "1i9")


async def test_a_collection_that_the_role_does_not_see_is_forbidden(api: FakeApi) -> None:
    async with client_of(api) as client:
        with pytest.raises(ApiError) as caught:
            await client.all("auditLogs")
    assert caught.value.status == 403


async def test_a_refused_connection_is_said_in_one_sentence() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        async with Client(Access(url=url)) as client:
            with pytest.raises(Unreachable) as caught:
                await client.projects()
    assert str(caught.value) == (
        f"no Pasture server answers at {url}: is it running? `make status` tells"
    )


@pytest.mark.parametrize(
    ("status", "answer", "words"),
    [
        (200, "<html>hello</html>", "not as a Pasture server does"),
        (502, "<html>bad gateway</html>", "HTTP 502"),
        (200, {"items": []}, "no resource"),
        (200, {"type": "schema"}, "no collection"),
        (404, [1, 2], "HTTP 404"),
    ],
)
async def test_another_server_is_told_from_ours(
    api: FakeApi, status: int, answer: Any, words: str
) -> None:
    api.refusals["GET", "/v2-beta/projects"] = (status, answer)
    async with client_of(api) as client:
        with pytest.raises(NotPasture, match=words):
            await client.projects()


async def test_a_server_that_hangs_meets_the_deadline() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        async with Client(Access(url=url), deadline_s=0.05) as client:
            with pytest.raises(TooSlow, match=r"gave no answer within 0.05 s"):
                await client.projects()


async def test_waiting_shows_each_look_and_ends_with_what_was_wanted(api: FakeApi) -> None:
    api.add("containers", name="web", **moving("creating", "pulling nginx"))
    api.then["1i1"] = [moving("starting", "pulling 40 %")]
    shown: list[str | None] = []
    async with client_of(api) as client:
        seen = await client.get("containers", "1i1")
        ended = await client.wait(
            seen,
            lambda c: c.state == "running",
            timeout_s=5,
            watch=lambda c: shown.append(c.message),
        )
    assert ended.state == "running"
    assert shown == ["pulling 40 %"]


async def test_waiting_ends_in_the_resources_own_words(api: FakeApi) -> None:
    api.add("containers", name="web", **moving("creating"))
    api.then["1i1"] = [moving("creating"), failed("error", "no such image: nope")]
    async with client_of(api) as client:
        seen = await client.get("containers", "1i1")
        with pytest.raises(Failed, match="container web is error: no such image: nope"):
            await client.wait(seen, lambda c: c.state == "running", timeout_s=5, watch=ignore)


async def test_waiting_has_an_end(api: FakeApi) -> None:
    api.add("containers", name="web", **moving("creating"))
    api.then["1i1"] = [moving("creating", "port 80 is in use on h1")] * 10_000
    async with client_of(api) as client:
        seen = await client.get("containers", "1i1")
        with pytest.raises(TooSlow, match=r"still creating after 0.1 s: port 80 is in use on h1"):
            await client.wait(seen, lambda c: not c.is_moving, timeout_s=0.1, watch=ignore)


async def test_what_is_no_longer_known_counts_as_removed(api: FakeApi) -> None:
    api.add("containers", name="web", **moving("removing"))
    async with client_of(api) as client:
        seen = await client.get("containers", "1i1")
        api.rows["containers"].clear()
        api.add("containers", id="1i2")
        seen = Resource({**seen.fields, **moving("removing")})
        ended = await client.wait(seen, lambda c: c.is_gone, timeout_s=5, watch=ignore)
    assert ended.state == "removed"


async def test_a_server_that_is_away_is_waited_for_in_words(api: FakeApi) -> None:
    api.add("containers", name="web", **moving("creating"))
    said: set[str | None] = set()
    api.then["1i1"] = [moving("creating")]
    async with client_of(api) as client:
        seen = await client.get("containers", "1i1")
        await api.stop()
        with pytest.raises(TooSlow, match="still creating"):
            await client.wait(
                seen,
                lambda c: not c.is_moving,
                timeout_s=0.1,
                watch=lambda c: said.add(c.message),
            )
    assert said == {None, "the server does not answer, asking again"}


def projects(*names: str) -> list[Resource]:
    return [
        Resource({"id": f"1a{5 + i}", "type": "project", "name": n}) for i, n in enumerate(names)
    ]


@pytest.mark.parametrize(
    ("case", "names", "wanted", "chosen"),
    [
        ("the only one", ["Shop"], None, "1a5"),
        ("the one named Default", ["Shop", "Default"], None, "1a6"),
        ("by name, without regard to case", ["Shop", "Default"], "shop", "1a5"),
        ("by id", ["Shop", "Default"], "1a6", "1a6"),
    ],
)
def test_an_environment_is_chosen(
    case: str, names: list[str], wanted: str | None, chosen: str
) -> None:
    assert choose(projects(*names), wanted).id == chosen, case


@pytest.mark.parametrize(
    ("names", "wanted", "words"),
    [
        ([], None, "member of no environment"),
        (["a", "b"], None, "which environment.*there are: a, b"),
        (["a", "b"], "c", "no environment 'c'; there are: a, b"),
        (["a", "A"], "a", "give one's id: 1a5, 1a6"),
    ],
)
def test_an_environment_that_is_not_clear_is_asked_for(
    names: list[str], wanted: str | None, words: str
) -> None:
    with pytest.raises(ClientError, match=words):
        choose(projects(*names), wanted)
