"""What was given for each setting, by flag or variable; complaints are collected on the way."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from pasture.kit.errors import Invalid
from pasture.settings.table import BY_NAME

Arguments = Mapping[str, str | None]
T = TypeVar("T")


class Given:
    """What was given for each setting: the flag wins over the variable; empty is not given.

    Parsers' complaints are collected, so that all of them are told at once.
    """

    def __init__(self, mapping: Mapping[str, str], arguments: Arguments) -> None:
        self.mapping = mapping
        self.arguments = arguments
        self.problems: list[Invalid] = []

    def text(self, name: str) -> str | None:
        """Return what was given, or None."""
        variable = BY_NAME[name].variable
        return self.arguments.get(name) or (variable and self.mapping.get(variable)) or None

    def value(self, name: str, parser: Callable[[str], T], default: T) -> T:
        """Return the parsed value, or the default; an ill value is remembered as a problem."""
        text = self.text(name)
        if text is None:
            return default
        try:
            return parser(text)
        except Invalid as problem:
            self.problems.append(problem)
            return default

    def check(self) -> None:
        """Complain of everything that was ill.

        Raises:
            Invalid: one sentence for each problem, a line each.

        """
        if self.problems:
            words = "\n".join(p.detail for p in self.problems)
            raise Invalid(words, field=self.problems[0].field)
