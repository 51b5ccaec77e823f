"""Names of types and fields in paths and answers, in each version of the API.

What is declared is what v2-beta says; a ``Version`` holds where another one differs (``v1``).
One type is shown under another's name in all of them (#6.1).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache

from pasture.kit.ids import prefix
from pasture.model.declare import Field, ResourceType
from pasture.model.resource import Resource
from pasture.model.types import BY_NAME, TYPES

ALIASES = {"setting": "activeSetting"}  # what a setting is shown as, and found under too
BY_ALIAS = {word.lower(): name for name, alias in ALIASES.items() for word in (alias, f"{alias}s")}
GOES_BY_NAME = "name"
REFERENCE = "reference["


@dataclass(frozen=True, kw_only=True, eq=False)
class Version:
    """A version of the API: how it calls things, and what it does not have."""

    name: str
    called: Mapping[str, str] = field(default_factory=dict[str, str])  # type: its name there
    absent: frozenset[str] = frozenset()  # types
    # by type: a field's name there, or None where it is not
    fields: Mapping[str, Mapping[str, str | None]] = field(
        default_factory=dict[str, Mapping[str, str | None]]
    )
    most: Mapping[str, str] = field(default_factory=dict[str, str])  # letters of a type, at most
    shows_agent_state: bool = True  # a host's state is its agent's while it is active (#6)

    def has(self, cls: type[Resource]) -> bool:
        """Tell whether it has a type."""
        return cls.type.name not in self.absent

    def name_of(self, type: ResourceType) -> str:
        """Return what a type is called."""
        return self.called.get(type.name, type.name)

    def plural_of(self, type: ResourceType) -> str:
        """Return what several of a type are called."""
        return f"{self.called[type.name]}s" if type.name in self.called else type.plural

    def shown_as(self, type: ResourceType) -> str:
        """Return the name of a type in answers."""
        return ALIASES.get(type.name) or self.name_of(type)

    def path_of(self, type: ResourceType) -> str:
        """Return the word of a type in the addresses of its resources."""
        alias = ALIASES.get(type.name)
        return (f"{alias}s" if alias else self.plural_of(type)).lower()

    def prefix_of(self, type: ResourceType) -> str:
        """Return what ids of a type begin with."""
        return f"1{prefix(self.called.get(type.name, type.base))}"

    def id_of(self, row: Resource) -> str:
        """Return the id of a row: ``1h5``, or ``1as!api.host`` for what goes by its name."""
        if row.type.id_style == GOES_BY_NAME:
            return f"1{prefix(self.shown_as(row.type))}!{row.name}"
        return f"{self.prefix_of(row.type)}{row.id}"

    def find(self, word: str) -> type[Resource] | None:
        """Return the type of a word in a path, in any letter case."""
        return _words(self).get(word.lower())

    def fields_of(self, cls: type[Resource]) -> tuple[Field, ...]:
        """Return a type's fields as they are called there."""
        return _fields(self, cls)

    def kind_of(self, wire_type: str) -> str:
        """Return a field's type: a reference in it is to a type as it is called there."""
        before, is_reference, after = wire_type.partition(REFERENCE)
        name, bracket, rest = after.partition("]")
        return f"{before}{is_reference}{self.called.get(name, name)}{bracket}{rest}"

    def wire_of(self, type: ResourceType, wire: str) -> str | None:
        """Return what a field is called, None where it is not there."""
        return self.fields.get(type.name, {}).get(wire, wire)


V2_BETA = Version(name="v2-beta")


@cache
def _words(version: Version) -> Mapping[str, type[Resource]]:
    found = {
        word.lower(): cls
        for cls in TYPES
        if version.has(cls)
        for word in (version.plural_of(cls.type), version.name_of(cls.type))
    }
    return {**found, **{alias: BY_NAME[name] for alias, name in BY_ALIAS.items()}}


@cache
def _fields(version: Version, cls: type[Resource]) -> tuple[Field, ...]:
    found: list[Field] = []
    for declared in cls.type.all_fields:
        wire = version.wire_of(cls.type, declared.wire)
        if wire is not None and (declared.ref is None or version.has(BY_NAME[declared.ref])):
            found.append(_renamed(declared, wire, version))
    return tuple(found)


def _renamed(declared: Field, wire: str, version: Version) -> Field:
    kind = version.kind_of(declared.wire_type)
    if (wire, kind) == (declared.wire, declared.wire_type):
        return declared
    return replace(declared, wire=wire, wire_type=kind)


def referred(field: Field) -> str | None:
    """Return the type that a reference is to, as the field's version calls it."""
    _, is_reference, name = field.wire_type.rpartition(REFERENCE)
    return name.rstrip("]") if is_reference else field.ref


def start_of(name: str) -> str:
    """Return what ids of a type begin with, by what its version calls it."""
    return f"1{prefix(BY_NAME[name].type.base if name in BY_NAME else name)}"
