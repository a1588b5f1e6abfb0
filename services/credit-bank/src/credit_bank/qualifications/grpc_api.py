"""QualificationService, and qualifications as the contracts carry them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from chassis.auth import Identifier
from chassis.errors import InvalidField
from chassis.grpc_server import Servicer, actor_of
from chassis.ids import parse_uuid
from chassis.outcomes import outcomes_to_pb
from chassis.pg import Pool
from grpc.aio import ServicerContext
from nuaikit.credit_bank.v1 import catalogue_pb2 as pb
from nuaikit.credit_bank.v1 import qualifications_pb2 as service_pb
from nuaikit.credit_bank.v1 import qualifications_pb2_grpc as pb_grpc

from credit_bank import wire
from credit_bank.calendar_th import utc_now
from credit_bank.qualifications import use_cases
from credit_bank.qualifications.conditions import (
    ActivityNeeded,
    AssessmentNeeded,
    AverageNeeded,
    CategoryCredits,
    Condition,
    CourseNeeded,
    Period,
    ResidenceNeeded,
    TotalCredits,
)
from credit_bank.qualifications.domain import Qualification
from credit_bank.qualifications.events import PERIOD_PREFIX, qualification_to_pb
from credit_bank.rules.domain import EducationLevel


def qualification_from_pb(message: pb.Qualification) -> Qualification:
    """A qualification to publish.

    Raises:
        InvalidField: A field has no usable value, or a minimum is of another unit.
    """
    unit = wire.unit_from_pb(message.unit, field="unit")
    minima: dict[str, int] = {}
    for minimum in message.category_minima:
        if wire.unit_from_pb(minimum.min_credits.unit, field="category_minima.unit") != unit:
            raise InvalidField(field="category_minima", expected=f"amounts of {unit}")
        if minimum.category in minima:
            raise InvalidField(field="category_minima", expected="each category once")
        minima[minimum.category] = minimum.min_credits.credit_hundredths
    return Qualification(
        code=message.code.strip(),
        version=message.version.strip(),
        name_th=message.name_th.strip(),
        unit=unit,
        total_min_hundredths=message.total_min_hundredths,
        category_minima=minima,
        counts_together_with=frozenset(message.counts_together_with),
        provenance=wire.provenance_from_pb(message),
        level=wire.enum_from_text(EducationLevel, message.level, field="level") if message.level else None,
        conditions=tuple(condition_from_pb(condition) for condition in message.conditions),
    )


def condition_from_pb(message: pb.QualificationCondition) -> Condition:
    """A condition to publish.

    Raises:
        InvalidField: A field has no usable value, or it says nothing that is asked for.
    """
    head: dict[str, Any] = {
        "code": message.code.strip(),
        "title_th": message.title_th.strip(),
        "only_for": message.only_for.strip(),
        "provenance": wire.provenance_from_pb(message),
    }
    figures: dict[str, Any]
    match message.WhichOneof("condition"):
        case "total_credits":
            total = message.total_credits
            kind, figures = TotalCredits, {"min_hundredths": total.min_hundredths}
            if total.HasField("max_hundredths"):
                figures["max_hundredths"] = total.max_hundredths
        case "category_credits":
            part = message.category_credits
            kind = CategoryCredits
            figures = {"category": part.category, "min_hundredths": part.min_hundredths, "within": part.within}
        case "course":
            kind = CourseNeeded
            figures = {"any_of": tuple(wire.course_key_from_pb(key) for key in message.course.any_of)}
        case "average":
            kind, figures = AverageNeeded, {"min_hundredths": message.average.min_hundredths}
        case "assessment":
            kind, figures = AssessmentNeeded, _repeated(message.assessment)
        case "activity":
            activity = message.activity
            kind, figures = ActivityNeeded, _repeated(activity)
            if activity.HasField("min_hours_a_week"):
                figures["min_hours_a_week"] = activity.min_hours_a_week
        case "residence":
            kind, figures = ResidenceNeeded, {"min_terms": message.residence.min_terms}
        case _:
            raise InvalidField(field="conditions", expected="a condition of one kind")
    return kind(**head, **figures)


def _repeated(message: pb.AssessmentCondition | pb.ActivityCondition) -> dict[str, Any]:
    period = wire.enum_from_pb(
        Period, pb.ConditionPeriod, message.period, prefix=PERIOD_PREFIX, field="conditions.period"
    )
    return {"kind": message.kind, "period": period, "times": message.times if message.HasField("times") else None}


class QualificationServicer(pb_grpc.QualificationServiceServicer):
    """Qualifications over gRPC."""

    def __init__(self, pool: Pool, identifier: Identifier) -> None:
        """Serve from `pool`; callers are identified by `identifier`."""
        self._pool = pool
        self._identifier = identifier

    async def ListQualifications(  # noqa: N802  # named by the contract
        self, request: service_pb.ListQualificationsRequest, context: ServicerContext[Any, Any]
    ) -> service_pb.ListQualificationsResponse:
        """A page of qualifications."""
        actor = await actor_of(context, self._identifier)
        page = await use_cases.list_qualifications(
            self._pool, code=request.code, page_size=request.page_size, page_token=request.page_token, actor=actor
        )
        return service_pb.ListQualificationsResponse(
            qualifications=[qualification_to_pb(complete(item)) for item in page.qualifications],
            next_page_token=page.next_page_token,
        )

    async def PublishShippedQualifications(  # noqa: N802  # named by the contract
        self, request: service_pb.PublishShippedQualificationsRequest, context: ServicerContext[Any, Any]
    ) -> service_pb.PublishShippedQualificationsResponse:
        """Publish qualifications that the program brings along."""
        actor = await actor_of(context, self._identifier)
        outcomes = await use_cases.publish_shipped_qualifications(
            self._pool,
            parse_uuid(request.request_id, field="request_id"),
            list(request.codes),
            actor=actor,
            now=utc_now(),
        )
        return service_pb.PublishShippedQualificationsResponse(outcomes=outcomes_to_pb(outcomes))


def complete(qualification: Qualification) -> Qualification:
    """With every condition stated, those of the total and of the categories among them."""
    return replace(qualification, conditions=qualification.all_conditions)


def servicer(pool: Pool, identifier: Identifier) -> Servicer:
    """QualificationService, ready to be served."""
    serving = QualificationServicer(pool, identifier)
    return Servicer(
        service_pb.DESCRIPTOR.services_by_name["QualificationService"].full_name,
        lambda server: pb_grpc.add_QualificationServiceServicer_to_server(serving, server),
    )
