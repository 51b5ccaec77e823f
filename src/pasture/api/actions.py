"""Actions that are no step of a life cycle: each a function here, named in ``ACTIONS``."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any, TypeAlias, cast

from pasture.api.answer import Answer
from pasture.api.change import ACCEPTED, check_available, run_step, tried, write
from pasture.api.context import Context
from pasture.api.sight import Seen
from pasture.api.take import take_input
from pasture.auth.may import ACTION, may
from pasture.kit.errors import ActionNotAvailable, InvalidOldPassword
from pasture.model.credential import ChangeSecret, Password
from pasture.model.resource import Resource

Act: TypeAlias = Callable[[Context, Resource, Any], Awaitable[Answer]]


async def act(context: Context, seen: Seen, row: Resource, action: str) -> Answer:
    """Run an action.

    Raises:
        InvalidAction: the type has no such action.
        ActionNotAvailable: not in this state, or not with this role.

    """
    check_available(seen, row, action)
    if not may(context.identity, ACTION, seen.type, row):
        raise ActionNotAvailable(f"{action} is not yours to run here", field="action")
    if seen.type.step(action) is not None:
        return await run_step(context, seen, row, action)
    declared = next(a for a in seen.type.more_actions if a.name == action)
    given = take_input(declared.input, context.given)[0] if declared.input else None
    return await ACTIONS[seen.type.name, action](context, row, given)


async def change_secret(context: Context, row: Resource, given: ChangeSecret) -> Answer:
    """Give a login a new password, to who knows the old one.

    Raises:
        InvalidOldPassword: they do not, or tried too often.

    """
    auth = context.api.auth
    hashed = await auth.passwords.hash(given.new_secret)

    async def attempt(now: Resource) -> Answer:
        login = cast("Password", now)
        if not await auth.is_password(login, given.old_secret, context.asked.address):
            raise InvalidOldPassword("this is not the password now", field="oldSecret")
        changed = replace(login, secret_value=hashed)
        fields = ChangeSecret.value_type.by_wire
        return await write(
            context, now, changed, verb="changesecret", status=ACCEPTED, fields=fields
        )

    return await tried(context, row, attempt)


ACTIONS: Mapping[tuple[str, str], Act] = {
    ("password", "changesecret"): change_secret,
}
