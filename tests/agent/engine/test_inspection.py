from typing import Any

from pasture.agent.engine.inspection import about, milliseconds, seen, summary
from pasture.model.run import RestartPolicy

ID = "f" * 64
RAW: dict[str, Any] = {
    "Id": ID,
    "Name": "/web",
    "Created": "2026-11-24T10:00:00.123456789Z",
    "State": {
        "Status": "running",
        "ExitCode": 0,
        "Error": "",
        "StartedAt": "2026-11-24T10:00:01.5Z",
        "FinishedAt": "0001-01-01T00:00:00Z",
    },
    "Config": {
        "Hostname": ID[:12],
        "Image": "nginx:1",
        "Env": ["A=1", "PATH=/bin", "EMPTY="],
        "Cmd": ["nginx", "-g"],
        "Entrypoint": None,
        "Labels": {"a": "b"},
        "User": "",
        "WorkingDir": "/srv",
        "Tty": True,
    },
    "HostConfig": {
        "Binds": ["data:/data", "/etc:/h:ro"],
        "PortBindings": {
            "80/tcp": [{"HostIp": "", "HostPort": "8081"}],
            "53/udp": [{"HostIp": "127.0.0.1", "HostPort": "53"}],
            "90/tcp": [{"HostIp": "", "HostPort": ""}],
        },
        "NetworkMode": "default",
        "RestartPolicy": {"Name": "always", "MaximumRetryCount": 0},
        "Memory": 1024,
    },
    "Mounts": [
        {"Type": "volume", "Name": "data", "Destination": "/data", "RW": True},
        {"Type": "volume", "Name": "e" * 64, "Destination": "/anonymous", "RW": True},
        {"Type": "bind", "Source": "/opt", "Destination": "/o", "RW": False},
        {"Type": "tmpfs", "Destination": "/t"},
    ],
    "NetworkSettings": {
        "Ports": {
            "80/tcp": [
                {"HostIp": "0.0.0.0", "HostPort": "8081"},
                {"HostIp": "::", "HostPort": "8081"},
            ],
            "53/udp": [{"HostIp": "127.0.0.1", "HostPort": "53"}],
            "91/tcp": None,
        },
        "Networks": {"bridge": {"IPAddress": "172.17.0.2"}},
    },
}


def test_a_running_container() -> None:
    found = seen(RAW)
    assert (found.id, found.name, found.image, found.state) == (ID, "web", "nginx:1", "running")
    assert found.exit_code is None
    assert found.ip == "172.17.0.2"
    assert found.ports == ("0.0.0.0:8081:80/tcp", "127.0.0.1:53:53/udp")
    assert (found.created, found.started, found.finished) == (
        1795514400123, 1795514401500, None,
    )  # fmt: skip


def test_its_spec_can_be_told_from_it() -> None:
    spec = seen(RAW).spec
    assert spec is not None
    assert spec.image == "nginx:1"
    assert spec.command == ("nginx", "-g")
    assert spec.entry_point is None
    assert spec.environment == {"A": "1", "PATH": "/bin", "EMPTY": ""}
    assert spec.ports == ("8081:80/tcp", "127.0.0.1:53:53/udp", "90/tcp")
    assert [str(p) for p in spec.port_mappings] == list(spec.ports)
    assert spec.data_volumes == ("data:/data", "/etc:/h:ro", f"{'e' * 64}:/anonymous", "/opt:/o:ro")
    assert spec.network_mode == "bridge"
    assert spec.restart_policy == RestartPolicy(name="always")
    assert (spec.memory, spec.hostname, spec.working_dir, spec.tty) == (1024, None, "/srv", True)


def test_an_ended_container_has_its_exit_code() -> None:
    ended = RAW | {"State": RAW["State"] | {"Status": "exited", "ExitCode": 3}}
    assert seen(ended).exit_code == 3


def test_one_that_never_ran_has_none() -> None:
    fresh = {"Status": "created", "ExitCode": 0, "StartedAt": "0001-01-01T00:00:00Z"}
    found = seen(RAW | {"State": fresh})
    assert (found.exit_code, found.started) == (None, None)


def test_almost_nothing_is_enough() -> None:
    assert seen({"Id": ID}).state == "created"
    assert summary({"Id": ID, "Names": None}).name == ""
    assert about({}).engine_id == ""


def test_networks_of_others_in_our_words() -> None:
    def mode(text: str) -> str:
        spec = seen(RAW | {"HostConfig": {"NetworkMode": text}}).spec
        assert spec is not None
        return spec.network_mode

    assert [mode(m) for m in ("host", "none", "bridge", "mine", "container:x")] == [
        "host", "none", "bridge", "bridge", "none",
    ]  # fmt: skip


def test_the_list_gives_a_summary() -> None:
    found = summary({"Id": ID, "Names": ["/web"], "State": "exited", "Created": 5, "Labels": None})
    assert (found.name, found.state, found.created, found.complete) == (
        "web",
        "exited",
        5000,
        False,
    )


def test_times() -> None:
    assert milliseconds("2026-11-24T11:00:00+01:00") == milliseconds("2026-11-24T10:00:00Z")
    assert milliseconds("") is None
