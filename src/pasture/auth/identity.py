"""Who asks, as a value: proven account, role, and the environment that is looked at."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pasture.model.roles import ROLES

ADMIN_AUTH, BASIC_AUTH = "AdminAuth", "BasicAuth"
TOKEN_AUTH, REGISTRATION = "TokenAuth", "RegistrationToken"
READ_ADMIN = "readAdmin"
SEES_ALL = frozenset({"admin", "service", READ_ADMIN})  # at account level: rows of everybody
OWNER, READ_ONLY = "owner", "readonly"
PRIORITY = (OWNER, "member", "restricted", READ_ONLY)  # the best of several memberships counts
KNOWN = frozenset({*ROLES, READ_ADMIN})
ROLE_OF_KIND = {"registeredAgent": "agent"}  # the other kinds are named like their role


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Who asks.

    ``account`` proved who it is; ``project`` is the environment that is looked at, or None at
    account level. An environment's own key has it as its account and is always inside it.
    """

    account: int
    account_kind: str
    account_name: str | None
    role: str
    auth_type: str
    project: int | None = None
    login: str | None = None
    memberships: Mapping[int, str] = field(default_factory=dict[int, str])

    @property
    def effective(self) -> int:
        """The account that new rows belong to."""
        return self.account if self.project is None else self.project

    @property
    def sees_all(self) -> bool:
        """Whether rows of every account are visible."""
        return self.project is None and self.role in SEES_ALL


def role_of_kind(kind: str) -> str | None:
    """Return the role that an account's kind has at account level; None: it has none."""
    role = ROLE_OF_KIND.get(kind, kind)
    return role if role in KNOWN else None


def best_role(roles: list[str]) -> str | None:
    """Return the strongest of several memberships' roles."""
    return next((r for r in PRIORITY if r in roles), None)
