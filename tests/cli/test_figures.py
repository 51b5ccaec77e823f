from typing import Any

import pytest

from pasture.cli.figures import Board, cpu_percent, memory_percent, parse, seconds

LATER = "2026-01-01T00:00:01.500000000Z"


def row(**more: Any) -> dict[str, Any]:
    """Return a row as hosts send it."""
    made: dict[str, Any] = {
        "id": "1i1",
        "resourceType": "container",
        "timestamp": "2026-01-01T00:00:00.000000000Z",
        "cpu": {"usage": {"total": 0, "user": 0, "system": 0, "per_cpu_usage": [0, 0]}},
        "memory": {"usage": 50, "limit": 200},
        "network": {"rx_bytes": 1, "tx_bytes": 2, "interfaces": []},
        "diskio": {"io_service_bytes": [{"stats": {"Read": 3, "Write": 4}}] * 2},
    }
    return {**made, **more}


def used(ns: int, **more: Any) -> dict[str, Any]:
    return row(timestamp=LATER, cpu={"usage": {"total": ns, "per_cpu_usage": [0, 0]}}, **more)


@pytest.mark.parametrize(("kind", "percent"), [("container", 100.0), ("host", 50.0)])
def test_use_is_of_one_processor_or_of_all_of_a_host(kind: str, percent: float) -> None:
    before = parse(row(resourceType=kind))
    now = parse(used(1_500_000_000, resourceType=kind))
    assert now is not None
    assert cpu_percent(before, now) == pytest.approx(percent)
    assert cpu_percent(None, now) is None
    assert cpu_percent(now, now) is None


def test_a_container_that_started_anew_has_no_negative_use() -> None:
    before, now = parse(row(cpu={"usage": {"total": 9}})), parse(used(1))
    assert now is not None
    assert cpu_percent(before, now) is None


def test_what_counts_is_summed() -> None:
    figures = parse(row())
    assert figures is not None
    assert (figures.received, figures.sent, figures.read, figures.written) == (1, 2, 6, 8)
    assert memory_percent(figures) == 25.0
    unlimited = parse(row(memory={"usage": 5}))
    assert unlimited is not None
    assert memory_percent(unlimited) is None


@pytest.mark.parametrize("ill", [None, [], {}, {"id": 1}, row(timestamp="now"), row(cpu=None)])
def test_what_is_no_row_is_none(ill: Any) -> None:
    assert parse(ill) is None


def test_a_time_has_its_fraction() -> None:
    assert seconds("1970-01-01T00:00:02.250000000Z") == 2.25
    assert seconds("1970-01-01T00:00:02Z") == 2.0


def test_a_board_has_the_last_two_rows_of_what_still_sends() -> None:
    board = Board()
    board.put([row()], 1.0)
    assert board.of["1i1"].cpu is None
    board.put([used(750_000_000)], 2.0)
    board.put([row()], 3.0)  # late: of another time than it came in
    assert board.of["1i1"].cpu == pytest.approx(50.0)
    board.put("nonsense", 3.0)
    board.forget_older_than(2.5)
    assert board.of == {}
