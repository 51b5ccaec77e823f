"""How a container runs: what a container and a service's launch config have in common.

The agent turns these into the Engine's create call (``agent/engine_config.py``).
"""

import re
from collections.abc import Iterable
from ipaddress import IPv4Address
from typing import Any

from pasture.kit.errors import (
    Invalid,
    MissingRequired,
    PortInvalidPrivatePort,
    PortInvalidProtocol,
    PortInvalidPublicPort,
    PortWrongFormat,
)
from pasture.model.bind import check_binds
from pasture.model.declare import Value, attr, camel, value
from pasture.model.image import PREFIX, SIMULATED, check_image

MANAGED, JOINED = "managed", "container"  # the environment's network; another container's
NETWORK_MODES = (MANAGED, "bridge", "host", "none", JOINED)
OWN_NETWORK = (MANAGED, "bridge")
ONLY_IN = {"ports": OWN_NETWORK, "publish_all_ports": OWN_NETWORK, "net_alias": (MANAGED,)}
SHARED = ("expose", "hostname", "dns", "dns_opt", "dns_search", "extra_hosts")  # a network's
CAPABILITIES = (
    "ALL", "AUDIT_CONTROL", "AUDIT_WRITE", "BLOCK_SUSPEND", "CHOWN", "DAC_OVERRIDE",
    "DAC_READ_SEARCH", "FOWNER", "FSETID", "IPC_LOCK", "IPC_OWNER", "KILL", "LEASE",
    "LINUX_IMMUTABLE", "MAC_ADMIN", "MAC_OVERRIDE", "MKNOD", "NET_ADMIN", "NET_BIND_SERVICE",
    "NET_BROADCAST", "NET_RAW", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYSLOG", "SYS_ADMIN",
    "SYS_BOOT", "SYS_CHROOT", "SYS_MODULE", "SYS_NICE", "SYS_PACCT", "SYS_PTRACE", "SYS_RAWIO",
    "SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG", "WAKE_ALARM",
)  # fmt: skip
PORT = re.compile(
    r"(?!:)(?:(?:(?P<ip>[0-9.]+):)?(?P<public>[0-9]*):)?(?P<private>[0-9]+)(?:/(?P<protocol>\w+))?"
)
MIN_MEMORY = 4 * 1024 * 1024
LARGEST_PORT = 65535
EVERY_ADDRESS = frozenset({"", "0.0.0.0", "::"})  # noqa: S104 - how "all" is spelled


@value("restartPolicy")
class RestartPolicy(Value):
    """When the Engine starts a standalone container again."""

    name: str = attr(
        "cru", "When.", default="no", options=("no", "always", "on-failure", "unless-stopped")
    )
    maximum_retry_count: int = attr("cr", "Tries of on-failure.", default=0, minimum=0)


@value("logConfig")
class LogConfig(Value):
    """Where the Engine writes a container's output."""

    driver: str | None = attr("cr", "Logging driver.", default=None)
    config: dict[str, str] = attr("cr", "Its options.", default_factory=dict)


@value("ulimit")
class Ulimit(Value):
    """A limit of the kernel's for the container's processes."""

    name: str = attr("cr", "Which, for example nofile.")
    soft: int = attr("cr", "Soft limit.")
    hard: int | None = attr("cr", "Hard limit; the soft one if not given.", default=None)


@value("blkioDeviceOption")
class BlkioDeviceOption(Value):
    """How much of a block device a container may take."""

    weight: int | None = attr("cr", "Relative weight.", default=None, minimum=10, maximum=1000)
    read_bps: int | None = attr("cr", "Bytes read a second.", default=None, minimum=0)
    read_iops: int | None = attr("cr", "Reads a second.", default=None, minimum=0)
    write_bps: int | None = attr("cr", "Bytes written a second.", default=None, minimum=0)
    write_iops: int | None = attr("cr", "Writes a second.", default=None, minimum=0)


@value("portMapping")
class PortMapping(Value):
    """One published port, parsed from ``[[ip:]public:]private[/protocol]`` or ``ip::private``."""

    ip: str = attr("r", "Address on the host; empty is all.", default="")
    public: int | None = attr("r", "Port on the host; None lets the Engine choose.", default=None)
    private: int = attr("r", "Port in the container.")
    protocol: str = attr("r", "tcp or udp.", default="tcp")

    def __str__(self) -> str:
        outside = "" if self.public is None else f"{self.public}:"
        bound = f"{self.ip}:{'' if outside else ':'}" if self.ip else ""
        return f"{bound}{outside}{self.private}/{self.protocol}"


