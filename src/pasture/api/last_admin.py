"""The one rule over accounts that no declaration says: somebody must be left who administers."""

from pasture.kit.errors import LastAdminAccount
from pasture.model.account import Account
from pasture.model.query import Where
from pasture.model.resource import Resource
from pasture.store.changes import Change, Update
from pasture.store.store import Store

ADMIN = "admin"
ACTS = frozenset({"registering", "activating", "active", "updating-active"})


async def admin_that_stays(store: Store, row: Resource, changed: Resource) -> list[Change]:
    """Refuse to remove, deactivate or demote the last admin.

    Another is written as it was seen, so that of two who remove each other one must look again.

    Returns:
        What belongs to the same write.

    Raises:
        LastAdminAccount: nobody else is an active admin.

    """
    if not is_admin(row) or is_admin(changed):
        return []
    others = await store.find(Account, Where("kind", ADMIN), Where("id", row.id, "ne"))
    remaining = next((other for other in others if is_admin(other)), None)
    if remaining is None:
        raise LastAdminAccount(
            f"{row.name or 'this account'} is the last active admin; make another one first"
        )
    return [Update(remaining)]


def is_admin(row: Resource) -> bool:
    """Tell whether a row is an account that administers."""
    return isinstance(row, Account) and row.kind == ADMIN and row.state in ACTS
