import asyncio
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st

from pasture.auth.authenticate import Authenticator
from pasture.auth.secrets import (
    MOST_PENDING,
    REMEMBERED_MS,
    TRIES,
    WINDOW_MS,
    Passwords,
    Remembered,
    Throttle,
    hash_key,
    matches_key,
    same_text,
)
from pasture.kit.errors import Busy
from pasture.kit.tasks import TaskGroup
from tests.support.stores import StillClock, open_store

texts = st.text(min_size=1, max_size=60)


@given(secret=texts, other=texts)
def test_a_key_matches_itself_alone(secret: str, other: str) -> None:
    stored = hash_key(secret)
    assert matches_key(stored, secret)
    assert matches_key(stored, other) is (secret == other)


def test_a_hash_does_not_hold_its_secret() -> None:
    assert "correct-horse" not in hash_key("correct-horse")


def test_two_hashes_of_a_key_differ() -> None:
    assert hash_key("same") != hash_key("same")


@pytest.mark.parametrize("stored", ["", "plain", "sha256$", "md5$00$00", "sha256$salt$"])
def test_what_is_no_hash_matches_nothing(stored: str) -> None:
    assert not matches_key(stored, "secret")


def test_texts_are_compared_whole() -> None:
    assert same_text("å", "å")
    assert not same_text("a", "ab")


async def test_a_password_is_kept_as_argon2_and_checked() -> None:
    passwords = Passwords(StillClock())
    stored = await passwords.hash("correct horse")
    assert stored.startswith("$argon2id$")
    assert await passwords.matches(stored, "correct horse")
    assert not await passwords.matches(stored, "correct house")
    assert not await passwords.matches("no hash", "correct horse")
    passwords.close()


async def test_an_unknown_login_costs_a_check_and_never_matches() -> None:
    passwords = Passwords(StillClock())
    assert not await passwords.matches(None, "pasture")
    passwords.close()


async def test_a_right_answer_is_remembered_for_a_minute() -> None:
    clock = StillClock()
    passwords = Passwords(clock)
    stored = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("pw")
    assert await passwords.matches(stored, "pw")
    clock.now += REMEMBERED_MS - 1
    assert passwords.remembers(stored, "pw")
    assert not passwords.remembers(stored, "other")
    assert not passwords.remembers(None, "pw")
    clock.now += 1
    assert not passwords.remembers(stored, "pw")
    assert await passwords.matches(stored, "pw")
    assert passwords.remembers(stored, "pw")
    passwords.close()


async def test_what_is_remembered_needs_no_work() -> None:
    passwords = Passwords(StillClock())
    stored = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("pw")
    assert await passwords.matches(stored, "pw")
    again = passwords.matches(stored, "pw")
    with pytest.raises(StopIteration):  # without having waited for anything
        again.send(None)
    passwords.close()


async def test_work_that_waits_is_bounded() -> None:
    passwords = Passwords(StillClock())
    stored = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("pw")
    async with TaskGroup() as tasks:
        for number in range(MOST_PENDING):
            passwords.check_room()
            tasks.create_task(passwords.matches(stored, f"wrong{number}"))
        await asyncio.sleep(0)
        with pytest.raises(Busy, match="try again"):
            passwords.check_room()
    passwords.check_room()
    passwords.close()


async def test_another_hash_forgets_what_was_remembered() -> None:
    passwords = Passwords(StillClock())
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    assert await passwords.matches(hasher.hash("old"), "old")
    assert not await passwords.matches(hasher.hash("new"), "old")
    passwords.close()


def test_what_is_remembered_is_bounded_oldest_first() -> None:
    remembered: Remembered[int, int] = Remembered(most=3)
    for number in range(5):
        remembered.put(number, number)
    assert [remembered.get(n) for n in range(5)] == [None, None, 2, 3, 4]


def test_after_too_many_failed_tries_the_next_must_wait() -> None:
    clock = StillClock()
    throttle = Throttle(clock)
    for _ in range(TRIES):
        assert throttle.wait_ms("admin", "192.0.2.1") == 0
        throttle.tried("admin", "192.0.2.1")
    assert throttle.wait_ms("admin", "192.0.2.1") == WINDOW_MS
    assert throttle.wait_ms("admin", "192.0.2.2") == 0
    assert throttle.wait_ms("other", "192.0.2.1") == 0
    clock.now += WINDOW_MS
    assert throttle.wait_ms("admin", "192.0.2.1") == 0


def test_who_gets_it_right_starts_anew() -> None:
    throttle = Throttle(StillClock())
    for _ in range(TRIES):
        throttle.tried("admin", "")
    throttle.succeeded("admin", "")
    assert throttle.wait_ms("admin", "") == 0


async def test_a_clock_that_is_set_lengthens_and_shortens_no_wait(tmp_path: Path) -> None:
    clock, watch = StillClock(), StillClock(0)
    async with open_store(tmp_path) as store:
        auth = Authenticator(store, clock, access_control=True, stopwatch=watch)
    throttle = auth.throttle
    for _ in range(TRIES):
        throttle.tried("admin", "1.2.3.4")
    clock.now += 10**10
    assert throttle.wait_ms("admin", "1.2.3.4") == WINDOW_MS
    clock.now -= 10**11
    watch.now += WINDOW_MS
    assert throttle.wait_ms("admin", "1.2.3.4") == 0
