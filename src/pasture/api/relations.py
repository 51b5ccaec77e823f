"""Links that follow from reference fields: ``hostId`` gives ``host``, and a host its children.

The same for every role; a role sees those whose target type it sees (``sight``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache

from pasture.auth.may import ACCOUNTS
from pasture.model.declare import Field, Scope
from pasture.model.resource import Resource
from pasture.model.types import BY_BASE, BY_NAME, TYPES


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

    @property
    def resource_type(self) -> str:
        """What a collection of it says its resources are: the base type where there is one."""
        return BY_NAME.get(self.target.type.base, self.target).type.name


@cache
def links_of(cls: type[Resource]) -> Mapping[str, Link]:
    """Return the links of a type by lower-case name."""
    links = {link.name.lower(): link for link in (*_references(cls), *_children(cls))}
    return dict(sorted(links.items()))


def _references(cls: type[Resource]) -> list[Link]:
    found: list[Link] = []
    for field in cls.type.fields:
        if field.ref is None or not field.wire.endswith("Id") or _says_nothing(cls, field):
            continue
        target = BY_NAME[field.ref]
        name = field.link or field.wire.removesuffix("Id")
        kind = Kind.ONE_LISTED if name == target.type.plural else Kind.ONE
        found.append(Link(name, kind, target, field))
    return found


def _children(cls: type[Resource]) -> list[Link]:
    """Return the links to rows that refer to a type; of two references the later declared counts.

    A reference that cannot be filtered by leads nowhere back.
    """
    found: list[Link] = []
    for child in TYPES:
        for field in child.type.fields:
            if field.ref is None or not field.filterable or _says_nothing(child, field):
                continue
            if BY_NAME[field.ref].type.base == cls.type.base:
                found.append(_child_link(child, field))
    return found


def _child_link(child: type[Resource], field: Field) -> Link:
    """Return the link to a child's rows: those of its base type where that has the reference."""
    base = BY_NAME.get(child.type.base, child)
    shared = base.type.field(field.wire)
    target = base if shared is not None and shared.filterable else child
    return Link(base.type.plural, Kind.CHILDREN, target, field)


def _says_nothing(cls: type[Resource], field: Field) -> bool:
    """Tell whether a reference to an owner says nothing."""
    nobody = cls.type.base == ACCOUNTS or cls.type.scope is Scope.GLOBAL
    return nobody and field.name == "account_id"


def concrete(cls: type[Resource]) -> tuple[type[Resource], ...]:
    """Return the types whose rows a collection shows: of a base type, every kind."""
    if cls.type.parent is not None:
        return (cls,)
    return tuple(c for c in BY_BASE[cls.type.base] if not c.type.abstract)
