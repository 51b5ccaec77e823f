"""The systemd units that `make run` writes."""

import getpass
from pathlib import Path

from pasture.agent.exits import REFUSED
from pasture.settings.parse import Listen
from scripts.machine.keepers import AGENT, SERVER, unit
from scripts.machine.place import Place

PLACE = Place(
    data=Path("/srv/my data"),
    listen=Listen("0.0.0.0", 8080),
    docker_host="unix:///var/run/docker.sock",
    variables={},
    checkout=Path("/home/ann/50% done"),
)


def test_a_unit_starts_its_program_at_boot_and_whenever_it_ends() -> None:
    lines = unit(PLACE, SERVER).splitlines()
    assert 'ExecStart="/home/ann/50%% done/.venv/bin/pasture" server' in lines
    assert "Restart=always" in lines
    assert f"RestartPreventExitStatus={REFUSED}" in lines
    assert "StartLimitIntervalSec=0" in lines
    assert "WantedBy=multi-user.target" in lines
    assert f"User={getpass.getuser()}" in lines
    assert any(line.startswith("After=") and "docker.service" in line for line in lines)


def test_only_the_agent_is_told_where_it_joins() -> None:
    assert "agent.env" not in unit(PLACE, SERVER)
    assert "EnvironmentFile=-/srv/my data/machine/agent.env" in unit(PLACE, AGENT).splitlines()
    assert "EnvironmentFile=-/srv/my data/machine/settings.env" in unit(PLACE, AGENT).splitlines()
