import pytest

from pasture.auth.origin import foreign_page, may_be_rebound


@pytest.mark.parametrize(
    ("origin", "host", "is_ours"),
    [
        (None, "h:8080", True),
        ("http://h:8080", "h:8080", True),
        ("https://h", "h", True),
        ("https://h:443", "h", True),
        ("http://[::1]:8080", "[::1]:8080", True),
        ("http://h:8080", "h", False),
        ("http://h", "h:8080", False),
        ("http://h:8080@evil", "h:8080", False),
        ("http://evil/h:8080", "h:8080", False),
        ("null", "h:8080", False),
        ("h:8080", "h:8080", False),
        ("http://h:80800", "h:8080", False),
    ],
)
def test_only_a_page_of_the_same_host_and_port_is_ours(
    origin: str | None, host: str, is_ours: bool
) -> None:
    headers = {} if origin is None else {"origin": origin}
    assert (foreign_page(headers, host) is None) is is_ours


@pytest.mark.parametrize(
    ("host", "known", "may_be"),
    [
        ("localhost", "", False),
        ("LOCALHOST:1", "", False),
        ("[::1]:8080", "", False),
        ("10.0.0.7:8080", "", False),
        ("pasture.example:8080", "https://pasture.example", False),
        ("pasture.example", "pasture.example:8080", False),
        ("pasture.example", "", True),
        ("evil.example", "https://pasture.example", True),
        ("", "", True),
        ("[::1", "", True),
        ("2130706433", "", True),
    ],
)
def test_a_name_that_is_not_ours_may_be_rebound(host: str, known: str, may_be: bool) -> None:
    assert may_be_rebound(host, known) is may_be
