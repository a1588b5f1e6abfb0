"""Qualifications as events."""

from __future__ import annotations

from chassis.envelope import NewEvent
from nuaikit.credit_bank.v1 import catalogue_pb2 as pb
from nuaikit.credit_bank.v1 import events_pb2

from credit_bank.catalogue.events import NATIONAL, TOPIC
from credit_bank.qualifications.conditions import (
    ActivityNeeded,
    AssessmentNeeded,
    AverageNeeded,
    CategoryCredits,
    Condition,
    CourseNeeded,
    ResidenceNeeded,
    TotalCredits,
)
from credit_bank.qualifications.domain import Qualification
from credit_bank.wire import amount_to_pb, course_key_to_pb, provenance_to_pb, unit_to_pb

PERIOD_PREFIX = "CONDITION_PERIOD_"


def qualification_changed(qualification: Qualification) -> NewEvent:
    """A qualification was published."""
    message = events_pb2.QualificationChanged(qualification=qualification_to_pb(qualification))
    return NewEvent(TOPIC, NATIONAL, message)


def qualification_to_pb(qualification: Qualification) -> pb.Qualification:
    """As the contracts carry it."""
    return pb.Qualification(
        code=qualification.code,
        version=qualification.version,
        name_th=qualification.name_th,
        unit=unit_to_pb(qualification.unit),
        total_min_hundredths=qualification.total_min_hundredths,
        category_minima=[
            pb.CategoryMinimum(category=category, min_credits=amount_to_pb(least, qualification.unit))
            for category, least in sorted(qualification.category_minima.items())
        ],
        counts_together_with=sorted(qualification.counts_together_with),
        provenance=provenance_to_pb(qualification.provenance),
        level="" if qualification.level is None else str(qualification.level),
        conditions=[condition_to_pb(condition) for condition in qualification.conditions],
    )


def condition_to_pb(condition: Condition) -> pb.QualificationCondition:
    """A condition as the contracts carry it."""
    message = pb.QualificationCondition(
        code=condition.code,
        title_th=condition.title_th,
        only_for=condition.only_for,
        provenance=provenance_to_pb(condition.provenance),
    )
    match condition:
        case TotalCredits():
            message.total_credits.CopyFrom(
                pb.TotalCreditsCondition(
                    min_hundredths=condition.min_hundredths, max_hundredths=condition.max_hundredths
                )
            )
        case CategoryCredits():
            message.category_credits.CopyFrom(
                pb.CategoryCreditsCondition(
                    category=condition.category, min_hundredths=condition.min_hundredths, within=condition.within
                )
            )
        case CourseNeeded():
            message.course.CopyFrom(pb.CourseCondition(any_of=[course_key_to_pb(key) for key in condition.any_of]))
        case AverageNeeded():
            message.average.CopyFrom(pb.AverageCondition(min_hundredths=condition.min_hundredths))
        case AssessmentNeeded():
            message.assessment.CopyFrom(
                pb.AssessmentCondition(
                    kind=condition.kind, period=f"{PERIOD_PREFIX}{condition.period}", times=condition.times
                )
            )
        case ActivityNeeded():
            message.activity.CopyFrom(
                pb.ActivityCondition(
                    kind=condition.kind,
                    period=f"{PERIOD_PREFIX}{condition.period}",
                    times=condition.times,
                    min_hours_a_week=condition.min_hours_a_week,
                )
            )
        case ResidenceNeeded():
            message.residence.CopyFrom(pb.ResidenceCondition(min_terms=condition.min_terms))
    return message
