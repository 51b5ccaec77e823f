from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pasture.control.container import plan
from pasture.model.container import Container
from pasture.model.host import Host
from tests.control.rows import NOW, container, host

AWAY = host(agent_state="reconnecting")
NEVER = host(agent_state=None)
BROKEN = host(engine_error="no answer within 10 s")
REMOVED_HOST = host(removed=7, state="removed")
UP = {"engine_state": "running", "applied": 1}
DOWN = {"engine_state": "exited", "applied": 1, "exit_code": 3}
WORDS = {"engine_message": "no such image", "engine_failed": True}
UNIT = {"service_id": 8}

ROWS: list[tuple[str, dict[str, Any], Host | None, dict[str, Any]]] = [
    # without a host
    ("waits for placement", {"host_id": None, "state": "creating", "message": "no host"}, None,
     {"state": "creating", "message": "no host"}),
    ("started again, still without a host", {"host_id": None}, None, {"state": "starting"}),
    ("created to stand still", {"host_id": None, "state": "creating", "wanted": "stopped"}, None,
     {"state": "stopped"}),
    ("stopped before it had a host", {"host_id": None, "state": "stopping", "wanted": "stopped"},
     None, {"state": "stopped"}),
    ("removed before it had a host", {"host_id": None, "wanted": "removed"}, None,
     {"state": "removed", "removed": NOW}),
    # towards running
    ("its host has not heard of it", {"state": "creating"}, host(), {"state": "starting"}),
    ("its host pulls", {"engine_message": "pulling 40 %"}, host(),
     {"state": "starting", "message": "pulling 40 %"}),
    ("running for the first time", UP, host(), {"state": "running", "first_running": NOW}),
    ("running again", {**UP, "first_running": 4}, host(), {"state": "running", "first_running": 4}),
    ("paused counts as running", {**UP, "engine_state": "paused"}, host(), {"state": "running"}),
    ("a failed start", {**WORDS, "state": "starting"}, host(),
     {"state": "error", "message": "no such image", "failed": True}),
    ("a failed start of one that exists", {**WORDS, "engine_state": "created"}, host(),
     {"state": "error", "failed": True}),
    ("it succeeds after all", {**UP, "state": "error", "message": "no such image", "failed": True},
     host(), {"state": "running", "message": None, "failed": False}),
    ("a restart is under way", {**UP, "state": "restarting", "generation": 2}, host(),
     {"state": "restarting"}),
    ("a restart that fails", {**UP, **WORDS, "state": "restarting", "generation": 2}, host(),
     {"state": "restarting", "message": "no such image", "failed": True}),
    ("a restart is done", {**UP, "state": "restarting", "generation": 2, "applied": 2}, host(),
     {"state": "running"}),
    ("a new name needs no host", {**UP, "state": "updating-running"}, host(), {"state": "running"}),
    ("Docker starts it again", {**UP, "engine_state": "restarting", "exit_code": 1}, host(),
     {"state": "starting",
      "message": "exited with code 1; its restart policy starts it again"}),
    # the host is away
    ("starting, host away", {}, AWAY, {"state": "starting", "message": "host h1 is reconnecting"}),
    ("starting, host never there", {}, NEVER, {"message": "host h1 is not connected yet"}),
    ("running, host away", {**UP, "state": "running"}, AWAY, {"state": "running", "message": None}),
    ("failed, host away", WORDS, AWAY, {"state": "error", "message": "no such image"}),
    ("stopping, host away", {**UP, "wanted": "stopped", "generation": 2, "state": "stopping"}, AWAY,
     {"state": "stopping", "message": "host h1 is reconnecting"}),
    ("starting, Engine broken", {}, BROKEN,
     {"state": "starting", "message": "host h1: Docker Engine: no answer within 10 s"}),
    ("starting, Engine broken, the host has words", {"engine_message": "create: no answer"}, BROKEN,
     {"state": "starting", "message": "create: no answer"}),
    # towards stopped
    ("stopping", {**UP, "wanted": "stopped", "generation": 2, "state": "stopping"}, host(),
     {"state": "stopping"}),
    ("stopped", {**DOWN, "wanted": "stopped", "generation": 2, "applied": 2, "state": "stopping"},
     host(), {"state": "stopped"}),
    ("stopped as far as the Engine knows",
     {**DOWN, "wanted": "stopped", "generation": 2, "state": "stopping"}, host(),
     {"state": "stopped"}),
    ("made to stand still", {"wanted": "stopped", "state": "creating"}, host(),
     {"state": "creating"}),
    ("made to stand still: done",
     {"wanted": "stopped", "state": "creating", "engine_state": "created", "applied": 1}, host(),
     {"state": "stopped"}),
    ("made to stand still: cannot be", {"wanted": "stopped", "state": "creating", **WORDS}, host(),
     {"state": "error", "message": "no such image", "failed": True}),
    ("stopped while its host pulls", {"wanted": "stopped", "state": "stopping", "generation": 2},
     host(), {"state": "stopping"}),
    ("stopped before it was placed, its host makes it", {"wanted": "stopped", "state": "stopped"},
     host(), {"state": "stopped"}),
    # towards removed
    ("removing", {**UP, "wanted": "removed", "generation": 2, "state": "removing"}, host(),
     {"state": "removing", "removed": None}),
    ("stopped to be removed", {**UP, "wanted": "removed", "generation": 2, "state": "stopping"},
     host(), {"state": "stopping"}),
    ("stopped, now removed", {**DOWN, "wanted": "removed", "generation": 2, "state": "stopping"},
     host(), {"state": "removing"}),
    ("removal fails", {**UP, **WORDS, "wanted": "removed", "generation": 2, "state": "removing"},
     host(), {"state": "removing", "message": "no such image", "failed": True}),
    ("removed", {"wanted": "removed", "generation": 2, "applied": 2, "state": "removing"}, host(),
     {"state": "removed", "removed": NOW}),
    ("absent, but not acknowledged", {"wanted": "removed", "generation": 2, "state": "removing"},
     host(), {"state": "removing", "removed": None}),
    ("removing, host away",
     {**UP, "wanted": "removed", "generation": 2, "state": "removing"}, AWAY,
     {"state": "removing", "message": "host h1 is reconnecting"}),
    ("its host was removed", {**UP, "state": "running"}, REMOVED_HOST,
     {"state": "removed", "removed": NOW, "wanted": "removed"}),
    ("its host's row is gone", {**UP, "state": "running"}, None, {"state": "removed"}),
    ("purging", {"state": "purging", "removed": 5}, host(), {"state": "purged", "removed": 5}),
    ("removed rows stay as they are", {"state": "removed", "removed": 5, **UP}, host(),
     {"state": "removed", "removed": 5}),
    # the host wins with a standalone one
    ("it ended by itself", {**DOWN, "state": "running"}, host(),
     {"state": "stopped", "wanted": "stopped", "message": None}),
    ("started by hand", {**UP, "wanted": "stopped", "state": "stopped"}, host(),
     {"state": "running", "wanted": "running"}),
    ("removed by hand", {"applied": 1, "state": "running"}, host(),
     {"state": "removed", "wanted": "removed"}),
    ("a native one is stopped by hand", {**DOWN, "native_container": True, "state": "running"},
     host(), {"state": "stopped", "wanted": "stopped"}),
    ("stopped by hand, but a start was decided since",
     {**DOWN, "generation": 2, "state": "starting"}, host(),
     {"state": "starting", "wanted": "running"}),
    # a supervised one is driven back
    ("a unit died", {**UNIT, **DOWN, "state": "running"}, host(),
     {"state": "starting", "wanted": "running",
      "message": "exited with code 3; its host starts it again"}),
    ("a unit dies again and again",
     {**UNIT, **DOWN, "engine_message": "exited 3 times in a row", "engine_failed": True}, host(),
     {"state": "starting", "message": "exited 3 times in a row", "failed": True}),
    ("a unit was removed by hand", {**UNIT, "applied": 1, "state": "running"}, host(),
     {"state": "starting", "wanted": "running",
      "message": "is no longer on its host, which makes it again"}),
    ("a unit was started by hand", {**UNIT, **UP, "wanted": "stopped", "state": "stopped"}, host(),
     {"state": "stopping", "wanted": "stopped"}),
]  # fmt: skip


