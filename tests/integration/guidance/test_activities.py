"""Recording guidance activities over HTTP and gRPC, on a real database."""

from typing import Any
from uuid import UUID, uuid4

from google.type.date_pb2 import Date
from nuaikit.guidance.v1 import activities_pb2, activities_pb2_grpc, events_pb2

from tests.integration.guidance.conftest import GUIDANCE_TEACHER, HOMEROOM, OTHER_SCHOOL, Person, World


def activity(*learner_ids: UUID, **changes: Any) -> dict[str, Any]:
    """An activity as JSON."""
    return {
        "reference": "ACT-2569-1",
        "scope": "CAREER",
        "service_kind": "INFORMATION",
        "title_th": "แนะแนวเส้นทาง ม.6 ควบ ปวช.",
        "held_on": "2026-07-18",
        "duration_minutes": 50,
        "attended_learner_ids": [str(learner_id) for learner_id in learner_ids],
    } | changes


async def post(world: World, person: Person, *activities: dict, request_id: UUID | None = None) -> list[dict]:
    """Send activities over HTTP and give their results."""
    response = await world.http.post(
        "/v1/activities",
        json={"activities": list(activities)},
        headers=person.headers | {"Idempotency-Key": str(request_id or uuid4())},
    )
    assert response.status_code == 200, response.text
    return response.json()["results"]


def guidance_teacher(world: World) -> Person:
    """The school's guidance teacher."""
    return world.teacher("guidance", *GUIDANCE_TEACHER, role="guidance_teacher", classroom="")


async def test_activity_is_kept_with_its_learners_and_one_event_each(world: World) -> None:
    learner_ids = [world.enrols(), world.enrols(classroom="2")]
    [result] = await post(world, guidance_teacher(world), activity(*learner_ids, learner_ids[0]))
    rows = await world.fetch("SELECT learner_id FROM activity_attendance")
    assert {row["learner_id"] for row in rows} == set(learner_ids)
    events = await world.fetch("SELECT key, payload FROM outbox ORDER BY outbox_id")
    messages = [events_pb2.GuidanceActivityAttended.FromString(event["payload"]) for event in events]
    assert {event["key"] for event in events} == {str(learner_id) for learner_id in learner_ids}
    assert [message.activity_id for message in messages] == [result["id"]] * 2
    assert {message.duration_minutes for message in messages} == {50}


async def test_activity_with_a_learner_of_another_school_is_refused_whole(world: World) -> None:
    ours, theirs = world.enrols(), world.enrols(school=OTHER_SCHOOL)
    good = activity(ours, reference="ACT-2569-2")
    refused, kept = await post(world, guidance_teacher(world), activity(ours, theirs), good)
    assert refused["problem"]["reason"] == "LEARNER_UNKNOWN"
    assert refused["problem"]["metadata"] == {"learner_ids": str(theirs), "count": "1"}
    assert kept["problem"] is None
    assert len(await world.fetch("SELECT FROM guidance_activity")) == 1


async def test_same_reference_is_the_same_activity_and_other_content_is_refused(world: World) -> None:
    teacher, learner_id = guidance_teacher(world), world.enrols()
    [first] = await post(world, teacher, activity(learner_id))
    [again] = await post(world, teacher, activity(learner_id))
    assert (again["id"], again["already_done"]) == (first["id"], True)
    [changed] = await post(world, teacher, activity(learner_id, duration_minutes=60))
    assert changed["problem"]["reason"] == "ACTIVITY_MISMATCH"
    twice = await post(world, teacher, activity(learner_id, reference="A"), activity(learner_id, reference="A"))
    assert [item["problem"] and item["problem"]["reason"] for item in twice] == [None, "REFERENCE_REPEATED"]


async def test_same_request_over_the_other_transport_has_the_same_answer(world: World) -> None:
    teacher, learner_id, request_id = guidance_teacher(world), world.enrols(), uuid4()
    [result] = await post(world, teacher, activity(learner_id), request_id=request_id)
    answer = await activities_pb2_grpc.ActivityServiceStub(world.channel).RecordActivities(
        activities_pb2.RecordActivitiesRequest(
            request_id=str(request_id),
            activities=[
                activities_pb2.ActivityInput(
                    reference="ACT-2569-1",
                    scope="GUIDANCE_SCOPE_CAREER",
                    service_kind="GUIDANCE_SERVICE_KIND_INFORMATION",
                    title_th="แนะแนวเส้นทาง ม.6 ควบ ปวช.",
                    held_on=Date(year=2026, month=7, day=18),
                    duration_minutes=50,
                    attended_learner_ids=[str(learner_id)],
                )
            ],
        ),
        metadata=teacher.metadata,
    )
    assert [(item.id, item.already_done) for item in answer.outcomes] == [(result["id"], False)]


async def test_homeroom_teacher_may_not_record_activities(world: World) -> None:
    teacher = world.teacher("teacher", *HOMEROOM)
    response = await world.http.post(
        "/v1/activities",
        json={"activities": [activity(world.enrols())]},
        headers=teacher.headers | {"Idempotency-Key": str(uuid4())},
    )
    assert (response.status_code, response.json()["reason"]) == (403, "PERMISSION_MISSING")


async def test_learner_not_known_here_while_the_registry_is_away_leaves_the_request_open(world: World) -> None:
    teacher, learner_id, request_id = guidance_teacher(world), world.enrols(), uuid4()
    assignment = world.registry.assignments[str(teacher.assignment_id)]
    await world.fetch(
        "INSERT INTO assignment_copy VALUES ($1, $2, $3, $4, '', $5, '1', '2026-01-01', NULL)",
        teacher.assignment_id,
        assignment.subject_hash,
        UUID(assignment.institution_id),
        assignment.role,
        list(assignment.permissions),
    )
    await world.registry.stop()
    [refused] = await post(world, teacher, activity(learner_id), request_id=request_id)
    assert refused["problem"]["reason"] == "UNAVAILABLE"
    assert await world.fetch("SELECT FROM request") == []
