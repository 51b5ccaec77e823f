"""Somebody at a prompt: runs the real ``pasture``, logged in, with a home folder of its own."""

import os
import subprocess
from pathlib import Path

from tests.support.installation import Installation
from tests.support.processes import OURS, PASTURE


class Shell:
    """Runs ``pasture`` as somebody who has a home folder."""

    def __init__(self, home: Path) -> None:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(OURS)}  # noqa: TID251 - to clear it
        self.variables = kept | {"HOME": str(home), "XDG_CONFIG_HOME": str(home / ".config")}

    def run(self, *words: str, given: str = "") -> subprocess.CompletedProcess[str]:
        """Run a command line and return what it printed."""
        return subprocess.run(
            [PASTURE, *words],
            input=given,
            env=self.variables,
            capture_output=True,
            text=True,
            check=False,
        )

    def out(self, *words: str, given: str = "") -> str:
        """Run one that must succeed and return its output."""
        done = self.run(*words, given=given)
        assert done.returncode == 0, done.stderr
        return done.stdout


def logged_in(pasture: Installation, home: Path) -> Shell:
    """Return the admin's shell."""
    made = Shell(home)
    url = f"http://{pasture.server.address}"
    words = ("login", url, "--user", pasture.admin.user or "", "--password-stdin")
    made.out(*words, given=f"{pasture.admin.password}\n")
    return made
