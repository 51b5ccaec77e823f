import json
from typing import Any

import pytest
from aiohttp import web

from pasture.cli.exits import Exit
from tests.cli.command import Shell
from tests.client.fake_api import FakeApi

WEB = {"id": "1i1", "type": "container", "name": "web", "state": "running", "transitioning": "no"}


def change(**fields: Any) -> dict[str, Any]:
    return {"type": "container", "id": "1i1", "resource": {**WEB, **fields}}


class Feed:
    """A feed that is cut after each of these changes, and goes on where it was asked to."""

    def __init__(self, *changes: dict[str, Any]) -> None:
        self.changes = changes
        self.asked: list[int | None] = []

    async def __call__(self, socket: web.WebSocketResponse, query: Any) -> None:
        after = int(query["after"]) if "after" in query else None
        self.asked.append(after)
        if after is None:
            await socket.send_json({"revision": len(self.changes), "changes": []})
            return
        await socket.send_json({"revision": after + 1, "changes": [self.changes[after]]})


async def test_what_changed_since_is_told_in_order_over_broken_connections(
    api: FakeApi, shell: Shell
) -> None:
    api.talks["feed"] = feed = Feed(
        change(state="starting", transitioning="yes", transitioningMessage="pulling nginx"),
        change(),
        {"type": "stack", "id": "1st1", "resource": None},
    )
    ended = await shell.run("events", "--since", "0")
    assert ended.exit is Exit.OK
    assert [line.split()[1:] for line in ended.out.splitlines()] == [
        ["container", "1i1", "web", "starting", "pulling", "nginx"],
        ["container", "1i1", "web", "running"],
        ["stack", "1st1", "removed"],
    ]
    assert feed.asked == [None, 0, 1, 2]
    assert ended.err.count("trying again") == 2
    feed.asked.clear()
    assert (await shell.run("events", "--since", "3")).out == ""
    assert feed.asked == [None]


async def test_whole_resources_are_for_scripts(api: FakeApi, shell: Shell) -> None:
    gone = {"type": "stack", "id": "1st1", "resource": None}
    api.talks["feed"] = Feed(change(), gone)
    ended = await shell.run("events", "--since", "0", "--json", "--type", "stack")
    assert [json.loads(line) for line in ended.out.splitlines()] == [{"revision": 2, **gone}]
    ended = await shell.run("events", "--since", "0", "--format", "json")
    assert [json.loads(line)["revision"] for line in ended.out.splitlines()] == [1, 2]


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (4410, (Exit.FAILED, "list anew; the revision now is 1")),
        (1008, (Exit.NOT_AUTHORISED, "list anew")),
    ],
)
async def test_a_feed_that_cannot_go_on_says_so(
    api: FakeApi, shell: Shell, code: int, told: tuple[Exit, str]
) -> None:
    async def talk(socket: web.WebSocketResponse, query: Any) -> None:
        if "after" in query:
            await socket.close(code=code, message=b"list anew")
        else:
            await socket.send_json({"revision": 1, "changes": []})

    api.talks["feed"] = talk
    ended = await shell.run("events", "--since", "0")
    assert ended.exit is told[0]
    assert told[1] in ended.err


@pytest.mark.parametrize("said", ["[]", "{}", "nonsense", '{"revision": 1, "changes": [1]}'])
async def test_a_feed_of_something_else_is_no_feed(api: FakeApi, shell: Shell, said: str) -> None:
    async def talk(socket: web.WebSocketResponse, _: Any) -> None:
        await socket.send_str(said)

    api.talks["feed"] = talk
    ended = await shell.run("events")
    assert (ended.exit, "not known here" in ended.err) == (Exit.FAILED, True)
