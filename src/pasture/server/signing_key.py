"""The key that host tokens are signed with: made once, sealed in the database."""

import asyncio
from collections.abc import Callable

from pasture.auth.host_token import KeyPair, new_pair
from pasture.kit.errors import NotUnique
from pasture.model.credential import SigningKey
from pasture.model.query import Where
from pasture.store.changes import Create
from pasture.store.store import Store

NAME = "host-tokens"


class StoredKeys:
    """Keeps the key pair in the store; of several servers that make one, the first wins."""

    def __init__(self, store: Store, make: Callable[[], KeyPair] = new_pair) -> None:
        self._store, self._make = store, make

    async def pair(self) -> KeyPair:
        """Return the key pair; made where there is none yet."""
        found = await self._found()
        if found is not None:
            return found
        made = await asyncio.to_thread(self._make)
        row = SigningKey(name=NAME, state="active", public_value=made.id, secret_value=made.pem)
        try:
            await self._store.write(Create(row))
        except NotUnique:
            found = await self._found()
            assert found is not None
            return found
        return made

    async def _found(self) -> KeyPair | None:
        row = await self._store.one(SigningKey, Where("name", NAME))
        return row and KeyPair(row.public_value, row.secret_value)
