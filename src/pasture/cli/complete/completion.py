"""``completion``: what a shell offers while a command is typed: verbs, flags, names that are there.

The shell's part is a few lines that ask ``pasture completion words``: what is known stands in the
verbs' own parsers, and names come from the server, unless that does not answer at once.
"""

from argparse import REMAINDER, SUPPRESS, Action, ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from importlib import import_module

from pasture.cli.commands import BY_NAME
from pasture.cli.complete import typed
from pasture.cli.complete.shells import SCRIPTS
from pasture.cli.complete.typed import Typed, understood
from pasture.cli.console import printable
from pasture.cli.exits import Exit
from pasture.cli.main import whole_parser
from pasture.cli.verb import Context, Verb

WORDS = "words"
Offer = tuple[str, str]  # a word, and what it is


def configure(parser: ArgumentParser) -> None:
    """Add which shell."""
    parser.add_argument(
        "shell",
        choices=(*SCRIPTS, WORDS),
        metavar="bash|zsh|fish",
        help="for example in ~/.bashrc: source <(pasture completion bash)",
    )
    parser.add_argument("typed", nargs=REMAINDER, help=SUPPRESS)


def completion(args: Namespace, context: Context) -> Exit:
    """Print a shell's script, or what can stand where a word is typed."""
    if args.shell != WORDS:
        context.console.lines(SCRIPTS[args.shell].splitlines())
        return Exit.OK
    words: list[str] = args.typed[1:] if args.typed[:1] == ["--"] else args.typed
    *before, current = words or [""]
    for word, what in offers(before, current, context):
        if word.startswith(current) and word == printable(word):
            print(word, printable(what), sep="\t", file=context.console.out)
    return Exit.OK


def offers(before: Sequence[str], current: str, context: Context) -> Iterator[Offer]:
    """Give what may stand after the words before, whatever of it was typed already."""
    seen = understood(whole_parser(None, None), before)
    command = BY_NAME.get(seen.verbs[0]) if seen.verbs else None
    if command is not None:
        seen = understood(whole_parser(command, command.load()), before)
    if seen.awaits is not None:
        yield from values_of(seen, seen.awaits, current, context)
    elif seen.is_free and seen.positionals:
        return
    elif current.startswith("-"):
        for name, flag in typed.flags(seen.parser).items():
            yield name, "" if flag.help == SUPPRESS else flag.help or ""
    elif (slot := seen.slot) is not None:
        yield from values_of(seen, slot, current, context)


def values_of(seen: Typed, of: Action, current: str, context: Context) -> Iterator[Offer]:
    """Give what a flag or positional takes."""
    if of.choices is not None:
        known = {c.name: c.help for c in BY_NAME.values()} if not seen.verbs else {}
        for choice in of.choices:
            if choice != WORDS:
                yield str(choice), known.get(str(choice), "")
        return
    names = import_module(
        "pasture.cli.complete.names"
    )  # asking takes what completing verbs does not need
    yield from names.offered(seen, of, current, context)


VERBS = {"completion": Verb(configure, completion)}
