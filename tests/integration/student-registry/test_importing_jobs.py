"""Files longer than a call: worked on in parts by whichever process is there, and shown before they apply."""

import asyncio
import csv
import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import openpyxl
import pytest
from chassis.ids import uuid7
from chassis.pg import transaction
from nuaikit.student_registry.v1 import imports_pb2
from student_registry.importing import running, store
from student_registry.importing.domain import ImportState

COLUMNS = (
    "เลขประจำตัวนักเรียน", "เลขประจำตัวประชาชน", "รหัส G", "คำนำหน้า", "ชื่อ", "นามสกุล", "วันเกิด (พ.ศ.)", "เพศ",
    "บทบาท", "ระบบการศึกษา", "ชั้น", "ห้อง", "หลักสูตร", "วันเริ่มเรียน (พ.ศ.)",
)  # fmt: skip
LEASE = timedelta(seconds=30)


def row(build, n=0, cells=None):
    """One right row of a learner file; `cells` by column name replace its cells."""
    usual = {
        "เลขประจำตัวนักเรียน": f"{68001 + n}",
        "เลขประจำตัวประชาชน": build.citizen_id(),
        "คำนำหน้า": "เด็กหญิง",
        "ชื่อ": "กมลชนก",
        "นามสกุล": f"ตัวอย่างดี{chr(0x0E01 + n % 40)}",
        "วันเกิด (พ.ศ.)": "15/06/2552",
        "เพศ": "ญ",
        "บทบาท": "หลัก",
        "ระบบการศึกษา": "ในระบบ",
        "ชั้น": "M.4",
        "ห้อง": "1",
        "วันเริ่มเรียน (พ.ศ.)": "16/05/2568",
    }
    return dict.fromkeys(COLUMNS, "") | usual | (cells or {})


def csv_of(rows, columns=COLUMNS, *, encoding="utf-8-sig"):
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


@pytest.fixture
async def registrar(world):
    return await world.staff("school_registrar", "demo-school")


@pytest.fixture
def deps(world):
    """What the use cases of the running service work with."""
    return world.service._composition.resolver._deps


@pytest.fixture
def parts_of_two_rows(monkeypatch):
    """Parts so small that a file of some rows has several."""
    read = running.opened

    def small(file, adapter, *, encoding, own):
        table = read(file, adapter, encoding=encoding, own=own)

        def batches():
            for batch in table.batches:
                for at in range(0, max(len(batch.numbers), 1), 2):
                    columns = [column[at : at + 2] for column in batch.columns]
                    yield type(batch)(batch.numbers[at : at + 2], columns, batch.broken if at == 0 else ())

        return replace(table, batches=batches())

    monkeypatch.setattr(running, "opened", small)


async def send(world, person, content, *, at="demo-school", **form):
    answer = await world.http.post(
        "/v1/learner-imports",
        params={"dry_run": form.pop("dry_run", False)},
        headers=person.headers | {"Idempotency-Key": form.pop("request_id", None) or str(uuid4())},
        files={"file": ("learners", content)},
        data={"institution_id": world.institutions[at], "data_status": "demonstration"} | form,
    )
    assert answer.status_code in (200, 202), answer.text
    return answer


