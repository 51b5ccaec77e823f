"""Reads of stored types and of views alike: ``find`` and ``get``.

A view's rows are made from their owners at each read. As few owners are read as the conditions
allow (``Source.narrow``), a part at a time, and no more than are needed for the page; every
condition is looked at again in the rows. There is an end to how many owners one read looks at.
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, TypeVar

from pasture.kit.errors import InvalidBodyContent
from pasture.model.declare import Narrow, Source, Whole
from pasture.model.numbers import row_of
from pasture.model.query import Page, Where, in_order, meets
from pasture.model.resource import Resource
from pasture.store.store import Store

R = TypeVar("R", bound=Resource)
ALL = Page()
FIRST_PART, LARGEST_PART = 64, 500  # owners read at a time
MOST_OWNERS = 100_000  # that one read looks at
OF_ITS_OWNER = frozenset({"uuid"})  # what owners that are alike do not share


async def find(
    store: Store,
    cls: type[R],
    *where: Where,
    page: Page = ALL,
    removed: bool = False,
    by: str | None = None,
) -> list[R]:
    """Return a type's rows that meet every condition; removed ones only if asked for.

    ``by``: what several owners show is given once for each value of this attribute.

    Raises:
        Invalid: a field cannot be compared like that.
        InvalidBodyContent: too much would have to be read.

    """
    if not cls.type.is_view:
        return await store.find(cls, *where, page=page, removed=removed)
    reading = Reading(store, cls, where, page, removed, by=by)
    for source in cls.type.sources:
        await reading.read(source)
    rows: list[Any] = reading.rows()
    for source in cls.type.sources if by is None else ():
        if source.whole is not None and rows:
            rows = await completed(store, source, source.whole, rows)
    return rows


async def get(store: Store, cls: type[R], number: int) -> R | None:
    """Return one row, removed or not, or None."""
    if not cls.type.is_view:
        return await store.get(cls, number)
    found = await find(store, cls, Where("id", number), page=Page(limit=1), removed=True)
    return found[0] if found else None


@dataclass
class Reading:
    """One read of a view."""

    store: Store
    cls: type[Resource]
    where: Sequence[Where]
    page: Page
    removed: bool
    by: str | None = None
    found: dict[Any, Resource] = field(default_factory=dict[Any, Resource])
    owners: int = 0

    @property
    def most(self) -> int | None:
        """How many rows there must be to know the page; None: all of them."""
        return None if self.page.limit is None else self.page.offset + self.page.limit

    async def read(self, source: Source) -> None:
        """Add what a source shows, as far as the page may need it."""
        narrowed = narrow(source, self.where)
        if narrowed is None:
            return
        if source.is_ordered:
            await self._read_in_order(source, narrowed)
            return
        alike = source.alike if self._is_grouped else ()
        for op in ("null", "notnull") if self.removed else ("null",):
            conditions = [*narrowed, Where("removed", op=op)]
            async for part in self._owners(source, conditions, alike=alike):
                for owner in part:
                    self._add(source.rows(owner))

    async def _read_in_order(self, source: Source, where: Sequence[Where]) -> None:
        """Add what a source shows whose owners stand in the order of their rows' numbers."""
        by_id = self.page.sort == "id"
        further = self._before_the_last() if by_id else ()
        added = 0
        conditions = [*where, *further]
        async for part in self._owners(source, conditions, descending=self.page.descending):
            for owner in part:
                added += self._add(source.rows(owner))
            if by_id and self.most is not None and added >= self.most:
                return
            self._forget_the_rest()

    def _before_the_last(self) -> tuple[Where, ...]:
        """Return which owners may still come to stand on a page by id that is full already."""
        if self.most is None or len(self.found) < self.most:
            return ()
        last = in_order(self.found.values(), self.page)[self.most - 1]
        return (Where("id", row_of(last.id), "gte" if self.page.descending else "lte"),)

    @property
    def _is_grouped(self) -> bool:
        """Whether one of several owners that are alike is enough."""
        return self.by is None and not any(w.field in OF_ITS_OWNER for w in self.where)

    def rows(self) -> list[Resource]:
        """Return the page."""
        rows = in_order(self.found.values(), self.page)
        return rows[self.page.offset : self.most]

    async def _owners(
        self,
        source: Source,
        where: Sequence[Where],
        *,
        descending: bool = False,
        alike: tuple[str, ...] = (),
    ) -> AsyncIterator[Sequence[Resource]]:
        """Give the owners in the order of their numbers, a part at a time."""
        size = min(max(self.most or LARGEST_PART, FIRST_PART), LARGEST_PART)
        after: tuple[Where, ...] = ()
        while True:
            some = Page(descending=descending, limit=size, alike=alike)
            part = await self.store.find(
                source.owner, *where, *after, page=some, removed=self.removed
            )
            self._count(len(part))
            yield part
            if len(part) < size:
                return
            after = (Where("id", part[-1].id, "lt" if descending else "gt"),)
            size = LARGEST_PART

    def _count(self, read: int) -> None:
        self.owners += read
        if self.owners > MOST_OWNERS:
            names = [f.wire for f in self.cls.type.fields if f.filterable and f.ref and f.access]
            raise InvalidBodyContent(
                f"{self.cls.type.plural} of more than {MOST_OWNERS} resources are not read at "
                f"once; accepted: a filter by {', '.join(names)}"
            )

    def _add(self, rows: Iterable[Resource]) -> int:
        added = 0
        for row in rows:
            if not all(meets(getattr(row, w.field), w) for w in self.where):
                continue
            key = row.id if self.by is None else (row.id, getattr(row, self.by))
            if key not in self.found:  # live owners come first
                self.found[key] = row
                added += 1
        return added

    def _forget_the_rest(self) -> None:
        """Keep what may come to stand on the page, where that is much less than was found."""
        if self.most is None or len(self.found) <= 2 * self.most + LARGEST_PART:
            return
        kept = {id(row) for row in in_order(self.found.values(), self.page)[: self.most]}
        self.found = {key: row for key, row in self.found.items() if id(row) in kept}


def narrow(source: Source, where: Iterable[Where]) -> list[Where] | None:
    """Return which owners may show what conditions ask for; None: none of them does."""
    found = list(source.has)
    for condition in where:
        if condition.field in source.lacks:
            if not meets(None, condition):
                return None
            continue
        way = source.narrow.get(condition.field)
        if way is not None:
            through = narrowed(way, condition)
            if through is None:
                return None
            found += through
    return found


def narrowed(way: Narrow, condition: Where) -> list[Where] | None:
    """Return a condition as one on the owner, none where it is not; None: no owner meets it."""
    if way.to is None:
        return [Where(way.attribute, condition.value, condition.op)]
    values = {"eq": (condition.value,), "in": condition.value}.get(condition.op)
    if values is None or None in values:
        return []
    known = tuple(dict.fromkeys(v for v in map(way.to, values) if v is not None))
    return [Where(way.attribute, known, "in")] if known else None


async def completed(
    store: Store, source: Source, whole: Whole, rows: Sequence[Resource]
) -> list[Resource]:
    """Return rows with what all of their owners say of them."""
    numbers = {row.id for row in rows}
    owners = narrow(source, [Where("id", tuple(numbers), "in")])
    found: dict[int, list[Any]] = {}
    for values in await store.values(source.owner, whole.attributes, *(owners or ())):
        owner = SimpleNamespace(**dict(zip(whole.attributes, values, strict=True)))
        for number, part in whole.parts(owner):
            if number in numbers:
                found.setdefault(number, []).append(part)
    return [whole.put(row, found.get(row.id, ())) for row in rows]
