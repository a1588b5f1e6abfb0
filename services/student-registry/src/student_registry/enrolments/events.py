"""What others are told about enrolments."""

from __future__ import annotations

from datetime import date

from chassis.envelope import NewEvent
from chassis.ids import date_to_pb
from nuaikit.student_registry.v1 import events_pb2

from student_registry.enrolments.domain import Enrolment
from student_registry.enrolments.grades import grades_on
from student_registry.wire import date_or_none_to_pb

TOPIC = "nuaikit.student-registry.learners.v1"


def enrolment_changed(enrolment: Enrolment, *, today: date) -> NewEvent:
    """An enrolment began, changed or ended; carries all its facts, so that a copy needs no question."""
    facts = enrolment.facts
    message = events_pb2.EnrolmentChanged(
        enrolment_id=str(enrolment.enrolment_id),
        learner_id=str(enrolment.learner_id),
        institution_id=str(facts.institution_id),
        role=f"ENROLMENT_ROLE_{facts.role}",
        delivery_system=f"DELIVERY_SYSTEM_{facts.delivery_system}",
        grade_label=facts.grade_label,
        classroom=facts.classroom,
        programme_code=facts.programme_code,
        status=f"ENROLMENT_STATUS_{facts.status_on(today)}",
        valid_from=date_to_pb(facts.valid_from),
        valid_to=date_or_none_to_pb(facts.valid_to),
        level=grades_on(today).level_of(facts.grade_label),
    )
    return NewEvent(TOPIC, str(enrolment.learner_id), message)
