from pathlib import Path

import msgspec
import pytest

from pasture.agent.contained import leaving
from pasture.agent.contained.install import Means
from pasture.agent.contained.own import LASTING, LEAVER, NAME, PASSING
from pasture.agent.host import Described
from pasture.agent.labels import AGENT
from pasture.agent.labels import INSTALLATION as LABEL
from pasture.agent.records import AgentFolder, Held, Identity, Record, write_whole
from pasture.agent.session import Rejected
from tests.agent.contained.own_fake import FakeOwn
from tests.agent.samples import INSTALLATION, marks, want
from tests.agent.test_session import QUICK

NOBODY = Identity(
    base="http://127.0.0.1:1", joined_with="x", key="k", access_key="a", secret_key="s"
)


class Machine:
    """A machine with an agent's container, two of its containers, a copy of one, and one more."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.engine = FakeOwn()
        self.said: list[str] = []
        self.agent = self.engine.add(NAME, "ours:1")
        self.named = self.add("r-a", marks("a"))
        self.recorded = self.add("renamed", marks("b"))
        self.copy = self.add("copy", marks("a"))
        self.byhand = self.add("byhand", {})
        self.engine.made_networks.make("pasture", labels={LABEL: INSTALLATION})
        self.engine.made_networks.make("mine")
        held = Held(installation=INSTALLATION, containers=(want("a"), want("b")))
        folder = data / "agent"
        (folder / "records").mkdir(parents=True)
        for name, content in (
            ("identity.json", NOBODY),
            ("assignment.json", held),
            ("records/b", Record(external_id=self.recorded)),
        ):
            write_whole(folder / name, msgspec.json.encode(content))

    def add(self, name: str, labels: dict[str, str]) -> str:
        made = self.engine.add(name, "web:1")
        self.engine.made[made]["Config"]["Labels"] = labels
        return made

    @property
    def means(self) -> Means:
        return Means(
            data=self.data,
            engine=self.engine,
            own_id=None,
            described=Described(),
            say=self.said.append,
            now_ms=lambda: 0,
            timing=QUICK,
        )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


@pytest.mark.parametrize("with_containers", [False, True])
async def test_agent_networks_and_state_go_and_containers_as_was_chosen(
    machine: Machine, with_containers: bool
) -> None:
    await leaving.leave(machine.means, with_containers=with_containers)
    kept = {machine.copy, machine.byhand}  # labels travel with an image: a copy is somebody's own
    if not with_containers:
        kept |= {machine.named, machine.recorded}
    assert set(machine.engine.made) == kept
    assert list(machine.engine.made_networks.made) == ["mine"]
    assert not (machine.data / "agent").exists()
    assert any("could not be told" in line and "by hand" in line for line in machine.said)


async def test_an_agent_that_runs_as_a_program_is_not_robbed(machine: Machine) -> None:
    with (
        AgentFolder(machine.data / "agent"),
        pytest.raises(Rejected, match=r"another agent is running with .*; stop it"),
    ):
        await leaving.leave(machine.means, with_containers=True, patience_s=0.1)
    assert machine.named in machine.engine.made
    assert (machine.data / "agent/identity.json").exists()


async def test_a_machine_that_is_no_host_is_left_as_it_is(tmp_path: Path) -> None:
    machine = Machine(tmp_path / "one")
    machine.data = tmp_path / "other"
    await machine.engine.remove(machine.agent)
    await leaving.leave(machine.means, with_containers=True)
    assert "is no host" in machine.said[0]
    assert len(machine.engine.made) == 4
    assert "pasture" in machine.engine.made_networks.made


async def test_the_lasting_container_has_another_one_see_to_it(machine: Machine) -> None:
    words = ["leave", "--containers", "keep"]
    for _ in range(2):
        assert await leaving.from_another(machine.engine, machine.agent, words) == LEAVER
    [made] = [c for c in machine.engine.made.values() if c["Name"] == f"/{LEAVER}"]
    assert (made["Config"]["Cmd"], made["Config"]["Labels"]) == (words, {AGENT: PASSING})
    assert await leaving.from_another(machine.engine, made["Id"], words) is None
    assert await leaving.from_another(machine.engine, machine.byhand, words) is None
    assert machine.engine.made[machine.agent]["Config"]["Labels"] == {AGENT: LASTING}
