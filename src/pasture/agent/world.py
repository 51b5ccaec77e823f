"""What the agent knows: the assignment, what the Engine shows, what was done and what failed.

No I/O but the records'. ``converge`` feeds it and asks it for steps; ``session`` asks it what to
report.
"""

from collections.abc import Iterable, Iterator

import msgspec

from pasture.agent import labels, plan
from pasture.agent.engine.engine import Seen
from pasture.agent.plan import Note, Rest, Step, Tries
from pasture.agent.records import Record, Records
from pasture.kit.clock import Clock
from pasture.model.container import REMOVED
from pasture.wire.frames import Assigned, Observed

ABSENT = "absent"
MOST_BURIED = 1000
BEING_RUN_MS = 5_000
DOUBLE = "it bears the labels of container {uuid}, but is another one; it is left alone"


class World:
    """One host's containers: wanted, seen and done."""

    def __init__(self, records: Records, clock: Clock, installation: str = "") -> None:
        self.records = records
        self.clock = clock
        self.installation = installation
        self.assigned: dict[str, Assigned] = {}
        self.tries: dict[str, Tries] = {}
        self.seen: dict[str, Seen] = {}  # by the Engine's id
        self._bearers: dict[str, set[str]] = {}  # uuid -> Engine ids of those that bear it
        self._natives: dict[str, str] = {}  # Engine id -> uuid of an assigned native one
        self._resting: dict[str, Rest] = {}
        self._progress: dict[str, str] = {}
        self._buried: dict[str, Assigned] = {}  # tombstones carried out and let go

    # what is wanted

    def assign(self, containers: Iterable[Assigned]) -> set[str]:
        """Replace the assignment; return the uuids whose entry changed."""
        new = {one.uuid: one for one in containers}
        changed = [one for uuid, one in new.items() if self.assigned.get(uuid) != one]
        return self.change(changed, [uuid for uuid in self.assigned if uuid not in new])

    def change(self, given: Iterable[Assigned], dropped: Iterable[str]) -> set[str]:
        """Change the assignment; return the uuids to look at. What is dropped is left alone."""
        touched: set[str] = set()
        for uuid in dropped:
            self._drop(uuid)
            if uuid not in self._buried:
                touched.add(uuid)
        for one in given:
            self.assigned[one.uuid] = one
            self._buried.pop(one.uuid, None)
            if one.external_id is not None:
                self._natives[one.external_id] = one.uuid
            touched.add(one.uuid)
        return touched

    def _drop(self, uuid: str) -> None:
        want = self.assigned.pop(uuid, None)
        if want is not None and want.external_id is not None:
            self._natives.pop(want.external_id, None)
        elif want is not None and want.wanted == REMOVED:
            self._bury(want)
        for memory in (self.tries, self._resting, self._progress):
            memory.pop(uuid, None)
        self._forget_if_gone(uuid)

    def _bury(self, want: Assigned) -> None:
        """Remember a tombstone that was carried out.

        A create whose answer was lost may be carried out after it: then the container that it
        makes is still one that the tombstone names. A tombstone let go before is left alone.
        """
        record = self.records.all().get(want.uuid)
        if record is None or record.applied < want.generation:
            return
        self._buried[want.uuid] = want
        while len(self._buried) > MOST_BURIED:
            del self._buried[next(iter(self._buried))]

    async def clear(self) -> None:
        """Forget what another database wanted, and how it counted; what runs is adopted.

        Also before the Engine was looked at, when every container still seems to be gone.
        """
        known = dict(self.records.all())
        for uuid in list(self.assigned):
            self._drop(uuid)
        self._buried.clear()
        for uuid, record in known.items():
            await self.records.save(uuid, Record(external_id=record.external_id, adopt=True))

    def forget_strangers(self) -> None:
        """Drop the records of containers that are neither assigned nor there."""
        for uuid in list(self.records.all()):
            self._forget_if_gone(uuid)

    def _forget_if_gone(self, uuid: str) -> None:
        record = self.records.all().get(uuid)
        if record is None or uuid in self.assigned:
            return
        if uuid not in self._bearers and record.external_id not in self.seen:
            self.records.forget(uuid)

    # what is seen

    def put(self, seen: Seen) -> str | None:
        """Take note of a container; return the uuid of the assigned one that it concerns."""
        uuid = labels.own_uuid(seen.labels, self.installation)
        if uuid is not None:
            self._bearers.setdefault(uuid, set()).add(seen.id)
        self.seen[seen.id] = seen
        return self._natives.get(seen.id) or uuid

    def lose(self, id: str) -> str | None:
        """Take note that a container is gone; return the uuid of the assigned one."""
        seen = self.seen.pop(id, None)
        if seen is None:
            return None
        uuid = labels.own_uuid(seen.labels, self.installation)
        if uuid is not None:
            self._bearers[uuid].discard(id)
            if not self._bearers[uuid]:
                del self._bearers[uuid]
            self._forget_if_gone(uuid)
        return self._natives.get(id) or uuid

    def rename(self, installation: str) -> None:
        """Learn the installation's id: what bears its label is ours from now on."""
        self.installation = installation
        known = list(self.seen.values())
        self._bearers.clear()
        for seen in known:
            self.put(seen)

    def wanted(self, uuid: str) -> Assigned | None:
        """Return what is wanted of a container: its entry, or its tombstone that was let go."""
        return self.assigned.get(uuid) or self._buried.get(uuid)

    def find(self, uuid: str) -> Seen | None:
        """Return the container of an assigned one."""
        want = self.wanted(uuid)
        if want is None:
            return None
        if want.external_id is not None:
            return plan.unless_owned(
                self.seen.get(want.external_id), self.assigned, self.installation
            )
        bearers = [self.seen[bearer] for bearer in self._bearers.get(uuid, ())]
        return plan.choose(want, bearers, self.records.all().get(uuid))

    # what to do, and what was done

    def decide(self, uuid: str) -> Step | None:
        """Say the next step for a container; None where it is no longer assigned."""
        want = self.wanted(uuid)
        if want is None:
            return None
        step = plan.decide(
            want,
            self.find(uuid),
            self.records.all().get(uuid),
            self.tries.get(uuid),
            now=self.clock.now_ms(),
            joined=self.find(want.joins) if want.joins is not None else None,
        )
        if isinstance(step, Rest) and uuid in self.assigned:
            self._resting[uuid] = step
        return step

    async def note(self, want: Assigned, step: Note) -> None:
        """Write down that a generation is carried out."""
        await self.records.save(want.uuid, Record(applied=want.generation, external_id=step.id))

    async def made(self, want: Assigned, id: str) -> None:
        """Write down which container was made; nothing is carried out on it yet."""
        await self.records.save(want.uuid, Record(external_id=id))

    async def started(self, want: Assigned, id: str, before: Seen | None) -> None:
        """Write down that it was started, and count the start: it may not last."""
        lasted = before is not None and plan.has_lasted(before)
        count = 1 if lasted else self._count(want) + 1
        self._tried(want, count, None)
        await self.records.save(want.uuid, Record(applied=want.generation, external_id=id))

    async def stopped(self, want: Assigned, id: str) -> None:
        """Write down that it was stopped; a tombstone is carried out only when it is gone."""
        self.tries.pop(want.uuid, None)
        if want.wanted != REMOVED:
            await self.records.save(want.uuid, Record(applied=want.generation, external_id=id))

    def failed(self, want: Assigned, error: str, *, stuck: str | None = None) -> None:
        """Remember that a step failed, and why; ``stuck``: what cannot be started any more."""
        self._tried(want, self._count(want) + 1, error, stuck)

    def _tried(
        self, want: Assigned, count: int, error: str | None, stuck: str | None = None
    ) -> None:
        if want.uuid in self.assigned:
            now = self.clock.now_ms()
            self.tries[want.uuid] = Tries(want.generation, count, now, error, stuck)

    def _count(self, want: Assigned) -> int:
        tries = self.tries.get(want.uuid)
        return tries.count if tries is not None and tries.generation == want.generation else 0

    def say(self, uuid: str, text: str | None) -> None:
        """Set what is being done with a container, for people."""
        if text is None:
            self._progress.pop(uuid, None)
        else:
            self._progress[uuid] = text

    # what to report

    def observed(self) -> Iterator[Observed]:
        """Say everything that the server should know."""
        taken: set[str] = set()
        records = self.records.all()
        for uuid, want in self.assigned.items():
            seen = self.find(uuid)
            if seen is not None:
                taken.add(seen.id)
            done = plan.applied(want, seen, records.get(uuid))
            yield self._assigned(want, seen, done)
        for seen in self.seen.values():
            if seen.id in taken or self._is_being_run(seen) or labels.is_of_agent(seen.labels):
                continue
            yield self._unassigned(seen)

    def _assigned(self, want: Assigned, seen: Seen | None, done: int) -> Observed:
        native = want.external_id is not None
        if seen is None:
            described = Observed(state=ABSENT, name=want.name, external_id=want.external_id)
        else:
            described = describe(seen, native=native)
        doing = self._progress.get(want.uuid)
        rest = self._resting.get(want.uuid, Rest())
        return msgspec.structs.replace(
            described,
            uuid=want.uuid,
            applied=done,
            message=doing or rest.message,
            failed=doing is None and rest.failed,
        )

    def _is_being_run(self, seen: Seen) -> bool:
        """Tell whether somebody's ``docker run`` is between its create and its start.

        Reported now it would be known as a stopped one, for a moment.
        """
        age = self.clock.now_ms() - (seen.created or 0)
        return seen.state == "created" and 0 <= age < BEING_RUN_MS

    def _unassigned(self, seen: Seen) -> Observed:
        uuid = labels.own_uuid(seen.labels, self.installation)
        if uuid is None:
            return describe(seen, native=True)
        if uuid in self.assigned:
            native = describe(seen, native=True)
            return msgspec.structs.replace(native, message=DOUBLE.format(uuid=uuid))
        record = self.records.all().get(uuid)
        return msgspec.structs.replace(
            describe(seen, native=True), uuid=uuid, applied=record.applied if record else 0
        )


def describe(seen: Seen, *, native: bool) -> Observed:
    """Return what is reported of a container that is there."""
    return Observed(
        state=seen.state,
        external_id=seen.id,
        name=seen.name,
        image=seen.image,
        labels=dict(seen.labels),
        exit_code=seen.exit_code,
        ip=seen.ip,
        ports=seen.ports,
        created=seen.created,
        started=seen.started,
        spec=seen.spec if native else None,
    )
