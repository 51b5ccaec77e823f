"""How far a pull is, from the Engine's lines about each layer. Pure."""

from collections.abc import Mapping
from typing import Any

FULL = 100


class PullProgress:
    """Add up the layers; a line of text comes out where there is something new to say."""

    def __init__(self, image: str) -> None:
        self.image = image
        self._layers: dict[str, tuple[int, int]] = {}
        self._said: str | None = None

    def add(self, line: Mapping[str, Any]) -> str | None:
        """Return what to tell people after that line, or None where it is nothing new."""
        layer = line.get("id")
        status = str(line.get("status") or "")
        detail: Mapping[str, Any] = line.get("progressDetail") or {}
        if layer and status == "Downloading" and detail.get("total"):
            self._layers[layer] = (int(detail.get("current") or 0), int(detail["total"]))
        elif layer in self._layers and status in {"Download complete", "Pull complete"}:
            total = self._layers[layer][1]
            self._layers[layer] = (total, total)
        text = f"pulling {self.image}{self._percent()}"
        if text == self._said:
            return None
        self._said = text
        return text

    def _percent(self) -> str:
        total = sum(t for _, t in self._layers.values())
        if not total:
            return ""
        done = sum(d for d, _ in self._layers.values()) * FULL // total
        return f": {done - done % 5} %"
