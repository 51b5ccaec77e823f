"""Secrets of a resource on their way into the store: hashed, shown once, sessions ended."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pasture.api.context import Context
from pasture.auth.secrets import Passwords, hash_key
from pasture.model.credential import Session
from pasture.model.declare import Secret
from pasture.model.query import Where
from pasture.model.resource import Resource
from pasture.store.changes import Change, Delete


def shown_once(new: Resource) -> Mapping[str, Any]:
    """Return what the answer to a creation alone shows, by wire name."""
    return {f.wire: getattr(new, f.name) for f in new.type.fields if "o" in f.access}


async def kept(
    row: Resource, passwords: Passwords, *, only: frozenset[str] | None = None
) -> Resource:
    """Return a row with its secrets as they are stored; of those alone that were given.

    Raises:
        Busy: too many passwords are being checked.

    """
    hashed: dict[str, Any] = {}
    for field in row.type.fields:
        value = getattr(row, field.name)
        if value is None or (only is not None and field.name not in only):
            continue
        if field.secret is Secret.HASHED:
            hashed[field.name] = hash_key(value)
        elif field.secret is Secret.PASSWORD:
            passwords.check_room()
            hashed[field.name] = await passwords.hash(value)
    return replace(row, **hashed) if hashed else row


def changes_password(before: Resource, after: Resource) -> bool:
    """Tell whether a write gives somebody another password."""
    return any(
        f.secret is Secret.PASSWORD and getattr(before, f.name) != getattr(after, f.name)
        for f in before.type.fields
    )


async def sessions_of(context: Context, row: Resource) -> list[Change]:
    """Return the changes that end every session of a row's account."""
    if row.account_id is None:
        return []
    found = await context.store.find(Session, Where("account_id", row.account_id))
    return [Delete(session) for session in found]
