"""A new user's own environment: made at the first login (``reference/rancher16-api.md#5.4``)."""

from typing import cast

from pasture.api.audit import audit
from pasture.api.change import CREATED, TRIES, after, completed
from pasture.api.context import Api
from pasture.auth.identity import Identity
from pasture.kit.errors import Conflict
from pasture.model.account import Account, Project, ProjectMember, first_members
from pasture.model.query import Page, Where
from pasture.store.changes import Create, Update

KIND = "user"  # others see every environment


async def give_first_project(api: Api, identity: Identity, address: str) -> None:
    """Make the environment ``<login>-Default`` for a user who never was a member of any.

    The write of the account's row keeps two first logins at once from making two of them.

    Raises:
        Conflict: others kept overtaking it.

    """
    for _ in range(TRIES):
        account = await api.store.get(Account, identity.account)
        if account is None or account.kind != KIND or await was_member(api, account):
            return
        name = f"{identity.login}-Default"
        project = cast("Project", completed(Project(name=name, account_id=account.id)))
        bring = first_members(project, account.id)
        try:
            await api.store.write(
                Create(project),
                *(Create(after(one)) for one in bring),
                Update(account),
                *audit(
                    identity,
                    Project.type,
                    "create",
                    given={"name": name},
                    fields=Project.type.by_wire,
                    status=CREATED,
                    address=address,
                ),
            )
        except Conflict:
            continue
        return
    raise Conflict(f"others wrote this account {TRIES} times in a row; try again")


async def was_member(api: Api, account: Account) -> bool:
    """Tell whether an account is or was a member of an environment."""
    mine = Where("member_id", account.id)
    return bool(await api.store.find(ProjectMember, mine, page=Page(limit=1), removed=True))
