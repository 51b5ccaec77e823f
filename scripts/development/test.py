"""`make test`: unit and store tests side by side, then the system tests one after another.

Ends with one line that counts both. A system test that was skipped did not look, and fails the run.
"""

import os
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path

from scripts.development import tools
from scripts.development.tools import BIN
from scripts.machine import CHECKOUT
from scripts.machine.shell import as_root, printed, say

UNIT_S, PAGE_S, SYSTEM_S = 120, 60, 900
JUNIT = "--junitxml"
PYTHON = BIN / "python"
WHICH = "import sys; print('Python', sys.version.split()[0], 'of', sys.base_prefix)"


@dataclass(frozen=True)
class Count:
    """What a run of tests came to."""

    passed: int
    failed: int
    skipped: int


def count(junit: Path, code: int) -> Count:
    """Return what stands in pytest's report; a run without one failed."""
    if not junit.exists():
        return Count(0, 1, 0)
    suites = list(ET.parse(junit).getroot().iter("testsuite"))

    def total(name: str) -> int:
        return sum(int(suite.get(name, "0")) for suite in suites)

    failed, skipped = total("failures") + total("errors"), total("skipped")
    passed = max(total("tests") - failed - skipped, 0)
    # pytest may be red without a red test: nothing collected, a warning at its end
    return Count(passed, failed or int(code != 0), skipped)


def tests(name: str, budget_s: int, command: list[str], folder: Path, *, report: str) -> Count:
    """Run a part of the tests and say how long it took."""
    junit = folder / f"{name.replace(' ', '-')}.xml"
    say(f"\n{name} tests on {printed(str(PYTHON), '-c', WHICH).strip()}")
    began = time.monotonic()
    search = f"{os.environ['PATH']}:{':'.join(tools.ADMIN_PATHS)}"
    done = subprocess.run(
        [*command, f"{report}={junit}"],
        cwd=CHECKOUT,
        stdin=subprocess.DEVNULL,
        check=False,
        env={**os.environ, "PATH": search},
    )
    counted = count(junit, done.returncode)
    say(f"{name} tests took {time.monotonic() - began:.0f} s of {budget_s}")
    return counted


def main() -> int:
    """Run all tests and return an exit code."""
    tools.ready("environment", "programs", "clients", "page")
    pytest = [str(PYTHON), "-m", "pytest", "-q"]
    with tempfile.TemporaryDirectory(prefix="pasture-reports-") as name:
        folder = Path(name)
        unit = tests(
            "unit and store", UNIT_S, [*pytest, "-n", "2", "-m", "not system"], folder, report=JUNIT
        )
        vitest = [str(tools.page_tools().program), "web/node_modules/vitest/vitest.mjs", "run"]
        vitest += ["--root=web", "--reporter=default", "--reporter=junit"]
        page = tests("page", PAGE_S, vitest, folder, report="--outputFile.junit")
        # namespaces and Engines of one's own need root
        system = tests("system", SYSTEM_S, as_root(*pytest, "-m", "system"), folder, report=JUNIT)
    if system.skipped:
        say(f"{system.skipped} system tests were skipped: they count as failed")
    passed = unit.passed + page.passed + system.passed
    failed = unit.failed + page.failed + system.failed + system.skipped
    say(f"\n{passed} passed, {failed} failed")
    return 0 if passed and not failed else 1


if __name__ == "__main__":
    sys.exit(main())
