"""How many of a list's rows are in each state: what ``?counts=true`` adds to a collection."""

from collections import Counter
from collections.abc import Iterable

from pasture.api.sight import Seen
from pasture.model.query import Where
from pasture.store.store import Store

ACTIVE = "active"


async def counts(store: Store, seen: Seen, where: Iterable[Where]) -> dict[str, int] | None:
    """Return the numbers by shown state, of all pages; None: what has no rows of its own."""
    if seen.type.is_view or not seen.has_states:
        return None
    if not seen.shows_agent_state:
        return Counter(state for (state,) in await store.values(seen.cls, ("state",), *where))
    found = await store.values(seen.cls, ("state", "agent_state"), *where)
    return Counter((agent or state) if state == ACTIVE else state for state, agent in found)
