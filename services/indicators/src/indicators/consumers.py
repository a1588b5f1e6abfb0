"""Applies events of student-registry and credit-bank to the tables that are counted."""

from __future__ import annotations

from datetime import UTC, date
from uuid import UUID

from chassis.assignments import assignment_of_event
from chassis.consumer import Handler, Subscription
from chassis.envelope import Envelope
from chassis.ids import date_from_pb
from chassis.pg import Connection
from google.type.date_pb2 import Date
from nuaikit.common.v1 import provenance_pb2
from nuaikit.credit_bank.v1 import events_pb2 as credit_events
from nuaikit.credit_bank.v1 import partnerships_pb2
from nuaikit.student_registry.v1 import enrolments_pb2, institutions_pb2
from nuaikit.student_registry.v1 import events_pb2 as registry_events

from indicators.copies import store
from indicators.copies.domain import (
    Enrolment,
    Institution,
    Learner,
    LearnerMerge,
    Partnership,
    PostedLine,
    VerifiedEntry,
)

LEARNERS = "nuaikit.student-registry.learners.v1"
INSTITUTIONS = "nuaikit.student-registry.institutions.v1"
ASSIGNMENTS = "nuaikit.student-registry.assignments.v1"
LEDGER = "nuaikit.credit-bank.ledger.v1"
CATALOGUE = "nuaikit.credit-bank.catalogue.v1"


def subscription() -> Subscription:
    """Topics and what is done with their types; a value that this release does not know parks its event."""
    return Subscription.of(
        [LEARNERS, INSTITUTIONS, ASSIGNMENTS, LEDGER, CATALOGUE],
        [
            Handler(registry_events.LearnerRegistered, _learner_registered),
            Handler(registry_events.EnrolmentChanged, _enrolment_changed),
            Handler(registry_events.LearnersMerged, _learners_merged),
            Handler(registry_events.LearnersUnmerged, _learners_unmerged),
            Handler(registry_events.InstitutionChanged, _institution_changed),
            Handler(registry_events.AssignmentChanged, _assignment_changed),
            Handler(credit_events.CreditVerified, _credit_verified),
            Handler(credit_events.TransferPosted, _transfer_posted),
            Handler(credit_events.PartnershipChanged, _partnership_changed),
        ],
    )


async def _learner_registered(
    connection: Connection, event: registry_events.LearnerRegistered, _envelope: Envelope
) -> None:
    await store.keep_learner(connection, Learner(UUID(event.learner_id), _status(event.data_status)))


async def _enrolment_changed(
    connection: Connection, event: registry_events.EnrolmentChanged, envelope: Envelope
) -> None:
    system = enrolments_pb2.DeliverySystem.Name(event.delivery_system).removeprefix("DELIVERY_SYSTEM_")
    enrolment = Enrolment(
        enrolment_id=UUID(event.enrolment_id),
        learner_id=UUID(event.learner_id),
        delivery_system=system,
        is_studying=enrolments_pb2.EnrolmentStatus.Name(event.status) == "ENROLMENT_STATUS_STUDYING",
        valid_from=_day(event.valid_from),
        valid_to=_day(event.valid_to) if event.HasField("valid_to") else None,
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
    kind = institutions_pb2.InstitutionKind.Name(event.kind).removeprefix("INSTITUTION_KIND_")
    await store.keep_institution(connection, Institution(UUID(event.institution_id), kind, _status(event.data_status)))


async def _assignment_changed(
    connection: Connection, event: registry_events.AssignmentChanged, _envelope: Envelope
) -> None:
    await store.keep_assignment(connection, assignment_of_event(event))


async def _credit_verified(connection: Connection, event: credit_events.CreditVerified, _envelope: Envelope) -> None:
    entry = VerifiedEntry(
        entry_id=UUID(event.entry_id),
        learner_id=UUID(event.learner_id),
        issuer_institution_id=UUID(event.issuer_institution_id),
        year_be=event.year_be,
        verified_at=event.verified_at.ToDatetime(tzinfo=UTC),
    )
    await store.keep_verified_entry(connection, entry)


async def _transfer_posted(connection: Connection, event: credit_events.TransferPosted, _envelope: Envelope) -> None:
    line = PostedLine(
        line_id=UUID(event.line_id),
        learner_id=UUID(event.learner_id),
        source_entry_ids=tuple(UUID(entry_id) for entry_id in event.source_entry_ids),
        posted_at=event.posted_at.ToDatetime(tzinfo=UTC),
    )
    await store.keep_posted_line(connection, line)


async def _partnership_changed(
    connection: Connection, event: credit_events.PartnershipChanged, _envelope: Envelope
) -> None:
    partnership = Partnership(
        partnership_id=UUID(event.partnership_id),
        programme=event.programme,
        state=partnerships_pb2.PartnershipState.Name(event.state).removeprefix("PARTNERSHIP_STATE_"),
        party_institution_ids=tuple(UUID(party) for party in event.party_institution_ids),
        valid_from=_day(event.valid_from) if event.HasField("valid_from") else None,
        valid_to=_day(event.valid_to) if event.HasField("valid_to") else None,
    )
    await store.keep_partnership(connection, partnership)


def _day(value: Date) -> date:
    return date_from_pb(value, field="date")


def _status(value: provenance_pb2.RuleStatus) -> str:
    """Status in words; ValueError for one that this release does not know."""
    return provenance_pb2.RuleStatus.Name(value).removeprefix("RULE_STATUS_").lower()
