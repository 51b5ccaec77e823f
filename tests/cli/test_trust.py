"""Logging in where the server has a CA of its own."""

import json
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from pasture.cli.exits import Exit
from pasture.kit import ca
from tests.cli.command import Ended, Shell
from tests.client.fake_api import PASSWORD, TOKEN, USER, FakeApi
from tests.support.certificates import ca_of, issuer

LOGIN = ("--user", USER, "--password-stdin")
OTHER = ":".join(["AB"] * 32)


@pytest.fixture
def authority(tmp_path: Path) -> ca.CaCertificate:
    return ca_of(issuer(tmp_path / "server"))


@pytest.fixture
async def api(tmp_path: Path, authority: ca.CaCertificate) -> AsyncIterator[FakeApi]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(issuer(tmp_path / "server").pair)
    async with FakeApi(tls=context, ca=authority.pem) as server:
        yield server


@pytest.fixture
def shell(api: FakeApi, tmp_path: Path) -> Shell:
    return Shell(home=tmp_path, token=None)


async def login(shell: Shell, api: FakeApi, *words: str, stdin: str = "", **more: str) -> Ended:
    return await shell.run("login", api.url, *LOGIN, *words, stdin=f"{stdin}{PASSWORD}\n", **more)


def kept(shell: Shell) -> dict[str, str]:
    return json.loads(shell.config.read_text())


async def test_a_fingerprint_says_which_ca_is_meant_and_it_is_kept(
    api: FakeApi, shell: Shell, authority: ca.CaCertificate
) -> None:
    ended = await login(shell, api, "--ca-fingerprint", authority.fingerprint.lower())
    assert ended.exit is Exit.OK, ended.err
    assert kept(shell) == {"url": api.url, "token": TOKEN, "ca": authority.pem}
    assert (await shell.run("ps")).exit is Exit.OK
    assert (await shell.run("logout")).exit is Exit.OK


@pytest.mark.parametrize(
    ("words", "ended_as"),
    [
        ((), (Exit.USAGE, "say which CA is meant: --ca-cert FILE, or --ca-fingerprint")),
        (("--ca-fingerprint", OTHER), (Exit.FAILED, f"not {OTHER}")),
        (("--ca-fingerprint", "abc"), (Exit.USAGE, "64 hexadecimal digits")),
        (("--ca-cert", "/no/such"), (Exit.USAGE, "/no/such cannot be read")),
        (("--ca-cert", "/dev/null"), (Exit.USAGE, "holds no CA certificate")),
    ],
)
async def test_without_the_right_word_nothing_is_sent(
    api: FakeApi, shell: Shell, words: tuple[str, ...], ended_as: tuple[Exit, str]
) -> None:
    ended = await login(shell, api, *words)
    assert ended.exit is ended_as[0]
    assert ended_as[1] in ended.err
    assert not shell.config.exists()
    assert not any(a.method == "POST" or "Authorization" in a.headers for a in api.asked)


async def test_a_file_does_it_too_by_flag_and_by_variable(
    api: FakeApi, shell: Shell, authority: ca.CaCertificate, tmp_path: Path
) -> None:
    file = tmp_path / "my-ca.crt"
    file.write_text(authority.pem)
    assert (await login(shell, api, "--ca-cert", str(file))).exit is Exit.OK
    assert kept(shell)["ca"] == authority.pem
    shell.config.unlink()
    assert (await login(shell, api, PASTURE_CA_CERT=str(file))).exit is Exit.OK


@pytest.mark.parametrize(("answer", "is_kept"), [("y", True), ("Yes", True), ("", False)])
async def test_a_person_compares(api: FakeApi, shell: Shell, answer: str, is_kept: bool) -> None:
    authority = ca.read(api.ca)
    assert authority is not None
    shell.interactive = True
    ended = await login(shell, api, stdin=f"{answer}\n")
    assert authority.fingerprint in ended.err
    assert shell.config.exists() is is_kept
    assert is_kept or "nothing was sent" in ended.err


async def test_a_kept_ca_is_not_anothers(
    api: FakeApi, shell: Shell, authority: ca.CaCertificate, tmp_path: Path
) -> None:
    await login(shell, api, "--ca-fingerprint", authority.fingerprint)
    made = issuer(tmp_path / "other")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made.pair)
    async with FakeApi(tls=context, ca=ca_of(made).pem) as other:
        ended = await shell.run("ps", "--url", other.url)
        assert "is not trusted" in ended.err
