"""The one decision over every access: ``may(identity, verb, type, resource)``.

Three questions, in this order: does the role see the type, has it the verb's letter, and is the
row one of those that the identity may see (or, for an environment, change).
"""

from pasture.auth.identity import OWNER, READ_ADMIN, SEES_ALL, Identity
from pasture.model.declare import ResourceType, Scope
from pasture.model.resource import Resource

READ = "read"
LETTER = {"list": "r", READ: "rg", "create": "c", "update": "u", "delete": "d"}
ACTION = "action"
VERBS = (*LETTER, ACTION)
CHANGES = frozenset({"update", "delete", ACTION})
WRITES = frozenset("cud")
ACCOUNTS = "account"  # the base type whose rows own the others, and themselves


def letters(type: ResourceType, role: str) -> str:
    """Return what a role may do with a type; empty where it does not see it."""
    if role == READ_ADMIN:
        return "".join(c for c in type.roles.get("admin", "") if c in "rg")
    return type.roles.get(role, "")


def may(identity: Identity, verb: str, type: ResourceType, resource: Resource | None) -> bool:
    """Decide one access; ``resource`` is None where there is none yet (list, create)."""
    if not role_may(identity.role, verb, type):
        return False
    if resource is None:
        return True
    if not sees(identity, resource):
        return False
    return verb not in CHANGES or _rules_over(identity, resource)


def role_may(role: str, verb: str, type: ResourceType) -> bool:
    """Decide by the type's table alone.

    An action changes what it acts on, so it needs a letter that writes; who sees the rows of
    everybody has every action of the types that it sees.
    """
    given = letters(type, role)
    if verb == ACTION:
        if role == READ_ADMIN or not given:
            return False
        return role in SEES_ALL or bool(WRITES & set(given))
    return any(c in given for c in LETTER[verb])


def sees(identity: Identity, resource: Resource) -> bool:
    """Tell whether a row is one of those that the identity may see."""
    visible = visible_accounts(identity, resource.type)
    return visible is None or getattr(resource, owner_field(resource.type)) in visible


def owner_field(type: ResourceType) -> str:
    """Return the attribute that says whose a row is: accounts are their own."""
    return "id" if type.base == ACCOUNTS else "account_id"


def visible_accounts(identity: Identity, type: ResourceType) -> frozenset[int] | None:
    """Return whose rows are visible, None for everybody's: what a list is filtered by."""
    if type.scope is Scope.GLOBAL or identity.sees_all:
        return None
    if identity.project is not None:
        own = {identity.project}
        return frozenset(own | set(identity.memberships) if type.base == ACCOUNTS else own)
    if type.base == ACCOUNTS or is_about_environments(type):
        return frozenset({identity.account, *identity.memberships})
    return frozenset({identity.account})


def is_about_environments(type: ResourceType) -> bool:
    """Tell whether a type's rows belong to an environment as such: its members may see them."""
    field = type.field("projectId")
    return field is not None and field.ref == "project"


def ruled_accounts(identity: Identity) -> frozenset[int] | None:
    """Return the accounts and environments that the identity may change, None for all of them."""
    if identity.sees_all:
        return None
    return frozenset(p for p, role in identity.memberships.items() if role == OWNER)


def _rules_over(identity: Identity, resource: Resource) -> bool:
    ruled = ruled_accounts(identity) if resource.type.base == ACCOUNTS else None
    return ruled is None or resource.id in ruled
