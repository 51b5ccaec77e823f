"""What was asked: method, path, query, addresses; before anybody knows by whom.

``X-Forwarded-*`` is believed: what no proxy of ours said was removed at the front door
(``forwarded.py``), which also put the client's address in the place of the proxy's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qsl, urlencode

from pasture.auth.authenticate import Presented
from pasture.kit.errors import InvalidBodyContent

PROJECTS = frozenset({"project", "projects"})
OF_ITSELF = frozenset({"projectmember", "projectmembers", "hoststats"})  # stay its own links
DEFAULT_PORTS = {"http": "80", "https": "443"}
SCHEMES = {"ws": "http", "wss": "https"}  # of an upgrade
ROOT_VERSION = "v1"  # what is asked for where no version is
MOST_QUERY_FIELDS = 1000
INSIDE_PROJECT = 3  # projects, its id, and what is asked for in it


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One request, without its body."""

    method: str
    version: str  # v1, v2-beta
    parts: tuple[str, ...]  # of the path, after the version, within the environment
    query: Sequence[tuple[str, str]]
    headers: Mapping[str, str]
    base_url: str  # scheme://host[:port]
    path: str  # as it was asked for
    address: str  # of the client
    project: str | None  # shown id of the environment that is asked for

    def one(self, name: str) -> str | None:
        """Return the first value of a query parameter."""
        return next((v for k, v in self.query if k == name), None)

    def option(self, name: str) -> bool:
        """Tell whether an option of the query is on: present, and not false."""
        return (self.one(name) or "true").lower() != "false" if self.has(name) else False

    def has(self, name: str) -> bool:
        """Tell whether a query parameter is given."""
        return any(k == name for k, _ in self.query)

    @property
    def first(self) -> dict[str, str]:
        """The first value of each query parameter."""
        return dict(reversed(self.query))

    @property
    def root(self) -> str:
        """Where the version is, in lower case as all addresses that we give."""
        return f"{self.base_url}/{self.version}".lower()

    @property
    def url(self) -> str:
        """The address that was asked for without its query, as we give it."""
        inside = () if self.project is None else ("projects", self.project)
        return "/".join((self.base_url, self.version, *inside, *self.parts)).lower()

    def url_with(self, *without: str, **more: Any) -> str:
        """Return the address that was asked for with other query parameters."""
        query = [(k, v) for k, v in self.query if k not in without and k not in more]
        query += [(k, str(v)) for k, v in more.items()]
        return f"{self.url}?{urlencode(query)}" if query else self.url

    @property
    def presented(self) -> Presented:
        """What proves who asks."""
        return Presented(
            authorization=self.headers.get("authorization"),
            token=cookies(self.headers).get("token") or self.one("token"),
            project=self.project,
            address=self.address,
            enforce=self.headers.get("x-enforce-authentication", "").lower() == "true",
        )


def ask(scope: Mapping[str, Any]) -> Asked:
    """Return what an ASGI scope asks for.

    Raises:
        InvalidBodyContent: the query has too many parameters.

    """
    headers = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in scope["headers"]}
    query = parsed_query(scope["query_string"].decode("latin-1"))
    given = dict(reversed(query))
    words = [p for p in scope["path"].split("/") if p]
    asked = Asked(
        method=method_of(scope["method"], given),
        version=words[0] if words else ROOT_VERSION,
        parts=tuple(words[1:]),
        query=query,
        headers=headers,
        base_url=base_url(scope, headers),
        path=scope["path"],
        address=(scope.get("client") or ("", 0))[0],
        project=headers.get("x-api-project-id") or given.get("projectId") or None,
    )
    return within_project(asked)


def method_of(sent: str, given: Mapping[str, str]) -> str:
    """Return the method: a POST may name another one.

    No other does: browsers say nothing of the page that makes them GET, so it must stay harmless.
    """
    return str((sent == "POST" and given.get("_method")) or sent).upper()


def within_project(asked: Asked) -> Asked:
    """Return what is asked for inside an environment as asked of it (#1.3)."""
    parts = asked.parts
    if len(parts) < INSIDE_PROJECT or parts[0].lower() not in PROJECTS:
        return asked
    if parts[2].lower() in OF_ITSELF:
        return asked
    return replace(asked, parts=parts[2:], project=parts[1])


def parsed_query(text: str) -> list[tuple[str, str]]:
    """Return the parameters of a query or a form.

    Raises:
        InvalidBodyContent: there are too many.

    """
    try:
        return parse_qsl(
            text, keep_blank_values=True, max_num_fields=MOST_QUERY_FIELDS, errors="replace"
        )
    except ValueError as failed:
        raise InvalidBodyContent(f"more than {MOST_QUERY_FIELDS} parameters") from failed


def base_url(scope: Mapping[str, Any], headers: Mapping[str, str]) -> str:
    """Return where the client sees us (#1.2)."""
    scheme = _first(headers.get("x-forwarded-proto")) or scope.get("scheme", "http")
    scheme = SCHEMES.get(scheme.lower(), scheme.lower())
    host = _first(headers.get("x-forwarded-host")) or headers.get("host") or _server(scope)
    port = _first(headers.get("x-forwarded-port"))
    if port:
        host = f"{_without_port(host)}:{port}"
    known = DEFAULT_PORTS.get(scheme)
    return f"{scheme}://{host.removesuffix(f':{known}') if known else host}"


def hosts_named(asked: Asked) -> list[str]:
    """Return every host that a request says we are: its own, and what a proxy forwards."""
    named = (asked.headers.get("host"), _first(asked.headers.get("x-forwarded-host")))
    return [host for host in named if host]


def cookies(headers: Mapping[str, str]) -> dict[str, str]:
    """Return a request's cookies; none where they are malformed."""
    text = headers.get("cookie")
    if not text:
        return {}
    jar: SimpleCookie = SimpleCookie()
    try:
        jar.load(text)
    except CookieError:
        return {}
    return {name: morsel.value for name, morsel in jar.items()}


def _first(text: str | None) -> str | None:
    return text.split(",")[0].strip() if text else None


def _without_port(host: str) -> str:
    name, colon, port = host.rpartition(":")
    return name if colon and port.isdigit() else host


def _server(scope: Mapping[str, Any]) -> str:
    host, port = scope.get("server") or ("localhost", None)
    return host if port is None else f"{host}:{port}"
