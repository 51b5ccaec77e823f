import aiohttp
import pytest

from pasture.client.access import Access, KeyPair, Token
from pasture.client.errors import ClientError, Unreachable
from pasture.client.transport import Transport, authorization, broken


def test_names_and_secrets_travel_as_utf_8() -> None:
    assert authorization(KeyPair("admin", "pässword")) == "Basic YWRtaW46cMOkc3N3b3Jk"
    assert authorization(Token("t")) == "Bearer t"


def test_a_name_that_http_cannot_carry_is_refused() -> None:
    with pytest.raises(ClientError, match="no ':' in it"):
        authorization(KeyPair("a:b", "c"))


@pytest.mark.parametrize(
    ("link", "followed"),
    [
        (
            "http://elsewhere/v2-beta/x/1i1/?action=stop",
            "https://here:1/v2-beta/x/1i1/?action=stop",
        ),
        ("/v2-beta/projects", "https://here:1/pasture/v2-beta/projects"),
    ],
)
def test_a_link_is_followed_on_our_own_origin(link: str, followed: str) -> None:
    assert Transport(Access(url="https://here:1/pasture")).here(link) == followed


def test_a_broken_connection_is_told_from_a_refused_one() -> None:
    error = broken("http://h", aiohttp.ServerDisconnectedError())
    assert isinstance(error, Unreachable)
    assert str(error) == "http://h closed the connection before it had answered"
