"""What a Python type means on the wire: one element, many, or a map; and of what."""

import typing
from dataclasses import dataclass
from enum import Enum, auto
from types import NoneType, UnionType
from typing import Any

from pasture.model.declare import Value


class Holds(Enum):
    """How many elements a field holds."""

    ONE = auto()
    LIST = auto()
    MAP = auto()


@dataclass(frozen=True)
class Shape:
    """A field's elements: how many, and of which Python type."""

    holds: Holds
    element: Any

    @property
    def value(self) -> type[Value] | None:
        """The value type of the elements, None where they are plain."""
        if isinstance(self.element, type) and issubclass(self.element, Value):
            return self.element
        return None


def shape_of(hint: Any) -> Shape:
    """Return the shape of a type; ``X | None`` has that of X."""
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin in {typing.Union, UnionType}:
        return shape_of(next(a for a in args if a is not NoneType))
    if origin in {tuple, list}:
        return Shape(Holds.LIST, args[0])
    if origin is dict:
        return Shape(Holds.MAP, args[1])
    return Shape(Holds.ONE, hint)
