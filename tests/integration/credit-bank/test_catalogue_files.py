"""Catalogue files: in with every fault explained, the rejected rows back, and out to come in again unchanged."""

import csv
import io
from typing import Any
from uuid import uuid4

import httpx
import pytest
from credit_bank.catalogue.layout import COLUMNS

from tests.support.credit_calls import get
from tests.support.credit_world import World

HEADER = "ระบบรหัส,รหัสวิชา,หลักสูตร,ชื่อวิชา,หน่วยกิต,ชั่วโมงรวม,ท-ป-น,หมวดวิชา,ขอบเขต,รูปแบบการจัด,เปิดเรียนตั้งแต่"
GOOD = "สอศ.,๒๐๐๐๐–๑๑๐๓,PWC-2562,ภาษาไทยในงาน,1,36,0-2-1,CORE,NATIONAL PROVINCE:70,DUAL_VOCATIONAL_TRAINING,16/05/2569"
ODD = "OVEC,20000-1104,PWC-2562,การเขียน,1,40,0-2-1,CORE,,,"
BAD = (
    "OVEC,200001105,PWC-2562,อ่าน,1.5,36,0/2/1,CORE,,,",
    "สกศ.,X,PWC-2562,ผิดระบบ,1,36,,,,,",
    "OVEC,20000-1106,PWC-2562,วันผิด,1,36,0-2-1,CORE,,,31/02/2569",
    "OVEC,20000-1107,PWC-2562,=1+1,1,36,0-2-1,core,VILLAGE,,",
)


def table(*rows: str) -> bytes:
    return "\n".join([HEADER, *rows]).encode()


async def send(
    world: World, content: bytes, path: str = "course-imports", who: str = "publisher", request_id: Any = None
) -> httpx.Response:
    return await world.http.post(
        f"/v1/{path}",
        files={"file": ("courses.csv", content)},
        data={"source": "แฟ้มทดสอบ", "data_status": "demonstration"},
        headers=world.staff[who].headers | {"Idempotency-Key": str(request_id or uuid4())},
    )


async def test_good_rows_are_in_and_every_fault_of_the_others_is_explained(world: World) -> None:
    report = (await send(world, table(GOOD, ODD, *BAD))).json()
    assert (report["row_count"], report["accepted"], report["rejected"]) == (6, 2, 4)
    told = {(row["row"], row["reason"]): row for row in report["rows"]}
    assert {key for key, row in told.items() if row["is_refused"]} == {
        (4, "OVEC_CODE_SHAPE"),
        (4, "CREDIT_STEP"),
        (4, "TPN_SHAPE"),
        (5, "CODE_SYSTEM_UNKNOWN"),
        (6, "DATE_INVALID"),
        (7, "SCOPE_TAG_SHAPE"),
        (7, "CATEGORY_SHAPE"),
    }
    assert told[(4, "OVEC_CODE_SHAPE")]["suggestions"] == ["20000-1105"]
    assert told[(3, "HOURS_UNUSUAL")]["is_refused"] is False
    assert all(row["title_th"] for row in report["rows"])
    [shown] = (await get(world, "courses?code=20000-1103", "auditor")).json()["courses"]
    assert (shown["valid_from"], shown["provision_modes"]) == ("2026-05-16", ["DUAL_VOCATIONAL_TRAINING"])
    assert shown["provenance"]["source"] == "แฟ้มทดสอบ"
    assert told[(5, "CODE_SYSTEM_UNKNOWN")]["suggestions"] == ["OBEC", "OVEC", "SHORT", "EXT"]
    again = (await send(world, table(GOOD, ODD, *BAD))).json()
    assert (again["accepted"], again["already_known"], again["rejected"]) == (2, 2, 4)


async def test_rehearsal_changes_nothing(world: World) -> None:
    report = (await send(world, table(GOOD), "course-imports?dry_run=true")).json()
    assert (report["is_dry_run"], report["accepted"]) == (True, 1)
    assert (await get(world, "courses?code=20000-1103", "auditor")).json()["courses"] == []


