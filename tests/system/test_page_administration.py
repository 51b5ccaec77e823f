"""Environments and their members, on the page."""

from collections.abc import Generator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browser import log_in, window
from tests.support.local_http import Client
from tests.support.page import HOSTS, act, choose, fleet, go, password
from tests.support.processes import Server, ended_afterwards
from tests.support.waiting import eventually

SECRET = "correct horse"
HOST_LABEL = "io.rancher.scheduler.affinity:host_label"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Generator[Server]:
    made = Server(tmp_path_factory.mktemp("administration") / "server")
    made.start()
    with ended_afterwards(made):
        yield made


def person(server: Server, name: str) -> str:
    """Make an account that logs in by its name; return its id."""
    admin = server.admin()
    made = admin.create("/v2-beta/accounts", {"kind": "user", "name": name})["id"]
    login = {"accountId": made, "publicValue": name, "secretValue": SECRET}
    admin.create("/v2-beta/passwords", login)
    return made


def roles(server: Server, environment: str) -> dict[str, str]:
    rows = server.admin().get(f"/v2-beta/projects/{environment}/projectmembers")["data"]
    return {row["externalId"]: row["role"] for row in rows}


def test_an_environment_is_made_shared_edited_and_deleted_with_what_is_in_it(
    chromium: Browser, server: Server
) -> None:
    mia = person(server, "mia")
    with window(chromium, f"http://{server.address}") as watched:
        page = watched.page
        log_in(page, "admin", password(server))
        made = make(page, watched.expected)

        choose(page, "Account", f"mia ({mia})")
        choose(page, "Role", "Restricted")
        page.get_by_role("button", name="Add member").click()
        expect(page.get_by_role("combobox", name="Role of mia")).to_have_value("Restricted")
        choose(page, "Role of mia", "Read only")
        eventually(lambda: roles(server, made) == {"1a1": "owner", mia: "readonly"}, 5, "role")
        expect(page.get_by_role("button", name="Remove admin")).to_be_disabled()  # the last owner
        page.get_by_role("button", name="Remove mia").click()
        expect(page.get_by_role("combobox", name="Role of mia")).to_have_count(0)
        assert roles(server, made) == {"1a1": "owner"}

        act(page, "Lab", "Edit")
        page.get_by_role("dialog").get_by_role("textbox", name="Name").fill("Shed")
        page.get_by_role("dialog").get_by_role("button", name="Save").click()
        expect(page.get_by_role("heading", name="Shed")).to_be_visible()
        page.get_by_role("link", name="Switch to Shed").click()
        expect(page.get_by_role("combobox", name="Environment")).to_have_value("Shed")
        delete(page, server, made)


def make(page: Page, expected: set[str]) -> str:
    """Make an environment, at first with addresses that another has; return its id."""
    go(page, "Environments")
    page.get_by_role("button", name="Add environment").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Name").fill("Lab")
    dialog.get_by_role("textbox", name="Subnet").fill("10.42.0.0/16")
    expected.add("422")
    dialog.get_by_role("button", name="Create").click()
    expect(dialog).to_contain_text("Another one has it already")
    dialog.get_by_role("textbox", name="Subnet").fill("172.20.0.0/16")
    dialog.get_by_role("button", name="The same by command line").click()
    expect(dialog).to_contain_text("pasture project create Lab --subnet 172.20.0.0/16")
    dialog.get_by_role("button", name="Create").click()
    page.wait_for_url("**/environments/1a*")
    expect(page.get_by_role("main")).to_contain_text("172.20.0.0/16")
    return page.url.rpartition("/")[2]


def delete(page: Page, server: Server, environment: str) -> None:
    """Delete the environment that one is in; what goes with it is said, and one is led on."""
    inside = f"/v2-beta/projects/{environment}"
    stack = server.admin().create(f"{inside}/stacks", {"name": "shop"})["id"]
    launch = {"imageUuid": "docker:web:1"}
    service = {"name": "web", "stackId": stack, "launchConfig": launch}
    server.admin().create(f"{inside}/services", service)
    go(page, "Environments")
    act(page, "Shed", "Delete")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("0 hosts, 1 service, 0 containers")
    expect(dialog.get_by_role("button", name="Delete", exact=True)).to_be_disabled()
    dialog.get_by_role("textbox").fill("Shed")
    dialog.get_by_role("button", name="Delete", exact=True).click()
    page.wait_for_url("**/env/1a5/environments")
    expect(page.get_by_role("link", name="Shed")).to_have_count(0)
    expect(page.get_by_role("combobox", name="Environment")).to_have_value("Default")


