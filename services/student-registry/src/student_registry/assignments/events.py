"""What others are told about assignments."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from chassis.envelope import NewEvent
from chassis.ids import date_to_pb
from nuaikit.student_registry.v1 import events_pb2

from student_registry.assignments.domain import Assignment
from student_registry.wire import date_or_none_to_pb

TOPIC = "nuaikit.student-registry.assignments.v1"


def assignment_changed(
    assignment: Assignment, *, permissions: Sequence[str], version: str, successor_id: UUID | None = None
) -> NewEvent:
    """A person was assigned, or what he may do or who follows him changed; the subject appears as a keyed hash only."""
    message = events_pb2.AssignmentChanged(
        assignment_id=str(assignment.assignment_id),
        subject_hash=assignment.subject_hash,
        institution_id=str(assignment.institution_id),
        role=assignment.role,
        classroom=assignment.classroom,
        permissions=permissions,
        permission_version=version,
        valid_from=date_to_pb(assignment.valid_from),
        valid_to=date_or_none_to_pb(assignment.valid_to),
        successor_assignment_id=None if successor_id is None else str(successor_id),
    )
    return NewEvent(TOPIC, str(assignment.institution_id), message)
