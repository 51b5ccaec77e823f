"""Mounts, volumes, images and storage pools, as views of containers and hosts.

A volume's number follows from its host and its name (``mount``), an image's from its environment
and its name.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pasture.model.container import Container
from pasture.model.declare import Narrow, Source, Whole, attr, resource
from pasture.model.host import Host
from pasture.model.image import PREFIX
from pasture.model.mount import MountEntry, Mounting, binds, entry, volume_number
from pasture.model.numbers import of_key, of_row, place_of, row_of
from pasture.model.query import Where
from pasture.model.resource import Resource
from pasture.model.roles import READ_ONLY, table
from pasture.model.view import BY_ROW, SAME, shown

LOCAL = "local"  # the Engine's own driver
MOST_MOUNTS = 1000  # that one volume shows
HAS_VOLUMES = (Where("data_volumes", op="filled"),)
POOL_ROLES = table(
    admin="r", user="r", project="r", restricted="r", readonly="r", service="r", agent="r"
)


def mounts(container: Container) -> tuple["Mount", ...]:
    """Return what a container mounts, as rows."""
    return tuple(
        shown(
            Mount,
            container,
            of_row(container.id, index),
            instance_id=container.id,
            volume_id=volume_number(container, bind),
            path=bind.target,
            permissions=bind.mode,
        )
        for index, bind in enumerate(binds(container))
    )


@resource(
    "mount",
    sources=(
        Source(
            owner=Container,
            rows=mounts,
            narrow={
                **BY_ROW,
                "instance_id": Narrow("id"),
                "volume_id": Narrow("host_id", place_of),
            },
            has=HAS_VOLUMES,
        ),
    ),
    roles=READ_ONLY,
)
class Mount(Resource):
    """A volume in a container."""

    instance_id: int = attr("r", "In which.", ref="instance", filterable=True)
    volume_id: int | None = attr(
        "r", "What; null without a name or a host.", default=None, ref="volume",
        filterable=True,
    )  # fmt: skip
    path: str = attr("r", "Where in the container.", filterable=True)
    permissions: str = attr("r", "ro or rw.", filterable=True)


def volumes(container: Container) -> tuple["Volume", ...]:
    """Return the volumes that a container has."""
    return tuple(_volumes(container))


def _volumes(container: Container) -> Iterator["Volume"]:
    for bind in binds(container):
        number = volume_number(container, bind)
        if number is None:
            continue
        name = bind.source
        yield shown(
            Volume,
            container,
            number,
            name=name,
            driver=LOCAL if bind.is_host_path else container.volume_driver or LOCAL,
            external_id=name,
            uri=f"file://{bind.source}" if bind.is_host_path else None,
            is_host_path=bind.is_host_path,
            host_id=container.host_id,
            storage_pool_id=of_row(container.host_id or 0),
            instance_id=container.id,
            mounts=(entry(container, bind),),
        )


def entries(container: Mounting) -> Iterator[tuple[int, MountEntry]]:
    """Give the mounts of a container by their volumes' numbers."""
    for bind in binds(container):
        number = volume_number(container, bind)
        if number is not None:
            yield number, entry(container, bind)


def with_mounts(volume: "Volume", mounts: Sequence[MountEntry]) -> "Volume":
    """Return a volume with the mounts of every container that has it."""
    return replace(volume, mounts=tuple(mounts[:MOST_MOUNTS])) if volume.is_live else volume


@resource(
    "volume",
    sources=(
        Source(
            owner=Container,
            rows=volumes,
            narrow={
                **SAME,
                "id": Narrow("host_id", place_of),
                "host_id": Narrow("host_id"),
                "instance_id": Narrow("id"),
                "storage_pool_id": Narrow("host_id", row_of),
            },
            has=(*HAS_VOLUMES, Where("host_id", op="notnull")),
            alike=("host_id", "data_volumes", "volume_driver"),
            whole=Whole(
                attributes=("id", "name", "host_id", "data_volumes"),
                parts=entries,
                put=with_mounts,
            ),
        ),
    ),
    roles=POOL_ROLES,
)
class Volume(Resource):
    """A named volume or a path of a host, as far as containers have it."""

    driver: str = attr("r", "The volume driver.", default=LOCAL)
    driver_opts: dict[str, str] = attr("r", "Its options.", default_factory=dict)
    external_id: str | None = attr("r", "The Engine's name of it.", default=None, filterable=True)
    uri: str | None = attr("r", "Of a path: where.", default=None, filterable=True)
    is_host_path: bool = attr("r", "A path of the host.", default=False)
    access_mode: str | None = attr("r", "Who may use it at a time.", default=None)
    size_mb: int | None = attr("r", "Its size, where known.", default=None)
    host_id: int | None = attr("r", "On which host.", default=None, ref="host", filterable=True)
    instance_id: int | None = attr(
        "r", "A container that has it.", default=None, ref="instance", filterable=True
    )
    image_id: int | None = attr("r", "What filled it.", default=None, ref="image")
    stack_id: int | None = attr("r", "Whose it is alone.", default=None, ref="stack")
    storage_pool_id: int | None = attr(
        "r", "In which pool.", default=None, ref="storagePool", link="storagePools",
        filterable=True,
    )  # fmt: skip
    mounts: tuple[MountEntry, ...] = attr("r", "In which containers, where.", default=())


def image(container: Container) -> tuple["Image", ...]:
    """Return a container's image."""
    if container.image_uuid is None:
        return ()
    number = of_key(container.account_id or 0, container.image_uuid)
    name = container.image_uuid.removeprefix(PREFIX)
    return (shown(Image, container, number, name=name),)


@resource(
    "image",
    sources=(
        Source(
            owner=Container,
            rows=image,
            narrow={**SAME, "id": Narrow("account_id", place_of)},
            has=(Where("image_uuid", op="notnull"),),
            alike=("account_id", "image_uuid"),
        ),
    ),
    roles=READ_ONLY,
)
class Image(Resource):
    """An image that containers of an environment are made from."""


def pool(host: Host) -> tuple["StoragePool", ...]:
    """Return a host's own pool."""
    return (
        shown(
            StoragePool,
            host,
            of_row(host.id),
            name=host.name,
            driver_name=LOCAL,
            host_id=host.id,
            host_ids=(host.id,),
        ),
    )


@resource(
    "storagePool",
    sources=(Source(owner=Host, rows=pool, narrow={**BY_ROW, "host_id": Narrow("id")}),),
    roles=POOL_ROLES,
)
class StoragePool(Resource):
    """Where a host's Engine keeps volumes."""

    driver_name: str = attr("r", "The volume driver.", default=LOCAL, filterable=True)
    external_id: str | None = attr("r", "Of another driver.", default=None, filterable=True)
    volume_access_mode: str | None = attr("r", "Who may use its volumes at a time.", default=None)
    host_ids: tuple[int, ...] = attr("r", "Whose.", default=(), ref="host")
    host_id: int | None = attr(
        "r", "Whose.", default=None, ref="host", link="hosts", filterable=True
    )
