"""``demo``: a server with a small simulated fleet and something going on, to look at.

Nothing is installed and nothing runs but these two processes; Ctrl-C ends both. What is made here
is made over the API, as a user would.
"""

import asyncio
import shutil
import socket
import sys
import tempfile
from argparse import ArgumentParser, Namespace
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager, suppress
from itertools import cycle
from pathlib import Path
from typing import Any

from pasture.agent.engine.knobs import LABEL
from pasture.agent.signals import Told, raise_at_signal
from pasture.cli.exits import Exit, Failure
from pasture.cli.registration import URL, active_token
from pasture.cli.verb import Context, Verb
from pasture.client.access import Access, KeyPair
from pasture.client.client import Client
from pasture.client.errors import ClientError, Unreachable
from pasture.client.resource import Resource
from pasture.kit.tasks import TaskGroup, alone

PROGRAM = (sys.executable, "-c", "import sys; from pasture.cli.main import main; sys.exit(main())")
OURS = "PASTURE_"  # how our settings' variables begin
FIRST_PORT, LAST_PORT = 8080, 8179
READY_S, END_S, BETWEEN_S = 15.0, 10.0, 0.05
BREATH_S = 4.0  # between two changes of scale
MOST_HOSTS = 200
AFFINITY = "io.rancher.scheduler.affinity:host_label"
GLOBAL = "io.rancher.scheduler.global"

Launch = Mapping[str, Any]
# stack -> service -> scale and launch config
STACKS: Mapping[str, Mapping[str, tuple[int, Launch]]] = {
    "shop": {
        "web": (4, {"imageUuid": "docker:nginx:1.27", "ports": ["80:80"]}),
        "cart": (3, {"imageUuid": "docker:shop/cart:2.3", "environment": {"DB": "db"}}),
        "db": (1, {"imageUuid": "docker:postgres:16", "dataVolumes": ["shop-db:/var/lib/data"]}),
    },
    "monitoring": {
        "collector": (1, {"imageUuid": "docker:prom/node-exporter:1.8", "labels": {GLOBAL: "true"}})
    },
    "jobs": {
        "report": (
            1,
            {
                "imageUuid": "docker:jobs/report:1",
                "labels": {f"{LABEL}run_for": "8s", f"{LABEL}exit_code": "1"},
            },
        ),
        "train": (
            2,
            {"imageUuid": "docker:jobs/train:1", "labels": {AFFINITY: "gpu=yes"}},
        ),
    },
}
BREATHING, SCALES = "cart", (5, 2, 6, 3)


def configure(parser: ArgumentParser) -> None:
    """Add how many hosts, and where it is kept."""
    parser.add_argument("--hosts", metavar="N", type=int, default=5, help="default: 5")
    parser.add_argument(
        "--data", metavar="FOLDER", help="keep it there; default: nothing is left behind"
    )


def demo(args: Namespace, context: Context) -> Exit:
    """Run the demo until it is told to stop."""
    if not 1 <= args.hosts <= MOST_HOSTS:
        raise Failure(f"--hosts {args.hosts}: accepted are 1 to {MOST_HOSTS}", Exit.USAGE)
    folder = Path(args.data or tempfile.mkdtemp(prefix="pasture-demo-"))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        asyncio.run(show(folder, args.hosts, context))
    finally:
        if args.data is None:
            shutil.rmtree(folder, ignore_errors=True)
    return Exit.OK


async def show(folder: Path, hosts: int, context: Context) -> None:
    """Start all of it, say where it is, keep it alive until a signal comes."""
    port = free_port()
    # settings of this shell are those of another server
    variables = {k: v for k, v in context.variables.items() if not k.startswith(OURS)}
    listen = f"127.0.0.1:{port}"
    url = f"http://{listen}"
    with suppress(Told):
        async with (
            program(
                folder, variables, "server", "--data", str(folder), "--listen", listen
            ) as server,
            logged_in(folder, url) as client,
        ):
            token = await client.wait(
                await token_of(client),
                lambda seen: seen.text(URL) is not None,
                timeout_s=READY_S,
                watch=lambda _: None,
            )
            fleet = ("agent", "--data", str(folder), "--simulate", str(hosts))
            async with program(folder, variables, *fleet, token.text(URL) or "") as agent:
                breathing = await furnish(client)
                login, _, password = first_login(folder).partition(":")
                context.console.line(f"URL       {url}")
                context.console.line(f"login     {login}")
                context.console.line(f"password  {password}")
                context.console.say(f"{hosts} simulated hosts; Ctrl-C ends it")
                context.console.flush()
                await live(client, breathing, server, agent)


