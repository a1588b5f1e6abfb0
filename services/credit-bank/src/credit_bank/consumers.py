"""What the registry's events change here: the copies in `people`.

Each event states the whole new fact, so applying it is one upsert; applying the topic from its start gives the same
copies. A merge is sealed into the ledger's chains besides, once, however often it is told.
"""

from __future__ import annotations

from datetime import UTC, datetime

from chassis.assignments import assignment_of_event
from chassis.consumer import Handler, Subscription
from chassis.envelope import Envelope
from chassis.ids import date_from_pb, parse_uuid
from chassis.pg import Connection
from nuaikit.student_registry.v1 import events_pb2

from credit_bank import clients
from credit_bank.calendar_th import thai_date, utc_now
from credit_bank.ledger import merged
from credit_bank.people import merges, store
from credit_bank.people.domain import Enrolment, Institution, KnownLearner, Parent, ShareGrant
from credit_bank.people.merges import KnownMerge

LEARNERS = "nuaikit.student-registry.learners.v1"
INSTITUTIONS = "nuaikit.student-registry.institutions.v1"
ASSIGNMENTS = "nuaikit.student-registry.assignments.v1"


async def institution_changed(
    connection: Connection, event: events_pb2.InstitutionChanged, _envelope: Envelope
) -> None:
    """Keep an institution."""
    institution = Institution(
        institution_id=parse_uuid(event.institution_id, field="institution_id"),
        kind=clients.kind_name(event.kind),
        name_th=event.name_th,
        local_alias=event.local_alias,
        official_code=event.official_code if event.HasField("official_code") else None,
        parent_institution_id=(
            parse_uuid(event.parent_institution_id, field="parent_institution_id")
            if event.HasField("parent_institution_id")
            else None
        ),
        data_status=clients.data_status_name(event.data_status),
    )
    await store.keep_institution(connection, institution)
    await store.keep_parents(connection, institution.institution_id, _parents(event))


def _parents(event: events_pb2.InstitutionChanged) -> list[Parent]:
    """Parents in every tree; events of before there were several trees name one of the administration."""
    told = [
        Parent(
            tree=parent.tree,
            parent_institution_id=parse_uuid(parent.parent_institution_id, field="parents.parent_institution_id"),
            valid_from=date_from_pb(parent.valid_from, field="parents.valid_from")
            if parent.HasField("valid_from")
            else None,
            valid_to=date_from_pb(parent.valid_to, field="parents.valid_to") if parent.HasField("valid_to") else None,
        )
        for parent in event.parents
    ]
    if told or not event.HasField("parent_institution_id"):
        return told
    return [Parent("administration", parse_uuid(event.parent_institution_id, field="parent_institution_id"))]


async def learner_registered(connection: Connection, event: events_pb2.LearnerRegistered, _envelope: Envelope) -> None:
    """Keep that a learner exists, and who keeps the record."""
    learner = KnownLearner(
        learner_id=parse_uuid(event.learner_id, field="learner_id"),
        registrar_institution_id=parse_uuid(event.registrar_institution_id, field="registrar_institution_id"),
        registered_at=event.registered_at.ToDatetime(tzinfo=UTC),
        data_status=clients.data_status_name(event.data_status),
    )
    await store.keep_learner(connection, learner)


async def enrolment_changed(connection: Connection, event: events_pb2.EnrolmentChanged, envelope: Envelope) -> None:
    """Keep an enrolment."""
    enrolment = Enrolment(
        enrolment_id=parse_uuid(event.enrolment_id, field="enrolment_id"),
        learner_id=parse_uuid(event.learner_id, field="learner_id"),
        institution_id=parse_uuid(event.institution_id, field="institution_id"),
        role=clients.role_name(event.role),
        delivery_system=clients.delivery_system_name(event.delivery_system),
        grade_label=event.grade_label,
        programme_code=event.programme_code,
        status=clients.status_name(event.status),
        valid_from=date_from_pb(event.valid_from, field="valid_from"),
        valid_to=date_from_pb(event.valid_to, field="valid_to") if event.HasField("valid_to") else None,
    )
    await store.keep_enrolment(connection, enrolment, told_at=envelope.time)


async def learners_merged(connection: Connection, event: events_pb2.LearnersMerged, envelope: Envelope) -> None:
    """Keep a merge, and seal it into both chains."""
    await _merge(connection, event, envelope, on=event.merged_at.ToDatetime(tzinfo=UTC), is_undone=False)


async def learners_unmerged(connection: Connection, event: events_pb2.LearnersUnmerged, envelope: Envelope) -> None:
    """Keep that a merge was undone, and seal it into both chains."""
    await _merge(connection, event, envelope, on=event.unmerged_at.ToDatetime(tzinfo=UTC), is_undone=True)


async def _merge(
    connection: Connection,
    event: events_pb2.LearnersMerged | events_pb2.LearnersUnmerged,
    envelope: Envelope,
    *,
    on: datetime,
    is_undone: bool,
) -> None:
    merge = KnownMerge(
        merged_learner_id=parse_uuid(event.merged_learner_id, field="merged_learner_id"),
        surviving_learner_id=parse_uuid(event.surviving_learner_id, field="surviving_learner_id"),
        merge_id=parse_uuid(event.merge_id, field="merge_id"),
        is_undone=is_undone,
        told_at=envelope.time,
    )
    await merges.keep(connection, merge)
    await merged.seal(
        connection,
        merge.merged_learner_id,
        merge.surviving_learner_id,
        merge_id=merge.merge_id,
        is_undone=is_undone,
        on=thai_date(on),
        now=utc_now(),
    )


async def learner_changed(connection: Connection, event: events_pb2.LearnerChanged, _envelope: Envelope) -> None:
    """Keep who keeps the record now; other facts of a learner stay in the registry."""
    if event.HasField("registrar_institution_id"):
        await store.keep_registrar(
            connection,
            parse_uuid(event.learner_id, field="learner_id"),
            parse_uuid(event.registrar_institution_id, field="registrar_institution_id"),
        )


async def share_grant_changed(connection: Connection, event: events_pb2.ShareGrantChanged, envelope: Envelope) -> None:
    """Keep a share grant."""
    grant = ShareGrant(
        grant_id=parse_uuid(event.grant_id, field="grant_id"),
        learner_id=parse_uuid(event.learner_id, field="learner_id"),
        recipient_institution_id=parse_uuid(event.recipient_institution_id, field="recipient_institution_id"),
        scope=event.scope,
        valid_to=date_from_pb(event.valid_to, field="valid_to"),
        is_ended=event.is_ended,
    )
    await store.keep_share_grant(connection, grant, told_at=envelope.time)


async def assignment_changed(connection: Connection, event: events_pb2.AssignmentChanged, _envelope: Envelope) -> None:
    """Keep an assignment."""
    await store.keep_assignment(connection, assignment_of_event(event))


def subscription() -> Subscription:
    """Topics and types that this service applies; other types of the topics do not concern it."""
    return Subscription.of(
        [LEARNERS, INSTITUTIONS, ASSIGNMENTS],
        [
            Handler(events_pb2.InstitutionChanged, institution_changed),
            Handler(events_pb2.LearnerRegistered, learner_registered),
            Handler(events_pb2.LearnerChanged, learner_changed),
            Handler(events_pb2.EnrolmentChanged, enrolment_changed),
            Handler(events_pb2.LearnersMerged, learners_merged),
            Handler(events_pb2.LearnersUnmerged, learners_unmerged),
            Handler(events_pb2.ShareGrantChanged, share_grant_changed),
            Handler(events_pb2.AssignmentChanged, assignment_changed),
        ],
    )
