"""A proxy in front of an Engine's socket that can be told to hang: the wedged Engine.

GETs go through while it is wedged; create, start, stop, kill and remove hang until it is mended,
as a dockerd 20.10 with a deadlock between its network and its controller was seen to do.
"""

import socket
import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

CHUNK = 65536
END_OF_HEAD = b"\r\n\r\n"
MOST_HEAD = 65536


class EngineProxy:
    """Listens on ``socket``; ``wedged = True`` makes every request that changes something hang."""

    def __init__(self, engine: Path, place: Path) -> None:
        self.engine = engine
        self.place = place
        self.url = f"unix://{place}"
        self.wedged = False
        self.hung = 0  # requests that were left without an answer
        self.mended = threading.Event()
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)

    def serve(self) -> None:
        """Take connections until the listener is closed; each carries one request."""
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.carry, args=(connection,), daemon=True).start()

    def carry(self, connection: socket.socket) -> None:
        """Carry one request and its answer, or let it hang."""
        with connection, suppress(OSError):
            head, rest = read_head(connection)
            if self.wedged and not head.startswith((b"GET ", b"HEAD ")):
                self.hung += 1
                self.mended.wait()
                return
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as engine:
                engine.connect(str(self.engine))
                engine.sendall(with_close(head) + rest)
                up = threading.Thread(target=pour, args=(connection, engine), daemon=True)
                up.start()
                pour(engine, connection)
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
                up.join()


@contextmanager
def engine_proxy(engine: Path, place: Path) -> Generator[EngineProxy]:
    """Run a proxy in front of the Engine's socket."""
    proxy = EngineProxy(engine, place)
    proxy.listener.bind(str(place))
    proxy.listener.listen()
    thread = threading.Thread(target=proxy.serve, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        proxy.mended.set()
        with suppress(OSError):
            proxy.listener.shutdown(socket.SHUT_RDWR)
        proxy.listener.close()
        thread.join()
        place.unlink()


def read_head(connection: socket.socket) -> tuple[bytes, bytes]:
    """Return a request's head and what of its body came along."""
    got = b""
    while END_OF_HEAD not in got:
        more = connection.recv(CHUNK)
        if not more or len(got) > MOST_HEAD:
            raise ConnectionError("no request")
        got += more
    head, _, rest = got.partition(END_OF_HEAD)
    return head, rest


def with_close(head: bytes) -> bytes:
    """Ask the Engine to close after its answer, so that a connection carries one request."""
    lines = head.split(b"\r\n")
    if any(line.lower().startswith(b"upgrade:") for line in lines):
        return head + END_OF_HEAD
    kept = [line for line in lines if not line.lower().startswith(b"connection:")]
    return b"\r\n".join([*kept, b"Connection: close"]) + END_OF_HEAD


def pour(source: socket.socket, target: socket.socket) -> None:
    """Copy until the source ends."""
    with suppress(OSError):
        while chunk := source.recv(CHUNK):
            target.sendall(chunk)
        target.shutdown(socket.SHUT_WR)
