"""The verbs of the Makefile: ``python -m scripts.machine run|stop|status|uninstall|boot``."""

import sys

from pasture.kit.errors import PastureError
from scripts.machine import down, up
from scripts.machine.place import environment, find
from scripts.machine.shell import Stopped

USAGE = 2


def main(words: list[str]) -> int:
    """Run one verb and return its exit code."""
    given = environment()
    try:
        place = find(given)
        match words:
            case ["run"]:
                up.up(place, given)
            case ["boot"]:
                up.boot(place)
            case ["stop"]:
                down.stop(place)
            case ["status"]:
                return down.status(place)
            case ["uninstall"]:
                down.uninstall(place, given)
            case _:
                print("usage: make run | stop | status | uninstall", file=sys.stderr)
                return USAGE
    except (Stopped, PastureError) as stopped:
        print(f"\nPasture: {stopped}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
