"""`make bench`: the figures of docs/performance.md, each as a ratio beside its floor. No gate.

``make bench ONLY="store api"`` runs some of them.
"""

import subprocess
import sys

from scripts.development import tools
from scripts.machine import CHECKOUT
from scripts.machine.shell import as_root, say

# the cheap ones first; those that touch an Engine need root
BENCHES = ("placement", "store", "api", "feed", "containers", "fleet")


def main(names: list[str]) -> int:
    """Run them one after another, and return an exit code."""
    unknown = set(names) - set(BENCHES)
    if unknown:
        say(f"there is no bench {', '.join(sorted(unknown))}; accepted: {', '.join(BENCHES)}")
        return 2
    tools.ready("environment", "programs", "rivals", "page")
    failed = 0
    for name in names or BENCHES:
        say(f"\n{name}")
        command = as_root(str(tools.BIN / "python"), "-m", f"bench.{name}")
        failed += subprocess.run(command, cwd=CHECKOUT, check=False).returncode != 0
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
