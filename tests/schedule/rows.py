"""Rows as short as a table test wants them."""

from typing import Any

from pasture.model.container import Container
from pasture.model.host import Host
from pasture.schedule.fleet import Fleet


def host(number: int, **more: Any) -> Host:
    known: dict[str, Any] = {
        "id": number,
        "name": f"h{number}",
        "engine_id": f"engine-{number}",
        "account_id": 5,
        "state": "active",
        "agent_state": "active",
        "row_version": 1,
    }
    return Host(**{**known, **more})


def container(number: int, **more: Any) -> Container:
    known: dict[str, Any] = {
        "id": number,
        "uuid": f"u{number}",
        "name": f"c{number}",
        "account_id": 5,
        "image_uuid": "docker:nginx",
        "state": "creating",
        "row_version": 1,
    }
    return Container(**{**known, **more})


def fleet(*rows: Host | Container) -> Fleet:
    made = Fleet()
    for row in rows:
        if isinstance(row, Host):
            made.see_host(row)
        else:
            made.see(row)
    made.filled()
    return made
