"""Rounds of a year, the census of the school-age population, and files of other owners."""

import csv
import io
from uuid import UUID, uuid4

import pytest

COLUMNS = ("เลขประจำตัวนักเรียน", "เลขประจำตัวประชาชน", "ชื่อ", "นามสกุล", "บทบาท", "ชั้น", "วันเริ่มเรียน (พ.ศ.)")


@pytest.fixture
async def area(world):
    """A school below its area office, with the people of both."""
    await world.institution("area", "AREA_OFFICE_SECONDARY")
    await world.institution("school", parent="area")
    return world


def file_of(columns, rows):
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue().encode()


async def send(world, person, content, *, at, **form):
    return await world.http.post(
        "/v1/learner-imports",
        headers=person.headers | {"Idempotency-Key": str(uuid4())},
        files={"file": ("learners.csv", content)},
        data={"institution_id": world.institutions[at], "data_status": "demonstration"} | form,
    )


async def post(world, person, path, body):
    return await world.http.post(path, json=body, headers=person.headers)


async def advance(world, person, step, round_id):
    answer = await post(world, person, f"/v1/import-rounds/{step}", {"round_ids": [round_id]})
    if answer.status_code != 200:
        return answer.json()["reason"]
    (result,) = answer.json()["results"]
    return result["problem"]["reason"] if result["problem"] else "ALREADY" if result["already_done"] else "DONE"


def counts(answer):
    return answer["row_count"], answer["accepted"], answer["already_known"], answer["rejected"]


async def test_round_is_shown_applied_confirmed_certified_and_acknowledged_by_three_people(area, build):
    world = area
    registrar = await world.staff("school_registrar", "school")
    director = await world.staff("school_director", "school")
    officer = await world.staff("area_officer", "area")
    opening = {"kind": "JUNE_10", "academic_year_be": 2569}
    opened = (await post(world, registrar, "/v1/import-rounds", opening)).json()
    assert (opened["stage"], opened["reference_date"]) == ("OPEN", "2026-06-10")
    assert (await post(world, registrar, "/v1/import-rounds", opening)).json() == opened
    round_id = opened["round_id"]
    rows = [[n, build.citizen_id(), "กมลชนก", f"ใจดี{n}", "หลัก", "ม.4", "16/05/2569"] for n in range(3)]
    held = (await send(world, registrar, file_of(COLUMNS, rows), at="school", round_id=round_id)).json()
    assert (held["state"], held["differences"], held["round_id"]) == ("READY", {"NEW": 3}, round_id)
    assert await advance(world, registrar, "confirm", round_id) == "IMPORT_NOT_FINISHED"
    applied = await world.http.post(f"/v1/learner-imports/{held['import_id']}/apply", headers=registrar.headers)
    assert counts(applied.json()) == (3, 3, 0, 0)

    assert await advance(world, director, "certify", round_id) == "ROUND_STAGE_WRONG"
    assert await advance(world, director, "confirm", round_id) == "PERMISSION_MISSING"
    assert await advance(world, registrar, "confirm", round_id) == "DONE"
    assert await advance(world, registrar, "confirm", round_id) == "ALREADY"
    late = await send(world, registrar, file_of(COLUMNS, rows), at="school", round_id=round_id)
    assert (late.status_code, late.json()["reason"]) == (409, "ROUND_STAGE_WRONG")
    assert await advance(world, officer, "acknowledge", round_id) == "ROUND_STAGE_WRONG"
    assert await advance(world, director, "certify", round_id) == "DONE"
    assert await advance(world, officer, "acknowledge", round_id) == "DONE"
    second = await world.staff("area_officer", "area")
    assert await advance(world, second, "acknowledge", round_id) == "ROUND_STAGE_WRONG"

    (seen,) = (await world.http.get("/v1/import-rounds?academic_year_be=2569", headers=officer.headers)).json()[
        "rounds"
    ]
    assert (seen["stage"], seen["learner_count"], seen["import_id"]) == ("ACKNOWLEDGED", 3, held["import_id"])
    snapshot = "SELECT count(*) FROM import_round_learner WHERE round_id = $1"
    assert await world.value(snapshot, UUID(round_id)) == 3


