import io
import json
import logging
from collections.abc import Iterator

import pytest

from pasture.kit import logs


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    out = io.StringIO()
    logs.set_up("info", out)
    yield out
    root.handlers[:] = before
    root.setLevel(level)


def test_a_line_is_one_json_object_with_its_fields(stream: io.StringIO) -> None:
    logging.getLogger("pasture.test").info("container placed", extra={"container": "1i5"})
    line = json.loads(stream.getvalue())
    assert line["event"] == "container placed"
    assert line["container"] == "1i5"
    assert line["level"] == "info"
    assert "request" not in line


def test_a_line_within_a_request_names_it(stream: io.StringIO) -> None:
    token = logs.request_id.set("r-1")
    logging.getLogger("pasture.test").warning("slow")
    logs.request_id.reset(token)
    assert json.loads(stream.getvalue())["request"] == "r-1"


def test_an_exception_stays_on_its_line(stream: io.StringIO) -> None:
    try:
        int("two\nlines")
    except ValueError:
        logging.getLogger("pasture.test").exception("failed")
    assert len(stream.getvalue().splitlines()) == 1
    assert "ValueError" in json.loads(stream.getvalue())["exception"]


def test_below_the_level_nothing_is_written(stream: io.StringIO) -> None:
    logging.getLogger("pasture.test").debug("detail")
    assert stream.getvalue() == ""
