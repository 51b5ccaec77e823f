"""Store what a report says: in bounded writes, decided anew after each lost race."""

import logging
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

from pasture.kit.errors import Conflict, NotUnique
from pasture.kit.ids import show
from pasture.link.links import LinkEnded
from pasture.link.reports import Merge, merge, named, native, possible_names
from pasture.model.container import Container
from pasture.model.host import Host
from pasture.model.query import Where
from pasture.store.changes import Change, Create, Update
from pasture.store.store import Store
from pasture.wire.frames import Observed, Report

log = logging.getLogger(__name__)
BATCH = 100  # changes a write
ASKED = 500  # values a query
ROUNDS = 12
T = TypeVar("T")


async def record(
    store: Store, host: Host, report: Report, *, is_current: Callable[[], bool]
) -> None:
    """Bring the rows of a host's containers up to a report; returns once it is committed.

    ``is_current``: no later link of the host may have reported since. Its reports wait behind
    what is written here (``entrance.admit``), and nothing is written here after them.

    Raises:
        Conflict: others kept on writing the same rows; the report can be given again.
        LinkEnded: the report is not the last word of its host any more.

    """
    size, refused = BATCH, set[str]()
    for _ in range(ROUNDS):
        plan = merge(report, await rows_of(store, host, report))
        if plan.is_empty:
            return
        changes = await changes_of(store, host, plan, refused)
        lost = False
        for batch in batches(changes, size):
            if not is_current():
                raise LinkEnded("a later link of this host has taken its place")
            try:
                await store.write(*batch)
            except Conflict:
                lost = True
            except NotUnique:
                lost = True
                refused |= names_of(batch) if len(batch) == 1 else set()
        if not lost:
            tell(host, plan.found)
            return
        size = 1 if size <= ROUNDS else size // ROUNDS
    raise Conflict(f"the report of host {host.name} lost {ROUNDS} races in a row")


async def rows_of(store: Store, host: Host, report: Report) -> list[Container]:
    """Return the host's live rows; for a partial report those that it may be about."""
    here = Where("host_id", host.id)
    if report.full:
        return await store.find(Container, here)
    uuids = {c.uuid for c in report.containers if c.uuid}
    engine_ids = {c.external_id for c in report.containers if c.external_id} | {*report.gone}
    rows: list[Container] = []
    for field, values in (("uuid", uuids), ("external_id", engine_ids)):
        for some in batches(sorted(values), ASKED):
            rows += await store.find(Container, here, Where(field, tuple(some), "in"))
    return list({row.id: row for row in rows}.values())


async def changes_of(store: Store, host: Host, plan: Merge, refused: set[str]) -> list[Change]:
    """Return the writes of a plan; new rows get names that are free in the environment."""
    updates: list[Change] = [Update(row) for row in plan.updates]
    if not plan.found:
        return updates
    wanted = sorted({name for one in plan.found for name in possible_names(one)})
    taken = set(refused)
    for some in batches(wanted, ASKED):
        theirs = Where("account_id", host.account_id)
        rows = await store.find(Container, theirs, Where("name", tuple(some), "in"))
        taken |= {row.name or "" for row in rows}
    return updates + [Create(native(one, host, name)) for one, name in named(plan.found, taken)]


def names_of(changes: Sequence[Change]) -> set[str]:
    """Return the names of the rows that changes make."""
    return {
        c.resource.name or ""
        for c in changes
        if isinstance(c, Create) and isinstance(c.resource, Container)
    }


def tell(host: Host, found: Sequence[Observed]) -> None:
    """Log the containers that carry this installation's label and are not known."""
    for one in found:
        if one.uuid:
            log.warning(
                "container is not known here",
                extra={
                    "host": show("host", host.id),
                    "uuid": one.uuid,
                    "engine_id": one.external_id,
                    "engine_name": one.name,
                },
            )


def batches(values: Sequence[T], size: int) -> Iterator[list[T]]:
    """Split into parts of at most that many."""
    rest = iter(values)
    while part := list(islice(rest, size)):
        yield part
