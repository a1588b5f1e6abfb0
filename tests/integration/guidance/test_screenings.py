"""Recording screenings over HTTP and gRPC, on a real database."""

import asyncio
import re
from datetime import date
from uuid import UUID, uuid4

import asyncpg
import grpc
import pytest
from guidance.screenings.domain import Answer
from guidance.screenings.sealing import Sealer
from nuaikit.guidance.v1 import events_pb2, screenings_pb2, screenings_pb2_grpc

from tests.integration.guidance.conftest import ANSWER_KEY, HOMEROOM, OTHER_SCHOOL, Person, World, form, form_pb
from tests.support.kafka import eventually
from tests.support.telemetry import LogLines


async def post(world: World, person: Person, *forms: dict, request_id: UUID | None = None) -> list[dict]:
    """Send forms over HTTP and give their results."""
    response = await world.http.post(
        "/v1/screenings",
        json={"screenings": list(forms)},
        headers=person.headers | {"Idempotency-Key": str(request_id or uuid4())},
    )
    assert response.status_code == 200, response.text
    return response.json()["results"]


def reasons(results: list[dict]) -> list[str | None]:
    """Reason of each item, None where it succeeded."""
    return [item["problem"] and item["problem"]["reason"] for item in results]


async def test_complete_form_is_kept_once_with_sealed_answers_and_one_event(world: World) -> None:
    teacher, learner_id = world.teacher("teacher", *HOMEROOM), world.enrols()
    sent = form(learner_id, answered=range(1, 10))
    [result] = await post(world, teacher, sent)
    [row] = await world.fetch("SELECT * FROM screening")
    assert result["id"] == str(row["screening_id"])
    assert (row["instrument_status"], row["norm_version"], row["answered_item_count"]) == ("PROVISIONAL", None, 9)
    assert (row["judged_group"], row["computed_group"]) == (None, None)
    opened = Sealer(ANSWER_KEY, key_id="1").open(row["answers_sealed"], screening_id=row["screening_id"])
    assert opened == tuple(Answer(no, no % 2) for no in range(1, 10))
    [event] = await world.fetch("SELECT topic, key, type, payload FROM outbox")
    assert (event["topic"], event["key"]) == ("nuaikit.guidance.care.v1", str(learner_id))
    message = events_pb2.ScreeningSubmitted.FromString(event["payload"])
    assert event["type"] == "nuaikit.guidance.v1.ScreeningSubmitted"
    assert message.screening_id == result["id"]
    assert message.group == screenings_pb2.CARE_GROUP_UNSPECIFIED
    assert message.group_source == screenings_pb2.GROUP_SOURCE_UNSPECIFIED


async def test_good_forms_are_kept_whatever_the_others_are(world: World) -> None:
    teacher, learner_id = world.teacher("teacher", *HOMEROOM), world.enrols()
    results = await post(
        world,
        teacher,
        form(learner_id, answered=range(1, 9)),
        form(learner_id),
        form(learner_id, instrument_version="7"),
        form(world.enrols(classroom="2")),
        form(world.enrols(school=OTHER_SCHOOL)),
        form(uuid4()),
    )
    assert reasons(results) == [
        "ITEMS_MISSING",
        None,
        "INSTRUMENT_UNKNOWN",
        "LEARNER_UNKNOWN",
        "LEARNER_UNKNOWN",
        "LEARNER_UNKNOWN",
    ]
    assert results[0]["problem"]["metadata"] == {"items": "9"}
    assert "ไม่ครบทุกข้อ" in results[0]["problem"]["title_th"]
    assert len(await world.fetch("SELECT FROM screening")) == 1


async def test_form_of_another_class_and_of_nobody_are_refused_alike(world: World) -> None:
    teacher = world.teacher("teacher", *HOMEROOM)
    other_class, nobody = await post(world, teacher, form(world.enrols(classroom="2")), form(uuid4()))
    assert other_class["problem"] == nobody["problem"]


async def test_guidance_teacher_reaches_every_class_of_the_school_only(world: World) -> None:
    teacher = world.teacher("g", *HOMEROOM, role="guidance_teacher", classroom="")
    results = await post(world, teacher, form(world.enrols(classroom="5")), form(world.enrols(school=OTHER_SCHOOL)))
    assert reasons(results) == [None, "LEARNER_UNKNOWN"]


