"""Layouts of schools and colleges, what is kept of a file, its rejected rows, and files that meet each other."""

import asyncio
import csv
import io
from typing import Any
from uuid import UUID, uuid4

import httpx

from tests.support.credit_calls import get
from tests.support.credit_world import World

YEARLY = "เลขประจำตัวนักเรียน,ปีการศึกษา,ภาคเรียน,การอ่าน คิดวิเคราะห์ และเขียน,คุณลักษณะอันพึงประสงค์,กิจกรรมแนะแนว,เลขที่หลักฐาน"
SCHOOL = "เลขประจำตัวนักเรียน,รหัสวิชา,ปีการศึกษา,ภาคเรียน,ผลการเรียน,ผลแก้ตัว,เลขที่หลักฐาน"
COLLEGE = "รหัสนักศึกษา,รหัสวิชา,ภาคเรียนที่,ระดับคะแนน,เลขที่เอกสาร"
PLAIN = "เลขประจำตัวนักเรียน,รหัสวิชา,ปีการศึกษา,ภาคเรียน,ผลการเรียน,เลขที่หลักฐาน"


async def learner(world: World, number: str, place: UUID | None = None) -> UUID:
    made = await world.learner()
    world.registry.student_nos[str(place or world.school), number] = str(made)
    return made


async def upload(
    world: World,
    header: str,
    *rows: str,
    layout: str,
    who: str = "school-recorder",
    request_id: UUID | None = None,
) -> httpx.Response:
    return await world.http.post(
        "/v1/result-imports",
        files={"file": ("ผล.csv", "\n".join([header, *rows]).encode())},
        data={"data_status": "demonstration", "layout": layout},
        headers=world.staff[who].headers | {"Idempotency-Key": str(request_id or uuid4())},
    )


async def report(world: World, header: str, *rows: str, **how: Any) -> dict[str, Any]:
    answer = await upload(world, header, *rows, **how)
    assert answer.status_code == httpx.codes.OK, answer.text
    return answer.json()


def faults(found: dict[str, Any]) -> list[tuple[int, str | None, str]]:
    return [(row["row"], row["column"], row["reason"]) for row in found["rows"]]


async def test_school_file_states_a_remedial_examination_beside_the_first_attempt(world: World) -> None:
    await learner(world, "68001")
    rows = (
        "68001,ท31101,2568,1,0,1,ทดสอบ 1",
        "68001,ค31101,2568,1,3,,ทดสอบ 2",
        "68001,ศ31101,2568,1,2,1,ทดสอบ 3",
    )
    found = await report(world, SCHOOL, *rows, layout="nuaikit-school-results-1")
    assert faults(found) == [(4, "ผลแก้ตัว", "REMEDIAL_WITHOUT_FAILURE")]
    assert (found["row_count"], found["accepted"], found["rejected"]) == (3, 2, 1)
    shown = (await get(world, "entries", "school-recorder")).json()["entries"]
    attempts = sorted((item["course"]["key"]["code"], item["attempt"], item["attempt_kind"]) for item in shown)
    assert attempts == [
        ("ค31101", 1, "FIRST"),
        ("ท31101", 1, "FIRST"),
        ("ท31101", 2, "REMEDIAL"),
        ("ศ31101", 1, "FIRST"),
    ]


async def test_college_file_writes_term_and_year_in_one_cell(world: World) -> None:
    await learner(world, "66202040023", world.college)
    rows = ("66202040023,20000-1101,1/2568,3.5,รบ 1", "66202040023,20000-1102,2568/1,3,รบ 2")
    found = await report(world, COLLEGE, *rows, layout="nuaikit-college-results-1", who="college-recorder")
    assert faults(found) == [(3, "ภาคเรียนที่", "PERIOD_INVALID")]
    [entry] = (await get(world, "entries", "college-recorder")).json()["entries"]
    assert (entry["year_be"], entry["term"], entry["learning_type"]) == (2568, 1, "VOCATIONAL")
    assert entry["level"] == "VOCATIONAL_CERTIFICATE"


