"""The HTTP API as Starlette routes: ``make(store, authenticator, ...)``."""

import logging
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from starlette.routing import BaseRoute, Route

from pasture import __version__
from pasture.api.answer import Answer, headers_of, headers_of_body, json_answer
from pasture.api.asked import Asked, ask
from pasture.api.body import Gone, Receive, parse_body, read_body
from pasture.api.browser.html import page, wants_html
from pasture.api.browser.html import routes as html_routes
from pasture.api.context import Api, Context, Settings, context_of
from pasture.api.csrf import COOKIE, check_csrf, check_host
from pasture.api.dispatch import dispatch
from pasture.api.errors import UNKNOWN_STATUS, shown, status_of
from pasture.api.live.routes import routes as live_routes
from pasture.api.live.subscribe import Hub
from pasture.api.remembered import PLACE, Raw
from pasture.api.scripts import SCRIPTS, answer_script
from pasture.api.token import PATHS as TOKEN_PATHS
from pasture.api.token import answer_token
from pasture.api.v1 import VERSIONS
from pasture.auth.authenticate import Authenticator
from pasture.auth.host_token import HostTokens
from pasture.auth.identity import Identity
from pasture.kit.ca import CaCertificate
from pasture.kit.clock import Clock
from pasture.kit.ids import show
from pasture.kit.logs import new_request_id, request_id
from pasture.store.store import Store

log = logging.getLogger(__name__)
Send: TypeAlias = Callable[[Any], Awaitable[None]]
BAD, TOO_LARGE = 400, 413
RESTS = ("", "/{rest:path}")
TOKEN_FOLLOWS = re.compile(f"/{SCRIPTS}/", re.IGNORECASE)  # as paths are routed
BODILESS = frozenset({"GET", "HEAD", "OPTIONS"})
SLOW_S = 1.0
CSRF = f"{COOKIE}=".encode()


def make(
    store: Store,
    authenticator: Authenticator,
    *,
    clock: Clock,
    tokens: HostTokens,
    hub: Hub,
    ca: Callable[[], CaCertificate | None] = lambda: None,
) -> list[BaseRoute]:
    """Return the routes of the API.

    ``hub`` runs beside and tells subscribers, of ``ca`` clients are told.
    """
    api = Api(
        store=store,
        clock=clock,
        auth=authenticator,
        settings=Settings(store, clock),
        tokens=tokens,
        version=__version__,
        ca=ca,
    )
    endpoint = Endpoint(api)
    return [
        *live_routes(api, hub),
        Route("/", endpoint),
        *html_routes(),
        *(Route(f"/{version}{rest}", endpoint) for version in VERSIONS for rest in RESTS),
    ]


@dataclass
class Handled:
    """What became known of a request on the way to its answer."""

    asked: Asked | None = None
    identity: Identity | None = None
    context: Context | None = None
    schemas: str = ""


class Endpoint:
    """One ASGI app for all requests of the API: answers, or says why not, and logs it."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        began = time.perf_counter()
        number = new_request_id()
        handled = Handled()
        before = request_id.set(number)
        try:
            with self._api.store.fresh.watched() as read:
                answer = await self._answer(scope, receive, handled, number)
                if answer is None:
                    return
                answer, headers = await self._finished(answer, handled)
            if answer.is_repeatable and PLACE in scope and not is_somebodys(headers):
                scope[PLACE].keep(headers, answer.body, read)
            named = (b"x-request-id", number.encode())
            start = {"type": "http.response.start", "status": answer.status}
            await send({**start, "headers": [*headers, named]})
            await send({"type": "http.response.body", "body": answer.body})
            tell(scope, handled, answer.status, time.perf_counter() - began)
        finally:
            request_id.reset(before)

    async def _answer(
        self, scope: Mapping[str, Any], receive: Receive, handled: Handled, number: str
    ) -> Answer | None:
        """Return the answer, an error's too; None where nobody waits for it."""
        try:
            return await self._handle(scope, receive, handled)
        except Gone:
            return None
        except Exception as error:
            status = status_of(error)
            if status == UNKNOWN_STATUS:  # others are meant, Busy (503) too
                log.exception("request failed", exc_info=error)
            return json_answer(status, shown(error, number))

    async def _handle(self, scope: Mapping[str, Any], receive: Receive, handled: Handled) -> Answer:
        asked = handled.asked = ask(scope)
        handled.schemas = f"{asked.root}/schemas"
        if not self._api.auth.access_control:
            check_host(asked, (await self._api.settings.all())["api.host"])
        check_csrf(asked)
        word = asked.parts[0].lower() if asked.parts else ""
        if word == SCRIPTS:
            return await answer_script(self._api, asked)
        if word in TOKEN_PATHS:
            return await answer_token(self._api, asked, await given_by(asked, receive))
        identity = handled.identity = await self._api.auth.identify(asked.presented)
        given = await given_by(asked, receive)
        context = await context_of(self._api, overridden(asked, given), identity, given)
        handled.context = context
        handled.schemas = f"{context.view.prefix}/schemas"
        return await dispatch(context)

    async def _finished(self, answer: Answer, handled: Handled) -> tuple[Answer, Raw]:
        """Return an answer as the asker reads it, and its headers."""
        if handled.asked is not None and wants_html(handled.asked):
            answer = page(answer, handled.asked, handled.context)
        headers = headers_of_body(answer)
        if handled.asked is not None:
            headers += headers_of(
                answer,
                asked=handled.asked,
                identity=handled.identity,
                settings=await self._api.settings.all(),
                schemas=handled.schemas,
                version=self._api.version,
            )
        if answer.status == TOO_LARGE:
            headers.append(("connection", "close"))  # the rest of the body is not read
        return answer, [(k.encode("latin-1"), v.encode("latin-1")) for k, v in headers]


def is_somebodys(headers: Raw) -> bool:
    """Tell whether an answer gives a browser a cookie that is its own."""
    return any(value.startswith(CSRF) for _, value in headers)


async def given_by(asked: Asked, receive: Receive) -> dict[str, Any]:
    """Return what a request gives: its body over its query."""
    if asked.method in BODILESS:
        return {}
    content = await read_body(receive, asked.headers)
    return {**asked.first, **parse_body(content, asked.headers)}


def overridden(asked: Asked, given: Mapping[str, Any]) -> Asked:
    """Return the request with the method that a form names instead of its own."""
    named = given.get("_method")
    return replace(asked, method=named.upper()) if isinstance(named, str) else asked


def tell(scope: Mapping[str, Any], handled: Handled, status: int, took_s: float) -> None:
    """Log a request: without its query, which may hold a token. Reads as usual are counted only."""
    who, asked = handled.identity, handled.asked
    is_usual = scope["method"] == "GET" and status < BAD and took_s < SLOW_S
    log.log(
        logging.DEBUG if is_usual else logging.INFO,
        "request",
        extra={
            "method": scope["method"],
            "path": safe_path(scope["path"]),
            "status": status,
            "ms": round(took_s * 1000, 1),
            "account": None if who is None else show("account", who.account),
            "address": None if asked is None else asked.address,
        },
    )


def safe_path(path: str) -> str:
    """Return a path as it may be logged: a registration token is a secret."""
    found = TOKEN_FOLLOWS.search(path)
    return f"{path[: found.end()]}..." if found else path
