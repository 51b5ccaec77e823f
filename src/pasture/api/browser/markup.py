"""HTML that cannot be forgotten to be escaped: all text is, but for what ``tag`` made."""

from collections.abc import Iterable
from html import escape
from typing import TypeAlias

VOID = frozenset({"input", "link", "meta"})


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


Child: TypeAlias = str | Markup | None
NOTHING = Markup()


def text(child: Child) -> Markup:
    """Return a child as HTML."""
    if child is None:
        return NOTHING
    return child if isinstance(child, Markup) else Markup(escape(child))


def join(children: Iterable[Child], between: str = "") -> Markup:
    """Return children in a row."""
    return Markup(escape(between).join(text(c) for c in children))


def tag(name: str, /, *children: Child, **attributes: str | bool | None) -> Markup:
    """Return an element.

    An attribute's ``_`` stands for ``-``, one at the end for nothing; True is an attribute
    without a value, None and False are none.
    """
    given = "".join(
        f" {key.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{escape(value)}"')
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    if name in VOID:
        return Markup(f"<{name}{given}>")
    return Markup(f"<{name}{given}>{join(children)}</{name}>")
