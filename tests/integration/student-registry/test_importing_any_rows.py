"""Ten thousand random and mutated rows: none crashes, none leaves half a learner, none leaks a number or a name.

Everything that the service says of them is searched: logs, spans, events, the answers, the report, the request table.
"""

import csv
import io
import json
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

COLUMNS = (
    "เลขประจำตัวนักเรียน", "เลขประจำตัวประชาชน", "รหัส G", "คำนำหน้า", "ชื่อ", "นามสกุล", "วันเกิด (พ.ศ.)", "เพศ",
    "บทบาท", "ระบบการศึกษา", "ชั้น", "ห้อง", "หลักสูตร", "วันเริ่มเรียน (พ.ศ.)",
)  # fmt: skip
ROWS_TOTAL, ROWS_OF_A_FILE, FILES = 10_000, 500, 20
SECRET = "วงศ์ลับเฉพาะ"
THAI_DIGITS = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")

HALF_LEARNERS = """
    SELECT count(*) FROM learner l
     WHERE NOT EXISTS (SELECT FROM learner_name n WHERE n.learner_id = l.learner_id AND n.ended_at IS NULL)
        OR NOT EXISTS (SELECT FROM learner_identifier i WHERE i.learner_id = l.learner_id)
        OR NOT EXISTS (SELECT FROM enrolment e WHERE e.learner_id = l.learner_id)
        OR NOT EXISTS (SELECT FROM outbox o WHERE o.key = l.learner_id::text AND o.type LIKE '%LearnerRegistered')
        OR NOT EXISTS (SELECT FROM outbox o WHERE o.key = l.learner_id::text AND o.type LIKE '%EnrolmentChanged')
"""


def mutated(number, draw):
    """Cells of a right row, with the number in every way of writing it, and one or two cells of anything."""
    ways = (
        number,
        f"{number[0]}-{number[1:5]}-{number[5:10]}-{number[10:12]}-{number[12]}",
        number.translate(THAI_DIGITS),
    )
    wrong = number[:12] + str((int(number[12]) + 1) % 10)
    cells = [
        number[5:10], draw(st.sampled_from([*ways, *ways, wrong, number[:12], number + "0"])), "", "เด็กหญิง",
        f"กมล{SECRET}", SECRET, "15/06/2552", "ญ", "หลัก", "ในระบบ", "M.4", "1", "", "16/05/2568",
    ]  # fmt: skip
    anything = st.one_of(
        st.text(max_size=40),
        st.sampled_from([number, wrong, f"G{number[:12]}", SECRET, "\x00", "\ufffd", '"', "=1+1", "31/02/2552", ""]),
        st.text("๐๑๒๓0123456789-/. ", max_size=20),
    )
    for _ in range(draw(st.integers(0, 2))):
        cells[draw(st.integers(0, len(cells) - 1))] = draw(anything)
    return cells


def torn(content, draw):
    """The file as a bad line may leave it."""
    how = draw(st.integers(0, 5))
    if how == 0:
        return content[: draw(st.integers(len(content) // 2, len(content)))]
    if how == 1:
        at = draw(st.integers(len(content) // 2, len(content) - 1))
        return content[:at] + draw(st.binary(min_size=1, max_size=8)) + content[at:]
    return content


async def everything_said(world, answers, logs):
    """All that is read by others than the sender's own service."""
    spans = [[span.name, dict(span.attributes or {}), str(span.status)] for span in world.telemetry.spans]
    tables = []
    for statement in (
        "SELECT caller, answer FROM request",
        "SELECT key, type, payload FROM outbox",
        "SELECT column_name, masked_value, reason FROM learner_import_fault",
        "SELECT layout, source, failure_reason FROM learner_import",
        "SELECT content FROM learner_import_part",
        "SELECT content FROM learner_import_rejected",
    ):
        for row in await world.rows(statement):
            tables += [value.decode(errors="replace") if isinstance(value, bytes) else str(value) for value in row]
    return "\n".join([json.dumps(spans, ensure_ascii=False), *tables, *answers, *logs.texts])


@pytest.mark.parametrize("encoding", ["utf-8", "cp874"])
async def test_any_rows_never_crash_never_store_half_a_learner_and_never_leak(own_world, build, logs, encoding):
    world = own_world
    registrar = await world.staff("school_registrar", "demo-school")
    files, numbers, answers = [], [], []
    files_of_encoding = FILES // 2

    @settings(
        max_examples=files_of_encoding,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def make(data):
        text = io.StringIO(newline="")
        writer = csv.writer(text)
        writer.writerow(COLUMNS)
        # Each drawn row is repeated with other numbers: drawing is what takes the time.
        for _ in range(ROWS_OF_A_FILE // 10):
            seed = data.draw(st.randoms(use_true_random=False))
            first = build.citizen_id()
            cells = mutated(first, data.draw)
            for _ in range(10):
                number = build.citizen_id()
                numbers.append(number)
                row = [cell.replace(first, number).replace(first[:12], number[:12]) for cell in cells]
                if seed.random() < 0.05:
                    seed.shuffle(row)
                writer.writerow(row)
        files.append(torn(text.getvalue().encode(encoding, "replace"), data.draw))

    make()
    assert len(files) * ROWS_OF_A_FILE * 2 >= ROWS_TOTAL
    for content in files:
        answer = await world.http.post(
            "/v1/learner-imports",
            headers=registrar.headers | {"Idempotency-Key": str(uuid4())},
            files={"file": ("learners.csv", content)},
            timeout=60,
        )
        assert answer.status_code in (200, 422), answer.text
        body = answer.json()
        if answer.status_code == 200:
            assert body["state"] == "DONE"
            assert body["accepted"] + body["already_known"] + body["rejected"] == body["row_count"]
        answers.append(json.dumps(body, ensure_ascii=False))
    assert await world.value("SELECT count(*) FROM learner") > 0
    assert await world.value(HALF_LEARNERS) == 0
    assert (await world.audit())["drift_identifiers"] == 0
    said = await everything_said(world, answers, logs)
    thai = said.translate(str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789"))
    assert [number for number in numbers if number in thai] == []
    assert SECRET not in said
