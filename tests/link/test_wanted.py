"""Agents hear from what they are to run: in the welcome, and when that changes."""

from pathlib import Path

from pasture.model.setting import AGENT_IMAGE, KNOWN, Setting
from pasture.store.changes import Create
from pasture.wire.frames import Welcome
from tests.link.world import FakeAgent, World, world


async def wished(agent: FakeAgent) -> str | None:
    return (await agent.expect(Welcome)).agent_image


async def setting(here: World, name: str, value: str | None) -> Setting:
    [made] = await here.store.write(Create(Setting(name=name, value=value, state="active")))
    assert isinstance(made, Setting)
    return made


async def test_who_is_linked_hears_of_another_image_at_once(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        agent, _ = await here.joined()
        row = await setting(here, AGENT_IMAGE, "registry.test/agent:2")
        assert await wished(agent) == "registry.test/agent:2"
        await here.change(row, value=None)
        assert await wished(agent) == KNOWN[AGENT_IMAGE]


async def test_another_setting_is_not_its_affair(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        agent, _ = await here.joined()
        await setting(here, "api.host", "http://pasture.test")
        await agent.quiet()
