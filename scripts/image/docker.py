"""The docker command: what the build asks of an Engine (``DOCKER_HOST`` names another one)."""

import subprocess

from scripts.image import LOG
from scripts.machine.shell import Stopped, printed, run

PULL_S = 120
MACHINES = {"amd64": "x86_64", "arm64": "aarch64"}  # Docker's word, and that of Python's wheels


def machine() -> str:
    """Return the Engine's processor as wheels name it.

    Raises:
        Stopped: no Engine answers, or there are no wheels for it.

    """
    arch = printed("docker", "version", "--format", "{{.Server.Arch}}").strip()
    if not arch:
        raise Stopped("no Docker Engine answers; DOCKER_HOST names another one than this machine's")
    if arch not in MACHINES:
        raise Stopped(f"processor {arch} is not built for; accepted: {', '.join(MACHINES)}")
    return MACHINES[arch]


def has(image: str) -> bool:
    """Tell whether the Engine has an image."""
    return bool(printed("docker", "image", "inspect", "--format", "{{.Id}}", image))


def pulled(image: str) -> bool:
    """Pull an image, and tell whether that worked."""
    with LOG.open("a") as log:
        try:
            done = subprocess.run(
                ["docker", "pull", image],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                timeout=PULL_S,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return False
    return done.returncode == 0


def python_of(image: str) -> str:
    """Return the Python of an image, such as 3.11.

    Raises:
        Stopped: it has none that Pasture runs on.

    """
    ask = "import sys; print('%d.%d' % sys.version_info[:2])"
    command = ["docker", "run", "--rm", "--network=none", "--entrypoint=python3", image, "-c", ask]
    version = printed(*command).strip()
    if not version or tuple(map(int, version.split("."))) < (3, 11):
        raise Stopped(f"image {image} has Python {version or '(none)'}; accepted: 3.11 or newer")
    return version


def build(target: str, *tags: str, **arguments: str) -> None:
    """Build one target of the Dockerfile."""
    given = [f"--build-arg={name}={value}" for name, value in arguments.items()]
    names = [f"--tag={tag}" for tag in tags]
    dockerfile = str(LOG.with_name("context") / "Dockerfile")
    context = str(LOG.with_name("context"))
    command = ["docker", "build", f"--target={target}", f"--file={dockerfile}", *given, *names]
    # the plain builder: it is everywhere, buildx is not
    run([*command, context], LOG, f"docker could not build pasture/{target}", DOCKER_BUILDKIT="0")
