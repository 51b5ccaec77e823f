from pasture.agent.report import by_key, difference, full
from pasture.wire.frames import Observed

RUNS = Observed(state="running", uuid="a", external_id="1")
NATIVE = Observed(state="running", external_id="9")


def test_a_full_report_has_everything() -> None:
    report = full(1, by_key([RUNS, NATIVE]))
    assert report.full
    assert report.containers == (RUNS, NATIVE)


def test_nothing_changed_is_no_report() -> None:
    assert difference(2, by_key([RUNS, NATIVE]), by_key([NATIVE, RUNS])) is None


def test_only_what_changed_is_reported() -> None:
    ended = Observed(state="exited", uuid="a", external_id="1")
    report = difference(2, by_key([RUNS, NATIVE]), by_key([ended, NATIVE]))
    assert report is not None
    assert (report.number, report.full) == (2, False)
    assert report.containers == (ended,)
    assert report.gone == ()


def test_a_native_one_that_left_is_gone() -> None:
    report = difference(2, by_key([RUNS, NATIVE]), by_key([RUNS]))
    assert report is not None
    assert (report.containers, report.gone) == ((), ("9",))


def test_what_is_assigned_and_left_is_absent_and_not_gone() -> None:
    absent = Observed(state="absent", uuid="a")
    report = difference(2, by_key([RUNS]), by_key([absent]))
    assert report is not None
    assert (report.containers, report.gone) == ((absent,), ())


def test_what_was_made_again_is_not_gone() -> None:
    again = Observed(state="running", uuid="a", external_id="2")
    report = difference(2, by_key([RUNS]), by_key([again]))
    assert report is not None
    assert (report.containers, report.gone) == ((again,), ())
