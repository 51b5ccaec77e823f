"""Errors that we mean: each has a code that clients know and words that an operator can act on.

HTTP statuses live only in ``api/errors.py``; codes are those of ``reference/rancher16-api.md#2.4``.
"""

from typing import ClassVar


class PastureError(Exception):
    """Base class: ``except PastureError`` catches what we meant, and no bug."""

    code: ClassVar[str] = "Internal Server Error"

    def __init__(self, detail: str, *, field: str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.field = field


class Unauthorized(PastureError):
    """Nobody known asks."""

    code = "Unauthorized"


class Forbidden(PastureError):
    """Somebody known asks for what is not theirs."""

    code = "Forbidden"


class NotFound(PastureError):
    """Unknown type, unknown or malformed id, or invisible to who asks."""

    code = "Not Found"


class MethodNotAllowed(PastureError):
    """The method is not in the role's schema, or DELETE from a state that forbids it."""

    code = "Method not allowed"


class Conflict(PastureError):
    """Somebody else wrote the row first; look again and decide anew."""

    code = "Conflict"


class InvalidBodyContent(PastureError):
    """The body is not JSON, not an object or list, or nested too deep."""

    code = "InvalidBodyContent"


class TooLarge(PastureError):
    """The body is longer than what is accepted."""

    code = "RequestEntityTooLarge"


class Busy(PastureError):
    """So much is under way already that this is not begun; the words say when to try again."""

    code = "Service Unavailable"


class Invalid(PastureError):
    """A field's value breaks one of the declared rules; ``field`` names it."""

    code = "InvalidFormat"


class MissingRequired(Invalid):
    """A required field is absent or empty."""

    code = "MissingRequired"


class NotNullable(Invalid):
    """Null for a field that takes none."""

    code = "NotNullable"


class NotUnique(Invalid):
    """Another live row has this value."""

    code = "NotUnique"


class ServerAddressUsed(NotUnique):
    """Another registry of the environment has this address."""

    code = "ServerAddressUsed"


class InvalidReference(Invalid):
    """The field names a row that does not exist or may not be seen."""

    code = "InvalidReference"


class InvalidOption(Invalid):
    """The value is not one of the options."""

    code = "InvalidOption"


class InvalidCharacters(Invalid):
    """The value has characters that the field does not take."""

    code = "InvalidCharacters"


class MinLimitExceeded(Invalid):
    """The number is too small."""

    code = "MinLimitExceeded"


class MaxLimitExceeded(Invalid):
    """The number is too large."""

    code = "MaxLimitExceeded"


class MinLengthExceeded(Invalid):
    """The text is too short."""

    code = "MinLengthExceeded"


class MaxLengthExceeded(Invalid):
    """The text is too long."""

    code = "MaxLengthExceeded"


class PortWrongFormat(Invalid):
    """A port is not ``[[ip:]public:]private[/protocol]``."""

    code = "PortWrongFormat"


class PortInvalidPublicPort(PortWrongFormat):
    """The port on the host is none."""

    code = "PortInvalidPublicPort"


class PortInvalidPrivatePort(PortWrongFormat):
    """The port in the container is none."""

    code = "PortInvalidPrivatePort"


class PortInvalidProtocol(PortWrongFormat):
    """The protocol of a port is unknown."""

    code = "PortInvalidProtocol"


class InvalidMembers(Invalid):
    """A list of members that no environment can have."""


class InvalidOldPassword(Invalid):
    """The password to be changed is not the one given."""

    code = "InvalidOldPassword"


class InvalidCSRFToken(PastureError):
    """A browser sent a change that may come from another site's page."""

    code = "InvalidCSRFToken"


class LastAdminAccount(PastureError):
    """Without this account nobody could administer the installation."""

    code = "LastAdminAccount"


class InvalidAction(Invalid):
    """The type has no such action."""

    code = "InvalidAction"


class ActionNotAvailable(Invalid):
    """The action is real, but not from the state the resource is in."""

    code = "ActionNotAvailable"