def parse_port(text: str) -> PortMapping:
    """Return the mapping that a port text means.

    Raises:
        PortWrongFormat: it is none.

    """
    mapping = read_port(text.strip())
    if mapping is None:
        raise PortWrongFormat(
            f"{text!r} is no port; accepted: [[ip:]public:]private[/protocol]", field="ports"
        )
    if mapping.ip and not is_address(mapping.ip):
        raise PortWrongFormat(
            f"{mapping.ip!r} in {text!r} is no address; accepted: such as 127.0.0.1", field="ports"
        )
    for number, refusal in (
        (mapping.public, PortInvalidPublicPort),
        (mapping.private, PortInvalidPrivatePort),
    ):
        if number is not None and not 1 <= number <= LARGEST_PORT:
            raise refusal(f"port {number} is not in 1 to {LARGEST_PORT}", field="ports")
    if mapping.protocol not in {"tcp", "udp"}:
        raise PortInvalidProtocol(
            f"protocol {mapping.protocol!r} is unknown; accepted: tcp, udp", field="ports"
        )
    return mapping


def read_port(text: str) -> PortMapping | None:
    """Return the mapping that a text has the form of, whatever its numbers; None: it has not."""
    match = PORT.fullmatch(text)
    if match is None:
        return None
    return PortMapping(
        ip=match["ip"] or "",
        public=int(match["public"]) if match["public"] else None,
        private=int(match["private"]),
        protocol=(match["protocol"] or "tcp").lower(),
    )


def is_address(text: str) -> bool:
    """Tell whether a text is an IPv4 address."""
    try:
        IPv4Address(text)
    except ValueError:
        return False
    return True


def check_run(run: "RunSpec") -> None:
    """Check what no single field's limits can say.

    Raises:
        MissingRequired: no image.
        PortWrongFormat: a port that is none.
        Invalid: an image, a volume or a key that no Engine takes, a public port twice, ports
            without a network of its own, a network that nobody can share.

    """
    if not run.image_uuid:
        raise MissingRequired(
            "an image is needed, for example docker:nginx:1.27", field="imageUuid"
        )
    check_image(run.image_uuid)
    check_public_ports(run.port_mappings)
    check_binds(run.data_volumes)
    check_keys(run)
    check_network(run)


def check_network(run: "RunSpec") -> None:
    """Refuse what a container's network does not allow.

    Raises:
        MissingRequired: it shares another's, and does not say whose.
        Invalid: it names a container without sharing its network, or sets what is the network's.

    """
    shares = run.network_mode == JOINED
    if shares and run.network_container_id is None:
        raise MissingRequired(
            f"networkMode {JOINED} needs the container whose network it shares; "
            "accepted: its id, for example 1i5",
            field="networkContainerId",
        )
    if run.network_container_id is not None and not shares:
        raise Invalid(
            f"networkContainerId says nothing with networkMode {run.network_mode}; "
            f"accepted with: {JOINED}",
            field="networkContainerId",
        )
    for name, accepted in ONLY_IN.items():
        if getattr(run, name) and run.network_mode not in accepted:
            raise Invalid(
                f"{camel(name)} cannot be had with networkMode {run.network_mode}; "
                f"accepted with: {', '.join(accepted)}",
                field=camel(name),
            )
    for name in SHARED if shares else ():
        if getattr(run, name):
            raise Invalid(
                f"{camel(name)} is that of the container whose network it shares; "
                f"accepted with any networkMode but {JOINED}",
                field=camel(name),
            )


def check_public_ports(mappings: Iterable[PortMapping]) -> None:
    """Refuse a port on the host that is published twice.

    Raises:
        Invalid: one is.

    """
    published: list[PortMapping] = []
    for mapping in mappings:
        for other in published:
            if collide(mapping, other):
                raise Invalid(
                    f"{mapping} and {other} publish the same port of the host; "
                    "accepted: another public port, protocol or address for one of them",
                    field="ports",
                )
        if mapping.public is not None:
            published.append(mapping)


