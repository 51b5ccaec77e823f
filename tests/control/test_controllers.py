from pathlib import Path

from pasture.model.container import Container
from pasture.store.query import Where
from tests.control.world import world


async def test_a_service_of_fifty_runs_in_a_few_writes_of_its_row(tmp_path: Path) -> None:
    async with world(tmp_path) as w:
        project = await w.project()
        for name in ("h1", "h2"):
            await w.host(project, name)
        stack = await w.stack(project)
        service = await w.service(stack, scale=50)
        active = await w.becomes(service, "active")
        rows = await w.store.find(Container, Where("service_id", service.id))
        assert sorted(c.name or "" for c in rows) == sorted(f"app-web-{n}" for n in range(1, 51))
        assert {c.state for c in rows} == {"running"}
        assert active.current_scale == 50
        assert active.row_version < 60
