"""A program on a terminal of its own: typed at, resized, read, as at a keyboard."""

import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

HEIGHT, WIDTH = 24, 80
LOCAL_FLAGS = 3  # the index of echo, line by line, signals


class Terminal:
    """The keyboard's and the screen's side of a pseudo terminal."""

    def __init__(self, master: int, pid: int) -> None:
        self.master = master
        self.pid = pid
        self.screen = b""  # all that was written so far
        self.code: int | None = None

    def type(self, text: str | bytes) -> None:
        """Press keys."""
        os.write(self.master, text.encode() if isinstance(text, str) else text)

    def sees(self, text: str, seconds: float = 10) -> None:
        """Wait until that stands on the screen, and forget what stands up to it."""
        end = time.monotonic() + seconds
        while text.encode() not in self.screen:
            left = end - time.monotonic()
            assert left > 0, f"{text!r} does not come: {self.screen[-2000:]!r}"
            if not self._read(left):
                assert text.encode() in self.screen, f"ended: {self.screen[-2000:]!r}"
        self.screen = self.screen.partition(text.encode())[2]

    def resize(self, width: int, height: int) -> None:
        """Give the window another size; the program hears of it."""
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))

    @property
    def is_raw(self) -> bool:
        """Whether keys go to the program as they are pressed."""
        return not termios.tcgetattr(self.master)[LOCAL_FLAGS] & termios.ICANON

    def ends(self, seconds: float = 10) -> int:
        """Wait for the end of the program and return its exit code (-N: by signal N)."""
        end = time.monotonic() + seconds
        while self.code is None:
            assert time.monotonic() < end, f"it does not end: {self.screen[-2000:]!r}"
            self._read(0.02)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.code = os.waitstatus_to_exitcode(status)
        return self.code

    def signal(self, number: int) -> None:
        """Send the program a signal."""
        os.kill(self.pid, number)

    def _read(self, seconds: float) -> bool:
        """Read what came; False: nothing will come any more."""
        if not select.select([self.master], [], [], max(0.0, seconds))[0]:
            return True
        try:
            came = os.read(self.master, 65536)
        except OSError:  # EIO: the last program that had it has ended
            return False
        self.screen += came
        return bool(came)


@contextmanager
def terminal(
    words: Sequence[str | Path], variables: Mapping[str, str], *, width: int = WIDTH
) -> Generator[Terminal]:
    """Run a program on a new terminal; it is killed at the end of the block."""
    pid, master = pty.fork()
    if pid == 0:
        try:
            os.execve(words[0], [str(word) for word in words], dict(variables))
        finally:
            os._exit(127)
    made = Terminal(master, pid)
    made.resize(width, HEIGHT)
    try:
        yield made
    finally:
        if made.code is None:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        os.close(master)
