"""What a decision does with a container's row: the same as a person's, with a new generation."""

from collections.abc import Iterable
from dataclasses import replace

from pasture.model.container import REMOVED, RUNNING, STOPPED, Container


def to_remove(container: Container) -> Container:
    """Return the container as a decision to remove it leaves it."""
    return _decided(container, REMOVED, "removing")


def to_stop(container: Container) -> Container:
    """Return the container as a decision to stop it leaves it."""
    return _decided(container, STOPPED, "stopping")


def to_start(container: Container) -> Container:
    """Return the container as a decision to start it leaves it."""
    return _decided(container, RUNNING, "starting")


def kept(containers: Iterable[Container]) -> list[Container]:
    """Return the containers that nobody decided to remove."""
    return [c for c in containers if c.wanted != REMOVED]


def _decided(container: Container, wanted: str, state: str) -> Container:
    return replace(container, wanted=wanted, generation=container.generation + 1, state=state)
