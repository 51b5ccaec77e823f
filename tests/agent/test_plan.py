from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pasture.agent.engine.engine import Seen
from pasture.agent.plan import (
    Create,
    Note,
    Remove,
    Rest,
    Restart,
    Start,
    Step,
    Stop,
    Tries,
    decide,
    match,
    plan,
)
from pasture.agent.records import Record
from pasture.wire.frames import Assigned
from tests.agent.samples import INSTALLATION, NOW, marks, seen, want

ID = "id-a"
DONE = Record(applied=1, external_id=ID)
MADE = Record(external_id=ID)
native: dict[str, Any] = {"external_id": ID, "generation": 2}


@pytest.mark.parametrize(
    ("case", "wanted", "there", "record", "expected"),
    [
        ("new", want(), None, None, Create()),
        ("new, not to be started", want(wanted="stopped"), None, None, Create()),
        ("made, never started", want(), seen("created"), MADE, Start(ID)),
        ("made, and not to be started", want(wanted="stopped"), seen("created"), MADE, Note(ID)),
        ("runs as wanted", want(), seen(), DONE, Rest()),
        ("died between start and record: the label tells", want(), seen(), MADE, Note(ID)),
        ("died between create and record", want(), seen("created"), None, Start(ID)),
        # standalone: between decisions the host's ways prevail
        ("standalone exited by itself", want(), seen("exited"), DONE, Rest()),
        ("standalone was removed by hand", want(), None, DONE, Rest()),
        ("standalone was started by hand", want(wanted="stopped"), seen(), DONE, Rest()),
        ("standalone is decided again", want(generation=2), seen("exited"), DONE, Start(ID)),
        ("restart", want(generation=2), seen(), DONE, Restart(ID)),
        ("stop", want(wanted="stopped", generation=2), seen(), DONE, Stop(ID)),
        ("stop of a paused one", want(wanted="stopped", generation=2), seen("paused"), DONE,
         Stop(ID)),
        ("is stopped already", want(wanted="stopped", generation=2), seen("exited"), DONE,
         Note(ID)),
        ("start of what was removed by hand", want(generation=2), None, DONE, Create()),
        ("paused by hand, standalone", want(), seen("paused"), DONE, Rest()),
        ("start of a paused one", want(generation=2), seen("paused"), DONE, Start(ID)),
        # supervised: always what is wanted
        ("supervised exited", want(supervised=True), seen("exited"), DONE, Start(ID)),
        ("supervised was removed", want(supervised=True), None, DONE, Create()),
        ("supervised was paused", want(supervised=True), seen("paused"), DONE, Start(ID)),
        ("supervised runs", want(supervised=True), seen(), DONE, Rest()),
        ("supervised and stopped was started", want(supervised=True, wanted="stopped"), seen(),
         DONE, Stop(ID)),
        ("supervised restart", want(supervised=True, generation=2), seen(), DONE, Restart(ID)),
        # tombstones
        ("tombstone of what is gone", want(wanted="removed", generation=2), None, DONE,
         Note(None)),
        ("tombstone carried out", want(wanted="removed", generation=2), None,
         Record(applied=2), Rest()),
        ("tombstone of what runs: it gets its time", want(wanted="removed", generation=2), seen(),
         DONE, Stop(ID)),
        ("tombstone of what is stopped", want(wanted="removed", generation=2), seen("exited"),
         DONE, Remove(ID)),
        ("tombstone of what never was", want(wanted="removed"), None, None, Note(None)),
        ("tombstone while the Engine removes it", want(wanted="removed"), seen("removing"), None,
         Rest(until=NOW + 2000, message="the Engine is removing it")),
        # native
        ("native to be stopped", want(wanted="stopped", **native), seen(), None, Stop(ID)),
        ("native to be started", want(**native), seen("exited"), None, Start(ID)),
        ("native to be restarted", want(**native), seen(), None, Restart(ID)),
        ("native to be removed", want(wanted="removed", **native), seen("exited"), None,
         Remove(ID)),
        ("native as it was found", want(external_id=ID), seen("exited"), None, Note(ID)),
        ("native is gone and cannot be made", want(**native), None, None, Note(None)),
        # memory lost
        ("lost records: what runs is not restarted", want(generation=5), seen(), None, Note(ID)),
        ("lost records: stopped stays", want(generation=5, wanted="stopped"), seen("exited"), None,
         Note(ID)),
        ("another database: what runs is not restarted", want(generation=5), seen(),
         Record(external_id=ID, adopt=True), Note(ID)),
        ("another database, native", want(**native), seen(), Record(external_id=ID, adopt=True),
         Note(ID)),
        ("being removed by somebody", want(), seen("removing"), DONE,
         Rest(until=NOW + 2000, message="the Engine is removing it")),
        ("not known well enough", want(generation=2), seen(complete=False), DONE,
         Rest(until=NOW + 2000, message="the Engine does not say how it is", failed=True)),
        ("a tombstone needs to know no more", want(wanted="removed", generation=2),
         seen("exited", complete=False), DONE, Remove(ID)),
    ],
)  # fmt: skip
def test_a_step(  # noqa: PLR0917 - a table's columns
    case: str, wanted: Assigned, there: Seen | None, record: Record | None, expected: Step
) -> None:
    assert decide(wanted, there, record, None, now=NOW) == expected, case


