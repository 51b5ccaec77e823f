"""The page over a real Docker Engine: output, a shell, what is done by hand on the host."""

import re

from playwright.sync_api import Browser, Page, WebSocketRoute, expect

from tests.support.browser import log_in, window
from tests.support.images import BUSYBOX
from tests.support.installation import Installation
from tests.support.page import choose, unfold, violations

PROMPT = re.compile(r"commands\.\s*[/~] [$#]\s*$")  # and nothing was typed yet
RED = "rgb(255, 135, 135)"
TALKS = (
    'sh -c \'echo out; echo err >&2; printf "\\033[31m<b>red</b>\\n"; '
    'echo "{\\"level\\":\\"fatal\\",\\"n\\":1}"; exec sleep 1000\''
)


def test_output_and_a_shell_are_the_containers_own_and_a_killed_one_comes_back(
    chromium: Browser, pasture: Installation
) -> None:
    pasture.engine.docker("run", "-d", "--name", "by-hand", BUSYBOX, "sleep", "1000")
    first = pasture.server.data / "first-login"
    with window(chromium, f"http://{pasture.server.address}") as watched:
        page = watched.page
        log_in(page, "admin", first.read_text().strip().partition(":")[2])
        page.goto("/env/1a5/containers")
        native = page.locator("tr", has=page.get_by_role("link", name="by-hand"))
        expect(native).to_contain_text("native")

        page.goto("/env/1a5/services/new")
        page.get_by_role("textbox", name="Name", exact=True).fill("talk")
        page.get_by_role("textbox", name="Image").fill(BUSYBOX)
        page.get_by_role("textbox", name="Scale").fill("2")
        unfold(page, "Process")
        page.get_by_role("textbox", name="Command").fill(TALKS)
        page.get_by_role("button", name="Create").click()
        running = page.locator("tbody [data-state=running]")
        expect(running).to_have_count(2, timeout=20_000)
        read_all_output(page)

        page.get_by_role("tab", name="Containers").click()
        page.get_by_role("link", name="default-talk-1").click()
        read_output(page)
        use_shell(page)

        page.get_by_role("tab", name="Overview").click()
        starts = page.locator("dt:text-is('Starts') + dd")
        expect(starts).to_have_text("1")
        pasture.engine.docker("kill", *pasture.engine_ids("--filter=name=talk"))
        expect(starts).to_have_text("2", timeout=20_000)


def read_all_output(page: Page) -> None:
    """Read what the containers of a service say, here and in a window of its own."""
    page.get_by_role("tab", name="Logs").click()
    expect(page.get_by_role("log").locator(".line")).to_have_count(8)
    page.get_by_label("Severity").select_option("Errors only")
    graver = re.compile("default-talk-[12].*(err|level)")
    expect(page.get_by_role("log").locator(".line")).to_have_text([graver] * 4)
    with page.expect_popup() as opened:
        page.get_by_role("button", name="Open in a window of its own").click()
    alone = opened.value
    expect(alone.get_by_role("heading", name="talk")).to_be_visible()
    expect(alone.get_by_role("navigation")).to_have_count(0)
    expect(alone.get_by_role("log").locator(".line")).to_have_text([graver] * 4)
    assert violations(alone) == []
    alone.close()


def read_output(page: Page) -> None:
    """Read what both streams say, in colour and unfolded, and save it."""
    page.get_by_role("tab", name="Logs").click()
    log = page.get_by_role("log")
    expect(log.locator(".line")).to_have_count(4)
    said = {"out", "err", "<b>red</b>", '{"level":"fatal","n":1}'}
    assert set(log.locator(".line").all_inner_texts()) == said
    expect(log.get_by_text("<b>red</b>").last).to_have_css("color", RED)
    page.get_by_label("Unfold JSON").check()
    expect(log.get_by_text('"n": 1')).to_have_text('{\n  "level": "fatal",\n  "n": 1\n}')
    page.get_by_label("Unfold JSON").uncheck()
    page.get_by_label("How many lines").select_option("Last 100 lines")
    expect(log.locator(".line")).to_have_count(4)
    assert "lines=100" in page.url
    page.get_by_label("Times").select_option("UTC")
    expect(log.locator("time")).to_have_count(4)
    page.get_by_label("Times").select_option("No times")
    expect(log.locator(".stderr")).to_have_text("err")
    page.get_by_label("Search in the output").fill("ERR")
    expect(page.get_by_text("1 of 1")).to_be_visible()
    page.get_by_role("button", name="Only lines that match").click()
    expect(log.locator(".line")).to_have_text(["err"])
    page.get_by_role("button", name="Match case").click()
    expect(page.get_by_text("No match")).to_be_visible()
    page.get_by_label("Search in the output").fill("")
    expect(log.locator(".line")).to_have_count(4)
    with page.expect_download() as saved:
        page.get_by_role("button", name="Download").click()
    assert "<b>red</b>" in saved.value.path().read_text()


