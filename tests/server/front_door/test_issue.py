"""Our own CA: made once; its certificates anew when they are due."""

import stat
from datetime import timedelta
from pathlib import Path

import pytest

from pasture.kit.errors import PastureError
from pasture.server.front_door.certificate import certificates, names_of
from pasture.server.front_door.issue import CA_LASTS, LASTS, RENEWED_BEFORE
from tests.support.certificates import HERE, NOW, ca_of, issuer

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("names", "later", "is_new"),
    [
        pytest.param(HERE, DAY, False, id="nothing changed"),
        pytest.param((*HERE, "pasture.example"), DAY, True, id="a name more"),
        pytest.param(HERE[:1], DAY, False, id="a name less"),
        pytest.param((*HERE, "2001:db8::1"), DAY, True, id="an address more"),
        pytest.param(HERE, LASTS - RENEWED_BEFORE + DAY, True, id="it expires soon"),
        pytest.param(HERE, LASTS + DAY, True, id="it has expired"),
    ],
)
def test_a_certificate_is_made_anew_when_it_is_due_and_the_ca_stays(
    tmp_path: Path, names: tuple[str, ...], later: timedelta, is_new: bool
) -> None:
    made = issuer(tmp_path)
    before, ca = made.pair.read_bytes(), ca_of(made)
    assert made.bring_up(names, NOW + later) is is_new
    assert (made.pair.read_bytes() != before) is is_new
    assert ca_of(made) == ca
    assert set(names) <= set(names_of(certificates(made.pair)[0]))
    assert not made.bring_up(names, NOW + later)


def test_keys_are_their_owners_alone(tmp_path: Path) -> None:
    made = issuer(tmp_path)
    assert stat.S_IMODE(made.folder.stat().st_mode) == 0o700
    for path in (made.ca_key, made.pair):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_certificate_does_not_outlive_its_ca(tmp_path: Path) -> None:
    made = issuer(tmp_path)
    made.bring_up(HERE, NOW + CA_LASTS - DAY)
    leaf, signer = certificates(made.pair)[0], certificates(made.ca_cert)[0]
    assert leaf.not_valid_after_utc <= signer.not_valid_after_utc


def test_a_ca_that_was_lost_is_made_anew_with_its_certificate(tmp_path: Path) -> None:
    made = issuer(tmp_path)
    former = ca_of(made)
    made.ca_cert.unlink()  # as after a crash between its two files
    assert made.bring_up(HERE, NOW)
    assert ca_of(made) != former
    assert certificates(made.pair)[0].issuer == certificates(made.ca_cert)[0].subject


@pytest.mark.parametrize("content", [None, b"hello"])
def test_a_ca_without_its_key_is_said_not_replaced(tmp_path: Path, content: bytes | None) -> None:
    made = issuer(tmp_path)
    former = ca_of(made)
    made.ca_key.unlink() if content is None else made.ca_key.write_bytes(content)
    assert not made.bring_up(HERE, NOW)  # not needed yet
    with pytest.raises(PastureError, match="hosts must join again"):
        made.bring_up((*HERE, "more"), NOW)
    assert ca_of(made) == former
