"""`make run` and what a boot does: from whatever is there to a server and an active host."""

import getpass
import os
import shlex
import shutil
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NoReturn, TypeVar

from pasture.server.folder import prepare, write_owner_only
from scripts.machine import engine, identity, keepers, local, virtualenv
from scripts.machine.engine import Kind
from scripts.machine.keepers import AGENT, SERVER, Keeper
from scripts.machine.local import Status
from scripts.machine.place import PASSWORD, PASSWORD_FILE, Place, is_systemd, write_env
from scripts.machine.preflight import Facts, facts, missing, problems
from scripts.machine.shell import Stopped, as_root, is_root, run, say
from scripts.web import build as page

PAUSE_S = 0.1
APT = {"DEBIAN_FRONTEND": "noninteractive"}
T = TypeVar("T")


@dataclass(frozen=True)
class Awaited:
    """What a program is given time for."""

    program: str
    seconds: int
    trouble: str  # if it does not come


ANSWER = Awaited(SERVER, 60, "the server does not answer")
ACTIVE_HOST = Awaited(AGENT, 90, "this machine does not become an active host")


def up(place: Place, given: Mapping[str, str]) -> None:
    """Do all that is needed and say what was done.

    Raises:
        Stopped: something stands in the way; nothing was changed where it was seen before.

    """
    before = local.status(place)
    known = (place.data / "pasture.db").exists()
    say("Pasture: looking at this machine")
    seen = facts(place, serving=before is not None and before.port == place.listen.port)
    if found := problems(seen):
        listed = "\n".join(f"  - {problem}" for problem in found)
        raise Stopped(f"nothing was changed; in the way:\n{listed}")
    prepare(place.data)
    place.machine.mkdir(mode=0o700, exist_ok=True)
    install(place, missing(seen))
    start_engine(place, seen)
    virtualenv.ready(place.log)
    page.ready_if_possible()
    keeper = keepers.keeper(place)
    ended = tell_programs(place, given, keeper, before)
    identity.renew(place, keeper, start_server(place, keeper))
    start_agent(place, keeper)
    host = joined(place, keeper)
    forget_password(place)
    report(place, keeper, host, known=known, ran=before is not None and not ended)


def boot(place: Place) -> None:
    """Start what `make run` set up, and nothing else.

    Raises:
        Stopped: it was not set up, or does not start.

    """
    if not place.settings_file.exists():
        raise Stopped(f"nothing is set up in {place.data}: `make run` does that")
    seen = engine.look(place.docker_host, named=place.docker_host_was_named)
    if seen.kind is Kind.STOPPED:
        engine.start(place, systemd=is_systemd())
    keeper = keepers.keeper(place)
    start_server(place, keeper)
    start_agent(place, keeper)


def install(place: Place, packages: list[str]) -> None:
    """Install Debian's packages by name."""
    if not packages:
        return
    say(f"  installing {' and '.join(packages)} (apt-get)")
    run(as_root("apt-get", "update", "-q"), place.log, "apt-get update failed", **APT)
    command = ["apt-get", "install", "-qy", "--no-install-recommends", *packages]
    run(as_root(*command), place.log, f"apt-get could not install {' '.join(packages)}", **APT)


def start_engine(place: Place, seen: Facts) -> None:
    """Start the Engine where it is Debian's own and none runs."""
    if seen.engine.kind in {Kind.NONE, Kind.STOPPED}:
        engine.start(place, systemd=is_systemd())
    if engine.look(place.docker_host, named=True).kind is Kind.DENIED:
        join_group(place)


def join_group(place: Place) -> NoReturn:
    """Let this user use the Engine that was just installed, and go on as a member of its group.

    A login that is open does not see a new group; ``sg`` does.
    """
    user = getpass.getuser()
    command = as_root("usermod", "--append", "--groups", "docker", user)
    run(command, place.log, f"user {user} cannot join the group docker")
    say(f"  user {user} is in the group docker now")
    again = shlex.join([sys.executable, "-m", "scripts.machine", "run"])
    os.chdir(place.checkout)
    os.execvp("sg", ["sg", "docker", "-c", again])


