"""The printed file of a case in a real browser: readable on a phone and on paper."""

import os
import re
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from playwright.async_api import Browser

from tests.browser.conftest import WIDTHS
from tests.support import credit_calls as calls
from tests.support.credit_world import World, credit_world
from tests.support.telemetry import RecordedTelemetry
from tests.support.transfer_calls import CASES, NO, decided, done, opened, posted, read, today

LONG_TH = "เนื้อหารายวิชาไม่ครอบคลุมคำอธิบายรายวิชาปลายทางตามเกณฑ์ร้อยละหกสิบ " * 5
WIDER_THAN_SCREEN = "document.documentElement.scrollWidth - document.documentElement.clientWidth"

LINES_OF_TEXT = """cell => {
    const range = document.createRange();
    range.selectNodeContents(cell);
    return range.getClientRects().length;
}"""


@pytest.fixture
async def bank(database: Callable[..., str], telemetry: RecordedTelemetry) -> AsyncIterator[World]:
    """The running credit bank."""
    async with credit_world(database, telemetry) as running:
        yield running


async def test_file_fits_a_phone_and_a_sheet_of_paper(bank: World, browser: Browser, tmp_path: Path) -> None:
    learner_id, _, case_id = await opened(
        bank, ("ท31101", "3.5"), ("ค31101", "3"), lines=[([0], "20000-1101"), ([1], "20000-1501")]
    )
    await decided(bank, case_id, **(NO | {"reason_th": LONG_TH.strip()}))
    await posted(bank, case_id)
    appeal = {"case_id": case_id, "reason_th": "เนื้อหาตรงตามเอกสารแนบ", "appealed_on": today().isoformat()}
    await done(bank, "appeal", "appeals", [appeal], bank.signed_in(learner_id))
    assert (await read(bank, case_id))["state"] == "APPEALED"
    html = (await calls.get(bank, f"{CASES}/{case_id}/file", "college-registrar")).text
    pictures = Path(os.environ.get("SCREENSHOTS") or tmp_path)
    for name, (width, height) in (WIDTHS | {"paper": (794, 1123)}).items():
        page = await browser.new_page(viewport={"width": width, "height": height})
        if name == "paper":
            await page.emulate_media(media="print")
        await page.set_content(html)
        await page.screenshot(path=pictures / f"case-file-{name}.png", full_page=True)
        assert await page.evaluate(WIDER_THAN_SCREEN) <= 0, name
        lines = await page.locator("td").filter(has_text=re.compile(r"^3\.5$")).evaluate(LINES_OF_TEXT)
        assert lines == 1, "a grade is not broken in two"
        heads = await page.locator("thead").first.is_visible()
        assert heads is (name != "phone"), "on a phone each row is a block, and says in front of each value what it is"
        await page.close()
