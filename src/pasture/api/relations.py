"""Links that follow from reference fields: ``hostId`` gives ``host``, and a host its children.

The same for every role; a role sees those whose target type it sees (``sight``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache

from pasture.api.names import V2_BETA, Version
from pasture.auth.may import ACCOUNTS
from pasture.model.declare import Field, Scope
from pasture.model.resource import Resource
from pasture.model.types import BY_NAME, TYPES


class Kind(Enum):
    """What following a link gives."""

    ONE = auto()  # the row that a reference names
    ONE_LISTED = auto()  # the same as a collection: the link's name is a plural
    CHILDREN = auto()  # the rows whose reference names this one


@dataclass(frozen=True)
class Link:
    """A relation from a type to another."""

    name: str
    kind: Kind
    target: type[Resource]
    field: Field  # of the row itself, or of the target for children
    resource_type: str  # what a collection of it says its resources are: the base type


@cache
def links_of(cls: type[Resource], version: Version = V2_BETA) -> Mapping[str, Link]:
    """Return the links of a type by lower-case name."""
    found = (*_references(cls, version), *_children(cls, version))
    return dict(sorted({link.name.lower(): link for link in found}.items()))


def _references(cls: type[Resource], version: Version) -> list[Link]:
    found: list[Link] = []
    for field in version.fields_of(cls):
        if field.ref is None or not field.wire.endswith("Id") or _says_nothing(cls, field):
            continue
        target = BY_NAME[field.ref]
        for name in field.links or (field.wire.removesuffix("Id"),):
            kind = Kind.ONE_LISTED if name == version.plural_of(target.type) else Kind.ONE
            found.append(Link(name, kind, target, field, _resource_type(target, version)))
    return found


def _children(cls: type[Resource], version: Version) -> list[Link]:
    """Return the links to rows that refer to a type; of two references the later declared counts.

    A reference that cannot be filtered by leads nowhere back.
    """
    found: list[Link] = []
    for child in filter(version.has, TYPES):
        for field in version.fields_of(child):
            if field.ref is None or not field.filterable or _says_nothing(child, field):
                continue
            if BY_NAME[field.ref].type.base == cls.type.base:
                found.append(_child_link(child, field, version))
    return found


def _child_link(child: type[Resource], field: Field, version: Version) -> Link:
    """Return the link to a child's rows: those of its base type where that has the reference."""
    base = BY_NAME.get(child.type.base, child)
    shared = any(f.wire == field.wire and f.filterable for f in version.fields_of(base))
    target = base if shared else child
    name = version.plural_of(base.type)
    return Link(name, Kind.CHILDREN, target, field, _resource_type(target, version))


def _resource_type(target: type[Resource], version: Version) -> str:
    return version.name_of(BY_NAME.get(target.type.base, target).type)


def _says_nothing(cls: type[Resource], field: Field) -> bool:
    """Tell whether a reference to an owner says nothing."""
    nobody = cls.type.base == ACCOUNTS or cls.type.scope is Scope.GLOBAL
    return nobody and field.name == "account_id"


def concrete(cls: type[Resource]) -> tuple[type[Resource], ...]:
    """Return the types whose rows a collection shows: of a base type, every kind."""
    if cls.type.parent is not None:
        return (cls,)
    return tuple(c for c in TYPES if c.type.base == cls.type.base and not c.type.abstract)
