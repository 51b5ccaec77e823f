"""Rows as short as a table test wants them."""

from typing import Any

from pasture.model.container import Container
from pasture.model.host import Host
from pasture.schedule.address import Pool
from pasture.schedule.fleet import Fleet
from tests.control import rows
from tests.control.rows import SUBNET


def host(number: int, **more: Any) -> Host:
    return rows.host(number, **{"row_version": 1, **more})


def container(number: int, **more: Any) -> Container:
    """Return a container that waits for a host."""
    waiting: dict[str, Any] = {"state": "creating", "host_id": None, "row_version": 1}
    return rows.container(number, **{**waiting, **more})


def fleet(*given: Host | Container) -> Fleet:
    made = Fleet(Pool(SUBNET))
    for row in given:
        if isinstance(row, Host):
            made.see_host(row)
        else:
            made.see(row)
    made.filled()
    return made
