"""Learner files as schools send them: the good rows are in, the others are told, and sending again changes nothing."""

import asyncio
import csv
import io
from datetime import date
from uuid import UUID, uuid4

import openpyxl
import pytest

NAMES = ("กมลชนก", "ขวัญข้าว", "คุณานนต์", "จิรายุ", "ฉัตรชัย", "ชลธิชา", "ญาณิศา", "ณัฐวุฒิ")
COLUMNS = (
    "เลขประจำตัวนักเรียน", "เลขประจำตัวประชาชน", "รหัส G", "คำนำหน้า", "ชื่อ", "นามสกุล", "วันเกิด (พ.ศ.)", "เพศ",
    "บทบาท", "ระบบการศึกษา", "ชั้น", "ห้อง", "หลักสูตร", "วันเริ่มเรียน (พ.ศ.)",
)  # fmt: skip
THAI = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")


@pytest.fixture
async def registrar(world):
    return await world.staff("school_registrar", "demo-school")


def row(build, n=0, cells=None):
    """One right row; `cells` by column name replace its cells.

    They are no keyword arguments: Python writes SARA AM of a keyword as two characters.
    """
    usual = {
        "เลขประจำตัวนักเรียน": f"{68001 + n}",
        "เลขประจำตัวประชาชน": build.citizen_id(),
        "คำนำหน้า": "เด็กชาย",
        "ชื่อ": NAMES[n % len(NAMES)],
        "นามสกุล": "ตัวอย่างดี",
        "วันเกิด (พ.ศ.)": "15/06/2552",
        "เพศ": "ช",
        "บทบาท": "หลัก",
        "ระบบการศึกษา": "ในระบบ",
        "ชั้น": "M.4",
        "ห้อง": "1",
        "วันเริ่มเรียน (พ.ศ.)": "16/05/2568",
    }
    return dict.fromkeys(COLUMNS, "") | usual | (cells or {})


def csv_of(rows, *, encoding="utf-8-sig"):
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


async def send(world, person, content, *, at="demo-school", dry_run=False, request_id=None, **form):
    return await world.http.post(
        "/v1/learner-imports",
        params={"dry_run": dry_run},
        headers=person.headers | {"Idempotency-Key": request_id or str(uuid4())},
        files={"file": ("learners.csv", content)},
        data={"institution_id": world.institutions[at], "data_status": "demonstration"} | form,
    )


async def report(*args, **more):
    answer = await send(*args, **more)
    assert answer.status_code == 200, answer.text
    return answer.json()


def counts(answer):
    return answer["row_count"], answer["accepted"], answer["already_known"], answer["rejected"]


async def learners_of(world, at="demo-school"):
    place = UUID(world.institutions[at])
    return await world.value("SELECT count(*) FROM learner WHERE registrar_institution_id = $1", place)


async def test_file_is_imported_and_sent_again_changes_nothing(world, build, registrar):
    content = csv_of([row(build, n) for n in range(8)])
    first = await report(world, registrar, content)
    assert counts(first) == (8, 8, 0, 0)
    assert (first["layout"], first["encoding"], first["rows"]) == ("nuaikit-learners-1", "utf-8", [])
    before = await world.value("SELECT count(*) FROM outbox")
    assert counts(await report(world, registrar, content)) == (8, 0, 8, 0)
    assert await learners_of(world) == 8
    assert await world.value("SELECT count(*) FROM outbox") == before


async def test_same_request_gives_the_same_report_and_other_content_is_refused(world, build, registrar):
    request_id, rows = str(uuid4()), [row(build)]
    first = await report(world, registrar, csv_of(rows), request_id=request_id)
    assert await report(world, registrar, csv_of(rows), request_id=request_id) == first
    other = await send(world, registrar, csv_of([row(build)]), request_id=request_id)
    assert (other.status_code, other.json()["reason"]) == (409, "REQUEST_MISMATCH")


async def test_dry_run_tells_all_and_writes_nothing(world, build, registrar):
    content = csv_of([row(build, 0), row(build, 1, {"ชื่อ": ""})])
    dry = await report(world, registrar, content, dry_run=True)
    assert (dry["is_dry_run"], counts(dry)) == (True, (2, 1, 0, 1))
    assert await learners_of(world) == 0
    wet = await report(world, registrar, content)
    assert (counts(wet), wet["rows"]) == (counts(dry), dry["rows"])
    assert await learners_of(world) == 1


