"""Applies events of student-registry and credit-bank to the copies of this service."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from chassis.assignments import assignment_of_event
from chassis.consumer import Handler, Subscription
from chassis.envelope import Envelope
from chassis.ids import date_from_pb
from chassis.pg import Connection
from google.protobuf.timestamp_pb2 import Timestamp
from nuaikit.common.v1 import credit_pb2, provenance_pb2
from nuaikit.credit_bank.v1 import events_pb2 as credit_events
from nuaikit.student_registry.v1 import events_pb2 as registry_events
from nuaikit.student_registry.v1 import institutions_pb2

from guidance.clients import delivery_system_name, is_studying, optional_date, role_name
from guidance.copies import store
from guidance.copies.domain import Enrolment, Institution, LearnerMerge
from guidance.records.domain import Credits, RecognisedLearning
from guidance.records.use_cases import keep_recognised_learning

LEARNERS = "nuaikit.student-registry.learners.v1"
INSTITUTIONS = "nuaikit.student-registry.institutions.v1"
ASSIGNMENTS = "nuaikit.student-registry.assignments.v1"
LEDGER = "nuaikit.credit-bank.ledger.v1"


def subscription() -> Subscription:
    """Topics and what is done with their types; a value that this release does not know parks its event."""
    return Subscription.of(
        [LEARNERS, INSTITUTIONS, ASSIGNMENTS, LEDGER],
        [
            Handler(registry_events.EnrolmentChanged, _enrolment_changed),
            Handler(registry_events.LearnersMerged, _learners_merged),
            Handler(registry_events.LearnersUnmerged, _learners_unmerged),
            Handler(registry_events.InstitutionChanged, _institution_changed),
            Handler(registry_events.AssignmentChanged, _assignment_changed),
            Handler(credit_events.CreditVerified, _credit_verified),
            Handler(credit_events.CreditCounted, _credit_counted),
            Handler(credit_events.TransferPosted, _transfer_posted),
        ],
    )


async def _enrolment_changed(
    connection: Connection, event: registry_events.EnrolmentChanged, envelope: Envelope
) -> None:
    enrolment = Enrolment(
        enrolment_id=UUID(event.enrolment_id),
        learner_id=UUID(event.learner_id),
        institution_id=UUID(event.institution_id),
        role=role_name(event.role),
        delivery_system=delivery_system_name(event.delivery_system),
        grade_label=event.grade_label,
        classroom=event.classroom,
        programme_code=event.programme_code,
        is_studying=is_studying(event.status),
        valid_from=date_from_pb(event.valid_from, field="valid_from"),
        valid_to=optional_date(event.valid_to) if event.HasField("valid_to") else None,
    )
    await store.keep_enrolment(connection, enrolment, told_at=envelope.time)


async def _learners_merged(connection: Connection, event: registry_events.LearnersMerged, envelope: Envelope) -> None:
    await store.keep_merge(connection, _merge(event, envelope, is_undone=False))


async def _learners_unmerged(
    connection: Connection, event: registry_events.LearnersUnmerged, envelope: Envelope
) -> None:
    await store.keep_merge(connection, _merge(event, envelope, is_undone=True))


def _merge(
    event: registry_events.LearnersMerged | registry_events.LearnersUnmerged, envelope: Envelope, *, is_undone: bool
) -> LearnerMerge:
    return LearnerMerge(
        merged_learner_id=UUID(event.merged_learner_id),
        surviving_learner_id=UUID(event.surviving_learner_id),
        merge_id=UUID(event.merge_id),
        is_undone=is_undone,
        told_at=envelope.time,
    )


async def _institution_changed(
    connection: Connection, event: registry_events.InstitutionChanged, _envelope: Envelope
) -> None:
    institution = Institution(
        institution_id=UUID(event.institution_id),
        kind=institutions_pb2.InstitutionKind.Name(event.kind).removeprefix("INSTITUTION_KIND_"),
        name_th=event.name_th,
        local_alias=event.local_alias,
        parent_institution_id=UUID(event.parent_institution_id) if event.HasField("parent_institution_id") else None,
        data_status=provenance_pb2.RuleStatus.Name(event.data_status).removeprefix("RULE_STATUS_").lower(),
    )
    await store.keep_institution(connection, institution)


async def _assignment_changed(
    connection: Connection, event: registry_events.AssignmentChanged, _envelope: Envelope
) -> None:
    await store.keep_assignment(connection, assignment_of_event(event))


async def _credit_verified(connection: Connection, event: credit_events.CreditVerified, _envelope: Envelope) -> None:
    learning = RecognisedLearning(
        kind="VERIFIED",
        source_id=UUID(event.entry_id),
        qualification_code="",
        learner_id=UUID(event.learner_id),
        course_code=event.course.code,
        course_title_th=event.course_title_th,
        credits=_credits(event.credits) if event.HasField("credits") else None,
        institution_id=UUID(event.issuer_institution_id),
        recognised_at=_instant(event.verified_at),
    )
    await keep_recognised_learning(connection, learning)


async def _credit_counted(connection: Connection, event: credit_events.CreditCounted, _envelope: Envelope) -> None:
    learning = RecognisedLearning(
        kind="COUNTED",
        source_id=UUID(event.entry_id),
        qualification_code=event.qualification_code,
        learner_id=UUID(event.learner_id),
        course_code=event.course.code,
        course_title_th=event.course_title_th,
        credits=_credits(event.credits) if event.HasField("credits") else None,
        institution_id=UUID(event.awarding_institution_id),
        recognised_at=_instant(event.counted_at),
    )
    await keep_recognised_learning(connection, learning)


async def _transfer_posted(connection: Connection, event: credit_events.TransferPosted, _envelope: Envelope) -> None:
    learning = RecognisedLearning(
        kind="POSTED",
        source_id=UUID(event.line_id),
        qualification_code=event.qualification_code,
        learner_id=UUID(event.learner_id),
        course_code=event.target.code,
        course_title_th=event.target_title_th,
        credits=_credits(event.credits) if event.HasField("credits") else None,
        institution_id=UUID(event.awarding_institution_id),
        recognised_at=_instant(event.posted_at),
    )
    await keep_recognised_learning(connection, learning)


def _credits(amount: credit_pb2.CreditAmount) -> Credits:
    """An amount; ValueError for a unit that this release does not know."""
    unit = credit_pb2.CreditUnit.Name(amount.unit).removeprefix("CREDIT_UNIT_")
    if unit == "UNSPECIFIED":
        raise ValueError("an amount without unit")
    return Credits(amount.credit_hundredths, unit)


def _instant(stamp: Timestamp) -> datetime:
    return stamp.ToDatetime(tzinfo=UTC)
