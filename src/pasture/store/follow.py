"""Follow the feed for as long as the store is open, whatever happens on the way."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from pasture.kit.backoff import delay_s
from pasture.store.changes import Event
from pasture.store.feed import FeedGap
from pasture.store.store import Store

log = logging.getLogger(__name__)


async def follow(
    store: Store,
    after: int | None,
    on_events: Callable[[list[Event]], Awaitable[None]],
    on_gap: Callable[[], Awaitable[None]],
) -> None:
    """Tell of every change after a revision until the store is closed.

    ``on_gap`` must look at everything: it is called where changes were missed, where either of the
    two failed, and at the start if ``after`` is None.
    """
    failures = 0
    while True:
        try:
            if after is None:
                after = store.revision  # read first: what is written meanwhile comes by feed
                await on_gap()
            async for events in store.feed(after):
                await on_events(events)
                after, failures = events[-1].revision, 0
        except FeedGap:
            log.warning("feed lost, looking at everything", extra={"after": after})
        except Exception:
            failures += 1
            log.exception("feed failed, looking at everything", extra={"failures": failures})
            await asyncio.sleep(delay_s(failures))
        else:
            return
        after = None
