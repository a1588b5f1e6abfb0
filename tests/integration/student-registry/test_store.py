"""What PostgreSQL itself keeps: every statement fits the schema, history stays, rules hold whatever the code does."""

import importlib
import pkgutil
from datetime import date
from uuid import uuid4

import asyncpg
import pytest
import student_registry
import student_registry.matching.store

MODULES = [
    importlib.import_module(found.name)
    for found in pkgutil.walk_packages(student_registry.__path__, "student_registry.")
    if found.name.rpartition(".")[2].startswith("store")
]
STATEMENTS = {
    f"{module.__name__}.{name}{kind}": statement
    for module in MODULES
    for name, value in vars(module).items()
    if name.startswith("SQL_")
    for kind, statement in (
        {"": value} if isinstance(value, str) else {f".{key}": each for key, each in value.items()}
    ).items()
}
"""By name; a constant that holds one statement for each table has several."""


@pytest.fixture(scope="module")
async def connection(databases):
    """A migrated database."""
    dsn = databases.create("student-registry")
    opened = await asyncpg.connect(dsn)
    yield opened
    await opened.close()
    databases.drop(dsn)


@pytest.fixture
async def learner(connection):
    """A learner of a school, both written directly."""
    school, learner_id = uuid4(), uuid4()
    await connection.execute(
        "INSERT INTO institution (institution_id, kind, name_th, local_alias, source, data_status, registered_at) "
        "VALUES ($1::uuid, 'SCHOOL', 'โรงเรียน', $1::uuid::text, 'test', 'demonstration', now())",
        school,
    )
    await connection.execute(
        "INSERT INTO learner (learner_id, registrar_institution_id, source, data_status, registered_at) "
        "VALUES ($1, $2, 'test', 'demonstration', now())",
        learner_id,
        school,
    )
    return learner_id, school


async def enrol(connection, learner, role="PRIMARY", *, start=date(2025, 5, 16), end=None, programme=""):
    learner_id, school = learner
    await connection.execute(
        "INSERT INTO enrolment (enrolment_id, learner_id, institution_id, role, delivery_system, grade_label, "
        "classroom, programme_code, valid_from, valid_to, source, data_status, recorded_at, recorded_by) "
        "VALUES ($1, $2, $3, $4, 'FORMAL', '', '', $7, $5, $6, 'test', 'demonstration', now(), 'test')",
        uuid4(), learner_id, school, role, start, end, programme,
    )  # fmt: skip


async def identify(connection, learner, index, *, kind="CITIZEN_ID", start=date(2025, 5, 16), end=None):
    learner_id, school = learner
    await connection.execute(
        "INSERT INTO learner_identifier (identifier_id, learner_id, kind, sealed_value, key_version, blind_index, "
        "value_length, last4, institution_id, verification_state, valid_from, valid_to, recorded_at) "
        "VALUES ($1, $2, $3, '', 1, $4, 13, '0121', $5, 'UNVERIFIED', $6, $7, now())",
        uuid4(), learner_id, kind, index, school if kind == "STUDENT_NO" else None, start, end,
    )  # fmt: skip


@pytest.mark.parametrize("name", sorted(STATEMENTS))
async def test_statement_prepares(connection, name):
    await connection.prepare(STATEMENTS[name])


async def test_second_primary_enrolment_at_the_same_time_is_impossible(connection, learner):
    await enrol(connection, learner, end=date(2026, 3, 31))
    await enrol(connection, learner, start=date(2026, 4, 1))
    await enrol(connection, learner, "PARTNER")
    with pytest.raises(asyncpg.ExclusionViolationError) as refused:
        await enrol(connection, learner, start=date(2026, 5, 16), programme="other")
    assert refused.value.constraint_name == "enrolment_one_primary"


async def test_partner_enrolment_cannot_overlap_itself_and_short_courses_may(connection, learner):
    await enrol(connection, learner, "PARTNER")
    with pytest.raises(asyncpg.ExclusionViolationError) as refused:
        await enrol(connection, learner, "PARTNER", start=date(2025, 6, 1))
    assert refused.value.constraint_name == "enrolment_overlap"
    await enrol(connection, learner, "SHORT_COURSE")
    await enrol(connection, learner, "SHORT_COURSE", start=date(2025, 6, 1))
    with pytest.raises(asyncpg.UniqueViolationError) as repeated:
        await enrol(connection, learner, "SHORT_COURSE")
    assert repeated.value.constraint_name == "enrolment_natural_key"


