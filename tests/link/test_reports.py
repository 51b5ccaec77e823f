from dataclasses import replace
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pasture.link.reports import UNKNOWN, merge, named, native, observed
from pasture.model.container import Container
from pasture.model.host import Host
from pasture.model.run import RunSpec
from pasture.wire.frames import Observed, Report

HOST = Host(id=3, name="h1", account_id=5, agent_id=1, engine_id="E1")


def row(**fields: Any) -> Container:
    given: dict[str, Any] = {"id": 7, "uuid": "u7", "name": "web", "account_id": 5, "host_id": 3}
    given["network_mode"] = "bridge"
    return Container(**{**given, **fields})


def by_hand(**fields: Any) -> Container:
    given: dict[str, Any] = {"id": 8, "uuid": "u8", "native_container": True, "external_id": "n1"}
    return row(**{**given, "engine_state": "running", "applied": 1, **fields})


def report(*containers: Observed, full: bool = False, gone: tuple[str, ...] = ()) -> Report:
    return Report(number=1, full=full, containers=containers, gone=gone)


RUNNING = Observed(
    state="running", uuid="u7", external_id="e7", applied=1, ip="172.17.0.2",
    ports=("0.0.0.0:80:80/tcp",), started=100,
)  # fmt: skip
SEEN = row(
    external_id="e7", engine_state="running", applied=1, primary_ip_address="172.17.0.2",
    published_ports=("0.0.0.0:80:80/tcp",), started=100, start_count=1,
)  # fmt: skip
UNREACHED = replace(SEEN, primary_ip_address=None, published_ports=())


def ours(state: str, **fields: Any) -> Observed:
    return Observed(state=state, uuid="u7", external_id="e7", applied=1, **fields)


@pytest.mark.parametrize(
    ("case", "before", "seen", "after"),
    [
        ("first seen running", row(), RUNNING, SEEN),
        ("nothing new", SEEN, RUNNING, None),
        (
            "stopped",
            SEEN,
            ours("exited", exit_code=137, started=100),
            replace(UNREACHED, engine_state="exited", exit_code=137),
        ),
        (
            "started again",
            SEEN,
            ours("running", started=200),
            replace(UNREACHED, started=200, start_count=2),
        ),
        (
            "absent",
            SEEN,
            Observed(state="absent", uuid="u7", applied=2),
            replace(UNREACHED, external_id=None, engine_state=None, applied=2),
        ),
        (
            "failing",
            row(),
            Observed(state="absent", uuid="u7", message="image not found", failed=True),
            row(engine_message="image not found", engine_failed=True),
        ),
        ("absent and never seen", row(), Observed(state="absent", uuid="u7"), None),
        (
            "native stopped",
            by_hand(),
            Observed(state="exited", external_id="n1", exit_code=0),
            by_hand(engine_state="exited", exit_code=0),
        ),
        (
            "native carried out",
            by_hand(generation=2),
            Observed(state="exited", uuid="u8", external_id="n1", applied=2),
            by_hand(generation=2, engine_state="exited", applied=2),
        ),
        (
            "not known here stays marked",
            by_hand(engine_message=UNKNOWN, stray_uuid="lost", found_name="r-web"),
            Observed(state="running", uuid="lost", external_id="n1", name="r-web"),
            None,
        ),
        (
            "not known here is marked, also by who did not know that mark",
            by_hand(),
            Observed(state="running", uuid="lost", external_id="n1", name="/r-web"),
            by_hand(engine_message=UNKNOWN, stray_uuid="lost", found_name="r-web"),
        ),
        (
            "not known here, and something was decided on it",
            by_hand(generation=2, stray_uuid="lost", found_name="r-web"),
            Observed(state="exited", uuid="u8", external_id="n1", applied=2, name="r-web"),
            by_hand(
                generation=2, engine_state="exited", applied=2, stray_uuid="lost",
                found_name="r-web",
            ),
        ),
    ],
)  # fmt: skip
def test_what_was_seen_of_a_container(
    case: str, before: Container, seen: Observed, after: Container | None
) -> None:
    plan = merge(report(seen), [before])
    assert plan.found == (), case
    assert plan.updates == (() if after is None else (after,)), case