async def test_each_wrong_row_is_told_with_row_column_masked_value_and_thai_sentence(world, build, registrar):
    wrong = build.citizen_id()
    wrong = wrong[:12] + str((int(wrong[12]) + 1) % 10)
    good = row(build, 0)
    answer = await report(
        world,
        registrar,
        csv_of([good, row(build, 1, {"เลขประจำตัวประชาชน": wrong}), row(build, 2, {"ชื่อ": ""}), good, row(build, 4)]),
    )
    assert counts(answer) == (5, 2, 0, 3)
    assert [(item["row"], item["column"], item["masked_value"], item["reason"]) for item in answer["rows"]] == [
        (3, "เลขประจำตัวประชาชน", "•••••••••" + wrong[9:], "CITIZEN_ID_CHECK_DIGIT"),
        (4, "ชื่อ", None, "VALUE_MISSING"),
        (5, "เลขประจำตัวประชาชน", "•••••••••" + good["เลขประจำตัวประชาชน"][9:], "DUPLICATE_ROW"),
    ]
    assert [item["title_th"][:14] for item in answer["rows"]] == ["เลขประจำตัวประ", "ช่องนี้ต้องมีข", "แถวนี้ซ้ำกับแถ"]
    kept = await world.http.get(f"/v1/learner-imports/{answer['import_id']}", headers=registrar.headers)
    assert kept.json() == answer


async def test_cut_file_gives_its_whole_rows(world, build, registrar):
    content = csv_of([row(build, n) for n in range(3)])
    answer = await report(world, registrar, content[: -len("วันเริ่มเรียน") * 4])
    assert counts(answer) == (3, 2, 0, 1)
    assert [(item["row"], item["reason"]) for item in answer["rows"]] == [(4, "ROW_TRUNCATED")]


async def test_cp874_file_is_recognised(world, build, registrar):
    content = csv_of([row(build, n) for n in range(4)], encoding="cp874")
    answer = await report(world, registrar, content)
    assert (answer["encoding"], counts(answer)) == ("cp874", (4, 4, 0, 0))
    listed = await world.http.get(
        "/v1/learners", params={"institution_id": world.institutions["demo-school"]}, headers=registrar.headers
    )
    assert [item["name"]["given_name_th"] for item in listed.json()["learners"]] == sorted(NAMES[:4])


async def test_cp874_declared_as_utf8_is_told_row_by_row_and_stores_no_broken_name(world, build, registrar):
    answer = await report(
        world, registrar, csv_of([row(build, n) for n in range(2)], encoding="cp874"), encoding="utf-8"
    )
    assert counts(answer) == (2, 0, 0, 2)
    assert {item["reason"] for item in answer["rows"]} == {"ENCODING_NOT_UTF8"}
    assert {item["row"] for item in answer["rows"]} == {2, 3}
    assert await learners_of(world) == 0


async def test_thai_digits_and_buddhist_years_are_read(world, build, registrar):
    plain = row(build, 0, {"ชั้น": "ม.4"})
    thai = {name: value.translate(THAI) for name, value in plain.items()}
    assert counts(await report(world, registrar, csv_of([thai]))) == (1, 1, 0, 0)
    assert counts(await report(world, registrar, csv_of([plain]))) == (1, 0, 1, 0)
    found = await world.rows(
        "SELECT birth_date, e.valid_from, e.grade_label FROM learner JOIN enrolment e USING (learner_id) "
        "WHERE registrar_institution_id = $1",
        UUID(world.institutions["demo-school"]),
    )
    assert [tuple(item) for item in found] == [(date(2009, 6, 15), date(2025, 5, 16), "M.4")]


async def test_spreadsheet_with_numbers_and_dates_as_such_is_read(world, build, registrar):
    book = openpyxl.Workbook()
    book.active.append(COLUMNS)
    cells = row(build, 0)
    cells |= {"เลขประจำตัวนักเรียน": 68001, "เลขประจำตัวประชาชน": int(cells["เลขประจำตัวประชาชน"])}
    cells |= {"วันเกิด (พ.ศ.)": date(2009, 6, 15), "ห้อง": 1, "วันเริ่มเรียน (พ.ศ.)": date(2025, 5, 16)}
    book.active.append([cells[name] for name in COLUMNS])
    content = io.BytesIO()
    book.save(content)
    answer = await report(world, registrar, content.getvalue())
    assert (answer["encoding"], counts(answer), answer["rows"]) == ("xlsx", (1, 1, 0, 0), [])


