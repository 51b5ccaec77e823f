"""`scripts/keep`: what runs a program again whenever it ends, where there is no systemd."""

import os
import signal
import subprocess
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

from pasture.agent.exits import REFUSED
from scripts.machine.keepers import alive
from scripts.machine.shell import KEEP
from tests.support.waiting import eventually


@contextmanager
def kept(folder: Path, *command: str) -> Generator[subprocess.Popen[bytes]]:
    keeper = subprocess.Popen([KEEP, "it", folder, *command])
    try:
        yield keeper
    finally:
        keeper.terminate()
        keeper.wait(10)


def child(folder: Path) -> Callable[[], int]:
    return lambda: int((folder / "it.child").read_text())


def test_a_killed_program_is_started_again(tmp_path: Path) -> None:
    with kept(tmp_path, "sleep", "1000"):
        first = eventually(child(tmp_path), 5)
        os.kill(first, signal.SIGKILL)
        eventually(lambda: child(tmp_path)() != first and alive(child(tmp_path)()), 5)
    assert "it ended with 137" in (tmp_path / "it.log").read_text()


def test_a_program_that_was_refused_for_good_is_not_started_again(tmp_path: Path) -> None:
    with kept(tmp_path, "sh", "-c", f"echo why; exit {REFUSED}") as keeper:
        assert keeper.wait(5) == 0
    last = f"keep: it was refused for good ({REFUSED}), it is not started again"
    assert (tmp_path / "it.log").read_text().splitlines() == ["why", last]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["it.log"]


def test_told_to_end_it_ends_the_program_and_leaves_no_process_id(tmp_path: Path) -> None:
    with kept(tmp_path, "sleep", "1000") as keeper:
        program = eventually(child(tmp_path), 5)
    assert keeper.returncode == 0
    assert not alive(program)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["it.log"]


def test_told_to_end_while_it_waits_it_starts_nothing_more(tmp_path: Path) -> None:
    with kept(tmp_path, "false") as keeper:
        eventually(lambda: "ended with 1" in (tmp_path / "it.log").read_text(), 5)
    assert keeper.returncode == 0
    assert (tmp_path / "it.log").read_text().count("ended with") == 1


def test_a_program_may_take_its_time_to_end(tmp_path: Path) -> None:
    slowly = "trap 'sleep 0.3; echo ended well; exit' TERM; echo up; while :; do sleep 0.05; done"
    with kept(tmp_path, "sh", "-c", slowly):
        eventually(lambda: "up" in (tmp_path / "it.log").read_text(), 5)
    assert "ended well" in (tmp_path / "it.log").read_text()
