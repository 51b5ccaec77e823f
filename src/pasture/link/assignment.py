"""What a host is told to run: rows to ``Assigned`` entries, pure."""

import re
from collections.abc import Iterable, Mapping, Sequence

from pasture.kit.ids import show
from pasture.model.container import Container
from pasture.model.credential import Registry, RegistryCredential
from pasture.model.run import RunSpec, run_fields
from pasture.wire.frames import Assigned, RegistryAuth, digest, hash_of

NAME_LABEL = "io.rancher.container.name"
UNTOUCHED = 1  # generation of a native container on which nobody decided anything
DOCKER_SAFE = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]*")
LONGEST_NAME = 200
HUB = "docker.io"
HUB_NAMES = frozenset({HUB, "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com"})
Logins = Mapping[str, RegistryAuth]  # by registry, as ``registry_of`` names it


def assigned(row: Container, logins: Logins) -> Assigned | None:
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
        labels={NAME_LABEL: row.name} if row.name else {},
        external_id=row.external_id if row.native_container else None,
        auth=logins.get(registry_of(row.image)),
    )


def engine_name(row: Container) -> str:
    """Return the Engine's name of it: ``r-<name>-<first uuid group>``, or ``r-<uuid>``."""
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
