"""What SQL computes for a whole population is what the pure function says of each person."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID, uuid4

import asyncpg
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from student_registry.matching.domain import BirthDate, Precision
from student_registry.provenance import DataStatus, Provenance
from student_registry.statuses.domain import LearnerStatus, OutsideActivity, StatusKind, neet

DAY = date(2026, 2, 28)
AGES = (15, 24)
PLACE = uuid4()


@dataclass(frozen=True)
class Life:
    """What is known of one person."""

    birth: BirthDate | None
    enrolled: tuple[int, int | None] | None
    statuses: tuple[tuple[LearnerStatus, int], ...]
    activities: tuple[tuple[OutsideActivity, int], ...]


days = st.integers(-400, 40)
births = st.one_of(
    st.none(),
    st.dates(date(1999, 1, 1), date(2013, 12, 31)).map(lambda day: BirthDate(day, Precision.DAY)),
    st.sampled_from([date(2011, 2, 28), date(2011, 3, 1), date(2001, 2, 28), date(2001, 3, 1), date(2004, 2, 29)]).map(
        lambda day: BirthDate(day, Precision.DAY)
    ),
    st.integers(1999, 2013).map(lambda year: BirthDate(date(year, 1, 1), Precision.YEAR)),
)
lives = st.builds(
    Life,
    birth=births,
    enrolled=st.none() | st.tuples(days, st.none() | st.integers(0, 300)),
    statuses=st.lists(st.tuples(st.sampled_from(LearnerStatus), days), max_size=3).map(tuple),
    activities=st.lists(st.tuples(st.sampled_from(OutsideActivity), days), max_size=3).map(tuple),
)


def at(offset: int) -> date:
    """A day before or after the day of question."""
    return DAY + timedelta(days=offset)


def latest(stated):
    """What holds of dated statements: the last first day, and of one day the last statement."""
    begun = [(offset, n, item) for n, (item, offset) in enumerate(stated) if offset <= 0]
    return max(begun, key=lambda entry: entry[:2])[2] if begun else None


async def write(connection: asyncpg.Connection, life: Life) -> UUID:
    """Keep one life as the registry would."""
    learner_id = uuid4()
    await connection.execute(
        "INSERT INTO learner (learner_id, registrar_institution_id, birth_date, birth_date_precision, source, "
        "data_status, registered_at) VALUES ($1, $2, $3, $4, 'test', 'demonstration', now())",
        learner_id,
        PLACE,
        life.birth.value if life.birth else None,
        life.birth.precision if life.birth else None,
    )
    if life.enrolled:
        start, length = life.enrolled
        await connection.execute(
            "INSERT INTO enrolment (enrolment_id, learner_id, institution_id, role, delivery_system, grade_label, "
            "classroom, programme_code, valid_from, valid_to, source, data_status, recorded_at, recorded_by) "
            "VALUES ($1, $2, $3, 'PRIMARY', 'FORMAL', 'M.4', '', '', $4, $5, 'test', 'demonstration', now(), 'test')",
            uuid4(),
            learner_id,
            PLACE,
            at(start),
            None if length is None else at(start + length),
        )
    for status, offset in life.statuses:
        await connection.execute(
            "INSERT INTO learner_status (learner_status_id, learner_id, status, reason_code, stated_by_institution_id, "
            "valid_from, confirmed_on, rule_version, source, data_status, recorded_at, recorded_by) "
            "VALUES ($1, $2, $3, 'UNKNOWN', $4, $5, $5, '1', 'test', 'demonstration', now(), 'test')",
            uuid4(),
            learner_id,
            status,
            PLACE,
            at(offset),
        )
    for activity, offset in life.activities:
        await connection.execute(
            "INSERT INTO outside_activity (outside_activity_id, learner_id, activity, stated_by_institution_id, "
            "valid_from, confirmed_on, source, data_status, recorded_at, recorded_by) "
            "VALUES ($1, $2, $3, $4, $5, $5, 'test', 'demonstration', now(), 'test')",
            uuid4(),
            learner_id,
            activity,
            PLACE,
            at(offset),
        )
    return learner_id


def expected(life: Life, out_of_education: dict[str, bool]) -> str:
    """What the pure function says."""
    status = latest(life.statuses)
    provenance = Provenance("test", DataStatus.DEMONSTRATION)
    kind = status and StatusKind(status, "", False, True, out_of_education[status], frozenset(), provenance)
    is_enrolled = False
    if life.enrolled:
        start, length = life.enrolled
        is_enrolled = start <= 0 and (length is None or start + length >= 0)
    return neet(life.birth, day=DAY, ages=AGES, is_enrolled=is_enrolled, status=kind, activity=latest(life.activities))


def test_sql_and_the_pure_function_agree_on_neet(database: Callable[..., str]) -> None:
    dsn = database("student-registry")
    loop = asyncio.new_event_loop()
    connection = loop.run_until_complete(asyncpg.connect(dsn))
    run = loop.run_until_complete
    run(
        connection.execute(
            "INSERT INTO institution (institution_id, kind, name_th, local_alias, source, data_status, registered_at) "
            "VALUES ($1, 'SCHOOL', 'โรงเรียน', 'school', 'test', 'demonstration', now())",
            PLACE,
        )
    )
    rows = run(connection.fetch("SELECT status, is_out_of_education FROM learner_status_kind"))
    out_of_education = {row["status"]: row["is_out_of_education"] for row in rows}

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(lives, min_size=1, max_size=8))
    def agree(population: list[Life]) -> None:
        ids = [run(write(connection, life)) for life in population]
        found = {
            row["learner_id"]: row["neet"]
            for row in run(
                connection.fetch("SELECT * FROM neet_on($1, $2, $3) WHERE learner_id = ANY($4)", DAY, *AGES, ids)
            )
        }
        assert [found[learner_id] for learner_id in ids] == [expected(life, out_of_education) for life in population]

    try:
        agree()
    finally:
        run(connection.close())
        loop.close()
