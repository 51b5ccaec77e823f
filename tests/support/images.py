"""Images for real Engines, made from the machine's static busybox: nothing is ever pulled."""

import io
import json
import subprocess
import tarfile
from pathlib import Path

BUSYBOX = "pasture-test/busybox:1"
WEB = "pasture-test/web:1"
BUSYBOX_FILE = Path("/bin/busybox")
# process 1 ignores SIGTERM where it has no handler for it: these two stop at once
UNTIL_TOLD = "trap 'exit 0' TERM; {} & wait"
SLEEP = UNTIL_TOLD.format("sleep 1000000")
# the page names the container, so that a test sees which one answered
SERVE = UNTIL_TOLD.format("hostname > /www/index.html; httpd -f -p 80 -h /www")


def file_system() -> bytes:
    """Return a tar with busybox, its applets as links, and the few files that programs expect."""
    listed = subprocess.run([BUSYBOX_FILE, "--list"], capture_output=True, text=True, check=True)
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as tar:
        for folder in ("bin", "etc", "www", "tmp"):
            entry = tarfile.TarInfo(folder)
            entry.type, entry.mode = tarfile.DIRTYPE, 0o755
            tar.addfile(entry)
        program = tarfile.TarInfo("bin/busybox")
        content = BUSYBOX_FILE.read_bytes()
        program.size, program.mode = len(content), 0o755
        tar.addfile(program, io.BytesIO(content))
        for applet in set(listed.stdout.split()) - {"busybox"}:
            link = tarfile.TarInfo(f"bin/{applet}")
            link.type, link.linkname = tarfile.SYMTYPE, "busybox"
            tar.addfile(link)
        users = b"root:x:0:0:root:/:/bin/sh\n"
        passwd = tarfile.TarInfo("etc/passwd")
        passwd.size = len(users)
        tar.addfile(passwd, io.BytesIO(users))
    return made.getvalue()


def load(docker: list[str]) -> None:
    """Give an Engine the test images; ``docker`` is the command that reaches it."""
    tar = file_system()
    for name, command in ((BUSYBOX, SLEEP), (WEB, SERVE)):
        done = subprocess.run(
            [*docker, "import", "--change", f"CMD {json.dumps(['sh', '-c', command])}", "-", name],
            input=tar,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()