def collide(one: PortMapping, other: PortMapping) -> bool:
    """Tell whether two mappings need the same port of the host."""
    same = (one.public, one.protocol) == (other.public, other.protocol)
    return same and (one.ip == other.ip or one.ip in EVERY_ADDRESS or other.ip in EVERY_ADDRESS)


def check_keys(run: "RunSpec") -> None:
    """Refuse names of variables and labels that cannot be.

    Raises:
        Invalid: one is empty, or a variable's has a ``=``.

    """
    for name in run.environment:
        if not name or "=" in name:
            raise Invalid(
                f"{name[:80]!r} is no variable's name; accepted: at least one character, no =",
                field="environment",
            )
    if "" in run.labels:
        raise Invalid("a label has no key; accepted: at least one character", field="labels")


@value("runSpec")
class RunSpec(Value):
    """What to run and how; field names and units are those of the wire."""

    image_uuid: str | None = attr("cr", "Image, for example docker:nginx:1.27.", default=None)
    command: tuple[str, ...] | None = attr("cr", "Command and arguments.", default=None)
    entry_point: tuple[str, ...] | None = attr("cr", "Entry point.", default=None)
    environment: dict[str, str] = attr(
        "cr", "Environment variables.", default_factory=dict, hidden_from=("readonly",)
    )
    labels: dict[str, str] = attr("cr", "Labels.", default_factory=dict)
    ports: tuple[str, ...] = attr("cr", "[[ip:]public:]private[/protocol]", default=())
    publish_all_ports: bool = attr(
        "cr", "Publish what the image exposes, at ports that the Engine chooses.", default=False
    )
    expose: tuple[str, ...] = attr("cr", "Ports that are not published.", default=())
    data_volumes: tuple[str, ...] = attr("cr", "name or /host:/path[:ro]", default=())
    volume_driver: str | None = attr("cr", "Driver of named volumes.", default=None)
    network_mode: str = attr("cr", "Which network.", default=MANAGED, options=NETWORK_MODES)
    network_container_id: int | None = attr(
        "cr", "Whose network it shares, with networkMode container.", default=None, ref="container"
    )
    restart_policy: RestartPolicy | None = attr(
        "cr", "When to start it again; not for a service's containers.", default=None
    )
    memory: int | None = attr("cr", "Hard limit in bytes.", default=None, minimum=MIN_MEMORY)
    memory_reservation: int | None = attr(
        "cr", "Bytes to keep free for it.", default=None, minimum=0
    )
    memory_swap: int | None = attr("cr", "Memory and swap, bytes.", default=None)
    milli_cpu_reservation: int | None = attr(
        "cr", "CPU to keep free for it, thousandths.", default=None, minimum=0
    )
    cpu_shares: int | None = attr("cr", "Relative weight.", default=None, minimum=0)
    cpu_quota: int | None = attr("cr", "Microseconds a period.", default=None)
    cpu_period: int | None = attr("cr", "Length of a period, microseconds.", default=None)
    cpu_set: str | None = attr("cr", "Cores, for example 0-1.", default=None)
    cpu_set_mems: str | None = attr("cr", "Memory nodes, for example 0-1.", default=None)
    cpu_realtime_period: int | None = attr("cr", "Microseconds.", default=None, minimum=0)
    cpu_realtime_runtime: int | None = attr("cr", "Microseconds a period.", default=None, minimum=0)
    memory_swappiness: int | None = attr(
        "cr", "How readily the kernel swaps its memory.", default=None, minimum=0, maximum=100
    )
    kernel_memory: int | None = attr("cr", "Limit of the kernel's, bytes.", default=None, minimum=0)
    oom_kill_disable: bool = attr("cr", "Waits for memory in place of an end.", default=False)
    cgroup_parent: str | None = attr("cr", "Control group that it is put into.", default=None)
    blkio_weight: int | None = attr(
        "cr", "Relative weight at block devices.", default=None, minimum=10, maximum=1000
    )
    blkio_device_options: dict[str, BlkioDeviceOption] = attr(
        "cr", "Block devices: path to limits.", default_factory=dict
    )
    storage_opt: dict[str, str] = attr(
        "cr", "Options of the Engine's storage driver, for example size.", default_factory=dict
    )
    pids_limit: int | None = attr("cr", "Most processes.", default=None)
    shm_size: int | None = attr("cr", "Bytes of /dev/shm.", default=None)
    ulimits: tuple[Ulimit, ...] = attr("cr", "Kernel limits.", default=())
    sysctls: dict[str, str] = attr("cr", "Kernel parameters.", default_factory=dict)
    tmpfs: dict[str, str] = attr("cr", "Mounts in memory: path to options.", default_factory=dict)
    devices: tuple[str, ...] = attr("cr", "/dev/on/host:/dev/inside:rwm", default=())
    cap_add: tuple[str, ...] = attr("cr", "Capabilities more.", default=(), options=CAPABILITIES)
    cap_drop: tuple[str, ...] = attr("cr", "Capabilities less.", default=(), options=CAPABILITIES)
    privileged: bool = attr("cr", "All capabilities and devices.", default=False)
    read_only: bool = attr("cr", "Root file system read only.", default=False)
    run_init: bool = attr("cr", "An init process reaps children.", default=False)
    security_opt: tuple[str, ...] = attr("cr", "Security options.", default=())
    pid_mode: str | None = attr("cr", "host or its own.", default=None, options=("host",))
    uts: str | None = attr("cr", "host or its own.", default=None, options=("host",))
    userns_mode: str | None = attr(
        "cr", "host, where the Engine maps users.", default=None, options=("host",)
    )
    ipc_mode: str | None = attr("cr", "IPC namespace.", default=None)
    hostname: str | None = attr("cr", "Host name inside.", default=None, max_length=255)
    domain_name: str | None = attr("cr", "Domain name inside.", default=None)
    dns: tuple[str, ...] = attr("cr", "Name servers.", default=())
    dns_opt: tuple[str, ...] = attr("cr", "Options of the resolver.", default=())
    dns_search: tuple[str, ...] = attr("cr", "Search domains.", default=())
    extra_hosts: tuple[str, ...] = attr("cr", "name:address", default=())
    net_alias: tuple[str, ...] = attr(
        "cr", "Names more, in the managed network of its host.", default=()
    )
    user: str | None = attr("cr", "User inside.", default=None)
    group_add: tuple[str, ...] = attr("cr", "Groups more.", default=())
    working_dir: str | None = attr("cr", "Working directory.", default=None)
    stdin_open: bool = attr("cr", "Keep standard input open.", default=False)
    stdin_once: bool = attr(
        "cr", "Close standard input once the first client that was attached leaves.", default=False
    )
    tty: bool = attr("cr", "A terminal.", default=False)
    stop_signal: str | None = attr("cr", "Signal that stops it.", default=None)
    stop_timeout: int | None = attr(
        "cr", "Seconds until it is killed.", default=None, minimum=0, maximum=3600
    )
    oom_score_adj: int | None = attr(
        "cr", "Who is killed first when memory ends.", default=None, minimum=-1000, maximum=1000
    )
    health_cmd: tuple[str, ...] | None = attr(
        "cr",
        "What the Engine runs to see whether it is well: CMD, CMD-SHELL or NONE, then the command.",
        default=None,
    )
    health_interval: int | None = attr("cr", "Seconds between two.", default=None, minimum=1)
    health_timeout: int | None = attr("cr", "Seconds one may take.", default=None, minimum=1)
    health_retries: int | None = attr("cr", "Failures until unwell.", default=None, minimum=1)
    log_config: LogConfig | None = attr("cr", "Where output goes.", default=None)

    @property
    def image(self) -> str:
        """The image's name as the Engine knows it: without the ``docker:`` prefix (#6.1)."""
        return (self.image_uuid or "").removeprefix(PREFIX)

    @property
    def port_mappings(self) -> list[PortMapping]:
        """The published ports, parsed."""
        return [parse_port(p) for p in self.ports]


def with_prefix(image: str | None) -> str | None:
    """Return an image's uuid: a bare name gets the ``docker:`` prefix."""
    if not image or image.startswith((PREFIX, SIMULATED)):
        return image
    return f"{PREFIX}{image}"


RUN_FIELDS = tuple(f.name for f in RunSpec.value_type.fields)


def run_fields(given: RunSpec) -> dict[str, Any]:
    """Return how something runs, by attribute, without all else that it is."""
    return {name: getattr(given, name) for name in RUN_FIELDS}
