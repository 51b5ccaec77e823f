"""Who keeps server and agent running: systemd where it is process 1, else `scripts/keep`."""

import getpass
import grp
import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pasture.agent.exits import REFUSED
from scripts.machine.place import Place, read_env
from scripts.machine.shell import (
    KEEP,
    Stopped,
    as_root,
    is_root,
    last_lines,
    launch,
    printed,
    run,
)

SERVER, AGENT = "server", "agent"
END_S, PAUSE_S = 40, 0.1
UNITS = Path("/etc/systemd/system")
UNIT = """\
# Written by `make run` in {checkout}; `make uninstall` removes it.
[Unit]
Description=Pasture {name}
After=network-online.target docker.service{after}
Wants=network-online.target
StartLimitIntervalSec=0

[Service]
User={user}
{groups}{files}
ExecStart="{program}" {name}
Restart=always
RestartSec=2
RestartPreventExitStatus={refused}
TimeoutStopSec=30

[Install]
WantedBy=multi-user.target
"""


class Keeper(Protocol):
    """Starts a program and starts it again whatever ended it, until told to stop.

    Only where the program says that it was refused for good it is given up.
    """

    def start(self, name: str) -> None:
        """Start it, where it does not run."""
        ...

    def stop(self, name: str) -> bool:
        """End it; return whether it ran."""
        ...

    def pid(self, name: str) -> int | None:
        """Return its process, or None."""
        ...

    def gave_up(self, name: str) -> bool:
        """Tell whether it was started and is not kept running any more."""
        ...

    def log(self, name: str) -> str:
        """Return the last lines of its log."""
        ...

    def forget(self) -> None:
        """Remove what was written outside DATA."""
        ...

    def at_boot(self) -> str | None:
        """Return what a person must do so that it runs after a reboot, or None."""
        ...


def keeper(place: Place) -> Keeper:
    """Return this machine's way to keep programs running."""
    return Systemd(place) if place.has_units else Detached(place)


def env_files(place: Place, name: str) -> list[Path]:
    """Return the files with what a program is told."""
    return [place.settings_file] if name == SERVER else [place.settings_file, place.join_file]


def unit(place: Place, name: str) -> str:
    """Return the text of a program's systemd unit."""
    files = "\n".join(f"EnvironmentFile=-{escaped(str(f))}" for f in env_files(place, name))
    grouped = name == AGENT and not is_root() and has_group("docker")
    return UNIT.format(
        checkout=place.checkout,
        name=name,
        after=f" pasture-{SERVER}.service" if name == AGENT else "",
        user=getpass.getuser(),
        groups="SupplementaryGroups=docker\n" if grouped else "",
        files=files,
        program=escaped(str(place.pasture)),
        refused=REFUSED,
    )


def escaped(path: str) -> str:
    """Return a path as systemd reads it."""
    return path.replace("%", "%%")


def has_group(name: str) -> bool:
    """Tell whether a group exists."""
    return any(group.gr_name == name for group in grp.getgrall())


