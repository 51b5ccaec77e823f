import asyncio
import io
from dataclasses import replace

import pytest

from pasture.cli.console import Console
from pasture.cli.progress import Progress, in_one_line


def console(*, live: bool) -> Console:
    return Console(stdin=io.StringIO(), out=io.StringIO(), err=io.StringIO(), live=live)


def written(on: Console) -> str:
    assert isinstance(on.err, io.StringIO)
    return on.err.getvalue()


@pytest.mark.looptime
async def test_what_is_quick_says_nothing() -> None:
    on = console(live=True)
    with Progress(on, "waiting for http://h"):
        await asyncio.sleep(0.9)
    assert written(on) == ""


@pytest.mark.looptime
async def test_after_a_second_it_says_what_is_waited_for() -> None:
    on = console(live=False)
    with Progress(on, "waiting for http://h") as progress:
        await asyncio.sleep(1.5)
        progress.waits("1i1", "container web is starting: pulling nginx")
        await asyncio.sleep(5)
        progress.waits("1i1", "container web is starting: pulling 50 %")
        await asyncio.sleep(1)
    assert written(on) == (
        "waiting for http://h\n"
        "container web is starting: pulling nginx\n"
        "container web is starting: pulling 50 %\n"
    )


@pytest.mark.looptime
async def test_on_a_terminal_one_line_is_written_over_and_wiped() -> None:
    on = replace(console(live=True), width=40)
    with Progress(on, "waiting " + "x" * 50):
        await asyncio.sleep(2.5)
    text = written(on)
    assert "\n" not in text
    assert text.startswith("\r\x1b[Kwaiting xxx")
    assert text.endswith("\r\x1b[K")
    assert max(len(part) for part in text.split("\r\x1b[K")) < 40


@pytest.mark.looptime
async def test_what_is_done_is_waited_for_no_longer() -> None:
    on = console(live=False)
    with Progress(on, "first") as progress:
        progress.waits("a", "a is stopping")
        progress.waits("b", "b is stopping")
        await asyncio.sleep(1.5)
        progress.done("a")
        await asyncio.sleep(1)
        progress.done("b")
        await asyncio.sleep(5)
    assert written(on) == "a is stopping (and 1 more)\nb is stopping\n"


def test_words_of_a_server_do_not_drive_the_terminal() -> None:
    assert in_one_line(["\x1b[2Jgone\nnext"]) == " [2Jgone next"
