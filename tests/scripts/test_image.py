import subprocess
from pathlib import Path

import pytest

from pasture import __version__
from pasture.model.setting import AGENT_IMAGE, KNOWN
from scripts.image import debian
from scripts.image.__main__ import tags
from scripts.machine.shell import Stopped

CERTIFICATE = "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n"


def package(folder: Path, name: str, files: dict[str, str]) -> Path:
    """Build a Debian package with these files."""
    root = folder / name
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    (root / "DEBIAN").mkdir(mode=0o755)
    lines = (
        f"Package: {name}",
        "Version: 1",
        "Architecture: all",
        "Maintainer: t",
        "Description: t",
    )
    (root / "DEBIAN/control").write_text("\n".join(lines) + "\n")
    built = folder / f"{name}.deb"
    subprocess.run(["dpkg-deb", "--build", root, built], check=True, capture_output=True)
    return built


def test_packages_of_old_and_new_layout_meet_in_one_root(tmp_path: Path) -> None:
    old = package(tmp_path, "old", {"bin/sh": "shell", "usr/share/man/man1/sh.1": "read me"})
    new = package(
        tmp_path,
        "new",
        {
            "usr/bin/tool": "tool",
            "usr/share/doc/new/copyright": "licence",
            "usr/share/doc/new/changelog": "long",
            "usr/share/ca-certificates/mozilla/a.crt": CERTIFICATE.format("a"),
            "usr/share/ca-certificates/mozilla/b.crt": CERTIFICATE.format("b"),
            "etc/ssl/certs/.keep": "",
        },
    )
    root = tmp_path / "root"
    root.mkdir(mode=0o700)
    debian.unpack(root, [old, new])
    assert (root / "usr/bin/sh").read_text() == "shell"
    assert (root / "bin").is_symlink()
    assert (root / "bin/tool").read_text() == "tool"
    assert not (root / "usr/share/man").exists()
    assert (root / "usr/share/doc/new/copyright").exists()
    assert not (root / "usr/share/doc/new/changelog").exists()
    trusted = (root / "etc/ssl/certs/ca-certificates.crt").read_text()
    assert trusted == CERTIFICATE.format("a") + CERTIFICATE.format("b")
    assert "root:x:0:0" in (root / "etc/passwd").read_text()
    assert root.stat().st_mode & 0o777 == 0o755, "others than root run in it, too"


def test_a_broken_package_ends_the_build(tmp_path: Path) -> None:
    broken = tmp_path / "broken.deb"
    broken.write_text("half a download")
    root = tmp_path / "root"
    root.mkdir()
    with pytest.raises(Stopped, match=r"package broken\.deb cannot be unpacked"):
        debian.unpack(root, [broken])


def test_what_is_built_is_what_agents_are_told_to_run_from() -> None:
    assert tags("agent") == (KNOWN[AGENT_IMAGE], "pasture/agent:latest")
    assert __version__ in tags("server")[0]
