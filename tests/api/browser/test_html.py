"""The API in a browser: a page instead of JSON, in which everything said by others is text."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pasture.api.answer import json_answer
from pasture.api.asked import ask
from pasture.api.browser.forms import create_form
from pasture.api.browser.html import LARGEST, page, wants_html
from pasture.api.browser.markup import Markup, join, tag
from tests.api.world import INSIDE, ROOT, World, created
from tests.support.asgi import BASE, Reply

BROWSER = {"user_agent": "Mozilla/5.0", "accept": "text/html,*/*;q=0.8"}
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>&amp;"
texts = st.text() | st.sampled_from([HOSTILE, "javascript:alert(1)", f'{BASE}/"onclick=x'])
values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=12,
)


class Page(HTMLParser):
    """What a browser makes of a page: elements with their attributes, and its text."""

    def __init__(self, content: bytes | str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(content if isinstance(content, str) else content.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for found, attributes in self.elements if found == name]

    def of(self, element: str, **wanted: str) -> dict[str, str | None]:
        [found] = [a for a in self.all(element) if all(a.get(k) == v for k, v in wanted.items())]
        return found


def is_page(reply: Reply) -> bool:
    return reply.header("content-type") == "text/html; charset=utf-8"


def is_harmless(shown: Page) -> bool:
    """Tell whether only our own files are loaded, nothing runs inline, and links stay here."""
    names = {name for name, _ in shown.elements}
    attributes = {key for _, given in shown.elements for key in given}
    scripts = [s.get("src") or "" for s in shown.all("script")]
    hrefs = [a.get("href") or "" for a in (*shown.all("a"), *shown.all("link"))]
    return (
        not names & {"img", "iframe", "object", "embed", "style", "base", "svg"}
        and not any(key.startswith("on") or key == "style" for key in attributes)
        and [s.partition("?")[0] for s in scripts] == ["/api-ui/view.js"]
        and all(h.startswith((BASE + "/", "/api-ui/")) or h == BASE for h in hrefs)
    )


@pytest.mark.parametrize(
    ("agent", "accept", "format", "html"),
    [
        ("Mozilla/5.0", "text/html,*/*;q=0.8", None, True),
        ("Mozilla/5.0", None, None, True),
        ("Mozilla/5.0", "application/json", None, False),
        ("Mozilla/5.0", "text/html,*/*", "json", False),
        ("curl/8", "*/*", None, False),
        ("curl/8", "text/html", None, False),
        ("curl/8", "*/*", "html", True),
        (None, None, None, False),
        ("Mozilla/5.0", "application/json", "other", False),
    ],
)
def test_who_gets_a_page(
    agent: str | None, accept: str | None, format: str | None, html: bool
) -> None:
    headers = [(b"host", b"h")]
    headers += [(b"user-agent", agent.encode())] if agent else []
    headers += [(b"accept", accept.encode())] if accept else []
    query = f"_format={format}" if format else ""
    scope = {"method": "GET", "path": ROOT, "headers": headers, "query_string": query.encode()}
    assert wants_html(ask(scope)) is html


async def test_a_browser_sees_a_collection_as_a_page(world: World) -> None:
    stack = await world.stack("web")
    reply = await world.user("member").with_headers(**BROWSER).get(f"{INSIDE}/stacks")
    assert (reply.status, is_page(reply)) == (200, True)
    assert reply.header("x-api-schemas") == f"{BASE}{INSIDE}/schemas"
    shown = Page(reply.content)
    assert is_harmless(shown)
    assert "stack: 1" in shown.text
    assert "member (1a11), member in environment 1a5" in shown.text
    links = {a["href"] for a in shown.all("a")}
    assert {
        f"{BASE}{INSIDE}/stacks/{stack['id']}",
        f"{BASE}{INSIDE}/schemas",
        f"{BASE}{INSIDE}/stacks?sort=name",
        f"{BASE}{INSIDE}/stacks?_format=json",
        f"{BASE}/v1",
    } <= links
    form = shown.of("form", **{"data-send": "POST"})
    assert form["data-url"] == f"{BASE}{INSIDE}/stacks"
    assert shown.of("input", name="name")["data-kind"] == "text"
    assert shown.of("textarea", name="environment")["data-kind"] == "json"


async def test_a_resource_has_its_actions_and_forms(world: World) -> None:
    body = {"imageUuid": "docker:a", "name": "c1"}
    made = created(await world.project.post(f"{ROOT}/containers", body))
    browser = world.project.with_headers(**BROWSER)
    shown = Page((await browser.get(f"{ROOT}/containers/{made['id']}")).content)
    at = f"{BASE}{ROOT}/containers/{made['id']}"
    sent = {(f.get("data-send"), f.get("data-url")) for f in shown.all("form")}
    assert {("POST", f"{at}/?action=stop"), ("PUT", at), ("DELETE", at)} <= sent
    assert {f"{at}/?action={name}" for name in made["actions"]} <= {u for _, u in sent}
    stop = shown.of("form", **{"data-url": f"{at}/?action=stop"})
    assert stop["data-confirm"] == "stop: sure?"
    assert not any("?action=" in str(a["href"]) for a in shown.all("a"))
    assert "creating: In Progress" in shown.text
    assert shown.of("input", name="timeout")["type"] == "number"


async def test_who_only_looks_is_offered_no_form(world: World) -> None:
    await world.stack()
    browser = world.user("readonly").with_headers(**BROWSER)
    for path in ("stacks", "stacks/1st1"):
        shown = Page((await browser.get(f"{INSIDE}/{path}")).content)
        assert [f for f in shown.all("form") if "data-send" in f] == []


async def test_an_error_is_a_page_too(world: World) -> None:
    browser = world.admin.with_headers(**BROWSER)
    reply = await browser.get(f"{ROOT}/gadgets")
    assert (reply.status, is_page(reply)) == (404, True)
    assert "there is no type 'gadgets' here" in Page(reply.content).text
    stranger = await world.nobody.with_headers(**BROWSER).get(ROOT)
    assert (stranger.status, is_page(stranger)) == (401, True)
    assert (stranger.header("www-authenticate") or "").startswith("Basic")
    assert is_harmless(Page(stranger.content))


@pytest.mark.parametrize(
    "path", ["/", "/v1", ROOT, f"{ROOT}/schemas", f"{ROOT}/schemas/host", f"{ROOT}/settings",
             f"{ROOT}/projects/1a5", f"{ROOT}/token", f"{ROOT}/identities", "/v1/hosts",
             f"{ROOT}/hosts?state=active&limit=1&marker=m1&sort=name&order=desc"],
)  # fmt: skip
async def test_every_kind_of_answer_is_a_harmless_page(world: World, path: str) -> None:
    reply = await world.admin.with_headers(**BROWSER).get(path)
    assert (reply.status, is_page(reply)) == (200, True)
    assert is_harmless(Page(reply.content))


async def test_what_people_write_is_text_on_the_page(world: World) -> None:
    body = {"imageUuid": "docker:a", "name": "c1", "description": HOSTILE,
            "labels": {HOSTILE: HOSTILE}, "environment": {"a": f'{BASE}/x"><script>'}}  # fmt: skip
    made = created(await world.project.post(f"{ROOT}/containers", body))
    browser = world.project.with_headers(**BROWSER)
    for path in (f"containers/{made['id']}", "containers", f"containers?name={HOSTILE}",
                 f"{HOSTILE}", f"containers/{HOSTILE}", f"schemas?{HOSTILE}"):  # fmt: skip
        reply = await browser.get(f"{ROOT}/{path}")
        assert is_harmless(Page(reply.content)), path
        assert b"<script>" not in reply.content, path


async def test_the_browser_is_told_to_run_nothing_else(world: World) -> None:
    reply = await world.admin.with_headers(**BROWSER).get(ROOT)
    policy = reply.header("content-security-policy") or ""
    assert policy.startswith("default-src 'none'; script-src 'self';")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert reply.header("referrer-policy") == "no-referrer"
    assert (await world.admin.get(ROOT)).header("x-content-type-options") == "nosniff"


async def test_the_pages_own_files_are_there_without_a_login(world: World) -> None:
    shown = Page((await world.nobody.with_headers(**BROWSER).get(ROOT)).content)
    script = await world.nobody.get(str(shown.all("script")[0]["src"]))
    style = await world.nobody.get(str(shown.all("link")[0]["href"]))
    assert (script.status, script.header("content-type")) == (200, "text/javascript; charset=utf-8")
    assert (style.status, style.header("content-type")) == (200, "text/css; charset=utf-8")
    for content in (script.content, style.content):
        assert not re.search(rb"https?://|innerHTML|eval\(|document\.write", content)


@given(texts, texts)
def test_no_text_becomes_an_element(one: str, other: str) -> None:
    shown = Page(str(tag("p", one, tag("b", title=other))))
    assert [name for name, _ in shown.elements] == ["p", "b"]
    assert list(shown.of("b")) == ["title"]


def test_an_element_is_written_as_html_has_it() -> None:
    made = tag(
        "input", name="a", data_kind="b", class_="c", disabled=True, title=None, hidden=False
    )
    assert made == '<input name="a" data-kind="b" class="c" disabled>'
    assert join(["<", Markup("<b>"), None], "&") == "&lt;&amp;<b>&amp;"


@given(values)
def test_any_json_is_a_harmless_page_with_all_of_it(value: Any) -> None:
    scope = {"method": "GET", "path": "/v2-beta/hosts", "query_string": b"", "scheme": "http",
             "headers": [(b"host", BASE.removeprefix("http://").encode())]}  # fmt: skip
    links = {"self": f"{BASE}/x", "other": "javascript:alert(1)"}
    shown: dict[str, Any] = {"type": "thing", "id": "1t1", "links": links, "value": value}
    made = Page(page(json_answer(200, shown), ask(scope), None).body)
    assert is_harmless(made)
    assert '"value": ' in made.text


def test_what_is_too_much_for_a_page_stays_json() -> None:
    scope = {"method": "GET", "path": ROOT, "query_string": b"", "headers": [(b"host", b"h")]}
    answer = json_answer(200, {"type": "thing", "value": "x" * LARGEST})
    assert page(answer, ask(scope), None) is answer


def test_a_form_says_what_each_field_takes() -> None:
    schema: dict[str, Any] = {
        "resourceFields": {
            "name": {"type": "string", "create": True, "required": True},
            "mode": {"type": "enum", "options": ["a", "b"], "default": "b", "create": True},
            "on": {"type": "boolean", "create": True},
            "size": {"type": "int", "default": 3, "create": True},
            "word": {"type": "password", "create": True},
            "many": {"type": "array[string]", "create": True},
            "config": {"type": "config", "create": True, "required": True},
            "shown": {"type": "string", "create": False},
        }
    }
    config = {"resourceFields": {"image": {"type": "string", "required": True, "create": True},
                                 "more": {"type": "map[string]", "create": True}}}  # fmt: skip
    made = str(create_form(schema, "u", {"config": config}.get, {"name": HOSTILE}))
    shown = Page(made)
    assert shown.of("input", name="name")["value"] == HOSTILE
    assert shown.of("input", name="size") == {
        "name": "size", "type": "number", "autocomplete": "off", "data-kind": "json", "value": "",
        "placeholder": "3",
    }  # fmt: skip
    assert shown.of("input", name="word")["type"] == "password"
    assert shown.of("textarea", name="config")["placeholder"] == '{\n  "image": "..."\n}'
    assert shown.of("textarea", name="many")["placeholder"] == '[\n  "..."\n]'
    assert [o["value"] for o in shown.all("option")] == ["", "a", "b", "", "true", "false"]
    assert "shown" not in {a.get("name") for _, a in shown.elements}
