"""Two machines with one identity, a disk and its copy: who is connected stays.

A process names its run in its hello. Another run of the same agent is let in at once where the link
of the first is closed, or has been silent for longer than between two heartbeats: the machine was
reset. Else it has to wait; and once the first one was heard of well after the other came, both
are there, and the other is refused for good.
"""

from dataclasses import dataclass
from enum import Enum

from pasture.link.hello import OWN_HOST, Refuse, called
from pasture.model.host import Host
from pasture.wire.frames import HEARTBEAT_S

ALIVE_S = HEARTBEAT_S + 2.0  # heard of so lately, a link is taken as alive
PROOF_S = HEARTBEAT_S / 2  # more than what a dead machine had sent can be on its way


class Verdict(Enum):
    """What becomes of another run of an agent that is linked."""

    ENTER = "enter"
    WAIT = "wait"
    REFUSE = "refuse"


@dataclass
class Presence:
    """Who holds a link, and when it was last heard of, on the loop's clock."""

    host: Host
    run: str | None
    heard_s: float


@dataclass(frozen=True)
class Other:
    """Another run of the same agent, and when it first came."""

    run: str
    came_s: float


def verdict(there: Presence, run: str | None, other: Other | None, now_s: float) -> Verdict:
    """Decide on a hello of a run; ``other``: who was made to wait last."""
    if run is None or there.run in {None, run} or now_s - there.heard_s > ALIVE_S:
        return Verdict.ENTER
    if other is None or other.run != run:
        return Verdict.WAIT
    return Verdict.REFUSE if there.heard_s - other.came_s > PROOF_S else Verdict.WAIT


class Doubles:
    """Who is linked, and who was made to wait, by agent."""

    def __init__(self) -> None:
        self._present: dict[int, Presence] = {}
        self._waiting: dict[int, Other] = {}  # of agents that are linked only

    def enter(self, agent_id: int, presence: Presence) -> None:
        """Take note of who is linked."""
        self._present[agent_id] = presence
        self._waiting.pop(agent_id, None)

    def leave(self, agent_id: int) -> None:
        """Forget who was linked."""
        self._present.pop(agent_id, None)
        self._waiting.pop(agent_id, None)

    def refuse(self, agent_id: int, run: str | None, *, now_s: float) -> Refuse | None:
        """Return why a run is not let in beside the one that is linked, or None."""
        there = self._present.get(agent_id)
        if there is None:
            return None
        decided = verdict(there, run, self._waiting.get(agent_id), now_s)
        if decided is Verdict.ENTER or run is None:
            return None
        if decided is Verdict.REFUSE:
            return Refuse("IdentityInUse", f"{words(there.host)}. {OWN_HOST}")
        known = self._waiting.get(agent_id)
        if known is None or known.run != run:
            self._waiting[agent_id] = Other(run, now_s)
        return Refuse("IdentityInUse", f"{words(there.host)}, or was started anew", final=False)


def words(host: Host) -> str:
    """Say whose identity it is."""
    where = f" from {host.agent_ip_address}" if host.agent_ip_address else ""
    return (
        f"host {called(host)} is connected{where} with the identity of this machine, which is a "
        "copy of it"
    )
