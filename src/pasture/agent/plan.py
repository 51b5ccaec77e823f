"""What to do next with each container: pure, total, one step at a time.

``decide`` looks at one container, ``plan`` at all. Nothing here waits: a ``Rest`` tells when to
look again. What may be removed: what a tombstone (``wanted == "removed"``) names, and a service's
container that its Engine cannot start any more, which is made anew.
"""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeAlias

from pasture.agent import labels
from pasture.agent.engine.engine import Seen
from pasture.agent.records import Record
from pasture.kit.backoff import delay_s
from pasture.model.container import REMOVED, RUNNING
from pasture.wire.frames import Assigned

LASTS_MS = 10_000  # a run this long was a good one: the next end of it is not a crash loop
SOON_MS = 2_000
WAITS_FOR_NETWORK = "waits for the container whose network it shares to run"
FOUND = 1  # the generation of a native container as it was found


@dataclass(frozen=True)
class Create:
    """Make the container; its image is fetched first where it is absent."""


@dataclass(frozen=True)
class Start:
    """Start it, or let it go on where it is paused."""

    id: str


@dataclass(frozen=True)
class Restart:
    """Stop it and start it, once."""

    id: str


@dataclass(frozen=True)
class Stop:
    """Stop it, with the time that it is given for that."""

    id: str


@dataclass(frozen=True)
class Remove:
    """Remove it from the Engine."""

    id: str


@dataclass(frozen=True)
class Note:
    """Nothing to do in the Engine: write down that the generation is carried out."""

    id: str | None


@dataclass(frozen=True)
class Rest:
    """Nothing to do now. ``until``: look again then, ms since the epoch."""

    until: int | None = None
    message: str | None = None
    failed: bool = False


Act: TypeAlias = Create | Start | Restart | Stop | Remove
Step: TypeAlias = Act | Note | Rest


@dataclass(frozen=True)
class Tries:
    """What was tried with a container, for one generation, and did not last; in memory only."""

    generation: int
    count: int  # in a row
    at: int  # the last one, ms since the epoch
    error: str | None  # why it failed; None: it started, which may not last
    stuck: str | None = None  # Engine id of a container that cannot be started any more


def decide(
    want: Assigned,
    seen: Seen | None,
    record: Record | None,
    tries: Tries | None,
    *,
    now: int,
    joined: Seen | None = None,
) -> Step:
    """Say the next step for one container; ``joined``: the one whose network it shares."""
    done = applied(want, seen, record)
    if seen is not None and seen.state == "removing":
        step = Rest(until=now + SOON_MS, message="the Engine is removing it")
    elif want.wanted == REMOVED:
        step = _toward_removed(want, seen, done, tries)
    elif seen is None:
        step = _toward_existing(want, done)
    elif not seen.complete:
        step = Rest(until=now + SOON_MS, message="the Engine does not say how it is", failed=True)
    elif want.wanted == RUNNING:
        step = _toward_running(want, seen, record, done)
        if isinstance(step, Start) and want.supervised and tries and tries.stuck == seen.id:
            step = Remove(seen.id)  # what we made is made anew; a standalone one's data is kept
    else:
        step = _toward_stopped(want, seen, record, done)
    if isinstance(step, Create | Start | Restart) and not _has_network(want, joined):
        return Rest(until=now + SOON_MS, message=WAITS_FOR_NETWORK)
    return _not_too_soon(step, seen, _of_this_generation(tries, want), now)


def _of_this_generation(tries: Tries | None, want: Assigned) -> Tries | None:
    return tries if tries is not None and tries.generation == want.generation else None


def _has_network(want: Assigned, joined: Seen | None) -> bool:
    return want.joins is None or (joined is not None and joined.state == "running")


def plan(
    assigned: Iterable[Assigned],
    observed: Iterable[Seen],
    records: Mapping[str, Record],
    tries: Mapping[str, Tries],
    *,
    now: int,
    installation: str,
) -> dict[str, Step]:
    """Say the next step for every assigned container, by uuid."""
    wanted = list(assigned)
    found = match(wanted, observed, records, installation)
    return {
        want.uuid: decide(
            want,
            found.get(want.uuid),
            records.get(want.uuid),
            tries.get(want.uuid),
            now=now,
            joined=found.get(want.joins or ""),
        )
        for want in wanted
    }


def match(
    assigned: Iterable[Assigned],
    observed: Iterable[Seen],
    records: Mapping[str, Record],
    installation: str,
) -> dict[str, Seen]:
    """Find the container of each assigned one.

    Native ones are known by the Engine's id, ours by the labels that we gave them. See ``choose``.
    """
    by_id: dict[str, Seen] = {}
    by_uuid: dict[str, list[Seen]] = {}
    for seen in observed:
        by_id[seen.id] = seen
        uuid = labels.own_uuid(seen.labels, installation)
        if uuid is not None:
            by_uuid.setdefault(uuid, []).append(seen)
    wanted = list(assigned)
    uuids = {want.uuid for want in wanted if want.external_id is None}
    found: dict[str, Seen] = {}
    for want in wanted:
        if want.external_id is None:
            chosen = choose(want, by_uuid.get(want.uuid, ()), records.get(want.uuid))
        else:
            chosen = unless_owned(by_id.get(want.external_id), uuids, installation)
        if chosen is not None:
            found[want.uuid] = chosen
    return found


