"""A browser that looks at the page: what it complains of fails the test that it complains in."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response
from playwright.sync_api import sync_playwright as playwright

CHROMIUM = "/usr/bin/chromium"
WAIT_MS = 15_000
ARGUMENTS = ("--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu")
WIDE, PHONE = 1280, 390
NARROW = 320  # as wide as 1280 magnified four times (WCAG 1.4.10)
ENDED = "net::ERR_ABORTED"  # a request that the page itself left behind


@contextmanager
def browser() -> Generator[Browser]:
    """Run Debian's Chromium."""
    with playwright() as running:
        chromium = running.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        try:
            yield chromium
        finally:
            chromium.close()


@dataclass
class Watched:
    """A page, and what went wrong on it."""

    page: Page
    complaints: list[str] = field(default_factory=list[str])
    expected: set[str] = field(default_factory=set[str])  # parts of complaints that are meant

    def __post_init__(self) -> None:
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("requestfailed", self._failed)
        self.page.on("response", self._answered)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"console {message.type}: {message.text}")

    def _failed(self, request: Request) -> None:
        if request.failure != ENDED:
            self.complaints.append(f"failed: {request.url}: {request.failure}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400:
            self.complaints.append(f"{response.status}: {response.request.method} {response.url}")

    @property
    def unexpected(self) -> list[str]:
        """What went wrong and was not meant to."""
        return [c for c in self.complaints if not any(part in c for part in self.expected)]


@contextmanager
def window(
    chromium: Browser,
    url: str,
    *,
    width: int = WIDE,
    language: str = "en-US",
    scheme: Literal["light", "dark"] = "light",
) -> Generator[Watched]:
    """Open a window of its own: nobody is logged in, nothing was chosen."""
    context: BrowserContext = chromium.new_context(
        viewport={"width": width, "height": 800},
        locale=language,
        color_scheme=scheme,
        base_url=url,
        reduced_motion="reduce",
    )
    context.set_default_timeout(WAIT_MS)
    try:
        watched = Watched(context.new_page())
        yield watched
        assert not watched.unexpected, watched.unexpected
    finally:
        context.close()


def log_in(page: Page, login: str, password: str) -> None:
    """Fill in the first page; the words on it are in any language."""
    page.goto("/")
    page.locator("input[name=username]").fill(login)
    page.locator("input[name=password]").fill(password)
    page.keyboard.press("Enter")
    page.wait_for_url("**/env/*/home")
