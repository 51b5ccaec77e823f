"""The page in a real browser, with a real server and simulated hosts: the main job, once around."""

import re
from collections.abc import Generator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from pasture.ui.pages import STATIC
from tests.support.browser import NARROW, PHONE, WIDE, log_in, window
from tests.support.installation import PROJECT
from tests.support.local_http import Client
from tests.support.page import HOSTS, act, fleet, go, password, violations
from tests.support.processes import Server, ended_afterwards
from tests.support.waiting import eventually

SHELL_KIB, CHUNK_KIB = 300, 150
SERVES = re.compile(r'(?:src|href)="/(assets/[^"]+)"')


@pytest.fixture
def server(tmp_path: Path) -> Generator[Server]:
    made = Server(tmp_path / "server")
    made.start()
    with ended_afterwards(made):
        yield made


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Generator[Server]:
    """Run a server with hosts, a stack, and a service of two containers, to be looked at only."""
    folder = tmp_path_factory.mktemp("furnished")
    made = Server(folder / "server")
    made.start()
    with ended_afterwards(made), fleet(made, folder / "fleet"):
        admin = made.admin()
        stack = admin.create(f"{PROJECT}/stacks", {"name": "shop"})
        launch = {"imageUuid": "docker:web:1", "ports": ["80:80"], "environment": {"A": "b"}}
        body = {"name": "web", "stackId": stack["id"], "scale": 2, "startOnCreate": True}
        admin.create(f"{PROJECT}/services", body | {"launchConfig": launch})
        running = f"{PROJECT}/containers?state=running"
        eventually(lambda: len(admin.get(running)["data"]) == 2, 20, "two containers")
        yield made


def test_the_walk_from_an_empty_server_to_a_service_that_is_gone_again(
    chromium: Browser, server: Server, tmp_path: Path
) -> None:
    url = f"http://{server.address}"
    with window(chromium, url) as watched:
        page = watched.page
        log_in(page, "admin", password(server))
        page.get_by_role("link", name="Add host").click()
        dialog = page.get_by_role("dialog")
        expect(dialog.get_by_test_id("join-command")).to_contain_text(f"{url}/join/")
        expect(dialog.get_by_role("status")).to_contain_text("Waiting")
        dialog.get_by_role("button", name="Add label").click()
        dialog.get_by_label("Name 1").fill("zone")
        dialog.get_by_label("Value 1").fill("a")
        expect(dialog.get_by_test_id("join-command")).to_contain_text("CATTLE_HOST_LABELS=zone=a")
        with fleet(server, tmp_path / "fleet"):
            expect(dialog.get_by_text("is connected")).to_have_count(HOSTS)
            dialog.get_by_role("button", name="Done").click()
            expect(page.locator("[data-state=active]")).to_have_count(HOSTS)
            look_at_hosts(page)
            make_a_service(page)
            look_into_it(page)
            change_it(page)
            delete_it(page)


def look_at_hosts(page: Page) -> None:
    """See on their cards what they use now."""
    page.get_by_text("Cards", exact=True).click()
    expect(page.locator("[data-use]")).to_have_count(HOSTS)
    for host in page.locator("[data-use]").all():
        expect(host).to_contain_text(re.compile(r"Processor\d.* %Memory.* / .*Network"))


def make_a_service(page: Page) -> None:
    """Fill in the form; two containers run."""
    go(page, "Services")
    page.get_by_role("link", name="Add service").first.click()
    page.get_by_role("button", name="Create").click()  # what is missing is said, nothing is sent
    expect(page.get_by_text("Needed")).to_have_count(2)
    page.get_by_role("textbox", name="Name", exact=True).fill("web")
    page.get_by_role("textbox", name="Image").fill("nginx:1.27")
    page.get_by_role("textbox", name="Scale").fill("2")
    page.get_by_role("button", name="Add port").click()
    page.get_by_label("Port on host 1").fill("8081")
    page.get_by_label("Port in container 1").fill("80")
    page.get_by_role("button", name="Create").click()
    page.wait_for_url("**/services/1s*")
    expect(page.locator("tbody [data-state=running]")).to_have_count(2)
    expect(page.get_by_text("2 of 2 running")).to_be_visible()
    published = page.get_by_role("link", name=":8081").first
    expect(published).to_have_attribute("href", re.compile(r"^http://[0-9.]+:8081$"))


