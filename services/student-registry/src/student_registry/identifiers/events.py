"""What others are told about identifiers: that something changed, never what."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from chassis.envelope import NewEvent
from chassis.ids import time_to_pb
from nuaikit.student_registry.v1 import events_pb2

TOPIC = "nuaikit.student-registry.learners.v1"


def identifier_changed(learner_id: UUID, *, now: datetime) -> NewEvent:
    """An identifier of a learner was added, replaced or verified."""
    message = events_pb2.IdentifierChanged(learner_id=str(learner_id), changed_at=time_to_pb(now))
    return NewEvent(TOPIC, str(learner_id), message)