def unless_owned(seen: Seen | None, uuids: Container[str], installation: str) -> Seen | None:
    """Return what a native entry names, unless it is that of an entry with its own uuid.

    Two entries never drive one container: the tombstone of one would remove the other's.
    """
    owner = labels.own_uuid(seen.labels, installation) if seen is not None else None
    return None if owner is not None and owner in uuids else seen


def choose(want: Assigned, bearers: Iterable[Seen], record: Record | None) -> Seen | None:
    """Return which of the containers that bear its uuid is the assigned one.

    Labels travel with an image that somebody committed from our container: what was run from it
    bears them too, under another name. So it is the one that was recorded (somebody may have
    renamed it), else the one that has the name; a copy is never taken for it.
    """
    recorded = record.external_id if record is not None else None
    ours = [s for s in bearers if s.id == recorded or s.name == want.name]
    return min(ours, key=lambda s: (s.id != recorded, s.id), default=None)


def applied(want: Assigned, seen: Seen | None, record: Record | None) -> int:
    """Return the last generation that was carried out.

    Where the agent died between the start and the record of it, the label that the container was
    made with tells, once it has run. A native container was found as it is: nothing was decided.
    """
    if record is not None and record.applied:
        return record.applied
    if want.external_id is not None:
        return FOUND
    if seen is not None and seen.started is not None:
        return min(labels.generation(seen.labels), want.generation)
    return 0


def _toward_removed(want: Assigned, seen: Seen | None, done: int, tries: Tries | None) -> Step:
    if seen is None:
        return Note(None) if done < want.generation else Rest()
    could_not_stop = tries is not None and tries.error is not None
    return Stop(seen.id) if seen.is_live and not could_not_stop else Remove(seen.id)


def _toward_existing(want: Assigned, done: int) -> Step:
    if want.external_id is not None:
        gone = "it is no longer on the host, and was not made by Pasture: it cannot be made again"
        return Note(None) if done < want.generation else Rest(message=gone)
    return Create() if want.supervised or done < want.generation else Rest()


def _toward_running(want: Assigned, seen: Seen, record: Record | None, done: int) -> Step:
    decided = done < want.generation
    if seen.state == "paused" and (want.supervised or decided):
        return Start(seen.id)
    if seen.is_live:
        if decided and not _is_adopted(want, record):
            return Restart(seen.id)
        return _written(want, seen, record) or _running(seen)
    if want.supervised or decided:
        return Start(seen.id)
    return _written(want, seen, record) or Rest()


def _is_adopted(want: Assigned, record: Record | None) -> bool:
    """Tell whether it runs from before our memory: then it runs as is wanted.

    Not a native one without a record: the first decision on it may be to restart it.
    """
    return want.external_id is None if record is None else record.adopt


def _toward_stopped(want: Assigned, seen: Seen, record: Record | None, done: int) -> Step:
    if seen.is_live and (want.supervised or done < want.generation):
        return Stop(seen.id)
    return _written(want, seen, record) or Rest()


def _written(want: Assigned, seen: Seen, record: Record | None) -> Note | None:
    if record is None or record.applied < want.generation or record.external_id != seen.id:
        return Note(seen.id)
    return None


def _running(seen: Seen) -> Rest:
    if seen.state != "restarting":
        return Rest()
    return Rest(
        message=f"exited with code {seen.exit_code}; its restart policy starts it again",
        failed=True,
    )


def _not_too_soon(step: Step, seen: Seen | None, tries: Tries | None, now: int) -> Step:
    if isinstance(step, Note | Rest) or tries is None:
        return step
    if tries.error is None and (seen is None or has_lasted(seen)):
        return step
    ready = tries.at + int(delay_s(tries.count) * 1000)
    if now >= ready or now < tries.at:  # the clock was set back: better too soon than never
        return step
    return Rest(until=ready, message=_why(seen, tries, ready), failed=True)


def has_lasted(seen: Seen) -> bool:
    """Tell whether the last run was long enough not to be part of a crash loop."""
    if seen.started is None or seen.finished is None:
        return False
    return seen.finished - seen.started >= LASTS_MS


def _why(seen: Seen | None, tries: Tries, ready: int) -> str:
    at = datetime.fromtimestamp(ready / 1000, UTC).strftime("%H:%M:%S UTC")
    if tries.error is not None:
        return f"{tries.error}; next try at {at}"
    code = seen.exit_code if seen is not None else None
    times = "" if tries.count == 1 else f" {tries.count} times in a row"
    return f"exited with code {code}{times}; next start at {at}"
