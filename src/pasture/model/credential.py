"""What proves who asks: API keys, passwords, sessions, registration tokens, registry logins."""

import base64
import hashlib
import hmac

from pasture.kit.errors import ServerAddressUsed
from pasture.model import joining
from pasture.model.declare import (
    Action,
    Derived,
    Origin,
    Scope,
    Secret,
    Value,
    attr,
    resource,
    value,
)
from pasture.model.generate import public_key, secret_key
from pasture.model.resource import Resource
from pasture.model.roles import OWN, table
from pasture.model.setting import AGENT_IMAGE
from pasture.model.steps import DEFAULT

ALL_OWN = table(  # less than the reference: an environment's key can more than who is restricted
    admin="crud", user="crud", project="crud", restricted="r", readonly="r", service="crud"
)
YEAR_START_MS = 1_767_139_200_000  # part of the token's form; it does not expire by it


@resource(
    "credential",
    scope=Scope.ACCOUNT,
    steps=DEFAULT,
    abstract=True,
    roles=table(admin="r", user="r", project="r", restricted="r", readonly="r", service="r"),
)
class Credential(Resource):
    """Base of all credentials: the collection shows every kind."""

    public_value: str | None = attr(
        "r", "Who.", default=None, max_length=4096, filterable=True, column=True
    )


@resource(
    "apiKey",
    base="credential",
    parent="credential",
    scope=Scope.ACCOUNT,
    steps=DEFAULT,
    unique=(("public_value",),),
    roles=ALL_OWN,
)
class ApiKey(Resource):
    """A key pair for scripts; the secret is shown once, in the answer to its creation."""

    account_id: int | None = attr(
        "cr", "Whose.", default=None, ref="account", filterable=True, column=True
    )
    public_value: str = attr(
        "cr",
        "Access key.",
        default_factory=public_key,
        max_length=4096,
        filterable=True,
        column=True,
    )
    secret_value: str = attr(
        "co", "Secret key.", default_factory=secret_key, max_length=4096, secret=Secret.HASHED
    )


@resource(
    "agentApiKey",
    base="credential",
    parent="credential",
    scope=Scope.ACCOUNT,
    steps=DEFAULT,
    roles={},
)
class AgentApiKey(Resource):
    """The key pair of one agent, made by its registration; on no role's wire."""

    public_value: str = attr("", "Access key.", default_factory=public_key, column=True)
    secret_value: str = attr("", "Secret key.", default_factory=secret_key, secret=Secret.HASHED)


@resource(
    "session",
    base="credential",
    parent="credential",
    scope=Scope.ACCOUNT,
    steps=DEFAULT,
    roles={},
    audited=False,
)
class Session(Resource):
    """A login: its token is the public part and the secret, joined; on no role's wire."""

    public_value: str = attr(
        "", "First half of the token.", default_factory=public_key, column=True
    )
    secret_value: str = attr(
        "", "Second half of the token.", default_factory=secret_key, secret=Secret.HASHED
    )
    expires: int = attr("", "When it ends, ms since the epoch.")


@resource(
    "signingKey",
    base="credential",
    parent="credential",
    scope=Scope.GLOBAL,
    unique=(("name",),),
    roles={},
    audited=False,
)
class SigningKey(Resource):
    """A key that tokens of ours are signed with, one a purpose; on no role's wire."""

    public_value: str = attr("", "Id of the key.", default="", column=True)
    secret_value: str = attr("", "The private key, PEM.", secret=Secret.SEALED)


LEAST_PASSWORD, LONGEST_PASSWORD = 8, 1024


@value("changeSecretInput")
class ChangeSecret(Value):
    """A new password, by who knows the old one."""

    old_secret: str = attr(
        "c", "The password now.", max_length=LONGEST_PASSWORD, secret=Secret.PASSWORD
    )
    new_secret: str = attr(
        "c",
        "The password from now on.",
        min_length=LEAST_PASSWORD,
        max_length=LONGEST_PASSWORD,
        secret=Secret.PASSWORD,
    )


@resource(
    "password",
    base="credential",
    parent="credential",
    plural="passwords",
    scope=Scope.ACCOUNT,
    steps=DEFAULT,
    actions=(Action("changesecret", input=ChangeSecret, output="password"),),
    unique=(("public_value",),),
    roles=ALL_OWN,
)
class Password(Resource):
    """A login name and its password."""

    account_id: int | None = attr(
        "cr", "Whose.", default=None, ref="account", filterable=True, column=True
    )
    public_value: str = attr(
        "cr", "Login name.", min_length=1, max_length=255, filterable=True, column=True
    )
    secret_value: str = attr(
        "cu",
        "Password.",
        min_length=LEAST_PASSWORD,
        max_length=LONGEST_PASSWORD,
        secret=Secret.PASSWORD,
    )


