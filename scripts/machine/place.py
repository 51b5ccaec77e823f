"""Where everything lies on this machine, and what `make run` was told.

What was told is remembered in DATA/machine/settings.env, so that a second `make run` and a boot do
the same; a variable that is given now wins.
"""

import os
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pasture.server.folder import FIRST_LOGIN, LOCAL_SOCKET, write_owner_only
from pasture.settings.front_door import FrontDoor
from pasture.settings.parse import Listen
from pasture.settings.settings import AgentSettings, Settings
from pasture.settings.table import SETTINGS
from scripts.machine import CHECKOUT

NOT_REMEMBERED = {"data", "admin_password", "admin_password_file", "url"}
UNITS = "UNITS"  # UNITS=no: processes of our own where systemd would keep them
REMEMBERED = (
    *(s.variable for s in SETTINGS if s.variable and s.name not in NOT_REMEMBERED),
    UNITS,
)
PASSWORD, PASSWORD_FILE = "PASTURE_ADMIN_PASSWORD", "PASTURE_ADMIN_PASSWORD_FILE"


@dataclass(frozen=True)
class Place:
    """One installation on this machine: the checkout, the data, the settings."""

    data: Path
    listen: Listen
    docker_host: str
    variables: Mapping[str, str]  # for server and agent
    docker_host_was_named: bool = False
    has_units: bool = False  # systemd keeps the programs
    front: FrontDoor = field(default_factory=FrontDoor)
    checkout: Path = CHECKOUT

    @property
    def machine(self) -> Path:
        """The folder of what these scripts write: settings, process ids, logs."""
        return self.data / "machine"

    @property
    def settings_file(self) -> Path:
        """What server and agent are told."""
        return self.machine / "settings.env"

    @property
    def join_file(self) -> Path:
        """What the agent alone is told: where it joins. Its URL is a secret."""
        return self.machine / "agent.env"

    @property
    def log(self) -> Path:
        """What pip, apt-get and systemctl said."""
        return self.machine / "install.log"

    @property
    def pasture(self) -> Path:
        """The program."""
        return self.checkout / ".venv/bin/pasture"

    @property
    def local_url(self) -> str:
        """The server's owner-only socket."""
        return f"unix://{self.data / LOCAL_SOCKET}"

    @property
    def first_login(self) -> Path:
        """Where the generated password stands until it is changed."""
        return self.data / FIRST_LOGIN

    def url(self, port: int) -> str:
        """Return where a person on this machine finds the server."""
        return self.front.url_here(self.listen, port)


def find(given: Mapping[str, str]) -> Place:
    """Return the place that the variables mean, with what was remembered of it.

    Raises:
        Invalid: a variable has a value that it does not take.

    """
    data = AgentSettings.from_env(
        {k: v for k, v in given.items() if k == "PASTURE_DATA"} | home(given), {}
    ).data
    kept = read_env(data / "machine/settings.env")
    told = {k: v for k, v in kept.items() if k in REMEMBERED}
    told |= {k: given[k] for k in REMEMBERED if given.get(k)}
    told["PASTURE_DATA"] = str(data)
    settings = Settings.from_env(told | passwords(given), {})
    return Place(
        data=data,
        listen=settings.listen,
        front=settings.front,
        docker_host=AgentSettings.from_env(told, {}).docker_host,
        docker_host_was_named="DOCKER_HOST" in told,
        has_units=told.get(UNITS) != "no" and is_systemd(),
        variables=told,
    )


def is_systemd() -> bool:
    """Tell whether systemd keeps this machine's services."""
    return Path("/run/systemd/system").is_dir()


def home(given: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that say where this user's data lies."""
    return {k: given[k] for k in ("HOME", "XDG_DATA_HOME") if given.get(k)}


def passwords(given: Mapping[str, str]) -> dict[str, str]:
    """Return what was said of the admin's first password."""
    return {k: given[k] for k in (PASSWORD, PASSWORD_FILE) if given.get(k)}


def read_env(path: Path) -> dict[str, str]:
    """Return the variables in a file; none where there is none."""
    try:
        lines = path.read_text().splitlines()
    except FileNotFoundError:
        return {}
    pairs = [line.partition("=") for line in lines if line]
    return {name: "".join(shlex.split(value)) for name, _, value in pairs}


def write_env(path: Path, variables: Mapping[str, str]) -> None:
    """Write variables as systemd's EnvironmentFile and ``read_env`` read them."""
    lines = [f"{name}={quoted(value)}\n" for name, value in sorted(variables.items())]
    write_owner_only(path, "".join(lines).encode())


def quoted(value: str) -> str:
    """Return a value in double quotes."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def environment() -> Mapping[str, str]:
    """Return this process's variables."""
    return dict(os.environ)
