"""Run a command line against a fake server and see its exit code and both outputs."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pasture.cli.console import Console
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

    exit: int
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
        files = [self.home / f".{name}" for name in ("stdin", "stdout", "stderr")]
        files[0].write_text(stdin)
        with files[0].open() as given, files[1].open("w") as out, files[2].open("w") as err:
            console = Console(
                stdin=given, out=out, err=err, width=self.width, interactive=self.interactive
            )
            ended = await asyncio.to_thread(
                command_line, words, Context(console=console, **self.surroundings(variables))
            )
        return Ended(ended, files[1].read_text(), files[2].read_text())

    def surroundings(self, variables: Mapping[str, str]) -> dict[str, Any]:
        """Return what a command sees beside its streams."""
        known = {"HOME": str(self.home), **variables}
        if self.token is not None:
            known["PASTURE_TOKEN"] = self.token
        if self.api is not None:
            known["PASTURE_URL"] = self.api.url
        return {"variables": known, "clock": FixedClock(), "patience_s": self.patience_s}
