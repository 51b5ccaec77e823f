"""Texts of settings to values; what is wrong is said in one sentence with what is accepted."""

import ipaddress
import re
from dataclasses import dataclass, replace
from pathlib import Path

from pasture.kit import ca
from pasture.kit.errors import Invalid
from pasture.settings.table import BY_NAME

LISTEN = re.compile(
    r"(?:(?:\[(?P<six>[0-9a-fA-F:.]+)\]|(?P<host>[^:\[\]]*)):)?(?P<port>[0-9]{1,5})"
)
LARGEST_PORT = 65535
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - what stands for all addresses
SHORTEST_PASSWORD, LONGEST_PASSWORD = 8, 1024
SQLITE = "sqlite:///"


@dataclass(frozen=True)
class Listen:
    """Where the server listens; port 0 lets the kernel choose."""

    host: str
    port: int

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine reaches it."""
        return self.host == "localhost" or ipaddress.ip_address(self.host).is_loopback

    def url(self, port: int, scheme: str = "http") -> str:
        """Return where this machine itself finds the server; ``port`` is the one that was got."""
        host = EVERYWHERE.get(self.host, self.host)
        return f"{scheme}://{replace(self, host=host, port=port)}"

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def ill(name: str, value: str) -> Invalid:
    """Return the error for a value that a setting does not take."""
    setting = BY_NAME[name]
    called = " or ".join(n for n in (setting.flag, setting.variable) if n)
    return Invalid(f"{called} does not take {value!r}; accepted: {setting.accepts}", field=name)


def listen(text: str) -> Listen:
    """Parse ``address:port``, ``:port`` or ``port``.

    Raises:
        Invalid: it is none of these.

    """
    match = LISTEN.fullmatch(text.strip())
    if match is None or int(match["port"]) > LARGEST_PORT:
        raise ill("listen", text)
    host = match["six"] or match["host"] or "0.0.0.0"  # noqa: S104 - the documented default
    if host != "localhost" and not is_address(host):
        raise ill("listen", text)
    return Listen(host, int(match["port"]))


def is_address(text: str) -> bool:
    """Tell whether the text is an IP address."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def path(text: str) -> Path:
    """Parse a path; a relative one is of the working folder."""
    return Path(text).expanduser().absolute()


def database(text: str) -> str:
    """Parse a database's URL.

    Raises:
        Invalid: another kind of database, or a relative path.

    """
    if not text.startswith(SQLITE + "/"):
        raise ill("database", text)
    return text


def option(name: str, text: str) -> str:
    """Parse one of a setting's options, in any letter case.

    Raises:
        Invalid: it is none of them.

    """
    if text.lower() not in BY_NAME[name].options:
        raise ill(name, text)
    return text.lower()


def password(name: str, text: str) -> str:
    """Parse a password; the error does not repeat it.

    Raises:
        Invalid: too short or too long.

    """
    if not is_password(text):
        raise ill(name, f"a password of {len(text)} characters")
    return text


def is_password(text: str) -> bool:
    """Tell whether a text has a password's length."""
    return SHORTEST_PASSWORD <= len(text) <= LONGEST_PASSWORD


def registration_url(text: str) -> str:
    """Parse the URL that a server shows for joining.

    Raises:
        Invalid: it is another URL.

    """
    if not re.fullmatch(
        r"https?://[^/\s?#]+(/[^\s?#]*)?/v[0-9][^/\s]*(/.+)?/scripts/[^/\s?#]+", text
    ):
        raise ill("url", text)
    return text


def labels(text: str) -> dict[str, str]:
    """Parse ``a=b&c=d``; a key without a value is a label with an empty one.

    Raises:
        Invalid: a value without a key.

    """
    pairs = [pair.partition("=") for pair in text.split("&") if pair.strip()]
    if any(not key.strip() for key, _, _ in pairs):
        raise ill("labels", text)
    return {key.strip(): value.strip() for key, _, value in pairs}


def address(text: str) -> str:
    """Parse the address where a host's ports are reached.

    Raises:
        Invalid: no address, or one that only this machine reaches.

    """
    if not is_address(text):
        raise ill("address", text)
    parsed = ipaddress.ip_address(text)
    if parsed.is_loopback or parsed.is_unspecified or parsed.is_multicast:
        raise ill("address", text)
    return text


def docker_host(text: str) -> str:
    """Parse where the Engine listens.

    Raises:
        Invalid: another scheme.

    """
    if not re.fullmatch(r"unix:///.+|tcp://[^/\s]+:[0-9]+/?", text):
        raise ill("docker_host", text)
    return text


def fingerprint(text: str) -> str:
    """Parse a CA certificate's fingerprint.

    Raises:
        Invalid: it is none.

    """
    found = ca.normal(text)
    if found is None:
        raise ill("ca_fingerprint", text)
    return found


def public_url(text: str) -> str:
    """Parse where clients reach the server.

    Raises:
        Invalid: another scheme, a path, or a password in it.

    """
    found = re.fullmatch(
        r"(?P<scheme>https?|wss?)://(?P<host>[A-Za-z0-9.-]+|\[[0-9a-fA-F:.]+\])"
        r"(?::(?P<port>[0-9]{1,5}))?/?",
        text.strip(),
    )
    if found is None or int(found["port"] or 0) > LARGEST_PORT:
        raise ill("public_url", text)
    scheme = found["scheme"].replace("ws", "http", 1)
    port = f":{found['port']}" if found["port"] else ""
    return f"{scheme}://{found['host'].lower()}{port}"
