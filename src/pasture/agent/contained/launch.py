"""Put a lasting agent's container in the place of whatever was there, or put that back.

Converges from wherever an earlier try was cut off: whatever lasting containers there are, one is
left. Other containers are not looked at.
"""

import asyncio
import logging
from collections.abc import Iterable

from pasture.agent.contained.own import FORMER, LASTING, NAME, PASSING, Lasting, Raw, body, label_of
from pasture.agent.contained.own_engine import OwnEngine
from pasture.agent.engine.engine import EngineError
from pasture.agent.labels import AGENT

log = logging.getLogger(__name__)
STOP_S = 10
SETTLED_S, LOOK_S = 3.0, 0.25  # runs so long without a restart: it will


async def lasting(engine: OwnEngine, own_id: str | None) -> list[str]:
    """Return the ids of the lasting agents' containers, the one that runs first; not one's own."""
    found = [c for c in await engine.labelled(f"{AGENT}={LASTING}") if c["Id"] != own_id]
    return [c["Id"] for c in sorted(found, key=lambda c: c.get("State") != "running")]


async def stop(engine: OwnEngine, ids: Iterable[str]) -> None:
    """Stop agents' containers; what they look after goes on."""
    for one in ids:
        await engine.stop(one, STOP_S)


async def launch(
    engine: OwnEngine, make: Lasting, former: list[str], *, settled_s: float = SETTLED_S
) -> str:
    """Start a lasting agent in the place of former ones that were stopped; return its id.

    Raises:
        EngineError: it does not run; the former one runs again.

    """
    for surplus in former[1:]:
        await engine.remove(surplus)
    kept = former[0] if former else None
    if kept is not None:
        await _call(engine, kept, FORMER)
    try:
        new = await _started(engine, make, settled_s)
    except BaseException:
        await back(engine, former)
        raise
    if kept is not None:
        await engine.remove(kept)
    return new


async def back(engine: OwnEngine, former: list[str]) -> None:
    """Start the former agent again, under its own name."""
    if not former:
        return
    failed = await engine.find(NAME)
    if failed is not None and failed["Id"] != former[0]:
        await engine.remove(failed["Id"])
    await _call(engine, former[0], NAME)
    await engine.start(former[0])


async def end(engine: OwnEngine, own_id: str | None) -> None:
    """Remove the container that this runs in, where an agent made it for what is done now.

    One that failed stays, for its words; the next one removes it.
    """
    raw = None if own_id is None else await engine.find(own_id)
    if raw is not None and label_of(raw) == PASSING:
        await engine.remove(raw["Id"])


async def _call(engine: OwnEngine, id: str, name: str) -> None:
    """Rename a container, where it is not called so already."""
    described = await engine.find(id)
    if described is not None and described["Name"] != f"/{name}":
        await engine.rename(id, name)


async def _started(engine: OwnEngine, make: Lasting, settled_s: float) -> str:
    """Create and start the new one, and see it run.

    Raises:
        EngineError: it does not.

    """
    try:
        new = await _created(engine, make, is_first=True)
    except EngineError as error:
        # the right to lower an oom score may be missing; runc says so in many ways, or in none
        log.info("agent is started without an oom score", extra={"why": str(error)})
        new = await _created(engine, make, is_first=False)
    loop = asyncio.get_running_loop()
    end = loop.time() + settled_s
    while loop.time() < end:
        seen = await engine.find(new)
        if seen is None or not _runs(seen):
            words = "; ".join(await engine.last_words(new)) if seen else "it was removed"
            await engine.remove(new)
            raise EngineError(f"the agent's container does not stay up: {words}")
        await asyncio.sleep(LOOK_S)
    return new


async def _created(engine: OwnEngine, make: Lasting, *, is_first: bool) -> str:
    described = body(make, ["agent"], lasts=True, is_first=is_first)
    new = await engine.create(NAME, described)
    try:
        await engine.start(new)
    except EngineError:
        await engine.remove(new)
        raise
    return new


def _runs(seen: Raw) -> bool:
    return bool(seen["State"]["Running"]) and not seen["RestartCount"]