def test_a_failed_step_is_tried_again_later_each_time() -> None:
    tries = Tries(1, 3, NOW - 1000, "port 80 is in use on this host")
    step = decide(want(), seen("created"), MADE, tries, now=NOW)
    assert step == Rest(
        until=NOW + 3000,
        message="port 80 is in use on this host; next try at 14:13:23 UTC",
        failed=True,
    )
    assert decide(want(), seen("created"), MADE, tries, now=NOW + 3000) == Start(ID)


def test_a_clock_that_is_set_back_holds_nothing_up() -> None:
    tries = Tries(1, 1, NOW + 10**9, "no")
    assert decide(want(), seen("created"), MADE, tries, now=NOW) == Start(ID)


@given(jump=st.integers(-(10**12), 10**12), count=st.integers(1, 50))
def test_whatever_the_clock_does_a_try_is_at_most_two_minutes_away(jump: int, count: int) -> None:
    tries = Tries(1, count, NOW, "no")
    step = decide(want(), seen("created"), MADE, tries, now=NOW + jump)
    if isinstance(step, Rest):
        assert step.until is not None
        assert 0 < step.until - (NOW + jump) <= 120_000


def test_a_new_decision_does_not_wait_for_the_failures_of_the_last() -> None:
    tries = Tries(1, 9, NOW, "no")
    assert decide(want(generation=2), seen("created"), MADE, tries, now=NOW) == Start(ID)


def test_a_crash_loop_backs_off_and_says_so() -> None:
    crashed = seen("exited", started=NOW - 300, finished=NOW - 100, exit_code=3)
    step = decide(want(supervised=True), crashed, DONE, Tries(1, 4, NOW - 300, None), now=NOW)
    assert isinstance(step, Rest)
    assert step.until == NOW - 300 + 8000
    assert step.message == "exited with code 3 4 times in a row; next start at 14:13:27 UTC"
    assert step.failed


def test_an_end_after_a_good_run_is_no_crash_loop() -> None:
    ended = seen("exited", started=NOW - 20_000, finished=NOW)
    step = decide(want(supervised=True), ended, DONE, Tries(1, 7, NOW - 20_000, None), now=NOW)
    assert step == Start(ID)


@pytest.mark.parametrize(
    ("case", "supervised", "stuck", "expected"),
    [
        ("a service's is made anew", True, ID, Remove(ID)),
        ("a standalone one keeps its data", False, ID, Start(ID)),
        ("the one made in its place is started", True, "another", Start(ID)),
    ],
)
def test_what_its_engine_cannot_start_any_more(
    case: str, supervised: bool, stuck: str, expected: Step
) -> None:
    tries = Tries(1, 1, NOW - 5000, "the Engine still holds a start of it", stuck)
    step = decide(want(supervised=supervised), seen("created"), MADE, tries, now=NOW)
    assert step == expected, case


def test_what_cannot_be_stopped_is_removed_by_force() -> None:
    tries = Tries(2, 1, NOW - 5000, "the Engine did not answer a call to stop within 25 s")
    assert decide(want(wanted="removed", generation=2), seen(), DONE, tries, now=NOW) == Remove(ID)


def test_a_restart_policy_at_work_is_said() -> None:
    step = decide(want(), seen("restarting", exit_code=2), DONE, None, now=NOW)
    assert isinstance(step, Rest)
    assert step.message == "exited with code 2; its restart policy starts it again"


def test_of_several_bearers_of_a_uuid_the_recorded_one_is_it() -> None:
    renamed, copy = seen(name="renamed"), seen(id="copy", name="copy", created=1)
    assert match([want()], [copy, renamed], {"a": DONE}, INSTALLATION) == {"a": renamed}
    assert match([want()], [copy, seen()], {}, INSTALLATION) == {"a": seen()}
    assert match([want()], [copy], {"a": DONE}, INSTALLATION) == {}


def test_two_entries_never_drive_one_container() -> None:
    stray = want("b", external_id=ID, wanted="removed")
    assert match([want(), stray], [seen()], {}, INSTALLATION) == {"a": seen()}


def test_a_container_of_another_installation_is_not_ours() -> None:
    stranger = seen(labels=marks() | {"io.pasture.installation": "other"})
    assert match([want()], [stranger], {}, INSTALLATION) == {}


# properties

states = st.sampled_from(["created", "running", "restarting", "paused", "exited", "dead",
                          "removing"])  # fmt: skip
uuids = st.sampled_from("abc")
assigned = st.builds(
    want,
    uuids,
    wanted=st.sampled_from(["running", "stopped", "removed"]),
    generation=st.integers(1, 4),
    supervised=st.booleans(),
    external_id=st.sampled_from([None, None, "id-a", "id-b"]),
)


