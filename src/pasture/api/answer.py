"""An answer, and the headers that each of ours has (``reference/rancher16-api.md#1.1``)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import msgspec

from pasture.api.asked import Asked, cookies
from pasture.api.csrf import csrf_cookie
from pasture.auth.identity import Identity
from pasture.kit.ids import show

JSON = "application/json; charset=utf-8"
TEXT = "text/plain; charset=utf-8"
CHALLENGE = 'Basic realm="Enter API access key and secret key as username and password"'
EPOCH = "Thu, 01 Jan 1970 00:00:00 GMT"  # an answer is of no use later
OK, UNAUTHORIZED = 200, 401
encode = msgspec.json.Encoder().encode


@dataclass(frozen=True)
class Answer:
    """Status, body and further headers; ``is_repeatable``: made from rows and nothing else."""

    status: int
    body: bytes = b""
    content_type: str = JSON
    headers: tuple[tuple[str, str], ...] = ()
    is_repeatable: bool = False


def json_answer(status: int, content: Any) -> Answer:
    """Return an answer of JSON."""
    return Answer(status, encode(content))


def read_answer(content: Any) -> Answer:
    """Return what rows say, as JSON: the same as long as they say the same."""
    return Answer(OK, encode(content), is_repeatable=True)


def unpaged(asked: Asked, type: str, items: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return a collection that is no query over rows: neither paged nor filtered."""
    return {
        "type": "collection",
        "resourceType": type,
        "links": {"self": asked.url},
        "createTypes": {},
        "actions": {},
        "data": list(items),
        "sortLinks": {},
        "pagination": None,
        "sort": None,
        "filters": {},
        "createDefaults": {},
    }


def headers_of_body(answer: Answer) -> list[tuple[str, str]]:
    """Return the headers that tell of an answer's body."""
    length = ("content-length", str(len(answer.body)))
    return [length, ("content-type", answer.content_type)] if answer.body else [length]


def headers_of(
    answer: Answer,
    *,
    asked: Asked,
    identity: Identity | None,
    settings: Mapping[str, str],
    schemas: str,
    version: str,
) -> list[tuple[str, str]]:
    """Return the headers of an answer to a request that was understood."""
    found = [
        ("x-api-schemas", schemas),
        ("x-api-client-ip", asked.address),
        ("x-rancher-version", in_header(settings["rancher.server.version"])),
        ("x-pasture-version", version),
        ("vary", "Accept-Encoding, User-Agent"),
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
        ("expires", EPOCH),
        *answer.headers,
        *csrf_cookie(asked),
    ]
    if identity is not None:
        found += about(identity)
    label = quote(settings["ui.pl"], safe="")
    if cookies(asked.headers).get("PL") != label:
        found.append(("set-cookie", f"PL={label};Path=/"))
    if answer.status == UNAUTHORIZED and wants_challenge(asked.headers):
        found.append(("www-authenticate", CHALLENGE))
    return found


def about(identity: Identity) -> list[tuple[str, str]]:
    """Return the headers that tell the asker who they are."""
    return [
        ("x-api-account-id", show("account", identity.effective)),
        ("x-api-user-id", show("account", identity.account)),
        ("x-api-account-kind", identity.account_kind),
        ("x-api-account-name", in_header(identity.account_name or "")),
    ]


def in_header(text: str) -> str:
    """Return a text that somebody chose as a header may hold it: Latin letters, one line."""
    return (
        "".join(c if c.isprintable() else "?" for c in text)
        .encode("latin-1", "replace")
        .decode("latin-1")
    )


def wants_challenge(headers: Mapping[str, str]) -> bool:
    """Tell whether a refusal may make a browser ask for a login."""
    silent = headers.get("x-api-no-challenge", "").lower() == "true"
    return not silent and headers.get("connection", "").lower() != "upgrade"
