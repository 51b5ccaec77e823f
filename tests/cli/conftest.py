from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.cli.command import Shell
from tests.client.fake_api import FakeApi


@pytest.fixture
async def api() -> AsyncIterator[FakeApi]:
    async with FakeApi() as server:
        yield server


@pytest.fixture
def shell(api: FakeApi, tmp_path: Path) -> Shell:
    return Shell(home=tmp_path, api=api)
