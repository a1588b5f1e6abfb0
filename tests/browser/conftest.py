"""A real Chromium and the portal it looks at.

The browser is the system's (Debian's `chromium`, or what `CHROMIUM` names); Playwright only drives it. Pictures go to
`SCREENSHOTS` when it is set, for people to look at, else to the test's own folder.
"""

import os
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from tests.support.portal_world import PortalWorld, portal_world

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
WIDTHS = {"phone": (360, 740), "desktop": (1280, 800)}
LOOK_MS_MAX = 20_000


def chromium() -> str:
    """Path of the browser.

    Raises:
        AssertionError: There is none; the message says how to get one.
    """
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
    assert Path(path).exists(), "no Chromium: `apt-get install chromium`, or name one with CHROMIUM"
    return path


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One browser for the session."""
    async with async_playwright() as driver:
        running = await driver.chromium.launch(executable_path=chromium(), headless=True, args=FLAGS)
        yield running
        await running.close()


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[PortalWorld]:
    """The running portal with its neighbours."""
    async with portal_world(tmp_path) as running:
        yield running


class Look:
    """A page in a browser of some width, which remembers what went wrong in it.

    Attributes:
        faults: Console errors (broken policies among them) and failed or foreign requests.
    """

    def __init__(self, page: Page, world: PortalWorld, pictures: Path, width: str) -> None:
        self.page = page
        self.world = world
        self.faults: list[str] = []
        self._pictures = pictures
        self._width = width
        page.set_default_timeout(LOOK_MS_MAX)
        page.on("console", lambda message: self._note(f"console {message.type}: {message.text}", message.type))
        page.on("requestfailed", lambda request: self._note_failure(request.url, str(request.failure)))
        page.on("request", lambda request: self._check_host(request.url))

    def _note(self, text: str, kind: str) -> None:
        # Chromium reports every answer of 4xx and 5xx as an error; tests assert those themselves.
        if kind in ("error", "warning") and "Failed to load resource" not in text:
            self.faults.append(text)

    def _note_failure(self, url: str, why: str) -> None:
        # A page that is left before it has everything lets its requests go.
        if "ERR_ABORTED" not in why:
            self.faults.append(f"failed: {url} {why}")

    def _check_host(self, url: str) -> None:
        if not url.startswith("http://127.0.0.1:"):
            self.faults.append(f"foreign: {url}")

    async def open(self, path: str) -> int:
        """Open a page of the portal and give its status."""
        response = await self.page.goto(self.world.url + path)
        assert response is not None
        return response.status

    async def sign_in(self, username: str) -> None:
        """Sign in as people do."""
        await self.open("/")
        await self.page.get_by_role("link", name="เข้าสู่ระบบ").click()
        await self.page.locator(f'input[name="username"][value="{username}"]').check(force=True)
        await self.page.locator('input[name="password"]').fill(self.world.password)
        await self.page.keyboard.press("Enter")
        await self.page.wait_for_url(f"{self.world.url}/learners")

    async def picture(self, name: str) -> None:
        """Keep a picture of the whole page."""
        await self.page.screenshot(path=self._pictures / f"{name}-{self._width}.png", full_page=True)

    async def overflow(self) -> int:
        """How many pixels the page is wider than the window was made; a phone would have widened it to fit."""
        return await self.page.evaluate("document.scrollingElement.scrollWidth") - WIDTHS[self._width][0]


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Where pictures go."""
    folder = Path(os.environ["SCREENSHOTS"]) if os.environ.get("SCREENSHOTS") else tmp_path / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
async def context_of(browser: Browser) -> AsyncIterator[Callable[[str], object]]:
    """`await context_of("phone")` is a fresh context, as of a person who was never here."""
    made: list[BrowserContext] = []

    async def make(width: str) -> BrowserContext:
        across, down = WIDTHS[width]
        context = await browser.new_context(
            viewport={"width": across, "height": down},
            locale="th-TH",
            is_mobile=width == "phone",
            has_touch=width == "phone",
            # What a school's locked-down browser may do: the portal has no script to miss.
            java_script_enabled=True,
        )
        made.append(context)
        return context

    yield make
    for context in made:
        await context.close()


@pytest.fixture(params=list(WIDTHS))
async def look(
    request: pytest.FixtureRequest, context_of: Callable[[str], object], world: PortalWorld, pictures: Path
) -> AsyncIterator[Look]:
    """A page on a phone and on a desktop; at the end nothing must have gone wrong in it."""
    context = await context_of(request.param)  # type: ignore[misc]  # a coroutine function
    looking = Look(await context.new_page(), world, pictures, request.param)
    yield looking
    assert looking.faults == []