@pytest.mark.parametrize(("case", "given_", "on", "expected"), ROWS, ids=[r[0] for r in ROWS])
def test_plan(case: str, given_: dict[str, Any], on: Host | None, expected: dict[str, Any]) -> None:
    planned = plan(container(**given_), on, NOW)
    assert {name: getattr(planned, name) for name in expected} == expected, case


STATES = Container.type.states
facts: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "state": st.sampled_from([s for s in STATES if s not in {"removed", "purged"}]),
        "wanted": st.sampled_from(["running", "stopped", "removed"]),
        "generation": st.integers(1, 3),
        "applied": st.integers(0, 3),
        "host_id": st.sampled_from([None, 1]),
        "service_id": st.sampled_from([None, 8]),
        "engine_state": st.sampled_from(
            [None, "created", "running", "paused", "restarting", "exited", "dead"]
        ),
        "engine_message": st.sampled_from([None, "words"]),
        "engine_failed": st.booleans(),
    }
)
hosts = st.sampled_from([None, host(), AWAY, NEVER, BROKEN, REMOVED_HOST])


@given(facts, hosts)
def test_looking_again_changes_nothing(given_: dict[str, Any], on: Host | None) -> None:
    planned = plan(container(**given_), on, NOW)
    assert planned.state in STATES
    assert plan(planned, on, NOW + 1) == planned


@given(facts, hosts)
def test_only_what_the_controller_writes_changes(given_: dict[str, Any], on: Host | None) -> None:
    before = container(**given_)
    planned = plan(before, on, NOW)
    own = {
        name: getattr(before, name)
        for name in ("state", "message", "failed", "progress", "first_running", "removed", "wanted")
    }
    assert replace(planned, **own) == before
    if before.is_supervised and planned.is_live:
        assert planned.wanted == before.wanted


@given(facts)
def test_an_obedient_host_brings_every_container_to_rest(given_: dict[str, Any]) -> None:
    here = host()
    row = plan(container(**{**given_, "host_id": 1}), here, NOW)
    state = {"running": "running", "stopped": "exited", "removed": None}[row.wanted]
    obeyed = replace(
        row,
        engine_state=state,
        applied=row.generation,
        engine_message=None,
        engine_failed=False,
    )
    rested = plan(obeyed, here, NOW)
    if row.is_live:
        assert rested.state == row.wanted
        assert not rested.failed
