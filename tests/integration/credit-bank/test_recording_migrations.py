"""Results of the bank's first days get the fields that came later, and stay as settled as they were."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from chassis.migrate import files
from credit_bank.recording.layouts import told

FILES = files("credit_bank")
OLD = [item for item in FILES if item.owner == "chassis" or item.name < "0010"]
NEW = [item for item in FILES if item not in OLD]

# Code system, code, subject type, source mode, attempt, grade code, state; then what must follow.
ROWS = [
    ("OBEC", "ท31101", "01", "STUDY", 1, "005", "VERIFIED", "FORMAL", "GENERAL", "UPPER_SECONDARY", "FIRST", True),
    ("OBEC", "ท31101", "01", "STUDY", 2, "000", "SUBMITTED", "FORMAL", "GENERAL", "UPPER_SECONDARY", "REPEAT", False),
    ("OBEC", "ง20201", "04", "STUDY", 1, "004", "RETURNED", "FORMAL", "VOCATIONAL", "LOWER_SECONDARY", "FIRST", True),
    ("OVEC", "20000-1101", "", "STUDY", 1, "903", "VERIFIED", "FORMAL", "VOCATIONAL", "VOCATIONAL_CERTIFICATE",
     "FIRST", False),
    ("SHORT", "BARISTA", "", "SHORT_COURSE", 1, "911", "VERIFIED", "NONFORMAL", "VOCATIONAL", None, "FIRST", True),
]  # fmt: skip


async def insert(connection: asyncpg.Connection, row: tuple[Any, ...]) -> Any:
    system, code, subject_type, mode, attempt, grade, state = row[:7]
    unit = {"OBEC": "CR_OBEC", "OVEC": "CR_OVEC"}.get(system)
    amount = 100 if unit else None
    entry_id, now = uuid4(), datetime.now(UTC)
    values: dict[str, Any] = {
        "entry_id": entry_id, "entry_root_id": entry_id, "version": 1, "learner_id": uuid4(),
        "issuer_institution_id": uuid4(), "course_id": uuid4(), "course_version": 1, "code_system": system,
        "code": code, "curriculum_version": "TEST", "title_th": "รายวิชา", "unit": unit,
        "course_credit_hundredths": amount, "category": "", "subject_type": subject_type, "subject_group": "",
        "outcomes": [], "course_source": "tests", "course_status": "demonstration", "content_sha256": bytes(32),
        "year_be": 2568, "term": 1, "attempt": attempt, "grade_scheme": "TEST", "grade_scheme_version": "1",
        "grade_code": grade, "grade_label": "", "counts_in_gpa": True, "attempted_hundredths": amount,
        "earned_hundredths": 0 if amount else None, "source_mode": mode, "state": state, "content_hash": bytes(32),
        "recorded_at": now, "recorded_by": "recorder", "source": "tests", "status": "demonstration",
    }  # fmt: skip
    if state == "VERIFIED":
        values |= {"verified_at": now, "verified_by": "registrar"}
    if state == "RETURNED":
        values |= {"returned_at": now, "returned_by": "registrar", "return_reason_code": "OTHER"}
    if mode == "SHORT_COURSE":
        values["offering_id"] = await offering(connection)
    names = ", ".join(values)
    places = ", ".join(f"${number}" for number in range(1, len(values) + 1))
    await connection.execute(f"INSERT INTO entry ({names}) VALUES ({places})", *values.values())
    return entry_id


async def offering(connection: asyncpg.Connection) -> Any:
    course_id, offering_id, now = uuid4(), uuid4(), datetime.now(UTC)
    await connection.execute(
        "INSERT INTO course (course_id, version, code_system, code, curriculum_version, title_th, category,"
        " subject_type, subject_group, outcomes, source, status, facts_hash, published_at)"
        " VALUES ($1, 1, 'SHORT', 'BARISTA', 'TEST', 'กาแฟ', '', '', '', '{}', 'tests', 'demonstration', $2, $3)",
        course_id,
        bytes(32),
        now,
    )
    await connection.execute(
        "INSERT INTO offering (offering_id, institution_id, reference, course_id, year_be, term, source, status,"
        " content_hash, scheduled_at) VALUES ($1, $2, 'รุ่น 1', $3, 2568, 1, 'tests', 'demonstration', $4, $5)",
        offering_id,
        uuid4(),
        course_id,
        bytes(32),
        now,
    )
    return offering_id


async def test_results_of_before_are_placed_and_stay_settled(database: Callable[..., str]) -> None:
    connection = await asyncpg.connect(database("credit-bank", migrated=False))
    try:
        for migration in OLD:
            await connection.execute(migration.sql)
        ids = [await insert(connection, row) for row in ROWS]
        for migration in NEW:
            await connection.execute(migration.sql)
        for entry_id, row in zip(ids, ROWS, strict=True):
            found = await connection.fetchrow(
                "SELECT form, learning_type, level, attempt_kind, is_earned, issuing_body, assessor_institution_ids"
                " FROM entry WHERE entry_id = $1",
                entry_id,
            )
            assert found is not None
            assert tuple(found.values())[:5] == row[7:], row
            assert (found["issuing_body"], found["assessor_institution_ids"]) == ("", [])
        for change in ("grade_code = '007'", "form = 'INFORMAL'", "state = 'SUBMITTED'", "state = 'REJECTED'"):
            with pytest.raises(asyncpg.RestrictViolationError):
                await connection.execute(f"UPDATE entry SET {change} WHERE entry_id = $1", ids[0])
        with pytest.raises(asyncpg.RestrictViolationError):
            await connection.execute("DELETE FROM entry WHERE entry_id = $1", ids[0])
        with pytest.raises(asyncpg.CheckViolationError):
            await connection.execute("UPDATE entry SET state = 'REVOKED' WHERE entry_id = $1", ids[0])
        await connection.execute(
            "UPDATE entry SET state = 'REVOKED', revoked_at = now(), revoked_by = 'x' WHERE entry_id = $1", ids[0]
        )
        with pytest.raises(asyncpg.RestrictViolationError):
            await connection.execute("UPDATE entry SET revoked_by = 'y' WHERE entry_id = $1", ids[0])
    finally:
        await connection.close()


async def test_cells_that_were_told_before_are_masked_as_those_told_now(database: Callable[..., str]) -> None:
    cells = (
        "1234567890121", "๑๒๓๔๕๖๗๘๙๐๑๒๑", "1-2345-67890-12-1", "สมมติ ใจดี", "…2345", "ท31101", "ท๓๑๑๐๑", "20000-1101",
        "200001101", "4.5", "x", "", "2025", "ดีเยี่ยม", "คำที่ยาวกว่าที่รายงานแสดง",
    )  # fmt: skip
    connection = await asyncpg.connect(database("credit-bank", migrated=False))
    try:
        for migration in FILES:
            if migration.owner == "chassis" or migration.name < "0095":
                await connection.execute(migration.sql)
        import_id = uuid4()
        await connection.execute(
            "INSERT INTO result_import (import_id, institution_id, layout, encoding, file_sha256, row_count, accepted,"
            " already_known, rejected, imported_by, imported_at)"
            " VALUES ($1, $1, 'x', 'utf-8', $2, 1, 0, 0, 1, 'x', $3)",
            import_id,
            bytes(32),
            datetime.now(UTC),
        )
        await connection.execute(
            "INSERT INTO result_import_fault (import_id, row_number, column_name, masked_value, reason)"
            " SELECT $1, 2, 'x', cell, 'COURSE_UNKNOWN' FROM unnest($2::text[]) AS c(cell)",
            import_id,
            cells,
        )
        [migration] = [item for item in FILES if item.name.startswith("0095") and item.owner != "chassis"]
        await connection.execute(migration.sql)
        rows = await connection.fetch("SELECT masked_value FROM result_import_fault ORDER BY fault_no")
        assert [row["masked_value"] for row in rows] == [told(cell) for cell in cells]
    finally:
        await connection.close()
