"""A whole installation for one test: a server, an agent, their Engine, and the admin."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.support.engines import Engine
from tests.support.local_http import Client
from tests.support.processes import Agent, Server, ended_afterwards
from tests.support.waiting import eventually

ACTIVE_S = 20
SETTLED_S = 20
PROJECT = "/v2-beta/projects/1a5"  # the environment Default


class Installation:
    """What runs, and how to ask it."""

    def __init__(self, server: Server, agent: Agent, engine: Engine, admin: Client) -> None:
        self.server = server
        self.agent = agent
        self.engine = engine
        self.admin = admin

    def host(self) -> dict[str, Any]:
        """Return the only host, once it is active."""
        return eventually(self.active_host, ACTIVE_S, "an active host")

    def active_host(self) -> dict[str, Any] | None:
        """Return the first active host, or None."""
        found = self.admin.get(f"{PROJECT}/hosts?state=active")["data"]
        return found[0] if found else None

    def container(self, image: str, **fields: Any) -> dict[str, Any]:
        """Create a container by the API."""
        body = {"imageUuid": f"docker:{image}", **fields}
        return self.admin.create(f"{PROJECT}/containers", body)

    def become(self, resource: dict[str, Any], seconds: float = SETTLED_S, **wanted: Any) -> Any:
        """Return the resource as it is once its fields have these values."""

        def reached() -> Any:
            now = self.admin.get(resource["links"]["self"])
            seen = {field: now.get(field) for field in wanted}
            assert seen == wanted, {**seen, "message": now.get("transitioningMessage")}
            return now

        return eventually(reached, seconds, f"{resource['type']} {wanted}")

    def act(self, resource: dict[str, Any], action: str, body: Any = None) -> Any:
        """Run one of the actions that the resource offers now."""
        now = self.admin.get(resource["links"]["self"])
        assert action in now["actions"], f"{action} is not in {sorted(now['actions'])}"
        ran = self.admin.ask("POST", now["actions"][action], {} if body is None else body)
        assert ran.status in {200, 202}, ran.body
        return ran.json

    def engine_ids(self, *filters: str) -> set[str]:
        """Return the Engine's containers, running ones only unless ``-a`` is among the filters."""
        return set(self.engine.docker("ps", "-q", "--no-trunc", *filters).split())


@contextmanager
def installation(engine: Engine, folder: Path) -> Generator[Installation]:
    """Run a server and an agent on an Engine; the host is active."""
    server = Server(folder / "server")
    server.start()
    with ended_afterwards(server):
        agent = Agent(server.registration_url(), folder / "agent", engine.url)
        agent.start()
        with ended_afterwards(agent):
            made = Installation(server, agent, engine, server.admin())
            made.host()
            yield made
