"""Two machines with one identity: who is connected stays, the other is told what it is."""

from pathlib import Path

import pytest

from pasture.link.doubles import ALIVE_S, PROOF_S, Doubles, Other, Presence, Verdict, verdict
from pasture.link.hello import Refuse
from pasture.model.host import Host
from pasture.wire.frames import Refused, Welcome
from tests.link.world import world

HOST = Host(id=1, name="oak", engine_id="E1", agent_ip_address="192.0.2.7")
NOW = 1000.0


def there(run: str | None = "a", heard: float = 1.0) -> Presence:
    return Presence(HOST, run, NOW - heard)


@pytest.mark.parametrize(
    ("case", "present", "run", "other", "expected"),
    [
        ("the same process again", there(), "a", None, Verdict.ENTER),
        ("an agent of an older version", there(), None, None, Verdict.ENTER),
        ("in place of one of an older version", there(None), "b", None, Verdict.ENTER),
        ("the first is silent", there(heard=ALIVE_S + 0.1), "b", None, Verdict.ENTER),
        ("the first may be dead", there(), "b", None, Verdict.WAIT),
        ("it may still be dead", there(), "b", Other("b", NOW - 2), Verdict.WAIT),
        ("its last words came late", there(), "b", Other("b", NOW - PROOF_S), Verdict.WAIT),
        ("both are there", there(), "b", Other("b", NOW - PROOF_S - 1.1), Verdict.REFUSE),
        ("a third one", there(), "c", Other("b", NOW - 90), Verdict.WAIT),
    ],
)
def test_who_is_let_in_beside_a_link(  # noqa: PLR0917 - a row of the table
    case: str, present: Presence, run: str | None, other: Other | None, expected: Verdict
) -> None:
    assert verdict(present, run, other, NOW) is expected, case


def test_a_copy_is_refused_for_good_once_both_were_heard_of() -> None:
    doubles = Doubles()
    first = there(heard=0)
    doubles.enter(7, first)
    refusals: list[Refuse] = []
    for second in range(20):
        now = NOW + second
        if second % 10 == 0:
            first.heard_s = now
        refusal = doubles.refuse(7, "b", now_s=now)
        assert refusal is not None
        refusals.append(refusal)
    assert [r.final for r in refusals] == [False] * 10 + [True] * 10
    assert "host oak (1h1) is connected from 192.0.2.7" in refusals[0].message
    for part in ("delete the folder agent", "/etc/docker/key.json", "join again"):
        assert part in refusals[-1].message


def test_a_machine_that_was_reset_is_in_after_a_few_seconds() -> None:
    doubles = Doubles()
    doubles.enter(7, there(heard=0))
    waited = next(s for s in range(60) if doubles.refuse(7, "b", now_s=NOW + s) is None)
    assert waited <= ALIVE_S + 1


def test_who_left_is_in_nobodys_way() -> None:
    doubles = Doubles()
    doubles.enter(7, there())
    assert doubles.refuse(7, "b", now_s=NOW) is not None
    doubles.leave(7)
    assert doubles.refuse(7, "b", now_s=NOW) is None


async def test_a_copy_with_the_identity_of_a_connected_agent_does_not_disturb_it(
    tmp_path: Path,
) -> None:
    async with world(tmp_path) as here:
        first, host = await here.joined(run="a")
        for engine in (host.engine_id, "E9"):  # Docker's own id copied, or not
            second = await here.agent(run="b", engine_id=engine)
            refused = await second.expect(Refused)
            assert (refused.code, refused.final) == ("IdentityInUse", False)
            assert f"host {host.name} (1h1)" in refused.message
        await first.quiet()
        assert (await here.now(host)).agent_id == 1


async def test_the_same_process_takes_its_own_place_at_once(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        first, _ = await here.joined(run="a")
        again = await here.agent(run="a")
        await again.expect(Welcome)
        await first.closed()
