"""Settings as values: made once from variables and arguments, then passed on."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pasture.kit.errors import Invalid
from pasture.kit.proxies import Proxies
from pasture.settings import parse
from pasture.settings.front_door import FrontDoor, front_door
from pasture.settings.given import Arguments, Given
from pasture.settings.parse import Listen
from pasture.settings.table import BY_NAME, unknown_variables

ROOT_DATA = Path("/var/lib/pasture")
DOCKER_HOST = "unix:///var/run/docker.sock"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the server is told."""

    listen: Listen
    data: Path
    database: str
    access_control: bool
    log_level: str
    admin_password: str | None = field(repr=False)
    admin_password_file: Path | None
    front: FrontDoor = field(default_factory=FrontDoor)
    unknown: tuple[str, ...] = ()  # variables that look like ours and are none

    @classmethod
    def from_env(
        cls, mapping: Mapping[str, str], arguments: Arguments, *, uid: int | None = None
    ) -> "Settings":
        """Read variables and parsed arguments (by the settings' names).

        Raises:
            Invalid: a sentence for each value that is not taken.

        """
        given = Given(mapping, arguments)
        data = data_folder(given, uid)
        made = cls(
            listen=given.value("listen", parse.listen, parse.listen(BY_NAME["listen"].default)),
            data=data,
            database=given.value("database", parse.database, f"{parse.SQLITE}{data}/pasture.db"),
            access_control=given.value("access_control", on_or_off, default=True),
            log_level=log_level(given),
            admin_password=given.value(
                "admin_password", lambda t: parse.password("admin_password", t), None
            ),
            admin_password_file=given.value("admin_password_file", parse.path, None),
            front=front_door(given),
            unknown=tuple(unknown_variables(mapping)),
        )
        given.check()
        refuse_open_by_accident(made, knows=given.text("i_know_this_is_open") is not None)
        return made


def on_or_off(text: str) -> bool:
    """Parse the switch of access control."""
    return parse.option("access_control", text) == "on"


def refuse_open_by_accident(settings: Settings, *, knows: bool) -> None:
    """Refuse a server that everybody on the network is admin of, unless that is meant.

    Raises:
        Invalid: access control is off, and other machines reach the address.

    """
    if settings.access_control or settings.listen.is_loopback or knows:
        return
    raise Invalid(
        f"--access-control off makes everybody who reaches {settings.listen} admin; accepted "
        "with a loopback --listen such as 127.0.0.1:8080, or with --i-know-this-is-open",
        field="access_control",
    )


@dataclass(frozen=True, kw_only=True)
class AgentSettings:
    """What an agent is told; ``url`` is needed until it has an identity in DATA/agent."""

    data: Path
    log_level: str
    url: str | None = field(repr=False)  # its last part is the registration token
    labels: dict[str, str]
    address: str | None
    docker_host: str
    ca_fingerprint: str | None = None
    agent_image: str | None = None
    proxies: Proxies = field(default_factory=Proxies)

    @classmethod
    def from_env(
        cls, mapping: Mapping[str, str], arguments: Arguments, *, uid: int | None = None
    ) -> "AgentSettings":
        """Read variables and parsed arguments (by the settings' names).

        Raises:
            Invalid: a sentence for each value that is not taken.

        """
        given = Given(mapping, arguments)
        made = cls(
            data=data_folder(given, uid),
            log_level=log_level(given),
            url=given.value("url", parse.registration_url, None),
            labels=given.value("labels", parse.labels, {}),
            address=given.value("address", parse.address, None),
            docker_host=given.value("docker_host", parse.docker_host, DOCKER_HOST),
            agent_image=given.text("agent_image"),
            ca_fingerprint=given.value("ca_fingerprint", parse.fingerprint, None),
            proxies=Proxies.from_env(mapping),
        )
        given.check()
        return made


def log_level(given: Given) -> str:
    """Return how much is logged."""
    return given.value("log_level", lambda t: parse.option("log_level", t), "info")


def data_folder(given: Given, uid: int | None = None) -> Path:
    """Return the data folder: given, the machine's for root, else the user's."""
    return given.value("data", parse.path, default_data(given.mapping, uid))


def default_data(mapping: Mapping[str, str], uid: int | None) -> Path:
    """Return where data lies when nobody said."""
    if (os.geteuid() if uid is None else uid) == 0:
        return ROOT_DATA
    base = mapping.get("XDG_DATA_HOME") or f"{mapping.get('HOME') or Path.home()}/.local/share"
    return Path(base) / "pasture"
