"""A resource as the server showed it: its JSON, and what every resource has as attributes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from pasture.client.errors import NotPasture

UNSAID = "In Progress"  # what the API shows where nobody wrote a message
GONE = frozenset({"removed", "purging", "purged"})


@dataclass(frozen=True)
class Resource:
    """One answer; a value: ask again to see what has become of it."""

    fields: Mapping[str, Any]

    @property
    def id(self) -> str:
        """The id, such as ``1i5``."""
        return self.text("id") or ""

    @property
    def type(self) -> str:
        """The concrete type, such as ``container``."""
        return self.text("type") or ""

    @property
    def name(self) -> str | None:
        """The name, where it has one."""
        return self.text("name")

    @property
    def state(self) -> str:
        """The life-cycle state."""
        return self.text("state") or ""

    @property
    def is_moving(self) -> bool:
        """Whether something is under way."""
        return self.text("transitioning") == "yes"

    @property
    def is_failed(self) -> bool:
        """Whether what was under way has failed."""
        return self.text("transitioning") == "error"

    @property
    def is_gone(self) -> bool:
        """Whether it is removed."""
        return self.state in GONE

    @property
    def message(self) -> str | None:
        """What it waits for or why it failed; None where the server says only that it moves."""
        words = self.text("transitioningMessage")
        return None if words == UNSAID else words

    @property
    def is_unplaced(self) -> bool:
        """Whether a container was refused by every host: until it has one, its message says why."""
        waits = self.type == "container" and self.state in {"creating", "starting"}
        return waits and self.text("hostId") is None and self.message is not None

    @property
    def links(self) -> Mapping[str, str]:
        """URLs by link name."""
        return self.mapping("links")

    @property
    def actions(self) -> Mapping[str, str]:
        """URLs of the actions that are possible now, by name."""
        return self.mapping("actions")

    def text(self, field: str) -> str | None:
        """Return a field's text, or None."""
        value = self.fields.get(field)
        return None if value is None else str(value)

    def number(self, field: str) -> int | None:
        """Return a field's whole number, or None."""
        value = self.fields.get(field)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def texts(self, field: str) -> list[str]:
        """Return a field's list of texts; empty where there is none."""
        value = self.fields.get(field)
        return [str(v) for v in cast("list[Any]", value)] if isinstance(value, list) else []

    def mapping(self, field: str) -> Mapping[str, Any]:
        """Return a field's object; empty where there is none."""
        value = self.fields.get(field)
        return cast("dict[str, Any]", value) if isinstance(value, dict) else {}

    def __str__(self) -> str:
        return f"{self.type} {self.name or self.id}"


def resource(answer: Any) -> Resource:
    """Return the resource that a body holds.

    Raises:
        NotPasture: it holds none.

    """
    if not isinstance(answer, dict) or "type" not in answer:
        raise NotPasture("the server's answer is no resource: is a Pasture server at this URL?")
    return Resource(cast("dict[str, Any]", answer))


def page(answer: Any) -> tuple[list[Resource], str | None]:
    """Return the resources of a collection's body, and the URL of the next page or None.

    Raises:
        NotPasture: the body is no collection.

    """
    whole = resource(answer)
    rows = whole.fields.get("data")
    if whole.type != "collection" or not isinstance(rows, list):
        raise NotPasture("the server's answer is no collection: is a Pasture server at this URL?")
    following = whole.mapping("pagination").get("next")
    return [resource(row) for row in cast("list[Any]", rows)], following
