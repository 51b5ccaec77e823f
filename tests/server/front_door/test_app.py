"""What is served beside the API and the link."""

import pytest

from pasture.server.front_door.app import make
from tests.support.asgi import AsgiClient


@pytest.mark.parametrize("path", ["/nothing", "/v3", "/v1/hosts", "/link/x"])
async def test_what_is_served_nowhere_is_refused_as_the_api_refuses(path: str) -> None:
    reply = await AsgiClient(make([])).get(path)
    assert (reply.status, reply.code, reply.json["type"]) == (404, "Not Found", "error")
    assert reply.json["message"] == f"nothing is served at {path!r}; the API is at /v2-beta"
    assert (reply.header("content-type") or "").startswith("application/json")


async def test_a_ping_is_not_posted() -> None:
    reply = await AsgiClient(make([])).post("/ping", {})
    assert (reply.status, reply.code) == (405, "Method not allowed")
    assert reply.json["message"] == "POST of '/ping' is not accepted; GET is"


async def test_a_ping_is_answered() -> None:
    assert (await AsgiClient(make([])).get("/ping")).content == b"pong"
