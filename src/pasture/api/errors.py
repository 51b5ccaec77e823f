"""Which HTTP status an error has, and how it is shown: the only place with statuses of errors."""

import uuid
from collections.abc import Mapping
from typing import Any

from pasture.kit import errors

STATUS: Mapping[type[errors.PastureError], int] = {
    errors.ActionNotAvailable: 422,
    errors.Busy: 503,
    errors.Conflict: 409,
    errors.Forbidden: 403,
    errors.Invalid: 422,
    errors.InvalidAction: 422,
    errors.InvalidBodyContent: 400,
    errors.InvalidCSRFToken: 403,
    errors.InvalidCharacters: 422,
    errors.InvalidMembers: 400,
    errors.InvalidOldPassword: 400,
    errors.InvalidOption: 422,
    errors.InvalidReference: 422,
    errors.LastAdminAccount: 405,
    errors.MaxLengthExceeded: 422,
    errors.MaxLimitExceeded: 422,
    errors.MethodNotAllowed: 405,
    errors.MinLengthExceeded: 422,
    errors.MinLimitExceeded: 422,
    errors.MissingRequired: 422,
    errors.NotFound: 404,
    errors.NotNullable: 422,
    errors.NotUnique: 422,
    errors.PastureError: 500,
    errors.PortInvalidPrivatePort: 422,
    errors.PortInvalidProtocol: 422,
    errors.PortInvalidPublicPort: 422,
    errors.PortWrongFormat: 422,
    errors.ServerAddressUsed: 400,
    errors.TooLarge: 413,
    errors.Unauthorized: 401,
}
UNKNOWN_STATUS = 500


def status_of(error: Exception) -> int:
    """Return the status of an error, that of its nearest known class; 500: we did not mean it."""
    return next((STATUS[c] for c in type(error).__mro__ if c in STATUS), UNKNOWN_STATUS)


def shown(error: Exception, request_id: str) -> dict[str, Any]:
    """Return the body of an error's answer; ``fieldName`` only where a field is at fault."""
    body: dict[str, Any] = {
        "id": str(uuid.uuid4()),
        "type": "error",
        "links": {},
        "actions": {},
        "status": status_of(error),
        "code": "Internal Server Error",
        "message": "Internal Server Error",
        "detail": f"the server's log tells more, under request {request_id}",
    }
    if isinstance(error, errors.PastureError):
        body |= {"code": error.code, "message": error.detail, "detail": None}
        if error.field is not None:
            body["fieldName"] = error.field
    return body
