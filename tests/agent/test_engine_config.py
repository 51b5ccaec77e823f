from dataclasses import replace
from typing import Any

import msgspec
import pytest

from pasture.agent.engine_config import create_body
from pasture.model.run import BlkioDeviceOption, LogConfig, RestartPolicy, RunSpec, Ulimit
from tests.agent.samples import INSTALLATION, want

# every field: a value that is not its default, and what of the create body it changes
FIELDS: list[tuple[str, Any, dict[str, Any]]] = [
    ("image_uuid", "docker:nginx:1.27", {"Image": "nginx:1.27"}),
    ("command", ("sleep", "1"), {"Cmd": ["sleep", "1"]}),
    ("entry_point", ("/entry",), {"Entrypoint": ["/entry"]}),
    ("environment", {"A": "1", "B": "x=y"}, {"Env": ["A=1", "B=x=y"]}),
    ("labels", {"tier": "web"}, {"Labels": {"tier": "web"}}),
    ("ports", ("127.0.0.1:8081:80", "53:53/udp", "90"), {
        "ExposedPorts": {"80/tcp": {}, "53/udp": {}, "90/tcp": {}},
        "HostConfig": {"PortBindings": {
            "80/tcp": [{"HostIp": "127.0.0.1", "HostPort": "8081"}],
            "53/udp": [{"HostIp": "", "HostPort": "53"}],
            "90/tcp": [{"HostIp": "", "HostPort": ""}],
        }},
    }),
    ("expose", ("81", "82/udp"), {"ExposedPorts": {"81/tcp": {}, "82/udp": {}}}),
    ("data_volumes", ("data:/data", "/etc:/h:ro", "/scratch"), {
        "Volumes": {"/scratch": {}}, "HostConfig": {"Binds": ["data:/data", "/etc:/h:ro"]}}),
    ("volume_driver", "nfs", {"HostConfig": {"VolumeDriver": "nfs"}}),
    ("network_mode", "host", {"HostConfig": {"NetworkMode": "host"}}),
    ("restart_policy", RestartPolicy(name="on-failure", maximum_retry_count=3),
     {"HostConfig": {"RestartPolicy": {"Name": "on-failure", "MaximumRetryCount": 3}}}),
    ("memory", 64 << 20, {"HostConfig": {"Memory": 64 << 20}}),
    ("memory_reservation", 32 << 20, {"HostConfig": {"MemoryReservation": 32 << 20}}),
    ("memory_swap", -1, {"HostConfig": {"MemorySwap": -1}}),
    ("milli_cpu_reservation", 500, {"HostConfig": {"CpuShares": 512}}),
    ("cpu_shares", 100, {"HostConfig": {"CpuShares": 100}}),
    ("cpu_quota", 5000, {"HostConfig": {"CpuQuota": 5000}}),
    ("cpu_period", 10000, {"HostConfig": {"CpuPeriod": 10000}}),
    ("cpu_set", "0-1", {"HostConfig": {"CpusetCpus": "0-1"}}),
    ("cpu_set_mems", "0", {"HostConfig": {"CpusetMems": "0"}}),
    ("cpu_realtime_period", 1000, {"HostConfig": {"CpuRealtimePeriod": 1000}}),
    ("cpu_realtime_runtime", 950, {"HostConfig": {"CpuRealtimeRuntime": 950}}),
    ("memory_swappiness", 0, {"HostConfig": {"MemorySwappiness": 0}}),
    ("kernel_memory", 64 << 20, {"HostConfig": {"KernelMemory": 64 << 20}}),
    ("oom_kill_disable", True, {"HostConfig": {"OomKillDisable": True}}),
    ("cgroup_parent", "/batch", {"HostConfig": {"CgroupParent": "/batch"}}),
    ("blkio_weight", 100, {"HostConfig": {"BlkioWeight": 100}}),
    ("blkio_device_options", {
        "/dev/a": BlkioDeviceOption(weight=10, read_bps=1, read_iops=2),
        "/dev/b": BlkioDeviceOption(read_bps=0, write_bps=3, write_iops=4),
    }, {"HostConfig": {
        "BlkioWeightDevice": [{"Path": "/dev/a", "Weight": 10}],
        "BlkioDeviceReadBps": [{"Path": "/dev/a", "Rate": 1}, {"Path": "/dev/b", "Rate": 0}],
        "BlkioDeviceReadIOps": [{"Path": "/dev/a", "Rate": 2}],
        "BlkioDeviceWriteBps": [{"Path": "/dev/b", "Rate": 3}],
        "BlkioDeviceWriteIOps": [{"Path": "/dev/b", "Rate": 4}],
    }}),
    ("storage_opt", {"size": "1g"}, {"HostConfig": {"StorageOpt": {"size": "1g"}}}),
    ("publish_all_ports", True, {"HostConfig": {"PublishAllPorts": True}}),
    ("uts", "host", {"HostConfig": {"UTSMode": "host"}}),
    ("userns_mode", "host", {"HostConfig": {"UsernsMode": "host"}}),
    ("dns_opt", ("ndots:2",), {"HostConfig": {"DnsOptions": ["ndots:2"]}}),
    ("health_cmd", ("curl", "-f", "localhost"),
     {"Healthcheck": {"Test": ["CMD", "curl", "-f", "localhost"]}}),
    ("health_interval", 5, {"Healthcheck": {"Interval": 5_000_000_000}}),
    ("health_timeout", 2, {"Healthcheck": {"Timeout": 2_000_000_000}}),
    ("health_retries", 3, {"Healthcheck": {"Retries": 3}}),
    ("pids_limit", 50, {"HostConfig": {"PidsLimit": 50}}),
    ("shm_size", 1 << 20, {"HostConfig": {"ShmSize": 1 << 20}}),
    ("ulimits", (Ulimit(name="nofile", soft=10), Ulimit(name="nproc", soft=1, hard=2)), {
        "HostConfig": {"Ulimits": [{"Name": "nofile", "Soft": 10, "Hard": 10},
                                   {"Name": "nproc", "Soft": 1, "Hard": 2}]}}),
    ("sysctls", {"net.core.somaxconn": "9"},
     {"HostConfig": {"Sysctls": {"net.core.somaxconn": "9"}}}),
    ("tmpfs", {"/run": "size=1m"}, {"HostConfig": {"Tmpfs": {"/run": "size=1m"}}}),
    ("devices", ("/dev/fuse", "/dev/a:/dev/b:r", "/dev/c:rw"), {"HostConfig": {"Devices": [
        {"PathOnHost": "/dev/fuse", "PathInContainer": "/dev/fuse", "CgroupPermissions": "rwm"},
        {"PathOnHost": "/dev/a", "PathInContainer": "/dev/b", "CgroupPermissions": "r"},
        {"PathOnHost": "/dev/c", "PathInContainer": "/dev/c", "CgroupPermissions": "rw"},
    ]}}),
    ("cap_add", ("NET_ADMIN",), {"HostConfig": {"CapAdd": ["NET_ADMIN"]}}),
    ("cap_drop", ("ALL",), {"HostConfig": {"CapDrop": ["ALL"]}}),
    ("privileged", True, {"HostConfig": {"Privileged": True}}),
    ("read_only", True, {"HostConfig": {"ReadonlyRootfs": True}}),
    ("run_init", True, {"HostConfig": {"Init": True}}),
    ("security_opt", ("no-new-privileges",), {"HostConfig": {"SecurityOpt":
                                                             ["no-new-privileges"]}}),
    ("pid_mode", "host", {"HostConfig": {"PidMode": "host"}}),
    ("ipc_mode", "host", {"HostConfig": {"IpcMode": "host"}}),
    ("hostname", "web", {"Hostname": "web"}),
    ("domain_name", "example.org", {"Domainname": "example.org"}),
    ("dns", ("10.0.0.2",), {"HostConfig": {"Dns": ["10.0.0.2"]}}),
    ("dns_search", ("a.b",), {"HostConfig": {"DnsSearch": ["a.b"]}}),
    ("extra_hosts", ("db:10.0.0.3",), {"HostConfig": {"ExtraHosts": ["db:10.0.0.3"]}}),
    ("user", "1000:1000", {"User": "1000:1000"}),
    ("group_add", ("audio",), {"HostConfig": {"GroupAdd": ["audio"]}}),
    ("working_dir", "/srv", {"WorkingDir": "/srv"}),
    ("stdin_open", True, {"OpenStdin": True}),
    ("stdin_once", True, {"StdinOnce": True}),
    ("tty", True, {"Tty": True}),
    ("stop_signal", "SIGINT", {"StopSignal": "SIGINT"}),
    ("stop_timeout", 0, {"StopTimeout": 0}),
    ("oom_score_adj", 500, {"HostConfig": {"OomScoreAdj": 500}}),
    ("log_config", LogConfig(driver="json-file", config={"max-size": "1m"}),
     {"HostConfig": {"LogConfig": {"Type": "json-file", "Config": {"max-size": "1m"}}}}),
]  # fmt: skip


