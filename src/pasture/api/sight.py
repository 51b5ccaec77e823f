"""What a role sees of the types in a version: fields, links and actions, worked out once.

``Sight`` is a role's view of all types, ``Seen`` its view of one, both in the version's own names.
A field that refers to a type which the role does not see is not there at all.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from operator import attrgetter

from pasture.api.blank import BLANK
from pasture.api.names import GOES_BY_NAME, REFERENCE, V2_BETA, Version
from pasture.api.relations import Kind, Link, links_of
from pasture.api.values import Show, is_shown, is_visible, nothing, shower
from pasture.auth.identity import OWNER, READ_ADMIN, READ_ONLY, SEES_ALL
from pasture.auth.may import ACCOUNTS, ACTION, letters, role_may
from pasture.model.account import Project
from pasture.model.declare import Action, Field, ResourceType, Secret, Step
from pasture.model.resource import Resource
from pasture.model.types import BY_NAME, TYPES

AGENT_STATE = "agentState"
READS_ONLY = frozenset({READ_ADMIN, READ_ONLY})  # their schemas say of no field that it is given
FIRST = {"name": 0, "state": 1}


@dataclass(frozen=True)
class GatheredIds:
    """A field with the ids of a row's children."""

    wire: str
    cls: type[Resource]
    by: str
    id_prefix: str
    doc: str

    @property
    def wire_type(self) -> str:
        """What the schema says of it."""
        base = BY_NAME.get(self.cls.type.base, self.cls)
        return f"array[reference[{base.type.name}]]"


class Seen:
    """A role's view of one type."""

    def __init__(self, cls: type[Resource], role: str, version: Version, plain: bool) -> None:
        self.cls = cls
        self.type = cls.type
        self.version = version
        self.plain = plain  # ids are bare row numbers
        self.name = version.name_of(cls.type)
        self.plural = version.plural_of(cls.type)
        self.letters = _letters(cls, role, version)
        self.withheld = frozenset(letters(cls.type, role)) - set(self.letters)  # by the version
        self.reads_only = role in READS_ONLY
        self.shown_type = version.shown_as(cls.type)
        self.path = version.path_of(cls.type)  # of its resources
        self.list_path = self.plural.lower()
        self.by_name = cls.type.id_style == GOES_BY_NAME
        self.id_prefix = version.prefix_of(cls.type)
        self.base_type = cls.type.parent or self.shown_type
        self.is_environment = cls is Project
        self.fields = tuple(f for f in version.fields_of(cls) if is_visible(f, role))
        self.by_wire = {f.wire: f for f in self.fields}
        self.creatable = {f.wire: f for f in self.fields if _may_give(f, "c", role)}
        self.updatable = {f.wire: f for f in self.fields if _may_give(f, "u", role)}
        self.filters = {f.wire: f for f in self.fields if f.filterable and f.access}
        self.sorts = {w: f for w, f in self.filters.items() if "r" in f.access}
        self.links = self._links(role)
        self.has_actions = role_may(role, ACTION, cls.type) and not self.withheld
        self.runs = _runs(cls.type, only_looks=not self.has_actions)
        self.streams = {s.name.lower(): s for s in cls.type.streams}
        self.is_account = cls.type.base == ACCOUNTS
        self._actions: dict[str, tuple[str, ...]] = {}
        self._prepare_answers(role)

    def _prepare_answers(self, role: str) -> None:
        """Work out what an answer needs for each row."""
        cls, version = self.cls, self.version
        shown = sorted((f for f in self.fields if is_shown(f) and f.wire != "id"), key=_place)
        self.wires = tuple(f.wire for f in shown)
        self.read = attrgetter(*(f.name for f in shown))
        self.showers: tuple[tuple[str, Show], ...] = tuple(
            (f.wire, show) for f in shown if (show := self._shower(f, role)) is not None
        )
        self.dates = tuple(f.wire for f in shown if f.wire_type == "date")
        self.derived = tuple(
            (d.wire, nothing if d.secret and not self.has_actions else d.compute)
            for d in cls.type.derived
        )
        self.conditions = {a.name: a.when for a in cls.type.more_actions if a.when is not None}
        self.gathers = tuple(self._gathers(role))
        self.blank = dict(self._blank(role))
        self.nulls = dict.fromkeys(self.blank)
        self.leading = frozenset(d.wire for d in cls.type.derived if d.leads)
        self.transitional = cls.type.transitional
        self.has_states = bool(cls.type.states)
        has_agent = cls.type.field(AGENT_STATE) is not None
        self.shows_agent_state = has_agent and version.shows_agent_state

    def can(self, some: str) -> bool:
        """Tell whether the role has one of these letters."""
        return any(c in self.letters for c in some)

    def actions(self, state: str) -> tuple[str, ...]:
        """Return the names of the actions that are offered in a state."""
        known = self._actions.get(state)
        if known is None:
            offered = dict.fromkeys(r.name for r in self.runs if r.available(state))
            known = self._actions[state] = tuple(offered)
        return known

    def offered(self, row: Resource) -> tuple[str, ...]:
        """Return the names of the actions that are offered on a row."""
        names = self.actions(row.state)
        if not self.conditions:
            return names
        return tuple(n for n in names if n not in self.conditions or self.conditions[n](row))

    def named(self, field: Field, text: str) -> str:
        """Return a value that a filter is given as it is stored: a kind in the version's name."""
        return self.type.name if field.name == "kind" and text == self.name else text

    def _shower(self, field: Field, role: str) -> Show | None:
        if field.name == "kind" and self.name != self.type.name:
            return lambda kind: self.name if kind == self.type.name else kind
        return shower(field, role, plain=self.plain)

    def _gathers(self, role: str) -> Iterator[GatheredIds]:
        """Give what is read of each row's children, as far as the role sees those."""
        for one in self.type.gathers:
            wire, cls = self.version.wire_of(self.type, one.wire), BY_NAME[one.of]
            if wire is not None and _letters(cls, role, self.version):
                start = "" if self.plain else self.version.prefix_of(cls.type)
                yield GatheredIds(wire, cls, one.by, start, one.doc)

    def _blank(self, role: str) -> Iterator[tuple[str, str]]:
        """Give the fields that are always null, each with its wire type, as for the others."""
        has = {*self.by_wire, *(d.wire for d in self.type.derived)}
        for known, wire_type in BLANK.get(self.type.name, {}).items():
            wire = self.version.wire_of(self.type, known)
            ref = BY_NAME.get(wire_type.removeprefix(REFERENCE).removesuffix("]"))
            hidden = ref is not None and not _letters(ref, role, self.version)
            if wire is not None and wire not in has and not hidden:
                yield wire, self.version.kind_of(wire_type)

    def _links(self, role: str) -> Mapping[str, Link]:
        return {
            name: link
            for name, link in links_of(self.cls, self.version).items()
            if _letters(link.target, role, self.version)
            and (not self.is_environment or self._leads_inside(link))
            and (link.kind is Kind.CHILDREN or link.field.wire in self.by_wire)
        }

    def _leads_inside(self, link: Link) -> bool:
        """Tell whether an environment's link is one: what follows its id is a collection in it."""
        return link.kind is Kind.CHILDREN and _is_inside(link.target, self.version)


