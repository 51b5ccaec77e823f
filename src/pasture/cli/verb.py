"""What a verb is, and what it is given."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pasture.cli.console import Console
from pasture.kit.clock import Clock


@dataclass(frozen=True, kw_only=True)
class Context:
    """What a command runs in: its streams, the process's variables, the time."""

    console: Console
    variables: Mapping[str, str]
    clock: Clock
    patience_s: float = 5.0  # how long a refusal of placement may stand until it is not waited for


@dataclass(frozen=True)
class Verb:
    """One command: the flags it takes, and what it does."""

    configure: Callable[[ArgumentParser], None]
    run: Callable[[Namespace, Context], int]  # an exit code
