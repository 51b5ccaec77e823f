"""Who gets the page, and how."""

import re
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from pasture.server.front_door.app import make
from pasture.ui.pages import NONCE, Page, accepted_encodings
from tests.support.asgi import AsgiClient

BROWSER = {"user_agent": "Mozilla/5.0", "accept": "text/html,*/*;q=0.8"}
HTML = f'<!doctype html><meta property="csp-nonce" nonce="{NONCE}"><div id="root"></div>'
SCRIPT = "console.log(1)"


async def api(_: Request) -> JSONResponse:
    return JSONResponse({"type": "api"})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    assets = tmp_path / "static/assets"
    assets.mkdir(parents=True)
    (tmp_path / "static/index.html").write_text(HTML)
    (tmp_path / "secret.js").write_text("not for you")
    (assets / "index-1a2b.js").write_text(SCRIPT)
    (assets / "index-1a2b.js.br").write_bytes(b"brotli")
    (assets / "index-1a2b.js.gz").write_bytes(b"gzip")
    (assets / "plain-1.css").write_text("a{}")
    (assets / "notes.txt").write_text("x")
    return tmp_path / "static"


@pytest.fixture
def client(folder: Path) -> AsgiClient:
    page = Page(folder)
    routes = [*page.first, Route("/", api), Route("/v2-beta/{rest:path}", api), *page.rest]
    return AsgiClient(make(routes))


@pytest.mark.parametrize("path", ["/", "/env/1a5/hosts", "/login", "/anything/at/all"])
async def test_a_browser_gets_the_page_at_every_address_that_is_nobody_elses(
    client: AsgiClient, path: str
) -> None:
    reply = await client.with_headers(**BROWSER).get(path)
    assert reply.status == 200
    assert b'id="root"' in reply.content
    assert reply.header("cache-control") == "no-cache"


@pytest.mark.parametrize(
    ("headers", "path"),
    [
        ({}, "/"),
        ({"user_agent": "Go-http-client/1.1", "accept": "text/html"}, "/"),
        ({"user_agent": "Mozilla/5.0", "accept": "application/json"}, "/"),
        (BROWSER, "/v2-beta/hosts"),
    ],
)
async def test_programs_and_addresses_of_the_api_get_the_api(
    client: AsgiClient, headers: dict[str, str], path: str
) -> None:
    assert (await client.with_headers(**headers).get(path)).json == {"type": "api"}


@pytest.mark.parametrize("path", ["/v3", "/v4/hosts"])
async def test_a_version_that_is_not_there_is_refused_in_a_browser_too(
    client: AsgiClient, path: str
) -> None:
    reply = await client.with_headers(**BROWSER).get(path)
    assert (reply.status, reply.code) == (404, "Not Found")


async def test_nothing_else_takes_the_page_for_an_answer(client: AsgiClient) -> None:
    assert (await client.get("/env/1a5/hosts")).status == 404
    reply = await client.with_headers(**BROWSER).post("/env/1a5/hosts", {})
    assert reply.status == 404


async def test_only_our_files_run_and_styles_of_scripts_carry_a_new_nonce_each_time(
    client: AsgiClient,
) -> None:
    found: set[str] = set()
    for _ in range(2):
        reply = await client.with_headers(**BROWSER).get("/")
        policy = reply.header("content-security-policy") or ""
        directives = dict(part.split(" ", 1) for part in policy.split("; "))
        assert directives["default-src"] == directives["frame-ancestors"] == "'none'"
        assert directives["script-src"] == "'self'"
        nonce = re.fullmatch(r"'self' 'nonce-([\w-]{20,})'", directives["style-src"])
        assert nonce is not None
        assert f'nonce="{nonce[1]}"'.encode() in reply.content
        assert NONCE.encode() not in reply.content
        assert "unsafe" not in policy
        assert reply.header("x-content-type-options") == "nosniff"
        found.add(nonce[1])
    assert len(found) == 2


@pytest.mark.parametrize(
    ("accepted", "encoding", "content"),
    [
        ("gzip, deflate, br", "br", b"brotli"),
        ("gzip", "gzip", b"gzip"),
        ("br;q=0, gzip", "gzip", b"gzip"),
        ("", None, SCRIPT.encode()),
        ("zstd", None, SCRIPT.encode()),
    ],
)
async def test_a_file_comes_compressed_as_it_is_accepted_and_is_kept_for_good(
    client: AsgiClient, accepted: str, encoding: str | None, content: bytes
) -> None:
    reply = await client.with_headers(accept_encoding=accepted).get("/assets/index-1a2b.js")
    assert (reply.status, reply.header("content-encoding")) == (200, encoding)
    assert reply.content == content
    assert reply.header("content-type") == "text/javascript; charset=utf-8"
    assert "immutable" in (reply.header("cache-control") or "")
    assert reply.header("vary") == "Accept-Encoding"


@pytest.mark.parametrize(
    "name",
    [
        "gone-1.js",
        "notes.txt",
        "index-1a2b.js.br",
        "..%2f..%2fsecret.js",
        "%2e%2e/secret.js",
        ".x.js",
    ],
)
async def test_what_is_no_file_of_the_page_is_not_there_and_is_not_remembered(
    client: AsgiClient, name: str
) -> None:
    reply = await client.with_headers(**{**BROWSER, "accept": "*/*"}).get(f"/assets/{name}")
    assert reply.status == 404
    assert b"not for you" not in reply.content
    assert "immutable" not in (reply.header("cache-control") or "")


async def test_without_a_build_a_browser_reads_what_builds_it(tmp_path: Path) -> None:
    reply = await AsgiClient(make(Page(tmp_path).first)).with_headers(**BROWSER).get("/")
    assert reply.status == 503
    assert b"make page" in reply.content
    assert reply.header("cache-control") == "no-store"


def test_an_encoding_with_weight_zero_is_not_accepted() -> None:
    assert accepted_encodings("gzip;q=0.5, br; q=0, *;q=0") == {"gzip"}
