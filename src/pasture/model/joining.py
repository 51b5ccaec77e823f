"""The commands that make a machine a host, and what is to be said of the address in them. Pure."""

import ipaddress
import shlex
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

SOCKET = "/var/run/docker.sock"
STATE = "/var/lib/pasture"
# what the agent's container may do; docs/guide/hosts.md gives the reason for each
CAPABILITIES = ("DAC_OVERRIDE", "KILL")
AGENT_ADDRESS, AGENT_LABELS, CA_FINGERPRINT = (
    "CATTLE_AGENT_IP",
    "CATTLE_HOST_LABELS",
    "CA_FINGERPRINT",
)


# what a machine may say of itself; Docker passes on those that are set
PASSED_ON = (AGENT_ADDRESS, AGENT_LABELS, "http_proxy", "https_proxy", "no_proxy")


def docker_command(
    url: str,
    image: str,
    *,
    ca_fingerprint: str | None = None,
    variables: Iterable[str] = (),
    as_root: str = "sudo",
) -> str:
    """Return the ``docker run`` that joins a machine; ``variables`` are NAME=VALUE, or NAME."""
    told = list(variables)
    if ca_fingerprint:
        told.insert(0, f"{CA_FINGERPRINT}={ca_fingerprint}")
    words = [as_root, "docker", "run", "--rm", "--cap-drop", "ALL"]
    for capability in CAPABILITIES:
        words += ["--cap-add", capability]
    words += ["--net", "host", "--pid", "host"]
    for variable in told:
        words += ["-e", shlex.quote(variable)]
    words += ["-v", f"{SOCKET}:{SOCKET}", "-v", f"{STATE}:{STATE}", image, shlex.quote(url)]
    return " ".join(filter(None, words))


def script_command(base: str, token: str, *, ca_fingerprint: str | None = None) -> str:
    """Return what joins a machine that finds the agent's image nowhere but at the server.

    A private CA is fetched unchecked, and trusted only where it has the fingerprint.
    """
    script = f"{base}/join/{token}"
    if not ca_fingerprint:
        return f"curl -fsSL {script} | sudo sh"
    return (
        f"CA=$(mktemp) && curl -fsSk -o $CA {base}/v1/scripts/ca.crt"
        f" && openssl x509 -in $CA -noout -fingerprint -sha256 | grep -qF {ca_fingerprint}"
        f" && curl -fsSL --cacert $CA {script} | sudo env CURL_CA_BUNDLE=$CA sh"
    )


def told_of(labels: Sequence[str], address: str | None) -> list[str]:
    """Return the variables, NAME=VALUE, in which a machine is told its labels and address."""
    told = [f"{AGENT_LABELS}={'&'.join(labels)}"] if labels else []
    return [*told, f"{AGENT_ADDRESS}={address}"] if address else told


def command_with(command: str, variables: Iterable[str]) -> str:
    """Return a ``docker_command`` with more variables."""
    more = "".join(f" -e {shlex.quote(variable)}" for variable in variables)
    return command.replace(f" -v {SOCKET}", f"{more} -v {SOCKET}", 1)


def script_with(command: str, variables: Sequence[str]) -> str:
    """Return a ``script_command`` with variables, which sudo would not pass on by itself."""
    head, _, rest = command.rpartition("| sudo ")
    more = " ".join(["env", *map(shlex.quote, variables)])
    return f"{head}| sudo {more} {rest.removeprefix('env ')}" if variables else command


def note_on(base: str) -> str | None:
    """Return what somebody should know who gives this address to other machines; None: nothing."""
    host = urlsplit(base).hostname or ""
    more = "the setting api.host (pasture server --public-url) names another"
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        if host != "localhost" and not host.endswith(".localhost"):
            return None
        address = ipaddress.ip_address("127.0.0.1")
    if address.is_loopback:
        return f"{base} leads to this server from its own machine only; {more}"
    if address.is_private or address.is_link_local:
        return f"{host} is a private address: only machines of its network reach it; {more}"
    return None
