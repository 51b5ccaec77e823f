"""How secrets are kept that are compared only.

A random key has entropy enough for one salted SHA-256. A password is a person's: argon2, in
threads beside the event loop (``Passwords``), a right answer remembered for a minute.
"""

import asyncio
import hashlib
import hmac
import secrets
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Generic, ParamSpec, TypeVar
from weakref import WeakValueDictionary

from pasture.kit.clock import Clock
from pasture.kit.errors import Busy

if TYPE_CHECKING:
    from argon2 import PasswordHasher

P = ParamSpec("P")
T = TypeVar("T")
K = TypeVar("K")
V = TypeVar("V")

KEY_FORM = "sha256"
REMEMBERED_MS = 60_000
MOST_REMEMBERED = 1024
THREADS = 2
MOST_PENDING = 32  # pieces of work, some 20 ms of one thread each
TRIES, WINDOW_MS = 10, 60_000  # so many failed tries in so long, then none is looked at
MEMORY_KIB = 19 * 1024  # OWASP's least for argon2id, with two passes
PASSES = 2
UNKNOWN = (  # the hash of what nobody knows: an unknown login costs as much as a wrong password
    "$argon2id$v=19$m=19456,t=2,p=1$DVH+aBCIfMk9EBVVJ3p7Gg$"
    "xUAE+nm1dVG7bnvmZSOq6WheEOR6eFAG5MlOQHfiiQY"
)


def hash_key(secret: str) -> str:
    """Return what is stored of a random key."""
    salt = secrets.token_hex(8)
    return f"{KEY_FORM}${salt}${_digest(salt, secret)}"


def matches_key(stored: str, given: str) -> bool:
    """Tell whether a key is the one that was stored, in constant time."""
    form, _, rest = stored.partition("$")
    salt, _, digest = rest.partition("$")
    return hmac.compare_digest(digest, _digest(salt, given)) and form == KEY_FORM


def same_text(one: str, other: str) -> bool:
    """Compare two secrets in constant time."""
    return hmac.compare_digest(one.encode(), other.encode())


class Remembered(Generic[K, V]):
    """A bounded memory: the oldest is forgotten first."""

    def __init__(self, *, most: int = MOST_REMEMBERED) -> None:
        self._most = most
        self._kept: OrderedDict[K, V] = OrderedDict()

    def get(self, key: K) -> V | None:
        """Return what was put, or None."""
        return self._kept.get(key)

    def put(self, key: K, value: V) -> None:
        """Remember a value, as the newest."""
        self._kept[key] = value
        self._kept.move_to_end(key)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)

    def forget(self, key: K) -> None:
        """Forget a value."""
        self._kept.pop(key, None)


class Passwords:
    """Hashes and checks passwords without holding up the event loop."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._right: Remembered[bytes, int] = Remembered()
        self._threads: ThreadPoolExecutor | None = None
        self._pending = 0

    async def hash(self, password: str) -> str:
        """Return what is stored of a password."""
        return await self._beside(_hash, password)

    async def matches(self, stored: str | None, given: str) -> bool:
        """Tell whether a password is the one that was stored; None is an unknown login.

        A right answer is remembered by a digest over both, so a new password forgets it.
        """
        if stored is None:
            await self._beside(_verify, UNKNOWN, given)
            return False
        if self.remembers(stored, given):
            return True
        now = self._clock.now_ms()
        right = await self._beside(_verify, stored, given)
        if right:
            self._right.put(_pair(stored, given), now)
        return right

    def remembers(self, stored: str | None, given: str) -> bool:
        """Tell whether a right answer is remembered: it costs no work again."""
        last = None if stored is None else self._right.get(_pair(stored, given))
        return last is not None and self._clock.now_ms() - last < REMEMBERED_MS

    def check_room(self) -> None:
        """Refuse work for a stranger while there is much already.

        Raises:
            Busy: there is.

        """
        if self._pending >= MOST_PENDING:
            raise Busy(f"{self._pending} passwords are being checked already; try again in 1 s")

    def close(self) -> None:
        """Let the threads end."""
        if self._threads is not None:
            self._threads.shutdown(wait=False, cancel_futures=True)
            self._threads = None

    async def _beside(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        if self._threads is None:
            self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="password")
        loop = asyncio.get_running_loop()
        self._pending += 1
        try:
            return await loop.run_in_executor(self._threads, partial(call, *args, **kwargs))
        finally:
            self._pending -= 1


class Throttle:
    """Bounds failed password tries of one login from one address.

    Those tries take turns, or many at once would all be looked at before the first has failed.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._failed: Remembered[tuple[str, str], list[int]] = Remembered()
        self._passed: Remembered[tuple[str, str], int] = Remembered()
        self._turns: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()

    def turn(self, login: str, address: str) -> asyncio.Lock:
        """Return what is held during a try."""
        return self._turns.setdefault((login, address), asyncio.Lock())

    def wait_ms(self, login: str, address: str) -> int:
        """Return how long until the next try is looked at; 0: now."""
        tries = self._failed.get((login, address)) or []
        if len(tries) < TRIES:
            return 0
        return max(0, tries[-TRIES] + WINDOW_MS - self._clock.now_ms())

    def tried(self, login: str, address: str) -> None:
        """Count a try, as failed until it succeeded."""
        key = (login, address)
        before = self._failed.get(key) or []
        self._failed.put(key, [*before[1 - TRIES :], self._clock.now_ms()])

    def succeeded(self, login: str, address: str) -> None:
        """Forget the failed tries of who has the password after all."""
        self._failed.forget((login, address))
        self._passed.put((login, address), self._clock.now_ms())

    def passed_lately(self, login: str, address: str) -> bool:
        """Tell whether who has the password was at this address within the last minute."""
        last = self._passed.get((login, address))
        return last is not None and self._clock.now_ms() - last < REMEMBERED_MS


def _pair(stored: str, given: str) -> bytes:
    return hashlib.sha256(f"{stored}\0{given}".encode()).digest()


def _digest(salt: str, secret: str) -> str:
    return hashlib.sha256(f"{salt}{secret}".encode()).hexdigest()


def _hash(password: str) -> str:
    return _hasher().hash(password)


def _verify(stored: str, given: str) -> bool:
    from argon2.exceptions import InvalidHashError, VerificationError  # noqa: PLC0415 - as below

    try:
        return _hasher().verify(stored, given)
    except (VerificationError, InvalidHashError):
        return False


def _hasher() -> "PasswordHasher":
    from argon2 import PasswordHasher  # noqa: PLC0415 - a server without logins does not load it

    return PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=1)
