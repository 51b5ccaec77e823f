"""The first login to an installation, its settings, and what follows somebody elsewhere."""

from collections.abc import Generator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.support.browser import log_in, window
from tests.support.page import choose, go, password
from tests.support.processes import Server, ended_afterwards

ASKED = "Where do browsers and machines reach this server?"
PUBLIC = "https://pasture.example:8443"


@pytest.fixture
def server(tmp_path: Path) -> Generator[Server]:
    made = Server(tmp_path / "server")
    made.start()
    with ended_afterwards(made):
        yield made


def setting(server: Server, name: str) -> str:
    return server.admin().get(f"/v2-beta/settings/{name}")["activeValue"]


def test_the_public_address_is_asked_for_once_with_who_does_not_reach_it(
    chromium: Browser, server: Server
) -> None:
    url = f"http://{server.address}"
    with window(chromium, url) as first:
        page = first.page
        log_in(page, "admin", password(server))
        asked = page.get_by_role("region", name=ASKED)
        expect(asked).to_contain_text("from its own machine only")
        address = asked.get_by_role("textbox", name="Public address")
        expect(address).to_have_value(url)
        address.fill("http://192.168.1.4:8080")
        expect(asked).to_contain_text("only machines of its network reach it")
        address.fill("pasture.example/path")
        expect(asked).to_contain_text("Accepted: http or https")
        expect(asked.get_by_role("button", name="Save")).to_be_disabled()
        asked.get_by_role("button", name="Not now").click()
        expect(asked).to_have_count(0)
        expect(page.get_by_text("Begin with a host")).to_be_visible()
    with window(chromium, url) as other:
        log_in(other.page, "admin", password(server))
        expect(other.page.get_by_text("Begin with a host")).to_be_visible()
        expect(other.page.get_by_text(ASKED)).to_have_count(0)
    assert setting(server, "api.host") == ""


def test_settings_are_set_refused_in_words_and_reset(chromium: Browser, server: Server) -> None:
    with window(chromium, f"http://{server.address}") as watched:
        page = watched.page
        log_in(page, "admin", password(server))
        go(page, "Settings")
        expect(page.get_by_role("heading", name="All settings")).to_be_visible()
        page.get_by_role("textbox", name="Public address").fill(PUBLIC)
        page.get_by_role("button", name="Save").click()
        row = page.get_by_role("row", name="api.host")
        expect(row).to_contain_text(PUBLIC)
        assert setting(server, "api.host") == PUBLIC

        page.get_by_role("button", name="Edit bootstrap.required.image").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_role("textbox", name="Value").fill("no image")
        watched.expected.add("422")
        dialog.get_by_role("button", name="Save").click()
        expect(dialog.get_by_role("alert").last).to_contain_text("accepted: an image")
        dialog.get_by_role("textbox", name="Value").fill("example.org/agent:2")
        dialog.get_by_role("button", name="Save").click()
        image = page.get_by_role("row", name="bootstrap.required.image")
        expect(image).to_contain_text("changed")
        page.get_by_role("button", name="Edit bootstrap.required.image").click()
        dialog.get_by_role("button", name="Back to the default").click()
        expect(image).not_to_contain_text("changed")
        go(page, "Hosts")
        page.get_by_role("button", name="Add host").first.click()
        expect(page.get_by_test_id("join-command")).to_contain_text(PUBLIC)


def test_what_somebody_prefers_follows_them_to_another_browser(
    chromium: Browser, server: Server
) -> None:
    other = server.admin().create("/v2-beta/projects", {"name": "Lab"})["id"]
    url = f"http://{server.address}"
    with window(chromium, url) as first:
        page = first.page
        log_in(page, "admin", password(server))
        page.get_by_role("button", name="Account admin").click()
        page.get_by_role("menuitem", name="Account and preferences").click()
        expect(page.get_by_role("combobox", name="Begin in")).to_be_visible()
        choose(page, "Begin in", "Lab")
        choose(page, "Theme", "Dark")
        expect(scheme(page)).to_have_attribute("data-mantine-color-scheme", "dark")
        with page.expect_response(lambda got: "userpreferences" in got.url and got.ok):
            choose(page, "Language", "简体中文")
        expect(page.get_by_role("heading", name="偏好设置")).to_be_visible()
        page.wait_for_load_state("networkidle")
    with window(chromium, url) as second:
        log_in(second.page, "admin", password(server))
        second.page.wait_for_url(f"**/env/{other}/home")
        expect(scheme(second.page)).to_have_attribute("data-mantine-color-scheme", "dark")
        expect(second.page.get_by_role("heading", name="总览")).to_be_visible()


def scheme(page: Page) -> Locator:
    """Return what has the colours of the page."""
    return page.locator("html")


def test_who_is_no_admin_has_no_settings(chromium: Browser, server: Server) -> None:
    admin = server.admin()
    made = admin.create("/v2-beta/accounts", {"kind": "user", "name": "mia"})
    login = {"accountId": made["id"], "publicValue": "mia", "secretValue": "correct horse"}
    admin.create("/v2-beta/passwords", login)
    with window(chromium, f"http://{server.address}") as watched:
        page = watched.page
        log_in(page, "mia", "correct horse")
        navigation = page.get_by_role("navigation")
        expect(navigation.get_by_role("link", name="Hosts")).to_be_visible()
        expect(navigation.get_by_role("link", name="Settings")).to_have_count(0)
        page.goto(page.url.replace("/home", "/settings"))
        expect(page.get_by_text("Only administrators see the settings")).to_be_visible()
