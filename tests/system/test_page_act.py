"""Acting on the page in a real browser: many at once, tasks, two people, a server that was away."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browser import log_in, window
from tests.support.installation import PROJECT
from tests.support.local_http import Client
from tests.support.page import act, fleet, go, password, violations
from tests.support.processes import Server, ended_afterwards
from tests.support.waiting import eventually

SIMULATE = "io.pasture.simulate"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Generator[Server]:
    """Run a server with simulated hosts for all tests here."""
    folder = tmp_path_factory.mktemp("act")
    made = Server(folder / "server")
    made.start()
    with ended_afterwards(made), fleet(made, folder / "fleet"):
        yield made


@contextmanager
def away(server: Server) -> Generator[None]:
    """Let the server be away for a while."""
    server.stop()
    try:
        yield
    finally:
        server.start()


def container(admin: Client, name: str, **more: Any) -> str:
    """Make a standalone container, and return its id."""
    body = {"name": name, "imageUuid": "docker:a:1", **more}
    return admin.create(f"{PROJECT}/containers", body)["id"]


def test_many_are_stopped_at_once_and_what_failed_is_tried_again(
    chromium: Browser, server: Server
) -> None:
    admin = server.admin()
    slow = {f"{SIMULATE}.stop_delay": "2s"}
    ids = [container(admin, f"job-{n}", labels=slow if n == 4 else {}) for n in range(1, 5)]
    running = f"{PROJECT}/containers?name_like=job-%25&state=running"
    eventually(lambda: len(admin.get(running)["data"]) == 4, 20, "four that run")
    with window(chromium, f"http://{server.address}") as watched:
        watched.expected = {"ERR_FAILED"}
        page = watched.page
        log_in(page, "admin", password(server))
        page.goto("/env/1a5/containers?q=job-")
        page.route(f"**/{ids[1]}/?action=stop", lambda route: route.abort())
        stop_all(page, ids)
        expect(page.get_by_role("button", name="Tasks: 1 goes on")).to_be_visible()
        alert = page.get_by_role("alert")
        expect(alert).to_contain_text("1 of 4 failed · The server does not answer.")
        page.unroute(f"**/{ids[1]}/?action=stop")
        alert.get_by_role("button", name="Show task").click()
        try_again(page)
        page.get_by_role("group", name="State").get_by_role("button", name="stopped").click()
        expect(page.locator("tbody [data-state=stopped]")).to_have_count(4)
        expect(page).to_have_url(f"http://{server.address}/env/1a5/containers?q=job-&state=stopped")


def stop_all(page: Page, ids: list[str]) -> None:
    """Select a range, and stop it after what goes with it was said."""
    page.get_by_label("Select job-1").click()
    page.get_by_label("Select job-4").click(modifiers=["Shift"])
    bar = page.get_by_role("toolbar")
    expect(bar).to_contain_text("4 selected")
    expect(bar.get_by_role("button", name="Start 0")).to_have_attribute("aria-disabled", "true")
    bar.get_by_role("button", name="Stop 4").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("listitem")).to_have_count(4)
    dialog.get_by_role("button", name="The same by command line").click()
    expect(dialog).to_contain_text(f"pasture stop {' '.join(ids)}")
    expect(dialog).to_contain_text(f"for id in {' '.join(ids)}; do")
    dialog.get_by_role("button", name="Stop", exact=True).click()


def try_again(page: Page) -> None:
    """Send again what failed, from the drawer; then nothing is left to look at."""
    task = page.get_by_role("region", name="Stop · 4 containers")
    expect(task.locator("[data-phase=done]")).to_have_count(3)
    expect(task.locator("[data-phase=failed]")).to_have_count(1)
    assert not violations(page)
    task.get_by_role("button", name="Try again").click()
    expect(task.locator("[data-phase=done]")).to_have_count(4)
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Tasks", exact=True)).to_be_visible()


def test_what_is_accepted_and_fails_later_says_why(chromium: Browser, server: Server) -> None:
    broken = {f"{SIMULATE}.fails_with": "no such device: /dev/gone"}
    container(server.admin(), "broken", startOnCreate=False, labels=broken)
    with window(chromium, f"http://{server.address}", language="zh-CN") as watched:
        page = watched.page
        log_in(page, "admin", password(server))
        page.goto("/env/1a5/containers?q=broken")
        page.locator("td.acts button").click()
        page.get_by_role("menuitem", name="启动").click()
        alert = page.get_by_role("alert")
        expect(alert).to_contain_text("broken")
        expect(alert).to_contain_text("no such device: /dev/gone")
        alert.get_by_role("button", name="查看任务").click()
        task = page.get_by_role("region", name="broken")
        expect(task).to_contain_text("请求已被接受")
        expect(task).to_contain_text("正在启动 →")


def test_two_who_edit_the_same_lose_nothing(chromium: Browser, server: Server) -> None:
    admin = server.admin()
    stack = admin.create(f"{PROJECT}/stacks", {"name": "shop"})
    launch = {"imageUuid": "docker:web:1"}
    body = {"name": "web", "stackId": stack["id"], "scale": 1, "launchConfig": launch}
    service = admin.create(f"{PROJECT}/services", body)["links"]["self"]
    url = f"http://{server.address}"
    with window(chromium, url) as first, window(chromium, url) as second:
        for page in (first.page, second.page):
            log_in(page, "admin", password(server))
            page.goto("/env/1a5/services")
            act(page, "web", "Edit")
        mine, theirs = (page.get_by_role("dialog") for page in (first.page, second.page))
        mine.get_by_label("Scale").fill("5")
        theirs.get_by_label("Scale").fill("3")
        theirs.get_by_label("Description").fill("said by the other")
        theirs.get_by_role("button", name="Save").click()
        expect(theirs).to_have_count(0)

        said = mine.get_by_role("status")
        expect(said).to_contain_text("changed Scale to “3” meanwhile; you filled in “5”")
        expect(said).to_contain_text("changed Description to “said by the other”")
        expect(mine.get_by_label("Description")).to_have_value("said by the other")
        expect(mine.get_by_role("button", name="Save")).to_be_disabled()

        first.page.reload()  # what was filled in outlives that
        act(first.page, "web", "Edit")
        expect(mine.get_by_label("Scale")).to_have_value("5")
        mine.get_by_role("button", name="Keep “5”").click()
        mine.get_by_role("button", name="Save").click()
        expect(mine).to_have_count(0)
        now = admin.get(service)
        assert (now["scale"], now["description"]) == (5, "said by the other")


def test_labels_of_a_host_are_edited_and_ours_stay(chromium: Browser, server: Server) -> None:
    admin = server.admin()
    hosts = f"{PROJECT}/hosts?name=sim-1"
    eventually(lambda: admin.get(hosts)["data"], 20, "the host")
    url = admin.get(hosts)["data"][0]["links"]["self"]
    before = admin.get(url)["labels"]
    with window(chromium, f"http://{server.address}") as watched:
        page = watched.page
        log_in(page, "admin", password(server))
        page.goto("/env/1a5/hosts")
        act(page, "sim-1", "Edit")
        dialog = page.get_by_role("dialog")
        dialog.get_by_role("button", name="Add label").click()
        dialog.get_by_label("Value 1").fill("ssd")
        expect(dialog.get_by_role("button", name="Save")).to_be_disabled()  # a name is missing
        dialog.get_by_label("Name 1").fill("disk")
        admin.put(url, {"labels": {**before, "zone": "a"}})
        expect(dialog.get_by_role("status")).to_contain_text("changed Labels to “zone=a”")
        assert not violations(page)
        dialog.get_by_role("button", name="Save").click()
        expect(dialog).to_have_count(0)
        expect(page.locator("tr", has_text="sim-1")).to_contain_text("disk=ssd")
        page.get_by_role("link", name="sim-1", exact=True).click()
        activate = page.get_by_role("button", name="Activate", exact=True)
        expect(activate).to_have_attribute("aria-disabled", "true")
        page.get_by_role("button", name="Deactivate").focus()
        page.keyboard.press("Shift+Tab")
        expect(page.get_by_role("tooltip")).to_have_text("Not offered while it is active")
    assert admin.get(url)["labels"] == {**before, "disk": "ssd", "zone": "a"}


def test_what_comes_waits_while_somebody_points_at_the_rows(
    chromium: Browser, server: Server
) -> None:
    admin = server.admin()
    admin.create(f"{PROJECT}/stacks", {"name": "m"})
    with window(chromium, f"http://{server.address}") as watched:
        page = watched.page
        log_in(page, "admin", password(server))
        page.goto("/env/1a5/stacks?sort=name")
        page.get_by_role("link", name="m", exact=True).hover()
        admin.create(f"{PROJECT}/stacks", {"name": "a"})
        chip = page.get_by_role("button", name="1 came or moved: show")
        expect(chip).to_be_visible()
        expect(page.get_by_role("link", name="a", exact=True)).to_have_count(0)
        chip.click()
        expect(page.get_by_role("link", name="a", exact=True)).to_be_visible()
        expect(chip).to_have_count(0)


def test_a_page_that_asks_while_the_server_is_away_has_its_answer_once_it_is_back(
    chromium: Browser, server: Server
) -> None:
    with window(chromium, f"http://{server.address}") as watched:
        watched.expected = {"WebSocket", "ERR_CONNECTION_REFUSED", "ERR_EMPTY_RESPONSE"}
        page = watched.page
        log_in(page, "admin", password(server))
        go(page, "Hosts")
        expect(page.get_by_role("link", name="sim-2")).to_be_visible()
        with away(server):
            expect(page.get_by_text("Connection lost")).to_be_visible()
            expect(page.get_by_role("link", name="sim-2")).to_be_visible()  # what is known stays
            page.get_by_label("Search by name").fill("sim-2")
            expect(page.get_by_role("heading", name="The server does not answer.")).to_be_visible()
        expect(page.get_by_role("link", name="sim-2")).to_be_visible()
        expect(page.get_by_text("Connection lost")).to_have_count(0)


def test_containers_go_with_their_host_only_after_its_name_was_typed(
    chromium: Browser, server: Server
) -> None:
    admin = server.admin()
    hosts = f"{PROJECT}/hosts?name=sim-3"
    eventually(lambda: admin.get(hosts)["data"], 20, "the host")
    host = admin.get(hosts)["data"][0]
    made = f"{PROJECT}/containers/{container(admin, 'on-it', requestedHostId=host['id'])}"
    eventually(lambda: admin.get(made)["hostId"], 20, "its place")
    admin.post(f"{host['links']['self']}/?action=deactivate", {}, status=202)
    with window(chromium, f"http://{server.address}") as watched:
        page = watched.page
        log_in(page, "admin", password(server))
        page.goto("/env/1a5/hosts?state=inactive")
        act(page, "sim-3", "Delete")
        dialog = page.get_by_role("dialog")
        remove = dialog.get_by_role("button", name="Delete", exact=True)
        expect(remove).to_be_enabled()
        dialog.get_by_label("Stop and remove").check()
        expect(remove).to_be_disabled()
        dialog.get_by_label("Type sim-3 to go on").fill("sim-3")
        remove.click()
        expect(page.get_by_role("link", name="sim-3")).to_have_count(0)
        eventually(lambda: not admin.get(hosts)["data"], 20, "no host any more")
