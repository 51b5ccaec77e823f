"""What is asked for like a type and is none: no rows, no fields of its own, answered by name.

Clients find them among the schemas and links like every type: a program that waits for changes
looks for ``subscribe`` there, and gives up without it (``reference/rancher16-api.md#7.1``).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from pasture.auth.identity import READ_ADMIN
from pasture.model.roles import READ_ONLY, table

LISTS, CREATES = "r", "c"


@dataclass(frozen=True, kw_only=True)
class Named:
    """One of them, as schemas and links show it."""

    name: str
    plural: str
    roles: Mapping[str, str]  # letters, as a type has them
    fields: Mapping[str, tuple[str, str]]  # by name: wire type and what it is
    filters: tuple[str, ...]

    def letters(self, role: str) -> str:
        """Return what a role may do with it; empty where it does not see it."""
        if role == READ_ADMIN:
            return self.roles.get("admin", "").replace(CREATES, "")
        return self.roles.get(role, "")


SUBSCRIBE = Named(
    name="subscribe",
    plural="subscribe",
    roles=table(admin="", user="", project="cr", restricted="cr", readonly="r", service="cr"),
    fields={"eventNames": ("array[string]", "What to tell of: resource.change.")},
    filters=("eventNames",),
)
IDENTITY = Named(
    name="identity",
    plural="identities",
    roles=READ_ONLY,
    fields={
        "all": ("string", "Not used here: null."),
        "externalId": ("string", "Id at what knows them, such as 1a7."),
        "externalIdType": ("string", "What that is: rancher_id."),
        "id": ("string", "Such as 1i!rancher_id:1a7."),
        "login": ("string", "Their login; shown to themselves."),
        "name": ("string", "Their name."),
        "profilePicture": ("string", "Not used here: null."),
        "profileUrl": ("string", "Not used here: null."),
        "projectId": ("reference[project]", "Not used here: null."),
        "role": ("string", "Not used here: null."),
        "user": ("boolean", "Whether it is a person, not a group."),
    },
    filters=(),
)
NAMED = (IDENTITY, SUBSCRIBE)


def listed(role: str) -> tuple[Named, ...]:
    """Return those that a role may list."""
    return tuple(named for named in NAMED if LISTS in named.letters(role))