@pytest.mark.parametrize(
    ("case", "given_report", "rows", "lost"),
    [
        ("full, and not in it", report(full=True), [SEEN], {7}),
        ("full, never seen: not heard of yet", report(full=True), [row()], set[int]()),
        ("partial, and not in it", report(), [SEEN], set[int]()),
        ("gone", report(gone=("e7",)), [SEEN], {7}),
        ("native gone", report(gone=("n1",)), [by_hand()], {8}),
        ("native not in a full report", report(full=True), [by_hand()], {8}),
        ("gone and made anew", report(RUNNING, gone=("e7",)), [SEEN], set[int]()),
        ("gone again", report(gone=("e9",)), [SEEN], set[int]()),
    ],
)
def test_what_vanished(
    case: str, given_report: Report, rows: list[Container], lost: set[int]
) -> None:
    plan = merge(given_report, rows)
    assert {u.id for u in plan.updates if u.engine_state is None} == lost, case


def test_a_native_that_is_gone_is_named_by_the_engines_id_still() -> None:
    [gone] = merge(report(gone=("n1",)), [by_hand()]).updates
    assert (gone.external_id, gone.engine_state) == ("n1", None)


def test_containers_that_no_row_knows_are_found_once() -> None:
    one = Observed(state="running", external_id="x1", name="/a")
    lost = Observed(state="exited", uuid="lost", external_id="x2", name="/r-b-1")
    gone = Observed(state="absent", uuid="other")
    plan = merge(report(one, lost, one, gone), [SEEN])
    assert plan.found == (one, lost)


def test_a_native_container_becomes_a_row_that_wants_what_it_does() -> None:
    spec = RunSpec(image_uuid="docker:nginx", labels={"a": "b"}, ports=("80:80",))
    one = Observed(
        state="running", external_id="x1", name="/web", spec=spec, started=4, ip="1.2.3.4"
    )
    made = native(one, HOST, "web")
    assert (made.native_container, made.external_id, made.host_id) == (True, "x1", 3)
    assert (made.state, made.wanted, made.applied, made.generation) == ("running", "running", 1, 1)
    assert (made.image_uuid, made.labels, made.ports) == ("docker:nginx", {"a": "b"}, ("80:80",))
    assert (made.account_id, made.engine_message) == (5, None)
    stored = replace(made, id=1, uuid="u1")
    assert merge(report(one), [stored]).is_empty


def test_a_native_container_without_a_spec_has_its_image_and_labels() -> None:
    one = Observed(state="exited", external_id="x1", image="nginx:1", labels={"a": "b"})
    made = native(one, HOST, "web")
    assert (made.image_uuid, made.labels, made.state) == ("docker:nginx:1", {"a": "b"}, "stopped")


def test_a_container_of_ours_that_is_not_known_says_so() -> None:
    one = Observed(state="running", uuid="lost", external_id="x1")
    made = replace(native(one, HOST, "web"), id=1, uuid="u1")
    assert (made.engine_message, made.stray_uuid) == (UNKNOWN, "lost")
    assert native(with_applied(one, 7), HOST, "web").applied == 7
    assert merge(report(one), [made]).is_empty


def with_applied(one: Observed, applied: int) -> Observed:
    return msgspec.structs.replace(one, applied=applied)


@pytest.mark.parametrize(
    ("names", "taken", "expected"),
    [
        (["/web"], set[str](), ["web"]),
        (["/web"], {"WEB"}, ["web-0aaaaa"]),
        (["/web", "/web"], set[str](), ["web", "web-1aaaaa"]),
        (["/web"], {"web", "web-0aaaaa"}, ["web-0aaaaaaaaaaa"]),
        ([""], set[str](), ["unnamed"]),
    ],
)
def test_native_containers_get_free_names(
    names: list[str], taken: set[str], expected: list[str]
) -> None:
    found = [
        Observed(state="running", external_id=f"{n}{'a' * 63}", name=name)
        for n, name in enumerate(names)
    ]
    assert [name for _, name in named(found, taken)] == expected


