"""What each purpose of a stream does: the Engine on one side, the stream on the other."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import assert_never

from pasture.agent.engine.engine import EngineError
from pasture.agent.engine.streams import Conversation, EngineStreams
from pasture.agent.streams.meters import Meters
from pasture.agent.streams.outbox import LinkLost
from pasture.agent.streams.stream import Stream
from pasture.kit.tasks import TaskGroup, alone
from pasture.wire.streams import (
    OUTPUT,
    AnyPurpose,
    Attach,
    ContainerStats,
    CopyFrom,
    CopyTo,
    Exec,
    HostStats,
    Logs,
)


async def serve(
    engine: EngineStreams, meters: Meters, purpose: AnyPurpose, stream: Stream
) -> int | None:
    """Serve a stream to its end; returns the exit code where there is one.

    Raises:
        EngineError: why it cannot be, or broke off.

    """
    match purpose:
        case Logs():
            await _log(engine, purpose, stream)
        case Exec():
            return await _converse(engine.execute(purpose), stream)
        case Attach():
            return await _converse(engine.attach(purpose), stream)
        case HostStats():
            await meters.serve_host(purpose, stream)
        case ContainerStats():
            await meters.serve_containers(purpose, stream)
        case CopyFrom():
            await _copy_from(engine, purpose, stream)
        case CopyTo():
            await engine.check(purpose)
            await stream.opened()
            await engine.copy_to(purpose, _input(stream))
        case _:
            assert_never(purpose)
    return None


async def _log(engine: EngineStreams, asked: Logs, stream: Stream) -> None:
    async with engine.logs(asked) as pieces:
        await stream.opened()
        async for channel, data in pieces:
            await stream.send(channel, data)


async def _copy_from(engine: EngineStreams, asked: CopyFrom, stream: Stream) -> None:
    async with engine.copy_from(asked) as tar:
        await stream.opened()
        async for data in tar:
            await stream.send(OUTPUT, data)


async def _converse(
    opening: AbstractAsyncContextManager[Conversation], stream: Stream
) -> int | None:
    """Carry input and sizes until the output is at its end."""
    async with opening as conversation:
        await stream.opened()
        with alone(EngineError, LinkLost):
            async with TaskGroup() as group:
                beside = [
                    group.create_task(_give(conversation, stream)),
                    group.create_task(_fit(conversation, stream)),
                    group.create_task(conversation.watch()),
                ]
                async for channel, data in conversation.output():
                    await stream.send(channel, data)
                for task in beside:
                    task.cancel()
        return await conversation.exit_code()


async def _give(conversation: Conversation, stream: Stream) -> None:
    async for data in _input(stream):
        await conversation.write(data)
    await conversation.write(b"")


async def _fit(conversation: Conversation, stream: Stream) -> None:
    while True:
        width, height = await stream.size()
        await conversation.resize(width, height)


async def _input(stream: Stream) -> AsyncIterator[bytes]:
    while data := await stream.read():
        yield data
