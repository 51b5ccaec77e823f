"""What every resource has: identity, owner, life-cycle state, and why it is in it."""

from dataclasses import dataclass
from typing import ClassVar

from pasture.model.declare import ResourceType, attr

LONGEST_NAME = 255
PRINTED = r"^\x00-\x1f\x7f-\x9f"  # a name stands in one line: no control characters


@dataclass(frozen=True, kw_only=True)
class Resource:
    """Base class of all resources; a value: changes are made with ``dataclasses.replace``.

    ``row_version`` is the version that was seen; a write that names an old one is refused.
    ``message``, ``failed`` and ``progress`` belong to the type's controller and are shown as
    ``transitioning``, ``transitioningMessage`` and ``transitioningProgress``.
    """

    type: ClassVar[ResourceType]

    id: int = attr("r", "The row's number, shown as 1h5.", default=0, filterable=True)
    row_version: int = attr("", "Version of the row, for optimistic concurrency.", default=0)
    kind: str = attr("r", "The concrete type.", default="", filterable=True, column=True)
    uuid: str = attr("r", "Unique everywhere.", default="", filterable=True, column=True)
    name: str | None = attr(
        "cru",
        "Name.",
        default=None,
        min_length=1,
        max_length=LONGEST_NAME,
        chars=PRINTED,
        filterable=True,
        column=True,
    )
    description: str | None = attr(
        "cru", "For people.", default=None, max_length=1024, filterable=True
    )
    state: str = attr("r", "Life-cycle state.", default="requested", filterable=True, column=True)
    account_id: int | None = attr(
        "r", "Who owns it.", default=None, ref="account", filterable=True, column=True
    )
    created: int | None = attr("r", "When.", default=None, kind="date", filterable=True)
    removed: int | None = attr(
        "r", "When it was removed.", default=None, kind="date", filterable=True, column=True
    )
    message: str | None = attr("", "What the state waits for or why it failed.", default=None)
    failed: bool = attr("", "Whether the message is an error.", default=False)
    progress: int | None = attr("", "Percent, where known.", default=None)

    @property
    def is_live(self) -> bool:
        """Whether it exists for its users: not removed."""
        return self.removed is None