async def test_round_of_another_institution_does_not_exist_and_each_stage_needs_another_person(area, build):
    world = area
    registrar = await world.staff("school_registrar", "school")
    body = {"kind": "NOVEMBER_10", "academic_year_be": 2569}
    round_id = (await post(world, registrar, "/v1/import-rounds", body)).json()["round_id"]
    stranger = await world.staff("school_registrar", "other-school")
    assert await advance(world, stranger, "confirm", round_id) == "ROUND_NOT_FOUND"
    answer = await send(world, stranger, file_of(COLUMNS, []), at="other-school", round_id=round_id)
    assert (answer.status_code, answer.json()["reason"]) == (404, "ROUND_NOT_FOUND")
    unknown = await post(world, registrar, "/v1/import-rounds", {"kind": "MAY_1", "academic_year_be": 2569})
    assert (unknown.status_code, unknown.json()["reason"]) == (422, "ROUND_KIND_UNKNOWN")
    both = f"both-{uuid4().hex[:6]}"
    first = await world.staff("school_registrar", "school", subject=both)
    then = await world.staff("school_director", "school", subject=both)
    assert await advance(world, first, "confirm", round_id) == "DONE"
    assert await advance(world, then, "certify", round_id) == "ROUND_SAME_PERSON"


async def test_census_makes_learners_without_a_school_and_leaves_known_ones_alone(area, build):
    world = area
    registrar = await world.staff("school_registrar", "school")
    officer = await world.staff("area_registrar", "area")
    known = build.citizen_id()
    school_rows = [[1, known, "กมลชนก", "ใจดี", "หลัก", "ม.4", "16/05/2569"]]
    assert (await send(world, registrar, file_of(COLUMNS, school_rows), at="school")).status_code == 200
    columns = ("เลขประจำตัวประชาชน", "ชื่อ", "นามสกุล", "วันเกิด (พ.ศ.)", "เพศ", "กิจกรรมนอกโรงเรียน")
    content = file_of(
        columns,
        [
            [known, "กมลชนก", "ใจดี", "15/6/2552", "ญ", ""],
            [build.citizen_id(), "อภิชญา", "ทดลอง", "1/1/2553", "ญ", "ทำงาน"],
            ["", "ปวีณา", "ตัวอย่าง", "2554", "", ""],
            ["", "ปวีณา", "ตัวอย่าง", "2554", "", ""],
            ["", "ไม่มีวันเกิด", "", "", "", ""],
        ],
    )
    first = await send(world, officer, content, at="area", layout="nuaikit-census-1")
    assert counts(first.json()) == (5, 2, 1, 2), first.text
    assert [(item["row"], item["reason"]) for item in first.json()["rows"]] == [
        (5, "DUPLICATE_ROW"),
        (6, "VALUE_MISSING"),
    ]
    again = await send(world, officer, content, at="area", layout="nuaikit-census-1")
    assert counts(again.json()) == (5, 0, 3, 2)
    office = UUID(world.institutions["area"])
    states = (
        "SELECT s.status FROM learner_status s JOIN learner l USING (learner_id) WHERE registrar_institution_id = $1"
    )
    assert [row["status"] for row in await world.rows(states, office)] == ["NEVER_ENROLLED"] * 2
    assert await world.value("SELECT count(*) FROM learner WHERE registrar_institution_id = $1", office) == 2
    teacher = await world.staff("college_recorder", "demo-college")
    assert (await send(world, teacher, content, at="demo-college", layout="nuaikit-census-1")).status_code == 200


def definition():
    return {
        "เลขประจำตัวนักเรียน": {"source": "STUDENT_ID"},
        "เลขประจำตัวประชาชน": {"source": "PID"},
        "ชื่อ": {"source": "FIRST NAME"},
        "นามสกุล": {"source": "LAST NAME"},
        "วันเกิด (พ.ศ.)": {"source": "DOB", "date_format": "YYYYMMDD"},
        "เพศ": {"source": "SEX", "values": {"1": "ช", "2": "ญ"}},
        "บทบาท": {"constant": "หลัก"},
        "วันเริ่มเรียน (พ.ศ.)": {"constant": "16/05/2569"},
    }