async def test_school_and_college_files_meet_in_one_learner(world, build, registrar):
    college = await world.staff("college_registrar", "demo-college")
    rows = [row(build, n, {"ระบบการศึกษา": "ทวิศึกษา"}) for n in range(3)]
    rows[2] |= {"เลขประจำตัวประชาชน": "", "รหัส G": build.g_code(), "วันเกิด (พ.ศ.)": "2552", "นามสกุล": ""}
    there = [
        one | {"เลขประจำตัวนักเรียน": f"6820104000{n}", "บทบาท": "ร่วม", "ชั้น": "ปวช.1", "หลักสูตร": "PWC-2562"}
        for n, one in enumerate(rows)
    ]
    assert counts(await report(world, registrar, csv_of(rows))) == (3, 3, 0, 0)
    assert counts(await report(world, college, csv_of(there), at="demo-college")) == (3, 3, 0, 0)
    assert await learners_of(world, "demo-college") == 0
    enrolled = await world.rows(
        "SELECT count(*) AS n FROM enrolment JOIN learner USING (learner_id) WHERE registrar_institution_id = $1 "
        "GROUP BY learner_id",
        UUID(world.institutions["demo-school"]),
    )
    assert [item["n"] for item in enrolled] == [2, 2, 2]


async def test_school_and_college_send_the_same_people_within_one_second(world, build, registrar):
    college = await world.staff("college_registrar", "demo-college")
    rows = [row(build, n, {"ระบบการศึกษา": "ทวิศึกษา"}) for n in range(1_200)]
    there = [one | {"บทบาท": "ร่วม", "ชั้น": "ปวช.1", "หลักสูตร": "PWC-2562"} for one in rows[::-1]]
    answers = await asyncio.gather(
        report(world, registrar, csv_of(rows)),
        report(world, college, csv_of(there), at="demo-college"),
        report(world, registrar, csv_of(rows[::-1])),
    )
    assert {answer["rejected"] for answer in answers} == {0}
    assert answers[1]["accepted"] == 1_200
    assert answers[0]["accepted"] + answers[2]["accepted"] == 1_200
    places = [UUID(world.institutions[at]) for at in ("demo-school", "demo-college")]
    found = await world.rows(
        "SELECT count(DISTINCT learner_id) AS people, count(*) AS enrolments FROM enrolment "
        "WHERE institution_id = ANY($1::uuid[])",
        places,
    )
    assert dict(found[0]) == {"people": 1_200, "enrolments": 2_400}


async def test_what_the_registry_refuses_is_told_in_the_words_of_the_file(world, build, registrar):
    other = await world.staff("school_registrar", "other-school")
    rows = [row(build, n) for n in range(3)]
    await report(world, registrar, csv_of(rows))
    moved = [dict(one) for one in rows]
    moved[1] |= {"ชื่อ": "อภิชญา", "นามสกุล": "ทดลองเรียน"}
    moved[2] |= {"บทบาท": "ร่วมเรียน"}
    answer = await report(world, other, csv_of(moved), at="other-school")
    assert counts(answer) == (3, 1, 0, 2)
    assert [(item["row"], item["column"], item["masked_value"], item["reason"]) for item in answer["rows"]] == [
        (2, "บทบาท", "หลัก", "PRIMARY_ENROLMENT_EXISTS"),
        (3, "เลขประจำตัวประชาชน", "•••••••••" + rows[1]["เลขประจำตัวประชาชน"][9:], "IDENTIFIER_CONFLICT"),
    ]


async def test_row_without_citizen_id_and_g_code_is_known_by_its_student_number(world, build, registrar):
    content = csv_of([row(build, 0, {"เลขประจำตัวประชาชน": ""})])
    assert counts(await report(world, registrar, content)) == (1, 1, 0, 0)
    assert counts(await report(world, registrar, content)) == (1, 0, 1, 0)


async def test_documents_seen_verify_the_numbers_for_a_registrar_only(world, build, registrar):
    content = csv_of([row(build)])
    recorder = await world.staff("school_recorder", "demo-school")
    refused = await send(world, recorder, content, documents_seen="true")
    assert (refused.status_code, refused.json()["reason"]) == (403, "VERIFICATION_NOT_ALLOWED")
    assert counts(await report(world, recorder, content)) == (1, 1, 0, 0)
    assert counts(await report(world, registrar, content, documents_seen="true")) == (1, 1, 0, 0)
    listed = await world.http.get(
        "/v1/learners", params={"institution_id": world.institutions["demo-school"]}, headers=registrar.headers
    )
    assert [item["identity_state"] for item in listed.json()["learners"]] == ["VERIFIED"]


async def test_two_importers_of_the_same_file_at_once_make_each_learner_once(world, build, registrar):
    content = csv_of([row(build, n) for n in range(8)])
    answers = await asyncio.gather(*[report(world, registrar, content) for _ in range(4)])
    assert sum(answer["accepted"] for answer in answers) == 8
    assert {answer["rejected"] for answer in answers} == {0}
    assert await learners_of(world) == 8


