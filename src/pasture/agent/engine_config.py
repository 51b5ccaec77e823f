"""From what is assigned to the Engine's create call. Pure; every field of RunSpec is consumed."""

from collections.abc import Mapping
from typing import Any

from pasture.agent import labels
from pasture.agent.bridge import Bridge, with_network
from pasture.model.run import RestartPolicy, RunSpec
from pasture.wire.frames import Assigned

# attributes that the Engine takes as they are
CONFIG = {
    "command": "Cmd",
    "entry_point": "Entrypoint",
    "hostname": "Hostname",
    "domain_name": "Domainname",
    "user": "User",
    "working_dir": "WorkingDir",
    "stdin_open": "OpenStdin",
    "stdin_once": "StdinOnce",
    "tty": "Tty",
    "stop_signal": "StopSignal",
    "stop_timeout": "StopTimeout",
}
HOST_CONFIG = {
    "volume_driver": "VolumeDriver",
    "network_mode": "NetworkMode",
    "memory": "Memory",
    "memory_reservation": "MemoryReservation",
    "memory_swap": "MemorySwap",
    "cpu_quota": "CpuQuota",
    "cpu_period": "CpuPeriod",
    "cpu_set": "CpusetCpus",
    "cpu_set_mems": "CpusetMems",
    "cpu_realtime_period": "CpuRealtimePeriod",
    "cpu_realtime_runtime": "CpuRealtimeRuntime",
    "memory_swappiness": "MemorySwappiness",
    "kernel_memory": "KernelMemory",
    "oom_kill_disable": "OomKillDisable",
    "cgroup_parent": "CgroupParent",
    "blkio_weight": "BlkioWeight",
    "storage_opt": "StorageOpt",
    "publish_all_ports": "PublishAllPorts",
    "pids_limit": "PidsLimit",
    "shm_size": "ShmSize",
    "sysctls": "Sysctls",
    "tmpfs": "Tmpfs",
    "cap_add": "CapAdd",
    "cap_drop": "CapDrop",
    "privileged": "Privileged",
    "read_only": "ReadonlyRootfs",
    "run_init": "Init",
    "security_opt": "SecurityOpt",
    "pid_mode": "PidMode",
    "uts": "UTSMode",
    "userns_mode": "UsernsMode",
    "ipc_mode": "IpcMode",
    "dns": "Dns",
    "dns_opt": "DnsOptions",
    "dns_search": "DnsSearch",
    "extra_hosts": "ExtraHosts",
    "group_add": "GroupAdd",
    "oom_score_adj": "OomScoreAdj",
}
# the Engine's list for each limit of a block device, and what it calls the amount
BLKIO = {
    "weight": ("BlkioWeightDevice", "Weight"),
    "read_bps": ("BlkioDeviceReadBps", "Rate"),
    "read_iops": ("BlkioDeviceReadIOps", "Rate"),
    "write_bps": ("BlkioDeviceWriteBps", "Rate"),
    "write_iops": ("BlkioDeviceWriteIOps", "Rate"),
}
HEALTH_KINDS = frozenset({"NONE", "CMD", "CMD-SHELL"})
SHARES_A_CORE = 1024
LEAST_SHARES = 2
MILLI_A_CORE = 1000
NANOSECONDS = 1_000_000_000


def create_body(
    want: Assigned, installation: str, *, bridge: Bridge | None = None, joined: str | None = None
) -> dict[str, Any]:
    """Return the body of the Engine's create call.

    ``bridge``: the managed network that it is to be in; ``joined``: the Engine's id of the
    container whose network it is to share.
    """
    spec = want.spec
    volumes: dict[str, Any] = {volume: {} for volume in spec.data_volumes if ":" not in volume}
    body: dict[str, Any] = {
        "Image": spec.image,
        "Labels": _labels(want, installation),
        "Env": [f"{name}={text}" for name, text in spec.environment.items()],
        **_given(spec, CONFIG),
        "HostConfig": _host_config(want),
    }
    if exposed := _exposed(spec):
        body["ExposedPorts"] = exposed
    if volumes:
        body["Volumes"] = volumes
    if health := _health_check(spec):
        body["Healthcheck"] = health
    if bridge is not None and want.network is not None:
        return with_network(body, bridge, want.network, spec.net_alias)
    if joined is not None:
        body["HostConfig"]["NetworkMode"] = f"container:{joined}"
    return body