async def test_number_of_a_person_is_never_anothers_even_after_it_ended(connection, learner):
    index = uuid4().bytes * 2
    await identify(connection, learner, index, end=date(2025, 6, 1))
    with pytest.raises(asyncpg.UniqueViolationError) as refused:
        await identify(connection, learner, index, kind="G_CODE")
    assert refused.value.constraint_name == "learner_identifier_person"


async def test_student_number_is_given_again_only_after_it_ended(connection, learner):
    index = uuid4().bytes * 2
    await identify(connection, learner, index, kind="STUDENT_NO", end=date(2025, 6, 1))
    await identify(connection, learner, index, kind="STUDENT_NO", start=date(2025, 6, 1))
    with pytest.raises(asyncpg.ExclusionViolationError) as refused:
        await identify(connection, learner, index, kind="STUDENT_NO", start=date(2025, 7, 1))
    assert refused.value.constraint_name == "learner_identifier_student_no"


PLUMBING = {"consumed_event", "consumed_position", "outbox_default", "outbox_sequence", "parked_event", "request"}
ON_THEIR_WAY = {"learner_import_file", "learner_import_part", "learner_import_rejected"}
"""Sealed pieces of files, deleted as soon as they are through or were kept long enough."""
HISTORY = {
    "assignment_succession",
    "consent_agreement",
    "consent_text",
    "data_request_step",
    "enrolment_history",
    "institution_change",
    "learner_history",
    "learner_identifier_history",
    "learner_identifier_verification",
    "learner_import_difference",
    "learner_import_fault",
    "leaver_history",
    "match_decision",
    "movement_history",
    "profile_confirmation",
    "role_permission",
    "role_permission_version",
    "staff_assignment_history",
    "workplace_history",
}
"""Tables of which not a single row may ever change."""


async def kept_tables(connection):
    """Every table of the registry that holds facts, history or rules."""
    rows = await connection.fetch(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY relname"
    )
    names = {row["relname"] for row in rows} - PLUMBING - ON_THEIR_WAY - {"schema_migration"}
    return sorted(name for name in names if not name.startswith("outbox_2"))


async def test_no_table_loses_a_row(connection):
    tables = await kept_tables(connection)
    assert {"learner", "enrolment", "access_record", "profile_fact", "movement"} < set(tables)
    for table in tables:
        for attempt in (f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):
            with pytest.raises(asyncpg.RestrictViolationError):
                await connection.execute(attempt)


async def test_history_is_append_only(connection):
    rows = await connection.fetch(
        "SELECT tgrelid::regclass::text AS name FROM pg_trigger WHERE tgname = 'append_only' AND tgparentid = 0"
    )
    tables = {row["name"] for row in rows}
    assert set(await kept_tables(connection)) > tables >= HISTORY
    for table in sorted(tables):
        column = await connection.fetchval(
            "SELECT attname FROM pg_attribute "
            "WHERE attrelid = $1::text::regclass AND attnum > 0 AND attidentity = '' LIMIT 1",
            table,
        )
        with pytest.raises(asyncpg.RestrictViolationError):
            await connection.execute(f"UPDATE {table} SET {column} = {column}")


async def test_record_of_an_access_stays_but_follows_a_merge(connection, learner):
    learner_id, school = learner
    await connection.execute(
        "INSERT INTO access_record (access_id, learner_id, read_at, institution_id, role, reader, resource, purpose, "
        "ground) VALUES ($1::uuid, $1::uuid, now(), $2, 'guidance_teacher', 'somebody', 'learner', 'TEST', 'CASE')",
        learner_id,
        school,
    )
    rows = await connection.fetch(
        "SELECT attname FROM pg_attribute WHERE attrelid = 'access_record'::regclass AND attnum > 0"
    )
    columns = {row["attname"] for row in rows}
    values = {"read_at": "now() + interval '1 day'", "access_id": "gen_random_uuid()", "institution_id": "NULL",
              "ground": "'AUDIT'"}  # fmt: skip
    for column in sorted(columns - {"learner_id"}):
        value = values.get(column, "'x'")
        with pytest.raises(asyncpg.RestrictViolationError):
            await connection.execute(f"UPDATE access_record SET {column} = {value}")
    other = uuid4()
    await connection.execute(
        "INSERT INTO learner (learner_id, registrar_institution_id, source, data_status, registered_at) "
        "VALUES ($1, $2, 'test', 'demonstration', now())",
        other,
        school,
    )
    await connection.execute("UPDATE access_record SET learner_id = $1 WHERE access_id = $2", other, learner_id)


