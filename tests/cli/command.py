"""Run a command line against a fake server and see its exit code and both outputs."""

import asyncio
import io
from dataclasses import dataclass
from pathlib import Path

from pasture.cli.console import Console
from pasture.cli.exits import Exit
from pasture.cli.main import command_line
from pasture.cli.verb import Context
from tests.client.fake_api import TOKEN, FakeApi

NOW_MS = 1_767_225_600_000 + 3_600_000  # an hour after the rows of the fake were made


class FixedClock:
    """A clock that stands still."""

    def now_ms(self) -> int:
        return NOW_MS


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    exit: Exit
    out: str
    err: str


@dataclass
class Shell:
    """Somebody at a prompt, logged in by a variable; ``home`` holds the config file."""

    home: Path
    api: FakeApi | None = None
    width: int | None = None
    interactive: bool = False
    token: str | None = TOKEN
    patience_s: float = 5.0

    @property
    def config(self) -> Path:
        """Where the login is kept."""
        return self.home / ".config" / "pasture" / "client.json"

    async def run(self, *words: str, stdin: str = "", **variables: str) -> Ended:
        """Run one command line."""
        out, err = io.StringIO(), io.StringIO()
        console = Console(
            stdin=io.StringIO(stdin),
            out=out,
            err=err,
            width=self.width,
            interactive=self.interactive,
        )
        known = {"HOME": str(self.home), **variables}
        if self.token is not None:
            known["PASTURE_TOKEN"] = self.token
        if self.api is not None:
            known["PASTURE_URL"] = self.api.url
        context = Context(
            console=console, variables=known, clock=FixedClock(), patience_s=self.patience_s
        )
        ended = await asyncio.to_thread(command_line, words, context)
        return Ended(Exit(ended), out.getvalue(), err.getvalue())
