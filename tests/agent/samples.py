"""What the agent's tests are made of."""

import asyncio
from typing import Any

from pasture.agent import labels
from pasture.agent.engine.engine import Seen
from pasture.model.run import RunSpec
from pasture.wire.frames import Assigned

INSTALLATION = "inst-1"
NOW = 1_790_000_000_000
IMAGE = "busybox:1"


class LoopClock:
    """Wall-clock time that goes with the event loop's: virtual under looptime."""

    def now_ms(self) -> int:
        return NOW + round(asyncio.get_running_loop().time() * 1000)


def want(uuid: str = "a", **changes: Any) -> Assigned:
    how: dict[str, Any] = {"network_mode": "bridge", **changes.pop("spec", {})}
    spec = RunSpec(image_uuid=f"docker:{IMAGE}", **how)
    given: dict[str, Any] = {
        "id": f"1i{uuid}",
        "name": f"r-{uuid}",
        "wanted": "running",
        "generation": 1,
        "supervised": False,
    }
    return Assigned(uuid=uuid, spec=spec, **(given | changes))


def marks(uuid: str = "a", generation: int = 1) -> dict[str, str]:
    return {
        labels.INSTALLATION: INSTALLATION,
        labels.UUID: uuid,
        labels.GENERATION: str(generation),
    }


def seen(state: str = "running", uuid: str = "a", **changes: Any) -> Seen:
    ran = state != "created"
    given: dict[str, Any] = {
        "id": f"id-{uuid}",
        "name": f"r-{uuid}",
        "image": IMAGE,
        "labels": marks(uuid, changes.pop("made_for", 1)),
        "started": NOW - 60_000 if ran else None,
        "finished": NOW - 1000 if state == "exited" else None,
        "exit_code": 1 if state == "exited" else None,
    }
    return Seen(state=state, **(given | changes))
