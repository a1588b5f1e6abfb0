"""Many new people written at once are the very rows that registering them one by one writes."""

import asyncio
import csv
import io
from uuid import UUID, uuid4

import pytest
from student_registry.importing import bulk, running

COLUMNS = (
    "เลขประจำตัวนักเรียน", "เลขประจำตัวประชาชน", "รหัส G", "คำนำหน้า", "ชื่อ", "นามสกุล", "วันเกิด (พ.ศ.)", "เพศ",
    "บทบาท", "ระบบการศึกษา", "ชั้น", "ห้อง", "หลักสูตร", "วันเริ่มเรียน (พ.ศ.)", "เลขที่",
)  # fmt: skip
ROWS = [
    line.split("|")
    for line in (
        "๖๘๐๐๑|||เด็กหญิง|กมลชนก|ใจดี|15/06/2552|ญ|หลัก|ทวิศึกษา|ม.4|๑||16/05/2568|๗",
        "68002|CITIZEN||ด.ช.|ขวัญ ข้าว||2552||ร่วม||ปวช.1||PWC-2562|16/05/2568|-",
        "68003||G_CODE||ก\u200bา|น้ำ\u0e4d\u0e32||ชาย|ระยะสั้น|นอกระบบ|||X|2026-05-16|",
        "68004|CITIZEN|G_CODE|นาย|ณัฐ|ทดลอง|๑/๑/๒๕๕๐|ช|ร่วมเรียน|โฮมสคูล|P.6|2||1/6/2569|12",
        "68005|||นาย|สมชาย|ทดลอง||ช|หลัก||M.4|1||1/6/2569|8",
    )
]
TABLES = {
    "learner": "learner_id",
    "learner_name": "learner_name_id",
    "learner_identifier": "identifier_id",
    "enrolment": "enrolment_id",
    "enrolment_history": "enrolment_history_id",
    "outbox": "event_id",
    "outbox_sequence": "key",
}
LEFT_OUT = {
    "learner_id", "learner_name_id", "identifier_id", "enrolment_id", "enrolment_history_id", "event_id", "key",
    "outbox_id", "created_at", "published_at", "sealed_value", "blind_index", "registered_at", "recorded_at",
    "institution_id", "registrar_institution_id", "payload", "traceparent", "recorded_by", "recorded_institution_id",
    "value_length", "last4", "facts_stated_at", "facts_institution_id",
}  # fmt: skip


def file_of(build):
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    numbers = {"CITIZEN": build.citizen_id, "G_CODE": build.g_code}
    writer.writerows([numbers[cell]() if cell in numbers else cell for cell in cells] for cells in ROWS)
    return text.getvalue().encode("utf-8-sig")


async def send(world, person, content, *, at="demo-school"):
    answer = await world.http.post(
        "/v1/learner-imports",
        headers=person.headers | {"Idempotency-Key": str(uuid4())},
        files={"file": ("learners.csv", content)},
        data={"institution_id": world.institutions[at]},
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


async def written(world, at):
    """What lies in every table about the learners of an institution, without ids, instants and secrets."""
    place = UUID(world.institutions[at])
    mine = "(SELECT learner_id FROM learner WHERE registrar_institution_id = $1)"
    found = {}
    for table in TABLES:
        condition = f"learner_id IN {mine}"
        if table.startswith("outbox"):
            condition = "key IN (SELECT learner_id::text FROM learner WHERE registrar_institution_id = $1)"
        if table == "enrolment_history":
            condition = f"enrolment_id IN (SELECT enrolment_id FROM enrolment WHERE learner_id IN {mine})"
        rows = await world.rows(f"SELECT * FROM {table} WHERE {condition}", place)
        found[table] = sorted(
            repr([(name, value) for name, value in row.items() if name not in LEFT_OUT]) for row in rows
        )
    return found


async def test_bulk_writes_what_registering_one_by_one_writes(world, build, monkeypatch):
    one, other = (
        await world.staff("school_registrar", "demo-school"),
        await world.staff("school_registrar", "other-school"),
    )
    taken = []
    add = bulk._add

    async def watched(*args, **more):
        taken.append(len(args[4]))
        return await add(*args, **more)

    monkeypatch.setattr(bulk, "_add", watched)
    assert (await send(world, one, file_of(build)))["accepted"] == len(ROWS)
    assert sum(taken) >= 2, "most rows are plainly right"
    register = running._register

    async def slowly(*args, **more):
        return await register(*args, **more | {"is_bulk": False})

    monkeypatch.setattr(running, "_register", slowly)
    assert (await send(world, other, file_of(build), at="other-school"))["accepted"] == len(ROWS)
    at_once, one_by_one = await written(world, "demo-school"), await written(world, "other-school")
    assert at_once == one_by_one
    assert all(at_once.values())


async def test_payloads_of_bulk_events_parse_and_name_their_learner(world, build):
    person = await world.staff("school_registrar", "demo-school")
    await send(world, person, file_of(build))
    place = UUID(world.institutions["demo-school"])
    rows = await world.rows(
        "SELECT o.type, o.payload, o.key, o.sequence FROM outbox o "
        "JOIN learner l ON l.learner_id::text = o.key WHERE l.registrar_institution_id = $1",
        place,
    )
    assert len(rows) == 2 * len(ROWS)
    assert all(row["key"].encode() in row["payload"] for row in rows)
    assert {(row["type"].rpartition(".")[2], row["sequence"]) for row in rows} == {
        ("LearnerRegistered", 1),
        ("EnrolmentChanged", 2),
    }


@pytest.mark.parametrize("count", [40])
async def test_school_and_college_send_the_same_people_within_one_second(world, build, count):
    school = await world.staff("school_registrar", "demo-school")
    college = await world.staff("college_registrar", "demo-college")
    numbers = [build.citizen_id() for _ in range(count)]

    def content(role, first, order):
        text = io.StringIO(newline="")
        writer = csv.writer(text)
        writer.writerow(COLUMNS)
        for at in order:
            name = ("เด็กชาย", "จิรายุ", f"ตัวอย่าง{chr(0x0E01 + at % 40)}")
            writer.writerow(
                [first + at, numbers[at], "", *name, "1/2/2552", "ช", role, "ทวิศึกษา", "ม.4", "1", "", "16/05/2568", ""]
            )
        return text.getvalue().encode()

    answers = await asyncio.gather(
        send(world, school, content("หลัก", 1000, range(count))),
        send(world, college, content("ร่วม", 5000, reversed(range(count))), at="demo-college"),
    )
    assert [(answer["state"], answer["accepted"], answer["rejected"]) for answer in answers] == [("DONE", count, 0)] * 2
    rows = await world.rows(
        "SELECT e.learner_id, count(*) AS n FROM enrolment e WHERE e.institution_id = ANY($1::uuid[]) "
        "GROUP BY e.learner_id",
        [UUID(world.institutions["demo-school"]), UUID(world.institutions["demo-college"])],
    )
    assert [row["n"] for row in rows] == [2] * count
