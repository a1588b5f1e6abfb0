"""What others are told about moves; an accepted one hands the learner over."""

from __future__ import annotations

from chassis.envelope import NewEvent
from chassis.ids import time_to_pb
from nuaikit.student_registry.v1 import events_pb2

from student_registry.movements.domain import Movement
from student_registry.wire import date_or_none_to_pb

TOPIC = "nuaikit.student-registry.learners.v1"


def movement_changed(movement: Movement) -> NewEvent:
    """A move went a step on."""
    message = events_pb2.MovementChanged(
        movement_id=str(movement.movement_id),
        learner_id=str(movement.learner_id),
        from_institution_id=str(movement.from_institution_id),
        to_institution_id=str(movement.to_institution_id) if movement.to_institution_id else None,
        state=f"MOVEMENT_STATE_{movement.state}",
        due_on=date_or_none_to_pb(movement.due_on),
        changed_at=time_to_pb(movement.changed_at),
    )
    return NewEvent(TOPIC, str(movement.learner_id), message)
