"""The pictures of the README, taken of `pasture demo`.

    .venv/bin/python -m scripts.development.pictures

Runs inside the virtual environment, where Playwright is.
"""

import re
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from playwright.sync_api import Browser, Page

from scripts.machine import CHECKOUT
from tests.support.browser import browser, log_in

FOLDER = CHECKOUT / "docs/pictures"
SIZE = {"width": 1280, "height": 800}
SETTLED_MS = 12_000  # until the graphs have a few seconds to show
SAID = re.compile(r"(URL|password)\s+(\S+)")
USE = "Use"
LATER = "button:has-text('Not now'), button:has-text('以后再说')"


@dataclass(frozen=True)
class Picture:
    """What is looked at, and how."""

    name: str
    place: str
    scheme: Literal["light", "dark"] = "light"
    language: str = "en-US"
    link: str | None = None  # to be followed from there, to its graphs


PICTURES = (
    Picture("overview", "home"),
    Picture("services", "services", scheme="dark"),
    Picture("container", "containers?q=web", link="shop-web-1"),
    Picture("add-host", "hosts?add=1", language="zh-CN"),
)


@contextmanager
def demo() -> Generator[tuple[str, str]]:
    """Run the demo, and give its address and the password."""
    words = [str(CHECKOUT / ".venv/bin/pasture"), "demo"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        said: dict[str, str] = {}
        for line in process.stdout or ():
            said |= dict(SAID.findall(line))
            if len(said) == len(("URL", "password")):
                break
        try:
            yield said["URL"], said["password"]
        finally:
            process.terminate()


def take(chromium: Browser, url: str, password: str, picture: Picture) -> None:
    """Take one picture."""
    context = chromium.new_context(
        viewport={"width": SIZE["width"], "height": SIZE["height"]},
        base_url=url,
        locale=picture.language,
        color_scheme=picture.scheme,
        reduced_motion="reduce",
    )
    page = context.new_page()
    log_in(page, "admin", password)
    put_off(page)
    project = page.url.rsplit("/", 1)[0]
    page.goto(f"{project}/{picture.place}")
    if picture.link is not None:
        page.get_by_role("link", name=picture.link).first.click()
        page.get_by_role("tab", name=USE).click()
    page.wait_for_timeout(SETTLED_MS)
    page.screenshot(path=FOLDER / f"{picture.name}.png")
    context.close()


def put_off(page: Page) -> None:
    """Answer what is asked of a new installation."""
    page.wait_for_load_state("networkidle")
    later = page.locator(LATER)
    if later.count():
        later.click()
        later.wait_for(state="detached")


def main() -> int:
    """Take all pictures, and return an exit code."""
    FOLDER.mkdir(exist_ok=True)
    with demo() as (url, password), browser() as chromium:
        for picture in PICTURES:
            take(chromium, url, password, picture)
    return 0


if __name__ == "__main__":
    sys.exit(main())
