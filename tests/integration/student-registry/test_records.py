"""Who keeps a learner's record: it goes on with the primary enrolment, and stays with whoever still has one."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from nuaikit.student_registry.v1 import events_pb2, learners_pb2, movements_pb2, requests_pb2, statuses_pb2
from student_registry.calendar_th import now_utc, today_in_thailand

LONG_AGO, LAST_YEAR = date(2023, 5, 16), date(2025, 3, 31)
PAPERS = ("GUARDIAN_REQUEST", "ID_COPIES", "HOUSE_REGISTRATION", "HAND_OVER_LETTER")


@pytest.fixture
async def first(world):
    return await world.staff("school_registrar", "demo-school")


@pytest.fixture
async def following(world):
    return await world.staff("school_registrar", "other-school")


@pytest.fixture
def state(world, build):
    """States one person at an institution; gives the outcome."""
    number = build.citizen_id()

    async def send(by, at, *enrolments, **more):
        place = world.institutions[at]
        identifiers = [build.identifier("CITIZEN_ID", number)]
        stated = build.learner(place, identifiers=identifiers, enrolments=enrolments, **more)
        (outcome,) = await world.register(stated, by=by)
        assert not outcome.HasField("problem"), outcome
        return outcome

    return send


async def keeper(world, learner_id):
    return str(
        await world.value("SELECT registrar_institution_id FROM learner WHERE learner_id = $1", UUID(learner_id))
    )


def corrected(learner_id):
    name = learners_pb2.NameChange(
        name=learners_pb2.NameInLanguage(language="th", title="นาย", given_name="มานะ", family_name="ใจดี")
    )
    item = learners_pb2.LearnerCorrection(
        learner_id=learner_id, reason_code="WRONG_ENTRY", source="ทะเบียนบ้าน", names=[name]
    )
    return learners_pb2.CorrectLearnersRequest(request_id=str(uuid4()), corrections=[item])


async def correct(world, learner_id, by):
    """Reason of the refusal, or nothing."""
    return (await world.call("CorrectLearners", corrected(learner_id), by)).outcomes[0].problem.reason


async def test_next_school_of_a_graduate_takes_the_record_once_and_may_mend_it(world, build, first, following, state):
    school, other = (world.institutions[alias] for alias in ("demo-school", "other-school"))
    known = await state(first, "demo-school", build.enrolment(school, valid_from=LONG_AGO, valid_to=LAST_YEAR))
    assert await keeper(world, known.id) == school
    taken = await state(following, "other-school", build.enrolment(other))
    assert (taken.id, taken.already_done) == (known.id, False)
    assert await keeper(world, known.id) == other
    assert await correct(world, known.id, following) == ""
    assert await correct(world, known.id, first) == "LEARNER_NOT_FOUND"
    assert (await state(following, "other-school", build.enrolment(other), given="มานะ")).already_done
    rows = await world.rows(
        "SELECT payload FROM outbox WHERE key = $1 AND type LIKE '%LearnerChanged' ORDER BY sequence", known.id
    )
    told = [events_pb2.LearnerChanged.FromString(row["payload"]) for row in rows]
    assert [item.registrar_institution_id for item in told] == [other, ""]
    before = await world.rows(
        "SELECT registrar_institution_id::text AS keeper FROM learner_history WHERE learner_id = $1", UUID(known.id)
    )
    assert [row["keeper"] for row in before] == [school]


async def test_record_stays_where_a_primary_enrolment_is_not_over(world, build, first, state):
    school, college = (world.institutions[alias] for alias in ("demo-school", "demo-college"))
    partner = await world.staff("college_registrar", "demo-college")
    known = await state(first, "demo-school", build.enrolment(school))
    await state(partner, "demo-college", build.enrolment(college, "PARTNER", system="DUAL_EDUCATION"))
    assert await keeper(world, known.id) == school


async def test_school_takes_the_record_of_a_dual_learner_whom_the_college_met_first(world, build, first, state):
    school, college = (world.institutions[alias] for alias in ("demo-school", "demo-college"))
    partner = await world.staff("college_registrar", "demo-college")
    known = await state(partner, "demo-college", build.enrolment(college, "PARTNER", system="DUAL_EDUCATION"))
    assert await keeper(world, known.id) == college
    await state(first, "demo-school", build.enrolment(school))
    assert await keeper(world, known.id) == school


async def test_record_is_not_taken_for_the_past_nor_while_its_data_are_restricted(
    world, build, first, following, state
):
    other = world.institutions["other-school"]
    known = await state(first, "demo-school")
    await state(following, "other-school", build.enrolment(other, valid_from=LONG_AGO, valid_to=LAST_YEAR))
    assert await keeper(world, known.id) == world.institutions["demo-school"]
    wish = requests_pb2.OpenDataRequestRequest(
        request_id=str(uuid4()), learner_id=known.id, kind="DATA_REQUEST_KIND_RESTRICT"
    )
    opened = (await world.call("OpenDataRequest", wish, first)).data_request.data_request_id
    begin = requests_pb2.BeginDataRequestRequest(request_id=str(uuid4()), data_request_id=opened)
    await world.call("BeginDataRequest", begin, first)
    close = requests_pb2.CloseDataRequestRequest(request_id=str(uuid4()), data_request_id=opened)
    await world.call("CloseDataRequest", close, first)
    await state(following, "other-school", build.enrolment(other))
    assert await keeper(world, known.id) == world.institutions["demo-school"]
    lift = requests_pb2.LiftRestrictionRequest(request_id=str(uuid4()), learner_id=known.id, reason_code="SETTLED")
    assert (await world.call("LiftRestriction", lift, first)).is_lifted
    await state(following, "other-school", build.enrolment(other))
    assert await keeper(world, known.id) == other


async def test_office_keeps_the_record_of_its_home_school_family_until_a_school_takes_the_child(
    world, build, first, following
):
    await world.institution("office", "AREA_OFFICE_PRIMARY")
    await world.institution("family", "HOME_SCHOOL", parent="office")
    office = await world.staff("area_registrar", "office")
    today = today_in_thailand(now_utc())
    school, family = (world.institutions[alias] for alias in ("demo-school", "family"))
    registered = build.learner(school, enrolments=[build.enrolment(school)])
    learner_id = (await world.register(registered, by=first))[0].id

    async def move(since, leaving, to, taking, system):
        asked = movements_pb2.MovementInput(
            learner_id=learner_id,
            to_institution_id=to,
            requested_on=build.date(since),
            papers=PAPERS,
            reason_code="FAMILY_MOVED",
            provenance=build.provenance,
        )
        request = movements_pb2.RequestMovementsRequest(request_id=str(uuid4()), movements=[asked])
        (outcome,) = (await world.call("RequestMovements", request, leaving)).outcomes
        assert not outcome.HasField("problem"), outcome
        item = movements_pb2.MovementRelease(movement_id=outcome.id, last_day=build.date(since))
        request = movements_pb2.ReleaseMovementsRequest(request_id=str(uuid4()), items=[item])
        assert not (await world.call("ReleaseMovements", request, leaving)).outcomes[0].HasField("problem")
        item = movements_pb2.MovementAcceptance(
            movement_id=outcome.id,
            first_day=build.date(since + timedelta(days=1)),
            delivery_system=f"DELIVERY_SYSTEM_{system}",
            grade_label="M.4",
            provenance=build.provenance,
        )
        request = movements_pb2.AcceptMovementsRequest(request_id=str(uuid4()), items=[item])
        (outcome,) = (await world.call("AcceptMovements", request, taking)).outcomes
        assert not outcome.HasField("problem"), outcome

    await move(today - timedelta(days=30), first, family, office, "HOME_SCHOOL")
    assert await keeper(world, learner_id) == world.institutions["office"]
    assert await correct(world, learner_id, office) == ""
    await move(today - timedelta(days=10), office, world.institutions["other-school"], following, "FORMAL")
    assert await keeper(world, learner_id) == world.institutions["other-school"]


@pytest.fixture
def stated(world, build):
    """States a status of a learner from a day on."""

    async def send(by, learner_id, name, since, reason="FAMILY_WORK"):
        item = statuses_pb2.StatusInput(
            learner_id=learner_id,
            status=f"LEARNER_STATUS_{name}",
            reason_code=reason,
            valid_from=build.date(since),
            confirmed_on=build.date(since),
            provenance=build.provenance,
        )
        request = statuses_pb2.RecordStatusesRequest(request_id=str(uuid4()), statuses=[item])
        (outcome,) = (await world.call("RecordStatuses", request, by)).outcomes
        assert not outcome.HasField("problem"), outcome

    return send


async def statuses(world, learner_id):
    rows = await world.rows(
        "SELECT status, reason_code FROM learner_status WHERE learner_id = $1 ORDER BY statement_no", UUID(learner_id)
    )
    return [tuple(row) for row in rows]


async def neet(world, learner_id, by):
    request = statuses_pb2.ListNeetRequest(learner_ids=[learner_id], purpose="TEST")
    (found,) = (await world.call("ListNeet", request, by)).learners
    return statuses_pb2.NeetState.Name(found.state).removeprefix("NEET_STATE_")


async def test_who_dropped_out_has_returned_where_the_next_school_enrols_him(  # noqa: PLR0917  # its fixtures
    world, build, first, following, state, stated
):
    school, other = (world.institutions[alias] for alias in ("demo-school", "other-school"))
    known = await state(first, "demo-school", build.enrolment(school, valid_from=LONG_AGO, valid_to=LAST_YEAR))
    await stated(first, known.id, "DROPPED_OUT", LAST_YEAR)
    assert await neet(world, known.id, first) == "UNKNOWN"
    await state(following, "other-school", build.enrolment(other))
    assert await statuses(world, known.id) == [("DROPPED_OUT", "FAMILY_WORK"), ("RETURNED", "CAME_BACK")]
    assert await neet(world, known.id, following) == "NOT_NEET"
    await state(following, "other-school", build.enrolment(other))
    assert len(await statuses(world, known.id)) == 2
    told = await world.rows("SELECT type FROM outbox WHERE key = $1 ORDER BY sequence DESC LIMIT 1", known.id)
    assert told[0]["type"].endswith("LearnerStatusChanged")


async def test_who_was_never_enrolled_studies_where_a_school_enrols_him(world, build, following, state, stated):
    await world.institution("area", "AREA_OFFICE_PRIMARY")
    office = await world.staff("area_registrar", "area")
    other = world.institutions["other-school"]
    counted = await state(office, "area")
    await stated(office, counted.id, "NEVER_ENROLLED", LAST_YEAR, "UNKNOWN")
    await state(following, "other-school", build.enrolment(other))
    assert await statuses(world, counted.id) == [("NEVER_ENROLLED", "UNKNOWN"), ("STUDYING", "ENROLLED")]
    assert await keeper(world, counted.id) == other


async def test_word_that_is_newer_than_the_enrolment_is_left_to_people(  # noqa: PLR0917  # its fixtures
    world, build, first, following, state, stated
):
    school, other = (world.institutions[alias] for alias in ("demo-school", "other-school"))
    known = await state(first, "demo-school", build.enrolment(school, valid_from=LONG_AGO, valid_to=LAST_YEAR))
    await stated(first, known.id, "DROPPED_OUT", date(2025, 9, 1))
    await state(following, "other-school", build.enrolment(other, valid_from=date(2025, 5, 16)))
    assert [status for status, _ in await statuses(world, known.id)] == ["DROPPED_OUT"]