def restart_policy(want: Assigned) -> RestartPolicy:
    """Return the policy that the Engine is to follow by itself.

    A supervised container has none: the agent alone starts it again. Two deciders would start a
    crash-looping container on two clocks, and the Engine's boot would start all of them at once.
    """
    if want.supervised or want.spec.restart_policy is None:
        return RestartPolicy()
    return want.spec.restart_policy


def _labels(want: Assigned, installation: str) -> dict[str, str]:
    return {
        labels.NAME: want.name,
        **want.spec.labels,
        **want.labels,
        labels.INSTALLATION: installation,
        labels.UUID: want.uuid,
        labels.GENERATION: str(want.generation),
    }


def _given(spec: RunSpec, names: Mapping[str, str]) -> dict[str, Any]:
    found = {theirs: getattr(spec, ours) for ours, theirs in names.items()}
    return {
        theirs: list(value) if isinstance(value, tuple) else value  # pyright: ignore[reportUnknownArgumentType] - a tuple of strings
        for theirs, value in found.items()
        if value is not None and value is not False and value not in ((), {}, "")
    }


def _exposed(spec: RunSpec) -> dict[str, Any]:
    published = [f"{p.private}/{p.protocol}" for p in spec.port_mappings]
    only_exposed = [port if "/" in port else f"{port}/tcp" for port in spec.expose]
    return {port: {} for port in (*published, *only_exposed)}


def _host_config(want: Assigned) -> dict[str, Any]:
    spec = want.spec
    policy = restart_policy(want)
    config = _given(spec, HOST_CONFIG)
    config["RestartPolicy"] = {
        "Name": policy.name,
        "MaximumRetryCount": policy.maximum_retry_count if policy.name == "on-failure" else 0,
    }
    several: dict[str, Any] = {
        "Binds": [volume for volume in spec.data_volumes if ":" in volume],
        "PortBindings": _port_bindings(spec),
        "Ulimits": [
            {"Name": u.name, "Soft": u.soft, "Hard": u.soft if u.hard is None else u.hard}
            for u in spec.ulimits
        ],
        "Devices": [_device(text) for text in spec.devices],
        **_blkio(spec),
    }
    config |= {name: value for name, value in several.items() if value}
    if (shares := _shares(spec)) is not None:
        config["CpuShares"] = shares
    if spec.log_config is not None:
        config["LogConfig"] = {
            "Type": spec.log_config.driver or "",
            "Config": spec.log_config.config,
        }
    return config


def _port_bindings(spec: RunSpec) -> dict[str, list[dict[str, str]]]:
    bindings: dict[str, list[dict[str, str]]] = {}
    for port in spec.port_mappings:
        outside = {"HostIp": port.ip, "HostPort": "" if port.public is None else str(port.public)}
        bindings.setdefault(f"{port.private}/{port.protocol}", []).append(outside)
    return bindings


def _blkio(spec: RunSpec) -> dict[str, list[dict[str, Any]]]:
    limits: dict[str, list[dict[str, Any]]] = {}
    for path, option in spec.blkio_device_options.items():
        for ours, (theirs, amount) in BLKIO.items():
            if (limit := getattr(option, ours)) is not None:
                limits.setdefault(theirs, []).append({"Path": path, amount: limit})
    return limits


def _health_check(spec: RunSpec) -> dict[str, Any]:
    """Return the Engine's own check of a container; what is not given is the image's."""
    check: dict[str, Any] = {}
    if spec.health_cmd:
        bare = spec.health_cmd[0] not in HEALTH_KINDS
        check["Test"] = ["CMD", *spec.health_cmd] if bare else list(spec.health_cmd)
    if spec.health_interval is not None:
        check["Interval"] = spec.health_interval * NANOSECONDS
    if spec.health_timeout is not None:
        check["Timeout"] = spec.health_timeout * NANOSECONDS
    if spec.health_retries is not None:
        check["Retries"] = spec.health_retries
    return check


def _device(text: str) -> dict[str, str]:
    outside, _, rest = text.partition(":")
    inside, _, permissions = rest.partition(":")
    if inside and not inside.startswith("/"):  # /dev/x:rwm
        inside, permissions = "", inside
    return {
        "PathOnHost": outside,
        "PathInContainer": inside or outside,
        "CgroupPermissions": permissions or "rwm",
    }


def _shares(spec: RunSpec) -> int | None:
    """Return the weight: one given, else what a reservation of CPU comes to."""
    if spec.cpu_shares is not None or not spec.milli_cpu_reservation:
        return spec.cpu_shares
    return max(LEAST_SHARES, spec.milli_cpu_reservation * SHARES_A_CORE // MILLI_A_CORE)