def look_into_it(page: Page) -> None:
    """Read a container's output, and open a shell in it."""
    page.get_by_role("link", name="default-web-1").click()
    page.get_by_role("tab", name="Use").click()
    expect(page.locator("[data-graph=cpu]")).to_contain_text(" %")  # known from the second row on
    expect(page.locator("[data-graph=memory]")).to_contain_text("MiB")
    page.get_by_role("tab", name="Logs").click()
    log = page.get_by_role("log")
    expect(log).to_contain_text("listening on port 80")
    page.get_by_label("Search in the output").fill("orders")
    expect(log.locator("mark").first).to_have_text("orders")
    page.get_by_role("tab", name="Shell").click()
    expect(page.locator(".xterm-rows")).to_contain_text("simulated")


def change_it(page: Page) -> None:
    """Scale it, find one of its containers, restart that."""
    go(page, "Services")
    page.get_by_role("button", name="One more of web").click()
    expect(page.get_by_text("3 of 3 running")).to_be_visible()
    go(page, "Containers")
    expect(page.locator("tbody [data-state=running]")).to_have_count(3)
    page.get_by_label("Search by name").fill("web-2")
    expect(page.get_by_test_id("count")).to_have_text("1 row")
    expect(page).to_have_url(re.compile(r"q=web-2"))
    act(page, "default-web-2", "Restart")
    expect(page.locator("tbody [data-state=running]")).to_have_count(1)


def delete_it(page: Page) -> None:
    """Delete it, after what goes with it was said."""
    go(page, "Services")
    act(page, "web", "Delete")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Its 3 containers go with it")
    dialog.get_by_role("button", name="The same by command line").click()
    expect(dialog).to_contain_text("pasture rm 1s1")
    dialog.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_role("heading", name="No services yet")).to_be_visible()
    go(page, "Containers")
    expect(page.get_by_role("heading", name="No containers yet")).to_be_visible()


def test_whoever_is_logged_in_changes_the_password_and_has_keys(
    chromium: Browser, server: Server
) -> None:
    with window(chromium, f"http://{server.address}") as watched:
        watched.expected = {"400"}  # the wrong password
        page = watched.page
        log_in(page, "admin", password(server))
        page.get_by_role("button", name="Account admin").click()
        page.get_by_role("menuitem", name="Account and preferences").click()
        page.get_by_role("button", name="Add API key").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_role("textbox", name="Name").fill("ci")
        dialog.get_by_role("button", name="Create").click()
        key = dialog.get_by_role("textbox", name="Access key").input_value()
        secret = dialog.get_by_role("textbox", name="Secret key").input_value()
        assert Client(server.address, key, secret).get(PROJECT)["id"] == "1a5"
        dialog.get_by_role("button", name="Done").click()
        page.get_by_role("button", name="Deactivate ci").click()
        page.get_by_role("button", name="Delete ci").click()
        expect(page.get_by_role("table")).to_have_count(0)

        first = password(server)
        change_password(page, "wrong-password", "another-password")
        expect(page.get_by_role("alert")).to_contain_text("password")
        change_password(page, first, "another-password")
        expect(page.get_by_text("The password is changed")).to_be_visible()
    eventually(lambda: not (server.data / "first-login").exists(), 5, "no first login any more")
    assert Client(server.address, "admin", "another-password").get(PROJECT)["id"] == "1a5"


def change_password(page: Page, before: str, after: str) -> None:
    """Fill in the three fields."""
    page.get_by_label("Password now").fill(before)
    page.get_by_label("New password", exact=True).fill(after)
    page.get_by_label("New password once more").fill(after)
    page.get_by_role("button", name="Change", exact=True).click()


def test_what_waits_says_why_and_what_others_do_is_seen_at_once(
    chromium: Browser, server: Server
) -> None:
    admin = server.admin()
    with window(chromium, f"http://{server.address}") as watched:
        page = watched.page
        log_in(page, "admin", password(server))
        go(page, "Containers")
        expect(page.get_by_role("heading", name="No containers yet")).to_be_visible()
        made = admin.create(f"{PROJECT}/containers", {"name": "alone", "imageUuid": "docker:a:1"})
        waiting = page.locator("tr", has=page.get_by_role("link", name="alone"))
        expect(waiting).to_contain_text("no host in this environment")
        admin.ask("DELETE", made["links"]["self"])
        expect(waiting).to_have_count(0)


