"""What proxies say, and who is believed."""

import ipaddress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Receive, Scope, Send

from pasture.api.asked import ask
from pasture.server.front_door.forwarded import Forwarded, client_of

PROXIES = (ipaddress.ip_network("10.0.0.0/24"), ipaddress.ip_network("192.0.2.9"))
STRANGER = "198.51.100.7"
ADDRESSES = st.ip_addresses().map(str)


async def seen(peer: str, *headers: tuple[str, str], kind: str = "http") -> Scope:
    """Return what the app behind it gets."""
    got: list[Scope] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        got.append(scope)

    raw = [(k.encode(), v.encode("latin-1")) for k, v in (("host", "h:8080"), *headers)]
    scope: dict[str, Any] = {
        "type": kind,
        "method": "GET",
        "scheme": "http" if kind == "http" else "ws",
        "path": "/v2-beta",
        "query_string": b"",
        "headers": raw,
        "client": (peer, 1),
    }
    await Forwarded(app, PROXIES)(scope, None, None)  # pyright: ignore[reportArgumentType]
    return got[0]


@pytest.mark.parametrize(
    ("case", "peer", "forwarded", "client"),
    [
        ("a stranger's word", STRANGER, ["203.0.113.1"], STRANGER),
        ("what the proxy saw", "10.0.0.5", ["203.0.113.1"], "203.0.113.1"),
        ("this machine", "127.0.0.1", ["203.0.113.1"], "203.0.113.1"),
        ("this machine, the other way", "::1", ["203.0.113.1"], "203.0.113.1"),
        ("mapped into version 6", "::ffff:10.0.0.5", ["203.0.113.1"], "203.0.113.1"),
        ("made up before it", "10.0.0.5", ["127.0.0.1, 203.0.113.1"], "203.0.113.1"),
        ("two of ours", "10.0.0.5", ["1.1.1.1, 203.0.113.1, 192.0.2.9"], "203.0.113.1"),
        ("two of ours, a header each", "10.0.0.5", ["203.0.113.1", "192.0.2.9"], "203.0.113.1"),
        ("a stranger between them", "10.0.0.5", ["203.0.113.1, 1.1.1.1, 192.0.2.9"], "1.1.1.1"),
        ("only proxies", "10.0.0.5", ["10.0.0.7, 192.0.2.9"], "10.0.0.7"),
        ("with a port", "10.0.0.5", ["203.0.113.1:4711"], "203.0.113.1"),
        ("version 6", "10.0.0.5", ["2001:db8::1"], "2001:db8::1"),
        ("version 6 with a port", "10.0.0.5", ['"[2001:db8::1]:4711"'], "2001:db8::1"),
        ("no address", "10.0.0.5", ["unknown"], "10.0.0.5"),
        ("no address before it", "10.0.0.5", ["x, 203.0.113.1"], "203.0.113.1"),
        ("empty", "10.0.0.5", [""], "10.0.0.5"),
        ("not there", "10.0.0.5", [], "10.0.0.5"),
    ],
)
async def test_the_client_is_the_first_that_is_no_proxy_of_ours(
    case: str, peer: str, forwarded: list[str], client: str
) -> None:
    scope = await seen(peer, *(("x-forwarded-for", f) for f in forwarded))
    assert scope["client"] == (client, 1), case
    assert ask(scope).address == client


@pytest.mark.parametrize("kind", ["http", "websocket"])
async def test_a_strangers_headers_are_not_seen(kind: str) -> None:
    headers = (
        ("x-forwarded-proto", "https"),
        ("x-forwarded-host", "evil"),
        ("x-forwarded-port", "1"),
    )
    scope = await seen(STRANGER, *headers, kind=kind)
    assert scope["headers"] == [(b"host", b"h:8080")]
    assert ask({**scope, "method": "GET"}).base_url == "http://h:8080"


@pytest.mark.parametrize(
    ("headers", "base"),
    [
        (
            [("x-forwarded-proto", "https"), ("x-forwarded-host", "pub.example")],
            "https://pub.example",
        ),
        ([("x-forwarded-proto", "javascript")], "http://h:8080"),
        ([("x-forwarded-host", "a/b?c")], "http://h:8080"),
        ([("x-forwarded-port", "8x")], "http://h:8080"),
        ([("x-forwarded-port", "444")], "http://h:444"),
    ],
)
async def test_a_proxy_of_ours_says_where_we_are_seen_if_it_is_well_formed(
    headers: list[tuple[str, str]], base: str
) -> None:
    assert ask(await seen("10.0.0.5", *headers)).base_url == base


@given(peer=ADDRESSES, hops=st.lists(ADDRESSES | st.text(max_size=20), max_size=6))
def test_nobody_is_taken_for_another_by_what_stands_before_what_a_proxy_saw(
    peer: str, hops: list[str]
) -> None:
    saw = client_of("10.0.0.5", [*hops, "203.0.113.1"], PROXIES)
    assert saw == "203.0.113.1"
    if not any(ipaddress.ip_address(peer) in n for n in PROXIES if n.version == 4):
        assert client_of(STRANGER, [*hops, peer], PROXIES) == STRANGER
