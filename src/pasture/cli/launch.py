"""Flags that say how a container runs, and the fields of the API that they become."""

from argparse import REMAINDER, ArgumentParser, Namespace
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from pasture.cli.exits import Exit, Failure
from pasture.cli.words import parse_pairs, parse_size
from pasture.client.errors import in_words
from pasture.kit.errors import Invalid
from pasture.model.run import JOINED, MANAGED, NETWORK_MODES, check_run
from pasture.model.service import LaunchConfig

CPU_PERIOD_US = 100_000
POLICIES = ("no", "always", "on-failure", "unless-stopped")
PULL_LABEL = "io.rancher.container.pull_image"


class Flags(Protocol):
    """A parser or a group of one."""

    def add_argument(self, *names: str, **settings: Any) -> Any: ...


def configure(parser: ArgumentParser, before: str = "") -> None:
    """Add image, command and the flags that stand before them; ``before``: what else does."""
    group = parser.add_argument_group("how each container runs")
    repeated(group, ("-e", "--env"), "NAME=VALUE", "environment variable")
    repeated(group, ("--env-file",), "FILE", "file of NAME=VALUE lines")
    repeated(group, ("-p", "--port"), "[IP:]HOST:INSIDE[/udp]", "port to publish")
    repeated(group, ("-v", "--volume"), "NAME|/ON/HOST:/INSIDE[:ro]", "volume to mount")
    repeated(group, ("-l", "--label"), "NAME=VALUE", "label")
    group.add_argument("-m", "--memory", metavar="SIZE", help="most memory, for example 512m")
    group.add_argument("--cpus", metavar="N", help="most processors, for example 1.5")
    group.add_argument(
        "--network",
        "--net",
        metavar="NETWORK",
        help="managed (default), bridge, host, none, or container:NAME to share that one's",
    )
    group.add_argument("--host", metavar="HOST", help="run on this host only")
    group.add_argument("--entrypoint", metavar="PROGRAM", help="instead of the image's own")
    group.add_argument("-u", "--user", metavar="USER", help="user inside")
    group.add_argument("-w", "--workdir", metavar="DIR", help="working folder inside")
    group.add_argument("--hostname", metavar="NAME", help="host name inside")
    group.add_argument("--privileged", action="store_true", help="all capabilities and devices")
    group.add_argument("--read-only", action="store_true", help="root file system read only")
    group.add_argument("--pull", action="store_true", help="pull the image even if it is there")
    parser.add_argument(
        "words", nargs=REMAINDER, help="IMAGE, for example nginx:1.27, and a command to run in it"
    )
    parser.usage = f"%(prog)s [FLAG...] {before}IMAGE [CMD...]"


def repeated(group: Flags, names: tuple[str, ...], metavar: str, help: str) -> None:
    """Add a flag that may be given several times."""
    group.add_argument(
        *names, metavar=metavar, help=f"{help}; may be repeated", action="append", default=[]
    )


def fields(args: Namespace) -> dict[str, Any]:
    """Return the API's fields; only what was said, so that the server's defaults count.

    Raises:
        Failure: a flag's value is none.

    """
    image, command = image_and_command(args)
    labels = parse_pairs(args.label, "--label")
    if args.pull:
        labels[PULL_LABEL] = "always"
    said: dict[str, Any] = {
        "imageUuid": image if image.startswith("docker:") else f"docker:{image}",
        "command": command,
        "environment": environment(args),
        "ports": args.port,
        "dataVolumes": args.volume,
        "labels": labels,
        "memory": parse_size(args.memory) if args.memory else None,
        **processors(args.cpus),
        "networkMode": network_mode(args.network),
        "entryPoint": [args.entrypoint] if args.entrypoint else None,
        "user": args.user,
        "workingDir": args.workdir,
        "hostname": args.hostname,
        "privileged": args.privileged,
        "readOnly": args.read_only,
    }
    check(said)
    return {name: value for name, value in said.items() if value}


def check(said: Mapping[str, Any]) -> None:
    """Apply the declared rules before anything is made.

    Raises:
        Failure: a port or volume is none.

    """
    try:
        check_run(
            LaunchConfig(
                image_uuid=said["imageUuid"],
                ports=tuple(said["ports"]),
                data_volumes=tuple(said["dataVolumes"]),
                network_mode=said["networkMode"] or MANAGED,
                network_container_id=0 if said["networkMode"] == JOINED else None,  # found later
                hostname=said["hostname"],
            )
        )
    except Invalid as problem:
        raise Failure(
            in_words(problem.code, problem.detail, problem.field), Exit.USAGE
        ) from problem