def contains(body: dict[str, Any], part: dict[str, Any]) -> bool:
    return all(
        contains(body.get(key, {}), value)
        if key in {"HostConfig", "Labels"}
        else body.get(key) == value
        for key, value in part.items()
    )


@pytest.mark.parametrize(("field", "value", "expected"), FIELDS, ids=[f for f, _, _ in FIELDS])
def test_a_field_becomes_what_the_engine_takes(
    field: str, value: Any, expected: dict[str, Any]
) -> None:
    plain = want()
    given = msgspec.structs.replace(plain, spec=replace(plain.spec, **{field: value}))
    body = create_body(given, INSTALLATION)
    assert contains(body, expected), body
    if field != "labels":
        assert not contains(create_body(plain, INSTALLATION), expected), "the value is the default"


def test_no_field_is_forgotten() -> None:
    by_the_servers_words = {"network_container_id"}  # a row's number: ``Assigned.joins`` says whose
    of_the_network = {"net_alias"}  # below
    told = {f for f, _, _ in FIELDS} | by_the_servers_words | of_the_network
    assert told == {f.name for f in RunSpec.value_type.fields}


@pytest.mark.parametrize("kind", ["NONE", "CMD", "CMD-SHELL"])
def test_a_health_check_that_names_its_kind_is_taken_as_it_is(kind: str) -> None:
    one = want(spec={"health_cmd": (kind, "true")})
    assert create_body(one, INSTALLATION)["Healthcheck"] == {"Test": [kind, "true"]}