async def get(world, person, path, **params):
    answer = await world.http.get(path, headers=person.headers, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def counts(answer):
    return answer["row_count"], answer["accepted"], answer["already_known"], answer["rejected"]


async def learners_of(world, at="demo-school"):
    place = UUID(world.institutions[at])
    return await world.value("SELECT count(*) FROM learner WHERE registrar_institution_id = $1", place)


async def step(deps, lease):
    """One step of whoever takes the next import."""
    async with transaction(deps.pool) as connection:
        import_id = await store.take(connection, lease=lease, keep=LEASE)
        job = import_id and await store.read(connection, import_id)
    if job is None:
        return None
    now = datetime.now(UTC)
    if job.state is ImportState.CHECKING:
        await running.check_step(deps, job, lease=lease, now=now)
    else:
        await running.part_step(deps, import_id, lease=lease, now=now)
    return import_id


async def expire(world, import_id):
    """The process that held the import is gone for longer than its lease."""
    past = "UPDATE learner_import SET leased_until = now() - interval '1 second' WHERE import_id = $1"
    await world.rows(past, import_id)


async def worked(world, deps, person, import_id):
    """Run a worker until the import is settled."""
    stopping = asyncio.Event()
    worker = asyncio.create_task(running.work(deps, stopping))
    try:
        async with asyncio.timeout(30):
            while True:
                report = await get(world, person, f"/v1/learner-imports/{import_id}")
                if report["state"] in ("DONE", "FAILED", "READY"):
                    return report
                await asyncio.sleep(0.05)
    finally:
        stopping.set()
        await worker


@pytest.fixture
def nothing_inline(deps, monkeypatch):
    """Every file is worked on after its answer."""
    object.__setattr__(deps, "import_inline_bytes_max", 0)
    yield
    object.__setattr__(deps, "import_inline_bytes_max", 2 * 1024 * 1024)


@pytest.mark.usefixtures("nothing_inline")
async def test_large_file_is_taken_at_once_and_worked_on_afterwards(world, build, registrar, deps):
    content = csv_of([row(build, 0), row(build, 1, {"ชื่อ": ""}), row(build, 2)])
    request_id = str(uuid4())
    taken = await send(world, registrar, content, request_id=request_id)
    body = taken.json()
    assert (taken.status_code, body["state"], counts(body)) == (202, "CHECKING", (0, 0, 0, 0))
    assert taken.headers["location"] == f"/v1/learner-imports/{body['import_id']}"
    done = await worked(world, deps, registrar, body["import_id"])
    assert (done["state"], counts(done), done["rows_done"]) == ("DONE", (3, 2, 0, 1), 3)
    assert [(item["row"], item["reason"]) for item in done["rows"]] == [(3, "VALUE_MISSING")]
    again = await send(world, registrar, content, request_id=request_id)
    assert (again.status_code, again.json()) == (200, done)
    for table in ("learner_import_file", "learner_import_part"):
        assert await world.value(f"SELECT count(*) FROM {table} WHERE import_id = $1", UUID(body["import_id"])) == 0


@pytest.mark.usefixtures("nothing_inline", "parts_of_two_rows")
async def test_killed_process_leaves_the_import_where_the_next_one_goes_on(world, build, registrar, deps):
    content = csv_of([row(build, n) for n in range(7)])
    import_id = UUID((await send(world, registrar, content)).json()["import_id"])
    first = uuid7()
    assert await step(deps, first) == import_id
    await expire(world, import_id)
    assert await step(deps, first) == import_id
    half = await get(world, registrar, f"/v1/learner-imports/{import_id}")
    assert (half["state"], half["rows_done"], counts(half)) == ("APPLYING", 2, (7, 2, 0, 0))
    assert await step(deps, uuid7()) is None, "somebody holds it"
    await expire(world, import_id)
    second = uuid7()
    assert await step(deps, second) == import_id
    with pytest.raises(running.LeaseLostError):
        await running.part_step(deps, import_id, lease=first, now=datetime.now(UTC))
    await expire(world, import_id)
    done = await worked(world, deps, registrar, import_id)
    assert (done["state"], counts(done)) == ("DONE", (7, 7, 0, 0))
    assert await learners_of(world) == 7


@pytest.mark.usefixtures("nothing_inline", "parts_of_two_rows")
async def test_stop_leaves_the_import_to_others_and_a_poisoned_one_is_given_up(world, build, registrar, deps):
    import_id = UUID((await send(world, registrar, csv_of([row(build, n) for n in range(3)]))).json()["import_id"])
    lease, stopping = uuid7(), asyncio.Event()
    stopping.set()
    async with transaction(deps.pool) as connection:
        assert await store.take(connection, lease=lease, keep=LEASE) == import_id
    await running.advance(deps, import_id, lease=lease, stopping=stopping)
    assert await world.value("SELECT leased_by IS NULL FROM learner_import WHERE import_id = $1", import_id)
    await world.rows("UPDATE learner_import SET tries = 5 WHERE import_id = $1", import_id)
    failed = await worked(world, deps, registrar, import_id)
    assert (failed["state"], failed["failure_reason"]) == ("FAILED", "INTERNAL")
    assert any("\u0e01" <= letter <= "\u0e5b" for letter in failed["failure_title_th"])


@pytest.mark.usefixtures("nothing_inline")
async def test_large_file_without_rows_fails_with_its_reason(world, registrar, deps):
    body = (await send(world, registrar, csv_of([]))).json()
    failed = await worked(world, deps, registrar, body["import_id"])
    assert (failed["state"], failed["failure_reason"]) == ("FAILED", "FILE_EMPTY")


@pytest.mark.usefixtures("parts_of_two_rows")
async def test_rows_of_different_parts_about_one_person_are_found(world, build, registrar):
    rows = [row(build, n) for n in range(6)]
    rows[4]["เลขประจำตัวประชาชน"] = rows[0]["เลขประจำตัวประชาชน"]
    rows[5]["เลขประจำตัวนักเรียน"] = rows[1]["เลขประจำตัวนักเรียน"]
    answer = (await send(world, registrar, csv_of(rows))).json()
    assert counts(answer) == (6, 4, 0, 2)
    assert [(item["row"], item["reason"]) for item in answer["rows"]] == [(6, "DUPLICATE_ROW"), (7, "DUPLICATE_ROW")]


async def test_held_file_shows_what_it_would_change_and_applies_when_told(world, build, registrar):
    known = [row(build, n) for n in range(4)]
    await send(world, registrar, csv_of(known))
    known[1]["ชั้น"], known[1]["ห้อง"] = "M.5", "2"
    new = row(build, 9)
    bad = row(build, 10, {"เพศ": "?"})
    held = (await send(world, registrar, csv_of([*known[:3], new, bad]), hold="true")).json()
    assert (held["state"], held["is_held"]) == ("READY", True)
    assert held["differences"] == {"NEW": 1, "CHANGED": 1, "UNCHANGED": 2, "MISSING": 1}
    assert await learners_of(world) == 4
    path = f"/v1/learner-imports/{held['import_id']}/differences"
    (changed,) = (await get(world, registrar, path, kind="CHANGED"))["differences"]
    assert changed["position"] == 3
    assert changed["changes"] == [
        {"field": "grade_label", "before": "M.4", "after": "M.5"},
        {"field": "classroom", "before": "1", "after": "2"},
    ]
    page = await get(world, registrar, path, kind="UNCHANGED", page_size=1)
    assert ([item["position"] for item in page["differences"]], page["next_after"]) == ([2], 2)
    page = await get(world, registrar, path, kind="UNCHANGED", page_size=1, after=page["next_after"])
    assert ([item["position"] for item in page["differences"]], page["next_after"]) == ([4], None)
    (missing,) = (await get(world, registrar, path, kind="MISSING"))["differences"]
    assert missing["learner_id"]
    for _ in range(2):
        applied = await world.http.post(f"/v1/learner-imports/{held['import_id']}/apply", headers=registrar.headers)
        assert applied.status_code == 200, applied.text
        assert (applied.json()["state"], counts(applied.json())) == ("DONE", (5, 2, 2, 1))
    assert await learners_of(world) == 5


async def test_only_a_held_file_is_applied_by_word_and_only_by_its_institution(world, build, registrar):
    done = (await send(world, registrar, csv_of([row(build)]))).json()
    refused = await world.http.post(f"/v1/learner-imports/{done['import_id']}/apply", headers=registrar.headers)
    assert (refused.status_code, refused.json()["reason"]) == (409, "IMPORT_NOT_READY")
    other = await world.staff("school_registrar", "other-school")
    for path in ("faults", "differences?kind=NEW", "rejected-rows"):
        hidden = await world.http.get(f"/v1/learner-imports/{done['import_id']}/{path}", headers=other.headers)
        assert (hidden.status_code, hidden.json()["reason"]) == (404, "IMPORT_NOT_FOUND")


async def test_rejected_rows_come_back_as_the_file_with_reasons_and_can_be_sent_again(world, build, registrar):
    rows = [row(build, 0), row(build, 1, {"เพศ": "?", "บทบาท": ""}), row(build, 2, {"ชื่อ": ""}), row(build, 3)]
    answer = (await send(world, registrar, csv_of(rows))).json()
    got = await world.http.get(f"/v1/learner-imports/{answer['import_id']}/rejected-rows", headers=registrar.headers)
    assert got.headers["content-type"].startswith("text/csv")
    assert got.headers["cache-control"] == "no-store"
    found = list(csv.DictReader(io.StringIO(got.content.decode("utf-8-sig"), newline="")))
    assert [item["รหัสเหตุผล"] for item in found] == ["VALUE_UNKNOWN VALUE_MISSING", "VALUE_MISSING"]
    assert [item["เลขประจำตัวประชาชน"] for item in found] == [one["เลขประจำตัวประชาชน"] for one in rows[1:3]]
    assert all("กรุณา" in item["คำอธิบาย"] for item in found)
    for item in found:
        item |= {"เพศ": "ญ", "บทบาท": "หลัก", "ชื่อ": "กมลชนก"}
    mended = (await send(world, registrar, csv_of(found, list(found[0])))).json()
    assert counts(mended) == (2, 2, 0, 0)


async def test_rejected_rows_of_a_workbook_come_back_as_a_workbook(world, build, registrar):
    book = openpyxl.Workbook()
    book.active.append(COLUMNS)
    book.active.append([row(build, 0)[name] for name in COLUMNS])
    cell = book.active.cell(2, COLUMNS.index("เพศ") + 1, "=1+1")
    cell.data_type = "s"  # the text, as somebody may have typed it; no formula
    content = io.BytesIO()
    book.save(content)
    answer = (await send(world, registrar, content.getvalue())).json()
    got = await world.http.get(f"/v1/learner-imports/{answer['import_id']}/rejected-rows", headers=registrar.headers)
    sheet = openpyxl.load_workbook(io.BytesIO(got.content)).active
    header, only = list(sheet.iter_rows(values_only=True))
    assert header == (*COLUMNS, "รหัสเหตุผล", "คำอธิบาย")
    assert only[-2] == answer["rows"][0]["reason"]
    assert only[COLUMNS.index("เพศ")] == "=1+1"


async def test_rows_of_a_torn_file_are_among_the_rejected(world, build, registrar):
    lines = csv_of([row(build, n) for n in range(3)]).split(b"\r\n")
    lines[2] = b'1,2,"' + "ครึ่งแถว".encode()
    answer = (await send(world, registrar, b"\r\n".join(lines))).json()
    assert counts(answer) == (3, 2, 0, 1)
    got = await world.http.get(f"/v1/learner-imports/{answer['import_id']}/rejected-rows", headers=registrar.headers)
    assert "ครึ่งแถว" in got.content.decode("utf-8-sig")


async def test_sheet_longer_than_is_read_says_so(world, registrar):
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(COLUMNS)
    for _ in range(200_001):
        sheet.append(["1"])
    content = io.BytesIO()
    book.save(content)
    answer = await world.http.post(
        "/v1/learner-imports",
        headers=registrar.headers | {"Idempotency-Key": str(uuid4())},
        files={"file": ("learners.xlsx", content.getvalue())},
        timeout=60,
    )
    assert (answer.status_code, answer.json()["reason"]) == (422, "SHEET_TOO_LONG")
    assert answer.json()["metadata"] == {"limit_rows": "200000"}
    assert "200,000" in answer.json()["title"]


async def test_earlier_imports_are_listed_with_who_when_and_what_became_of_them(world, build, registrar):
    contents = [csv_of([row(build, n)]) for n in range(3)]
    sent = [(await send(world, registrar, content)).json()["import_id"] for content in contents]
    sent.append((await send(world, registrar, csv_of([row(build, 4, {"ชื่อ": ""})]), dry_run=True)).json()["import_id"])
    other = await world.staff("school_registrar", "other-school")
    await send(world, other, csv_of([row(build, 9)]), at="other-school")
    pages, token = [], None
    while True:
        page = await get(
            world, registrar, "/v1/learner-imports", page_size=3, **({"page_token": token} if token else {})
        )
        pages.append(page)
        token = page["next_page_token"]
        if token is None:
            break
    assert [len(page["imports"]) for page in pages] == [3, 1]
    listed = [item for page in pages for item in page["imports"]]
    assert [item["import_id"] for item in listed] == sent[::-1]
    assert {page["total"] for page in pages} == {4}
    newest = listed[0]
    assert (newest["is_dry_run"], newest["state"], newest["rejected"], newest["row_count"]) == (True, "DONE", 1, 1)
    assert (listed[1]["accepted"], listed[1]["rows_done"], listed[1]["imported_by_role"]) == (1, 1, "school_registrar")
    by = await world.value("SELECT imported_by FROM learner_import WHERE import_id = $1", UUID(sent[0]))
    assert {item["imported_by"] for item in listed} == {by}
    assert (await get(world, registrar, "/v1/learner-imports", state="APPLYING"))["total"] == 0
    told = await world.call("ListImports", imports_pb2.ListImportsRequest(page_size=2, states=["DONE"]), registrar)
    assert ([item.import_id for item in told.imports], told.total) == (sent[:1:-1], 4)
    assert told.next_page_token == sent[2]
    assert told.imports[1].accepted == 1
    teacher = await world.staff("guidance_teacher", "demo-school")
    assert (await world.http.get("/v1/learner-imports", headers=teacher.headers)).status_code == 403
