"""Courses as events."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from chassis.envelope import NewEvent
from nuaikit.credit_bank.v1 import catalogue_pb2, events_pb2

from credit_bank.catalogue.domain import Course
from credit_bank.wire import amount_to_pb, course_key_to_pb, provenance_to_pb

TOPIC: Final = "nuaikit.credit-bank.catalogue.v1"
NATIONAL: Final = "national"
"""Key of what no institution owns."""


def course_changed(course: Course) -> NewEvent:
    """A course was published or changed."""
    return NewEvent(
        TOPIC, key_of(course.key.owner_institution_id), events_pb2.CourseChanged(course=course_to_pb(course))
    )


def key_of(owner_institution_id: UUID | None) -> str:
    """Kafka key of what an institution owns, or nobody."""
    return NATIONAL if owner_institution_id is None else str(owner_institution_id)


def course_to_pb(course: Course) -> catalogue_pb2.Course:
    """A course as the contracts carry it."""
    facts = course.facts
    return catalogue_pb2.Course(
        course_id=str(course.course_id),
        key=course_key_to_pb(facts.key),
        title_th=facts.title_th,
        title_en=facts.title_en,
        credits=amount_to_pb(facts.credit_hundredths, facts.unit),
        hours_total=facts.hours_total,
        tpn=facts.tpn,
        category=facts.category,
        subject_type=facts.subject_type,
        subject_group=facts.subject_group,
        outcomes=facts.outcomes,
        provenance=provenance_to_pb(facts.provenance),
    )
