"""From the Engine's descriptions of containers to ``Seen``, and to a spec of those found. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from pasture.agent.engine.engine import LIVE_STATES, About, Seen
from pasture.model.run import RestartPolicy, RunSpec

Raw = Mapping[str, Any]
DOCKERS_OWN = frozenset({"bridge", "host", "none"})
ALL_ADDRESSES = "0.0.0.0"  # noqa: S104 - shown, not listened on
FIRST_YEAR = 1970  # Go's zero time stands for "never"


def seen(raw: Raw) -> Seen:
    """Return what an inspect answer says."""
    state: Raw = raw.get("State") or {}
    config: Raw = raw.get("Config") or {}
    network: Raw = raw.get("NetworkSettings") or {}
    status = str(state.get("Status") or "created")
    started = milliseconds(state.get("StartedAt"))
    return Seen(
        id=raw["Id"],
        name=str(raw.get("Name", "")).removeprefix("/"),
        image=config.get("Image") or "",
        state=status,
        labels=config.get("Labels") or {},
        exit_code=state.get("ExitCode") if started and _has_ended(status) else None,
        error=state.get("Error") or None,
        ip=_address(network),
        ports=published(network.get("Ports") or {}),
        created=milliseconds(raw.get("Created")),
        started=started,
        finished=milliseconds(state.get("FinishedAt")),
        spec=found_spec(raw),
    )


def summary(raw: Raw) -> Seen:
    """Return what an entry of the list says: less than an inspect, but the state."""
    names: list[str] = raw.get("Names") or [""]
    return Seen(
        id=raw["Id"],
        name=names[0].removeprefix("/"),
        image=raw.get("Image") or "",
        state=str(raw.get("State") or "created"),
        labels=raw.get("Labels") or {},
        ip=_address(raw.get("NetworkSettings") or {}),
        created=int(raw.get("Created") or 0) * 1000 or None,
        complete=False,
    )


def about(raw: Raw) -> About:
    """Return what the Engine's ``/info`` says."""
    return About(
        engine_id=str(raw.get("ID") or ""),
        hostname=str(raw.get("Name") or ""),
        version=str(raw.get("ServerVersion") or ""),
        operating_system=str(raw.get("OperatingSystem") or ""),
        kernel=str(raw.get("KernelVersion") or ""),
        cpus=int(raw.get("NCPU") or 0),
        memory=int(raw.get("MemTotal") or 0),
        root_dir=raw.get("DockerRootDir"),
    )


def found_spec(raw: Raw) -> RunSpec:
    """Return the spec that a container found on the host appears to have been made from."""
    config: Raw = raw.get("Config") or {}
    host: Raw = raw.get("HostConfig") or {}
    policy: Raw = host.get("RestartPolicy") or {}
    return RunSpec(
        image_uuid=f"docker:{config.get('Image') or ''}",
        command=_strings(config.get("Cmd")),
        entry_point=_strings(config.get("Entrypoint")),
        environment=_environment(config.get("Env") or ()),
        labels=dict(config.get("Labels") or {}),
        ports=_bound(host.get("PortBindings") or {}),
        data_volumes=_volumes(raw),
        network_mode=_network_mode(str(host.get("NetworkMode") or "")),
        restart_policy=RestartPolicy(
            name=policy.get("Name") or "no",
            maximum_retry_count=int(policy.get("MaximumRetryCount") or 0),
        ),
        memory=host.get("Memory") or None,
        privileged=bool(host.get("Privileged")),
        user=config.get("User") or None,
        working_dir=config.get("WorkingDir") or None,
        hostname=_hostname(raw["Id"], config.get("Hostname")),
        tty=bool(config.get("Tty")),
        stdin_open=bool(config.get("OpenStdin")),
        stdin_once=bool(config.get("StdinOnce")),
        stop_signal=config.get("StopSignal") or None,
        stop_timeout=config.get("StopTimeout"),
    )


def milliseconds(text: str | None) -> int | None:
    """Return a time of the Engine's in ms since the epoch; None for its zero time."""
    if not text:
        return None
    moment = datetime.fromisoformat(text)
    return None if moment.year < FIRST_YEAR else int(moment.timestamp() * 1000)


def _has_ended(status: str) -> bool:
    return status not in LIVE_STATES or status == "restarting"


def _address(network: Raw) -> str | None:
    attached: Raw = network.get("Networks") or {}
    addresses = [n.get("IPAddress") for n in attached.values()]
    return next((a for a in addresses if a), None) or network.get("IPAddress") or None


def published(ports: Mapping[str, Sequence[Raw] | None]) -> tuple[str, ...]:
    """Return what is published; the Engine lists "all addresses" for IPv4 and for IPv6."""
    found = {
        f"{_outside(binding)}:{binding.get('HostPort')}:{private}": None
        for private, bindings in ports.items()
        for binding in bindings or ()
    }
    return tuple(sorted(found))


def _outside(binding: Raw) -> str:
    address = str(binding.get("HostIp") or ALL_ADDRESSES)
    return ALL_ADDRESSES if address == "::" else address


def _bound(ports: Mapping[str, list[Raw] | None]) -> tuple[str, ...]:
    found: list[str] = []
    for private, bindings in ports.items():
        for binding in bindings or ():
            ip, public = binding.get("HostIp"), binding.get("HostPort")
            ours = ip if ip and ":" not in ip and public and public != "0" else ""
            outside = f"{public}:" if public and public != "0" else ""
            found.append(f"{ours}:{outside}{private}" if ours else f"{outside}{private}")
    return tuple(dict.fromkeys(found))


def _strings(given: Iterable[str] | str | None) -> tuple[str, ...] | None:
    if given is None:
        return None
    return (given,) if isinstance(given, str) else tuple(given)


def _environment(given: Iterable[str]) -> dict[str, str]:
    return {name: text for name, _, text in (entry.partition("=") for entry in given)}


def _network_mode(mode: str) -> str:
    """Return the network in our words: one of somebody's own is a bridge to us."""
    if mode.startswith("container:"):
        return "none"
    return mode if mode in DOCKERS_OWN else "bridge"


def _hostname(id: str, given: str | None) -> str | None:
    """Return a name that was given: without one a container is named after its id."""
    return None if not given or id.startswith(given) else given


def _volumes(raw: Raw) -> tuple[str, ...]:
    host: Raw = raw.get("HostConfig") or {}
    binds: list[str] = list(host.get("Binds") or ())
    inside = {bind.split(":")[1] for bind in binds if ":" in bind}
    for mount in raw.get("Mounts") or ():
        target = mount.get("Destination") or ""
        source = mount.get("Name") or mount.get("Source") or ""
        if not target or target in inside or mount.get("Type") not in {"bind", "volume"}:
            continue
        inside.add(target)
        binds.append(f"{source}:{target}" + ("" if mount.get("RW", True) else ":ro"))
    return tuple(binds)
