"""What a simulated Engine does badly, or slowly: for all of its containers, or by one's labels.

The labels are ``io.pasture.simulate.`` and a knob's name: ``run_for``, ``start_delay`` (durations
such as 500ms, 2s, 1m), ``exit_code``, ``fails_with`` (the start's refusal, in words) and
``hangs_on`` (calls joined by commas, such as start,stop).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

LABEL = "io.pasture.simulate."
DURATION = re.compile(r"(?P<number>[0-9]+(?:\.[0-9]+)?)(?P<unit>ms|s|m|h)?")
UNITS_S = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, None: 1.0}
CALLS = frozenset({"about", "containers", "inspect", "pull", "create", "start", "stop", "remove"})
LONGEST_S = 7 * 24 * 3600.0
LARGEST_CODE = 255  # the kernel keeps a byte


class IllKnob(Exception):
    """There is no such knob, or it cannot be turned so."""


@dataclass
class Knobs:
    """May be turned at any time."""

    start_delay_s: float = 0.0
    stop_delay_s: float = 0.0
    pull_delay_s: float = 0.0
    run_for_s: float | None = None  # None: until it is stopped
    exits_after_s: dict[str, float] = field(default_factory=dict[str, float])  # by image
    exit_code: int = 1
    fails_with: dict[str, str] = field(default_factory=dict[str, str])  # call -> words
    hangs_on: set[str] = field(default_factory=set[str])  # names of calls
    stuck: set[str] = field(default_factory=set[str])  # ids that cannot be started any more
    loses_answers_of: set[str] = field(default_factory=set[str])  # done, but never answered
    loses_events: bool = False

    def turn(self, name: str, text: str) -> None:
        """Turn one knob by its name.

        Raises:
            IllKnob: there is none of that name, or it takes another kind of value.

        """
        match name:
            case "start_delay" | "stop_delay" | "pull_delay":
                setattr(self, f"{name}_s", duration_s(name, text))
            case "run_for":
                self.run_for_s = duration_s(name, text)
            case "exit_code":
                self.exit_code = exit_code(text)
            case "fails_with":
                self.fails_with = {"start": text}
            case "hangs_on":
                self.hangs_on = calls(text)
            case _:
                raise IllKnob(
                    f"there is no knob {name[:40]!r}; accepted: run_for, exit_code, start_delay, "
                    "stop_delay, pull_delay, fails_with, hangs_on"
                )


def told_by(labels: Mapping[str, str], knobs: Knobs) -> Knobs:
    """Return the knobs of one container: its Engine's, and what its labels turn."""
    turned = {k.removeprefix(LABEL): v for k, v in labels.items() if k.startswith(LABEL)}
    if not turned:
        return knobs
    own = Knobs(
        start_delay_s=knobs.start_delay_s,
        stop_delay_s=knobs.stop_delay_s,
        run_for_s=knobs.run_for_s,
        exits_after_s=knobs.exits_after_s,
        exit_code=knobs.exit_code,
    )
    for name, text in turned.items():
        own.turn(name, text)
    return own


def duration_s(name: str, text: str) -> float:
    """Parse a duration.

    Raises:
        IllKnob: it is none, or longer than a week.

    """
    match = DURATION.fullmatch(text.strip())
    seconds = float(match["number"]) * UNITS_S[match["unit"]] if match else LONGEST_S + 1
    if seconds > LONGEST_S:
        raise IllKnob(f"{name}={text[:40]} is no duration; accepted: such as 500ms, 2s, 1m")
    return seconds


def exit_code(text: str) -> int:
    """Parse an exit code.

    Raises:
        IllKnob: it is none.

    """
    if not text.isascii() or not text.isdigit() or int(text) > LARGEST_CODE:
        raise IllKnob(f"exit_code={text[:40]} is none; accepted: 0 to {LARGEST_CODE}")
    return int(text)


def calls(text: str) -> set[str]:
    """Parse names of an Engine's calls.

    Raises:
        IllKnob: one of them is none.

    """
    found = {name.strip() for name in text.split(",") if name.strip()}
    if not found <= CALLS:
        raise IllKnob(f"hangs_on={text[:40]}; accepted of {', '.join(sorted(CALLS))}")
    return found
