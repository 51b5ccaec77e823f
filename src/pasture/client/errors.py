"""What can go wrong when a server is asked, in words that say what to do."""


class ClientError(Exception):
    """Base class: ``except ClientError`` catches what we meant, and no bug."""


class Unreachable(ClientError):
    """Nobody answers there, or the connection broke before the answer was whole."""


class TooSlow(ClientError):
    """No answer, or not the state that was waited for, within the time given."""


class Held(ClientError):
    """What was waited for has no place, nothing else is under way, and that does not change."""


class NotPasture(ClientError):
    """Somebody answers there, but not as a Pasture server does."""


class Failed(ClientError):
    """What was waited for ended in an error; the words are the resource's own message."""


class Absent(ClientError):
    """Nothing of that name or id is there for this asker."""


class ApiError(ClientError):
    """The server refused: HTTP status, the code that clients know, words, the field at fault."""

    def __init__(
        self, status: int, code: str, message: str | None = None, field: str | None = None
    ) -> None:
        super().__init__(in_words(code, message, field))
        self.status = status
        self.code = code
        self.field = field


def in_words(code: str, message: str | None, field: str | None) -> str:
    """Return one sentence: the server's own words, and the field where they do not name it."""
    words = message if message and message != code else code
    return words if field is None or field in words else f"{field}: {words}"