def layout(name, **more):
    body = {
        "name": name,
        "base": "nuaikit-learners-1",
        "definition": definition(),
        "version": "1",
        "effective_from": "2026-01-01",
        "source": "หนังสือของหน่วยงานเจ้าของข้อมูล",
    }
    return body | more


async def test_file_of_another_owner_is_read_by_its_published_layout(world, build):
    name = f"owner-{uuid4().hex[:8]}"
    assert (await post(world, world.admin, "/v1/import-layouts", layout(name))).json() == {"already_done": False}
    assert (await post(world, world.admin, "/v1/import-layouts", layout(name))).json() == {"already_done": True}
    registrar = await world.staff("school_registrar", "demo-school")
    columns = ("STUDENT_ID", "PID", "FIRST NAME", "LAST NAME", "DOB", "SEX", "OTHER")
    rows = [
        [1, build.citizen_id(), "กมลชนก", "ใจดี", "25520615", "2", "?"],
        [2, build.citizen_id(), "ณัฐวุฒิ", "ทดลอง", "15/06/2552", "9", "?"],
    ]
    answer = (await send(world, registrar, file_of(columns, rows), at="demo-school", layout=name)).json()
    assert counts(answer) == (2, 1, 0, 1)
    assert [(item["row"], item["column"], item["masked_value"]) for item in answer["rows"]] == [(3, "SEX", "9")]
    listed = (await world.http.get("/v1/import-layouts", headers=registrar.headers)).json()["layouts"]
    assert name in {item["name"] for item in listed}


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"base": "dmc-9"}, (422, "LAYOUT_UNKNOWN")),
        ({"definition": {"ชื่อ": {"source": "A"}}}, (422, "LAYOUT_DEFINITION_INVALID")),
        ({"definition": definition() | {"ไม่มี": {"source": "A"}}}, (422, "LAYOUT_DEFINITION_INVALID")),
        ({"definition": definition() | {"ชั้น": {"source": "A", "constant": "B"}}}, (422, "LAYOUT_DEFINITION_INVALID")),
        ({"definition": definition() | {"ชั้น": {"source": "A", "eval": "B"}}}, (422, "LAYOUT_DEFINITION_INVALID")),
        (
            {"definition": definition() | {"ชั้น": {"source": "A", "date_format": "D"}}},
            (422, "LAYOUT_DEFINITION_INVALID"),
        ),
        ({"name": "nuaikit-learners-1"}, (422, "LAYOUT_UNKNOWN")),
        ({"name": "A B"}, (422, "INVALID_REQUEST")),
    ],
)
async def test_layout_that_leads_nowhere_is_refused(world, change, refusal):
    body = layout(f"owner-{uuid4().hex[:8]}") | change
    answer = await post(world, world.admin, "/v1/import-layouts", body)
    assert (answer.status_code, answer.json()["reason"]) == refusal


async def test_layout_version_is_taken_once_and_only_by_who_may(world):
    name = f"owner-{uuid4().hex[:8]}"
    await post(world, world.admin, "/v1/import-layouts", layout(name))
    for change in ({"source": "another", "base": "nuaikit-census-1"}, {"version": "2"}):
        body = layout(name) | change
        if body["base"] == "nuaikit-census-1":
            body["definition"] = {"ชื่อ": {"source": "A"}, "วันเกิด (พ.ศ.)": {"source": "B"}}
        answer = await post(world, world.admin, "/v1/import-layouts", body)
        assert (answer.status_code, answer.json()["reason"]) == (409, "LAYOUT_VERSION_EXISTS")
    registrar = await world.staff("school_registrar", "demo-school")
    refused = await post(world, registrar, "/v1/import-layouts", layout(name))
    assert (refused.status_code, refused.json()["reason"]) == (403, "PERMISSION_MISSING")
