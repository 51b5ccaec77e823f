"""The forms of services and containers, and the pages of what they make, in a real browser."""

import re
from collections.abc import Generator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.support.browser import Watched, log_in, window
from tests.support.installation import PROJECT
from tests.support.local_http import Client
from tests.support.page import HOSTS, choose, fleet, password, unfold, violations
from tests.support.processes import Server, ended_afterwards
from tests.support.waiting import eventually

MIB = 1 << 20
PARTS = ("Process", "Volumes", "Network", "Placement", "Limits", "Security")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Generator[Server]:
    """Run a server with simulated hosts for all tests here: each makes what it needs."""
    folder = tmp_path_factory.mktemp("forms")
    made = Server(folder / "server")
    made.start()
    with ended_afterwards(made), fleet(made, folder / "fleet"):
        active = f"{PROJECT}/hosts?state=active"
        eventually(lambda: len(made.admin().get(active)["data"]) == HOSTS, 20, "active hosts")
        yield made


@pytest.fixture
def admin(server: Server) -> Client:
    return server.admin()


@pytest.fixture
def watched(chromium: Browser, server: Server) -> Generator[Watched]:
    with window(chromium, f"http://{server.address}") as opened:
        log_in(opened.page, "admin", password(server))
        yield opened


def create(page: Page) -> None:
    """Send the form."""
    page.get_by_role("button", name="Create", exact=True).click()


def fill(page: Page, **fields: str) -> None:
    """Fill in fields by their labels."""
    for label, value in fields.items():
        page.get_by_role("textbox", name=label.replace("_", " "), exact=True).fill(value)


def launched(admin: Client, kind: str, name: str) -> dict[str, Any]:
    """Return how the only one of a name was asked to run."""
    (made,) = admin.get(f"{PROJECT}/{kind}?name={name}")["data"]
    return made.get("launchConfig", made)


def test_a_service_with_something_in_every_part_and_its_clone(
    watched: Watched, admin: Client
) -> None:
    page = watched.page
    page.goto("/env/1a5/services/new")
    page.get_by_role("textbox", name="Image").fill("team/full:1")
    expect(page.get_by_role("textbox", name="Name", exact=True)).to_have_value("full")
    page.get_by_role("combobox", name="Stack").fill("parts")
    page.get_by_role("button", name="Add port").click()
    page.get_by_role("button", name="Only on one address").click()
    fill(page, Address_on_host_1="127.0.0.1", Port_on_host_1="8443", Port_in_container_1="443")
    fill_in_parts(page)
    assert not violations(page)
    create(page)
    page.wait_for_url("**/services/1s*")

    made = launched(admin, "services", "full")
    is_as_filled_in(made)

    page.get_by_role("tab", name="Configuration").click()
    for said in ("serve --name 'a b'", "/etc/hosts · Read only", "Host should not have", "64 MiB"):
        expect(page.get_by_text(said).first).to_be_visible()
    page.get_by_role("link", name="Clone").click()
    fill(page, Name="again")
    page.get_by_label("Port on host 1").fill("8444")
    create(page)
    page.wait_for_url("**/services/1s*")
    expect(page.get_by_role("heading", name="again", level=1)).to_be_visible()
    assert launched(admin, "services", "again") == made | {"ports": ["127.0.0.1:8444:443/tcp"]}


def is_as_filled_in(made: dict[str, Any]) -> None:
    """Compare what was sent with what stands in the form."""
    assert made["ports"] == ["127.0.0.1:8443:443/tcp"]
    assert made["environment"] == {"MODE": "test", "B": "c=d"}
    assert made["command"] == ["serve", "--name", "a b"]
    assert (made["user"], made["tty"], made["stdinOpen"]) == ("9:9", True, True)
    assert made["dataVolumes"] == ["data:/data", "/etc/hosts:/hosts:ro"]
    assert (made["hostname"], made["dns"]) == ("data-1", ["192.0.2.53"])
    assert (made["memory"], made["cpuQuota"]) == (64 * MIB, 50_000)
    assert (made["capAdd"], made["devices"]) == (["NET_ADMIN"], ["/dev/null"])
    assert made["labels"] == {
        "tier": "front",
        "io.rancher.scheduler.affinity:container_soft_ne": "db",
    }


