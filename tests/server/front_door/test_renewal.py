"""The certificate in force, as its files change."""

from datetime import timedelta
from pathlib import Path

import pytest

from pasture.kit.errors import PastureError
from pasture.server.front_door.renewal import Certificates
from pasture.settings.front_door import FrontDoor
from pasture.settings.parse import Listen
from tests.support.certificates import NOW, ca_of, issuer, self_signed

LISTEN = Listen("127.0.0.1", 8080)


class At:
    """A clock that is set."""

    def __init__(self, offset: timedelta = timedelta()) -> None:
        self.offset = offset

    def now_ms(self) -> int:
        return round((NOW + self.offset).timestamp() * 1000)


class Setting:
    """The setting api.host."""

    def __init__(self) -> None:
        self.value = ""

    async def __call__(self) -> str:
        return self.value


async def opened(
    front: FrontDoor, folder: Path, clock: At | None = None, setting: Setting | None = None
) -> Certificates:
    return await Certificates.open(
        front,
        folder,
        listen=LISTEN,
        clock=clock or At(),
        public_url=setting or Setting(),
    )


async def test_files_that_change_are_in_force_soon_and_ill_ones_are_not(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    pair = self_signed(tmp_path / "now")
    found = await opened(FrontDoor(tls_cert=pair.cert, tls_key=pair.key), tmp_path)
    first = found.context
    await found.look_again()
    assert found.context is first

    pair.cert.write_text("half a certifi")
    await found.look_again()
    await found.look_again()
    assert found.context is first
    assert [r.message for r in caplog.records].count("new certificate is not taken") == 1

    later = self_signed(tmp_path / "later")
    pair.key.write_bytes(later.key.read_bytes())  # as certbot: one after the other
    await found.look_again()
    assert found.context is first
    pair.cert.write_bytes(later.cert.read_bytes())
    await found.look_again()
    assert found.context is not first
    assert found.ca is None


async def test_our_own_follows_the_setting_and_the_calendar(tmp_path: Path) -> None:
    clock, setting = At(), Setting()
    front = FrontDoor(tls_self_signed=True, public_url="https://pasture.example:8443")
    found = await opened(front, tmp_path, clock, setting)
    first, ca = found.served, found.ca
    assert first is not None
    assert "pasture.example" in first.names
    assert ca is not None
    await found.look_again()
    assert found.served is first

    setting.value = "https://other.example"
    await found.look_again()
    second = found.served
    assert second is not None
    assert {"other.example", "pasture.example", "127.0.0.1"} <= set(second.names)

    clock.offset = timedelta(days=300)
    await found.look_again()
    third = found.served
    assert third is not None
    assert third.expires - second.expires > timedelta(days=299)
    assert found.ca == ca


async def test_a_ca_is_told_of_without_tls_here(tmp_path: Path) -> None:
    made = issuer(tmp_path)
    found = await opened(FrontDoor(tls_ca=made.ca_cert), tmp_path)
    assert found.served is None
    assert found.ca == ca_of(made)


async def test_what_cannot_be_used_at_the_start_is_refused(tmp_path: Path) -> None:
    pair = self_signed(tmp_path / "old", ends=NOW - timedelta(hours=1))
    with pytest.raises(PastureError, match="expired on"):
        await opened(FrontDoor(tls_cert=pair.cert, tls_key=pair.key), tmp_path)


async def test_a_certificate_that_nobody_renews_is_said_once_a_day(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    clock = At()
    pair = self_signed(tmp_path / "old", ends=NOW + timedelta(days=30))
    found = await opened(FrontDoor(tls_cert=pair.cert, tls_key=pair.key), tmp_path, clock)
    caplog.clear()
    said: list[int] = []
    for hour in range(0, 24 * 30, 6):
        clock.offset = timedelta(hours=hour)
        await found.look_again()
        if caplog.records:
            said.append(hour // 24)
        caplog.clear()
    assert said == list(range(16, 30))
