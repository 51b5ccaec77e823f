"""Names of types in paths and answers, with the one type that is shown under another (#6.1)."""

from pasture.kit.ids import prefix
from pasture.model.declare import ResourceType
from pasture.model.resource import Resource
from pasture.model.types import find

ALIASES = {"setting": "activeSetting"}  # what a setting is shown as, and found under too
BY_ALIAS = {word.lower(): name for name, alias in ALIASES.items() for word in (alias, f"{alias}s")}
BY_NAME = "name"


def find_type(word: str) -> ResourceType | None:
    """Return the type of a word in a path."""
    return find(BY_ALIAS.get(word.lower(), word))


def shown_type(type: ResourceType) -> str:
    """Return the name of a type in answers."""
    return ALIASES.get(type.name, type.name)


def path_of(type: ResourceType) -> str:
    """Return the word of a type in the addresses of its resources."""
    alias = ALIASES.get(type.name)
    return (f"{alias}s" if alias else type.plural).lower()


def id_by_name(row: Resource) -> str:
    """Return the id of a row that goes by its name: ``1as!api.host``."""
    return f"1{prefix(shown_type(row.type))}!{row.name}"
