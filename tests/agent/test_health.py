"""How well an Engine is, whatever the clock does."""

import pytest

from pasture.agent.health import STUCK_MS, Health

NOW = 1_790_000_000_000
DAY = 86_400_000


@pytest.mark.parametrize(
    ("case", "later", "is_held"),
    [
        ("at once", 0, True),
        ("within five minutes", STUCK_MS - 1, True),
        ("after that", STUCK_MS, False),
        ("the clock was set back a little", -5000, True),
        ("the clock was set back a day", -DAY, False),
        ("the clock was set on a day", DAY, False),
    ],
)
def test_a_call_that_hung_is_held_against_the_engine_for_a_while(
    case: str, later: int, *, is_held: bool
) -> None:
    health = Health()
    health.hangs("create did not answer", now=NOW)
    assert (health.error(now=NOW + later) is not None) == is_held, case


def test_what_it_carries_out_clears_it() -> None:
    health = Health()
    health.hangs("no answer", now=NOW)
    health.silent("gone")
    health.acts()
    health.answers()
    assert health.error(now=NOW) is None
