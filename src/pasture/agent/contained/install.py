"""What ``docker run pasture/agent URL`` does: join, start the lasting agent, end.

Run again on the same machine it is the same host, with its agent's container made anew. Each thing
that stands in the way is one line that says what to do.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import msgspec

from pasture.agent import join
from pasture.agent.bridge import Bridge, clash
from pasture.agent.contained import launch, own
from pasture.agent.contained.meet import Visitor, meet
from pasture.agent.contained.own import Lasting
from pasture.agent.contained.own_engine import LEAST_API, OwnEngine
from pasture.agent.contained.reach import ANSWER_S, Say, reach, skewed, unreachable, words_of
from pasture.agent.engine import inspection
from pasture.agent.host import Described
from pasture.agent.records import AgentFolder, FolderBusy, Identity, Unreadable
from pasture.agent.session import HostGone, Rejected, Stranger, Timing
from pasture.model.joining import STATE
from pasture.wire.frames import Welcome

log = logging.getLogger(__name__)
STATE_FOLDER = "agent"


@dataclass(frozen=True, kw_only=True)
class Means:
    """What an installation works with."""

    data: Path
    engine: OwnEngine
    own_id: str | None  # of the container that this runs in
    described: Described
    say: Say
    now_ms: Callable[[], int]
    timing: Timing
    settled_s: float = launch.SETTLED_S


async def install(url: str, means: Means) -> str:
    """Make this machine a host and return the id of the agent's container.

    Raises:
        Rejected: something stands in the way, in words.
        EngineError: the Engine failed.

    """
    say = means.say
    base, token = join.parse(url)
    make = await own_make(means)
    say(f"Running agent registration, CATTLE_URL={base}/v1")
    say(f"Attempting to connect to: {base}/v1")
    async with await way(base, means) as http:
        reached = await reach(http, base, token, say=say, now_ms=means.now_ms)
    say(f"{base}/v1 is accessible")
    say(f"Configured host registration URL: {reached.exports.get('CATTLE_URL', base)}")
    if reached.ahead_s is not None:
        log.warning(skewed(reached.ahead_s))
    await check_machine(means)
    say(f"Token: {'x' * 8}")
    former = await launch.lasting(means.engine, means.own_id)
    try:
        await launch.stop(means.engine, former)
        say("Running registration")
        identity, welcome = await joined(base, token, means)
        say(f"This machine is host {welcome.host_name} ({welcome.host_id})")
        await look_at_network(welcome, means)
        tell_environment(reached.exports, identity, make, say)
    except BaseException:
        await launch.back(means.engine, former)
        raise
    new = await launch.launch(means.engine, make, former, settled_s=means.settled_s)
    say(f"Launched agent: {new}")
    return new


async def way(base: str, means: Means) -> aiohttp.ClientSession:
    """Return how the server is asked: by the CA that is meant, where one is given.

    Raises:
        Rejected: the server has another one, or nobody answers.

    """
    trust = means.described.trust
    try:
        async with asyncio.timeout(ANSWER_S):
            ca = await trust.ca_of(base)
    except (TimeoutError, aiohttp.ClientError, OSError) as error:
        raise Rejected(unreachable(base, words_of(error))) from error
    return trust.outward(ca).session(base)


async def replace(means: Means) -> str:
    """Put an agent of this container's image in the place of the one that started it."""
    make = await own_make(means)
    former = await launch.lasting(means.engine, means.own_id)
    await launch.stop(means.engine, former)
    new = await launch.launch(means.engine, make, former, settled_s=means.settled_s)
    means.say(f"Launched agent: {new}")
    return new


async def own_make(means: Means) -> Lasting:
    """Return what the lasting container is made from: image, folders and variables of this one.

    Raises:
        Rejected: this does not run in a container of the Engine.

    """
    raw = None if means.own_id is None else await means.engine.find(means.own_id)
    if raw is None:
        raise Rejected(
            "`pasture join` runs in the agent's container, as the join command starts it; on a "
            "machine with Pasture installed: pasture agent URL"
        )
    return own.like(raw)


async def check_machine(means: Means) -> None:
    """Look whether an agent can work here.

    Raises:
        Rejected: it cannot.

    """
    means.say("Inspecting host capabilities")
    spoken = await means.engine.api_version()
    about = await means.engine.about()
    version, system = about.get("ServerVersion"), about.get("OperatingSystem")
    means.say(f"Docker Engine: {version}, API {'.'.join(map(str, spoken))}, on {system}")
    if spoken < LEAST_API:
        raise Rejected(
            f"this Docker Engine ({version}) is too old; accepted: 20.10 or newer "
            f"(API {'.'.join(map(str, LEAST_API))})"
        )
    folder = means.data / STATE_FOLDER
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe = folder / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise Rejected(
            f"{means.data} cannot be written ({error.strerror}): the command mounts a folder of "
            "the machine there (-v /var/lib/pasture:/var/lib/pasture)"
        ) from error
    means.say("Host writable: true")


async def joined(base: str, token: str, means: Means) -> tuple[Identity, Welcome]:
    """Register where that is still to be done, and say hello once.

    Keys that the server does not know any more are replaced: whoever runs the command wants this
    machine to be a host.

    Raises:
        Rejected: the server will not have this machine.

    """
    about = inspection.about(await means.engine.about())
    visitor = Visitor(about, means.described, means.now_ms())
    try:
        with AgentFolder(means.data / STATE_FOLDER) as folder:
            trust = means.described.trust
            identity = folder.identity() or join.new_identity(base, token)
            identity = await join.pinned(
                msgspec.structs.replace(identity, base=base), trust, means.timing
            )
            folder.save_registration_url(join.url_of(base, token))
            if identity.access_key:
                try:
                    return identity, await meet(identity, visitor, means.timing)
                except (Stranger, HostGone) as unknown:
                    means.say(f"Joining anew: {unknown}")
                    await folder.forget_all()
                    anew = join.new_identity(base, token)
                    identity = msgspec.structs.replace(anew, ca=identity.ca)
            folder.save_identity(identity)  # before it is sent: the same key again, the same host
            identity = await join.register(identity, token, means.timing, trust)
            folder.save_identity(identity)
            return identity, await meet(identity, visitor, means.timing)
    except FolderBusy as busy:
        hint = "stop it first: make stop, or systemctl stop pasture-agent"
        raise Rejected(f"{busy}; {hint}") from busy
    except Unreadable as damaged:
        raise Rejected(str(damaged)) from damaged


async def look_at_network(welcome: Welcome, means: Means) -> None:
    """Say who has the addresses of the managed network here: nothing is placed until they go."""
    if welcome.subnet is None:
        return
    bridge = Bridge(welcome.installation, welcome.subnet)
    networks = means.engine.networks
    if why := clash(bridge, await networks.all(), await networks.routes()):
        log.warning(why)


def tell_environment(
    exports: Mapping[str, str], identity: Identity, make: Lasting, say: Say
) -> None:
    """Print what the agent is told, without secrets."""
    say("Printing environment")
    known = {
        **exports,
        "CATTLE_ACCESS_KEY": identity.access_key,
        "CATTLE_SECRET_KEY": identity.secret_key,
        "CATTLE_HOME": STATE,
        "RANCHER_AGENT_IMAGE": make.image,
        **make.variables,
    }
    for line in own.shown(known):
        say(f"ENV: {line}")