async def test_yearly_file_states_one_result_in_each_column(world: World) -> None:
    await learner(world, "68001")
    rows = ("68001,2568,1,ดีเยี่ยม,๒,ผ,ปพ 1", "68001,2568,2,,,,ปพ 2", "68001,2568,2,เยี่ยม,3,,ปพ 3")
    found = await report(world, YEARLY, *rows, layout="nuaikit-yearly-1")
    assert faults(found) == [(3, None, "VALUE_MISSING"), (4, "การอ่าน คิดวิเคราะห์ และเขียน", "GRADE_CODE_UNKNOWN")]
    assert (found["row_count"], found["accepted"], found["rejected"]) == (3, 1, 2)
    shown = (await get(world, "entries", "school-recorder")).json()["entries"]
    assert {(item["course"]["key"]["code"], item["term"]) for item in shown} == {
        ("READING_THINKING_WRITING", 1),
        ("DESIRABLE_CHARACTERISTICS", 1),
        ("GUIDANCE", 1),
        ("DESIRABLE_CHARACTERISTICS", 2),
    }
    assert {item["source_mode"] for item in shown} == {"ASSESSMENT"}
    again = await report(world, YEARLY, *rows, layout="nuaikit-yearly-1")
    assert (again["already_known"], again["accepted"]) == (1, 1)


async def test_rejected_rows_come_back_as_a_file_that_is_mended_and_sent_again(world: World) -> None:
    await learner(world, "68001")
    rows = ("68001,ท31101,2568,1,3,ทดสอบ 1", "68001,ค31101,2568,1,4.5,ทดสอบ 2", "68009,ศ31101,2568,1,4,ทดสอบ 3")
    found = await report(world, PLAIN, *rows, layout="nuaikit-results-1")
    answer = await get(world, f"result-imports/{found['import_id']}/rejected-rows", "school-recorder")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    told = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert told[0] == [*PLAIN.split(","), "รหัสเหตุผล", "คำอธิบาย"]
    assert [(row[0], row[1], row[-2]) for row in told[1:]] == [
        ("68001", "ค31101", "GRADE_CODE_UNKNOWN"),
        ("68009", "ศ31101", "LEARNER_UNKNOWN"),
    ]
    assert all(any("\u0e00" < letter < "\u0e7f" for letter in row[-1]) for row in told[1:])
    told[1][4] = "4"
    text = io.StringIO()
    csv.writer(text).writerows(told)
    found = await report(world, *text.getvalue().splitlines(), layout="nuaikit-results-1")
    assert (found["accepted"], faults(found)) == (1, [(3, "เลขประจำตัวนักเรียน", "LEARNER_UNKNOWN")])
    assert await world.fetchval("SELECT count(*) FROM entry") == 2


async def test_what_was_told_of_a_file_can_be_read_later_by_its_institution_only(world: World) -> None:
    await learner(world, "68001")
    rows = ("68001,ท31101,2568,1,3,ทดสอบ 1", "67890012345,ค31101,2568,1,4,ทดสอบ 2")
    found = await report(world, PLAIN, *rows, layout="nuaikit-results-1")
    [kept] = (await get(world, "result-imports", "school-recorder")).json()["imports"]
    assert kept["import_id"] == found["import_id"]
    assert kept["rows"] == found["rows"]
    assert kept["rows"][0]["masked_value"] == "…2345"
    tables = ("result_import", "result_import_part", "result_import_fault", "result_import_rejected")
    stored = [
        row["row"] for name in tables for row in await world.fetch(f"SELECT to_jsonb(t)::text AS row FROM {name} t")
    ]
    assert len(stored) == 3, "the file, its fault, and the sealed row"
    assert "67890012345" not in str(stored), "numbers of persons are not readable"
    assert (await get(world, f"result-imports/{found['import_id']}", "school-recorder")).json() == found
    for part in ("", "/faults", "/rejected-rows"):
        hidden = await get(world, f"result-imports/{found['import_id']}{part}", "college-recorder")
        assert (hidden.status_code, hidden.json()["reason"]) == (httpx.codes.NOT_FOUND, "IMPORT_UNKNOWN")
    assert (await get(world, "result-imports", "college-recorder")).json()["imports"] == []
    refused = await get(world, "result-imports", "school-registrar")
    assert (refused.status_code, refused.json()["reason"]) == (httpx.codes.FORBIDDEN, "PERMISSION_MISSING")


