"""A roster out as a OneRoster bundle and in again: nothing changes; elsewhere it makes the same learners."""

import csv
import io
import zipfile
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

from chassis.ids import uuid7
from chassis.pg import transaction
from student_registry.importing import running, store
from student_registry.importing.domain import ImportState
from student_registry.oneroster import bundles
from student_registry.oneroster.layout import COLUMNS


async def pupils(world, build, by, count, at="demo-school"):
    """Register so many learners with student numbers."""
    school = world.institutions[at]
    outcomes = await world.register(
        *[
            build.learner(
                school,
                given=f"สมหญิง{n}",
                birth=2009 if n == 1 else date(2009, 2, 28),
                identifiers=[build.identifier("STUDENT_NO", f"{2000 + n}", institution_id=school)],
                enrolments=[build.enrolment(school, grade="M.4", classroom=str(n % 2 + 1), system="DUAL_EDUCATION")],
            )
            for n in range(count)
        ],
        by=by,
    )
    assert not any(outcome.HasField("problem") for outcome in outcomes), outcomes


async def send(world, by, content, *, request_id=None, **params):
    """Import a bundle; gives the response."""
    return await world.http.post(
        "/v1/oneroster-imports",
        files={"file": ("oneroster.zip", content)},
        params=params,
        headers=by.headers | {"Idempotency-Key": request_id or str(uuid4())},
    )


