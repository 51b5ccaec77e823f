"""The key of host tokens: made once, the same after a restart, sealed."""

import asyncio
from pathlib import Path

from pasture.auth.host_token import HostTokens, KeyPair, new_pair
from pasture.model.credential import SigningKey
from pasture.server.signing_key import StoredKeys
from tests.support.stores import StillClock, open_store


async def test_a_token_opens_after_a_restart(tmp_path: Path) -> None:
    clock = StillClock()
    async with open_store(tmp_path) as store:
        token = await HostTokens(StoredKeys(store), clock).issue("/v1/logs/", {"hostUuid": "h"})
    async with open_store(tmp_path) as store:
        claims = await HostTokens(StoredKeys(store), clock).claims(token, "/v1/logs/")
        assert claims["hostUuid"] == "h"
        assert len(await store.find(SigningKey)) == 1


async def test_of_two_servers_that_make_one_the_first_wins(tmp_path: Path) -> None:
    async with open_store(tmp_path) as store:
        pairs = [KeyPair("a", "A"), KeyPair("b", "B")]
        got = await asyncio.gather(*(StoredKeys(store, lambda p=p: p).pair() for p in pairs))
        assert got[0] == got[1]
        assert got[0] in pairs
        assert len(await store.find(SigningKey)) == 1


async def test_no_private_key_stands_in_the_files(tmp_path: Path) -> None:
    made = new_pair()
    async with open_store(tmp_path) as store:
        await StoredKeys(store, lambda: made).pair()
    lines = made.pem.splitlines()[1:-1]
    kept = contents(tmp_path)
    assert not any(line.encode() in kept for line in lines)


def contents(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir() if file.is_file())
