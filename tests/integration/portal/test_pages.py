"""What each person sees, with everything there, nothing there, and any part away."""

import re
from collections.abc import Callable

import grpc
import pytest

from tests.integration.portal.conftest import Browser
from tests.support.kafka import eventually
from tests.support.portal_world import AGENCY, LEARNER, SCHOOL, PortalWorld, assignment_id
from tests.support.telemetry import LogLines, RecordedTelemetry

Browse = Callable[[], Browser]
AWAY = "ไม่ตอบในขณะนี้"


def text_of(page: str) -> str:
    """Text of a page without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


async def test_home_explains_and_offers_sign_in(browse: Browse) -> None:
    page = await browse().get("/")
    assert 'href="/sign-in"' in page.text
    assert "ผู้เรียนดูรายการนั้นได้" in page.text


async def test_every_answer_forbids_scripts_and_frames_and_keeping(browse: Browse) -> None:
    browser = browse()
    for path in ("/", "/learners", "/nothing-here"):
        headers = (await browser.get(path)).headers
        policy = headers["content-security-policy"]
        assert policy.startswith("default-src 'none'")
        assert "script-src" not in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"


async def test_health_paths_answer_without_any_neighbour(browse: Browse, world: PortalWorld) -> None:
    await world.stop(*world.neighbours)
    assert (await browse().get("/livez")).json() == {"status": "ok"}
    assert (await browse().get("/readyz")).status_code == 200


async def test_registrar_sees_learners_credits_per_unit_and_cases(browse: Browse, world: PortalWorld) -> None:
    page = await browse().sign_in("registrar")
    text = text_of(page.text)
    assert "ทั้งหมด 23 คน" in text
    assert "นางสาวกมล ตัวอย่าง" in text
    assert "ข้อมูลสาธิต" in text
    assert "2.5 หน่วยกิต (สพฐ.)" in text
    assert "รอตรวจสอบ 0.5 หน่วยกิต (สพฐ.)" in text
    assert "ม.6: 1.0 หน่วยกิต (สพฐ.)" in text
    assert "ปวช. (หลักสูตร 2562): 1 หน่วยกิต (สอศ.)" in text
    assert "ลงบัญชีแล้ว · รับเทียบโอนบางรายการ" in text
    assert "เกณฑ์ยังไม่ยืนยัน" in text
    assert "ตัวชี้วัด" not in text
    asked = {method for method, _, _ in world.told.calls}
    assert not asked & {"GetGuidanceRecord", "indicators"}
    assert {assignment for method, _, assignment in world.told.calls if method == "GetStatement"} == {
        assignment_id("registrar", 0)
    }


async def test_what_others_wrote_is_shown_as_text(browse: Browse) -> None:
    page = await browse().sign_in("registrar")
    assert "&lt;ตรวจที่ข้อ 3&gt;" in page.text
    assert "<ตรวจ" not in page.text


async def test_long_list_comes_in_pages(browse: Browse) -> None:
    browser = browse()
    first = await browser.sign_in("registrar")
    assert len(re.findall(r'<a href="/learners/[0-9a-f-]{36}">นางสาว', first.text)) == 20
    [address] = re.findall(r'href="([^"]+page=[^"]+)"', first.text)
    second = await browser.http.get(address.replace("&amp;", "&"))
    assert len(re.findall(r'<a href="/learners/[0-9a-f-]{36}">นางสาว', second.text)) == 3
    assert "หน้าแรกของรายชื่อ" in second.text


async def test_teacher_reads_guidance_only_on_the_page_of_one_learner(browse: Browse, world: PortalWorld) -> None:
    browser = browse()
    page = await browser.sign_in("homeroom")
    assert "GetGuidanceRecord" not in {method for method, _, _ in world.told.calls}
    assert "สะสมในธนาคาร" not in page.text
    detail = text_of((await browser.get(f"/learners/{LEARNER}")).text)
    assert "20000-1101 ภาษาไทยพื้นฐาน" in detail
    assert "9S รุ่น 0.1 เมื่อ 14 ก.ค. 2569: ยังไม่จัดกลุ่ม" in detail
    assert "ระบบไม่คำนวณกลุ่ม" in detail
    assert "1323" in detail
    assert "แนะแนวเส้นทาง ม.6 ควบ ปวช. · ด้านอาชีพ" in detail
    assert "ใครเปิดดูข้อมูลของฉัน" not in detail
    assert not {"GetStatement", "GetTranscript"} & {method for method, _, _ in world.told.calls}


async def test_committee_member_sees_cases_without_the_list_of_learners(browse: Browse) -> None:
    page = await browse().sign_in("member")
    text = text_of(page.text)
    assert "คำขอเทียบโอน" in text
    assert f"ผู้เรียน …{LEARNER[-6:]}" in text
    assert "ทั้งหมด" not in text


async def test_report_reader_sees_indicators_with_population_and_may_take_them_along(browse: Browse) -> None:
    browser = browse()
    page = await browser.sign_in("reader")
    text = text_of(page.text)
    assert "75.00%" in text
    assert "24 จาก 32 คน" in text
    assert "ประชากรทั้งหมดของระบบนี้" in text
    assert "ไม่แสดง ประชากรน้อยกว่า 5 คน" in text
    assert "5 ต.ค. 2569 เวลา 10:00 น." in text
    assert "ผู้เรียน ทั้งหมด" not in text
    csv = await browser.get("/indicators.csv", year_be=2568)
    assert csv.content == browser.world.told.csv
    assert csv.headers["content-disposition"] == 'attachment; filename="indicators-2568.csv"'


async def test_chosen_assignment_decides_what_is_seen_and_is_remembered(browse: Browse) -> None:
    browser = browse()
    page = await browser.sign_in("two-hats")
    assert "ทั้งหมด 23 คน" in text_of(page.text)
    page = await browser.get("/learners", assignment=assignment_id("two-hats", 1))
    assert "ตัวชี้วัด" in page.text
    assert "ทั้งหมด 23 คน" not in text_of(page.text)
    assert "ตัวชี้วัด" in (await browser.get("/learners")).text
    assert AGENCY != SCHOOL
    stranger = await browser.get("/learners", assignment=assignment_id("registrar", 0))
    assert "ตัวชี้วัด" in stranger.text


async def test_learner_sees_own_credits_and_who_looked_newest_first(browse: Browse, world: PortalWorld) -> None:
    page = await browse().sign_in("learner")
    text = text_of(page.text)
    assert "สะสมในธนาคารหน่วยกิต 2.5 หน่วยกิต (สพฐ.)" in text
    assert "ท31101 ภาษาไทย" in text
    assert "เนื้อหาครอบคลุมไม่ถึงเกณฑ์" in text
    looks = text[text.index("ใครเปิดดูข้อมูลของฉัน") :]
    order = [looks.index(who) for who in ("นายทะเบียนวิทยาลัย", "นายทะเบียนโรงเรียน", "ครูประจำชั้น")]
    assert order == sorted(order)
    assert "พิจารณาเทียบโอน" in looks
    assert "วิทยาลัยอาชีวศึกษาตัวอย่าง (สมมติ)" in looks
    assert {assignment for _, _, assignment in world.told.calls} == {""}


async def test_person_without_a_role_is_told_what_to_do(browse: Browse) -> None:
    nobody = text_of((await browse().sign_in("nobody")).text)
    assert "ยังไม่ได้รับมอบหมายหน้าที่" in nobody
    assert "แจ้งผู้ดูแลระบบของสถานศึกษา" in nobody
    publisher = text_of((await browse().sign_in("publisher")).text)
    assert "ยังไม่มีข้อมูลสำหรับหน้าที่นี้" in publisher


async def test_empty_school_is_said_with_what_comes_next(browse: Browse, world: PortalWorld) -> None:
    world.told.learners.clear()
    world.told.cases.clear()
    text = text_of((await browse().sign_in("registrar")).text)
    assert "เมื่อสถานศึกษานำเข้ารายชื่อแล้ว" in text
    assert "ยังไม่มีคำขอเทียบโอน" in text


async def test_learner_without_anything_is_told_so(browse: Browse, world: PortalWorld) -> None:
    world.told.accounts.clear()
    world.told.cases.clear()
    world.told.record.Clear()
    for reads in world.told.reads.values():
        reads.clear()
    text = text_of((await browse().sign_in("learner")).text)
    for sentence in ("ยังไม่มีคำขอเทียบโอน", "ยังไม่มีการคัดกรอง", "ยังไม่มีกิจกรรม", "ยังไม่มีใครเปิดดูข้อมูลของท่าน"):
        assert sentence in text


async def test_credit_bank_away_is_said_once_and_names_stay(browse: Browse, world: PortalWorld) -> None:
    browser = browse()
    await browser.sign_in("registrar")
    await world.stop("credit-bank")
    world.told.calls.clear()
    text = text_of((await browser.get("/learners")).text)
    assert "นางสาวกมล ตัวอย่าง" in text
    assert f"ระบบธนาคารหน่วยกิต{AWAY}" in text
    assert "ไม่ทราบ" in text
    assert "0.0 หน่วยกิต" not in text
    await world.start("credit-bank")

    async def is_back() -> bool:
        return AWAY not in (await browser.get("/learners")).text

    await eventually(is_back, timeout_s=10, what="the credit bank to be found again")


async def test_registry_away_leaves_what_the_last_assignment_may_still_see(browse: Browse, world: PortalWorld) -> None:
    browser = browse()
    await browser.sign_in("registrar")
    await world.stop("student-registry")
    page = await browser.get("/learners")
    text = text_of(page.text)
    assert page.status_code == 200
    assert f"ระบบทะเบียนผู้เรียน{AWAY}" in text
    assert "ลงบัญชีแล้ว · รับเทียบโอนบางรายการ" in text
    assert f"ผู้เรียน …{LEARNER[-6:]}" in text


async def test_registry_away_at_the_first_page_is_said(browse: Browse, world: PortalWorld) -> None:
    await world.stop("student-registry")
    page = await browse().sign_in("registrar")
    assert page.status_code == 503
    assert "ยังไม่ตอบ" in page.text
    assert "ออกจากระบบ" in page.text


async def test_indicators_away_are_said(browse: Browse, world: PortalWorld) -> None:
    browser = browse()
    await browser.sign_in("reader")
    await world.stop("indicators")
    page = await browser.get("/learners")
    assert page.status_code == 200
    assert f"ระบบตัวชี้วัด{AWAY}" in text_of(page.text)
    assert (await browser.get("/indicators.csv", year_be=2568)).status_code == 503


async def test_guidance_away_leaves_the_learners_credits(browse: Browse, world: PortalWorld) -> None:
    browser = browse()
    await browser.sign_in("learner")
    await world.stop("guidance")
    text = text_of((await browser.get("/learners")).text)
    assert "2.5 หน่วยกิต (สพฐ.)" in text
    assert text.count(f"ระบบงานแนะแนว{AWAY}") == 2  # its record, and its part of who looked
    assert "นายทะเบียนวิทยาลัย" in text


async def test_learner_of_another_school_does_not_exist(browse: Browse, world: PortalWorld) -> None:
    world.told.refuse |= {
        "GetStatement": grpc.StatusCode.NOT_FOUND,
        "GetTranscript": grpc.StatusCode.NOT_FOUND,
        "ListTransferCases": grpc.StatusCode.NOT_FOUND,
    }
    browser = browse()
    await browser.sign_in("registrar")
    page = await browser.get("/learners/0192f0c4-7b1e-7000-8000-0000000000ff")
    assert page.status_code == 404
    assert "ไม่พบหน้านี้" in page.text


@pytest.mark.parametrize("path", ["/nothing", "/learners/not-an-id", "/static/secret.txt", "/learners?year_be=x"])
async def test_wrong_address_is_a_thai_page(browse: Browse, path: str) -> None:
    browser = browse()
    await browser.sign_in("registrar")
    page = await browser.http.get(path)
    assert page.status_code in (404, 422)
    assert "text/html" in page.headers["content-type"]
    assert 'href="/learners"' in page.text


async def test_unusable_answer_of_a_service_is_said_and_logged(
    browse: Browse, world: PortalWorld, logs: LogLines
) -> None:
    world.told.refuse["ListTransferCases"] = grpc.StatusCode.INTERNAL
    text = text_of((await browse().sign_in("registrar")).text)
    assert "ตอบกลับมาไม่ถูกต้อง" in text
    assert "นางสาวกมล ตัวอย่าง" in text
    assert logs.saying("Service gave an unusable answer")


async def test_names_are_in_no_log_and_no_span(
    browse: Browse, world: PortalWorld, logs: LogLines, telemetry: RecordedTelemetry
) -> None:
    browser = browse()
    await browser.sign_in("registrar")
    await browser.get(f"/learners/{LEARNER}")
    written = " ".join([*logs.texts, *[f"{span.name} {dict(span.attributes or {})}" for span in telemetry.spans]])
    assert "กมล" not in written
    assert LEARNER not in written


async def test_page_and_its_calls_are_one_trace(browse: Browse, telemetry: RecordedTelemetry) -> None:
    browser = browse()
    await browser.sign_in("registrar")
    telemetry.clear()
    await browser.get(f"/learners/{LEARNER}")
    page = telemetry.span("GET /learners/{learner_id}")
    names = {span.name for span in telemetry.trace(page)}
    assert "nuaikit.credit_bank.v1.LedgerService/GetStatement" in names
