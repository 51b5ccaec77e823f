"""The keys that a controller is to look at: each once, never two looks at one key at a time.

What was hinted at comes before what is looked at anyway, as a safety net.
"""

import asyncio
from collections import deque


class Queue:
    """Hand out keys to workers; a key that is hinted at while it is worked on comes once more."""

    def __init__(self) -> None:
        self._ready: deque[int] = deque()
        self._anyway: dict[int, None] = {}  # in their order
        self._dirty: set[int] = set()
        self._busy: set[int] = set()
        self._later: dict[int, asyncio.TimerHandle] = {}
        self._calm: dict[int, asyncio.TimerHandle] = {}
        self._filled = asyncio.Event()

    def __len__(self) -> int:
        """How many keys wait for a worker."""
        return len(self._ready) + len(self._anyway)

    def add(self, key: int) -> None:
        """Look at this key as soon as a worker is free."""
        self._drop_timer(key)
        if key in self._anyway:
            del self._anyway[key]
            self._hand_out(key)
        if key in self._dirty:
            return
        self._dirty.add(key)
        if key not in self._busy:
            self._hand_out(key)

    def add_anyway(self, key: int) -> None:
        """Look at this key once nothing that was hinted at waits."""
        if key in self._dirty or key in self._busy:
            return
        self._dirty.add(key)
        self._anyway[key] = None
        self._filled.set()

    def add_after(self, key: int, delay_s: float) -> None:
        """Look at this key then, if nothing hints at it before."""
        if key in self._dirty:
            return
        self._drop_timer(key)
        loop = asyncio.get_running_loop()
        self._later[key] = loop.call_later(delay_s, self.add, key)

    async def take(self) -> int:
        """Return the next key, marked as worked on until ``done``."""
        while not (self._ready or self._anyway):
            self._filled.clear()
            await self._filled.wait()
        key = self._ready.popleft() if self._ready else next(iter(self._anyway))
        self._anyway.pop(key, None)
        self._dirty.discard(key)
        self._busy.add(key)
        return key

    def done(self, key: int) -> None:
        """Release a key."""
        self._calm.pop(key, None)
        self._busy.discard(key)
        if key in self._dirty:
            self._hand_out(key)

    def done_after(self, key: int, calm_s: float) -> None:
        """Release a key then: what is hinted at meanwhile becomes one look."""
        self._calm[key] = asyncio.get_running_loop().call_later(calm_s, self.done, key)

    def close(self) -> None:
        """Forget all timers."""
        for timer in (*self._later.values(), *self._calm.values()):
            timer.cancel()
        self._later.clear()
        self._calm.clear()

    def _hand_out(self, key: int) -> None:
        self._ready.append(key)
        self._filled.set()

    def _drop_timer(self, key: int) -> None:
        timer = self._later.pop(key, None)
        if timer is not None:
            timer.cancel()