async def test_rehearsal_and_rejected_rows_tell_what_the_catalogue_will_refuse(world: World) -> None:
    published = "OVEC,20000-1101,PWC-2562,ภาษาไทยพื้นฐาน,2,36,,CORE,,,"
    twice = (GOOD, GOOD.replace("ภาษาไทยในงาน", "ชื่ออื่น"), GOOD)
    rehearsed = (await send(world, table(published, *twice), "course-imports?dry_run=true")).json()
    refused = {(row["row"], row["column"], row["reason"]): row for row in rehearsed["rows"] if row["is_refused"]}
    assert set(refused) == {(2, "หน่วยกิต", "COURSE_CREDITS_FIXED"), (4, "รหัสวิชา", "DUPLICATE_ITEM")}
    assert refused[(2, "หน่วยกิต", "COURSE_CREDITS_FIXED")]["suggestions"] == ["1.0"]
    answer = await send(world, table(published, *twice), "course-imports/rejected-rows")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["รหัสเหตุผล"] for row in rows] == ["COURSE_CREDITS_FIXED", "DUPLICATE_ITEM"]
    done = (await send(world, table(published, *twice))).json()
    assert done["rows"] == rehearsed["rows"]
    assert (done["accepted"], done["already_known"], done["rejected"]) == (2, 1, 2)


@pytest.mark.parametrize(
    ("changes", "column", "reason", "suggestions"),
    [
        ({0: "สกศ."}, "ระบบรหัส", "CODE_SYSTEM_UNKNOWN", ["OVEC"]),
        ({0: "", 1: "ท31101"}, "ระบบรหัส", "CODE_SYSTEM_UNKNOWN", ["OBEC"]),
        ({1: "20000-110"}, "รหัสวิชา", "OVEC_CODE_SHAPE", ["20000-1101", "20000-1102"]),
        ({0: "OBEC", 1: "ท34101"}, "รหัสวิชา", "OBEC_CODE_YEAR", ["ท31101"]),
        ({2: ""}, "หลักสูตร", "CURRICULUM_VERSION_MISSING", ["PWC-2562", "PWC-2567"]),
        ({4: "1 หน่วย"}, "หน่วยกิต", "CREDIT_STEP", ["1"]),
        ({5: "36 ชม."}, "ชั่วโมงรวม", "NUMBER_INVALID", ["36"]),
        ({8: "ทั้งประเทศ 70"}, "ขอบเขต", "SCOPE_TAG_SHAPE", ["NATIONAL PROVINCE:70"]),
        ({8: "หมู่บ้าน"}, "ขอบเขต", "SCOPE_TAG_SHAPE", []),
        ({9: "ทวิภาคี"}, "รูปแบบการจัด", "PROVISION_MODE_UNKNOWN", ["DUAL_VOCATIONAL_TRAINING"]),
        ({9: "ทวิศึกษา"}, "รูปแบบการจัด", "PROVISION_MODE_UNKNOWN", []),
        ({10: "16/05/2026"}, "เปิดเรียนตั้งแต่", "DATE_INVALID", ["16/05/2569"]),
        ({10: "2569-05-16"}, "เปิดเรียนตั้งแต่", "DATE_INVALID", ["16/05/2569"]),
        ({10: "16.5.69"}, "เปิดเรียนตั้งแต่", "DATE_INVALID", ["16/05/2569"]),
        ({10: "31/02/2569"}, "เปิดเรียนตั้งแต่", "DATE_INVALID", []),
    ],
)
async def test_each_fault_of_a_cell_is_told_with_what_was_probably_meant(
    world: World, changes: dict[int, str], column: str, reason: str, suggestions: list[str]
) -> None:
    cells = ["OVEC", "20000-1103", "PWC-2562", "ภาษาไทยในงาน", "1", "36", "0-2-1", "CORE"]
    cells += ["NATIONAL", "INSTITUTION", "16/05/2569"]
    for place, text in changes.items():
        cells[place] = text
    report = (await send(world, table(",".join(cells)), "course-imports?dry_run=true")).json()
    told = {(row["column"], row["reason"]): row["suggestions"] for row in report["rows"] if row["is_refused"]}
    assert told[(column, reason)] == suggestions
    sentence = next(row["title_th"] for row in report["rows"] if row["reason"] == reason)
    assert any(word in sentence for word in ("กรุณา", "ต้อง", "ใช้", "เว้นว่าง")), sentence


