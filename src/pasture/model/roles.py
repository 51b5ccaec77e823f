"""Who sees and does what with a type: the columns of ``reference/rancher16-api.md#10``.

Letters: ``c`` POST, ``r`` GET collection and id, ``g`` GET by id only, ``u`` PUT, ``d`` DELETE.
"""

from collections.abc import Mapping

IN_PROJECT = ("owner", "member", "project", "environment", "projectadmin")
ROLES = ("admin", "user", *IN_PROJECT, "restricted", "readonly", "service", "agent", "register")


def table(  # noqa: PLR0913 - the columns of the reference, in its order
    *,
    admin: str,
    user: str,
    project: str,
    restricted: str,
    readonly: str,
    service: str,
    agent: str = "",
    register: str = "",
) -> Mapping[str, str]:
    """Return letters by role; an empty string is invisible."""
    named = {
        "admin": admin,
        "user": user,
        "restricted": restricted,
        "readonly": readonly,
        "service": service,
        "agent": agent,
        "register": register,
    }
    return {**named, **dict.fromkeys(IN_PROJECT, project)}


READ_ONLY = table(admin="r", user="r", project="r", restricted="r", readonly="r", service="r")
OWN = table(
    admin="r", user="r", project="crud", restricted="crud", readonly="r", service="crud"
)  # what members of an environment make and change