async def test_homeroom_teacher_without_classroom_may_screen_nobody(world: World) -> None:
    teacher = world.teacher("teacher", *HOMEROOM, classroom="")
    response = await world.http.post(
        "/v1/screenings",
        json={"screenings": [form(world.enrols())]},
        headers=teacher.headers | {"Idempotency-Key": str(uuid4())},
    )
    assert (response.status_code, response.json()["reason"]) == (403, "CLASSROOM_MISSING")
    assert "ครูประจำชั้น" in response.json()["title"]


async def test_recorder_of_results_may_not_screen(world: World) -> None:
    recorder = world.teacher("r", "credit.record", role="school_recorder", classroom="")
    stub = screenings_pb2_grpc.ScreeningServiceStub(world.channel)
    request = screenings_pb2.RecordScreeningsRequest(
        request_id=str(uuid4()), screenings=[form_pb(form(world.enrols()))]
    )
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await stub.RecordScreenings(request, metadata=recorder.metadata)
    assert refused.value.code() is grpc.StatusCode.PERMISSION_DENIED


async def test_enrolment_must_cover_the_day_of_the_observation(world: World) -> None:
    teacher = world.teacher("teacher", *HOMEROOM)
    left_early = world.enrols(until=date(2026, 6, 30))
    came_late = world.enrols(since=date(2026, 8, 1))
    assert reasons(await post(world, teacher, form(left_early), form(came_late))) == ["LEARNER_UNKNOWN"] * 2


async def test_same_request_over_the_other_transport_has_the_same_answer(world: World) -> None:
    teacher, request_id = world.teacher("teacher", *HOMEROOM), uuid4()
    sent = [form(world.enrols()), form(uuid4())]
    over_http = await post(world, teacher, *sent, request_id=request_id)
    stub = screenings_pb2_grpc.ScreeningServiceStub(world.channel)
    answer = await stub.RecordScreenings(
        screenings_pb2.RecordScreeningsRequest(
            request_id=str(request_id), screenings=[form_pb(values) for values in sent]
        ),
        metadata=teacher.metadata,
    )
    assert [item.id or item.problem.reason for item in answer.outcomes] == [
        over_http[0]["id"],
        over_http[1]["problem"]["reason"],
    ]
    assert len(await world.fetch("SELECT FROM screening")) == 1


async def test_reused_request_id_with_other_answers_is_refused(world: World) -> None:
    teacher, request_id, sent = world.teacher("teacher", *HOMEROOM), uuid4(), form(world.enrols())
    await post(world, teacher, sent, request_id=request_id)
    changed = sent | {"answers": [{"item_no": no, "value": 0} for no in range(1, 10)]}
    response = await world.http.post(
        "/v1/screenings",
        json={"screenings": [changed]},
        headers=teacher.headers | {"Idempotency-Key": str(request_id)},
    )
    assert (response.status_code, response.json()["reason"]) == (409, "REQUEST_MISMATCH")


async def test_resent_form_is_the_same_screening_whatever_request_carries_it(world: World) -> None:
    teacher, sent = world.teacher("teacher", *HOMEROOM), form(world.enrols())
    [first] = await post(world, teacher, sent)
    [again] = await post(world, teacher, sent)
    assert (again["id"], again["already_done"]) == (first["id"], True)
    [changed] = await post(world, teacher, sent | {"judged_group": "RISK"})
    assert changed["problem"]["reason"] == "FORM_MISMATCH"
    assert len(await world.fetch("SELECT FROM outbox")) == 1


async def test_form_twice_in_one_call_is_kept_once(world: World) -> None:
    teacher, sent = world.teacher("teacher", *HOMEROOM), form(world.enrols())
    assert reasons(await post(world, teacher, sent, sent)) == [None, "FORM_REPEATED"]


async def test_same_form_from_many_requests_at_once_is_kept_once(world: World) -> None:
    teacher, sent = world.teacher("teacher", *HOMEROOM), form(world.enrols())
    answers = await asyncio.gather(*[post(world, teacher, sent) for _ in range(12)])
    assert len({result["id"] for [result] in answers}) == 1
    assert sum(not result["already_done"] for [result] in answers) == 1
    assert len(await world.fetch("SELECT FROM screening")) == 1
    assert len(await world.fetch("SELECT FROM outbox")) == 1


async def test_judged_group_is_kept_as_the_teachers_judgement(world: World) -> None:
    teacher = world.teacher("teacher", *HOMEROOM)
    await post(world, teacher, form(world.enrols(), judged_group="RISK"))
    [row] = await world.fetch("SELECT judged_group, computed_group FROM screening")
    assert tuple(row) == ("RISK", None)
    [event] = await world.fetch("SELECT payload FROM outbox")
    message = events_pb2.ScreeningSubmitted.FromString(event["payload"])
    assert message.group == screenings_pb2.CARE_GROUP_RISK
    assert message.group_source == screenings_pb2.GROUP_SOURCE_TEACHER_JUDGEMENT


