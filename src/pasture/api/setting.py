"""Settings: found and made by name, shown as ``activeSetting`` (#6.1).

Known ones always exist, whether or not a row does. Who is not admin sees public ones alone.
"""

from dataclasses import replace

from pasture.api.answer import Answer, json_answer, unpaged
from pasture.api.audit import audit
from pasture.api.context import Context
from pasture.api.render import render
from pasture.api.sight import Seen
from pasture.api.take import take_new
from pasture.auth.identity import SEES_ALL
from pasture.auth.may import may
from pasture.kit.errors import MethodNotAllowed, NotFound
from pasture.model.query import Where
from pasture.model.setting import KNOWN, PUBLIC, Setting
from pasture.store.changes import Change, Create, Update

VERBS = {"GET": "read", "PUT": "update", "DELETE": "delete"}
ID_START = "1as!"
CREATED, OK = 201, 200


async def answer_settings(context: Context, seen: Seen) -> Answer:
    """Answer a request for settings or for one of them.

    Raises:
        NotFound: nothing of that name is visible.
        MethodNotAllowed: the role may not.

    """
    asked = context.asked
    if len(asked.parts) > 1:
        return await _one(context, seen, asked.parts[1])
    match asked.method:
        case "GET":
            return await _all(context)
        case "POST" if may(context.identity, "create", seen.type, None):
            given = take_new(seen.creatable, context.given).values
            return await _put(context, seen, given["name"], status=CREATED)
        case _:
            raise MethodNotAllowed(f"{asked.method} of settings is not accepted with this role")


async def _one(context: Context, seen: Seen, word: str) -> Answer:
    name = word[len(ID_START) :] if word.lower().startswith(ID_START) else word
    name = next((n for n in KNOWN if n == name.lower()), name)
    verb = VERBS.get(context.asked.method)
    changes = verb == "update" and "value" in context.given
    setting = await _find(context, name, makes=changes)
    if verb is None or not may(context.identity, verb, seen.type, setting):
        raise MethodNotAllowed(
            f"{context.asked.method} of a setting is not accepted with this role"
        )
    if verb == "read" or (verb == "update" and not changes):
        return json_answer(OK, render(setting, context.view))
    return await _put(context, seen, setting.name, reset=verb == "delete")


async def _all(context: Context) -> Answer:
    rows = {s.name: s for s in await context.store.find(Setting)}
    names = {*KNOWN, *rows}
    if not _sees_all(context) or context.asked.one("all") == "false":
        names &= PUBLIC
    shown = [render(rows.get(n) or Setting(name=n), context.view) for n in sorted(names)]
    return json_answer(OK, unpaged(context.asked, Setting.type.name, shown))


async def _find(context: Context, name: str, *, makes: bool) -> Setting:
    """Return a setting, or what it is without a row; an unknown one only to who makes it."""
    row = await context.store.one(Setting, Where("name", name))
    is_there = makes or row is not None or name in KNOWN
    if not is_there or not (_sees_all(context) or name in PUBLIC):
        raise NotFound(f"there is no setting {name[:64]!r} here")
    return row or Setting(name=name)


def _sees_all(context: Context) -> bool:
    return context.identity.account_kind in SEES_ALL


async def _put(
    context: Context, seen: Seen, name: str, *, reset: bool = False, status: int = OK
) -> Answer:
    """Set a setting's value, or go back to its default."""
    given = {"name": name, "value": None if reset else context.given.get("value")}
    values = take_new(seen.creatable, given).values
    row = await context.store.one(Setting, Where("name", name))
    new = Setting(**values, state="active")
    for check in seen.type.checks:
        check(new)
    change: Change = Create(new)
    if row is not None:
        change = Update(replace(row, value=new.value))
    made, *_ = await context.store.write(
        change,
        *audit(
            context.identity,
            seen.type,
            "update" if row else "create",
            given=given,
            fields=seen.by_wire,
            status=status,
            address=context.asked.address,
        ),
    )
    context.api.settings.forget()
    return json_answer(status, render(made, context.view))
