"""What an agent does about itself, beside its containers; here: nothing. See ``contained/``."""

import logging

from pasture import __version__
from pasture.agent.session import Rejected
from pasture.wire.frames import Welcome

log = logging.getLogger(__name__)


class Household:
    """Of an agent that somebody else installed."""

    trouble: str | None = None

    def welcome(self, welcome: Welcome) -> None:
        """Take note of what the server wants its agents to run from."""
        if welcome.version != __version__:
            log.warning(
                "the server is of another release: install the agent's anew",
                extra={"server": welcome.version, "agent": __version__},
            )

    async def run(self) -> None:
        """Do what there is to do while the agent works: nothing."""

    async def refused(self, why: Rejected) -> None:
        """Do what is left to do where the server will not have the agent: nothing."""
