"""What controllers are doing or wait for, as a view of all that is in a transitional state."""

from collections.abc import Callable
from functools import partial

from pasture.model.account import Account, ProjectMember
from pasture.model.container import Instance
from pasture.model.credential import Credential, Registry
from pasture.model.declare import Narrow, Source, attr, resource
from pasture.model.host import Agent, Host, Register
from pasture.model.numbers import index_of, of_row, row_of
from pasture.model.preference import UserPreference
from pasture.model.query import Where
from pasture.model.resource import Resource
from pasture.model.roles import table
from pasture.model.service import Service
from pasture.model.stack import Stack
from pasture.model.view import SAME, shown

STARTED = "STARTED"
# a place in this list is a part of the numbers that were shown: new ones stand at its end
WATCHED: tuple[type[Resource], ...] = (
    Account, Agent, Credential, Host, Instance, ProjectMember, Register, Registry, Service, Stack,
    UserPreference,
)  # fmt: skip


def process(place: int, row: Resource) -> tuple["ProcessInstance", ...]:
    """Return what is under way with a row."""
    step = next((s for s in row.type.steps if s.during == row.state), None)
    if step is None:
        return ()
    return (
        shown(
            ProcessInstance,
            row,
            of_row(row.id, place),
            process_name=f"{row.type.base}.{step.name}".lower(),
            resource_type=row.type.name,
            resource_id=str(row.id),
            start_time=row.created if step.name == "create" else None,
            exit_reason=row.message,
        ),
    )


def at(place: int) -> Callable[[int], int | None]:
    """Return what finds the row of a process by its number, of the type at a place."""
    return lambda number: row_of(number) if index_of(number) == place else None


def number(text: str) -> int | None:
    """Return the row that a resource id means."""
    return int(text) if text.isascii() and text.isdigit() else None


def sources() -> tuple[Source, ...]:
    """Return what is watched."""
    return tuple(
        Source(
            owner=cls,
            rows=partial(process, place),
            narrow={**SAME, "id": Narrow("id", at(place)), "resource_id": Narrow("id", number)},
            has=(Where("state", tuple(sorted(cls.type.transitional)), "in"),),
        )
        for place, cls in enumerate(WATCHED)
    )


@resource(
    "processInstance",
    sources=sources(),
    roles=table(admin="r", user="", project="", restricted="", readonly="", service="r"),
)
class ProcessInstance(Resource):
    """Something under way: a step of the life cycle that has not ended yet."""

    process_name: str = attr("r", "Type and step: instance.start.", filterable=True)
    resource_type: str = attr("r", "With what.", filterable=True)
    resource_id: str = attr("r", "With which: its row's number.", filterable=True)
    phase: str = attr("r", "How far it is.", default=STARTED, filterable=True)
    exit_reason: str | None = attr("r", "What it waits for.", default=None, filterable=True)
    result: str | None = attr("r", "How it ended.", default=None, filterable=True)
    priority: int | None = attr("r", "What goes first.", default=None, filterable=True)
    execution_count: int = attr("r", "Looks at it.", default=0, filterable=True)
    start_time: int | None = attr("r", "When it began.", default=None, kind="date", filterable=True)
    end_time: int | None = attr("r", "When it ended.", default=None, kind="date", filterable=True)
    run_after: int | None = attr("r", "Not before.", default=None, kind="date", filterable=True)