def bearer(uuid: str, state: str, made_for: int, suffix: str) -> Seen:
    """Return one that bears the uuid; with a suffix it is a copy of another name."""
    return seen(state, uuid, made_for=made_for, id=f"id-{uuid}{suffix}", name=f"r-{uuid}{suffix}")


observed = st.builds(bearer, uuids, states, st.integers(0, 4), st.sampled_from(["", "2"]))
worlds = st.fixed_dictionaries(
    {
        # the server knows a native container once
        "assigned": st.lists(
            assigned, max_size=3, unique_by=(lambda a: a.uuid, lambda a: a.external_id or a.uuid)
        ),
        "observed": st.lists(observed, max_size=4, unique_by=lambda s: s.id),
        "records": st.dictionaries(
            uuids,
            st.builds(
                Record,
                applied=st.integers(0, 4),
                external_id=st.sampled_from([None, "id-a", "id-b2"]),
                adopt=st.booleans(),
            ),
        ),
        "tries": st.dictionaries(
            uuids,
            st.builds(
                Tries,
                st.integers(1, 4),
                st.integers(1, 40),
                st.integers(NOW - 10**6, NOW),
                st.sampled_from([None, "no"]),
            ),
        ),
    }
)


@given(world=worlds)
def test_nothing_is_removed_without_its_tombstone(world: dict[str, Any]) -> None:
    wanted = {a.uuid: a for a in world["assigned"]}
    steps = plan(**world, now=NOW, installation=INSTALLATION)
    found = match(world["assigned"], world["observed"], world["records"], INSTALLATION)
    for uuid, step in steps.items():
        if isinstance(step, Remove):
            assert wanted[uuid].wanted == "removed"
            assert step.id == found[uuid].id
            assert step.id in known_ids(wanted[uuid], world)


def known_ids(one: Assigned, world: dict[str, Any]) -> set[str | None]:
    """The ids that a tombstone may name: never that of a copy that bears the labels."""
    record = world["records"].get(one.uuid, Record())
    named = {s.id for s in world["observed"] if s.name == one.name}
    return {one.external_id, record.external_id} | named


@given(world=worlds)
def test_nothing_is_made_where_there_is_one_already(world: dict[str, Any]) -> None:
    steps = plan(**world, now=NOW, installation=INSTALLATION)
    names = {s.name for s in world["observed"]}
    bearers = {(s.labels["io.rancher.container.uuid"], s.id) for s in world["observed"]}
    for uuid, step in steps.items():
        if isinstance(step, Create):
            assert f"r-{uuid}" not in names
            assert (uuid, world["records"].get(uuid, Record()).external_id) not in bearers


@given(world=worlds)
def test_a_rest_never_looks_back(world: dict[str, Any]) -> None:
    for step in plan(**world, now=NOW, installation=INSTALLATION).values():
        if isinstance(step, Rest) and step.until is not None:
            assert step.until > NOW


@given(world=worlds)
def test_obeying_the_plan_converges(world: dict[str, Any]) -> None:
    """A perfect world: every step succeeds, and what is started keeps running."""
    wanted: list[Assigned] = world["assigned"]
    there = {s.id: s for s in world["observed"] if s.state not in {"removing", "dead"}}
    records: dict[str, Record] = dict(world["records"])
    now, steps = NOW, dict[str, Step]()
    for _ in range(8):
        now += 1000
        steps = plan(wanted, there.values(), records, {}, now=now, installation=INSTALLATION)
        if all(isinstance(s, Rest) for s in steps.values()):
            break
        for one in wanted:
            obey(one, steps[one.uuid], there, records, now=now)
    assert all(isinstance(s, Rest) for s in steps.values()), steps
    found = match(wanted, there.values(), records, INSTALLATION)
    for one in wanted:
        now_there = found.get(one.uuid)
        if one.wanted == "removed":
            assert now_there is None
        elif one.supervised and one.external_id is None:
            assert now_there is not None
            assert now_there.is_live == (one.wanted == "running")


def obey(
    one: Assigned, step: Step, there: dict[str, Seen], records: dict[str, Record], *, now: int
) -> None:
    done = Record(applied=one.generation, external_id=getattr(step, "id", None))
    match step:
        case Create():
            new = f"new-{one.uuid}-{now}"
            there[new] = seen("created", one.uuid, id=new, made_for=one.generation)
            records[one.uuid] = Record(external_id=new)
        case Start(id) | Restart(id):
            there[id] = seen("running", one.uuid, id=id, labels=there[id].labels, started=now)
            records[one.uuid] = done
        case Stop(id):
            there[id] = seen("exited", one.uuid, id=id, labels=there[id].labels)
            if one.wanted != "removed":
                records[one.uuid] = done
        case Remove(id):
            del there[id]
        case Note():
            records[one.uuid] = done
        case Rest():
            pass
