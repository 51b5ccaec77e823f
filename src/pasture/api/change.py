"""Writes: create, update, remove, act (``reference/rancher16-api.md#4``).

Each is: look at the row, decide from the declarations, write row and audit together. A row that
somebody else wrote meanwhile is looked at again; only what is no longer possible is refused.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from pasture.api.answer import Answer, json_answer, unpaged
from pasture.api.audit import audit
from pasture.api.context import Context
from pasture.api.last_admin import admin_that_stays
from pasture.api.names import start_of
from pasture.api.present import present, present_one
from pasture.api.read import row_of
from pasture.api.refusal import not_by_role, not_in_state, not_now
from pasture.api.secrecy import changes_password, kept, sessions_of, shown_once
from pasture.api.sight import Seen
from pasture.api.take import Reference, Taken, take_changes, take_input, take_new
from pasture.api.unique import store_unique
from pasture.auth.may import may
from pasture.kit.errors import (
    ActionNotAvailable,
    Conflict,
    Forbidden,
    InvalidAction,
    InvalidReference,
    MethodNotAllowed,
)
from pasture.model.declare import ResourceType, Scope, Step
from pasture.model.resource import Resource
from pasture.model.types import BY_NAME
from pasture.store.changes import Create, Update

TRIES = 6  # of a write that others keep overtaking
GONE = frozenset({"removing", "removed", "purging", "purged"})
CREATED, OK, ACCEPTED = 201, 200, 202
Attempt = Callable[[Resource], Awaitable[Answer]]


class TooLate(Conflict):
    """What is gone is not changed any more, however often one looks."""


async def create(context: Context, seen: Seen, preset: Mapping[str, Any]) -> Answer:
    """Create a resource, or several where so many are asked for (#4).

    ``preset`` is what a link gives beside the body.

    Raises:
        Forbidden: it is an environment, asked for in an environment (#5.5).
        MethodNotAllowed: the role creates none.
        Invalid: a rule is broken.

    """
    if seen.is_environment and context.identity.project is not None:
        raise Forbidden("an environment is not made in another; accepted: at account level")
    if seen.type.abstract or not may(context.identity, "create", seen.type, None):
        raise MethodNotAllowed(f"{seen.plural} cannot be created with this role")
    given = {**context.given, **preset}
    taken = take_new(seen.creatable, given)
    await check_references(context, taken.references)
    new = completed(seen.cls(**owned(taken.values, seen.type, context)))
    once = shown_once(new)
    rows = seen.type.several(new) if seen.type.several else (new,)
    stored = [await kept(row, context.api.auth.passwords) for row in rows]
    brought = seen.type.brings(new, context.identity.account) if seen.type.brings else ()
    written = await store_unique(
        context,
        stored,
        *(Create(row) for row in stored),
        *(Create(after(bring)) for bring in brought),
        *audit(
            context.identity,
            seen.type,
            "create",
            given=given,
            fields=seen.creatable,
            status=CREATED,
            address=context.asked.address,
        ),
    )
    shown = await present(context.store, context.view, written[: len(stored)], once)
    several = unpaged(context.asked, seen.name, shown)
    return json_answer(CREATED, several if len(shown) > 1 else shown[0])


def after(bring: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return what makes a further row from the first that a write made."""
    return lambda made: bring(made[0])


def owned(values: dict[str, Any], type: ResourceType, context: Context) -> dict[str, Any]:
    """Return the values with whose the row is: the environment's, or the asker's own."""
    if type.scope is Scope.GLOBAL or values.get("account_id") is not None:
        return values
    return {**values, "account_id": context.identity.effective}


def completed(new: Resource) -> Resource:
    """Return a new resource as it is stored: prepared, checked, in its first state."""
    if new.type.prepare is not None:
        new = new.type.prepare(new)
    for check in new.type.checks:
        check(new)
    first = new.type.step("create")
    return replace(new, state=first.during if first else "active")


async def update(context: Context, seen: Seen, row: Resource) -> Answer:
    """Change given fields; what moves the resource runs its update step.

    Raises:
        MethodNotAllowed: the role changes none, or not this one.
        Invalid: a rule is broken.

    """
    if not may(context.identity, "update", seen.type, row):
        raise MethodNotAllowed(f"this {seen.name} cannot be changed with this role")
    taken = take_changes(seen.updatable, context.given)
    await check_references(context, taken.references)

    async def attempt(now: Resource) -> Answer:
        changed = await with_changes(context, seen, now, taken)
        if changed is None:
            return json_answer(OK, await present_one(context.store, context.view, now))
        return await write(context, now, changed, verb="update", status=OK, fields=seen.updatable)

    return await tried(context, row, attempt)


async def with_changes(
    context: Context, seen: Seen, row: Resource, taken: Taken
) -> Resource | None:
    """Return the row with what differs, None where nothing does."""
    if row.state in GONE:
        raise TooLate(f"this {seen.name} is {row.state}; it cannot be changed any more")
    fields = {f.name: f for f in seen.fields}
    secret = {n: v for n, v in taken.values.items() if fields[n].secret is not None}
    plain = {n: v for n, v in taken.values.items() if n not in secret and getattr(row, n) != v}
    if not plain and not secret:
        return None
    changed = replace(row, **plain, **secret)
    for check in seen.type.checks:
        check(changed)
    if any(fields[n].moves for n in plain):
        changed = moved(changed, "update")
    return await kept(changed, context.api.auth.passwords, only=frozenset(secret))


def moved(row: Resource, action: str) -> Resource:
    """Return a row in the step's during state, as far as the step begins in its state.

    Elsewhere the new spec alone is written: the controller that is at work looks again.
    """
    step = next((s for s in row.type.steps if s.name == action and row.state in s.begins), None)
    return row if step is None else replace(row, state=step.during)


async def remove(context: Context, seen: Seen, row: Resource) -> Answer:
    """Run the remove step.

    Raises:
        MethodNotAllowed: the role removes none, or not this one, or not in this state.

    """
    step = seen.type.step("remove")
    if step is None:
        raise MethodNotAllowed(f"{seen.plural} are not removed")
    if not may(context.identity, "delete", seen.type, row):
        raise MethodNotAllowed(not_by_role(context, row, step))
    taking = await input_of(context, step)

    async def attempt(now: Resource) -> Answer:
        if now.state == step.during:
            return json_answer(OK, await present_one(context.store, context.view, now))
        if now.state not in step.begins | step.also:
            await admin_that_stays(context.store, now, replace(now, state=step.during))
            raise MethodNotAllowed(not_in_state(now, step))
        changed = stepped(now, step, taking)
        return await write(context, now, changed, verb="delete", status=OK, fields=inputs(step))

    return await tried(context, row, attempt)


async def run_step(context: Context, seen: Seen, row: Resource, action: str) -> Answer:
    """Run an action that is a step of the life cycle.

    Raises:
        InvalidAction: the type has no such action.
        ActionNotAvailable: not in this state, or not with this role.

    """
    steps = [s for s in seen.type.steps if s.name == action]
    taking = await input_of(context, steps[0])

    async def attempt(now: Resource) -> Answer:
        check_available(seen, now, action)
        step = next(s for s in steps if s.available(now.state))
        changed = stepped(now, step, taking)
        return await write(context, now, changed, verb=action, status=ACCEPTED, fields=inputs(step))

    return await tried(context, row, attempt)


def check_available(seen: Seen, row: Resource, action: str) -> None:
    """Refuse an action that is not offered.

    Raises:
        InvalidAction: the type has no such action.
        ActionNotAvailable: not in this state, or not with this role.

    """
    known = {*(s.name for s in seen.type.steps), *(a.name for a in seen.type.more_actions)}
    if action not in known:
        raise InvalidAction(
            f"{seen.name} has no action {action[:64]!r}; "
            f"accepted: {', '.join(sorted(known)) or 'none'}",
            field="action",
        )
    offered = seen.offered(row)
    if action not in offered:
        words = not_now(seen.type, row.state, begins_of(seen.type, action))
        raise ActionNotAvailable(
            f"{words}; accepted: {', '.join(offered) or 'no action'}", field="action"
        )


def begins_of(type: ResourceType, action: str) -> frozenset[str]:
    """Return the states in which an action is offered."""
    step = type.step(action)
    if step is not None:
        return step.begins | step.also
    return next(a.states for a in type.more_actions if a.name == action)


def stepped(row: Resource, step: Step, taking: Any) -> Resource:
    """Return a row after a step's first half."""
    changed = row if step.apply is None else step.apply(row, taking)
    return replace(changed, state=step.during)


async def input_of(context: Context, step: Step) -> Any:
    """Return a step's input from the body, None where it takes none or none is given."""
    if step.input is None or not inputs(step).keys() & context.given.keys():
        return None
    taking, references = take_input(step.input, context.given)
    await check_references(context, references)
    return taking


def inputs(step: Step) -> Mapping[str, Any]:
    """Return the fields of a step's input."""
    return {} if step.input is None else step.input.value_type.by_wire


async def write(
    context: Context,
    row: Resource,
    changed: Resource,
    *,
    verb: str,
    status: int,
    fields: Mapping[str, Any],
) -> Answer:
    """Write a changed row and its audit row, and answer it; a new password ends sessions."""
    remaining = await admin_that_stays(context.store, row, changed)
    ended = await sessions_of(context, row) if changes_password(row, changed) else []
    written, *_ = await store_unique(
        context,
        [changed],
        Update(changed),
        *remaining,
        *ended,
        *audit(
            context.identity,
            row.type,
            verb,
            given=context.given,
            fields=fields,
            status=status,
            address=context.asked.address,
            resource_id=row.id,
        ),
    )
    return json_answer(status, await present_one(context.store, context.view, written))


async def tried(context: Context, row: Resource, attempt: Attempt) -> Answer:
    """Attempt a write, again on a fresh look at the row whenever somebody overtook it.

    Raises:
        Conflict: others kept overtaking it.

    """
    for _ in range(TRIES):
        try:
            return await attempt(row)
        except TooLate:
            raise
        except Conflict:
            row = await row_of(context, type(row), row.id)
    raise Conflict(f"others wrote this {row.type.name} {TRIES} times in a row; try again")


async def check_references(context: Context, references: Iterable[Reference]) -> None:
    """Refuse references to what does not exist, is removed or may not be seen.

    Raises:
        InvalidReference: one is.

    """
    for named in references:
        cls = BY_NAME[named.type]
        row = await context.store.get(cls, named.number)
        if not names(context, named, row):
            shown = f"{named.called} {start_of(named.called)}{named.number}"
            raise InvalidReference(
                f"{named.path}: there is no {shown} here; accepted: the id of one that exists",
                field=named.field,
            )


def names(context: Context, named: Reference, row: Resource | None) -> bool:
    """Tell whether a reference names something live that the asker may name."""
    if row is None or not row.is_live or row.state in GONE:
        return False
    return named.is_identity or may(context.identity, "read", row.type, row)
