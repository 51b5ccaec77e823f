"""The settings, one row each: argparse's options and the reference page follow from this table."""

import argparse
import os
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from pasture.settings.client import CLIENT_VARIABLES


class Part(StrEnum):
    """Which program reads a setting."""

    SERVER = "server"
    AGENT = "agent"
    BOTH = "both"

    def is_read_by(self, part: "Part") -> bool:
        """Tell whether that program reads it."""
        return self in {Part.BOTH, part}


@dataclass(frozen=True)
class Setting:
    """One setting: ``name`` is argparse's ``dest``; a flag wins over the variable."""

    name: str
    part: Part
    flag: str | None  # None: a secret, or said by position
    variable: str | None
    default: str  # in words where it depends on who asks
    accepts: str
    help: str
    options: tuple[str, ...] = ()
    switch: bool = False  # a flag without a value


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "listen",
        Part.SERVER,
        "--listen",
        "PASTURE_LISTEN",
        "0.0.0.0:8080",
        "an address and a port such as 0.0.0.0:8080, [::1]:8080 or localhost:8080",
        "Where the API is served, and hosts connect.",
    ),
    Setting(
        "data",
        Part.BOTH,
        "--data",
        "PASTURE_DATA",
        "/var/lib/pasture for root, else ~/.local/share/pasture",
        "a path",
        "Folder of the database, the key and the agent's identity; readable by its owner only.",
    ),
    Setting(
        "database",
        Part.SERVER,
        "--database",
        "PASTURE_DATABASE",
        "sqlite:///DATA/pasture.db",
        "sqlite:/// and an absolute path, such as sqlite:////var/lib/pasture/pasture.db",
        "Where rows are kept.",
    ),
    Setting(
        "access_control",
        Part.SERVER,
        "--access-control",
        "PASTURE_ACCESS_CONTROL",
        "on",
        "on or off",
        "off: everybody who reaches the server is admin.",
        options=("on", "off"),
    ),
    Setting(
        "i_know_this_is_open",
        Part.SERVER,
        "--i-know-this-is-open",
        None,
        "off",
        "given or not",
        "Allow --access-control off on an address that other machines reach.",
        switch=True,
    ),
    Setting(
        "log_level",
        Part.BOTH,
        "--log-level",
        "PASTURE_LOG_LEVEL",
        "info",
        "debug, info, warning or error",
        "How much is logged.",
        options=("debug", "info", "warning", "error"),
    ),
    Setting(
        "admin_password",
        Part.SERVER,
        None,
        "PASTURE_ADMIN_PASSWORD",
        "a generated one, written to DATA/first-login",
        "8 to 1024 characters",
        "The admin's first password; read at the first start only.",
    ),
    Setting(
        "admin_password_file",
        Part.SERVER,
        "--admin-password-file",
        "PASTURE_ADMIN_PASSWORD_FILE",
        "none",
        "a file whose first line is 8 to 1024 characters",
        "File with the admin's first password; read at the first start only.",
    ),
    Setting(
        "tls_cert",
        Part.SERVER,
        "--tls-cert",
        "PASTURE_TLS_CERT",
        "none: no TLS",
        "a PEM file with the certificate and, after it, those between it and its CA",
        "Certificate to serve HTTPS with; read again when it changes.",
    ),
    Setting(
        "tls_key",
        Part.SERVER,
        "--tls-key",
        "PASTURE_TLS_KEY",
        "none",
        "a PEM file with the certificate's private key, without a passphrase",
        "Private key of --tls-cert.",
    ),
    Setting(
        "tls_ca",
        Part.SERVER,
        "--tls-ca",
        "PASTURE_TLS_CA",
        "none: the certificate is of a CA that everybody knows",
        "a PEM file with one CA certificate",
        "Private CA of the certificate that clients see (this server's, or a proxy's in front).",
    ),
    Setting(
        "tls_self_signed",
        Part.SERVER,
        "--tls-self-signed",
        "PASTURE_TLS_SELF_SIGNED",
        "off",
        "on or off",
        "Serve HTTPS with a certificate of a CA that is made once, in DATA/tls.",
        options=("on", "off"),
        switch=True,
    ),
    Setting(
        "public_url",
        Part.SERVER,
        "--public-url",
        "PASTURE_PUBLIC_URL",
        "the setting api.host; without one, as each client asked",
        "http:// or https://, a host, and a port where it has one, such as https://pasture.example",
        "Where hosts and clients reach the server; becomes the setting api.host.",
    ),
    Setting(
        "trusted_proxies",
        Part.SERVER,
        "--trusted-proxies",
        "PASTURE_TRUSTED_PROXIES",
        "this machine only",
        "addresses and networks, joined by commas, such as 10.0.0.5,192.0.2.0/24",
        "Whose X-Forwarded-* is believed.",
    ),
    Setting(
        "metrics_token",
        Part.SERVER,
        None,
        "PASTURE_METRICS_TOKEN",
        "none: admins' credentials only",
        "16 to 1024 characters",
        "Bearer token that opens /metrics, beside admins' credentials.",
    ),
    Setting(
        "metrics_token_file",
        Part.SERVER,
        "--metrics-token-file",
        "PASTURE_METRICS_TOKEN_FILE",
        "none",
        "a file whose first line is 16 to 1024 characters",
        "File with that token.",
    ),
    Setting(
        "url",
        Part.AGENT,
        None,
        "PASTURE_REGISTRATION_URL",
        "none",
        "http://SERVER:8080/v1/scripts/TOKEN as shown by the server",
        "The registration URL: which server and environment to join.",
    ),
    Setting(
        "labels",
        Part.AGENT,
        "--labels",
        "CATTLE_HOST_LABELS",
        "none",
        "key=value pairs joined by &, such as zone=a&disk=ssd",
        "Labels that the host gets when it is first seen.",
    ),
    Setting(
        "address",
        Part.AGENT,
        "--address",
        "CATTLE_AGENT_IP",
        "the address that the server sees",
        "an IP address that other machines reach",
        "Where this host's published ports are reached.",
    ),
    Setting(
        "docker_host",
        Part.AGENT,
        "--docker-host",
        "DOCKER_HOST",
        "unix:///var/run/docker.sock",
        "unix:///path or tcp://address:port",
        "The Docker Engine.",
    ),
    Setting(
        "agent_image",
        Part.AGENT,
        None,
        "PASTURE_AGENT_IMAGE",
        "none: the agent runs as a program",
        "an image's name, as pasture/agent:1",
        "Set in the agent's own container by who starts it: the image that it runs from.",
    ),
    Setting(
        "ca_fingerprint",
        Part.AGENT,
        "--ca-fingerprint",
        "CA_FINGERPRINT",
        "the CAs that this machine trusts",
        "the SHA-256 of a certificate, 64 hexadecimal digits, with or without colons",
        "Trust the server by this CA alone, as the server's join command says it.",
    ),
)
BY_NAME: Mapping[str, Setting] = {s.name: s for s in SETTINGS}


