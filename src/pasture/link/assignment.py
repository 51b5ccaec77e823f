"""What a host is told to run: rows to ``Assigned`` entries, pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pasture.kit.ids import show
from pasture.model.container import Container
from pasture.model.credential import Registry, RegistryCredential
from pasture.model.labels import ADDRESS, MAC, NAME
from pasture.model.run import JOINED, RunSpec, run_fields
from pasture.wire.frames import Assigned, Attachment, RegistryAuth, digest, hash_of

UNTOUCHED = 1  # generation of a native container on which nobody decided anything
DOCKER_SAFE = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]*")
LONGEST_NAME = 200
HUB = "docker.io"
HUB_NAMES = frozenset({HUB, "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com"})
Logins = Mapping[str, RegistryAuth]  # by registry, as ``registry_of`` names it


@dataclass(frozen=True)
class Around:
    """What else than its row an entry follows from."""

    logins: Logins = field(default_factory=dict[str, RegistryAuth])
    subnet: str | None = None  # of the environment
    uuids: Mapping[int, str] = field(default_factory=dict[int, str])  # of containers, by row


NOTHING = Around()


def assigned(row: Container, around: Around = NOTHING) -> Assigned | None:
    """Return a row's entry in its host's assignment, or None where it is nobody's business.

    A native container is managed only once somebody decided something about it.
    """
    if not row.is_live or row.host_id is None:
        return None
    if row.native_container and (row.generation <= UNTOUCHED or row.external_id is None):
        return None
    return Assigned(
        uuid=row.uuid,
        id=show("instance", row.id),
        name=engine_name(row),
        wanted=row.wanted,
        generation=row.generation,
        supervised=row.is_supervised,
        spec=RunSpec(**run_fields(row)),
        labels=labels(row, around.subnet),
        external_id=row.external_id if row.native_container else None,
        auth=around.logins.get(registry_of(row.image)),
        network=attachment(row, around.subnet),
        joins=around.uuids.get(shared_by(row) or 0),
    )


def labels(row: Container, subnet: str | None) -> dict[str, str]:
    """Return the labels that say who it is (#2.4)."""
    found = {NAME: row.name} if row.name else {}
    where = attachment(row, subnet)
    if where is not None:
        length = where.subnet.partition("/")[2]
        found |= {ADDRESS: f"{where.address}/{length}", MAC: where.mac}
    return found


def attachment(row: Container, subnet: str | None) -> Attachment | None:
    """Return a container's place in the managed network; None where it has none there."""
    if not row.is_managed or not (subnet and row.primary_ip_address and row.mac_address):
        return None
    return Attachment(subnet=subnet, address=row.primary_ip_address, mac=row.mac_address)


def shared_by(row: Container) -> int | None:
    """Return the row of the container whose network a container shares."""
    return row.network_container_id if row.network_mode == JOINED else None


def engine_name(row: Container) -> str:
    """Return the Engine's name of it: ``r-<name>-<first uuid group>``, or ``r-<uuid>``.

    One that was adopted keeps the name that it had.
    """
    if row.found_name is not None:
        return row.found_name
    name = row.name or ""
    if DOCKER_SAFE.fullmatch(name) and len(name) <= LONGEST_NAME:
        return f"r-{name}-{row.uuid.partition('-')[0]}"
    return f"r-{row.uuid}"


def registry_of(image: str) -> str:
    """Return the registry of an image's name: its first part where that is an address."""
    first, slash, _ = image.partition("/")
    if slash and (first == "localhost" or "." in first or ":" in first):
        return registry_address(first)
    return HUB


def registry_address(text: str) -> str:
    """Return a registry's address in the one form that is compared."""
    address = text.strip().lower().removeprefix("https://").removeprefix("http://")
    address = address.partition("/")[0]
    return HUB if address in HUB_NAMES else address


def logins(registries: Iterable[Registry], credentials: Iterable[RegistryCredential]) -> Logins:
    """Return the login for each registry of an environment; the newest active one wins."""
    addresses = {r.id: r.server_address for r in registries if r.is_live and r.state == "active"}
    found: dict[str, RegistryAuth] = {}
    for one in sorted(credentials, key=lambda c: c.id):
        server = addresses.get(one.registry_id)
        if server is None or not one.is_live or one.state != "active":
            continue
        address = registry_address(server)
        found[address] = RegistryAuth(
            server=address, username=one.public_value, password=one.secret_value
        )
    return found


class Told:
    """What a host was told. Each change costs what it changes, however much the host holds."""

    def __init__(self) -> None:
        self.entries: dict[str, Assigned] = {}  # by uuid
        self._digests = 0

    @property
    def hash(self) -> str:
        """The hash of it as an assignment."""
        return hash_of(self._digests)

    def set(self, one: Assigned) -> None:
        """Take a new entry, or another one in place of its former."""
        if self.entries.get(one.uuid) != one:
            self.drop(one.uuid)
            self.entries[one.uuid] = one
            self._digests += digest(one)

    def drop(self, uuid: str) -> None:
        """Forget an entry, if there is one."""
        former = self.entries.pop(uuid, None)
        if former is not None:
            self._digests -= digest(former)


def changed(
    held: Mapping[str, Assigned], fresh: Sequence[Assigned], gone: Iterable[str]
) -> tuple[tuple[Assigned, ...], tuple[str, ...]]:
    """Return the entries to send and the uuids to drop, given what the host holds."""
    to_set = tuple(one for one in fresh if held.get(one.uuid) != one)
    return to_set, tuple(sorted(uuid for uuid in gone if uuid in held))
