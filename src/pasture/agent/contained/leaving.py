"""Leave: what the agent made on this machine goes, and nothing else does.

Networks, what is kept of the assignment, the agent's container. The containers that it looked after
go on or go too, as was chosen.
"""

import asyncio
import logging
import shutil
import time
from collections.abc import Mapping
from pathlib import Path

import aiohttp

from pasture.agent.contained import launch, own
from pasture.agent.contained.install import STATE_FOLDER, Means
from pasture.agent.contained.own import LASTING, LEAVER, body, like
from pasture.agent.contained.own_engine import OwnEngine
from pasture.agent.contained.reach import Say, words_of
from pasture.agent.engine.engine import EngineError
from pasture.agent.labels import INSTALLATION
from pasture.agent.records import AgentFolder, FolderBusy, Held, Identity, Record, Unreadable
from pasture.agent.session import FORBIDDEN, GONE, Rejected
from pasture.kit.tasks import TaskGroup

log = logging.getLogger(__name__)
TOLD_S, ENDED_S, PAUSE_S = 10.0, 20.0, 0.2
AT_ONCE = 8
ACCEPTED = 202


async def leave(means: Means, *, with_containers: bool, patience_s: float = ENDED_S) -> None:
    """Make this machine no host any more.

    An agent that runs as a program ends by itself once the server says that the host is gone.

    Raises:
        Rejected: an agent runs here that does not end.
        EngineError: the Engine failed; once more goes on from there.

    """
    engine, say = means.engine, means.say
    agents = await launch.lasting(engine, means.own_id)
    await launch.stop(engine, agents)
    folder = means.data / STATE_FOLDER
    identity, held = await asyncio.to_thread(known, folder)
    if identity is None and not agents:
        say(f"this machine is no host: nothing is known in {folder}")
    elif identity is not None:
        say(await farewell(means, identity))
    done: Mapping[str, Record] = await once_free(folder, patience_s) if folder.exists() else {}
    if held.installation:
        if with_containers:
            count = await containers_away(engine, held, done)
            say(f"containers removed: {count}")
        await networks_away(engine, held.installation, say)
    await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
    for one in agents:
        await engine.remove(one)
    say("this machine has left; containers that were not Pasture's were not touched")


async def from_another(engine: OwnEngine, own_id: str, words: list[str]) -> str | None:
    """Have another container do it where this is the lasting one; return its name, or None."""
    raw = await engine.find(own_id)
    if raw is None or own.label_of(raw) != LASTING:
        return None
    earlier = await engine.find(LEAVER)
    if earlier is not None:
        await engine.remove(earlier["Id"])
    await engine.start(await engine.create(LEAVER, body(like(raw), words, lasts=False)))
    return LEAVER


async def gone(engine: OwnEngine, data: Path, own_id: str | None) -> None:
    """Take all away that is here, but containers: the host was removed at the server.

    ``own_id``: the container that this runs in; it goes last, and this process with it.
    """
    folder = data / STATE_FOLDER
    _, held = await asyncio.to_thread(known, folder)
    if held.installation:
        await networks_away(engine, held.installation, log.info)
    if own_id is None:
        return  # a program's identity stays: started again it must not join again
    await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
    await engine.remove(own_id)


def known(folder: Path) -> tuple[Identity | None, Held]:
    """Return who the agent was and what it held, whether or not one runs."""
    records = AgentFolder(folder)
    try:
        return records.identity(), records.held() or Held()
    except Unreadable as damaged:
        log.warning("leaving without telling the server", extra={"why": str(damaged)})
        return None, records.held() or Held()


async def farewell(means: Means, identity: Identity) -> str:
    """Tell the server that this host leaves, and return in words what came of it."""
    auth = aiohttp.encode_basic_auth(identity.access_key, identity.secret_key)
    by_hand = "remove it there by hand: pasture rm HOST"
    try:
        outward = means.described.trust.outward(identity.ca)
        async with asyncio.timeout(TOLD_S), outward.session(identity.base) as http:
            call = http.post(f"{identity.base}/link/leave", headers={"Authorization": auth})
            async with call as answer:
                status = answer.status
    except (TimeoutError, aiohttp.ClientError, OSError) as error:
        return f"{identity.base} could not be told ({words_of(error)}); {by_hand}"
    if status == ACCEPTED:
        return f"{identity.base} removes this host"
    if status == GONE or status in FORBIDDEN:
        return f"{identity.base} does not know this host any more"
    return f"{identity.base} answered {status}; {by_hand}"


async def once_free(folder: Path, patience_s: float) -> Mapping[str, Record]:
    """Return the records of what was done here, once no agent works with the folder.

    Raises:
        Rejected: one does, for too long.

    """
    end = time.monotonic() + patience_s
    while True:
        try:
            with AgentFolder(folder) as free:
                return free.all()
        except FolderBusy as busy:
            if time.monotonic() > end:
                hint = "stop it (make stop, or systemctl stop pasture-agent), then leave again"
                raise Rejected(f"{busy}; {hint}") from busy
        await asyncio.sleep(PAUSE_S)


async def containers_away(engine: OwnEngine, held: Held, records: Mapping[str, Record]) -> int:
    """Remove the containers that the agent made, and return how many.

    Labels travel with a committed image, so they alone prove nothing: it is what was recorded, or
    what has an assigned name.
    """
    names = {f"/{one.name}" for one in held.containers if one.external_id is None}
    ids = {record.external_id for record in records.values()}
    labelled = await engine.labelled(f"{INSTALLATION}={held.installation}")
    made = [c for c in labelled if c["Id"] in ids or names.intersection(c.get("Names") or ())]
    turns = asyncio.Semaphore(AT_ONCE)

    async def away(container: str) -> None:
        async with turns:
            await engine.remove(container)

    async with TaskGroup() as group:
        for one in made:
            group.create_task(away(one["Id"]))
    return len(made)


async def networks_away(engine: OwnEngine, installation: str, say: Say) -> None:
    """Remove the networks that the agent made; one that containers use stays with them."""
    for network in await engine.networks.all():
        if network.labels.get(INSTALLATION) != installation:
            continue
        name = network.name
        try:
            await engine.networks.remove(network.id)
        except EngineError as error:
            if "active endpoints" not in str(error):
                raise
            say(f"network {name} stays while containers use it; then: docker network rm {name}")
        else:
            say(f"network {name} removed")