def files_of(content):
    """Rows of each file as dictionaries."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return {name: list(csv.DictReader(io.StringIO(packed.read(name).decode()))) for name in packed.namelist()}


async def test_bundle_has_the_files_and_columns_of_the_binding(world, build):
    await world.institution("area", "AREA_OFFICE_SECONDARY")
    await world.institution("below", parent="area")
    registrar = await world.staff("school_registrar", "below")
    await pupils(world, build, registrar, 3, at="below")
    response = await world.http.get("/v1/oneroster-bundles", headers=registrar.headers)
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(response.content)) as packed:
        headers = {name: tuple(packed.read(name).decode().splitlines()[0].split(",")) for name in packed.namelist()}
    assert headers == COLUMNS
    files = files_of(response.content)
    manifest = {row["propertyName"]: row["value"] for row in files["manifest.csv"]}
    assert manifest["oneroster.version"] == "1.2"
    assert manifest["file.users"] == "bulk"
    assert manifest["file.results"] == "absent"
    assert [row["type"] for row in files["orgs.csv"]] == ["district", "school"]
    assert [row["title"] for row in files["classes.csv"]] == ["M.4/1", "M.4/2"]
    users = {row["sourcedId"] for row in files["users.csv"]}
    assert len(users) == 3
    assert {row["userSourcedId"] for row in files["enrollments.csv"]} == users
    assert {row["role"] for row in files["roles.csv"]} == {"student"}
    assert {row["sex"] for row in files["demographics.csv"]} == {"female"}


async def test_bundle_in_again_changes_nothing_and_elsewhere_makes_the_same(world, build):
    registrar = await world.staff("school_registrar", "demo-school")
    await pupils(world, build, registrar, 3)
    content = (await world.http.get("/v1/oneroster-bundles", headers=registrar.headers)).content
    report = (await send(world, registrar, content)).json()
    assert (report["already_known"], report["accepted"], report["rejected"]) == (3, 0, 0), report
    # Another school gets the file with its own code in it.
    other = await world.staff("school_registrar", "other-school")
    moved = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as packed, zipfile.ZipFile(moved, "w") as file:
        for name in packed.namelist():
            text = packed.read(name).decode()
            file.writestr(name, text.replace(world.institutions["demo-school"], world.institutions["other-school"]))
    foreign = (await send(world, other, content)).json()
    assert (foreign["rejected"], foreign["layout"], foreign["state"]) == (3, "oneroster-1.2", "DONE")
    assert {row["reason"] for row in foreign["rows"]} == {"OTHER_INSTITUTION"}
    assert all("สถานศึกษาอื่น" in row["title_th"] for row in foreign["rows"])
    dry = (await send(world, other, moved.getvalue(), dry_run=True)).json()
    assert (dry["accepted"], dry["is_dry_run"]) == (3, True)
    request_id = str(uuid4())
    first = (await send(world, other, moved.getvalue(), request_id=request_id)).json()
    assert (first["accepted"], first["already_known"]) == (3, 0)
    assert (await send(world, other, moved.getvalue(), request_id=request_id)).json() == first
    again = (await send(world, other, moved.getvalue())).json()
    assert (again["accepted"], again["already_known"]) == (0, 3)
    rows = await world.rows(
        "SELECT n.given_name, e.grade_label, e.classroom, e.delivery_system FROM enrolment e"
        " JOIN learner_name n USING (learner_id) WHERE e.institution_id = $1 ORDER BY n.given_name",
        world.institutions["other-school"],
    )
    assert [tuple(row) for row in rows] == [
        ("สมหญิง0", "M.4", "1", "DUAL_EDUCATION"),
        ("สมหญิง1", "M.4", "2", "DUAL_EDUCATION"),
        ("สมหญิง2", "M.4", "1", "DUAL_EDUCATION"),
    ]


async def test_bundles_are_for_those_who_may(world, build):
    recorder = await world.staff("school_recorder", "demo-school")
    response = await world.http.get("/v1/oneroster-bundles", headers=recorder.headers)
    assert (response.status_code, response.json()["reason"]) == (403, "PERMISSION_MISSING")
    teacher = await world.staff("guidance_teacher", "demo-school")
    response = await send(world, teacher, b"PK")
    assert (response.status_code, response.json()["reason"]) == (403, "PERMISSION_MISSING")
    response = await send(world, recorder, b"PK")
    assert (response.status_code, response.json()["reason"]) == (422, "BUNDLE_UNREADABLE")


def csv_of(rows):
    """Rows as a CSV file."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def roster_of(institution_id, count):
    """A bundle of so many new students in one homeroom."""
    tables = {
        "manifest": [{"propertyName": "oneroster.version", "value": "1.2"}],
        "orgs": [{"sourcedId": "o", "identifier": institution_id}],
        "classes": [{"sourcedId": "c", "grades": "M.4", "classCode": "M.4/1", "classType": "homeroom"}],
        "users": [
            {"sourcedId": f"u{n}", "givenName": f"กานดา{n}", "familyName": "ใจดี", "identifier": f"{3000 + n}"}
            for n in range(count)
        ],
        "enrollments": [
            {
                "sourcedId": f"e{n}",
                "classSourcedId": "c",
                "schoolSourcedId": "o",
                "userSourcedId": f"u{n}",
                "role": "student",
                "beginDate": "2025-05-16",
            }
            for n in range(count)
        ],
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        for name, rows in tables.items():
            file.writestr(f"{name}.csv", csv_of(rows))
    return packed.getvalue()


def changed(content, **texts):
    """A bundle with some of its files in other words."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(packed, "w") as new:
        for name in old.namelist():
            text = old.read(name).decode()
            new.writestr(name, texts.get(name.removesuffix(".csv"), lambda same: same)(text))
    return packed.getvalue()


async def test_rejected_rows_of_a_bundle_come_back_as_a_learner_file(world, build):
    registrar = await world.staff("school_registrar", "demo-school")
    await pupils(world, build, registrar, 3)
    content = (await world.http.get("/v1/oneroster-bundles", headers=registrar.headers)).content

    def nameless(text):
        """The first user lost his given name; another row has no id."""
        rows = list(csv.DictReader(io.StringIO(text)))
        rows[0]["givenName"] = ""
        return csv_of([*rows, rows[1] | {"sourcedId": ""}])

    def with_teacher(text):
        rows = list(csv.DictReader(io.StringIO(text)))[::-1]
        return csv_of([rows[1] | {"sourcedId": "t", "role": "teacher"}, *rows])

    sent = changed(content, users=nameless, enrollments=with_teacher)
    report = (await send(world, registrar, sent)).json()
    assert (report["row_count"], report["already_known"], report["rejected"], report["ignored"]) == (3, 2, 1, 1), report
    (row,) = [item for item in report["rows"] if item["file"] is None]
    # users.csv has the nameless one in its first row below the header; enrollments.csv, turned round, in its last.
    assert (row["column"], row["reason"], row["row"], row["referred_row"]) == (
        "users.csv: givenName",
        "VALUE_MISSING",
        5,
        2,
    )
    (beside,) = [item for item in report["rows"] if item["file"]]
    assert (beside["file"], beside["column"], beside["reason"]) == ("users.csv", "sourcedId", "VALUE_MISSING")
    path = f"/v1/learner-imports/{report['import_id']}"
    assert (await world.http.get(path, headers=registrar.headers)).json() == report
    answer = await world.http.get(f"{path}/rejected-rows", headers=registrar.headers)
    (only,) = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert (only["ชื่อ"], only["รหัสเหตุผล"]) == ("", "VALUE_MISSING")
    assert only["เลขประจำตัวนักเรียน"].startswith("200")
    assert only["users.csv"] == "2"
    mended = csv_of([only | {"ชื่อ": "กานดา"}])
    sent_again = await world.http.post(
        "/v1/learner-imports",
        files={"file": ("mended.csv", mended)},
        headers=registrar.headers | {"Idempotency-Key": str(uuid4())},
    )
    assert (sent_again.json()["row_count"], sent_again.json()["rejected"]) == (1, 0), sent_again.text


async def test_what_is_deleted_or_no_day_is_found_in_the_file_that_says_so(world, build):
    registrar = await world.staff("school_registrar", "demo-school")
    await pupils(world, build, registrar, 4)
    content = (await world.http.get("/v1/oneroster-bundles", headers=registrar.headers)).content

    def deleted(text):
        rows = list(csv.DictReader(io.StringIO(text)))
        return csv_of([*rows[:2], rows[2] | {"status": "tobedeleted"}, *rows[3:]])

    def american(text):
        rows = list(csv.DictReader(io.StringIO(text)))
        return csv_of([*rows[:3], rows[3] | {"birthDate": "2/28/2009"}])

    report = (await send(world, registrar, changed(content, users=deleted, demographics=american))).json()
    assert [(row["column"], row["reason"], row["referred_row"]) for row in report["rows"]] == [
        ("users.csv: status", "DELETION_NOT_TAKEN", 4),
        ("demographics.csv: birthDate", "DATE_INVALID", 5),
    ], report


async def test_large_bundle_is_worked_on_part_by_part_and_by_whoever_comes_next(world, build, monkeypatch):
    registrar = await world.staff("school_registrar", "demo-school")
    deps = world.service._composition.resolver._deps
    content = roster_of(world.institutions["demo-school"], 30)
    monkeypatch.setattr(bundles, "BLOCK_BYTES", 120)
    object.__setattr__(deps, "import_inline_bytes_max", 0)
    try:
        taken = await send(world, registrar, content)
    finally:
        object.__setattr__(deps, "import_inline_bytes_max", 2 * 1024 * 1024)
    import_id = taken.json()["import_id"]
    assert (taken.status_code, taken.json()["state"], taken.json()["rows_done"]) == (202, "CHECKING", 0)
    assert taken.headers["location"] == f"/v1/learner-imports/{import_id}"
    path = f"/v1/learner-imports/{import_id}"
    seen = []
    for _ in range(3):  # each step another process; the one before is gone
        lease = uuid7()
        async with transaction(deps.pool) as connection:
            assert str(await store.take(connection, lease=lease, keep=timedelta(seconds=30))) == import_id
            job = await store.read(connection, UUID(import_id))
        if job.state is ImportState.CHECKING:
            await running.check_step(deps, job, lease=lease, now=datetime.now(UTC))
        else:
            await running.part_step(deps, job.import_id, lease=lease, now=datetime.now(UTC))
        seen.append((await world.http.get(path, headers=registrar.headers)).json())
        await world.rows(
            "UPDATE learner_import SET leased_until = now() - interval '1 second' WHERE import_id = $1", UUID(import_id)
        )
    assert [item["state"] for item in seen] == ["APPLYING"] * 3
    assert 0 == seen[0]["rows_done"] < seen[1]["rows_done"] < seen[2]["rows_done"] < 30
    lease = uuid7()
    async with transaction(deps.pool) as connection:
        await store.take(connection, lease=lease, keep=timedelta(seconds=30))
    await running.advance(deps, UUID(import_id), lease=lease)
    done = (await world.http.get(path, headers=registrar.headers)).json()
    assert (done["state"], done["accepted"], done["rejected"], done["rows_done"]) == ("DONE", 30, 0, 30)
    again = (await send(world, registrar, content)).json()
    assert (again["accepted"], again["already_known"]) == (0, 30)
