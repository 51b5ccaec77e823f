"""The generated first password of the admin: in DATA/first-login until it is changed.

One line, ``login:password``, as ``curl -u`` takes it. Never logged.
"""

import asyncio
import logging
from dataclasses import dataclass
from pathlib import Path

from pasture.auth.secrets import Passwords
from pasture.model.credential import Password
from pasture.model.query import Where
from pasture.server.folder import FIRST_LOGIN, write_owner_only
from pasture.store.feed import FeedGap
from pasture.store.store import Store

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class FirstLogin:
    """Who may come in first, and how."""

    login: str
    password: str


def read(folder: Path) -> FirstLogin | None:
    """Return what stands in the file, or None where there is none."""
    try:
        text = (folder / FIRST_LOGIN).read_text()
    except FileNotFoundError:
        return None
    login, _, password = text.rstrip("\n").partition(":")
    return FirstLogin(login, password)


def write(folder: Path, first: FirstLogin) -> None:
    """Write the file, its owner's alone."""
    write_owner_only(folder / FIRST_LOGIN, f"{first.login}:{first.password}\n".encode())


def forget(folder: Path) -> None:
    """Delete the file."""
    (folder / FIRST_LOGIN).unlink(missing_ok=True)


async def forget_when_changed(store: Store, folder: Path, passwords: Passwords) -> None:
    """Delete the file as soon as the password in it is no longer the one that counts."""
    first = await asyncio.to_thread(read, folder)
    while first is not None:
        after = store.revision
        row = await store.one(Password, Where("public_value", first.login))
        if row is None or not await passwords.matches(row.secret_value, first.password):
            await asyncio.to_thread(forget, folder)
            log.info("first password was changed, its file is deleted")
            return
        await changed(store, row, after)


async def changed(store: Store, seen: Password, after: int) -> None:
    """Return once a password's row changed, or it cannot be known."""
    try:
        async for events in store.feed(after):
            if any(e.id == seen.id and e.base == seen.type.base for e in events):
                return
    except FeedGap:
        return
