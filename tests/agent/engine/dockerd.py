"""A little Engine on a socket: answers as bytes, for what the real one seldom does."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TypeAlias

Answer: TypeAlias = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Dockerd:
    """Answer by method and path; what is unknown is not found."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.url = f"unix://{place}"
        self.answers: dict[str, bytes | Answer] = {}
        self.asked: list[str] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            method, target, _ = head.split(b" ", 2)
            asked = f"{method.decode()} {target.decode().partition('?')[0]}"
            self.asked.append(asked)
            answer = self.answers.get(asked, answered(404, b'{"message":"No such container: c"}'))
            if isinstance(answer, bytes):
                writer.write(answer)
                await writer.drain()
            else:
                await answer(reader, writer)
        writer.close()


def answered(status: int, body: bytes, *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status} As It Is", f"Content-Length: {len(body)}", "Connection: close"]
    return "\r\n".join([*lines, *headers, "", ""]).encode() + body


def streaming(*parts: bytes) -> bytes:
    """Return an answer that breaks off after these parts."""
    chunks = b"".join(f"{len(part):x}\r\n".encode() + part + b"\r\n" for part in parts)
    return b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks


@asynccontextmanager
async def dockerd(folder: Path) -> AsyncGenerator[Dockerd]:
    made = Dockerd(folder / "d.sock")
    server = await asyncio.start_unix_server(made.serve, made.place)
    async with server:
        yield made
