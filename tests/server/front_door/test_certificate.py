"""Certificates from files: what is served with, and what is refused in words."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from pasture.kit.errors import PastureError
from pasture.server.front_door.certificate import load, read_ca
from tests.support.certificates import HERE, NOW, Pair, issuer, self_signed


def other_key(folder: Path) -> Pair:
    one, other = self_signed(folder / "one"), self_signed(folder / "other")
    return Pair(one.cert, other.key)


def rewritten(name: str, text: str) -> Callable[[Path], Pair]:
    def make(folder: Path) -> Pair:
        pair = self_signed(folder)
        (folder / name).write_text(text)
        return pair

    return make


def missing(name: str) -> Callable[[Path], Pair]:
    def make(folder: Path) -> Pair:
        pair = self_signed(folder)
        (folder / name).unlink()
        return pair

    return make


DAY = timedelta(days=1)
ILL: list[tuple[str, Callable[[Path], Pair], str]] = [
    ("expired", lambda f: self_signed(f, ends=NOW - DAY / 2), "expired on"),
    ("not yet", lambda f: self_signed(f, starts=NOW + DAY), "is this machine's clock right"),
    ("another's key", other_key, "is not that of certificate"),
    ("sealed key", lambda f: self_signed(f, passphrase=b"hunter2"), "has a passphrase"),
    ("no certificate", rewritten("cert.pem", "hello"), "-----BEGIN CERTIFICATE-----"),
    ("no key", rewritten("key.pem", "hello"), "no PEM key"),
    ("missing certificate", missing("cert.pem"), "No such file"),
    ("missing key", missing("key.pem"), "No such file"),
]


@pytest.mark.parametrize(("case", "make", "words"), ILL)
def test_what_cannot_be_served_with_is_refused_in_one_sentence(
    tmp_path: Path, case: str, make: Callable[[Path], Pair], words: str
) -> None:
    pair = make(tmp_path / "files")
    with pytest.raises(PastureError, match=words) as refused:
        load(pair.cert, pair.key, now=NOW, is_private=False)
    assert str(tmp_path) in refused.value.detail, case
    assert "\n" not in refused.value.detail


def test_a_good_pair_is_served_with_and_nothing_is_remarked(tmp_path: Path) -> None:
    made = issuer(tmp_path)
    served = load(made.pair, made.pair, now=NOW, is_private=True)
    assert served.names == HERE
    assert served.remarks == ()
    assert served.expires > NOW + timedelta(days=364)


@pytest.mark.parametrize(
    ("case", "words"),
    [("soon", "expires in 3 days"), ("open", "chmod 600"), ("itself", "signed by itself")],
)
def test_what_somebody_should_look_at_is_remarked(tmp_path: Path, case: str, words: str) -> None:
    pair = self_signed(tmp_path, ends=NOW + timedelta(days=3, hours=1))
    pair.key.chmod(0o644)
    served = load(pair.cert, pair.key, now=NOW, is_private=False)
    assert any(words in remark for remark in served.remarks), case


def test_a_chain_that_ends_early_is_remarked(tmp_path: Path) -> None:
    made = issuer(tmp_path)
    served = load(made.pair, made.pair, now=NOW, is_private=False)
    assert any("fullchain.pem" in remark for remark in served.remarks)
    made.pair.write_bytes(made.pair.read_bytes() + made.ca_cert.read_bytes())
    assert load(made.pair, made.pair, now=NOW, is_private=False).remarks == ()


def test_a_ca_is_one_certificate(tmp_path: Path) -> None:
    made = issuer(tmp_path)
    assert read_ca(made.ca_cert).pem.startswith("-----BEGIN CERTIFICATE-----")
    twice = tmp_path / "twice"
    twice.write_bytes(made.ca_cert.read_bytes() * 2)
    for path in (twice, tmp_path / "missing", made.ca_key):
        with pytest.raises(PastureError, match="CA certificate"):
            read_ca(path)
