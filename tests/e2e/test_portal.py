"""The portal on the running platform after the story: each person sees what the real services answer."""

import html
import re
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack

import httpx
import pytest

from tests.e2e.conftest import Played

SignIn = Callable[[str], object]


def text_of(page: httpx.Response) -> str:
    """Text of a page without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html.unescape(page.text)))


@pytest.fixture
async def sign_in(played: Played) -> AsyncIterator[SignIn]:
    """`await sign_in("school-registrar")` gives that person's browser and first page."""
    async with AsyncExitStack() as stack:

        async def go(username: str) -> tuple[httpx.AsyncClient, httpx.Response]:
            http = httpx.AsyncClient(
                base_url=played.platform.http("portal"), trust_env=False, follow_redirects=True, timeout=30
            )
            await stack.enter_async_context(http)
            page = await http.get("/sign-in")
            fields = dict(re.findall(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)">', page.text))
            form = {name: html.unescape(value) for name, value in fields.items()}
            form |= {"username": username, "password": played.platform.client.password}
            shown = await http.post(str(page.url.copy_with(query=None)), data=form)
            assert (shown.status_code, shown.url.path) == (200, "/learners"), shown.text
            return http, shown

        yield go


async def test_school_and_college_see_the_same_learning_count_in_both_qualifications(sign_in: SignIn) -> None:
    for username in ("school-registrar", "college-registrar"):
        _, page = await sign_in(username)
        text = text_of(page)
        assert "ไม่ตอบ" not in text
        assert "ตอบกลับมาไม่ถูกต้อง" not in text
        assert "ข้อมูลสาธิต" in text
        assert "หน่วยกิต (สพฐ.)" in text
        assert "ลงบัญชีแล้ว" in text


async def test_homeroom_teacher_sees_recognised_learning_beside_the_screening(sign_in: SignIn, played: Played) -> None:
    http, _ = await sign_in("school-homeroom")
    page = await http.get(f"/learners/{played.report.learner_id}")
    text = text_of(page)
    assert "20000-1101" in text
    assert "ยังไม่จัดกลุ่ม" in text
    assert "แนะแนวเส้นทาง ม.6 ควบ ปวช." in text


async def test_learner_sees_own_credits_and_who_looked(sign_in: SignIn) -> None:
    _, page = await sign_in("learner-1")
    text = text_of(page)
    assert "สะสมในธนาคารหน่วยกิต" in text
    assert "ใครเปิดดูข้อมูลของฉัน" in text
    assert "พิจารณาเทียบโอน" in text
    assert "ไม่ตอบ" not in text


async def test_report_reader_sees_the_indicators_of_the_year(sign_in: SignIn) -> None:
    http, _ = await sign_in("report-reader")
    text = text_of(await http.get("/learners", params={"year_be": 2568}))
    assert "100.00%" in text
    assert "1 จาก 1 โรงเรียน" in text
