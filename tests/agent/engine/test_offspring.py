"""On real processes of this machine: each child leads a session, as what the Engine starts does."""

import asyncio
import signal
import subprocess
from collections.abc import Callable, Generator
from pathlib import Path

import pytest

from pasture.agent.engine.offspring import Offspring
from tests.agent.fake_server import soon

Start = Callable[[str], subprocess.Popen[bytes]]


@pytest.fixture
def start() -> Generator[Start]:
    """Start scripts; all of their sessions are ended afterwards."""
    started: list[subprocess.Popen[bytes]] = []

    def run(script: str) -> subprocess.Popen[bytes]:
        child = subprocess.Popen(
            ["sh", "-c", script], start_new_session=True, stdout=subprocess.PIPE
        )
        started.append(child)
        assert child.stdout is not None
        assert child.stdout.readline() == b"up\n"
        return child

    yield run
    for child in started:
        Offspring(child.pid, own_group()).signal(signal.SIGKILL)
        child.wait()
        assert child.stdout is not None
        child.stdout.close()


def own_group() -> str:
    """Return what stands in the control groups of this process, and so of its children."""
    return Path("/proc/self/cgroup").read_text()


@pytest.mark.parametrize(
    "script",
    [
        "echo up; exec sleep 1000",
        "trap '' HUP; echo up; sleep 1000",
        "sleep 1000 & sleep 1000 & trap '' HUP; echo up; wait",
    ],
)
async def test_all_of_it_is_ended(start: Start, script: str) -> None:
    child = start(script)
    offspring = Offspring(child.pid, own_group())
    assert offspring.is_visible
    assert child.pid in offspring.processes()
    await offspring.end()
    await soon(lambda: not offspring.processes())
    assert not offspring.is_visible


async def test_one_that_heeds_the_hang_up_may_clean_up(start: Start, tmp_path: Path) -> None:
    note = tmp_path / "note"
    # a loop: dash may end before its trap where the last command ends as the signal comes
    child = start(f"trap 'echo bye > {note}; exit' HUP; echo up; while :; do sleep 0.05; done")
    await Offspring(child.pid, own_group(), grace_s=15).end()
    assert note.read_text() == "bye\n"


async def test_told_to_hurry_it_kills_at_once(start: Start) -> None:
    child = start("trap '' HUP; echo up; sleep 1000")
    offspring = Offspring(child.pid, own_group())
    ending = asyncio.get_running_loop().create_task(offspring.end())
    await asyncio.sleep(0)
    ending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await ending
    assert child.wait(5) == -signal.SIGKILL


async def test_a_process_of_another_container_is_never_touched(start: Start) -> None:
    child = start("echo up; exec sleep 1000")
    offspring = Offspring(child.pid, "another container's id")
    assert not offspring.is_visible
    await offspring.end()
    assert child.poll() is None


async def test_a_process_of_another_session_is_never_touched(start: Start) -> None:
    child = start("echo up; exec sleep 1000")
    other = start("echo up; exec sleep 1000")
    await Offspring(other.pid, own_group()).end()
    assert child.poll() is None
