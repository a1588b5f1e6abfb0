"""Who sees whom, on what ground, and the rows that tell the learner."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import asyncpg
import grpc.aio
import pytest
from nuaikit.student_registry.v1 import access_pb2, enrolments_pb2, learners_pb2_grpc
from nuaikit.student_registry.v1 import learners_pb2 as pb


def today():
    return (datetime.now(UTC) + timedelta(hours=7)).date()


@pytest.fixture
async def recorder(world):
    return await world.staff("school_recorder", "demo-school")


@pytest.fixture
async def college(world):
    return await world.staff("college_registrar", "demo-college")


@pytest.fixture
async def learner_id(world, build, recorder):
    """A learner of the school with a sign-in of his own."""
    school = world.institutions["demo-school"]
    (outcome,) = await world.register(
        build.learner(
            school,
            identifiers=[build.identifier("STUDENT_NO", "68001", institution_id=school)],
            enrolments=[build.enrolment(school, classroom="1")],
            subject=f"learner-{world.name}",
        ),
        by=recorder,
    )
    return outcome.id


@pytest.fixture
def himself(world, learner_id):
    assert learner_id
    return world.person(f"learner-{world.name}")


async def enrol_at_college(world, learner_id, **more):
    """The learner is enrolled at the college too; written directly, since he has no number common to both."""
    place = world.institutions["demo-college"]
    await world.rows(
        "INSERT INTO enrolment VALUES ($1, $2, $3, 'PARTNER', 'DUAL_EDUCATION', 'PWC.1', '', '', $4, $5, DEFAULT, "
        "'test', 'demonstration', NULL, NULL, now(), 'test')",
        uuid4(), UUID(learner_id), UUID(place), more.get("valid_from", date(2025, 5, 16)), more.get("valid_to"),
    )  # fmt: skip


def batch(learner_id, purpose="TRANSFER", **more):
    return pb.BatchGetLearnersRequest(learner_ids=[learner_id], purpose=purpose, **more)


async def sees(world, learner_id, by, **more):
    return [item.learner_id for item in (await world.call("BatchGetLearners", batch(learner_id, **more), by)).learners]


async def access_rows(world, learner_id, by):
    return (await world.call("ListAccess", access_pb2.ListAccessRequest(learner_id=learner_id), by)).records


async def test_keeper_of_the_record_sees_him_and_leaves_no_row(world, learner_id, recorder, himself):
    assert await sees(world, learner_id, recorder) == [learner_id]
    assert not await access_rows(world, learner_id, himself)


async def test_other_institution_does_not_see_him_and_leaves_no_row(world, learner_id, college, himself):
    assert await sees(world, learner_id, college) == []
    answer = await world.http.get(
        f"/v1/learners/{learner_id}", headers=college.headers | {"Nuaikit-Purpose": "TRANSFER"}
    )
    assert (answer.status_code, answer.json()["reason"]) == (404, "LEARNER_NOT_FOUND")
    assert answer.json()["title"] == "ไม่พบผู้เรียนคนนี้"
    nobody = await world.http.get(f"/v1/learners/{uuid4()}", headers=college.headers | {"Nuaikit-Purpose": "TRANSFER"})
    same = ("type", "title", "status", "detail", "reason", "metadata")
    assert [answer.json()[name] for name in same] == [nobody.json()[name] for name in same]
    assert not await access_rows(world, learner_id, himself)


async def test_partner_institution_sees_him_and_the_learner_sees_that_it_did(
    world, build, learner_id, college, himself
):
    await enrol_at_college(world, learner_id)
    assert await sees(world, learner_id, college, purpose="CLASS_PLANNING") == [learner_id]
    (row,) = await access_rows(world, learner_id, himself)
    assert row.institution_id == world.institutions["demo-college"]
    assert (row.role, row.resource, row.purpose, row.ground) == (
        "college_registrar",
        "identity",
        "CLASS_PLANNING",
        "OWN_INSTITUTION",
    )
    assert not row.HasField("ground_id")


async def test_student_number_is_whole_for_its_own_institution_only(world, build, learner_id, recorder, college):
    await enrol_at_college(world, learner_id)
    for person, shown in ((recorder, "68001"), (college, "•••01")):
        (found,) = (await world.call("BatchGetLearners", batch(learner_id), person)).learners
        assert [item.masked_value for item in found.identifiers] == [shown]


async def test_institution_stops_seeing_him_the_day_after_his_enrolment_ended(world, build, learner_id, college):
    await enrol_at_college(world, learner_id, valid_to=today())
    assert await sees(world, learner_id, college) == [learner_id]
    await world.rows(
        "UPDATE enrolment SET valid_to = $2 WHERE learner_id = $1 AND role = 'PARTNER'",
        UUID(learner_id),
        today() - timedelta(days=1),
    )
    assert await sees(world, learner_id, college) == []


async def test_service_states_a_ground_for_the_person_it_acts_for(world, learner_id, college, himself):
    ground = {"ground": "CASE", "ground_id": "0198-case"}
    assert await sees(world, learner_id, world.through(college), **ground) == [learner_id]
    (row,) = await access_rows(world, learner_id, himself)
    assert (row.ground, row.ground_id, row.role) == ("CASE", "0198-case", "college_registrar")
    assert row.institution_id == world.institutions["demo-college"]
    service = await world.value("SELECT service FROM access_record WHERE access_id = $1", UUID(row.access_id))
    assert service == "credit-bank"


async def test_who_once_issued_something_gives_it_out_again_when_the_learner_has_left(
    world, learner_id, college, himself
):
    place = world.institutions["demo-college"]
    await world.rows(
        "UPDATE enrolment SET valid_to = $2 WHERE learner_id = $1 AND role = 'PARTNER'",
        UUID(learner_id),
        today() - timedelta(days=1),
    )
    service = world.through(college)
    assert await sees(world, learner_id, service) == []
    assert await sees(world, learner_id, service, ground="ISSUER", ground_id=place) == [learner_id]
    (row,) = await access_rows(world, learner_id, himself)
    assert (row.ground, row.ground_id, row.institution_id) == ("ISSUER", place, place)


async def test_read_and_its_row_are_one_transaction(world, learner_id, college):
    """A row that cannot be written takes the read with it."""
    connection = await asyncpg.connect(world.dsn)
    try:
        async with connection.transaction():
            await connection.execute("LOCK TABLE access_record IN ACCESS EXCLUSIVE MODE")
            request, caller = batch(learner_id, ground="CASE", ground_id="c"), world.through(college)
            stub = learners_pb2_grpc.LearnerServiceStub(world.channel)
            with pytest.raises(grpc.aio.AioRpcError) as late:
                await stub.BatchGetLearners(request, metadata=caller.metadata, timeout=1)
            assert late.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED
    finally:
        await connection.close()
    count = "SELECT count(*) FROM access_record WHERE learner_id = $1"
    assert await world.value(count, UUID(learner_id)) == 0


@pytest.mark.parametrize(
    ("through", "more", "refusal"),
    [
        (None, {"ground": "CASE", "ground_id": "c"}, ("PERMISSION_DENIED", "GROUND_NOT_ALLOWED")),
        ("act-on-behalf", {"ground": "CASE", "ground_id": "c"}, ("PERMISSION_DENIED", "GROUND_NOT_ALLOWED")),
        (
            "act-on-behalf registry.identity.read",
            {"ground": "AUDIT", "ground_id": "c"},
            ("INVALID_ARGUMENT", "GROUND_INVALID"),
        ),
        ("act-on-behalf registry.identity.read", {"ground": "CASE"}, ("INVALID_ARGUMENT", "GROUND_INVALID")),
        (
            "act-on-behalf registry.identity.read",
            {"ground": "ISSUER", "ground_id": str(UUID(int=1))},
            ("PERMISSION_DENIED", "GROUND_NOT_ALLOWED"),
        ),
        (None, {"purpose": ""}, ("INVALID_ARGUMENT", "PURPOSE_MISSING")),
        (None, {"purpose": "ขอดูหน่อย"}, ("INVALID_ARGUMENT", "INVALID_FIELD")),
    ],
)
async def test_read_is_refused_without_right_ground_or_purpose(  # noqa: PLR0917  # fixtures and parameters
    world, learner_id, college, through, more, refusal
):
    person = world.through(college, through) if through else college
    assert await world.refused("BatchGetLearners", batch(learner_id, **more), person) == refusal


async def test_read_of_more_than_a_thousand_or_of_no_uuid_is_refused(world, recorder):
    many = pb.BatchGetLearnersRequest(learner_ids=[str(uuid4())] * 1001, purpose="TEST")
    assert await world.refused("BatchGetLearners", many, recorder) == ("INVALID_ARGUMENT", "TOO_MANY_ITEMS")
    assert await world.refused("BatchGetLearners", batch("x"), recorder) == ("INVALID_ARGUMENT", "INVALID_FIELD")


async def test_role_that_reads_no_learners_is_refused(world, learner_id):
    director = await world.staff("committee_chair", "demo-college")
    missing = ("PERMISSION_DENIED", "PERMISSION_MISSING")
    assert await world.refused("BatchGetLearners", batch(learner_id), director) == missing
    for method, request in (
        ("ListLearners", pb.ListLearnersRequest(institution_id=world.institutions["demo-college"])),
        ("FindLearners", pb.FindLearnersRequest(institution_id=world.institutions["demo-college"])),
        ("ListEnrolments", enrolments_pb2.ListEnrolmentsRequest(learner_ids=[learner_id])),
        ("GetOwnLearner", pb.GetOwnLearnerRequest()),
    ):
        assert await world.refused(method, request, director) == missing


async def test_homeroom_teacher_sees_the_own_classroom_only(world, build, recorder):
    school = world.institutions["demo-school"]
    places = [("M.4", "1"), ("M.4", "2"), ("M.5", "1")]
    outcomes = await world.register(
        *[
            build.learner(
                school,
                identifiers=[build.identifier("STUDENT_NO", f"7{n}", institution_id=school)],
                enrolments=[build.enrolment(school, grade=grade, classroom=room)],
            )
            for n, (grade, room) in enumerate(places)
        ],
        by=recorder,
    )
    ids = [outcome.id for outcome in outcomes]
    teacher = await world.staff("homeroom_teacher", "demo-school", classroom="M.4/1")
    request = pb.BatchGetLearnersRequest(learner_ids=ids, purpose="HOMEROOM")
    assert [item.learner_id for item in (await world.call("BatchGetLearners", request, teacher)).learners] == ids[:1]
    listed = await world.call("ListLearners", pb.ListLearnersRequest(institution_id=school), teacher)
    assert [item.learner_id for item in listed.learners] == ids[:1]
    assert listed.total == 1
    found = await world.call(
        "FindLearners", pb.FindLearnersRequest(institution_id=school, student_nos=["70", "71"]), teacher
    )
    assert [item.student_no for item in found.matches] == ["70"]
    enrolled = await world.call("ListEnrolments", enrolments_pb2.ListEnrolmentsRequest(learner_ids=ids), teacher)
    assert [item.learner_id for item in enrolled.enrolments] == ids[:1]


async def test_list_is_in_thai_dictionary_order_paged_and_of_the_own_institution(world, build, recorder, college):
    school = world.institutions["demo-school"]
    names = ["กบ", "กา", "เก้า", "แก", "ไก่", "ข", "เขา"]
    await world.register(
        *[build.learner(school, given=name, enrolments=[build.enrolment(school)]) for name in reversed(names)],
        build.learner(school, given="คนอื่น", enrolments=[build.enrolment(school, grade="M.5")]),
        by=recorder,
    )
    found, token = [], ""
    while True:
        request = pb.ListLearnersRequest(institution_id=school, grade_label="M.4", page_size=3, page_token=token)
        page = await world.call("ListLearners", request, recorder)
        assert page.total == len(names)
        found += [item.name.given_name_th for item in page.learners]
        token = page.next_page_token
        if not token:
            break
    assert found == names
    hidden = ("NOT_FOUND", "INSTITUTION_NOT_FOUND")
    assert await world.refused("ListLearners", pb.ListLearnersRequest(institution_id=school), college) == hidden
    assert await world.refused("FindLearners", pb.FindLearnersRequest(institution_id=school), college) == hidden
    answer = await world.http.get("/v1/learners", params={"institution_id": school}, headers=college.headers)
    assert (answer.status_code, answer.json()["reason"]) == (404, "INSTITUTION_NOT_FOUND")
    wrong = pb.ListLearnersRequest(institution_id=school, page_size=1001)
    assert await world.refused("ListLearners", wrong, recorder) == ("INVALID_ARGUMENT", "INVALID_FIELD")


async def test_list_of_a_past_day_shows_who_was_enrolled_then(world, learner_id, recorder, build):
    school = world.institutions["demo-school"]
    before = pb.ListLearnersRequest(institution_id=school, on_date=build.date(date(2025, 5, 15)))
    assert not (await world.call("ListLearners", before, recorder)).learners
    since = pb.ListLearnersRequest(institution_id=school, on_date=build.date(date(2025, 5, 16)))
    assert [item.learner_id for item in (await world.call("ListLearners", since, recorder)).learners] == [learner_id]


async def test_class_list_of_a_partner_leaves_rows_too(world, build, learner_id, college, himself):
    await enrol_at_college(world, learner_id)
    request = pb.ListLearnersRequest(institution_id=world.institutions["demo-college"])
    assert len((await world.call("ListLearners", request, college)).learners) == 1
    (row,) = await access_rows(world, learner_id, himself)
    assert (row.purpose, row.ground) == ("CLASS_LIST", "OWN_INSTITUTION")


async def test_learner_reads_himself_over_both_transports_and_nobody_else(world, build, learner_id, himself, recorder):
    own = (await world.call("GetOwnLearner", pb.GetOwnLearnerRequest(), himself)).learner
    assert own.learner_id == learner_id
    assert [item.masked_value for item in own.identifiers] == ["68001"]
    answer = (await world.http.get("/v1/me", headers=himself.headers)).json()
    assert (answer["learner_id"], answer["birth_year_be"], answer["name"]["given_name_th"]) == (
        learner_id,
        2552,
        "กมลชนก",
    )
    (other,) = await world.register(build.learner(world.institutions["demo-school"]), by=recorder)
    assert await sees(world, other.id, himself) == []
    refused = await world.refused("ListAccess", access_pb2.ListAccessRequest(learner_id=other.id), himself)
    assert refused == ("NOT_FOUND", "LEARNER_NOT_FOUND")
    assert (await world.http.get("/v1/me", headers=recorder.headers)).status_code == 403


async def test_access_list_is_newest_first_paged_and_hidden_from_others(world, learner_id, college, recorder, himself):
    for n in range(5):
        await sees(world, learner_id, world.through(college), ground="CASE", ground_id=f"case-{n}")
    found, token = [], None
    while True:
        parameters = {"page_size": 2} | ({"page_token": token} if token else {})
        answer = await world.http.get(f"/v1/learners/{learner_id}/access", params=parameters, headers=himself.headers)
        found += [row["ground_id"] for row in answer.json()["records"]]
        token = answer.json()["next_page_token"]
        if token is None:
            break
    assert found == [f"case-{n}" for n in reversed(range(5))]
    request = access_pb2.ListAccessRequest(learner_id=learner_id)
    for person in (college, recorder, world.admin, world.service_itself()):
        assert await world.refused("ListAccess", request, person) == ("NOT_FOUND", "LEARNER_NOT_FOUND")
    wrong = access_pb2.ListAccessRequest(learner_id=learner_id, page_size=-1)
    assert await world.refused("ListAccess", wrong, himself) == ("INVALID_ARGUMENT", "INVALID_FIELD")


async def test_auditor_sees_the_access_list_and_is_in_it(world, learner_id, himself):
    await world.institution("agency", "AGENCY")
    auditor = await world.staff("auditor", "agency")
    assert not await access_rows(world, learner_id, auditor)
    (row,) = await access_rows(world, learner_id, himself)
    assert (row.role, row.resource, row.ground) == ("auditor", "access_log", "AUDIT")
    unknown = access_pb2.ListAccessRequest(learner_id=str(uuid4()))
    assert await world.refused("ListAccess", unknown, auditor) == ("NOT_FOUND", "LEARNER_NOT_FOUND")


async def test_enrolments_of_any_learner_are_for_services_with_the_scope(world, learner_id, college, himself, build):
    request = enrolments_pb2.ListEnrolmentsRequest(learner_ids=[learner_id])

    async def listed(person, asked=request):
        return [item.facts.grade_label for item in (await world.call("ListEnrolments", asked, person)).enrolments]

    assert await listed(world.service_itself("registry.resolve")) == ["M.4"]
    assert await listed(world.through(college)) == ["M.4"]
    assert await listed(himself) == ["M.4"]
    assert await listed(college) == []
    missing = ("PERMISSION_DENIED", "PERMISSION_MISSING")
    assert await world.refused("ListEnrolments", request, world.service_itself("report.read")) == missing
    before = enrolments_pb2.ListEnrolmentsRequest(learner_ids=[learner_id], on_date=build.date(date(2025, 1, 1)))
    assert await listed(himself, before) == []
    many = enrolments_pb2.ListEnrolmentsRequest(learner_ids=[learner_id] * 1001)
    assert await world.refused("ListEnrolments", many, himself) == ("INVALID_ARGUMENT", "TOO_MANY_ITEMS")


async def test_ended_assignment_gives_no_access(world, learner_id):
    former = await world.staff("school_recorder", "demo-school", valid_to=today() - timedelta(days=1))
    assert await world.refused("BatchGetLearners", batch(learner_id), former) == (
        "PERMISSION_DENIED",
        "ASSIGNMENT_UNKNOWN",
    )
    answer = await world.http.get(
        "/v1/learners", params={"institution_id": world.institutions["demo-school"]}, headers=former.headers
    )
    assert (answer.status_code, answer.json()["reason"]) == (403, "ASSIGNMENT_UNKNOWN")


async def test_assignment_of_somebody_else_gives_no_access(world, learner_id, recorder):
    thief = replace(world.person("thief"), assignment_id=recorder.assignment_id)
    assert await world.refused("BatchGetLearners", batch(learner_id), thief) == (
        "PERMISSION_DENIED",
        "ASSIGNMENT_UNKNOWN",
    )