def test_who_may_only_look_is_offered_nothing_else(chromium: Browser, server: Server) -> None:
    noa = person(server, "noa")
    admin = server.admin()
    members = [
        {"externalId": who, "externalIdType": "rancher_id", "role": role}
        for who, role in (("1a1", "owner"), (noa, "readonly"))
    ]
    admin.ask("POST", "/v2-beta/projects/1a5?action=setmembers", {"members": members})
    with window(chromium, f"http://{server.address}") as watched:
        page = watched.page
        log_in(page, "noa", SECRET)
        for thing in ("host", "stack", "service", "container"):
            go(page, f"{thing.capitalize()}s")
            add = page.get_by_role("button", name=f"Add {thing}").first
            expect(add).to_be_disabled()
            assert add.get_attribute("title") == "Your role here may only look"
        page.goto("/env/1a5/environments")
        page.get_by_role("button", name="Actions for Default").click()
        items = page.get_by_role("menuitem")
        expect(items.filter(has_text="Deactivate")).to_contain_text("may only look")
        expect(items.filter(has_text="Delete")).to_be_disabled()
        expect(items.filter(has_text="Edit")).to_be_disabled()
        page.keyboard.press("Escape")
        page.get_by_role("link", name="Default").click()
        expect(page.get_by_text("Owners and administrators change the members")).to_be_visible()
        expect(page.get_by_role("button", name="Add member")).to_have_count(0)
        expect(page.get_by_role("combobox", name="Role of noa")).to_be_disabled()
    assert Client(server.address, "noa", SECRET).get("/v2-beta/projects/1a5")["name"] == "Default"


def test_an_account_is_made_given_another_password_and_deactivated(
    chromium: Browser, server: Server
) -> None:
    url = f"http://{server.address}"
    with window(chromium, url) as watched:
        watched.expected = {"422"}
        page = watched.page
        log_in(page, "admin", password(server))
        go(page, "Accounts")
        page.get_by_role("button", name="Add account").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_role("textbox", name="Login").fill("admin")  # somebody has that
        dialog.get_by_label("Password", exact=True).fill(SECRET)
        dialog.get_by_role("button", name="Create").click()
        expect(dialog.get_by_role("alert")).to_contain_text("Another one has it already")
        dialog.get_by_role("textbox", name="Login").fill("ben")
        dialog.get_by_role("button", name="Create").click()
        expect(dialog).to_have_count(0)
        ben = page.get_by_role("row", name="ben ben")  # name and login
        expect(ben).to_contain_text("active")
        assert Client(server.address, "ben", SECRET).get("/v2-beta/accounts")["data"]

        ben.get_by_role("button", name="Actions for").click()
        page.get_by_role("menuitem", name="Set password").click()
        dialog.get_by_label("Password", exact=True).fill("another horse")
        dialog.get_by_role("button", name="Save").click()
        expect(dialog).to_have_count(0)
        assert Client(server.address, "ben", "another horse").get("/v2-beta/accounts")["data"]

        ben.get_by_role("button", name="Actions for").click()
        page.get_by_role("menuitem", name="Deactivate", exact=True).click()
        dialog.get_by_role("button", name="Deactivate").click()
        expect(ben).to_contain_text("inactive")
        assert Client(server.address, "ben", "another horse").ask("GET", "/v2-beta").status == 401


def test_the_audit_log_tells_at_once_who_did_what_and_is_filtered(
    chromium: Browser, server: Server
) -> None:
    admin = server.admin()
    person(server, "kim")
    with window(chromium, f"http://{server.address}") as watched:
        page = watched.page
        log_in(page, "admin", password(server))
        go(page, "Audit log")
        stack = admin.create("/v2-beta/projects/1a5/stacks", {"name": "barn"})["id"]
        row = page.get_by_role("row").filter(has_text=f"barn ({stack})")
        expect(row).to_contain_text("Created")
        expect(row).to_contain_text("admin")
        expect(row).to_contain_text("127.0.0.1")
        row.get_by_text("Show").click()
        expect(row.get_by_text('{"name":"barn"}')).to_be_visible()
        page.get_by_role("searchbox", name="Type").fill("host")
        expect(row).to_have_count(0)
        page.get_by_role("searchbox", name="Type").fill("stack")
        page.get_by_role("searchbox", name="Id").fill(stack)
        expect(row).to_have_count(1)
        page.get_by_role("searchbox", name="Id").fill("")
        page.get_by_role("searchbox", name="Type").fill("account")
        page.get_by_text("Everything", exact=True).click()
        expect(page.get_by_role("row").filter(has_text="kim")).to_have_count(1)
        page.goto("/env/1a5/audit?type=stack")
        row.get_by_role("link").click()
        expect(page.get_by_role("heading", name="barn")).to_be_visible()


def test_the_overview_begins_with_what_needs_somebody_and_counts_by_state(
    chromium: Browser, server: Server, tmp_path: Path
) -> None:
    admin = server.admin()
    inside = "/v2-beta/projects/1a5"
    with fleet(server, tmp_path / "fleet"), window(chromium, f"http://{server.address}") as watched:
        page = watched.page
        eventually(
            lambda: len(admin.get(f"{inside}/hosts?state=active")["data"]) == HOSTS, 20, "hosts"
        )
        for name, labels in (("well", {}), ("lost", {HOST_LABEL: "zone=none"})):
            body = {"name": name, "imageUuid": "docker:a:1", "labels": labels}
            admin.create(f"{inside}/containers", body)
        log_in(page, "admin", password(server))
        attention = page.get_by_role("region", name="Needs attention")
        expect(attention).to_contain_text("has no label zone=none")
        containers = page.locator("section").filter(has=page.get_by_role("link", name="Containers"))
        expect(containers).to_contain_text("1 well")
        expect(containers).to_contain_text("1 on the way")
        card = containers.bounding_box()
        first = attention.bounding_box()
        assert card is not None
        assert first is not None
        assert first["y"] < card["y"]
