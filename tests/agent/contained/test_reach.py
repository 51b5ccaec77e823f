import errno

import pytest

from pasture.agent.contained import reach
from pasture.agent.session import Rejected
from pasture.kit.outward import Outward
from tests.agent.fake_server import TOKEN, FakeServer

NOW = 1_790_000_000  # s
DATE = "Mon, 21 Sep 2026 14:13:20 GMT"


def test_what_a_script_exports() -> None:
    script = '#!/bin/sh\nexport A="b c"\nexport D="e=\\"f\\""\necho done\n'
    assert reach.exports(script) == {"A": "b c", "D": 'e="f"'}


@pytest.mark.parametrize(
    ("date", "now", "ahead"),
    [
        (DATE, NOW, None),
        (DATE, NOW + 30, None),
        (DATE, NOW + 31, 31),
        (DATE, NOW - 3600, -3600),
        (None, NOW, None),
        ("yesterday", NOW, None),
    ],
)
def test_a_clock_is_measured_by_the_date_of_an_answer(
    date: str | None, now: int, ahead: int | None
) -> None:
    assert reach.ahead_s(date, now * 1000) == ahead


def test_what_to_do_about_a_clock() -> None:
    assert "45 s ahead of the server's" in reach.skewed(45)
    assert "45 s behind the server's" in reach.skewed(-45)
    assert "set-ntp" in reach.skewed(45)


@pytest.mark.parametrize(
    ("base", "words"),
    [
        ("http://127.0.0.1:8080", "which is this machine itself"),
        ("http://localhost", "which is this machine itself"),
        ("http://10.0.0.9:8080", "firewalls"),
    ],
)
def test_what_to_do_where_nobody_answers(base: str, words: str) -> None:
    text = reach.unreachable(base, "connection refused")
    assert words in text
    assert "connection refused" in text
    assert "api.host" in text


def test_why_a_connection_failed_is_said_in_a_few_words() -> None:
    assert reach.words_of(TimeoutError()) == "no answer"
    assert reach.words_of(OSError(errno.EHOSTUNREACH, "No route to host")) == "no route to host"
    assert reach.words_of(ValueError()) == "valueerror"


async def asked(base: str, token: str = TOKEN) -> reach.Reached:
    said: list[str] = []
    async with Outward().session(base) as http:
        return await reach.reach(http, base, token, say=said.append, now_ms=lambda: NOW * 1000)


async def test_a_server_tells_what_to_register_as() -> None:
    async with FakeServer().serving() as server:
        server.date = DATE
        reached = await asked(server.base)
        assert reached == reach.Reached({"CATTLE_URL": "http://s/v1"}, None)


async def test_a_token_that_is_not_known_is_said() -> None:
    async with FakeServer().serving() as server:
        with pytest.raises(Rejected, match="does not know this token, or it was removed"):
            await asked(server.base, "other:1:x")


async def test_another_program_at_the_address_is_said() -> None:
    async with FakeServer().serving() as server:
        server.script_text = "<html>welcome to nginx</html>"
        with pytest.raises(Rejected, match="no Pasture server"):
            await asked(server.base)
