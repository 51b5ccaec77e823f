"""What to tell the server: the difference between what is seen and what it accepted last. Pure."""

from collections.abc import Iterable, Mapping

from pasture.wire.frames import Observed, Report


def key(observed: Observed) -> str:
    """Return what a container is known by from report to report."""
    return observed.external_id or observed.uuid or observed.name


def by_key(observed: Iterable[Observed]) -> dict[str, Observed]:
    """Return the containers by key."""
    return {key(one): one for one in observed}


def full(number: int, now: Mapping[str, Observed]) -> Report:
    """Return a report of everything: the first one of a session."""
    return Report(number=number, full=True, containers=tuple(now.values()))


def difference(
    number: int, accepted: Mapping[str, Observed], now: Mapping[str, Observed]
) -> Report | None:
    """Return a report of what changed since the accepted one; None where nothing did.

    ``gone`` names only containers that left without a trace: one that is assigned is reported
    ``absent``, or with the id of what was made in its place.
    """
    changed = tuple(one for name, one in now.items() if accepted.get(name) != one)
    told = {one.uuid for one in now.values()} - {None}
    gone = tuple(
        one.external_id
        for name, one in accepted.items()
        if name not in now and one.external_id is not None and one.uuid not in told
    )
    if not changed and not gone:
        return None
    return Report(number=number, full=False, containers=changed, gone=gone)
