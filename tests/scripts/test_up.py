"""What `make run` waits for."""

import time

import pytest

from scripts.machine.keepers import AGENT
from scripts.machine.shell import Stopped
from scripts.machine.up import Awaited, at_boot, wait


class Keeper:
    """Keeps nothing; ``given_up``: its program was refused for good."""

    def __init__(self, *, given_up: bool) -> None:
        self.given_up = given_up

    def start(self, name: str) -> None:
        raise NotImplementedError

    def stop(self, name: str) -> bool:
        raise NotImplementedError

    def pid(self, name: str) -> int | None:
        raise NotImplementedError

    def gave_up(self, name: str) -> bool:
        return self.given_up

    def log(self, name: str) -> str:
        return f"{name}: the last words"

    def forget(self) -> None:
        raise NotImplementedError

    def at_boot(self) -> str | None:
        raise NotImplementedError


AWAITED = Awaited(AGENT, 60, "no host")


def test_a_program_that_was_given_up_is_not_waited_for() -> None:
    began = time.monotonic()
    with pytest.raises(Stopped) as stopped:
        wait(lambda: None, AWAITED, Keeper(given_up=True))
    assert time.monotonic() - began < 5
    assert str(stopped.value).splitlines()[:2] == [
        "no host; the agent's log ends with:",
        "agent: the last words",
    ]


def test_what_came_is_returned() -> None:
    assert wait(lambda: "it", AWAITED, Keeper(given_up=True)) == "it"
    left = ["it", None]
    assert wait(left.pop, AWAITED, Keeper(given_up=False)) == "it"


def test_where_cron_is_not_installed_the_program_to_run_at_boot_is_told() -> None:
    line = "@reboot PASTURE_DATA=/d /c/scripts/boot"
    assert at_boot(line, has_cron=True).splitlines()[2:] == [f"  {line}"]
    said = at_boot(line, has_cron=False).splitlines()
    assert said[2] == "  PASTURE_DATA=/d /c/scripts/boot"
    assert "apt-get install cron" in said[3]
    assert said[4] == f"  {line}"
