"""A stopwatch is not a clock: it only goes on."""

import time_machine

from pasture.kit.clock import Stopwatch, SystemClock


def test_a_clock_follows_the_machines_and_a_stopwatch_does_not() -> None:
    clock, watch = SystemClock(), Stopwatch()
    with time_machine.travel(0, tick=True):
        before, began = clock.now_ms(), watch.now_ms()
    with time_machine.travel(10**9, tick=True):
        assert clock.now_ms() - before > 10**11
        assert 0 <= watch.now_ms() - began < 10_000
