"""The portal in a real browser, on a phone of 360 px and on a desktop."""

from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import expect

from tests.browser.conftest import Look
from tests.support.portal_world import LEARNER, PortalWorld

TAP_PX_MIN = 44
TEXT_PX_MIN = 16

PERSONS = ["registrar", "college", "homeroom", "member", "reader", "learner", "nobody", "two-hats"]


async def judge(look: Look, name: str) -> None:
    """A page fits its window, passes axe's rules of WCAG A and AA, and has its picture taken."""
    await look.picture(name)
    assert await look.overflow() <= 0, f"{name} is wider than the window"
    found = await Axe().run(look.page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
    assert found.violations_count == 0, found.generate_report()


async def test_home_and_problem_pages_fit_and_are_accessible(look: Look) -> None:
    assert await look.open("/") == 200
    await judge(look, "home")
    assert await look.open("/nothing") == 404
    await judge(look, "not-found")
    assert await look.open("/learners") == 401
    await judge(look, "signed-out")


@pytest.mark.parametrize("person", PERSONS)
async def test_page_of_each_person_fits_and_is_accessible(look: Look, person: str) -> None:
    await look.sign_in(person)
    await judge(look, f"page-{person}")


async def test_learner_page_fits_and_is_accessible(look: Look) -> None:
    await look.sign_in("homeroom")
    await look.page.get_by_role("link", name="นางสาวกมล ตัวอย่าง").click()
    await expect(look.page.get_by_role("heading", level=1)).to_contain_text("นางสาวกมล ตัวอย่าง")
    await judge(look, "learner-homeroom")
    await look.page.get_by_role("link", name="← กลับหน้ารายชื่อ").click()
    await expect(look.page.get_by_role("heading", level=1)).to_have_text("ผู้เรียนและหน่วยกิต")


async def test_case_opens_without_script_and_shows_the_reason(look: Look) -> None:
    await look.sign_in("college")
    await expect(look.page.get_by_text("เนื้อหาครอบคลุมไม่ถึงเกณฑ์")).to_be_hidden()
    await look.page.locator("summary").click()
    await expect(look.page.get_by_text("เนื้อหาครอบคลุมไม่ถึงเกณฑ์")).to_be_visible()
    await judge(look, "case-open")


async def test_next_page_of_the_list_is_one_tap_away(look: Look) -> None:
    await look.sign_in("registrar")
    await look.page.get_by_role("link", name="หน้าถัดไป").click()
    await expect(look.page.locator("table.cards tbody tr")).to_have_count(3)
    await expect(look.page.get_by_role("link", name="หน้าแรกของรายชื่อ")).to_be_visible()


async def test_assignment_is_chosen_with_the_keyboard_alone(look: Look) -> None:
    await look.sign_in("two-hats")
    await look.page.get_by_label("ทำหน้าที่เป็น").focus()
    await look.page.keyboard.press("ArrowDown")
    await look.page.keyboard.press("Tab")
    await look.page.keyboard.press("Enter")
    await expect(look.page.get_by_role("heading", level=1)).to_have_text("ตัวชี้วัด")


async def test_parts_that_are_away_are_said_and_the_rest_is_there(look: Look, world: PortalWorld) -> None:
    await look.sign_in("registrar")
    await world.stop("credit-bank")
    await look.open("/learners")
    await expect(look.page.get_by_role("status").first).to_contain_text("ธนาคารหน่วยกิตไม่ตอบ")
    await expect(look.page.get_by_role("link", name="นางสาวกมล ตัวอย่าง")).to_be_visible()
    await judge(look, "credit-bank-away")
    await world.stop("student-registry")
    await look.open("/learners")
    await judge(look, "registry-away")


async def test_empty_lists_say_what_comes_next(look: Look, world: PortalWorld) -> None:
    world.told.learners.clear()
    world.told.cases.clear()
    await look.sign_in("registrar")
    await expect(look.page.get_by_text("เมื่อสถานศึกษานำเข้ารายชื่อแล้ว")).to_be_visible()
    await judge(look, "empty")


async def test_first_tab_skips_to_the_content_and_the_focus_is_seen(look: Look) -> None:
    await look.sign_in("registrar")
    await look.page.keyboard.press("Tab")
    skip = look.page.get_by_role("link", name="ข้ามไปเนื้อหา")
    await expect(skip).to_be_focused()
    await expect(skip).to_be_in_viewport()
    await look.page.keyboard.press("Enter")
    await look.page.keyboard.press("Tab")
    ring = await look.page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
    assert ring == "3px"
    assert await look.page.evaluate("document.querySelector('main').contains(document.activeElement)")


async def test_buttons_are_large_enough_to_tap_and_text_to_read(look: Look) -> None:
    await look.sign_in("two-hats")
    heights = await look.page.evaluate(
        "[...document.querySelectorAll('button, .button, select, summary')].map(e => e.getBoundingClientRect().height)"
    )
    assert heights
    assert min(heights) >= TAP_PX_MIN
    sizes = await look.page.evaluate(
        "[...document.querySelectorAll('p, li, td, th, dd, dt, label, a')]"
        ".map(e => parseFloat(getComputedStyle(e).fontSize))"
    )
    assert min(sizes) >= TEXT_PX_MIN


async def test_sign_out_leaves_nothing_behind_the_back_button(look: Look) -> None:
    await look.sign_in("registrar")
    await look.page.get_by_role("button", name="ออกจากระบบ").click()
    await look.page.wait_for_url(f"{look.world.url}/")
    await look.page.go_back()
    await expect(look.page.get_by_text("นางสาวกมล")).to_have_count(0)


async def test_everything_works_in_a_browser_without_scripts(
    context_of: Callable[[str], object], world: PortalWorld, pictures: Path, browser
) -> None:
    context = await browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    look = Look(await context.new_page(), world, pictures, "no-script")
    await look.sign_in("learner")
    await expect(look.page.get_by_role("heading", name="ใครเปิดดูข้อมูลของฉัน")).to_be_visible()
    await look.open(f"/learners/{LEARNER}")
    await expect(look.page.get_by_role("heading", name="หน่วยกิต", exact=True)).to_be_visible()
    await context.close()
    assert look.faults == []
