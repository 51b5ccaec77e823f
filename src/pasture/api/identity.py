"""Identities: who somebody is, as resources (``reference/rancher16-api.md#5.4``)."""

from typing import Any

from pasture.api.answer import Answer, json_answer, unpaged
from pasture.api.context import Context
from pasture.api.named import IDENTITY
from pasture.api.read import find_row
from pasture.kit.errors import MethodNotAllowed, NotFound
from pasture.kit.ids import show
from pasture.model.account import Account

EXTERNAL_TYPE = "rancher_id"
ID_START = f"1i!{EXTERNAL_TYPE}:"


async def answer_identities(context: Context) -> Answer:
    """Answer the asker's own identities, or one by its id.

    Raises:
        NotFound: nobody visible has it.
        MethodNotAllowed: it is no GET.

    """
    asked, identity = context.asked, context.identity
    place = f"{context.view.prefix}/{IDENTITY.plural}"
    if asked.method != "GET":
        raise MethodNotAllowed(f"{asked.method} of identities is not accepted; GET is")
    if len(asked.parts) == 1:
        own = shown_identity(identity.account, identity.account_name, identity.login)
        return json_answer(200, unpaged(asked, IDENTITY.name, [at(place, own)]))
    word = asked.parts[1]
    if not word.startswith(ID_START):
        raise NotFound(f"there is no identity {word[:64]!r}; accepted: such as {ID_START}1a5")
    account = await find_row(context, Account, word.removeprefix(ID_START))
    return json_answer(200, at(place, shown_identity(account.id, account.name, None)))


def at(place: str, shown: dict[str, Any]) -> dict[str, Any]:
    """Return an identity with its address."""
    return {**shown, "links": {"self": f"{place}/{shown['id']}"}}


def shown_identity(account: int, name: str | None, login: str | None) -> dict[str, Any]:
    """Return an account as an identity."""
    external = show("account", account)
    return {
        "id": ID_START + external,
        "type": IDENTITY.name,
        "links": {},
        "actions": {},
        "baseType": IDENTITY.name,
        "all": None,
        "externalId": external,
        "externalIdType": EXTERNAL_TYPE,
        "login": login,
        "name": name,
        "profilePicture": None,
        "profileUrl": None,
        "projectId": None,
        "role": None,
        "user": True,
    }
