"""Host tokens: what opens, what does not, and that anybody can verify them."""

import asyncio
import base64
import hmac
import json
from functools import cache
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from pasture.auth.host_token import VALID_S, HostTokens, KeyPair, new_pair
from pasture.kit.errors import Unauthorized
from tests.support.stores import StillClock

PATH = "/v1/logs/"
CLAIMS = {"hostUuid": "h", "logs": {"Container": "c"}}


@cache
def pair(number: int) -> KeyPair:
    return new_pair()


class Kept:
    """A key pair that is counted when it is read."""

    def __init__(self, number: int = 0) -> None:
        self.number = number
        self.reads = 0

    async def pair(self) -> KeyPair:
        self.reads += 1
        await asyncio.sleep(0)
        return pair(self.number)


def tokens(clock: StillClock | None = None, number: int = 0) -> HostTokens:
    return HostTokens(Kept(number), clock or StillClock())


def key() -> RSAKey:
    return RSAKey.import_key(pair(0).pem)


async def test_a_token_opens_its_path_and_says_what_it_was_told() -> None:
    made = tokens()
    claims = await made.claims(await made.issue(PATH, CLAIMS), "/v1/logs")
    assert {k: claims[k] for k in CLAIMS} == CLAIMS


async def test_a_token_is_what_known_clients_expect() -> None:
    clock = StillClock(1_700_000_000_500)
    token = await tokens(clock).issue(PATH, CLAIMS)
    public = RSAKey.import_key(await tokens().public_pem())
    found = jwt.decode(token, public, algorithms=["RS256"])
    assert found.header["alg"] == "RS256"
    assert {k: found.claims[k] for k in ("iss", "sub", "iat", "exp", "kid", "hostUuid")} == {
        "iss": "http://cattle.io", "sub": "cattle", "iat": 1_700_000_000, "exp": 1_700_000_300,
        "kid": pair(0).id, "hostUuid": "h",
    }  # fmt: skip


async def test_the_public_key_is_one() -> None:
    pem = await tokens().public_pem()
    assert pem.startswith("-----BEGIN PUBLIC KEY-")
    assert "PRIVATE" not in pem


async def test_a_token_is_over_after_five_minutes() -> None:
    clock = StillClock()
    made = tokens(clock)
    token = await made.issue(PATH, CLAIMS)
    clock.now += VALID_S * 1000 - 1
    assert await made.claims(token, PATH)
    clock.now += 1
    with pytest.raises(Unauthorized, match="ask for another"):
        await made.claims(token, PATH)


async def test_a_token_of_the_future_opens_nothing() -> None:
    clock = StillClock()
    made = tokens(clock)
    token = await made.issue(PATH, CLAIMS)
    clock.now -= 4_000
    assert await made.claims(token, PATH)
    clock.now -= 60_000
    with pytest.raises(Unauthorized, match="not valid yet"):
        await made.claims(token, PATH)


@pytest.mark.parametrize("path", ["/v1/exec/", "/v1/logs/x", "", "/V1/LOGS/", "/v1/logs/../exec"])
async def test_a_token_opens_no_other_path(path: str) -> None:
    made = tokens()
    with pytest.raises(Unauthorized, match="another path"):
        await made.claims(await made.issue(PATH, CLAIMS), path)


def text_of(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


def unsigned(claims: dict[str, Any], algorithm: str = "none") -> str:
    head = {"alg": algorithm, "typ": "JWT"}
    return ".".join(text_of(json.dumps(part).encode()) for part in (head, claims))


def symmetric(claims: dict[str, Any], secret: bytes) -> str:
    text = unsigned(claims, "HS256")
    return f"{text}.{text_of(hmac.digest(secret, text.encode(), 'sha256'))}"


async def test_what_was_not_signed_here_opens_nothing() -> None:
    whole = {**CLAIMS, "iat": 1_700_000_000, "exp": 1_700_000_300, "path": "/v1/logs"}
    public = await tokens().public_pem()
    other = RSAKey.import_key(pair(1).pem)
    good = await tokens().issue(PATH, CLAIMS)
    head, body, signature = good.split(".")
    forged = [
        "x",
        "a.b.c",
        f"{unsigned(whole)}.",
        jwt.encode({"alg": "RS256"}, whole, other),
        # the public key as the secret of a symmetric signature
        symmetric(whole, public.encode()),
        jwt.encode({"alg": "PS256"}, whole, key(), algorithms=["PS256"]),
        f"{head}.{body}x.{signature}",
        f"{head}.{body}.",
        good + "a" * 100_000,
    ]
    for token in forged:
        with pytest.raises(Unauthorized, match="not made here"):
            await tokens().claims(token, PATH)
    with pytest.raises(Unauthorized, match="a token is needed"):
        await tokens().claims("", PATH)


async def test_a_signed_token_without_times_opens_nothing() -> None:
    for claims in ({}, {"iat": "1", "exp": "9"}, {"iat": 1_700_000_000}):
        token = jwt.encode({"alg": "RS256"}, {**claims, "path": "/v1/logs"}, key())
        with pytest.raises(Unauthorized, match="not valid yet"):
            await tokens().claims(token, PATH)


async def test_the_key_is_read_once_however_many_ask_at_once() -> None:
    kept = Kept()
    made = HostTokens(kept, StillClock())
    await asyncio.gather(*(made.issue(PATH, CLAIMS) for _ in range(5)), made.public_pem())
    assert kept.reads == 1