class Sight:
    """A role's view of all types."""

    def __init__(self, role: str, version: Version, plain: bool) -> None:
        self.role = role
        self.version = version
        self.plain = plain
        self.of: Mapping[type[Resource], Seen] = {
            cls: Seen(cls, role, version, plain) for cls in TYPES if _letters(cls, role, version)
        }
        self.listed = tuple(s for s in self.of.values() if s.can("r"))
        self.listed_inside = tuple(s for s in self.listed if _is_inside(s.cls, version))

    def creates(self, link: Link) -> bool:
        """Tell whether a resource can be created through a link: one with this reference."""
        is_child = link.kind is Kind.CHILDREN
        return is_child and link.field.wire in self.of[link.target].creatable

    def hidden_kinds(self, cls: type[Resource]) -> tuple[str, ...]:
        """Return the kinds that a base collection has and the role does not see."""
        if cls.type.parent is not None:
            return ()
        return tuple(
            c.type.name for c in TYPES if c.type.base == cls.type.base and c not in self.of
        )


@cache
def sight(role: str, version: Version = V2_BETA, plain: bool = False) -> Sight:
    """Return a role's view of all types in a version."""
    return Sight(role, version, plain)


def _runs(type: ResourceType, *, only_looks: bool) -> tuple[Step | Action, ...]:
    """Return the steps and actions of a type, or those that change nothing."""
    if only_looks:
        return tuple(a for a in type.more_actions if a.looks)
    return (*type.steps, *type.more_actions)


def _is_inside(cls: type[Resource], version: Version) -> bool:
    """Tell whether an environment has a type's collection: whoever asks in it is a member there."""
    return "r" in _letters(cls, OWNER, version)


def _letters(cls: type[Resource], role: str, version: Version) -> str:
    """Return what a role may do with a type in a version."""
    if not version.has(cls):
        return ""
    given, most = letters(cls.type, role), version.most.get(cls.type.name)
    return given if most is None else "".join(c for c in given if c in most)


def _may_give(field: Field, letter: str, role: str) -> bool:
    """Tell whether a role may give a field.

    Only who sees everybody's rows says whose one is, and changes a password without the old one.
    """
    is_theirs = field.name == "account_id" or (letter == "u" and field.secret is Secret.PASSWORD)
    return letter in field.access and (not is_theirs or role in SEES_ALL)


def _place(field: Field) -> tuple[int, str]:
    return FIRST.get(field.wire, len(FIRST)), field.wire
