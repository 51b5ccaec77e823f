"""What `make status` makes of what the server says."""

import socket
from typing import Any

import pytest

from scripts.machine.local import Status


def host(**fields: Any) -> dict[str, Any]:
    return {
        "id": "1h1",
        "name": socket.gethostname(),
        "state": "active",
        "agentState": "active",
        "message": None,
        **fields,
    }


@pytest.mark.parametrize(
    ("hosts", "well"),
    [
        ([host()], True),
        ([host(), host(id="1h2", name="another")], True),
        ([], False),
        ([host(agentState="reconnecting")], False),
        ([host(message="Docker Engine: does not answer")], False),
        ([host(), host(id="1h2", name="another", message="Docker Engine: ill")], False),
    ],
)
def test_all_is_well(hosts: list[dict[str, Any]], well: bool) -> None:
    assert Status("1", 8080, hosts).is_well() is well
