"""Fixtures of the system tests: private Engines, real server and agent processes."""

from collections.abc import Generator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.support.browser import browser
from tests.support.engines import Engine, private_engine, sweep
from tests.support.installation import Installation, installation
from tests.support.orphans import end_orphans

HERE = Path(__file__).parent
LONGEST_S = 90


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark all that stands here: no system test can forget it, and each has time for a boot."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.system)
            if item.get_closest_marker("timeout") is None:
                item.add_marker(pytest.mark.timeout(LONGEST_S))


@pytest.fixture(scope="session", autouse=True)
def nothing_of_former_runs() -> None:
    """Remove what runs that were killed left behind."""
    sweep()
    end_orphans()


@pytest.fixture(scope="session")
def shared_engine() -> Generator[Engine]:
    """Make the session's private Engine; tests take ``engine``, which empties it for them."""
    with private_engine() as made:
        yield made


@pytest.fixture
def engine(shared_engine: Engine) -> Generator[Engine]:
    """Lend the session's Engine, without containers."""
    yield shared_engine
    if not shared_engine.serves():  # a test may have left it dead
        shared_engine.restart()
    shared_engine.remove_containers()


@pytest.fixture
def second_engine() -> Generator[Engine]:
    """Make another Engine: another host."""
    with private_engine() as made:
        yield made


@pytest.fixture(scope="module")
def chromium() -> Generator[Browser]:
    """Run a browser for all tests of a module."""
    with browser() as running:
        yield running


@pytest.fixture
def pasture(engine: Engine, tmp_path: Path) -> Generator[Installation]:
    """Run a server and an agent on the private Engine; the host is active."""
    with installation(engine, tmp_path) as running:
        yield running
