"""What a browser gets: the page at every address that is nobody else's, and the files it loads.

One HTML page stands behind all addresses; its script shows what an address means. Its files have
their content's hash in their names, so they are kept for good, and are compressed when built.
Nothing runs on it but these files: the ``Content-Security-Policy`` says so to the browser. Styles
that our own scripts write carry a nonce, new with each answer.
"""

import asyncio
import re
import secrets
from collections.abc import Mapping
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Match, Route
from starlette.types import Scope

STATIC = Path(__file__).with_name("static")
INDEX = "index.html"
NONCE = "__NONCE__"  # stands in the built page where a nonce belongs
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'none'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
SAFE = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
}
FOREVER = "public, max-age=31536000, immutable"
LOOKED_AT_AGAIN = "no-cache"
NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*")
TYPES: Mapping[str, str] = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".woff2": "font/woff2",
    ".json": "application/json",
}
ENCODINGS = (("br", ".br"), ("gzip", ".gz"))  # the better one first
OF_OTHERS = re.compile(r"/v[0-9]")  # versions of the API, also those that are not there
UNBUILT = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Pasture</title>
<h1>Pasture runs; its web page was not built</h1>
<p>In the checkout that this server runs from, <code>make page</code> builds it
(Node.js is fetched if needed); then reload. Packages and images have it built in.</p>
<p>The API is at <a href="/v2-beta">/v2-beta</a>; the command line is <code>pasture --help</code>.
</p></html>"""


class ForPeople(Route):
    """A route that only a browser's navigation matches; others are answered by what follows."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if scope["type"] != "http" or not is_navigation(scope):
            return Match.NONE, {}
        match, more = super().matches(scope)
        return (match, more) if match is Match.FULL else (Match.NONE, {})


class Page:
    """The page in a folder: ``first`` goes before the API's routes, ``rest`` after all others."""

    def __init__(self, folder: Path = STATIC) -> None:
        self._folder = folder
        self.first: list[BaseRoute] = [ForPeople("/", self.page)]
        self.rest: list[BaseRoute] = [
            Route("/assets/{name}", self.asset),
            *(Route(f"/{name}", self.file) for name in ("before-paint.js", "favicon.svg")),
            ForPeople("/{path:path}", self.page),
        ]

    async def page(self, _: Request) -> Response:
        """Answer the page."""
        try:
            html = await asyncio.to_thread((self._folder / INDEX).read_text)
        except FileNotFoundError:
            nonce, html, status = "", UNBUILT, 503
        else:
            nonce, status = secrets.token_urlsafe(16), 200
            html = html.replace(NONCE, nonce)
        headers = {
            **SAFE,
            "cache-control": "no-store" if status != 200 else LOOKED_AT_AGAIN,  # noqa: PLR2004
            "content-security-policy": POLICY.format(nonce=nonce),
            "cross-origin-opener-policy": "same-origin",
            "vary": "User-Agent, Accept",
        }
        return HTMLResponse(html, status, headers)

    async def asset(self, request: Request) -> Response:
        """Answer a file whose name says what is in it."""
        return await self._file(request, f"assets/{request.path_params['name']}", FOREVER)

    async def file(self, request: Request) -> Response:
        """Answer a file that keeps its name."""
        return await self._file(request, request.url.path[1:], LOOKED_AT_AGAIN)

    async def _file(self, request: Request, path: str, kept: str) -> Response:
        name = path.rpartition("/")[2]
        kind = TYPES.get(Path(name).suffix)
        accepted = accepted_encodings(request.headers.get("accept-encoding", ""))
        found = None
        if NAME.fullmatch(name) and kind is not None:
            found = await asyncio.to_thread(read, self._folder / path, accepted)
        if found is None:
            words = "this file is not part of the page; reload the page\n"
            return PlainTextResponse(words, 404, {**SAFE, "cache-control": "no-store"})
        content, encoding = found
        headers = {**SAFE, "cache-control": kept, "vary": "Accept-Encoding"}
        if encoding:
            headers["content-encoding"] = encoding
        return Response(content, headers=headers, media_type=kind)


def read(file: Path, accepted: frozenset[str]) -> tuple[bytes, str] | None:
    """Return a file as it is best accepted, with the name of its encoding; None: there is none."""
    for encoding, ending in (*(e for e in ENCODINGS if e[0] in accepted), ("", "")):
        try:
            return file.with_name(f"{file.name}{ending}").read_bytes(), encoding
        except FileNotFoundError:
            continue
    return None


def is_navigation(scope: Scope) -> bool:
    """Tell whether a person's browser asks for a page, not a program or a page's script."""
    headers = {name: value.decode("latin-1").lower() for name, value in scope["headers"]}
    return (
        "mozilla" in headers.get(b"user-agent", "")
        and "text/html" in headers.get(b"accept", "")
        and OF_OTHERS.match(scope["path"]) is None
    )


def accepted_encodings(text: str) -> frozenset[str]:
    """Return the encodings that a request takes: those that are named, but for ``q=0``."""
    found: set[str] = set()
    for part in text.lower().split(","):
        name, _, weight = part.strip().partition(";")
        if weight.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}:
            found.add(name.strip())
    return frozenset(found)
