"""Random decisions, killed controllers: afterwards all is as was last decided, nothing doubled."""

import asyncio
import random
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from pasture.model.container import Container, remove, start, stop
from pasture.model.query import Where
from pasture.model.service import Service, activate, deactivate
from tests.control.world import World, standalone, world

ROUNDS, OPERATIONS = 3, 15


async def decide(w: World, dice: random.Random, service: Service, number: int) -> None:
    """Do one thing that a person could do at this moment."""
    rows = await w.store.find(Container)
    one = dice.choice(rows) if rows else None
    match dice.randrange(7):
        case 0 | 1:
            scale = dice.randrange(8)
            await w.amend(service, lambda s: replace(s, scale=scale))
        case 2:
            await w.amend(service, lambda s: replace(deactivate(s, None), state="deactivating"))
        case 3:
            await w.amend(service, lambda s: replace(activate(s, None), state="activating"))
        case 4:
            await w.create(standalone(await w.project(), name=f"one-{number}"))
        case 5 if one is not None and one.state == "running":
            await w.amend(one, lambda c: replace(stop(c, None), state="stopping"))
        case 6 if one is not None:
            await w.amend(one, lambda c: replace(remove(c, None), state="removing"))
        case _ if one is not None and one.wanted == "stopped":
            await w.amend(one, lambda c: replace(start(c, None), state="starting"))
        case _:
            await asyncio.sleep(0)


@pytest.mark.parametrize("seed", range(4))
async def test_killed_controllers_lose_and_double_nothing(tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    service: Service | None = None
    for round_ in range(ROUNDS):
        async with world(tmp_path) as w:
            if service is None:
                project = await w.project()
                await w.host(project, "h1")
                service = await w.service(await w.stack(project), scale=3)
            for number in range(OPERATIONS):
                await decide(w, dice, service, round_ * OPERATIONS + number)
                await asyncio.sleep(dice.random() * 0.004)
                assert await shared_addresses(w) == []
    assert service is not None
    async with world(tmp_path) as w:
        last = await w.amend(service, lambda s: replace(activate(s, None), state="activating"))
        await w.until(lambda: converged(w, last))
        units = await w.store.find(Container, Where("service_id", service.id))
        doubled = [n for n, times in Counter(c.service_index for c in units).items() if times > 1]
        assert doubled == []
        assert await shared_addresses(w) == []
        assert all(c.primary_ip_address for c in units)


async def shared_addresses(w: World) -> list[tuple[int | None, str | None]]:
    """Return the addresses that two containers of an environment have."""
    rows = await w.store.find(Container, Where("primary_ip_address", op="notnull"))
    counted = Counter((c.account_id, c.primary_ip_address) for c in rows)
    return [address for address, times in counted.items() if times > 1]


async def converged(w: World, service: Service) -> bool:
    row = await w.store.get(Service, service.id)
    rows = await w.store.find(Container)
    units = [c for c in rows if c.service_id == service.id]
    return (
        row is not None
        and row.state == "active"
        and len(units) == row.scale == row.current_scale
        and all(c.state == c.wanted for c in rows if c.host_id is not None)
    )
