"""`make image`: build pasture/agent and pasture/server on a Docker Engine, and the agent's archive.

Python packages are fetched outside and copied in: nothing in the build needs the network.
"""

from scripts.machine import CHECKOUT

WORK = CHECKOUT / "build/image"  # what is fetched and prepared; may be deleted at any time
LOG = WORK / "log"
ARCHIVE = WORK / "agent/agent-image.tar.gz"  # pasture/agent as `docker load` takes it