def fill_in_parts(page: Page) -> None:
    """Fill in something of each folded part; what was pasted stands in rows."""
    unfold(page, "Environment variables", *PARTS, "Description and labels")
    page.get_by_role("button", name="Add variable").click()
    paste(page, "Name 1", "MODE=test\nexport B='c=d'")
    fill(page, Command="serve --name 'a b'", User="9:9")
    choose(page, "Terminal and input", "Both (-it)")
    for at, (source, path) in enumerate([("data", "/data"), ("/etc/hosts", "/hosts")], 1):
        page.get_by_role("button", name="Add volume").click()
        page.get_by_label(f"Volume, or path on host {at}").fill(source)
        page.get_by_label(f"Path in container {at}").fill(path)
    page.get_by_label("Read only 2").check()
    fill(page, Host_name="data-1", DNS_servers="192.0.2.53")
    page.get_by_role("button", name="Add rule").click()
    choose(page, "How 1", "Host should not have")
    choose(page, "What 1", "container named")
    fill(page, Which_1="db")
    page.get_by_label("Most memory (MiB)").fill("64")
    page.get_by_label("Most processors").fill("0.5")
    page.get_by_role("combobox", name="Capabilities added").fill("NET_ADMIN")
    page.get_by_role("option", name="NET_ADMIN").click()
    page.keyboard.press("Escape")
    fill(page, Devices="/dev/null")
    page.get_by_role("button", name="Add label").click()
    page.get_by_label("Name 1", exact=True).last.fill("tier")
    page.get_by_label("Value 1", exact=True).last.fill("front")


PASTE = """(field, text) => {
    const data = new DataTransfer();
    data.setData("text", text);
    const how = { clipboardData: data, bubbles: true, cancelable: true };
    field.dispatchEvent(new ClipboardEvent("paste", how));
}"""


def paste(page: Page, label: str, text: str) -> None:
    """Paste into a field."""
    page.get_by_label(label, exact=True).first.evaluate(PASTE, text)


def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(
    watched: Watched, admin: Client
) -> None:
    watched.expected = {"422"}
    stack = admin.create(f"{PROJECT}/stacks", {"name": "taken"})
    body = {"name": "web", "stackId": stack["id"], "launchConfig": {"imageUuid": "docker:web:1"}}
    admin.create(f"{PROJECT}/services", body)
    page = watched.page
    form = f"/env/1a5/services/new?stack={stack['id']}"
    page.goto(form)
    expect(page.get_by_role("combobox", name="Stack")).to_have_value("taken")
    fill(page, Name="web", Image="web:2")
    mend_what_the_page_says(page)
    name = mend_what_the_server_says(page)

    page.reload()
    expect(page.get_by_text("You had begun this before.")).to_be_visible()
    expect(page.get_by_role("textbox", name="Image")).to_have_value("web:2")
    expect(page.get_by_role("button", name=re.compile("^Limits 64 MiB"))).to_be_visible()
    name.fill("web-2")
    create(page)
    page.wait_for_url("**/services/1s*")
    rule = "io.rancher.scheduler.affinity:host_label"
    assert launched(admin, "services", "web-2")["labels"] == {rule: "disk=ssd"}
    why = page.get_by_role("status").filter(has_text="Not all of it runs as wanted")
    expect(why).to_contain_text("has no label disk=ssd")
    assert not violations(page)
    page.goto(form)
    expect(page.get_by_role("textbox", name="Image")).to_have_value("")


def mend_what_the_page_says(page: Page) -> None:
    """Send what cannot be sent: its parts open, and the first field has the focus."""
    unfold(page, "Limits", "Placement")
    page.get_by_role("button", name="Add rule").click()
    page.get_by_label("Most memory (MiB)").fill("3")
    unfold(page, "Limits", "Placement")
    create(page)
    expect(page.get_by_text("Accepted: name=value")).to_be_visible()
    expect(page.get_by_text("Accepted: 4 or more")).to_be_visible()
    assert not violations(page)
    expect(page.get_by_label("Which 1")).to_be_focused()
    page.get_by_label("Which 1").fill("disk=ssd")
    page.get_by_label("Most memory (MiB)").fill("64")


