"""The program's own commands, as an operator runs them: for a named person, with that person's rights."""

import asyncio
import json
import os
import sys
import zipfile
from datetime import date

import asyncpg
import pytest

from tests.support import kafka

INLINE_BYTES_MAX = 64 * 1024
HEADER = "เลขประจำตัวนักเรียน,ชื่อ,นามสกุล,บทบาท,ชั้น,ห้อง,วันเริ่มเรียน (พ.ศ.)"


@pytest.fixture
def program(own_world):
    """Runs a command of the program; gives exit code, what it printed, and what it complained of."""
    settings = own_world.service._resources.settings
    secrets = ("database_dsn", "subject_hash_key", "identifier_key", "identifier_index_key")
    environment = {
        f"STUDENT_REGISTRY_{name.upper()}": getattr(settings, name).get_secret_value() for name in secrets
    } | {
        "STUDENT_REGISTRY_KAFKA_BOOTSTRAP": settings.kafka_bootstrap,
        "STUDENT_REGISTRY_OIDC_ISSUER": settings.oidc_issuer,
        "STUDENT_REGISTRY_BOOTSTRAP_SUBJECT": settings.bootstrap_subject,
        "STUDENT_REGISTRY_IMPORT_INLINE_BYTES_MAX": str(INLINE_BYTES_MAX),
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith("STUDENT_REGISTRY_")}

    async def start(*arguments):
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "student_registry",
            *map(str, arguments),
            env=kept | environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )

    async def run(*arguments):
        process = await start(*arguments)
        out, complaints = await asyncio.wait_for(process.communicate(), 120)
        lines = [json.loads(line) for line in out.decode().splitlines() if line.startswith("{")]
        printed = next((line for line in reversed(lines) if "level" not in line), None)
        return process.returncode, printed, complaints.decode()

    run.start = start
    return run


async def test_file_comes_in_and_goes_out_for_a_named_person(own_world, program, tmp_path):
    world = own_world
    registrar = await world.staff("school_registrar", "demo-school", subject="registrar-at-the-machine")
    operator = ("--as", "registrar-at-the-machine", "--assignment", registrar.assignment_id)
    file = tmp_path / "learners.csv"
    file.write_text(f"{HEADER}\n101,กานดา,ใจดี,หลัก,M.4,1,16/05/2568\n102,ขวัญ,ใจดี,หลัก,M.4,1,16/05/2568\n", "utf-8")
    code, report, complaints = await program("import", file, *operator, "--dry-run")
    assert (code, report["accepted"]) == (0, 2), complaints
    assert await world.value("SELECT count(*) FROM learner") == 0
    code, report, complaints = await program("import", file, *operator, "--institution", world.alias("demo-school"))
    assert (code, report["accepted"], report["rejected"]) == (0, 2, 0), complaints
    recorded = await world.value("SELECT DISTINCT recorded_by FROM enrolment")
    assert recorded == await world.value(
        "SELECT subject_hash FROM staff_assignment WHERE assignment_id = $1", registrar.assignment_id
    )
    for file_format, name in (("csv", "out.csv"), ("xlsx", "out.xlsx"), ("oneroster-1.2", "out.zip")):
        out = tmp_path / name
        code, report, complaints = await program("export", out, *operator, "--format", file_format)
        assert (code, report["bytes"]) == (0, out.stat().st_size), complaints
        assert out.stat().st_mode & 0o077 == 0
        layout = ("--layout", "oneroster-1.2") if name == "out.zip" else ()
        code, report, complaints = await program("import", out, *operator, *layout)
        assert (code, report["already_known"], report["accepted"]) == (0, 2, 0), (report, complaints)
    assert (await program("export", out, *operator))[0] == 1  # the file is there already
    code, report, complaints = await program("verify")
    assert code == 0, (report, complaints)
    assert set(report.values()) == {0}


def learner_file(folder, institution_id, rows, *, build):
    """A file of so many learners."""
    file = folder / "learners.csv"
    with file.open("w", encoding="utf-8") as lines:
        lines.write(f"{HEADER},เลขประจำตัวประชาชน\n")
        for number in range(rows):
            lines.write(f"{number},กานดา,ใจดี,หลัก,M.4,{number % 20},16/05/2568,{build.citizen_id()}\n")
    return file, ()


def bundle(folder, institution_id, rows, *, build):
    """A OneRoster bundle of so many learners."""
    file = folder / "roster.zip"
    people = [f"u{n},,,true,x,{{citizenId:{build.citizen_id()}}},กานดา,ใจดี,{n}" for n in range(rows)]
    tables = {
        "manifest": ["propertyName,value", "oneroster.version,1.2"],
        "orgs": [
            "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId",
            f"{institution_id},,,x,school,,",
        ],
        "classes": [
            "sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType",
            *(f"c{n},,,ม.4/{n},M.4,k,M.4/{n},homeroom" for n in range(20)),
        ],
        "users": [
            "sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,identifier",
            *people,
        ],
        "enrollments": [
            "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate",
            *(f"e{n},,,c{n % 20},{institution_id},u{n},student,,2025-05-16," for n in range(rows)),
        ],
    }
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, lines in tables.items():
            packed.writestr(f"{name}.csv", "\n".join([*lines, ""]))
    return file, ("--layout", "oneroster-1.2")


