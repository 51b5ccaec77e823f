"""What a report changes in the rows: pure, so that a lost race is repaired by deciding anew.

Only status fields change. A report that says what the rows say changes nothing.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace

from pasture.model.container import RUNNING, STOPPED, Container
from pasture.model.host import Host
from pasture.model.run import RunSpec, run_fields, with_prefix
from pasture.wire.frames import Observed, Report

ABSENT = "absent"
UP = frozenset({"running", "restarting", "paused"})
UNKNOWN = (
    "made by this installation, but not known here any more (its host was removed, or the "
    "database was restored): it is kept; adopt it, or remove it if it is not needed"
)
LONGEST_MESSAGE = 1000
SUFFIXES = (6, 12, 64)  # digits of the Engine's id that make a name unique


@dataclass(frozen=True)
class Merge:
    """What to write: rows that changed, native containers that were not known."""

    updates: tuple[Container, ...] = ()
    found: tuple[Observed, ...] = field(default=())

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to write."""
        return not self.updates and not self.found


def merge(report: Report, rows: Iterable[Container]) -> Merge:
    """Say what a report changes.

    ``rows``: the host's live rows; for a partial report at least those that it names.
    """
    known = Known(rows)
    updates: dict[int, Container] = {}
    found: list[Observed] = []
    named: set[int] = set()
    for one in report.containers:
        row = known.row(one)
        if row is not None:
            named.add(row.id)
            updates[row.id] = observed(row, one)
        elif one.state != ABSENT and one.external_id:
            found.append(one)
    for row in vanished(report, known, named):
        updates[row.id] = absent(row)
    changes = (u for u in updates.values() if u != known.by_id[u.id])
    return Merge(tuple(changes), tuple(unlike(found)))


class Known:
    """A host's rows, found as a report names them: by uuid, natives by the Engine's id."""

    def __init__(self, rows: Iterable[Container]) -> None:
        self.by_id = {row.id: row for row in rows}
        self.by_uuid = {row.uuid: row for row in self.by_id.values()}
        self.natives = {
            row.external_id: row
            for row in self.by_id.values()
            if row.native_container and row.external_id
        }

    def row(self, one: Observed) -> Container | None:
        """Return the row of what was observed, or None."""
        ours = self.by_uuid.get(one.uuid) if one.uuid else None
        return ours or (self.natives.get(one.external_id) if one.external_id else None)


def vanished(report: Report, known: Known, named: Collection[int]) -> list[Container]:
    """Return the rows whose containers are no longer there, though the report does not list them.

    A row that was never seen there is none of them: the host may not have heard of it yet.
    """
    gone = set(report.gone)
    return [
        row
        for row in known.by_id.values()
        if row.id not in named
        and row.engine_state is not None
        and (report.full or row.external_id in gone)
    ]


def unlike(found: Iterable[Observed]) -> list[Observed]:
    """Return each container once: the last word about it counts."""
    return list({one.external_id: one for one in found}.values())


def observed(row: Container, one: Observed) -> Container:
    """Return the row with what was seen of its container."""
    stray = row.native_container and one.uuid is not None and one.uuid != row.uuid
    restarted = one.started is not None and one.started != row.started
    kept_id = row.external_id if row.native_container else None
    return replace(
        row,
        external_id=one.external_id or kept_id,
        stray_uuid=one.uuid if stray else row.stray_uuid,
        found_name=plain_name(one) if stray else row.found_name,
        engine_state=None if one.state == ABSENT else one.state,
        applied=max(one.applied, 1) if row.native_container else one.applied,
        engine_message=short(one.message) or (UNKNOWN if stray else None),
        engine_failed=one.failed,
        exit_code=one.exit_code,
        primary_ip_address=row.primary_ip_address if row.is_managed else one.ip,
        published_ports=tuple(one.ports),
        started=one.started if restarted else row.started,
        start_count=(row.start_count or 0) + 1 if restarted else row.start_count,
    )


def short(message: str | None) -> str | None:
    """Return a host's words, cut where they are a book."""
    return message and message[:LONGEST_MESSAGE]


def absent(row: Container) -> Container:
    """Return the row of a container that is no longer in the Engine."""
    return replace(
        row,
        external_id=row.external_id if row.native_container else None,
        engine_state=None,
        engine_message=None,
        engine_failed=False,
        primary_ip_address=row.primary_ip_address if row.is_managed else None,
        published_ports=(),
    )


def native(one: Observed, host: Host, name: str) -> Container:
    """Return the row of a container that was made by hand on the host.

    Nothing is to be done with it: what it does is what is wanted of it.
    """
    up = one.state in UP
    spec = one.spec or RunSpec(labels=one.labels, network_mode="bridge")
    fields = run_fields(spec)
    fields["image_uuid"] = with_prefix(spec.image_uuid or one.image)
    return Container(
        **fields,
        name=name or None,
        account_id=host.account_id,
        host_id=host.id,
        requested_host_id=host.id,
        native_container=True,
        external_id=one.external_id,
        state=RUNNING if up else STOPPED,
        wanted=RUNNING if up else STOPPED,
        generation=1,
        applied=max(one.applied, 1),
        engine_state=one.state,
        stray_uuid=one.uuid,
        found_name=plain_name(one) if one.uuid else None,
        engine_message=UNKNOWN if one.uuid else short(one.message),
        engine_failed=one.failed,
        exit_code=one.exit_code,
        primary_ip_address=one.ip,
        published_ports=tuple(one.ports),
        started=one.started,
        start_count=1 if one.started else 0,
    )


def plain_name(one: Observed) -> str:
    """Return the Engine's name of a container."""
    return one.name.removeprefix("/")


def possible_names(one: Observed) -> list[str]:
    """Return the names to try for a native container: the Engine's, then with digits of its id."""
    name = plain_name(one) or "unnamed"
    name = name[:180]
    return [name, *(f"{name}-{(one.external_id or '')[:digits]}" for digits in SUFFIXES)]


def named(found: Sequence[Observed], taken: Collection[str]) -> list[tuple[Observed, str]]:
    """Give each native container a name that none in the environment has, whatever the case."""
    used = {name.lower() for name in taken}
    pairs: list[tuple[Observed, str]] = []
    for one in found:
        names = possible_names(one)
        name = next((n for n in names if n.lower() not in used), names[-1])
        used.add(name.lower())
        pairs.append((one, name))
    return pairs
