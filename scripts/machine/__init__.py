"""`make run`, `stop`, `status` and `uninstall`: this machine as a server and as its own host.

Runs before anything is installed, so only Python's standard library and the modules of
``src/pasture`` that need no more are imported (a test holds that).
"""

import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(CHECKOUT / "src"))
