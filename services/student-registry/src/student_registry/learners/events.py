"""What others are told about learners: an opaque id, and no name, number, birth date or nationality."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from chassis.envelope import NewEvent
from chassis.ids import time_to_pb
from nuaikit.student_registry.v1 import events_pb2

from student_registry.learners.versions import FactKind
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


def learner_changed(learner_id: UUID, kinds: Iterable[FactKind], *, now: datetime) -> NewEvent:
    """Facts of a learner changed: their kinds, each once, and no value."""
    names = [f"LEARNER_FACT_KIND_{kind}" for kind in sorted(set(kinds))]
    message = events_pb2.LearnerChanged(learner_id=str(learner_id), kinds=names, changed_at=time_to_pb(now))
    return NewEvent(TOPIC, str(learner_id), message)


def registrar_changed(learner_id: UUID, *, registrar_institution_id: UUID, now: datetime) -> NewEvent:
    """Another institution keeps the record; which one is nothing personal, and copies of others want it."""
    message = events_pb2.LearnerChanged(
        learner_id=str(learner_id),
        kinds=[f"LEARNER_FACT_KIND_{FactKind.REGISTRAR}"],
        changed_at=time_to_pb(now),
        registrar_institution_id=str(registrar_institution_id),
    )
    return NewEvent(TOPIC, str(learner_id), message)
