"""What a container mounts: its ``dataVolumes``, taken apart, and the volumes that they name.

A volume is one however many containers share it, so its number follows from its host and its
name. What a container mounts without a name has none that is known here: it is a mount without
a volume.
"""

from dataclasses import dataclass
from typing import Protocol

from pasture.model.declare import Value, attr, value
from pasture.model.numbers import MOST_OF_ROW, of_key

READ, WRITE = "ro", "rw"


class Mounting(Protocol):
    """What of a container matters here."""

    @property
    def id(self) -> int:
        """Its row."""
        ...

    @property
    def name(self) -> str | None:
        """Its name."""
        ...

    @property
    def host_id(self) -> int | None:
        """Where it is."""
        ...

    @property
    def data_volumes(self) -> tuple[str, ...]:
        """What it mounts."""
        ...


@dataclass(frozen=True)
class Bind:
    """One of a container's ``dataVolumes``, taken apart."""

    source: str  # a path on the host, a volume's name, or nothing
    target: str
    mode: str

    @property
    def is_host_path(self) -> bool:
        """Whether it is a folder or file of the host."""
        return self.source.startswith("/")


def binds(container: Mounting) -> list[Bind]:
    """Return what a container mounts."""
    return [bind_of(text) for text in container.data_volumes[:MOST_OF_ROW]]


def bind_of(text: str) -> Bind:
    """Return what a text of ``dataVolumes`` means; it was checked when it was given."""
    first, *rest = text.split(":")
    if not rest:
        return Bind("", first, WRITE)
    modes = rest[1].split(",") if len(rest) > 1 else []
    return Bind(first, rest[0], READ if READ in modes else WRITE)


def volume_number(container: Mounting, bind: Bind) -> int | None:
    """Return the number of the volume that is mounted; None without a name, or without a host."""
    if container.host_id is None or not bind.source:
        return None
    return of_key(container.host_id, bind.source)


@value("mountEntry")
class MountEntry(Value):
    """A mount as the volume shows it."""

    instance_id: int = attr("r", "In which container.", ref="instance")
    instance_name: str | None = attr("r", "The container's name.", default=None)
    path: str = attr("r", "Where in the container.")
    volume_id: int | None = attr("r", "What.", default=None, ref="volume")
    volume_name: str | None = attr("r", "Its name.", default=None)


def entry(container: Mounting, bind: Bind) -> MountEntry:
    """Return a mount as the container and the volume show it."""
    return MountEntry(
        instance_id=container.id,
        instance_name=container.name,
        path=bind.target,
        volume_id=volume_number(container, bind),
        volume_name=bind.source or None,
    )