def tell_programs(
    place: Place, given: Mapping[str, str], keeper: Keeper, before: Status | None
) -> bool:
    """Write what the programs are told; end those that run with something else, and say whether."""
    told = dict(place.variables)
    if given.get(PASSWORD):
        write_owner_only(place.machine / "password", f"{given[PASSWORD]}\n".encode())
        told[PASSWORD_FILE] = str(place.machine / "password")
    elif given.get(PASSWORD_FILE):
        told[PASSWORD_FILE] = given[PASSWORD_FILE]
    write_env(place.settings_file, told)
    running = place.machine / "running"
    needs = virtualenv.stamp("")
    wanted = f"{virtualenv.sources()} {needs} {sorted(place.variables.items())}"
    outdated = before is not None and running.exists() and running.read_text() != wanted
    if outdated:
        say("  the program or its settings have changed: server and agent are started again")
        keeper.stop(AGENT)
        keeper.stop(SERVER)
    running.write_text(wanted)
    return outdated


def start_server(place: Place, keeper: Keeper) -> Status:
    """Start the server and wait until it answers."""
    keeper.start(SERVER)
    return wait(lambda: local.status(place), ANSWER, keeper)


def start_agent(place: Place, keeper: Keeper) -> None:
    """Start the agent, with where it joins."""
    try:
        url = local.registration_url(place)
    except LookupError as why:
        if not place.join_file.exists():
            raise Stopped(f"this machine cannot join: {why}") from why
    else:
        seen = local.status(place)
        pinned = {"CA_FINGERPRINT": seen.ca_fingerprint} if seen and seen.ca_fingerprint else {}
        write_env(place.join_file, {"PASTURE_REGISTRATION_URL": url, **pinned})
    keeper.start(AGENT)


def joined(place: Place, keeper: Keeper) -> Status:
    """Wait until this machine is an active host."""

    def active() -> Status | None:
        now = local.status(place)
        return now if now and now.active_host() else None

    return wait(active, ACTIVE_HOST, keeper)


def wait(condition: Callable[[], T | None], awaited: Awaited, keeper: Keeper) -> T:
    """Return what comes.

    Raises:
        Stopped: it did not come, or the program was given up; the end of its log is in the words.

    """
    end = time.monotonic() + awaited.seconds
    trouble = f"{awaited.trouble} within {awaited.seconds} s"
    while time.monotonic() < end:
        if (value := condition()) is not None:
            return value
        if keeper.gave_up(awaited.program):
            trouble = awaited.trouble
            break
        time.sleep(PAUSE_S)
    raise Stopped(
        f"{trouble}; the {awaited.program}'s log ends with:\n"
        f"{keeper.log(awaited.program)}\n"
        "`make status` shows more; `make run` tries again"
    )


def forget_password(place: Place) -> None:
    """Delete the password that was given: the server has read it."""
    (place.machine / "password").unlink(missing_ok=True)
    write_env(place.settings_file, place.variables)


def report(place: Place, keeper: Keeper, seen: Status, *, known: bool, ran: bool) -> None:
    """Say what runs, where, and how to come in."""
    host = seen.active_host()
    assert host is not None, "joined() waited for it"
    state = "runs already, all data is kept" if ran else "runs"
    if known and not ran:
        state = f"runs again, all data of {place.data} is kept"
    say(f"\nPasture {seen.version} {state}; this machine is its host {host['name']}.\n")
    say(f"  URL        {place.url(seen.port)}")
    say("  login      admin")
    say(f"  password   {password(place)}")
    say("  stop, look, remove: make stop, make status, make uninstall")
    if line := keeper.at_boot():
        say(at_boot(line, has_cron=shutil.which("crontab") is not None))


def at_boot(line: str, *, has_cron: bool) -> str:
    """Say how it runs after a boot: by a line that cron takes."""
    owner = "root's" if is_root() else "your"
    command = line.partition(" ")[2]
    how = (
        f"a line in {owner} crontab does (crontab -e):\n  {line}"
        if has_cron
        else f"have this run then, by whatever starts programs here:\n  {command}\n"
        f"cron would: `apt-get install cron`, then this line in {owner} crontab (crontab -e):\n"
        f"  {line}"
    )
    return f"\nAt boot nothing starts it here; {how}"


def password(place: Place) -> str:
    """Return the first password, or why it is not known."""
    try:
        _, _, first = place.first_login.read_text().strip().partition(":")
    except OSError:
        return f"as you set it (lost: {place.pasture} reset-password --data {place.data})"
    return f"{first}   (stands in {place.first_login} until you change it)"
