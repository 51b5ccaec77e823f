"""``pasture agent``: joins a server, converges, reports, until it is told to stop."""

import logging
import resource
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

from pasture.agent.engine.engine import EngineError
from pasture.agent.exits import FAILED, REFUSED, STOPPED
from pasture.agent.host import Described
from pasture.agent.household import Household
from pasture.agent.life import EngineFactory, Life
from pasture.agent.records import AgentFolder, FolderBusy, Unreadable
from pasture.agent.session import Rejected, Timing
from pasture.agent.signals import Told, raise_at_signal
from pasture.kit.tasks import TaskGroup, first

log = logging.getLogger(__name__)
SWITCH_S = 0.0005  # in a burst the loop lets its disk's threads have Python's lock this soon


@asynccontextmanager
async def nobody() -> AsyncGenerator[Household]:
    """Give an agent no affairs of its own."""
    yield Household()


async def run(
    url: str | None,
    data: Path,
    *,
    engine_factory: EngineFactory,
    described: Described | None = None,
    timing: Timing | None = None,
    household: Callable[[], AbstractAsyncContextManager[Household]] = nobody,
) -> int:
    """Run the agent in the foreground and return its exit code.

    ``url`` is a registration URL; without one the identity in DATA/agent must be there. Containers
    go on running when the agent stops. Where it cannot go on, the reason stands on stderr.
    """
    sys.setswitchinterval(SWITCH_S)
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # each stream is a connection
    code, rejected = STOPPED, None
    async with household() as own:
        try:
            with AgentFolder(data / "agent") as folder:
                async with TaskGroup() as group:
                    group.create_task(raise_at_signal())
                    life = Life(
                        url,
                        folder,
                        engine_factory,
                        described=described or Described(),
                        timing=timing or Timing(),
                    )
                    life.household = own
                    group.create_task(life.live())
        except* Told:
            log.info("agent stopped")
        except* Rejected as refused:
            code, rejected = _said(refused, REFUSED), first(refused)
        except* (FolderBusy, Unreadable, OSError) as failed:
            code = _said(failed, FAILED)
        if isinstance(rejected, Rejected):
            await _settle(own, rejected)
    return code


async def _settle(household: Household, why: Rejected) -> None:
    try:
        await household.refused(why)
    except EngineError as failed:
        sys.stderr.write(f"pasture agent: {failed}\n")


def _said(why: BaseExceptionGroup[BaseException], code: int) -> int:
    sys.stderr.write(f"pasture agent: {first(why)}\n")
    return code
