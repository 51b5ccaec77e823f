"""Labels that say whose a container is and where it belongs; clients and hosts read them too."""

from collections.abc import Mapping

INSTALLATION = "io.pasture.installation"
GENERATION = "io.pasture.generation"
UUID = "io.rancher.container.uuid"
NAME = "io.rancher.container.name"
ADDRESS = "io.rancher.container.ip"
MAC = "io.rancher.container.mac_address"
STACK_NAME = "io.rancher.stack.name"
SERVICE_NAME = "io.rancher.stack_service.name"  # stack/service
UNIT = "io.rancher.service.deployment.unit"
IDENTITY = frozenset({INSTALLATION, GENERATION, UUID, NAME, ADDRESS, MAC})  # one container's alone


def generation(labels: Mapping[str, str]) -> int:
    """Return the generation that the container was created for; 0 where the label is unusable."""
    text = labels.get(GENERATION, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0  # noqa: PLR2004 - fits 64 bits
