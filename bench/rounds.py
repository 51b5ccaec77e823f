"""Figures as ratios: contenders take turns, and each round is compared within itself.

The machine is shared and its speed moves: what two contenders did one after the other can be
compared, what they did a minute apart can not.
"""

import base64
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

LEAST_ROUNDS = 5


@dataclass(frozen=True)
class Ratio:
    """What one contender came to beside the floor, in the middle and at the ends."""

    middle: float
    least: float
    most: float

    def __str__(self) -> str:
        return f"{self.middle:.2f} ({self.least:.2f} to {self.most:.2f})"


def take_turns(
    contenders: Mapping[str, Callable[[], float]], rounds: int
) -> list[dict[str, float]]:
    """Return what each contender measured in each round; every round begins with another."""
    names = list(contenders)
    measured: list[dict[str, float]] = []
    for number in range(rounds):
        at = number % len(names)
        measured.append({name: contenders[name]() for name in names[at:] + names[:at]})
    return measured


def ratio(rounds: Sequence[Mapping[str, float]], name: str, floor: str) -> Ratio:
    """Return a contender beside the floor, round by round."""
    found = [measured[name] / measured[floor] for measured in rounds]
    return Ratio(statistics.median(found), min(found), max(found))


def middle(rounds: Sequence[Mapping[str, float]], name: str) -> float:
    """Return what a contender measured, in the middle."""
    return statistics.median(measured[name] for measured in rounds)


def basic(login: str, secret: str) -> tuple[str, str]:
    """Return the header of a login, name and value."""
    return "Authorization", f"Basic {base64.b64encode(f'{login}:{secret}'.encode()).decode()}"
