"""A local base image from Debian packages, for machines that no registry answers.

apt itself says what a Python needs on an empty system; the packages are unpacked side by side, none
of their scripts runs.
"""

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

from scripts.image import LOG, WORK, docker
from scripts.machine.shell import Stopped, printed, run, say

WANTED = ("python3", "ca-certificates", "dash", "coreutils")
MERGED = ("bin", "sbin", "lib", "lib64")  # links into usr since Debian 12
UNREAD = (
    "usr/share/man",
    "usr/share/locale",
    "usr/share/lintian",
    "usr/share/info",
    "var/lib/dpkg",
)
CERTIFICATES = "usr/share/ca-certificates/mozilla"
BUNDLE = "etc/ssl/certs/ca-certificates.crt"
LICENCE = "copyright"


def ready() -> str:
    """Return the name of the base image; it is made where the Engine has not got it.

    Raises:
        Stopped: this machine is no Debian, or its packages cannot be had.

    """
    if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        raise Stopped(
            "a base cannot be made here (no apt-get): name one by BASE=IMAGE, with Python 3.11"
        )
    packages = needed()
    addresses = printed("apt-get", "download", "--print-uris", *packages).splitlines()
    files = sorted(line.split()[1] for line in addresses if line.startswith("'"))
    if not files:
        raise Stopped("apt-get knows no packages: `apt-get update` first")
    image = f"pasture/base:{hashlib.sha256(' '.join(files).encode()).hexdigest()[:12]}"
    if docker.has(image):
        return image
    say(f"  making {image} from {len(files)} Debian packages")
    folder = WORK / "debian"
    fetch(folder, packages, files)
    with tempfile.TemporaryDirectory(prefix="pasture-base-") as name:
        root = Path(name)
        unpack(root, (folder / file for file in files))
        brought_in(root, image)
    return image


def needed() -> list[str]:
    """Return the packages that an empty system needs for a Python."""
    empty = ("-o", "Dir::State::status=/dev/null", "-o", "Debug::NoLocking=1")
    said = printed("apt-get", *empty, "--simulate", "--no-install-recommends", "install", *WANTED)
    return [line.split()[1] for line in said.splitlines() if line.startswith("Inst ")]


def fetch(folder: Path, packages: list[str], files: Iterable[str]) -> None:
    """Download the packages that are not there."""
    folder.mkdir(parents=True, exist_ok=True)
    if all((folder / file).exists() for file in files):
        return
    before = Path.cwd()
    os.chdir(folder)  # where apt-get downloads to
    try:
        run(["apt-get", "download", "--quiet", *packages], LOG, "apt-get could not download")
    finally:
        os.chdir(before)


def unpack(root: Path, packages: Iterable[Path]) -> None:
    """Unpack packages into a folder, and make of it what a Python runs in."""
    for name in MERGED:
        (root / "usr" / name).mkdir(parents=True)
        (root / name).symlink_to(f"usr/{name}")
    for package in packages:
        with subprocess.Popen(
            ["dpkg-deb", "--fsys-tarfile", package], stdout=subprocess.PIPE
        ) as tar:
            into = ["tar", "--extract", "--keep-directory-symlink", "--no-same-owner"]
            done = subprocess.run([*into, f"--directory={root}"], stdin=tar.stdout, check=False)
        if done.returncode != 0 or tar.returncode != 0:
            raise Stopped(f"package {package.name} cannot be unpacked")
    for name in UNREAD:
        shutil.rmtree(root / name, ignore_errors=True)
    for file in (root / "usr/share/doc").rglob("*"):
        if file.is_file() and file.name != LICENCE:
            file.unlink()
    certificates = sorted((root / CERTIFICATES).glob("*.crt"))
    (root / BUNDLE).write_bytes(b"".join(file.read_bytes() for file in certificates))
    for folder in ("tmp", "root", "proc", "sys", "dev", "run", "usr/local/bin"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    (root / "tmp").chmod(0o1777)
    root.chmod(0o755)  # it becomes /, for other users than root, too
    users = "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/usr/sbin/nologin\n"
    (root / "etc/passwd").write_text(users)
    (root / "etc/group").write_text("root:x:0:\nnogroup:x:65534:\n")


def brought_in(root: Path, image: str) -> None:
    """Make an image of a folder."""
    path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    pack = ["tar", "--create", "--numeric-owner", "--owner=0", "--group=0", f"--directory={root}"]
    with subprocess.Popen([*pack, "."], stdout=subprocess.PIPE) as tar:
        done = subprocess.run(
            ["docker", "import", f"--change=ENV PATH={path}", "-", image],
            stdin=tar.stdout,
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode != 0:
        raise Stopped(f"docker import: {done.stderr.strip()}")