@pytest.mark.parametrize(("state", "reason"), [("DONE", None), ("FAILED", "FILE_EMPTY")])
async def test_import_that_is_over_stays_as_it_is(connection, learner, state, reason):
    _, school = learner
    import_id = uuid4()
    await connection.execute(
        "INSERT INTO learner_import (import_id, institution_id, layout, encoding, is_dry_run, file_sha256, row_count, "
        "accepted, already_known, rejected, imported_at, imported_by, state, failure_reason) "
        "VALUES ($1, $2, 'nuaikit-learners-1', 'utf-8', false, decode(repeat('00', 32), 'hex'), 3, 1, 1, 1, now(), "
        "'somebody', 'APPLYING', NULL)",
        import_id,
        school,
    )
    change = "UPDATE learner_import SET state = $2, failure_reason = $3 WHERE import_id = $1"
    await connection.execute(change, import_id, state, reason)
    for attempt in (
        "state = 'APPLYING', failure_reason = NULL",
        "accepted = 2",
        "imported_by = 'another'",
        "ignored = 1",
    ):
        with pytest.raises(asyncpg.RestrictViolationError):
            await connection.execute(f"UPDATE learner_import SET {attempt} WHERE import_id = $1", import_id)


async def test_every_foreign_key_restricts(connection):
    kinds = await connection.fetch(
        "SELECT conname, confdeltype FROM pg_constraint WHERE contype = 'f' AND confdeltype NOT IN ('r', 'a')"
    )
    assert kinds == []


async def test_every_assignable_role_has_permissions_and_unknown_permissions_do_not_exist(connection):
    rows = await connection.fetch(
        "SELECT role, permission FROM role LEFT JOIN role_permission USING (role) "
        "WHERE version = '2569.3' OR version IS NULL"
    )
    assert all(row["permission"] for row in rows)
    areas = {row["permission"].split(".")[0] for row in rows}
    assert areas == {
        "access", "activity", "awarding", "catalogue", "committee", "credit", "exchange", "guidance", "offering", "own",
        "partnership", "qualification", "registry", "report", "rule", "screening", "survey", "transcript", "transfer",
    }  # fmt: skip


async def test_restriction_closes_a_learner_to_all_but_his_keeper_and_is_asked_in_one_place(connection, learner):
    learner_id, school = learner
    request_id = uuid4()
    await connection.execute(
        "INSERT INTO data_request (data_request_id, learner_id, kind, institution_id, fact_kinds, received_on, due_on, "
        "rule_version, state) SELECT $1, $2, kind, $3, '{}', '2026-01-01', '2026-02-01', version, 'RECEIVED' "
        "FROM data_request_rule WHERE kind = 'RESTRICT' LIMIT 1",
        request_id,
        learner_id,
        school,
    )

    async def is_closed(institution_id):
        return await connection.fetchval(
            "SELECT EXISTS (SELECT FROM closed_to($1) c WHERE c.learner_id = $2)", institution_id, learner_id
        )

    assert not await is_closed(None)
    await connection.execute(
        "INSERT INTO learner_restriction (learner_restriction_id, learner_id, data_request_id, restricted_at) "
        "VALUES ($1, $2, $1, now())",
        request_id,
        learner_id,
    )
    assert [await is_closed(place) for place in (school, uuid4(), None)] == [False, True, True]
    await connection.execute(
        "UPDATE learner_restriction SET lifted_at = now(), lifted_by = 'x', lift_reason = 'ASKED' "
        "WHERE learner_id = $1",
        learner_id,
    )
    assert not await is_closed(None)
    moving = "student_registry.matching.store_moving"  # a merge moves whatever names a learner, and asks nothing
    asking = {
        name for name, text in STATEMENTS.items() if "learner_restriction" in text and not name.startswith(moving)
    }
    assert asking, "the owner's own statements"
    assert {name.rpartition(".")[0] for name in asking} == {"student_registry.requests.store"}


async def test_names_alike_are_found_through_their_index(connection):
    """Without it every new learner is compared by reading everybody; former names are looked at too."""
    async with connection.transaction():
        await connection.execute("SET LOCAL enable_seqscan = off")
        plan = await connection.fetch(f"EXPLAIN {student_registry.matching.store.SQL_BLOCKS}", [uuid4()], 0.25, 20)
    assert any("Bitmap Index Scan on learner_name_trigrams" in row[0] for row in plan), plan
