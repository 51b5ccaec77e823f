"""Words for steps that are refused: by the state, or by the role, and what would be accepted."""

from collections.abc import Iterable

from pasture.api.context import Context
from pasture.auth.may import ACTION, may
from pasture.kit.ids import show
from pasture.model.declare import ResourceType, Step
from pasture.model.resource import Resource


def not_in_state(row: Resource, step: Step) -> str:
    """Say that a resource is in no state to be removed, and what leads to one."""
    states = ", ".join(sorted(step.begins | step.also))
    now = not_now(row.type, row.state, step.begins | step.also)
    return f"{now}; it can be removed when {states}{choices(step)}"


def not_now(type: ResourceType, state: str, begins: Iterable[str]) -> str:
    """Say in which state a resource is, and which action leads to where something begins."""
    first = leading(type, state, begins)
    return f"this {type.name} is {state}" + (f": {' or '.join(first)} it first" if first else "")


def leading(type: ResourceType, state: str, begins: Iterable[str]) -> list[str]:
    """Return the actions that lead from a state to where a step begins."""
    found = [s.name for s in type.steps if s.available(state) and s.ends in begins]
    return list(dict.fromkeys(found))


def choices(step: Step) -> str:
    """Say what a step's input may choose."""
    fields = () if step.input is None else step.input.value_type.fields
    found = [f"{f.wire}: {' or '.join(f.options)}" for f in fields if f.options]
    return f"; {step.name} takes {', '.join(found)}" if found else ""


def not_by_role(context: Context, row: Resource, step: Step) -> str:
    """Say that this role does not DELETE this resource, and what it can do instead."""
    kind, role = row.type, context.identity.role
    refused = f"DELETE of this {kind.name} is not accepted with the role {role}"
    if not may(context.identity, ACTION, kind, row):
        return refused
    if row.state not in step.begins:
        refused += f"; {not_now(kind, row.state, step.begins | step.also)}"
    address = f"{context.view.prefix}/{kind.plural}/{show(kind.base, row.id)}".lower()
    return f"{refused}; accepted: POST {address}?action={step.name}{choices(step)}"