def use_shell(page: Page) -> None:
    """Run something in a shell, leave it, and take others."""
    page.get_by_role("tab", name="Shell").click()
    rows = page.locator(".xterm-rows")
    expect(rows).to_contain_text("#")
    leave_with_keys(page)
    resize_text(page)
    page.keyboard.type("echo $((40 + 2)); exit 7\n")
    expect(page.get_by_text("The shell ended (7).")).to_be_visible()
    expect(rows).to_contain_text("42")

    page.get_by_role("button", name="New shell").click()
    expect(page.get_by_text("The shell ended (7).")).to_be_hidden()
    expect(rows).to_contain_text("#")
    choose(page, "Shell", "bash")
    expect(page.get_by_text("the image has no program 'bash'")).to_be_visible()
    choose(page, "Shell", "ash")
    expect(rows).to_contain_text("#")
    page.get_by_label("Terminal of default-talk-1").focus()
    page.keyboard.type("echo $0-$((50 + 5))\n")
    expect(rows).to_contain_text("ash-55")
    become(page, "1000:1000", "id=1000")
    become(page, "", "id=0")
    page.keyboard.type("printf '\\033[38;2;10;200;30m%s\\033[0m\\n' green-$((1 + 1))\n")
    expect(rows.locator("span", has_text="green-2")).to_have_css("color", "rgb(10, 200, 30)")
    search_in_terminal(page)
    lose_connection(page)


def leave_with_keys(page: Page) -> None:
    """See that Escape belongs to the shell, and Shift+Escape is the way out of it."""
    terminal = page.get_by_label("Terminal of default-talk-1")
    expect(terminal).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    expect(terminal).to_be_focused()
    page.keyboard.press("Shift+Escape")
    expect(terminal).not_to_be_focused()


def resize_text(page: Page) -> None:
    """Make the text larger: it is so after a reload too."""
    rows = page.locator(".xterm-rows")
    page.get_by_role("button", name="Larger text").click(click_count=3)
    expect(rows).to_have_css("font-size", "16px")
    page.reload()
    expect(rows).to_contain_text("#")
    expect(rows).to_have_css("font-size", "16px")
    page.get_by_role("button", name="Smaller text").click()
    expect(rows).to_have_css("font-size", "15px")
    page.get_by_label("Terminal of default-talk-1").focus()


def become(page: Page, user: str, says: str) -> None:
    """Be somebody else in a new shell."""
    field = page.get_by_label("User", exact=True)
    field.fill(user)
    field.press("Enter")
    terminal = page.get_by_label("Terminal of default-talk-1")
    expect(page.locator(".xterm-rows")).to_have_text(PROMPT)
    expect(terminal).to_be_focused()
    page.keyboard.type("echo id=$(id -u)\n")
    expect(page.locator(".xterm-rows")).to_contain_text(says)


def search_in_terminal(page: Page) -> None:
    """Find what was printed long ago, and be back in the shell."""
    rows = page.locator(".xterm-rows")
    page.keyboard.type("echo needle-$((1 + 1)); for i in `seq 300`; do echo hay; done\n")
    expect(rows).to_have_text(re.compile(r"^(hay)+\W*[$#]\W*$"))  # the rest is out of sight
    search = page.get_by_label("Search in the output")
    search.fill("NEEDLE-2")
    expect(rows).to_contain_text("needle-2")
    search.fill("needle-3")
    expect(page.get_by_text("No match")).to_be_visible()
    search.fill("")
    expect(page.get_by_text("No match")).to_be_hidden()
    search.press("Escape")
    expect(page.get_by_label("Terminal of default-talk-1")).to_be_focused()


def lose_connection(page: Page) -> None:
    """See that a broken connection is no shell that ended, and get another."""
    lost: list[WebSocketRoute] = []

    def routed(socket: WebSocketRoute) -> None:
        socket.connect_to_server()
        lost.append(socket)

    page.route_web_socket(lambda url: "exec" in url, routed)
    page.reload()
    rows = page.locator(".xterm-rows")
    expect(rows).to_contain_text("#")
    (socket,) = lost
    socket.close(code=1011)
    expect(page.get_by_text("The shell failed: The server does not answer.")).to_be_visible()
    page.get_by_role("button", name="New shell").click()
    expect(rows).to_contain_text("#")
