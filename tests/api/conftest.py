from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from tests.api.world import World, open_world


@pytest.fixture
async def world(tmp_path: Path) -> AsyncGenerator[World]:
    async with open_world(tmp_path) as made:
        yield made


@pytest.fixture
async def open_to_all(tmp_path: Path) -> AsyncGenerator[World]:
    async with open_world(tmp_path, access_control=False) as made:
        yield made
