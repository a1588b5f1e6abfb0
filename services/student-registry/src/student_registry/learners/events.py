"""What others are told about learners: an opaque id, and no name, number, birth date or nationality."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from chassis.envelope import NewEvent
from chassis.ids import time_to_pb
from nuaikit.student_registry.v1 import events_pb2

from student_registry.provenance import DataStatus
from student_registry.wire import data_status_to_pb

TOPIC = "nuaikit.student-registry.learners.v1"


def learner_registered(
    learner_id: UUID, *, registrar_institution_id: UUID, status: DataStatus, now: datetime
) -> NewEvent:
    """A learner was registered."""
    message = events_pb2.LearnerRegistered(
        learner_id=str(learner_id),
        registrar_institution_id=str(registrar_institution_id),
        registered_at=time_to_pb(now),
        data_status=data_status_to_pb(status),
    )
    return NewEvent(TOPIC, str(learner_id), message)
