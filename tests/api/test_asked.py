from typing import Any

import pytest

from pasture.api.asked import Asked, ask
from pasture.kit.errors import InvalidBodyContent


def asked(
    path: str, query: str = "", *, peer: str = "192.0.2.1", method: str = "GET", **headers: str
) -> Asked:
    scope: dict[str, Any] = {
        "type": "http",
        "method": method,
        "scheme": "http",
        "path": path,
        "query_string": query.encode(),
        "headers": [
            (k.replace("_", "-").encode(), v.encode())
            for k, v in {"host": "h:8080", **headers}.items()
        ],
        "client": (peer, 1),
        "server": ("10.0.0.1", 8080),
    }
    return ask(scope)


@pytest.mark.parametrize(
    ("path", "parts", "project"),
    [
        ("/v2-beta", (), None),
        ("/v2-beta/", (), None),
        ("//v2-beta//hosts", ("hosts",), None),
        ("/v2-beta/projects", ("projects",), None),
        ("/v2-beta/projects/1a5", ("projects", "1a5"), None),
        ("/v2-beta/projects/1a5/", ("projects", "1a5"), None),
        ("/v2-beta/projects/1a5/hosts", ("hosts",), "1a5"),
        ("/v2-beta/Project/1a5/hosts/1h1/instances", ("hosts", "1h1", "instances"), "1a5"),
        ("/v2-beta/projects/1a5/schemas", ("schemas",), "1a5"),
        ("/v2-beta/projects/1a5/projectMembers", ("projects", "1a5", "projectMembers"), None),
        ("/v2-beta/projects/1a5/hoststats", ("projects", "1a5", "hoststats"), None),
        ("/v2-beta/stacks/1st1/services", ("stacks", "1st1", "services"), None),
    ],
)
def test_a_path_inside_an_environment_is_asked_of_it(
    path: str, parts: tuple[str, ...], project: str | None
) -> None:
    found = asked(path)
    assert (found.version, found.parts, found.project) == ("v2-beta", parts, project)


def test_header_and_query_name_the_environment_too() -> None:
    assert asked("/v2-beta/hosts", x_api_project_id="1a5").project == "1a5"
    assert asked("/v2-beta/hosts", "projectId=1a7").project == "1a7"
    assert asked("/v2-beta/projects/1a5/hosts", "projectId=1a7").project == "1a5"


@pytest.mark.parametrize(
    ("headers", "base"),
    [
        ({}, "http://h:8080"),
        ({"x_forwarded_proto": "https"}, "https://h:8080"),
        ({"x_forwarded_proto": "wss"}, "https://h:8080"),
        ({"x_forwarded_proto": "https, http", "x_forwarded_port": "443"}, "https://h"),
        ({"x_forwarded_host": "pub.example:81, x"}, "http://pub.example:81"),
        ({"x_forwarded_host": "pub.example", "x_forwarded_port": "80"}, "http://pub.example"),
        ({"host": "a.example:80"}, "http://a.example"),
        ({"host": "[2001:db8::1]:8080", "x_forwarded_port": "90"}, "http://[2001:db8::1]:90"),
        ({"host": "[2001:db8::1]", "x_forwarded_port": "90"}, "http://[2001:db8::1]:90"),
    ],
)
def test_where_the_client_sees_us(headers: dict[str, str], base: str) -> None:
    assert asked("/v2-beta", **headers).base_url == base


def test_the_client_is_who_connects() -> None:
    assert asked("/v2-beta", peer="192.0.2.1").address == "192.0.2.1"


def test_the_query_of_a_post_overrides_the_method() -> None:
    assert asked("/v2-beta/hosts/1h1", "_method=put", method="POST").method == "PUT"


def test_a_get_stays_one_whatever_its_query_says() -> None:
    assert asked("/v2-beta/hosts/1h1", "_method=delete").method == "GET"


@pytest.mark.parametrize("path", ["/", "/v1", "/v1/"])
def test_without_a_version_v1_is_asked(path: str) -> None:
    found = asked(path)
    assert (found.version, found.parts, found.url) == ("v1", (), "http://h:8080/v1")


def test_the_first_of_repeated_parameters_counts() -> None:
    found = asked("/v2-beta/hosts", "a=1&a=2&b=&limit=3")
    assert found.first == {"a": "1", "b": "", "limit": "3"}
    assert found.url_with("a", limit=9) == "http://h:8080/v2-beta/hosts?b=&limit=9"


@pytest.mark.parametrize(
    ("query", "on"), [("", False), ("x", True), ("x=", True), ("x=true", True), ("x=False", False)]
)
def test_an_option_is_on_by_its_presence(query: str, on: bool) -> None:
    assert asked("/v2-beta", query).option("x") is on


def test_a_query_without_end_is_refused() -> None:
    with pytest.raises(InvalidBodyContent):
        asked("/v2-beta", "&".join(f"a{n}=1" for n in range(1001)))


@pytest.mark.parametrize(
    ("cookie", "token"),
    [("token=abc; PL=x", "abc"), ("", None), ("=;;", None), ("token=", None)],
)
def test_a_token_comes_by_cookie(cookie: str, token: str | None) -> None:
    assert asked("/v2-beta", cookie=cookie).presented.token == token


def test_a_token_comes_by_query() -> None:
    assert asked("/v2-beta", "token=abc").presented.token == "abc"
