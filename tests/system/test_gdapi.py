"""PyPI's ``cattle`` on ``gdapi-python``, as scripts of 2016 use it, against the real thing."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from scripts.development import tools
from tests.support.images import BUSYBOX
from tests.support.installation import Installation

WALK = Path(__file__).parents[1] / "support/cattle_walk.py"
PATIENCE_S = 60
EVERYWHERE = {  # what both versions have, and every environment's key sees
    "apiKey", "auditLog", "container", "credential", "host", "image", "instance", "ipAddress",
    "mount", "network", "physicalHost", "port", "project", "projectMember", "registry",
    "registryCredential", "service", "serviceExposeMap", "storagePool", "volume",
}  # fmt: skip

ADMINS = {"account", "agent", "processInstance", "setting", "userPreference"}


@pytest.mark.parametrize(
    ("version", "stack_type", "stack_reference"),
    [("v2-beta", "stack", "stackId"), ("v1", "environment", "environmentId")],
)
def test_a_script_of_2016_walks_makes_acts_and_waits(
    pasture: Installation, version: str, stack_type: str, stack_reference: str
) -> None:
    image = f"docker:{BUSYBOX}"
    pasture.admin.create("/v2-beta/userPreferences", {"name": "theme", "value": "dark"})
    everything = walk(pasture, version, {})["collections"]
    assert set(everything) >= {*EVERYWHERE, stack_type, *ADMINS}
    assert everything["userPreference"] == 1
    seen = walk(pasture, version, {"accountId": "1a5"}, image, stack_type, stack_reference)
    assert set(seen["collections"]) >= EVERYWHERE | {stack_type}
    assert seen["collections"]["host"] == seen["collections"]["physicalHost"] == 1
    assert seen["instances"] == ["old-web-1", "old-web-2"]
    assert len(seen["exposed"]) == 2
    assert seen["ports"] == [[8099, 80, "tcp"]]
    assert seen["states"] == ["running", "stopped", "running"]
    assert (seen["volumes"], seen["description"]) == (["local"], "looked at")
    assert seen["missing"] is None
    assert seen["refusal"] == [422, "PortWrongFormat", "ports"]
    assert seen["pages"] == ["old-web-1", "old-web-2", "one"]
    assert set(seen["gone"]) <= {"removed", "purged"}


def walk(pasture: Installation, version: str, whose: dict[str, str], *words: str) -> dict[str, Any]:
    """Run the script with somebody's key and return what it saw."""
    tools.clients()
    key = pasture.admin.create("/v2-beta/apikeys", whose)
    variables = {
        "CATTLE_URL": f"http://{pasture.server.address}/{version}",
        "CATTLE_ACCESS_KEY": key["publicValue"],
        "CATTLE_SECRET_KEY": key["secretValue"],
        "PYTHONPATH": str(tools.CLIENTS_FOLDER),
    }
    ran = subprocess.run(
        [sys.executable, WALK, *words],
        env={"PATH": os.defpath, **variables},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-4000:]
    return json.loads(ran.stdout)