STATES = ("created", "running", "restarting", "paused", "exited", "dead", "absent")
OURS, THEIRS = ("u1", "u2", "u3"), ("n1", "n2")


@st.composite
def seen_of(draw: st.DrawFn) -> Observed:
    """What one of a few containers may look like."""
    state = draw(st.sampled_from(STATES))
    details: dict[str, Any] = {
        "exit_code": draw(st.none() | st.integers(0, 3)),
        "started": draw(st.none() | st.integers(1, 3)),
        "ip": draw(st.none() | st.sampled_from(("10.0.0.1", "10.0.0.2"))),
        "message": draw(st.none() | st.sampled_from(("pulling", "failed"))),
        "failed": draw(st.booleans()),
    }
    if draw(st.booleans()):
        uuid = draw(st.sampled_from(OURS))
        engine_id = None if state == "absent" else f"e{draw(st.integers(1, 2))}-{uuid}"
        applied = draw(st.integers(0, 3))
        return Observed(state=state, uuid=uuid, external_id=engine_id, applied=applied, **details)
    engine_id = draw(st.sampled_from(THEIRS))
    return Observed(
        state="exited" if state == "absent" else state, external_id=engine_id, **details
    )


@st.composite
def any_report(draw: st.DrawFn, *, full: bool | None = None) -> Report:
    containers = draw(st.lists(seen_of(), max_size=5))
    gone = tuple(draw(st.lists(st.sampled_from(THEIRS), max_size=2)))
    is_full = draw(st.booleans()) if full is None else full
    once = {c.uuid or c.external_id: c for c in containers}
    present = {c.external_id for c in once.values()}
    return Report(
        number=1,
        full=is_full,
        containers=tuple(once.values()),
        gone=tuple(g for g in gone if g not in present),
    )


class Rows:
    """Rows in memory: what merge plans is done."""

    def __init__(self) -> None:
        self.rows = {n: row(id=n, uuid=u) for n, u in enumerate(OURS, start=1)}

    def apply(self, given_report: Report) -> None:
        plan = merge(given_report, self.rows.values())
        for update in plan.updates:
            self.rows[update.id] = update
        for one in plan.found:
            number = max(self.rows) + 1
            self.rows[number] = replace(
                native(one, HOST, f"n{number}"), id=number, uuid=f"x{number}"
            )

    def picture(self) -> dict[str, tuple[object, ...]]:
        """What the rows say is in the Engine now."""
        return {
            r.external_id or r.uuid: (
                r.engine_state, r.applied, r.engine_message, r.engine_failed, r.exit_code,
                r.primary_ip_address, r.published_ports,
            )
            for r in self.rows.values()
            if r.engine_state is not None
        }  # fmt: skip


@given(before=st.lists(any_report(), max_size=6), last=any_report(full=True))
def test_whatever_was_reported_before_the_rows_are_what_the_last_full_report_says(
    before: list[Report], last: Report
) -> None:
    rows, fresh = Rows(), Rows()
    for one in [*before, last]:
        rows.apply(one)
    fresh.apply(last)
    assert rows.picture() == fresh.picture()
    assert set(rows.picture()) == {c.external_id for c in last.containers if c.state != "absent"}


@given(reports=st.lists(any_report(), min_size=1, max_size=6))
def test_a_report_that_is_given_again_changes_nothing(reports: list[Report]) -> None:
    rows = Rows()
    for one in reports:
        rows.apply(one)
    again = dict(rows.rows)
    rows.apply(reports[-1])
    assert rows.rows == again


@given(reports=st.lists(any_report(), max_size=6))
def test_reports_write_status_and_nothing_else(reports: list[Report]) -> None:
    rows = Rows()
    for one in reports:
        rows.apply(one)
    for number, now in rows.rows.items():
        if number <= len(OURS):
            first = row(id=number, uuid=OURS[number - 1])
            assert (now.wanted, now.generation, now.state) == (
                first.wanted,
                first.generation,
                first.state,
            )
            assert (now.host_id, now.name, now.native_container) == (3, "web", False)


def test_the_rows_of_a_service_are_treated_alike() -> None:
    seen = replace(SEEN, service_id=4)
    assert observed(seen, RUNNING) == seen
