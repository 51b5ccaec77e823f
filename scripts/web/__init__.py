"""The web page's build: `make page` makes ``src/pasture/ui/static`` from ``web/``.

Node.js is needed here only; where the machine's is too old or not there, a copy comes from PyPI.
"""

from scripts.machine import CHECKOUT

WEB = CHECKOUT / "web"
STATIC = CHECKOUT / "src/pasture/ui/static"
LOG = CHECKOUT / "build/web.log"