def token_text(token: "RegistrationToken") -> str:
    """Return what a joining host presents: ``<public>:<ms>:<HMAC>`` (#5.6)."""
    signed = f"{token.public_value}:{YEAR_START_MS}"
    mac = hmac.new(token.secret_value.encode(), signed.encode(), hashlib.sha256).digest()
    safe = base64.b64encode(mac).decode()
    return f"{signed}:{''.join(c for c in safe if c not in '/=+')}"


def presented(token: "RegistrationToken", _: Origin) -> str | None:
    """Return the token's text once it may be used."""
    return token_text(token) if token.state == "active" else None


def base_of(origin: Origin) -> str:
    """Return where joining machines find this server."""
    return origin.settings.get("api.host") or origin.base_url


def registration_url(token: "RegistrationToken", origin: Origin) -> str | None:
    """Return the URL that a joining host is given."""
    if token.state != "active":
        return None
    return f"{base_of(origin)}/v1/scripts/{token_text(token)}"


def agent_image(_: "RegistrationToken", origin: Origin) -> str:
    """Return the image that machines join with, and that agents run from."""
    return origin.settings[AGENT_IMAGE]


def registration_command(token: "RegistrationToken", origin: Origin) -> str | None:
    """Return the command that joins a machine."""
    url = registration_url(token, origin)
    image = agent_image(token, origin)
    return url and joining.docker_command(url, image, ca_fingerprint=origin.ca_fingerprint)


def script_command(token: "RegistrationToken", origin: Origin) -> str | None:
    """Return the command that joins a machine which gets the image from this server."""
    if token.state != "active":
        return None
    base, text = base_of(origin), token_text(token)
    return joining.script_command(base, text, ca_fingerprint=origin.ca_fingerprint)


def address_note(_: "RegistrationToken", origin: Origin) -> str | None:
    """Return what is to be known of the address in the commands."""
    return joining.note_on(base_of(origin))


@resource(
    "registrationToken",
    base="credential",
    parent="credential",
    scope=Scope.PROJECT,
    steps=DEFAULT,
    roles=table(admin="r", user="r", project="cr", restricted="", readonly="", service="cr"),
    derived=(
        Derived(
            "token",
            "string",
            "What a joining host presents.",
            presented,
            secret=True,
        ),
        Derived(
            "registrationUrl",
            "string",
            "Where a host joins.",
            registration_url,
            secret=True,
            leads=True,
        ),
        Derived("image", "string", "Image of the agent.", agent_image),
        Derived(
            "command",
            "string",
            "What to run on a machine that joins.",
            registration_command,
            secret=True,
        ),
        Derived(
            "scriptCommand",
            "string",
            "What to run where no registry has the agent's image: this server hands it over.",
            script_command,
            secret=True,
        ),
        Derived(
            "addressNote",
            "string",
            "What to know of the address in the commands: that others do not reach it.",
            address_note,
        ),
    ),
)
class RegistrationToken(Resource):
    """Lets machines join an environment as hosts."""

    public_value: str = attr("", "Identifies it.", default_factory=public_key, column=True)
    secret_value: str = attr(
        "", "Signs the token.", default_factory=secret_key, secret=Secret.SEALED
    )


@resource(
    "registry",
    base="storagePool",
    parent="storagePool",
    plural="registries",
    steps=DEFAULT,
    unique=(("account_id", "server_address"),),
    taken=ServerAddressUsed,
    roles=OWN,
)
class Registry(Resource):
    """Where images are pulled from."""

    server_address: str = attr(
        "cr",
        "Host and port, for example registry.example.org:5000.",
        min_length=1,
        max_length=255,
        filterable=True,
        column=True,
    )


@resource("registryCredential", base="credential", parent="credential", steps=DEFAULT, roles=OWN)
class RegistryCredential(Resource):
    """A login at a registry, used for every pull from it in this environment."""

    registry_id: int = attr("cr", "Which registry.", ref="registry", filterable=True)
    public_value: str = attr(
        "cru", "Login name.", min_length=1, max_length=4096, filterable=True, column=True
    )
    secret_value: str = attr("cu", "Password.", max_length=4096, secret=Secret.SEALED)
