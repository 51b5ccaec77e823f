"""CAs and their fingerprints."""

import subprocess
from pathlib import Path

import pytest

from pasture.kit import ca
from tests.support.certificates import ca_of, issuer


def test_a_fingerprint_is_what_openssl_prints(tmp_path: Path) -> None:
    made = issuer(tmp_path)
    words = ["openssl", "x509", "-noout", "-fingerprint", "-sha256", "-in", str(made.ca_cert)]
    printed = subprocess.run(words, check=True, capture_output=True, text=True).stdout
    assert printed.strip().partition("=")[2] == ca_of(made).fingerprint
    assert ca.normal(printed) == ca_of(made).fingerprint


@pytest.mark.parametrize("text", ["", "ab", "ab" * 20, "xy" * 32, "ab" * 33])
def test_other_texts_are_none(text: str) -> None:
    assert ca.normal(text) is None


def test_only_one_certificate_is_a_ca(tmp_path: Path) -> None:
    made = issuer(tmp_path)
    text = made.ca_cert.read_text()
    assert ca.read(f"some words\n{text}\nmore") == ca_of(made)
    for odd in ("", text * 2, text.replace("MII", "MIX"), "<html>"):
        assert ca.read(odd) is None
