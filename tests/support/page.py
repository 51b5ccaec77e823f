"""What tests of the page do again and again: hosts that are simulated, ways around, lists."""

import re
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page

from tests.support.processes import Program, Server, ended_afterwards

HOSTS = 3
AXE = Path(__file__).parents[2] / "web/node_modules/axe-core/axe.min.js"
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")


class SimulatedHosts(Program):
    """Simulated hosts in one process."""

    def __init__(self, server: Server, folder: Path) -> None:
        told = {"PASTURE_REGISTRATION_URL": server.registration_url()}
        words = ["agent", "--data", str(folder), "--simulate", str(HOSTS), "--ephemeral"]
        super().__init__(words, folder.with_name("fleet.log"), told)


@contextmanager
def fleet(server: Server, folder: Path) -> Generator[SimulatedHosts]:
    """Run simulated hosts, and end them."""
    made = SimulatedHosts(server, folder)
    made.spawn()
    with ended_afterwards(made):
        yield made


def password(server: Server) -> str:
    """Return the admin's first password."""
    return (server.data / "first-login").read_text().strip().partition(":")[2]


def go(page: Page, place: str) -> None:
    """Go to one of the pages."""
    page.get_by_role("navigation").get_by_role("link", name=place).click()


def act(page: Page, name: str, verb: str) -> None:
    """Choose a verb of a row's menu."""
    page.get_by_role("button", name=f"Actions for {name}", exact=True).click()
    page.get_by_role("menuitem", name=verb, exact=True).click()


def unfold(page: Page, *parts: str) -> None:
    """Open parts of the form."""
    for part in parts:
        page.get_by_role("button", name=re.compile(f"^{part} ")).click()


def choose(page: Page, label: str, option: str) -> None:
    """Choose from a list."""
    page.get_by_role("combobox", name=label, exact=True).click()
    page.get_by_role("option", name=option, exact=True).click()


def violations(page: Page) -> list[str]:
    """Return what axe has against what is shown now."""
    page.evaluate(AXE.read_text())
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", list(RULES))
    return [f"{page.url}: {v['id']} {v['nodes'][0]['html']}" for v in found["violations"]]