@dataclass(frozen=True)
class Systemd:
    """Units of the system, enabled: they start at boot too."""

    place: Place

    def start(self, name: str) -> None:
        """Write, enable and start the unit."""
        path, text = UNITS / f"pasture-{name}.service", unit(self.place, name)
        if not path.exists() or path.read_text() != text:
            draft = self.place.machine / path.name
            draft.write_text(text)
            self.root(f"{path} cannot be written", "install", "-m644", str(draft), str(path))
            self.systemctl("daemon-reload")
        self.systemctl("enable", "--now", path.name)

    def stop(self, name: str) -> bool:
        """Stop and disable the unit: `make stop` holds over a boot."""
        ran = self.pid(name) is not None
        if (UNITS / f"pasture-{name}.service").exists():
            self.systemctl("disable", "--now", f"pasture-{name}.service")
        return ran

    def pid(self, name: str) -> int | None:
        """Return the unit's main process, or None."""
        shown = printed("systemctl", "show", "--property=MainPID", "--value", f"pasture-{name}")
        return int(shown.strip() or 0) or None

    def gave_up(self, name: str) -> bool:
        """Tell whether the unit failed: one that is started again is not failed meanwhile."""
        shown = printed("systemctl", "show", "--property=ActiveState", "--value", f"pasture-{name}")
        return shown.strip() == "failed"

    def log(self, name: str) -> str:
        """Return the end of the journal."""
        return printed("journalctl", "--no-pager", "--lines=15", f"--unit=pasture-{name}")

    def forget(self) -> None:
        """Remove the units."""
        for path in UNITS.glob("pasture-*.service"):
            if path.stem in {f"pasture-{SERVER}", f"pasture-{AGENT}"}:
                self.root(f"{path} cannot be removed", "rm", str(path))
        self.systemctl("daemon-reload")

    def at_boot(self) -> str | None:
        """Nothing: the units are enabled."""
        return None

    def systemctl(self, *words: str) -> None:
        """Tell systemd something."""
        self.root(f"systemctl {' '.join(words)} failed", "systemctl", *words)

    def root(self, trouble: str, *command: str) -> None:
        """Run a command as root."""
        run(as_root(*command), self.place.log, trouble)


@dataclass(frozen=True)
class Detached:
    """Processes of their own session, each with a keeper that starts it again."""

    place: Place

    def start(self, name: str) -> None:
        """Start the keeper, after ending what a killed keeper left behind."""
        if self.keeper_pid(name) is not None:
            return
        self.end(self.pid(name))
        told: dict[str, str] = {}
        for file in env_files(self.place, name):
            told |= read_env(file)
        words = [str(KEEP), name, str(self.place.machine), str(self.place.pasture), name]
        launch(words, **told)
        until(lambda: self.keeper_pid(name) is not None, f"{name} was not started")

    def stop(self, name: str) -> bool:
        """End the keeper, which ends the program; and the program of a killed keeper."""
        ended = [self.end(self.keeper_pid(name)), self.end(self.pid(name))]
        return any(ended)

    def end(self, pid: int | None) -> bool:
        """End a process; SIGKILL it where it takes too long; return whether it was there."""
        if pid is None:
            return False
        with suppress(ProcessLookupError):  # it may end by itself meanwhile
            os.kill(pid, signal.SIGTERM)
            try:
                until(lambda: not alive(pid), "")
            except Stopped:
                os.kill(pid, signal.SIGKILL)
        return True

    def keeper_pid(self, name: str) -> int | None:
        """Return the keeper's process, or None."""
        return self.process(f"{name}.pid", [str(KEEP), name, str(self.place.machine)])

    def pid(self, name: str) -> int | None:
        """Return the program's process, or None."""
        return self.process(f"{name}.child", [str(self.place.pasture), name])

    def process(self, file: str, words: list[str]) -> int | None:
        """Return the process in a file if it lives and is the one that is meant."""
        try:
            pid = int((self.place.machine / file).read_text())
            line = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
        except (OSError, ValueError):
            return None
        return pid if words == line[1 : len(words) + 1] else None

    def gave_up(self, name: str) -> bool:
        """Tell whether the keeper ended."""
        return self.keeper_pid(name) is None

    def log(self, name: str) -> str:
        """Return the end of the log file."""
        path = self.place.machine / f"{name}.log"
        return f"{last_lines(path)}\nAll of it stands in {path}"

    def forget(self) -> None:
        """Nothing: all that was written is in DATA."""

    def at_boot(self) -> str | None:
        """Return the line for crontab."""
        boot = self.place.checkout / "scripts/boot"
        return f"@reboot PASTURE_DATA={self.place.data} {boot}"


def alive(pid: int) -> bool:
    """Tell whether a process is there and more than a zombie."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def until(condition: Callable[[], bool], trouble: str, seconds: float = END_S) -> None:
    """Wait for something that is under way.

    Raises:
        Stopped: it did not come.

    """
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise Stopped(trouble)
        time.sleep(PAUSE_S)