def free_port() -> int:
    """Return the first port of ours on which nobody listens.

    Raises:
        Failure: all are taken.

    """
    for port in range(FIRST_PORT, LAST_PORT + 1):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise Failure(f"ports {FIRST_PORT} to {LAST_PORT} are all in use")


@asynccontextmanager
async def program(
    folder: Path, variables: Mapping[str, str], *words: str
) -> AsyncGenerator[Process]:
    """Run one of our programs with these variables, and end it afterwards."""
    with (folder / f"{words[0]}.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *PROGRAM,
            *words,
            stdin=DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            env=variables,
        )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        try:
            async with asyncio.timeout(END_S):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()


@asynccontextmanager
async def logged_in(folder: Path, url: str) -> AsyncGenerator[Client]:
    """Return the admin's client, once the server answers.

    Raises:
        Failure: it does not in time.

    """
    try:
        async with asyncio.timeout(READY_S):
            while not (folder / "first-login").exists():  # noqa: ASYNC110 - another process's file
                await asyncio.sleep(BETWEEN_S)
    except TimeoutError:
        raise Failure(f"the server does not start:\n{last_words(folder)}") from None
    login, _, password = first_login(folder).partition(":")
    async with Client(Access(url=url, proof=KeyPair(login, password))) as client:
        yield client


def first_login(folder: Path) -> str:
    """Return the admin's login and first password, with a colon between them."""
    return (folder / "first-login").read_text().strip()


def last_words(folder: Path) -> str:
    """Return the end of the server's log."""
    log = folder / "server.log"
    return "\n".join(log.read_text().splitlines()[-5:]) if log.exists() else ""


async def furnish(client: Client) -> Resource:
    """Make stacks and services, where they are not there; return the one that breathes."""
    there = {stack.name for stack in await client.all("stacks")}
    for name, services in STACKS.items():
        if name not in there:
            stack = await client.create("stacks", {"name": name})
            for service, (scale, launch) in services.items():
                body = {"name": service, "scale": scale, "launchConfig": launch}
                more = {"stackId": stack.id, "startOnCreate": True}
                await client.create("services", {**body, **more})
    return (await client.all("services", {"name": BREATHING}))[0]


async def token_of(client: Client) -> Resource:
    """Return the registration token, once the server answers."""
    async with asyncio.timeout(READY_S):
        while True:
            with suppress(Unreachable):
                return await active_token(client)
            await asyncio.sleep(BETWEEN_S)


async def live(client: Client, breathing: Resource, *programs: Process) -> None:
    """Change a scale now and then, until a signal comes.

    Raises:
        Told: it came.
        Failure: a program ended by itself.

    """
    with alone(Told, Failure):
        async with TaskGroup() as group:
            group.create_task(raise_at_signal())
            group.create_task(breathe(client, breathing))
            for one in programs:
                group.create_task(ended(one))


async def ended(process: Process) -> None:
    """Wait for a program's end.

    Raises:
        Failure: it ended.

    """
    code = await process.wait()
    raise Failure(f"a program of the demo ended by itself ({code}); its log is in the folder")


async def breathe(client: Client, service: Resource) -> None:
    """Scale a service up and down for as long as it is there."""
    for scale in cycle(SCALES):
        await asyncio.sleep(BREATH_S)
        with suppress(ClientError):  # somebody may have removed it: it is a demo to play with
            await client.update(service, {"scale": scale})


VERBS = {"demo": Verb(configure, demo)}
