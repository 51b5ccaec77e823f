import pytest

from pasture.client.access import BadUrl, KeyPair, Token, parse_url


@pytest.mark.parametrize(
    ("text", "url", "project"),
    [
        ("http://host:8080", "http://host:8080", None),
        ("http://host:8080/", "http://host:8080", None),
        ("host:8080", "http://host:8080", None),
        ("https://host", "https://host", None),
        ("http://host/v1", "http://host", None),
        ("http://host/v2-beta/", "http://host", None),
        ("http://host/v2-beta/projects/1a5/schemas", "http://host", "1a5"),
        ("https://proxy/pasture/v1/projects/1a7", "https://proxy/pasture", "1a7"),
        ("http://[::1]:8080", "http://[::1]:8080", None),
    ],
)
def test_a_url_is_taken_as_people_and_ranchers_clients_have_it(
    text: str, url: str, project: str | None
) -> None:
    assert parse_url(text) == (url, project)


@pytest.mark.parametrize("text", ["", "ftp://host", "http://", "http://host:port", "http://[::1"])
def test_what_is_no_url_is_refused(text: str) -> None:
    with pytest.raises(BadUrl):
        parse_url(text)


def test_a_password_in_a_url_is_refused_and_not_repeated() -> None:
    with pytest.raises(BadUrl) as caught:
        parse_url("http://admin:hunter22@host")
    assert "hunter22" not in str(caught.value)


def test_proofs_do_not_show_their_secrets() -> None:
    assert "hunter22" not in repr([KeyPair("key", "hunter22"), Token("hunter22")])