def test_a_server_that_comes_back_is_followed_again_from_where_it_was(
    chromium: Browser, server: Server
) -> None:
    admin = server.admin()
    with window(chromium, f"http://{server.address}") as watched:
        watched.expected = {"WebSocket", "ERR_CONNECTION_REFUSED"}
        page = watched.page
        log_in(page, "admin", password(server))
        go(page, "Stacks")
        admin.create(f"{PROJECT}/stacks", {"name": "before"})
        expect(page.get_by_role("link", name="before")).to_be_visible()
        server.stop()
        expect(page.get_by_text("Connection lost")).to_be_visible()
        server.start()
        admin.create(f"{PROJECT}/stacks", {"name": "meanwhile"})
        expect(page.get_by_role("link", name="meanwhile")).to_be_visible()
        expect(page.get_by_text("Connection lost")).to_have_count(0)


def test_language_and_theme_are_chosen_before_the_login_and_stay(
    chromium: Browser, server: Server
) -> None:
    with window(chromium, f"http://{server.address}", width=PHONE, scheme="dark") as watched:
        watched.expected = {"401"}
        page = watched.page
        page.goto("/env/1a5/stacks")
        expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", "dark")
        page.get_by_role("button", name="Language").click()
        page.get_by_role("menuitem", name="简体中文").click()
        page.get_by_role("button", name="主题").click()
        page.get_by_role("menuitem", name="浅色").click()
        page.locator("input[name=username]").fill("admin")
        page.locator("input[name=password]").fill("wrong-password")
        page.get_by_role("button", name="登录", exact=True).click()
        expect(page.get_by_role("alert")).to_have_text("用户名或密码错误。")
        page.locator("input[name=password]").fill(password(server))
        page.get_by_role("button", name="登录", exact=True).click()
        expect(page).to_have_url(re.compile("/env/1a5/stacks$"))
        expect(page.get_by_role("heading", name="还没有应用栈")).to_be_visible()
        page.reload()
        expect(page.get_by_role("heading", name="还没有应用栈")).to_be_visible()
        expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", "light")
        assert "token=" not in page.evaluate("document.cookie")
        page.get_by_role("button", name="账户 admin").click()
        page.get_by_role("menuitem", name="退出登录").click()
        page.wait_for_url("**/login")
        page.goto("/")
        page.wait_for_url("**/login")


PLACES = (
    "home", "hosts", "hosts?view=cards", "hosts/1h1", "containers", "containers/1i1",
    "containers/1i1?tab=config", "containers/1i1?tab=changes", "containers/1i1?tab=json",
    "containers/1i1?tab=use", "containers/1i1?tab=logs", "containers/1i1?tab=shell", "services",
    "services/1s1", "services/new", "containers/new", "stacks", "stacks/1st1", "account",
    "environments", "environments/1a5", "accounts", "audit", "settings", "about", "nothing",
)  # fmt: skip


@pytest.mark.parametrize(
    "seen",
    [("en-US", "light", WIDE), ("zh-CN", "dark", WIDE), ("zh-CN", "light", NARROW)],
)
def test_every_page_is_for_everybody(
    chromium: Browser, furnished: Server, seen: tuple[str, Literal["light", "dark"], int]
) -> None:
    language, scheme, width = seen
    url = f"http://{furnished.address}"
    with window(chromium, url, language=language, scheme=scheme, width=width) as watched:
        page = watched.page
        page.goto("/login")
        page.locator("form").wait_for()
        found = violations(page)
        log_in(page, "admin", password(furnished))
        for place in PLACES:
            page.goto(f"/env/1a5/{place}")
            page.locator("h1, h2").first.wait_for()
            page.locator(".mantine-Loader-root").first.wait_for(state="detached")
            found += violations(page)
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{place} is {wide} wide"
        page.goto("/env/1a5/services")
        page.locator("td.acts button").first.click()
        page.get_by_role("menu").wait_for()
        found += violations(page)
        page.get_by_role("menuitem").nth(2).click()
        page.get_by_role("dialog").wait_for()
        found += violations(page)
        assert not found


def test_the_built_page_is_as_small_as_it_has_to_be() -> None:
    packed = {file.name: file.stat().st_size / 1024 for file in (STATIC / "assets").glob("*.gz")}
    index = (STATIC / "index.html").read_text()
    shell = {f"{name.rpartition('/')[2]}.gz" for name in SERVES.findall(index)}
    assert shell <= set(packed)
    assert sum(packed[name] for name in shell) <= SHELL_KIB
    assert {name: size for name, size in packed.items() if size > CHUNK_KIB} == {}


def test_a_program_still_finds_the_api_at_the_root(server: Server) -> None:
    answer = Client(server.address).ask("GET", "/")
    assert answer.status in {200, 401}
    assert (answer.headers["content-type"] or "").startswith("application/json")
    assert answer.headers["x-rancher-version"]
    assert eventually(server.pings, 1, "ping")
