"""A roster out as a OneRoster bundle and in again: nothing changes; elsewhere it makes the same learners."""

import csv
import io
import zipfile
from datetime import date
from uuid import uuid4

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
    assert foreign["rejected"] == 3
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