async def test_database_refuses_a_computed_group_of_a_provisional_instrument(world: World) -> None:
    teacher = world.teacher("teacher", *HOMEROOM)
    await post(world, teacher, form(world.enrols()))
    with pytest.raises(asyncpg.CheckViolationError, match="screening_computed_only_when_active"):
        await world.fetch("""
            INSERT INTO screening SELECT (jsonb_populate_record(s, jsonb_build_object(
                'screening_id', gen_random_uuid(), 'client_id', gen_random_uuid(), 'computed_group', 'RISK'))).*
              FROM screening s
        """)


async def test_kept_screening_cannot_be_changed(world: World) -> None:
    await post(world, world.teacher("teacher", *HOMEROOM), form(world.enrols()))
    for statement in ("UPDATE screening SET term = 2", "DELETE FROM screening", "TRUNCATE screening"):
        with pytest.raises(asyncpg.RestrictViolationError):
            await world.fetch(statement)


async def test_value_may_not_be_left_out_or_typed_as_text(world: World) -> None:
    teacher = world.teacher("teacher", *HOMEROOM)
    for wrong in ({"item_no": 1}, {"item_no": 1, "value": None}, {"item_no": 1, "value": "0"}):
        sent = form(world.enrols()) | {"answers": [wrong]}
        response = await world.http.post(
            "/v1/screenings",
            json={"screenings": [sent]},
            headers=teacher.headers | {"Idempotency-Key": str(uuid4())},
        )
        assert (response.status_code, response.json()["reason"]) == (422, "INVALID_REQUEST")


async def test_registry_away_keeps_known_learners_and_leaves_the_request_open_for_the_others(world: World) -> None:
    teacher, request_id = world.teacher("teacher", *HOMEROOM), uuid4()
    known, unknown = world.enrols(), world.enrols()
    # Their facts came by events; here the rows stand for what the consumer wrote.
    assignment = world.registry.assignments[str(teacher.assignment_id)]
    await world.fetch(
        "INSERT INTO assignment_copy VALUES ($1, $2, $3, $4, $5, $6, '1', '2026-01-01', NULL)",
        teacher.assignment_id,
        assignment.subject_hash,
        UUID(assignment.institution_id),
        assignment.role,
        assignment.classroom,
        list(assignment.permissions),
    )
    await world.fetch(
        """INSERT INTO enrolment_copy VALUES
           (gen_random_uuid(), $1, $2, 'PRIMARY', 'DUAL_EDUCATION', 'M.4', '1', '', true, '2026-05-16', NULL)""",
        known,
        UUID(assignment.institution_id),
    )
    sent = [form(known), form(unknown)]
    await world.registry.stop()
    first = await post(world, teacher, *sent, request_id=request_id)
    assert reasons(first) == [None, "UNAVAILABLE"]
    await world.registry.start()
    again: list[dict] = []

    async def is_answered() -> bool:
        # Found again within the reconnect backoff of a second.
        again[:] = await post(world, teacher, *sent, request_id=request_id)
        return reasons(again) == [None, None]

    await eventually(is_answered, timeout_s=10, what="the registry to be found again")
    assert (again[0]["id"], again[0]["already_done"]) == (first[0]["id"], True)
    assert len(await world.fetch("SELECT FROM screening")) == 2


async def test_answers_leave_in_no_event_no_log_and_no_reply(world: World, logs: LogLines) -> None:
    teacher, learner_id = world.teacher("teacher", *HOMEROOM), world.enrols()
    values = [3_000_017 + no for no in range(9)]  # no option of 9S: refused, and easy to find wherever it leaked
    odd = form(learner_id) | {"answers": [{"item_no": no, "value": value} for no, value in enumerate(values, start=1)]}
    results = await post(world, teacher, odd, form(learner_id))
    assert reasons(results) == ["ANSWER_UNKNOWN", None]
    kept = await world.fetch(
        "SELECT payload::text FROM outbox UNION ALL SELECT convert_from(answer, 'UTF8') FROM request"
    )
    everything = " ".join([str(results), *[row[0] for row in kept], *logs.texts])
    assert not re.search(r"30000(1[7-9]|2[0-5])", everything)
    spans = " ".join(str(dict(span.attributes or {})) for span in world.telemetry.spans)
    assert str(learner_id) not in spans
    assert not re.search(r"30000(1[7-9]|2[0-5])", spans)
