"""What others are told about statuses."""

from __future__ import annotations

from uuid import UUID

from chassis.envelope import NewEvent
from chassis.ids import date_to_pb
from nuaikit.student_registry.v1 import events_pb2

from student_registry.statuses.domain import Statement

TOPIC = "nuaikit.student-registry.learners.v1"


def status_changed(statement: Statement) -> NewEvent:
    """A status was stated."""
    return _event(statement.learner_status_id, statement, statement.learner_id)


def status_withdrawn(withdrawal: Statement, holds_again: Statement | None) -> NewEvent:
    """A statement was wrong; `holds_again` is the one that holds now, if any does."""
    return _event(withdrawal.learner_status_id, holds_again or withdrawal, withdrawal.learner_id, is_correction=True)


def _event(statement_id: UUID, told: Statement, learner_id: UUID, *, is_correction: bool = False) -> NewEvent:
    message = events_pb2.LearnerStatusChanged(
        learner_status_id=str(statement_id),
        learner_id=str(learner_id),
        status=f"LEARNER_STATUS_{told.status}" if told.status else None,
        reason_code=told.reason_code,
        stated_by_institution_id=str(told.stated_by_institution_id),
        valid_from=date_to_pb(told.valid_from),
        confirmed_on=date_to_pb(told.confirmed_on),
        is_correction=is_correction,
    )
    return NewEvent(TOPIC, str(learner_id), message)
