"""How well the Engine is, in one sentence for the host's page. Pure state."""

STUCK_MS = 300_000  # a call that hung is held against the Engine for so long, or until one works


class Health:
    """Two ways to be ill: it cannot be talked to, or it talks and does not act."""

    def __init__(self) -> None:
        self._unreachable: str | None = None
        self._stuck: tuple[int, str] | None = None

    def answers(self) -> None:
        """Note that the Engine took its locks and answered."""
        self._unreachable = None

    def silent(self, error: str) -> None:
        """Note that the Engine could not be asked."""
        self._unreachable = error

    def acts(self) -> None:
        """Note that the Engine carried something out."""
        self._stuck = None

    def hangs(self, error: str, *, now: int) -> None:
        """Note that the Engine took a call and never answered it."""
        self._stuck = (now, error)

    def error(self, *, now: int) -> str | None:
        """Return what is wrong with it, or None."""
        if self._unreachable is not None:
            return self._unreachable
        if self._stuck is not None and abs(now - self._stuck[0]) < STUCK_MS:  # clocks are set back
            return self._stuck[1]
        return None
