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
    }
    assert told[(4, "OVEC_CODE_SHAPE")]["suggestions"] == ["20000-1105"]
    assert told[(3, "HOURS_UNUSUAL")]["is_refused"] is False
    assert all(row["title_th"] for row in report["rows"])
    [shown] = (await get(world, "courses?code=20000-1103", "auditor")).json()["courses"]
    assert (shown["valid_from"], shown["provision_modes"]) == ("2026-05-16", ["DUAL_VOCATIONAL_TRAINING"])
    assert shown["provenance"]["source"] == "แฟ้มทดสอบ"
    again = (await send(world, table(GOOD, ODD, *BAD))).json()
    assert (again["accepted"], again["already_known"], again["rejected"]) == (2, 2, 4)


async def test_rehearsal_changes_nothing(world: World) -> None:
    report = (await send(world, table(GOOD), "course-imports?dry_run=true")).json()
    assert (report["is_dry_run"], report["accepted"]) == (True, 1)
    assert (await get(world, "courses?code=20000-1103", "auditor")).json()["courses"] == []


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
