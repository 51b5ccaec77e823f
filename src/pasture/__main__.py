"""``python -m pasture``: the command line, where no script was installed for it."""

import sys

from pasture.cli.main import main

sys.exit(main())
