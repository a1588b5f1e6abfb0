"""Events of the registry and the credit bank become copies, over a real broker."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

from chassis.auth import subject_hash
from chassis.ids import date_to_pb, time_to_pb
from nuaikit.common.v1 import credit_pb2
from nuaikit.credit_bank.v1 import catalogue_pb2
from nuaikit.credit_bank.v1 import events_pb2 as credit_events
from nuaikit.student_registry.v1 import events_pb2 as registry_events

from tests.integration.guidance.conftest import HOMEROOM, SCHOOL, Person, Start, World, form
from tests.integration.guidance.test_screenings import post
from tests.support import kafka
from tests.support.events import Emitter
from tests.support.identity import SUBJECT_HASH_KEY
from tests.support.kafka import Broker, eventually

LEARNERS = "nuaikit.student-registry.learners.v1"
INSTITUTIONS = "nuaikit.student-registry.institutions.v1"
ASSIGNMENTS = "nuaikit.student-registry.assignments.v1"
LEDGER = "nuaikit.credit-bank.ledger.v1"
AT = datetime(2026, 10, 1, 3, tzinfo=UTC)


def enrolment(learner_id: UUID, **changes: Any) -> registry_events.EnrolmentChanged:
    """A learner studies at the school."""
    return registry_events.EnrolmentChanged(
        **{
            "enrolment_id": str(uuid4()),
            "learner_id": str(learner_id),
            "institution_id": str(SCHOOL),
            "role": "ENROLMENT_ROLE_PRIMARY",
            "delivery_system": "DELIVERY_SYSTEM_DUAL_EDUCATION",
            "grade_label": "M.4",
            "classroom": "1",
            "status": "ENROLMENT_STATUS_STUDYING",
            "valid_from": date_to_pb(date(2026, 5, 16)),
        }
        | changes
    )


def assignment(subject: str, assignment_id: UUID, **changes: Any) -> registry_events.AssignmentChanged:
    """A homeroom teacher of the school."""
    return registry_events.AssignmentChanged(
        **{
            "assignment_id": str(assignment_id),
            "subject_hash": subject_hash(subject, SUBJECT_HASH_KEY.encode()),
            "institution_id": str(SCHOOL),
            "role": "homeroom_teacher",
            "classroom": "1",
            "permissions": HOMEROOM,
            "permission_version": "2569.1",
            "valid_from": date_to_pb(date(2026, 5, 1)),
        }
        | changes
    )


def verified(learner_id: UUID, entry_id: UUID, **changes: Any) -> credit_events.CreditVerified:
    """ท31101 was verified."""
    return credit_events.CreditVerified(
        **{
            "entry_id": str(entry_id),
            "learner_id": str(learner_id),
            "issuer_institution_id": str(SCHOOL),
            "course": catalogue_pb2.CourseKey(code_system="CODE_SYSTEM_OBEC", code="ท31101"),
            "course_title_th": "ภาษาไทย",
            "year_be": 2569,
            "term": 1,
            "credits": credit_pb2.CreditAmount(credit_hundredths=100, unit="CREDIT_UNIT_CR_OBEC"),
            "source_mode": "STUDY",
            "journal_seq": 2,
            "verified_at": time_to_pb(AT),
        }
        | changes
    )


async def count(world: World, table: str) -> int:
    """Rows of a table."""
    return (await world.fetch(f"SELECT count(*) AS n FROM {table}"))[0]["n"]


async def arrive(world: World, table: str, rows: int) -> None:
    """Wait until the consumer has written."""

    async def are_there() -> bool:
        return await count(world, table) == rows

    await eventually(are_there, timeout_s=20, what=f"{rows} rows in {table}")


async def test_copies_alone_let_a_teacher_screen_while_the_registry_is_away(start: Start, emitter: Emitter) -> None:
    world = await start("serve", "consume")
    await world.registry.stop()
    learner_id, assignment_id = uuid4(), uuid4()
    await emitter.emit(ASSIGNMENTS, str(SCHOOL), assignment("teacher", assignment_id))
    await emitter.emit(LEARNERS, str(learner_id), enrolment(learner_id))
    await arrive(world, "assignment_copy", 1)
    await arrive(world, "enrolment_copy", 1)
    teacher = Person(world.issuer.person("teacher"), assignment_id)
    [result] = await post(world, teacher, form(learner_id))
    assert result["problem"] is None
    assert world.registry.calls == []


async def test_another_persons_assignment_and_an_ended_one_are_not_taken_from_the_copy(
    start: Start, emitter: Emitter
) -> None:
    world = await start("serve", "consume")
    own, ended = uuid4(), uuid4()
    await emitter.emit(ASSIGNMENTS, str(SCHOOL), assignment("teacher", own))
    over = assignment("teacher", ended, valid_to=date_to_pb(date(2026, 6, 1)))
    await emitter.emit(ASSIGNMENTS, str(SCHOOL), over)
    await arrive(world, "assignment_copy", 2)
    for person in (Person(world.issuer.person("somebody else"), own), Person(world.issuer.person("teacher"), ended)):
        response = await world.http.get("/v1/instruments", headers=person.headers)
        assert response.status_code == 403
    assert world.registry.calls == ["ResolveActor"] * 2


async def test_enrolment_that_moved_to_another_class_follows_its_newest_event(start: Start, emitter: Emitter) -> None:
    world = await start("serve", "consume")
    teacher, learner_id = world.teacher("teacher", *HOMEROOM), uuid4()
    first = enrolment(learner_id)
    await emitter.emit(LEARNERS, str(learner_id), first)
    moved = enrolment(learner_id, enrolment_id=first.enrolment_id, classroom="2")
    await emitter.emit(LEARNERS, str(learner_id), moved)

    async def has_moved() -> bool:
        rows = await world.fetch("SELECT classroom FROM enrolment_copy")
        return [row["classroom"] for row in rows] == ["2"]

    await eventually(has_moved, timeout_s=20, what="the enrolment to move")
    [result] = await post(world, teacher, form(learner_id))
    assert result["problem"]["reason"] == "LEARNER_UNKNOWN"


async def test_credit_events_become_recognised_learning_once(start: Start, emitter: Emitter, broker: Broker) -> None:
    world = await start("serve", "consume")
    learner_id, entry_id, line_id = uuid4(), uuid4(), uuid4()
    sent = await emitter.emit(LEDGER, str(learner_id), verified(learner_id, entry_id))
    for _ in range(4):  # the relay may send again after any doubt
        await kafka.produce(broker, sent.topic, value=sent.value, key=sent.key, headers=sent.headers)
    counted = credit_events.CreditCounted(
        entry_id=str(entry_id),
        learner_id=str(learner_id),
        awarding_institution_id=str(SCHOOL),
        qualification_code="M6-OBEC",
        credits=credit_pb2.CreditAmount(credit_hundredths=100, unit="CREDIT_UNIT_CR_OBEC"),
        counted_at=time_to_pb(AT),
        course=catalogue_pb2.CourseKey(code="ท31101"),
        course_title_th="ภาษาไทย",
    )
    await emitter.emit(LEDGER, str(learner_id), counted)
    posted = credit_events.TransferPosted(
        case_id=str(uuid4()),
        line_id=str(line_id),
        learner_id=str(learner_id),
        awarding_institution_id=str(uuid4()),
        qualification_code="PWC-2562",
        target=catalogue_pb2.CourseKey(code="20000-1101"),
        target_title_th="ภาษาไทยพื้นฐาน",
        credits=credit_pb2.CreditAmount(credit_hundredths=100, unit="CREDIT_UNIT_CR_OVEC"),
        posted_at=time_to_pb(AT),
    )
    await emitter.emit(LEDGER, str(learner_id), posted)
    short = verified(learner_id, uuid4(), source_mode="SHORT_COURSE")
    short.ClearField("credits")
    await emitter.emit(LEDGER, str(learner_id), short)
    await arrive(world, "recognised_learning", 4)
    rows = await world.fetch("SELECT kind, source_id, qualification_code, credit_unit FROM recognised_learning")
    assert {tuple(row) for row in rows} == {
        ("VERIFIED", entry_id, "", "CR_OBEC"),
        ("COUNTED", entry_id, "M6-OBEC", "CR_OBEC"),
        ("POSTED", line_id, "PWC-2562", "CR_OVEC"),
        ("VERIFIED", UUID(short.entry_id), "", None),
    }
    assert await count(world, "parked_event") == 0


async def test_event_with_an_unknown_unit_is_parked_and_others_go_on(start: Start, emitter: Emitter) -> None:
    world = await start("consume")
    odd_learner, learner_id = uuid4(), uuid4()
    odd = verified(odd_learner, uuid4(), credits=credit_pb2.CreditAmount(credit_hundredths=100, unit=99))  # pyright: ignore[reportArgumentType]  # a unit of a later release
    await emitter.emit(LEDGER, str(odd_learner), odd)
    await emitter.emit(LEDGER, str(odd_learner), verified(odd_learner, uuid4()))
    await emitter.emit(LEDGER, str(learner_id), verified(learner_id, uuid4()))
    await arrive(world, "recognised_learning", 1)
    await arrive(world, "parked_event", 2)


async def test_institution_name_is_shown_beside_recognised_learning(start: Start, emitter: Emitter) -> None:
    world = await start("serve", "consume")
    learner_id = world.enrols()
    await emitter.emit(
        INSTITUTIONS,
        str(SCHOOL),
        registry_events.InstitutionChanged(
            institution_id=str(SCHOOL),
            kind="INSTITUTION_KIND_SCHOOL",
            name_th="โรงเรียนตัวอย่าง (สมมติ)",
            local_alias="demo-school",
            data_status="RULE_STATUS_DEMONSTRATION",
        ),
    )
    await emitter.emit(LEDGER, str(learner_id), verified(learner_id, uuid4()))
    await arrive(world, "institution_copy", 1)
    await arrive(world, "recognised_learning", 1)
    teacher = world.teacher("teacher", *HOMEROOM)
    response = await world.http.get(
        f"/v1/learners/{learner_id}/record", headers=teacher.headers | {"Nuaikit-Purpose": "GUIDANCE"}
    )
    [learning] = response.json()["recognised_learning"]
    assert learning["institution_name_th"] == "โรงเรียนตัวอย่าง (สมมติ)"


async def test_screening_reaches_the_care_topic_in_the_trace_of_its_request(
    start: Start, broker: Broker, emitter: Emitter
) -> None:
    world = await start("serve", "relay")
    topic = emitter.prefix + "nuaikit.guidance.care.v1"
    teacher, learner_id = world.teacher("teacher", *HOMEROOM), world.enrols()
    async with kafka.expect_events(broker, topic, count=1) as events:
        await post(world, teacher, form(learner_id))
    [event] = events
    assert event.key == str(learner_id)
    assert event.headers["ce_type"] == "nuaikit.guidance.v1.ScreeningSubmitted"
    request = world.telemetry.span("POST /v1/screenings")
    trace_id = format(request.get_span_context().trace_id, "032x")
    assert event.headers["traceparent"].split("-")[1] == trace_id
