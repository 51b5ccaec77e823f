"""A registry with one small image, run inside an Engine's own network namespace.

Run as a program: ``python registry.py PORT [USER:PASSWORD]``. Plain HTTP on loopback, which an
Engine takes without asking.
"""

import base64
import hashlib
import io
import json
import subprocess
import sys
import tarfile
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
CONFIG = "application/vnd.docker.container.image.v1+json"
LAYER = "application/vnd.docker.image.rootfs.diff.tar"
NAME = "app"


def digest(content: bytes) -> str:
    """Return what a content is called in a registry."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def image() -> tuple[bytes, dict[str, bytes]]:
    """Return a manifest and the blobs that it names: a file system with busybox in it."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as tar:
        tar.add("/bin/busybox", "bin/busybox")
    layer = made.getvalue()
    config = json.dumps(
        {
            "architecture": "amd64",
            "os": "linux",
            "config": {"Cmd": ["/bin/busybox", "sleep", "1000000"]},
            "rootfs": {"type": "layers", "diff_ids": [digest(layer)]},
        }
    ).encode()
    described = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": {"mediaType": CONFIG, "size": len(config), "digest": digest(config)},
        "layers": [{"mediaType": LAYER, "size": len(layer), "digest": digest(layer)}],
    }
    return json.dumps(described).encode(), {digest(b): b for b in (config, layer)}


class Registry(BaseHTTPRequestHandler):
    """Answers what ``docker pull`` asks."""

    login = ""
    manifest, blobs = b"", dict[str, bytes]()

    def do_GET(self) -> None:
        """Answer, with a challenge where a login is wanted and not given."""
        wanted = f"Basic {base64.b64encode(self.login.encode()).decode()}"
        if self.login and self.headers.get("Authorization") != wanted:
            self.answer(401, b"{}", "application/json")
        elif self.path == "/v2/":
            self.answer(200, b"{}", "application/json")
        elif self.path in {f"/v2/{NAME}/manifests/1", f"/v2/{NAME}/manifests/{self.own_digest}"}:
            self.answer(200, self.manifest, MANIFEST)
        elif (blob := self.blobs.get(self.path.rpartition("/")[2])) is not None:
            self.answer(200, blob, "application/octet-stream")
        else:
            self.answer(404, b'{"errors":[{"code":"MANIFEST_UNKNOWN"}]}', "application/json")

    do_HEAD = do_GET  # noqa: N815 - http.server names it

    @property
    def own_digest(self) -> str:
        """The manifest's digest."""
        return digest(self.manifest)

    def answer(self, status: int, body: bytes, kind: str) -> None:
        """Send one answer."""
        self.send_response(status)
        if status == 401:
            self.send_header("WWW-Authenticate", 'Basic realm="test"')
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Docker-Content-Digest", digest(body))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def registry(enter: list[str], port: int, login: str = "") -> Generator[str, None, None]:
    """Run a registry behind ``enter`` (see ``Engine.enter``) and give the image's name."""
    command = [*enter, sys.executable, __file__, str(port), login]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield f"127.0.0.1:{port}/{NAME}:1"
    finally:
        process.terminate()
        process.wait(10)
        if process.stdout is not None:
            process.stdout.close()


def main(port: str, login: str) -> None:
    """Serve until killed."""
    Registry.login = login
    Registry.manifest, Registry.blobs = image()
    server = ThreadingHTTPServer(("127.0.0.1", int(port)), Registry)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