async def test_files_with_the_same_results_at_once_record_each_once(world: World) -> None:
    """CB-I13 across concurrent imports."""
    for number in ("68001", "68002", "68003"):
        await learner(world, number)
    codes = ("ท31101", "ค31101", "ศ31101", "พ31101")
    rows = [f"{number},{code},2568,1,3,ทดสอบ 1" for number in ("68001", "68002", "68003") for code in codes]
    found = await asyncio.gather(
        *(report(world, PLAIN, *order, layout="nuaikit-results-1") for order in (rows, rows[::-1], rows[6:] + rows[:6]))
    )
    assert [item["accepted"] for item in found] == [12, 12, 12]
    assert sum(item["already_known"] for item in found) == 24
    assert await world.fetchval("SELECT count(*) FROM entry") == 12
    assert await world.fetchval("SELECT count(*) FROM journal") == 12


async def test_files_that_disagree_at_once_leave_one_result_and_say_so_for_the_other(world: World) -> None:
    """CB-I13: which file wins is chance, that one does is not."""
    await learner(world, "68001")
    found = await asyncio.gather(
        *(
            report(world, PLAIN, f"68001,ท31101,2568,1,{grade},ทดสอบ 1", layout="nuaikit-results-1")
            for grade in ("2", "3", "4")
        )
    )
    assert sorted(item["accepted"] for item in found) == [0, 0, 1]
    told = [fault for item in found for fault in faults(item)]
    assert told == [(2, "ผลการเรียน", "ENTRY_EXISTS_DIFFERENT")] * 2
    assert await world.fetchval("SELECT count(*) FROM entry") == 1


async def test_file_says_which_institution_taught(world: World) -> None:
    await learner(world, "68001")
    await world.execute(
        "UPDATE institution_copy SET official_code = '1320000001' WHERE institution_id = $1", world.college
    )
    twin = "INSERT INTO institution_copy (institution_id, kind, name_th, local_alias, data_status)"
    for number in (1, 2):
        await world.execute(f"{twin} VALUES ($1, 'COLLEGE', $2, 'TWIN', 'demonstration')", uuid4(), f"ซ้ำ {number}")
    rows = (
        "68001,ท31101,2568,1,3,ทดสอบ 1,๑๓๒๐๐๐๐๐๐๑",
        f"68001,ค31101,2568,1,3,ทดสอบ 2,SCHOOL-{world.school}",
        "68001,ศ31101,2568,1,3,ทดสอบ 3,",
        "68001,พ31101,2568,1,3,ทดสอบ 4,TWIN",
        "68001,พ31102,2568,1,3,ทดสอบ 5,9999999999",
    )
    found = await report(world, f"{PLAIN},รหัสสถานศึกษาที่สอน", *rows, layout="nuaikit-results-1")
    assert faults(found) == [
        (5, "รหัสสถานศึกษาที่สอน", "INSTITUTION_UNKNOWN"),
        (6, "รหัสสถานศึกษาที่สอน", "INSTITUTION_UNKNOWN"),
    ]
    shown = (await get(world, "entries", "school-recorder")).json()["entries"]
    taught = {item["course"]["key"]["code"]: item["taught_by_institution_id"] for item in shown}
    assert taught == {"ท31101": str(world.college), "ค31101": None, "ศ31101": None}