async def test_more_rows_than_one_chunk_are_applied(world, build, registrar):
    rows = [row(build, n) for n in range(2_300)]
    rows[1_500] |= {"เพศ": "?"}
    answer = await report(world, registrar, csv_of(rows))
    assert counts(answer) == (2_300, 2_299, 0, 1)
    assert [(item["row"], item["column"], item["reason"]) for item in answer["rows"]] == [
        (1_502, "เพศ", "VALUE_UNKNOWN")
    ]


@pytest.mark.parametrize(
    ("content", "form", "refusal"),
    [
        (b"", {}, (422, "FILE_EMPTY")),
        (b"a,b\n1,2\n", {}, (422, "HEADER_MISSING")),
        (b"\x00\x01\x02", {}, (422, "FILE_UNREADABLE")),
        (b"PK\x03\x04 cut", {}, (422, "FILE_TRUNCATED")),
        (b"x", {"layout": "dmc-9"}, (422, "LAYOUT_UNKNOWN")),
        (b"x", {"institution_id": str(uuid4())}, (404, "INSTITUTION_NOT_FOUND")),
        (b"x", {"institution_id": "x"}, (422, "INVALID_REQUEST")),
        (b"x", {"data_status": "true"}, (422, "INVALID_REQUEST")),
    ],
)
async def test_file_that_cannot_be_taken_is_refused_with_a_thai_sentence(world, registrar, content, form, refusal):
    answer = await send(world, registrar, content, **form)
    assert (answer.status_code, answer.json()["reason"]) == refusal
    assert answer.headers["content-type"] == "application/problem+json"
    assert any("\u0e01" <= letter <= "\u0e5b" for letter in answer.json()["title"])


async def test_institution_is_the_callers_own_when_the_form_names_none(world, build, registrar):
    answer = await world.http.post(
        "/v1/learner-imports",
        headers=registrar.headers | {"Idempotency-Key": str(uuid4())},
        files={"file": ("learners.csv", csv_of([row(build)]))},
    )
    assert answer.json()["institution_id"] == world.institutions["demo-school"]


async def test_report_of_another_institution_and_import_by_another_role_are_refused(world, build, registrar):
    answer = await report(world, registrar, csv_of([row(build)]))
    other = await world.staff("school_registrar", "other-school")
    hidden = await world.http.get(f"/v1/learner-imports/{answer['import_id']}", headers=other.headers)
    assert (hidden.status_code, hidden.json()["reason"]) == (404, "IMPORT_NOT_FOUND")
    director = await world.staff("school_director", "demo-school")
    refused = await send(world, director, csv_of([row(build)]))
    assert (refused.status_code, refused.json()["reason"]) == (403, "PERMISSION_MISSING")
    unnamed = await world.http.post("/v1/learner-imports", headers=registrar.headers, files={"file": b"x"})
    assert (unnamed.status_code, unnamed.json()["reason"]) == (422, "INVALID_REQUEST")


async def test_number_in_class_comes_with_a_file_changes_by_one_and_goes_out_again(world, build):
    registrar = await world.staff("school_registrar", "demo-school")

    async def send(*numbers):
        rows = [
            {
                "เลขประจำตัวนักเรียน": f"{7000 + place}",
                "ชื่อ": f"มานะ{place}",
                "บทบาท": "หลัก",
                "ชั้น": "ม.1",
                "ห้อง": "2",
                "เลขที่": number,
                "วันเริ่มเรียน (พ.ศ.)": "16/05/2568",
            }
            for place, number in enumerate(numbers)
        ]
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
        answer = await world.http.post(
            "/v1/learner-imports",
            files={"file": ("class.csv", text.getvalue().encode())},
            headers=registrar.headers | {"Idempotency-Key": str(uuid4())},
        )
        return answer.json()

    async def numbers():
        asked = {"grade_label": "M.1", "classroom": "2"}
        listed = await world.http.get("/v1/class-lists", params=asked, headers=registrar.headers)
        return [item["enrolments"][0]["number_in_class"] for item in listed.json()["learners"]]

    report = await send("๒", "1", "-", "สอง", "1000")
    assert (report["accepted"], report["rejected"]) == (3, 2), report
    assert {(row["column"], row["reason"]) for row in report["rows"]} == {("เลขที่", "NUMBER_INVALID")}
    assert await numbers() == [1, 2, None]
    report = await send("2", "", "3")
    assert (report["accepted"], report["already_known"]) == (1, 2), report
    assert await numbers() == [1, 2, 3]
    exported = await world.http.get("/v1/learner-exports", headers=registrar.headers)
    rows = list(csv.DictReader(io.StringIO(exported.content.decode("utf-8-sig"))))
    assert {row["ชื่อ"]: row["เลขที่"] for row in rows} == {"มานะ0": "2", "มานะ1": "1", "มานะ2": "3"}
