"""Life cycles that several types share (``reference/rancher16-api.md#6``)."""

from pasture.model.declare import Step

CREATE = Step("create", frozenset({"requested"}), "registering", "inactive", then="activate")
ACTIVATE = Step("activate", frozenset({"inactive", "registering"}), "activating", "active")
DEACTIVATE = Step(
    "deactivate",
    frozenset(
        {"requested", "registering", "active", "activating", "updating-active", "updating-inactive"}
    ),
    "deactivating",
    "inactive",
)
REMOVE = Step(
    "remove",
    frozenset({"requested", "inactive", "registering", "updating-active", "updating-inactive"}),
    "removing",
    "removed",
)
UPDATE_ACTIVE = Step("update", frozenset({"active"}), "updating-active", "active")
UPDATE_INACTIVE = Step("update", frozenset({"inactive"}), "updating-inactive", "inactive")
PURGE = Step("purge", frozenset({"removed"}), "purging", "purged")

DEFAULT = (CREATE, ACTIVATE, DEACTIVATE, REMOVE, UPDATE_ACTIVE, UPDATE_INACTIVE, PURGE)
STRAIGHT = (  # created straight to active
    Step("create", frozenset({"requested"}), "activating", "active"),
    Step("remove", frozenset({"requested", "activating", "active"}), "removing", "removed"),
)


def settle(steps: tuple[Step, ...], state: str) -> str | None:
    """Return the state that follows a *during* state where nothing is left to do, or None.

    Follows ``then``: a create that chains into activate ends in activate's *during* state.
    """
    step = next((s for s in steps if s.during == state), None)
    if step is None:
        return None
    following = next((s for s in steps if s.name == step.then), None)
    return following.during if following else step.ends