def network_mode(text: str | None) -> str | None:
    """Return the mode that ``--network`` means.

    Raises:
        Failure: it is none.

    """
    if text is None:
        return None
    if shared(text) is not None:
        return JOINED
    if text not in NETWORK_MODES or text == JOINED:
        others = ", ".join(mode for mode in NETWORK_MODES if mode != JOINED)
        raise Failure(
            f"there is no network {text!r}; accepted: {others}, or {JOINED}:NAME", Exit.USAGE
        )
    return text


def shared(text: str | None) -> str | None:
    """Return the container whose network ``--network container:NAME`` shares."""
    mode, _, name = (text or "").partition(":")
    return name if mode == JOINED and name else None


def image_and_command(args: Namespace) -> tuple[str, list[str]]:
    """Return the image and the command; a flag of ours in its place is a mistake.

    Raises:
        Failure: no image, or one of our flags after it; ``--`` says that it is not ours.

    """
    words: list[str] = args.words
    image, command = (words[0], words[1:]) if words else ("", [])
    flag = command[0].partition("=")[0] if command else ""
    if not image or image.startswith("-"):
        raise Failure("name an IMAGE after the flags, for example nginx:1.27", Exit.USAGE)
    if flag in OURS:
        raise Failure(
            f"{flag} stands after the image, where the container's command begins: put it before "
            f"{image}, or write -- before a command that begins so",
            Exit.USAGE,
        )
    return image, command[1:] if flag == "--" else command


OURS = frozenset(
    {"--name", "--env", "--env-file", "--port", "--volume", "--label", "--memory", "--cpus",
     "--network", "--net", "--host", "--entrypoint", "--user", "--workdir", "--hostname",
     "--privileged",
     "--interactive", "--tty", "--rm", "-it",
     "--read-only", "--pull", "--restart", "--stack", "--scale", "--no-start", "--detach",
     "-p", "-e"}
)  # fmt: skip


def environment(args: Namespace) -> dict[str, str]:
    """Return variables of files and flags; flags win.

    Raises:
        Failure: a file cannot be read, or a line is no pair.

    """
    found: dict[str, str] = {}
    for name in args.env_file:
        try:
            lines = Path(name).read_text().splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise Failure(f"{name} cannot be read: {error}", Exit.USAGE) from error
        stated = [line for line in lines if line.strip() and not line.lstrip().startswith("#")]
        found |= parse_pairs(stated, f"{name}: a line")
    return found | parse_pairs(args.env, "--env", hint="; the environment to work in is --project")


def processors(text: str | None) -> dict[str, int]:
    """Return the quota that a number of processors means.

    Raises:
        Failure: it is no number above 0.

    """
    if text is None:
        return {}
    try:
        quota = int(float(text) * CPU_PERIOD_US)
    except (ValueError, OverflowError):
        quota = 0
    if quota <= 0:
        raise Failure(f"--cpus takes a number above 0 such as 1.5, not {text!r}", Exit.USAGE)
    return {"cpuQuota": quota, "cpuPeriod": CPU_PERIOD_US}


def restart_policy(text: str) -> dict[str, Any]:
    """Return the restart policy that ``always`` or ``on-failure:5`` means.

    Raises:
        Failure: it is none.

    """
    name, colon, tries = text.partition(":")
    counts = name == "on-failure" and tries.isascii() and tries.isdigit()
    if name not in POLICIES or (colon and not counts):
        raise Failure(
            f"--restart takes no, always, unless-stopped, on-failure or on-failure:N, not {text!r}",
            Exit.USAGE,
        )
    return {"name": name, "maximumRetryCount": int(tries)} if colon else {"name": name}


def name_of(image: str) -> str:
    """Return the name for what runs an image: ``registry:5000/team/web:1.2`` gives ``web``."""
    last = image.removeprefix("docker:").partition("@")[0].rpartition("/")[2]
    plain = "".join(c if c.isalnum() and c.isascii() else "-" for c in last.partition(":")[0])
    return plain.strip("-") or "app"