async def test_every_fault_of_one_row_is_told_at_once(world: World) -> None:
    row = "OVEC,200001103,PWC-2562,,1 หน่วย,36 ชม.,0/2/1,core,VILLAGE,ทวิภาคี,16/05/2026"
    report = (await send(world, table(row), "course-imports?dry_run=true")).json()
    assert sorted(row["reason"] for row in report["rows"] if row["is_refused"]) == [
        "CATEGORY_SHAPE",
        "CREDIT_STEP",
        "DATE_INVALID",
        "NUMBER_INVALID",
        "OVEC_CODE_SHAPE",
        "PROVISION_MODE_UNKNOWN",
        "SCOPE_TAG_SHAPE",
        "TITLE_MISSING",
        "TPN_SHAPE",
    ]
    assert (report["row_count"], report["rejected"]) == (1, 1)


async def test_rejected_rows_come_back_with_reasons_and_may_be_mended_and_sent(world: World) -> None:
    answer = await send(world, table(GOOD, *BAD), "course-imports/rejected-rows")
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["รหัสวิชา"] for row in rows] == ["200001105", "X", "20000-1106", "20000-1107"]
    assert set(rows[0]["รหัสเหตุผล"].split()) == {"OVEC_CODE_SHAPE", "CREDIT_STEP", "TPN_SHAPE"}
    assert "20000-1105" in rows[0]["ค่าที่แนะนำ"]
    assert all(row["คำอธิบาย"] for row in rows)
    assert rows[3]["ชื่อวิชา"].endswith("=1+1")
    assert not rows[3]["ชื่อวิชา"].startswith("=")
    rows[0] |= {"รหัสวิชา": "20000-1105", "หน่วยกิต": "1", "ท-ป-น": "0-2-1"}
    mended = io.StringIO()
    writer = csv.DictWriter(mended, rows[0])
    writer.writeheader()
    writer.writerow(rows[0])
    report = (await send(world, mended.getvalue().encode())).json()
    assert (report["accepted"], report["rejected"]) == (1, 0)


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
async def test_exported_file_comes_in_again_unchanged(world: World, file_format: str) -> None:
    await send(world, table(GOOD, ODD))
    path = f"course-exports?format={file_format}&code_system=OVEC"
    answer = await get(world, path, "publisher")
    assert answer.status_code == 200
    if file_format == "csv":
        assert tuple(next(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))) == COLUMNS
    report = (await send(world, answer.content)).json()
    assert (report["accepted"], report["already_known"], report["rejected"]) == (6, 6, 0)


async def test_institution_brings_in_its_own_courses_and_others_may_not(world: World) -> None:
    own = "SHORT,RB-9,RB-2569,หลักสูตรระยะสั้น,,30,,,,,"
    report = (await send(world, table(own), who="school-registrar")).json()
    assert (report["accepted"], report["rejected"]) == (1, 0)
    [shown] = (await get(world, "courses?code=RB-9", "auditor")).json()["courses"]
    assert shown["key"]["owner_institution_id"] == str(world.school)
    exported = (await get(world, "course-exports", "school-registrar")).content.decode("utf-8-sig")
    assert [row["รหัสวิชา"] for row in csv.DictReader(io.StringIO(exported))] == ["RB-9"]
    assert (await send(world, table(own), who="auditor")).status_code == 403
    for content, reason in ((b"\x00\x01" * 50, "FILE_UNREADABLE"), ("ก,ข\n1,2".encode(), "HEADER_MISSING")):
        answer = await send(world, content)
        assert (answer.status_code, answer.json()["reason"]) == (422, reason)
