"""Give somebody a new password: for who has the machine, not the old one."""

import secrets
from collections.abc import Sequence
from dataclasses import replace

from pasture.auth.identity import ADMIN_AUTH
from pasture.auth.secrets import Passwords
from pasture.kit.errors import Conflict, Invalid, NotFound
from pasture.model.account import Account
from pasture.model.audit import AuditLog
from pasture.model.credential import Password, Session
from pasture.model.query import Where
from pasture.model.resource import Resource
from pasture.server.seed import ADMIN, PASSWORD_BYTES
from pasture.settings.parse import LONGEST_PASSWORD, SHORTEST_PASSWORD, is_password
from pasture.store.changes import Change, Create, Delete, Update
from pasture.store.store import Store

TRIES = 10
DONE = 200  # as an answer would have it


async def reset_password(
    store: Store, passwords: Passwords, *, login: str | None = None, password: str | None = None
) -> tuple[str, str]:
    """Set the password of a login (the admin's, where none is named), and let it in again.

    Every session of its account ends: who knew the old password is out.

    Returns:
        The login and its new password: the one given, or a generated one.

    Raises:
        NotFound: there is no such login.
        Invalid: the password given is too short or too long.

    """
    wanted = secrets.token_urlsafe(PASSWORD_BYTES) if password is None else password
    if not is_password(wanted):
        raise Invalid(
            f"a password of {len(wanted)} characters is not taken; "
            f"accepted: {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters",
            field="password",
        )
    hashed = await passwords.hash(wanted)
    for _ in range(TRIES):
        row, writes = await changes(store, login, hashed)
        try:
            await store.write(*writes, Create(audited))
        except Conflict:
            continue
        return row.public_value, wanted
    raise Conflict(f"the login was written by others {TRIES} times in a row")


def audited(written: Sequence[Resource]) -> AuditLog:
    """Return the audit row; nobody is named who asked: whoever has the machine."""
    login = written[0]
    return AuditLog(
        account_id=login.account_id,
        auth_type=ADMIN_AUTH,
        event_type=f"api.{login.type.name}.reset",
        resource_type=login.type.name,
        resource_id=login.id,
        response_code=DONE,
        state="active",
    )


async def changes(store: Store, login: str | None, hashed: str) -> tuple[Password, list[Change]]:
    """Return the writes: the password and, where somebody closed it, the account's way in."""
    row = await found(store, login)
    if row is not None:
        account = await store.get(Account, row.account_id or 0)
        opened = replace(row, secret_value=hashed, state="active")
        ended = await store.find(Session, Where("account_id", row.account_id))
        return opened, [Update(opened), *reopened(account), *map(Delete, ended)]
    admin = await store.one(Account, Where("uuid", ADMIN))
    if login not in {None, ADMIN} or admin is None:
        raise NotFound(f"there is no login {login!r}; accepted: one that has a password")
    made = Password(account_id=admin.id, public_value=ADMIN, secret_value=hashed, state="active")
    return made, [Create(made), *reopened(admin)]


async def found(store: Store, login: str | None) -> Password | None:
    """Return the password of a login; the first admin's, whatever it is called, where none is."""
    if login is not None:
        return await store.one(Password, Where("public_value", login))
    admin = await store.one(Account, Where("uuid", ADMIN))
    return admin and await store.one(Password, Where("account_id", admin.id))


def reopened(account: Account | None) -> list[Change]:
    """Return the write that lets a deactivated account in again."""
    if account is None or account.state == "active":
        return []
    return [Update(replace(account, state="active"))]
