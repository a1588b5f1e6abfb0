"""People whom a census met outside school become learners without a school, after matching."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from chassis.auth import Actor
from chassis.pg import transaction
from student_registry.app import SERVICE
from student_registry.enrolments.domain import DeliverySystem, EnrolmentFacts, EnrolmentRole
from student_registry.identifiers.domain import IdentifierFacts, IdentifierKind
from student_registry.learners.domain import PersonName, Registration
from student_registry.learners.use_cases import register_all
from student_registry.matching.domain import BirthDate, Precision
from student_registry.provenance import DataStatus, Provenance
from student_registry.statuses.census import CensusPerson, take_census
from student_registry.statuses.domain import OutsideActivity

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)
SEEN = date(2026, 11, 20)
PROVENANCE = Provenance("สำมะโนประชากรวัยเรียน 2569", DataStatus.DEMONSTRATION)


@pytest.fixture
def deps(world):
    """What the use cases of the running service work with."""
    resolver = SERVICE.compose(world.service._resources).resolver
    return resolver._deps


def acting_for(world, place, *permissions):
    return Actor(
        subject_hash="0" * 64,
        role="area_registrar",
        institution_id=UUID(world.institutions[place]),
        assignment_id=None,
        classroom="",
        permissions=frozenset(permissions or ("registry.learners.register", "registry.status.record")),
        permission_version="test",
    )


def person(world, place, *, number=None, given="ฟ้าใส", enrolments=()):
    identifiers = (IdentifierFacts(IdentifierKind.CITIZEN_ID, number),) if number else ()
    return Registration(
        name=PersonName("เด็กหญิง", given, "รักเรียน"),
        birth=BirthDate(date(2012, 3, 1), Precision.DAY),
        sex=None,
        identifiers=identifiers,
        registrar_institution_id=UUID(world.institutions[place]),
        enrolments=tuple(enrolments),
        provenance=PROVENANCE,
    )


async def take(deps, actor, *people):
    async with transaction(deps.pool) as connection:
        return await take_census(deps, connection, people, actor=actor, now=NOW)


async def test_people_of_a_census_get_the_status_that_follows(world, build, deps):
    await world.institution("area-office", "AREA_OFFICE_PRIMARY")
    school, office = acting_for(world, "demo-school"), acting_for(world, "area-office")
    numbers = [build.citizen_id() for _ in range(3)]

    def enrolled(until):
        return EnrolmentFacts(
            school.at(), EnrolmentRole.PRIMARY, DeliverySystem.FORMAL, "P.6", "1", "", date(2025, 5, 16), until
        )

    async with transaction(deps.pool) as connection:
        known = await register_all(
            deps,
            connection,
            [
                person(world, "demo-school", number=numbers[0], enrolments=[enrolled(None)]),
                person(world, "demo-school", number=numbers[1], enrolments=[enrolled(date(2026, 3, 31))]),
            ],
            actor=school,
            now=NOW,
        )
    people = [
        CensusPerson(person(world, "area-office", number=numbers[0]), SEEN),
        CensusPerson(person(world, "area-office", number=numbers[1]), SEEN, OutsideActivity.NEITHER),
        CensusPerson(person(world, "area-office", number=numbers[2]), SEEN, OutsideActivity.WORKING),
        CensusPerson(person(world, "demo-school", given="ผิดหน่วยงาน"), SEEN),
    ]
    outcomes = await take(deps, office, *people)
    assert [item.problem.reason if item.problem else None for item in outcomes] == [
        None,
        None,
        None,
        "INSTITUTION_NOT_OWN",
    ]
    assert [outcomes[n].id for n in (0, 1)] == [item.id for item in known]
    rows = await world.rows(
        "SELECT learner_id, status, reason_code FROM learner_status WHERE learner_id = ANY($1) ORDER BY statement_no",
        [UUID(item.id) for item in outcomes[:3]],
    )
    assert [(str(row["learner_id"]), row["status"], row["reason_code"]) for row in rows] == [
        (outcomes[1].id, "DROPPED_OUT", "NOT_FOUND_IN_SCHOOL"),
        (outcomes[2].id, "NEVER_ENROLLED", "NOT_FOUND_IN_SCHOOL"),
    ]
    again = await take(deps, office, *people[:3])
    assert [item.already_done for item in again] == [True] * 3
    statement = "SELECT count(*) FROM outside_activity WHERE learner_id = ANY($1)"
    assert await world.value(statement, [UUID(item.id) for item in outcomes[:3]]) == 2