def test_what_is_not_given_is_left_to_the_engine() -> None:
    body = create_body(want(), INSTALLATION)
    assert body == {
        "Image": "busybox:1",
        "Env": [],
        "Labels": body["Labels"],
        "HostConfig": {
            "NetworkMode": "bridge",
            "RestartPolicy": {"Name": "no", "MaximumRetryCount": 0},
        },
    }


def test_labels_tell_whose_it_is_and_cannot_be_overruled() -> None:
    one = want(
        generation=7,
        spec={"labels": {"io.pasture.installation": "evil", "a": "spec", "b": "spec"}},
        labels={"a": "server", "io.rancher.container.name": "web-1"},
    )
    assert create_body(one, INSTALLATION)["Labels"] == {
        "a": "server",
        "b": "spec",
        "io.pasture.installation": INSTALLATION,
        "io.pasture.generation": "7",
        "io.rancher.container.uuid": "a",
        "io.rancher.container.name": "web-1",
    }


def test_a_supervised_container_has_no_policy_of_the_engines() -> None:
    one = want(supervised=True, spec={"restart_policy": RestartPolicy(name="always")})
    policy = create_body(one, INSTALLATION)["HostConfig"]["RestartPolicy"]
    assert policy == {"Name": "no", "MaximumRetryCount": 0}
