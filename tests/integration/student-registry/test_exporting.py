"""Learner files out: the same file in changes nothing, others' learners are never in it, and looks are noted."""

import csv
import io
from datetime import date
from uuid import uuid4

import pytest
from chassis.tabular import read_table


async def pupils(world, build, by, count):
    """Register so many learners with student numbers."""
    school = world.institutions["demo-school"]
    outcomes = await world.register(
        *[
            build.learner(
                school,
                given="=สมชาย" if n == 0 else f"สมชาย{n}",
                birth=2009 if n == 1 else date(2009, 2, 28),
                identifiers=[
                    build.identifier("STUDENT_NO", f"{1000 + n}", institution_id=school),
                    build.identifier("CITIZEN_ID", build.citizen_id()),
                ],
                enrolments=[build.enrolment(school, grade="M.4", classroom="-1" if n == 0 else "1")],
            )
            for n in range(count)
        ],
        by=by,
    )
    assert not any(outcome.HasField("problem") for outcome in outcomes), outcomes


async def import_file(world, by, content, name):
    """Import a file; gives the report."""
    response = await world.http.post(
        "/v1/learner-imports",
        files={"file": (name, content)},
        headers=by.headers | {"Idempotency-Key": str(uuid4())},
    )
    assert response.status_code == 200, response.text
    return response.json()


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
async def test_exported_file_changes_nothing_when_it_comes_in_again(world, build, file_format):
    registrar = await world.staff("school_registrar", "demo-school")
    await pupils(world, build, registrar, 3)
    response = await world.http.get("/v1/learner-exports", params={"format": file_format}, headers=registrar.headers)
    assert response.status_code == 200, response.text
    assert response.headers["content-disposition"] == f'attachment; filename="learners.{file_format}"'
    rows = [row.cells for row in read_table(response.content, needed=()).rows]
    assert {row["เลขประจำตัวนักเรียน"] for row in rows} == {"1000", "1001", "1002"}
    assert {row["วันเกิด (พ.ศ.)"] for row in rows} == {"28/02/2552", "2552"}
    assert all(row["เลขประจำตัวประชาชน"] == "" for row in rows)
    report = await import_file(world, registrar, response.content, f"learners.{file_format}")
    assert (report["already_known"], report["accepted"], report["rejected"]) == (3, 0, 0), report


async def test_cells_that_look_like_formulas_are_guarded(world, build):
    registrar = await world.staff("school_registrar", "demo-school")
    await pupils(world, build, registrar, 1)
    response = await world.http.get("/v1/learner-exports", headers=registrar.headers)
    (_, row) = csv.reader(io.StringIO(response.content.decode("utf-8-sig")))
    assert "\u200b=สมชาย" in row
    assert "\u200b-1" in row


async def test_export_is_of_the_own_institution_with_its_permission(world, build):
    registrar = await world.staff("school_registrar", "demo-school")
    recorder = await world.staff("school_recorder", "demo-school")
    await pupils(world, build, registrar, 1)
    response = await world.http.get("/v1/learner-exports", headers=recorder.headers)
    assert (response.status_code, response.json()["reason"]) == (403, "PERMISSION_MISSING")
    params = {"institution_id": world.institutions["other-school"]}
    response = await world.http.get("/v1/learner-exports", params=params, headers=registrar.headers)
    assert (response.status_code, response.json()["reason"]) == (404, "INSTITUTION_NOT_FOUND")


async def test_learner_whose_record_another_keeps_sees_the_export(world, build):
    registrar = await world.staff("school_registrar", "demo-school")
    partner = await world.staff("college_registrar", "demo-college")
    school, college = world.institutions["demo-school"], world.institutions["demo-college"]
    number = build.identifier("CITIZEN_ID", build.citizen_id())
    (learner,) = await world.register(
        build.learner(school, identifiers=[number], enrolments=[build.enrolment(school)]), by=registrar
    )
    await world.register(
        build.learner(
            college, identifiers=[number], enrolments=[build.enrolment(college, "PARTNER", programme="PWC-2562")]
        ),
        by=partner,
    )
    await world.http.get("/v1/learner-exports", headers=registrar.headers)
    response = await world.http.get("/v1/learner-exports", headers=partner.headers)
    assert "PWC-2562" in response.text
    rows = await world.rows("SELECT purpose, role FROM access_record WHERE learner_id = $1", learner.id)
    assert [(row["purpose"], row["role"]) for row in rows] == [("EXPORT", "college_registrar")]
