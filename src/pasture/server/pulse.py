"""How late the event loop is: what keeps it busy keeps everybody waiting."""

import asyncio

BEAT_S = 1.0


class Pulse:
    """Beats while the loop turns; ``late_s`` is by how much the last beat was late."""

    def __init__(self) -> None:
        self.late_s = 0.0

    async def run(self) -> None:
        """Beat until cancelled."""
        clock = asyncio.get_running_loop().time
        while True:
            due = clock() + BEAT_S
            await asyncio.sleep(BEAT_S)
            self.late_s = max(0.0, clock() - due)
