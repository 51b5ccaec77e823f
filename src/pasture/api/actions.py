"""Actions that are no step of a life cycle: each a function here, named in ``ACTIONS``."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any, TypeAlias, cast

from pasture.api.adopt import adopt
from pasture.api.answer import Answer, json_answer
from pasture.api.audit import audit
from pasture.api.change import (
    ACCEPTED,
    OK,
    check_available,
    check_references,
    run_step,
    tried,
    write,
)
from pasture.api.context import Context
from pasture.api.sight import Seen
from pasture.api.streams import (
    open_command,
    open_console,
    open_copy_from,
    open_copy_to,
    open_logs,
)
from pasture.api.take import take_input
from pasture.auth.may import ACTION, READ, may
from pasture.kit.errors import ActionNotAvailable, InvalidOldPassword
from pasture.model.account import Project, ProjectMember, SetMembers, membership
from pasture.model.credential import ChangeSecret, Password
from pasture.model.query import Where
from pasture.model.resource import Resource
from pasture.store.changes import Create, Update

Act: TypeAlias = Callable[[Context, Resource, Any], Awaitable[Answer]]


async def act(context: Context, seen: Seen, row: Resource, action: str) -> Answer:
    """Run an action.

    Raises:
        InvalidAction: the type has no such action.
        ActionNotAvailable: not in this state, or not with this role.

    """
    check_available(seen, row, action)
    declared = next((a for a in seen.type.more_actions if a.name == action), None)
    verb = READ if declared is not None and declared.looks else ACTION
    if not may(context.identity, verb, seen.type, row):
        raise ActionNotAvailable(f"{action} is not yours to run here", field="action")
    if declared is None:
        return await run_step(context, seen, row, action)
    given = None
    if declared.input is not None:
        given, references = take_input(declared.input, context.given)
        await check_references(context, references)
    return await ACTIONS[seen.type.name, action](context, row, given)


async def change_secret(context: Context, row: Resource, given: ChangeSecret) -> Answer:
    """Give a login a new password, to who knows the old one.

    Raises:
        InvalidOldPassword: they do not.
        Unauthorized: they tried too often.
        Busy: too many passwords are being checked.

    """
    auth = context.api.auth
    auth.passwords.check_room()
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


async def set_members(context: Context, row: Resource, given: SetMembers) -> Answer:
    """Replace the members of an environment; the write of its row orders those of several."""

    async def attempt(now: Resource) -> Answer:
        project = cast("Project", now)
        rows = await context.store.find(ProjectMember, Where("project_id", project.id))
        wanted = {(m.member_id, m.role): m for m in (membership(project, m) for m in given.members)}
        kept = {(m.member_id, m.role) for m in rows} & set(wanted)
        now_ms = context.api.clock.now_ms()
        await context.store.write(
            Update(project),
            *(
                Update(replace(m, state="removed", removed=now_ms))
                for m in rows
                if (m.member_id, m.role) not in kept
            ),
            *(Create(member) for key, member in wanted.items() if key not in kept),
            *audit(
                context.identity,
                Project.type,
                "setmembers",
                given=context.given,
                fields=SetMembers.value_type.by_wire,
                status=OK,
                address=context.asked.address,
                resource_id=project.id,
            ),
        )
        return json_answer(OK, shown_members(given))

    return await tried(context, row, attempt)


def shown_members(given: SetMembers) -> dict[str, Any]:
    """Return the input as the action answers it."""
    members = [
        {"type": m.value_type.name, "externalId": m.external_id,
         "externalIdType": m.external_id_type, "role": m.role}
        for m in given.members
    ]  # fmt: skip
    return {
        "id": None,
        "type": given.value_type.name,
        "links": {},
        "actions": {},
        "members": members,
    }


ACTIONS: Mapping[tuple[str, str], Act] = {
    ("password", "changesecret"): change_secret,
    ("project", "setmembers"): set_members,
    ("container", "logs"): open_logs,
    ("container", "execute"): open_command,
    ("container", "console"): open_console,
    ("container", "copyfrom"): open_copy_from,
    ("container", "copyto"): open_copy_to,
    ("container", "adopt"): adopt,
}
