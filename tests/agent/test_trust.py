"""Which certificate an agent takes."""

from pathlib import Path

import aiohttp
import pytest

from pasture.agent.session import Rejected
from pasture.agent.trust import Trust
from tests.kit.test_outward import context_for, served
from tests.support.certificates import ca_of, issuer

DIGITS = ":".join(["AB"] * 32)


async def test_the_servers_ca_is_kept_where_it_is_the_one_that_was_meant(tmp_path: Path) -> None:
    context, pem = context_for(tmp_path)
    wanted = ca_of(issuer(tmp_path)).fingerprint
    async with served(context, pem) as port:
        trust = Trust(ca_fingerprint=wanted)
        assert await trust.ca_of(f"https://localhost:{port}") == pem
    assert await trust.ca_of("https://localhost:1", pem) == pem  # nobody is asked again


async def test_another_ca_is_refused_with_both_fingerprints(tmp_path: Path) -> None:
    context, pem = context_for(tmp_path)
    found = ca_of(issuer(tmp_path)).fingerprint
    async with served(context, pem) as port:
        with pytest.raises(Rejected, match=f"{found}, not {DIGITS}") as refused:
            await Trust(ca_fingerprint=DIGITS).ca_of(f"https://localhost:{port}", pem)
    assert "\n" not in str(refused.value)


async def test_a_server_without_a_ca_of_its_own_is_said(tmp_path: Path) -> None:
    context, _ = context_for(tmp_path)
    async with served(context, "<html>") as port:
        with pytest.raises(Rejected, match="names no CA"):
            await Trust(ca_fingerprint=DIGITS).ca_of(f"https://localhost:{port}")


async def test_a_fingerprint_without_tls_is_refused() -> None:
    with pytest.raises(Rejected, match="is no https"):
        await Trust(ca_fingerprint=DIGITS).ca_of("http://h:8080")


async def test_without_a_fingerprint_what_was_kept_counts() -> None:
    assert await Trust().ca_of("https://h") == ""
    assert await Trust().ca_of("https://h", "kept") == "kept"


async def test_a_server_that_is_not_there_is_no_refusal() -> None:
    with pytest.raises(aiohttp.ClientConnectorError):
        await Trust(ca_fingerprint=DIGITS).ca_of("https://localhost:1")
