"""The action ``adopt``: takes a stray container back; the rules are in ``model/adopt.py``."""

from dataclasses import replace
from typing import cast

from pasture.api.answer import Answer, json_answer
from pasture.api.audit import audit
from pasture.api.change import ACCEPTED, tried
from pasture.api.context import Context
from pasture.api.present import present_one
from pasture.kit.errors import NotUnique
from pasture.model.adopt import Adopted, Home, address_of, adopted, service_named
from pasture.model.container import Container, InstanceAdopt
from pasture.model.labels import STACK_NAME
from pasture.model.query import Where
from pasture.model.resource import Resource
from pasture.model.service import REMOVED, Service
from pasture.model.stack import Stack
from pasture.store.changes import Update
from pasture.store.store import Store


async def adopt(context: Context, row: Resource, given: InstanceAdopt) -> Answer:
    """Take it back as what its labels say, or on its own.

    Raises:
        ActionNotAvailable: it is a copy, or its service has no place for it.
        NotUnique: no name that it could have is free.

    """

    async def attempt(now: Resource) -> Answer:
        stray = cast("Container", now)
        home = await home_of(context.store, stray)
        plan = adopted(stray, home, given, now_ms=context.api.clock.now_ms())
        written = await write(context, plan, given)
        return json_answer(ACCEPTED, await present_one(context.store, context.view, written))

    return await tried(context, row, attempt)


async def write(context: Context, plan: Adopted, given: InstanceAdopt) -> Resource:
    """Write what was planned, under the first name that is free."""
    for name in plan.names:
        row = replace(plan.container, name=name)
        try:
            written, *_ = await context.store.write(
                Update(row),
                *([Update(plan.service)] if plan.service is not None else []),
                *audit(
                    context.identity,
                    Container.type,
                    "adopt",
                    given=context.given,
                    fields=given.value_type.by_wire,
                    status=ACCEPTED,
                    address=context.asked.address,
                    resource_id=row.id,
                ),
            )
        except NotUnique:
            if name == plan.names[-1]:
                raise
        else:
            return written
    raise AssertionError("a plan has a name")


async def home_of(store: Store, stray: Container) -> Home:
    """Read what its labels lead to in its environment, and who else claims to be it."""
    here = Where("account_id", stray.account_id)
    stack, service = await service_of(store, stray)
    strays = await store.find(Container, Where("stray_uuid", stray.stray_uuid))
    address, holders = address_of(stray), list[Container]()
    if address is not None:
        at = Where("primary_ip_address", address)
        holders = [c for c in await store.find(Container, here, at) if c.is_managed]
    return Home(
        stack=stack,
        service=service,
        units=await store.find(Container, Where("service_id", service.id)) if service else (),
        known=await store.find(Container, Where("uuid", stray.stray_uuid)),
        twins=[s for s in strays if s.id != stray.id],
        holder=next(iter(holders), None),
    )


async def service_of(store: Store, stray: Container) -> tuple[Stack | None, Service | None]:
    """Return the stack and the service that its labels name, where they are and stay."""
    named = service_named(stray)
    stack_name = named[0] if named else stray.labels.get(STACK_NAME)
    if stack_name is None:
        return None, None
    here = Where("account_id", stray.account_id)
    stack = await store.one(Stack, here, Where("name", stack_name))
    if stack is None or stack.state == "removing":
        return None, None
    if named is None:
        return stack, None
    service = await store.one(Service, Where("stack_id", stack.id), Where("name", named[1]))
    if service is None or service.wanted == REMOVED:
        return stack, None
    return stack, service
