"""Trying again what fails for a while: longer pauses each time, words once, an end at last."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from pasture.cli.exits import Failure, exit_of
from pasture.client.errors import ClientError

FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 5.0
GIVE_UP_S = 300.0

Say = Callable[[str], None]


@dataclass
class Patience:
    """How long somebody has been failing at one thing."""

    say: Say
    name: str
    give_up_s: float = GIVE_UP_S
    failing_s: float | None = None  # since when
    pause_s: float = FIRST_PAUSE_S

    async def wait(self, why: Failure | ClientError) -> None:
        """Wait before the next try.

        Raises:
            Failure: it has failed for too long.

        """
        now_s = asyncio.get_running_loop().time()
        if self.failing_s is None:
            self.failing_s = now_s
            self.say(f"{self.name}: {why}; trying again")
        elif now_s - self.failing_s > self.give_up_s:
            raise Failure(f"{self.name}: {why}", exit_of(why))
        await asyncio.sleep(self.pause_s)
        self.pause_s = min(LONGEST_PAUSE_S, self.pause_s * 2)

    def over(self) -> None:
        """Note that it works again."""
        if self.failing_s is not None:
            self.say(f"{self.name}: going on")
        self.failing_s, self.pause_s = None, FIRST_PAUSE_S