def mend_what_the_server_says(page: Page) -> Locator:
    """Send a name that is taken, which its field says; return that field."""
    create(page)
    name = page.get_by_role("textbox", name="Name", exact=True)
    expect(name).to_be_focused()
    expect(page.get_by_text("Another one has it already.").first).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("has the name web in this stack")
    return name


RUN = """docker run -d --restart unless-stopped --name one -p 5432:5432 \\
  -e POSTGRES_PASSWORD=secret -v pg:/var/lib/data --tmpfs /tmp \\
  --gpus all -m 64m postgres:16 -c max_connections=10"""


def test_a_container_begins_as_a_docker_run_and_stays_on_its_host(
    watched: Watched, admin: Client
) -> None:
    page = watched.page
    page.goto("/env/1a5/containers/new")
    page.get_by_role("textbox", name="Image").evaluate(PASTE, RUN)
    expect(page.get_by_text("--gpus all")).to_be_visible()
    expect(page.get_by_text("Also taken along, without a field here: tmpfs")).to_be_visible()
    expect(page.get_by_role("textbox", name="Image")).to_have_value("postgres:16")
    unfold(page, "Placement")
    choose(page, "Host", "sim-2")
    create(page)
    page.wait_for_url("**/containers/1i*")
    expect(page.locator("[data-state=running]")).to_be_visible()
    made = launched(admin, "containers", "one")
    assert made["hostId"] == made["requestedHostId"]
    assert made["restartPolicy"]["name"] == "unless-stopped"
    assert (made["memory"], made["tmpfs"]) == (64 * MIB, {"/tmp": ""})
    assert made["command"] == ["-c", "max_connections=10"]
    published = page.get_by_role("link", name=":5432")
    expect(published).to_have_attribute("href", re.compile(r"^http://[0-9.]+:5432$"))
    page.get_by_role("tab", name="Changes").click()
    expect(page.get_by_role("row", name=re.compile("Created"))).to_contain_text("postgres:16")

    page.get_by_role("link", name="Clone").click()
    unfold(page, "Limits")
    expect(page.get_by_label("Most memory (MiB)")).to_have_value("64")
    unfold(page, "Process")
    expect(page.get_by_label("Command", exact=True)).to_have_value("-c max_connections=10")
    page.get_by_role("button", name="The same by command line").click()
    expect(page.get_by_text("curl -X POST")).to_be_visible()
    expect(page.get_by_text("pasture run")).to_have_count(0)  # it has no flag for tmpfs
    page.get_by_role("button", name="Leave it out").click()
    expect(page.get_by_text("pasture run --restart unless-stopped")).to_be_visible()


def test_stacks_show_their_services_and_lead_to_all_that_is_in_them(
    watched: Watched, admin: Client
) -> None:
    stack = admin.create(f"{PROJECT}/stacks", {"name": "tour"})
    for name, scale in (("front", 2), ("back", 1)):
        body = {"name": name, "stackId": stack["id"], "scale": scale, "startOnCreate": True}
        launch = {"imageUuid": f"docker:{name}:1", "ports": ["80"]}
        admin.create(f"{PROJECT}/services", body | {"launchConfig": launch})
    page = watched.page
    page.goto("/env/1a5/stacks?q=tour")
    row = page.locator("tbody tr", has=page.get_by_role("link", name="tour"))
    expect(row).to_contain_text("front")
    expect(row).to_contain_text("2/2")
    row.get_by_role("link", name="front").click()
    expect(page.get_by_text("2 of 2 running")).to_be_visible()
    expect(page.locator("dl").get_by_role("link", name=re.compile(r"^[0-9.]+:\d+$"))).to_have_count(
        2
    )
    page.get_by_role("link", name="tour-front-1").click()
    page.get_by_role("tab", name="JSON").click()
    expect(page.locator("pre")).to_contain_text('"name": "tour-front-1"')
    page.get_by_role("button", name="1 of 2").click()
    page.get_by_role("menuitem", name="tour-front-2").click()
    expect(page.locator("pre")).to_contain_text('"name": "tour-front-2"')
    page.goto(f"/env/1a5/stacks/{stack['id']}?tab=containers")
    expect(page.locator("tbody [data-state=running]")).to_have_count(3)
    page.get_by_role("link", name="Add service").click()
    expect(page.get_by_role("combobox", name="Stack")).to_have_value("tour")
