"""Logs as structured lines: one JSON object a line, the event and its fields.

``log.info("container placed", extra={"container": "1i5", "host": "1h1"})``. The request id of the
HTTP request that is being served stands in ``request_id`` and is added to each line.
"""

import json
import logging
import random
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, TextIO

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
OWN_ATTRIBUTES = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


def new_request_id() -> str:
    """Return a name for a request: no secret, and cheaper than one from the kernel."""
    return f"{random.getrandbits(128):032x}"


class JsonLines(logging.Formatter):
    """Format a record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        asked = request_id.get()
        if asked is not None:
            line["request"] = asked
        line |= {k: v for k, v in vars(record).items() if k not in OWN_ATTRIBUTES}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


def set_up(level: str = "info", stream: TextIO = sys.stderr) -> None:
    """Send every log line of this process to the stream."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
