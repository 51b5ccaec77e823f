"""The Engine's long error texts as one sentence that a person can act on. Pure."""

import re
from collections.abc import Callable

from pasture.model.run import EVERY_ADDRESS

LONGEST = 400
ANYWHERE = EVERY_ADDRESS | {"[::]"}

Rule = tuple[re.Pattern[str], Callable[[re.Match[str], str], str]]


def _port(match: re.Match[str], _: str) -> str:
    address = "" if match["ip"] in ANYWHERE else f" of {match['ip']}"
    return f"port {match['port']}{address} is in use on this host"


RULES: tuple[Rule, ...] = (
    (
        re.compile(
            r"[Bb]ind for (?P<ip>\S*):(?P<port>\d+) failed: port is already allocated", re.DOTALL
        ),
        _port,
    ),
    (
        re.compile(
            r"(?:listen (?:tcp|udp)\d? |bind host port (?:for )?)(?P<ip>[0-9.]*|\[?[0-9a-f:]*\]?)"
            r":(?P<port>\d+)\b.*address already in use",
            re.DOTALL,
        ),
        _port,
    ),
    (
        re.compile(r"^Address already in use$"),
        lambda _, __: "another container on this host has its address in the managed network",
    ),
    (
        re.compile(r"[Pp]ool overlaps with other one on this address space"),
        lambda _, __: "another of the Engine's networks has addresses of this one",
    ),
    (
        re.compile(r"exec: \"(?P<what>[^\"]*)\": (?:executable file|stat .*no such file)"),
        lambda m, _: f"the image has no program {m['what']!r} to run",
    ),
    (
        re.compile(r"gathering device information while adding custom device \"(?P<what>[^\"]+)\""),
        lambda m, _: f"the host has no device {m['what']}",
    ),
    (
        re.compile(r"error looking up volume plugin (?P<what>[^:]+):"),
        lambda m, _: f"the host has no volume driver {m['what']}",
    ),
    (
        re.compile(r"pull access denied|requested access to the resource is denied"),
        lambda _, image: f"image {image} does not exist, or its registry wants a login",
    ),
    (
        re.compile(r"manifest unknown|manifest for .* not found|name unknown"),
        lambda _, image: f"image {image} does not exist in its registry",
    ),
    (
        re.compile(r"unauthorized|authentication required|no basic auth|incorrect username"),
        lambda _, image: f"the registry of image {image} refuses the login",
    ),
    (
        re.compile(r"no matching manifest for (?P<what>\S+)"),
        lambda m, image: f"image {image} is not made for this kind of machine ({m['what']})",
    ),
    (
        re.compile(r"invalid reference format|repository name must be"),
        lambda _, image: f"{image!r} is no image name; accepted: [registry/]name[:tag]",
    ),
    (
        re.compile(
            r"dial tcp|no such host|connection refused|i/o timeout|Client\.Timeout|proxyconnect"
            r"|TLS handshake|x509:|server gave HTTP response to HTTPS client"
        ),
        lambda m, image: f"the registry of image {image} cannot be reached ({m[0]})",
    ),
    (
        re.compile(r"exec: \"(?P<what>[^\"]*)\": permission denied"),
        lambda m, _: f"{m['what']} is no program: permission denied",
    ),
    (
        re.compile(r"unable to find user (?P<what>[^:]+):"),
        lambda m, _: f"there is no user {m['what']}",
    ),
    (
        re.compile(r"chdir to cwd \(\"(?P<what>[^\"]*)\"\)"),
        lambda m, _: f"there is no folder {m['what']}",
    ),
    (
        re.compile(r"[Cc]ontainer \S+ is not running"),
        lambda _, __: "the container is not running: start it first",
    ),
    (
        re.compile(r"[Cc]ontainer \S+ is paused"),
        lambda _, __: "the container is paused: let it go on first",
    ),
    (
        re.compile(r"Could not find the file (?P<what>.+) in container"),
        lambda m, _: f"there is no {m['what']} in the container",
    ),
    (
        re.compile(r"configured logging driver does not support reading"),
        lambda _, __: "the container's log driver keeps nothing that can be read",
    ),
    (
        re.compile(r"[Nn]o such container: (?P<what>\S+)"),
        lambda m, _: f"no such container: {m['what']}",
    ),
    (
        re.compile(r"no space left on device"),
        lambda _, __: "the host's disk is full",
    ),
)


def explain(text: str, image: str = "") -> str:
    """Return the sentence that an Engine's error text means; a known one if there is one."""
    for pattern, say in RULES:
        match = pattern.search(text)
        if match is not None:
            return say(match, image)[:LONGEST]
    plain = " ".join(text.split())
    for noise in ("Error response from daemon: ", "OCI runtime create failed: "):
        plain = plain.replace(noise, "")
    return plain[:LONGEST] or "the Engine gave no reason"
