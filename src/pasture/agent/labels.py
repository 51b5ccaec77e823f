"""The labels that mark a container as ours."""

from collections.abc import Mapping

from pasture.model import labels as known

INSTALLATION, GENERATION = known.INSTALLATION, known.GENERATION
UUID, NAME = known.UUID, known.NAME
generation = known.generation
AGENT = "io.pasture.agent"  # of an agent's own containers; their image brings it
PULL = "io.rancher.container.pull_image"  # "always": ask the registry at each creation


def own_uuid(labels: Mapping[str, str], installation: str) -> str | None:
    """Return the uuid of a container that this installation made, else None."""
    if labels.get(INSTALLATION) != installation:
        return None
    return labels.get(UUID) or None


def is_of_agent(labels: Mapping[str, str]) -> bool:
    """Tell whether a container is one in which an agent runs."""
    return AGENT in labels
