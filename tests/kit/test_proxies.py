"""Which proxy leads where."""

import pytest

from pasture.kit.proxies import Proxies

PROXY = "http://proxy:3128"


def to(url: str, **variables: str) -> str | None:
    return Proxies.from_env(variables).to(url)


@pytest.mark.parametrize("name", ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"])
@pytest.mark.parametrize("url", ["http://h:8080/v1", "ws://h/link"])
def test_a_proxy_is_named_by_any_usual_variable(name: str, url: str) -> None:
    assert to(url, **{name: PROXY}) == PROXY


def test_each_scheme_has_its_own() -> None:
    both = {"HTTPS_PROXY": "http://secure:1", "http_proxy": "plain:2"}
    assert to("https://h", **both) == to("wss://h", **both) == "http://secure:1"
    assert to("http://h", **both) == "http://plain:2"
    assert to("https://h", http_proxy=PROXY) is None


def test_the_lower_case_counts_and_an_empty_one_is_not_given() -> None:
    assert to("http://h", http_proxy=PROXY, HTTP_PROXY="http://other") == PROXY
    assert to("http://h", http_proxy="", HTTP_PROXY=PROXY) == PROXY
    assert to("http://h", http_proxy=" ") is None


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.9.9.9", "[::1]"])
def test_this_machine_is_asked_itself(host: str) -> None:
    assert to(f"http://{host}:8080", http_proxy=PROXY) is None


@pytest.mark.parametrize(
    ("word", "url", "is_direct"),
    [
        ("*", "http://h", True),
        ("h", "http://h:8080", True),
        ("h:8080", "http://h:8080", True),
        ("h:8081", "http://h:8080", False),
        ("h:80", "http://h", True),
        ("example.org", "http://a.example.org", True),
        (".example.org", "http://a.example.org", True),
        ("*.example.org", "http://a.example.org", True),
        ("example.org", "http://anexample.org", False),
        ("EXAMPLE.org", "http://example.ORG", True),
        ("10.0.0.0/8", "http://10.1.2.3", True),
        ("10.0.0.0/8", "http://11.1.2.3", False),
        ("10.1.2.3", "http://10.1.2.3:8080", True),
        ("10.1.2.3:8080", "http://10.1.2.3:8080", True),
        ("2001:db8::/32", "http://[2001:db8::1]:8080", True),
        ("[2001:db8::1]:8080", "http://[2001:db8::1]:8080", True),
        ("[2001:db8::1]:81", "http://[2001:db8::1]:8080", False),
        ("x, ,h", "http://h", True),
        ("10.0.0.0/8", "http://h", False),
    ],
)
def test_who_is_asked_without_one(word: str, url: str, is_direct: bool) -> None:
    assert (to(url, http_proxy=PROXY, no_proxy=word) is None) is is_direct


def test_a_proxys_password_is_not_shown() -> None:
    assert "hunter2" not in repr(Proxies.from_env({"http_proxy": "http://me:hunter2@proxy"}))
