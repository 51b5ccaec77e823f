"""What the command line's client is told by variables; flags and the config file are the cli's.

Rancher's own names are read too (``CATTLE_URL`` and its key pair), as one family: a key never
meets the URL of the other family.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pasture.kit.proxies import Proxies

URL, ACCESS_KEY, SECRET_KEY = "URL", "ACCESS_KEY", "SECRET_KEY"
FAMILIES = ("PASTURE", "CATTLE")
TOKEN, PROJECT, CONFIG = "PASTURE_TOKEN", "PASTURE_PROJECT", "PASTURE_CONFIG"
CA_CERT = "PASTURE_CA_CERT"
CLIENT_VARIABLES = (
    *(f"{family}_{word}" for family in FAMILIES for word in (URL, ACCESS_KEY, SECRET_KEY)),
    TOKEN,
    PROJECT,
    CONFIG,
    CA_CERT,
)


@dataclass(frozen=True, kw_only=True)
class ClientSettings:
    """Which server, as whom, in which environment; None: not said by a variable."""

    url: str | None = None
    access_key: str | None = None
    secret_key: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    project: str | None = None
    config: Path
    colour: bool = True
    ca_cert: Path | None = None
    proxies: Proxies = field(default_factory=Proxies)

    @classmethod
    def from_env(cls, mapping: Mapping[str, str]) -> "ClientSettings":
        """Read variables; an empty one is not given."""
        given = {name: value for name, value in mapping.items() if value}
        family = next((f for f in FAMILIES if any(f"{f}_{w}" in given for w in (URL, ACCESS_KEY))),
                      FAMILIES[0])  # fmt: skip
        return cls(
            url=given.get(f"{family}_{URL}"),
            access_key=given.get(f"{family}_{ACCESS_KEY}"),
            secret_key=given.get(f"{family}_{SECRET_KEY}"),
            token=given.get(TOKEN),
            project=given.get(PROJECT),
            config=Path(given[CONFIG]) if CONFIG in given else default_config(given),
            colour="NO_COLOR" not in given,
            ca_cert=Path(given[CA_CERT]) if CA_CERT in given else None,
            proxies=Proxies.from_env(given),
        )


def default_config(mapping: Mapping[str, str]) -> Path:
    """Return where a login is kept when nobody said."""
    base = mapping.get("XDG_CONFIG_HOME") or f"{mapping.get('HOME') or Path.home()}/.config"
    return Path(base) / "pasture" / "client.json"