@pytest.mark.parametrize("written", [learner_file, bundle])
async def test_import_that_was_killed_goes_on_where_it_was(own_world, program, build, tmp_path, written):
    """SIGKILL in the midst of applying: nothing is lost, nothing is there twice, whoever goes on."""
    world, rows = own_world, 15_000  # some parts
    registrar = await world.staff("school_registrar", "demo-school", subject="registrar")
    operator = ("--as", "registrar", "--assignment", registrar.assignment_id)
    file, layout = written(tmp_path, world.institutions["demo-school"], rows, build=build)
    operator += layout
    assert file.stat().st_size > INLINE_BYTES_MAX
    process = await program.start("import", file, *operator)

    async def is_half_done():
        return await world.value("SELECT count(*) FROM learner_import WHERE state = 'APPLYING' AND accepted > 0")

    await kafka.eventually(is_half_done, timeout_s=100, what="the first part to be applied")
    process.kill()
    await process.communicate()
    half = await world.value("SELECT count(*) FROM learner")
    assert 0 < half < rows
    assert await world.value("SELECT state FROM learner_import") == "APPLYING"
    # What it held is free again when its lease has run out; here that is at once.
    await world.rows("UPDATE learner_import SET leased_until = now() - interval '1 second'")
    code, report, complaints = await program("import", file, *operator)
    assert (code, report["rejected"]) == (0, 0), complaints
    imports = await world.rows("SELECT state, row_count, accepted, already_known, rejected FROM learner_import")
    assert {(item["state"], item["row_count"], item["rejected"]) for item in imports} == {("DONE", rows, 0)}
    assert sum(item["accepted"] for item in imports) == rows
    for table in ("learner", "learner_identifier", "enrolment"):
        expected = 2 * rows if table == "learner_identifier" else rows
        assert await world.value(f"SELECT count(*) FROM {table}") == expected
    told = "SELECT count(*), count(DISTINCT key) FROM outbox WHERE type LIKE '%LearnerRegistered'"
    assert tuple((await world.rows(told))[0]) == (rows, rows)


async def test_rejected_rows_and_refusals_have_their_exit_codes(own_world, program, tmp_path):
    world = own_world
    registrar = await world.staff("school_registrar", "demo-school", subject="registrar")
    recorder = await world.staff("school_recorder", "demo-school", subject="recorder")
    file = tmp_path / "learners.csv"
    file.write_text(f"{HEADER}\n101,กานดา,ใจดี,หลัก,M.4,1,16/05/2568\n102,,ใจดี,หลัก,M.4,1,16/05/2568\n", "utf-8")
    operator = ("--as", "registrar", "--assignment", registrar.assignment_id)
    code, report, _ = await program("import", file, *operator)
    assert (code, report["accepted"], report["rejected"]) == (3, 1, 1)
    assert report["rows"][0]["reason"] == "VALUE_MISSING"
    assert (await program("import", file))[0] == 2
    assert (await program("import", tmp_path / "none.csv", *operator))[0] == 1
    code, _, complaints = await program("import", file, "--as", "recorder", "--assignment", registrar.assignment_id)
    assert code == 1
    assert "ASSIGNMENT_UNKNOWN: ไม่พบหน้าที่" in complaints
    other = ("--institution", world.alias("other-school"))
    code, _, complaints = await program("import", file, *operator, *other)
    assert (code, "INSTITUTION_NOT_FOUND" in complaints) == (1, True)
    out = tmp_path / "out.csv"
    code, _, complaints = await program("export", out, "--as", "recorder", "--assignment", recorder.assignment_id)
    assert (code, "PERMISSION_MISSING" in complaints) == (1, True)
    assert not out.exists()


async def test_verify_finds_what_differs_and_reseal_has_nothing_to_do(own_world, program, build):
    world = own_world
    registrar = await world.staff("school_registrar", "demo-school")
    school = world.institutions["demo-school"]
    (made,) = await world.register(
        build.learner(
            school,
            identifiers=[build.identifier("STUDENT_NO", "1", institution_id=school)],
            enrolments=[build.enrolment(school, valid_from=date(2025, 5, 16))],
        ),
        by=registrar,
    )
    code, report, complaints = await program("reseal")
    assert code == 0, complaints
    assert not any(report["left"].values())
    connection = await asyncpg.connect(world.dsn)
    await connection.execute("ALTER TABLE enrolment DISABLE TRIGGER USER")
    await connection.execute("UPDATE enrolment SET grade_label = 'M.9' WHERE learner_id = $1", made.id)
    await connection.execute("ALTER TABLE enrolment ENABLE TRIGGER USER")
    await connection.execute("DELETE FROM outbox_sequence WHERE key = $1", made.id)
    await connection.close()
    code, report, complaints = await program("verify")
    assert code == 1, complaints
    assert {name: count for name, count in report.items() if count} == {
        "enrolments_unlike_their_history": 1,
        "learners_never_told": 1,
        "events_beyond_their_counter": 2,
    }


async def test_help_lists_every_command_in_english_and_thai(program):
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "student_registry", "--help", stdout=asyncio.subprocess.PIPE
    )
    text = (await process.communicate())[0].decode()
    assert process.returncode == 0
    for word in ("serve", "import", "export", "verify", "reseal", "audit", "นำเข้าไฟล์ผู้เรียน", "ส่งออกไฟล์ผู้เรียน"):
        assert word in text
