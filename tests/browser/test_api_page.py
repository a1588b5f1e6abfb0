"""The page of an HTTP interface in a real browser: whole, from its own service, and under a policy that holds."""

from pathlib import Path

from chassis.http import create_http
from chassis.messages import Messages
from fastapi import APIRouter
from playwright.async_api import Browser, ConsoleMessage, Request

from tests.support.identity import served
from tests.support.telemetry import RecordedTelemetry

api = APIRouter(prefix="/v1", tags=["things"])


@api.get("/things")
async def list_things(page_size: int = 10) -> list[str]:
    """Things, in Thai dictionary order."""
    return ["ก"] * page_size


async def test_page_is_drawn_without_anything_foreign(browser: Browser, pictures: Path) -> None:
    recorded = RecordedTelemetry()

    async def ready() -> list[str]:
        return []

    app = create_http(
        "probe",
        [api],
        telemetry=recorded.of("probe"),
        messages=Messages("chassis"),
        identifier=None,
        ready=ready,
    )
    faults: list[str] = []
    foreign: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            faults.append(message.text)

    async with served(app) as port:
        url = f"http://127.0.0.1:{port}"

        def look(request: Request) -> None:
            if not request.url.startswith((f"{url}/", "data:")):
                foreign.append(request.url)

        page = await browser.new_page()
        page.on("console", note)
        page.on("request", look)
        await page.goto(f"{url}/docs")
        await page.get_by_text("/v1/things").click()
        await page.get_by_text("Things, in Thai dictionary order.").first.wait_for()
        await page.get_by_role("button", name="Try it out").click()
        await page.get_by_role("button", name="Execute").click()
        await page.locator(".live-responses-table .response-col_status", has_text="200").wait_for()
        await page.screenshot(path=pictures / "api-page.png", full_page=True)
        assert await page.locator(".swagger-ui").first.evaluate("it => getComputedStyle(it).fontFamily") != "serif"
        await page.close()
    assert (foreign, faults) == ([], [])
    recorded.shutdown()
