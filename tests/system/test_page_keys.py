"""The page by keyboard: the palette, the shortcuts, and the main job without a mouse."""

from collections.abc import Generator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browser import log_in, window
from tests.support.installation import PROJECT
from tests.support.page import fleet, go, password, violations
from tests.support.processes import Server, ended_afterwards
from tests.support.waiting import eventually

MOST_TABS = 60


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Generator[Server]:
    folder = tmp_path_factory.mktemp("keys")
    made = Server(folder / "server")
    made.start()
    with ended_afterwards(made), fleet(made, folder / "fleet"):
        eventually(lambda: made.admin().get(f"{PROJECT}/hosts?agentState=active")["data"], 20, "a")
        yield made


def tab_to(page: Page, name: str) -> None:
    """Press Tab until what has this name has the focus, and see that one sees it."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        said = page.evaluate(
            """() => {
                const at = document.activeElement;
                const label = at.labels?.[0]?.textContent ?? at.getAttribute("aria-label");
                return label ?? at.textContent;
            }"""
        )
        if said and said.replace("*", "").strip().startswith(name):
            style = "getComputedStyle(document.activeElement)"
            ring = page.evaluate(f"{style}.outlineStyle + {style}.boxShadow + {style}.borderColor")
            assert ring, f"{name} has the focus, and nobody sees it"
            return
    raise AssertionError(f"Tab does not lead to {name!r}")


def palette(page: Page, words: str, item: str) -> None:
    """Choose something in the palette."""
    expect(page.get_by_role("button", name="Search and commands")).to_be_visible()
    page.keyboard.press("Control+k")
    field = page.get_by_role("textbox", name="Search and commands")
    expect(field).to_be_focused()
    page.keyboard.type(words)
    choice = page.get_by_role("dialog").get_by_role("button", name=item)
    expect(choice.first).to_be_visible()
    page.keyboard.press("Enter")
    expect(field).to_have_count(0)


def test_the_main_job_is_done_without_a_mouse(chromium: Browser, server: Server) -> None:
    with window(chromium, f"http://{server.address}") as watched:
        page = watched.page
        page.goto("/")
        page.locator("input[name=username]").wait_for()
        page.keyboard.type("admin")
        page.keyboard.press("Tab")
        page.keyboard.type(password(server))
        page.keyboard.press("Enter")
        page.wait_for_url("**/env/*/home")
        palette(page, "new serv", "New service")
        page.wait_for_url("**/services/new")
        make_service(page)
        look_at_containers(page)
        delete_service(page)


def make_service(page: Page) -> None:
    """Fill in the form, and make it one more."""
    running = page.locator("tbody [data-state=running]")
    tab_to(page, "Name")
    page.keyboard.type("web")
    tab_to(page, "Image")
    page.keyboard.type("shop/web:1")
    tab_to(page, "Add port")
    page.keyboard.press("Enter")
    page.keyboard.type("8081")
    page.keyboard.press("Tab")
    page.keyboard.type("80")
    tab_to(page, "Create")
    page.keyboard.press("Enter")
    expect(running).to_have_count(1, timeout=20_000)
    tab_to(page, "One more")
    page.keyboard.press("Enter")
    expect(running).to_have_count(2, timeout=20_000)


def look_at_containers(page: Page) -> None:
    """Go through the table's rows, and open the second."""
    page.keyboard.press("g")
    page.keyboard.press("c")
    expect(page.get_by_role("heading", name="Containers")).to_be_visible()
    expect(page.locator("tr[data-id]")).to_have_count(2)
    page.keyboard.press("j")
    expect(page.locator("tr[data-id]").first.get_by_role("link").first).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/containers/1i*")


def delete_service(page: Page) -> None:
    """Find it, delete it, and see that it is gone."""
    palette(page, "web", "web")
    page.wait_for_url("**/services/1s*")
    palette(page, "delete", "Delete web")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("2 containers")
    tab_to(page, "Delete")
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    page.keyboard.press("g")
    page.keyboard.press("s")
    expect(page.get_by_role("link", name="web", exact=True)).to_have_count(0)


def test_the_palette_finds_what_there_is_and_goes_there(chromium: Browser, server: Server) -> None:
    stack = server.admin().create(f"{PROJECT}/stacks", {"name": "shop"})
    with window(chromium, f"http://{server.address}") as watched:
        page = watched.page
        log_in(page, "admin", password(server))
        page.get_by_role("button", name="Search and commands").click()
        expect(page.get_by_role("textbox", name="Search and commands")).to_be_focused()
        page.keyboard.type("shop")
        expect(page.get_by_role("button", name="shop")).to_contain_text(stack["id"])
        assert not violations(page)
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/stacks/{stack['id']}")
        palette(page, "sim-2", "sim-2")
        page.wait_for_url("**/hosts/1h*")
        palette(page, "dark", "Theme: Dark")
        expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", "dark")
        page.keyboard.press("Control+k")
        expect(page.get_by_role("textbox", name="Search and commands")).to_be_focused()
        page.keyboard.type("nothing has such a name")
        expect(page.get_by_text("Nothing fits")).to_be_visible()


def test_single_keys_are_explained_and_can_be_switched_off(
    chromium: Browser, server: Server
) -> None:
    with window(chromium, f"http://{server.address}") as watched:
        page = watched.page
        log_in(page, "admin", password(server))
        go(page, "Hosts")
        search = page.get_by_role("searchbox")
        expect(search).to_be_visible()
        page.keyboard.press("?")
        dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
        expect(dialog).to_contain_text("Next row")
        assert not violations(page)
        switch(page, is_on=False)
        page.keyboard.press("/")
        expect(search).not_to_be_focused()
        palette(page, "keyboard", "Keyboard shortcuts")
        switch(page, is_on=True)
        page.keyboard.press("/")
        expect(search).to_be_focused()


def switch(page: Page, *, is_on: bool) -> None:
    """Switch the single keys, and close the dialog."""
    chosen = page.get_by_role("dialog").get_by_role("switch")
    chosen.click()
    expect(chosen).to_be_checked(checked=is_on)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
