"""``pasture agent``: joins a server, converges, reports, until it is told to stop."""

import logging
import sys
from collections.abc import Mapping
from pathlib import Path

from pasture.agent.exits import FAILED, REFUSED, STOPPED
from pasture.agent.groups import first
from pasture.agent.host import Described
from pasture.agent.life import EngineFactory, Life
from pasture.agent.records import AgentFolder, FolderBusy, Unreadable
from pasture.agent.session import Rejected, Timing
from pasture.agent.signals import Told, raise_at_signal
from pasture.kit.tasks import TaskGroup

log = logging.getLogger(__name__)
SWITCH_S = 0.0005  # in a burst the loop lets its disk's threads have Python's lock this soon


async def run(
    url: str | None,
    data: Path,
    *,
    engine_factory: EngineFactory,
    labels: Mapping[str, str] | None = None,
    address: str | None = None,
    timing: Timing | None = None,
) -> int:
    """Run the agent in the foreground and return its exit code.

    ``url`` is a registration URL; without one the identity in DATA/agent must be there. Containers
    go on running when the agent stops. Where it cannot go on, the reason stands on stderr.
    """
    described = Described(labels=labels or {}, address=address)
    code = STOPPED
    sys.setswitchinterval(SWITCH_S)
    try:
        with AgentFolder(data / "agent") as folder:
            async with TaskGroup() as group:
                group.create_task(raise_at_signal())
                life = Life(
                    url, folder, engine_factory, described=described, timing=timing or Timing()
                )
                group.create_task(life.live())
    except* Told:
        log.info("agent stopped")
    except* Rejected as refused:
        code = _said(refused, REFUSED)
    except* (FolderBusy, Unreadable, OSError) as failed:
        code = _said(failed, FAILED)
    return code


def _said(why: BaseExceptionGroup[BaseException], code: int) -> int:
    sys.stderr.write(f"pasture agent: {first(why)}\n")
    return code