def add_options(parser: argparse.ArgumentParser, part: Part) -> None:
    """Add the options of one program; their defaults are None, so that the variables count."""
    for setting in SETTINGS:
        if setting.flag is None or not setting.part.is_read_by(part):
            continue
        if setting.switch:
            parser.add_argument(
                setting.flag,
                dest=setting.name,
                action="store_const",
                const="on",
                help=setting.help,
            )
            continue
        parser.add_argument(
            setting.flag,
            dest=setting.name,
            metavar="|".join(setting.options) or setting.name.upper(),
            help=help_text(setting),
        )


def help_text(setting: Setting) -> str:
    """Return what stands in ``--help`` and in the reference page."""
    variable = f" [{setting.variable}]" if setting.variable else ""
    return f"{setting.help}{variable} Default: {setting.default}.".replace("%", "%%")


def unknown_variables(mapping: Mapping[str, str]) -> list[str]:
    """Return the variables that look like ours and are none: typing mistakes."""
    known = {*CLIENT_VARIABLES, *(s.variable for s in SETTINGS)}
    return sorted(v for v in mapping if v.startswith("PASTURE_") and v not in known)


def process_environment() -> Mapping[str, str]:
    """Return this process's variables."""
    return dict(os.environ)  # noqa: TID251 - settings is the only reader
