"""What was typed so far of a command line, as its parser understands it: for completion. Pure."""

import argparse
from argparse import Action, ArgumentParser
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

SEVERAL = frozenset({"*", "+", argparse.REMAINDER})  # positionals that take all that follows


@dataclass
class Typed:
    """Where the word stands that is typed now."""

    parser: ArgumentParser
    verbs: list[str] = field(default_factory=list[str])  # such as stack, create
    values: dict[str, str] = field(default_factory=dict[str, str])  # of flags, by their name inside
    awaits: Action | None = None  # the flag whose value comes next
    positionals: int = 0  # that were typed of the last verb

    @property
    def slot(self) -> Action | None:
        """The positional that comes next, if any."""
        slots = [action for action in actions(self.parser) if not action.option_strings]
        if self.positionals < len(slots):
            return slots[self.positionals]
        return slots[-1] if slots and slots[-1].nargs in SEVERAL else None

    @property
    def is_free(self) -> bool:
        """Whether all that follows is a command of somebody else's."""
        slot = self.slot
        return slot is not None and slot.nargs == argparse.REMAINDER


def understood(parser: ArgumentParser, words: Sequence[str]) -> Typed:
    """Return what words mean to a parser."""
    typed = Typed(parser)
    for word in words:
        if typed.awaits is not None:
            typed.values[typed.awaits.dest] = word
            typed.awaits = None
        elif typed.is_free and typed.positionals:
            continue
        elif word.startswith("-") and word != "-":
            take_flag(typed, word)
        else:
            take_word(typed, word)
    return typed


def take_flag(typed: Typed, word: str) -> None:
    """Note a flag, with its value where that is in the same word."""
    name, equals, value = word.partition("=")
    flag = flags(typed.parser).get(name) or flags(typed.parser).get(f"-{word[-1]}")
    if flag is None or flag.nargs == 0:
        return
    if equals:
        typed.values[flag.dest] = value
    else:
        typed.awaits = flag


def take_word(typed: Typed, word: str) -> None:
    """Note a verb or another positional."""
    slot = typed.slot
    below = below_of(slot)
    if word in below:
        typed.verbs.append(word)
        typed.parser, typed.positionals = below[word], 0
    else:
        typed.positionals += 1


def below_of(slot: Action | None) -> Mapping[str, ArgumentParser]:
    """Return the parsers of the verbs that may stand in a slot."""
    found = None if slot is None else slot.choices
    if not isinstance(found, Mapping):
        return {}
    return {str(k): v for k, v in found.items() if isinstance(v, ArgumentParser)}  # pyright: ignore[reportUnknownVariableType] - argparse says Any


def flags(parser: ArgumentParser) -> dict[str, Action]:
    """Return a parser's flags by each spelling."""
    return {name: action for action in actions(parser) for name in action.option_strings}


def actions(parser: ArgumentParser) -> list[Action]:
    """Return all that a parser takes."""
    return parser._actions  # noqa: SLF001 - argparse has no other way
