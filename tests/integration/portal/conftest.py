"""The portal in this process with fake neighbours, and a client that signs in as browsers do."""

import html
import re
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.support.http import tls
from tests.support.portal_world import PortalWorld, portal_world
from tests.support.telemetry import RecordedTelemetry


@pytest.fixture
async def world(tmp_path: Path, telemetry: RecordedTelemetry) -> AsyncIterator[PortalWorld]:
    """The running portal."""
    async with portal_world(tmp_path, telemetry=telemetry) as running:
        yield running


class Browser:
    """A client with cookies that follows what it is sent to."""

    def __init__(self, world: PortalWorld) -> None:
        self.world = world
        self.http = httpx.AsyncClient(
            base_url=world.url, verify=tls(), trust_env=False, follow_redirects=True, timeout=20
        )

    async def get(self, path: str, **query: Any) -> httpx.Response:
        """Open a page."""
        return await self.http.get(path, params=query)

    async def sign_in(self, username: str, *, password: str | None = None) -> httpx.Response:
        """Open the issuer's page, fill it in, and come back; the page where that ends."""
        page = await self.get("/sign-in")
        assert page.status_code == 200, page.text
        fields = dict(re.findall(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)">', page.text))
        form = {name: html.unescape(value) for name, value in fields.items()}
        form |= {"username": username, "password": password or self.world.password}
        return await self.http.post(str(page.url.copy_with(query=None)), data=form)

    @property
    def path(self) -> str:
        """Path of the last page."""
        return urlsplit(str(self.http.base_url)).path


@pytest.fixture
async def browse(world: PortalWorld) -> AsyncIterator[Callable[[], Browser]]:
    """`browse()` is a new browser."""
    async with AsyncExitStack() as stack:

        def make() -> Browser:
            browser = Browser(world)
            stack.push_async_callback(browser.http.aclose)
            return browser

        yield make
