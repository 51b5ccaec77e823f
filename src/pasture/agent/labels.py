"""The labels that mark a container as ours."""

from collections.abc import Mapping

INSTALLATION = "io.pasture.installation"
GENERATION = "io.pasture.generation"
UUID = "io.rancher.container.uuid"
NAME = "io.rancher.container.name"
PULL = "io.rancher.container.pull_image"  # "always": ask the registry at each creation


def own_uuid(labels: Mapping[str, str], installation: str) -> str | None:
    """Return the uuid of a container that this installation made, else None."""
    if labels.get(INSTALLATION) != installation:
        return None
    return labels.get(UUID) or None


def generation(labels: Mapping[str, str]) -> int:
    """Return the generation that the container was created for; 0 where the label is unusable."""
    text = labels.get(GENERATION, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0  # noqa: PLR2004 - fits 64 bits
