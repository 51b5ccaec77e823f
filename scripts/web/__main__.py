"""`make page`: build the page, and return an exit code."""

import sys

from scripts.machine.shell import Stopped, say
from scripts.web import STATIC, build


def main() -> int:
    """Build the page."""
    try:
        done = build.ready()
    except Stopped as why:
        print(f"\nPasture: {why}", file=sys.stderr)
        return 1
    say(f"{STATIC}: {'built' if done else 'is current'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
