"""An Engine in memory, as far as the agent's own household goes."""

import itertools
from collections.abc import AsyncIterable, Callable, Mapping
from typing import Any

from pasture.agent.contained.own import LASTING, Raw
from pasture.agent.engine.engine import EngineError, ImageNotFound, NameTaken
from pasture.agent.engine.networks import EngineNetworks
from pasture.agent.engine.simulated_networks import SimulatedNetworks
from pasture.agent.labels import AGENT

IMAGE_IDS = {"ours:1": "sha256:one", "ours:2": "sha256:two"}


class FakeOwn:
    """Containers are what an inspect shows of them; knobs say what fails."""

    def __init__(self) -> None:
        self.made: dict[str, dict[str, Any]] = {}
        self.images = dict(IMAGE_IDS)
        self.archive: dict[str, str] = {}  # what ``load`` brings
        self.made_networks = SimulatedNetworks(self._met, lambda _: None)
        self.api: tuple[int, ...] = (1, 41)
        self.scores = True  # whether it may lower an oom score
        self.ends = set[str]()  # images whose containers end at once
        self.fails = set[str]()  # names of calls
        self.calls: list[tuple[str, str]] = []
        self.on_start: Callable[[str], None] = lambda _: None
        self._numbers = itertools.count(1)

    def add(self, name: str, image: str, *, label: str = LASTING, running: bool = True) -> str:
        """Have a container that somebody made before."""
        body: dict[str, Any] = {
            "Image": image,
            "Env": [],
            "Labels": {AGENT: label},
            "HostConfig": {},
        }
        made = self._make(name, body)
        self.made[made]["State"]["Running"] = running
        return made

    def named(self) -> dict[str, str]:
        """Return the images of what there is, by name."""
        return {c["Name"].removeprefix("/"): c["Config"]["Image"] for c in self.made.values()}

    def running(self) -> list[str]:
        """Return the names of what runs."""
        return [c["Name"].removeprefix("/") for c in self.made.values() if c["State"]["Running"]]

    @property
    def networks(self) -> EngineNetworks:
        return self.made_networks

    async def api_version(self) -> tuple[int, ...]:
        return self.api

    async def about(self) -> Raw:
        return {"ID": "engine", "Name": "h1", "ServerVersion": "20.10", "NCPU": 2, "MemTotal": 1}

    async def find(self, name_or_id: str) -> Raw | None:
        by_name = {c["Name"]: c for c in self.made.values()}
        return self.made.get(name_or_id) or by_name.get(f"/{name_or_id}")

    async def labelled(self, label: str) -> list[Raw]:
        self._enter("labelled", label)
        key, _, value = label.partition("=")
        return [
            {
                "Id": one["Id"],
                "Names": [one["Name"]],
                "State": "running" if one["State"]["Running"] else "exited",
            }
            for one in self.made.values()
            if key in one["Config"]["Labels"] and value in {"", one["Config"]["Labels"][key]}
        ]

    async def image_id(self, image: str) -> str | None:
        return self.images.get(image)

    async def pull(self, image: str) -> None:
        self._enter("pull", image)
        raise ImageNotFound(f"image {image} does not exist")

    async def load(self, archive: AsyncIterable[bytes]) -> None:
        self._enter("load", b"".join([part async for part in archive]).decode())
        self.images |= self.archive

    async def create(self, name: str, body: Mapping[str, Any]) -> str:
        self._enter("create", name)
        if f"/{name}" in {c["Name"] for c in self.made.values()}:
            raise NameTaken(f"name {name} is taken")
        return self._make(name, body)

    async def start(self, id: str) -> None:
        self._enter("start", id)
        one = self.made[id]
        if "OomScoreAdj" in one["HostConfig"] and not self.scores:
            raise EngineError("runc create failed: EOF")
        one["State"]["Running"] = one["Config"]["Image"] not in self.ends
        self.on_start(id)

    async def stop(self, id: str, timeout_s: int) -> None:
        self.made[id]["State"]["Running"] = False
        self._enter("stop", id)  # where it fails, its answer was lost

    async def rename(self, id: str, name: str) -> None:
        self.made[id]["Name"] = f"/{name}"

    async def remove(self, id: str) -> None:
        self._enter("remove", id)
        self.made.pop(id, None)

    async def let_lie(self, id: str) -> None:
        self._enter("let_lie", id)

    async def last_words(self, id: str) -> list[str]:
        return ["pasture: no"]

    async def _met(self, call: str, what: str) -> None:
        self._enter(call, what)

    def _enter(self, call: str, what: str) -> None:
        self.calls.append((call, what))
        if call in self.fails:
            raise EngineError(f"{call} failed")

    def _make(self, name: str, body: Mapping[str, Any]) -> str:
        made = f"{next(self._numbers):064x}"
        self.made[made] = {
            "Id": made,
            "Name": f"/{name}",
            "Image": self.images.get(body["Image"], "sha256:unknown"),
            "Config": body,
            "HostConfig": body["HostConfig"],
            "State": {"Running": False},
            "RestartCount": 0,
        }
        return made
