"""EnrolmentService: contract messages to commands and back."""

from __future__ import annotations

from datetime import date
from typing import Any

from chassis.auth import Identifier
from chassis.grpc_server import Servicer, actor_of
from chassis.ids import date_to_pb, parse_uuid, time_to_pb
from chassis.outcomes import outcomes_to_pb
from grpc.aio import ServicerContext
from nuaikit.student_registry.v1 import enrolments_pb2 as pb
from nuaikit.student_registry.v1 import enrolments_pb2_grpc as pb_grpc

from student_registry.calendar_th import now_utc, today_in_thailand
from student_registry.deps import Deps
from student_registry.enrolments import use_cases
from student_registry.enrolments.domain import (
    DeliverySystem,
    Enrolment,
    EnrolmentChange,
    EnrolmentEnd,
    EnrolmentFacts,
    EnrolmentRole,
    HostingScope,
)
from student_registry.enrolments.grades import Grade, grades_on
from student_registry.wire import (
    date_or_none_to_pb,
    enum_from_pb,
    optional_date,
    optional_enum_from_pb,
    provenance_from_pb,
    provenance_to_pb,
    required_date,
)


def facts_from_pb(message: pb.EnrolmentInput, *, field: str) -> EnrolmentFacts:
    """Facts of an enrolment to register.

    Raises:
        InvalidField: A field has no usable value.
    """
    return EnrolmentFacts(
        institution_id=parse_uuid(message.institution_id, field=f"{field}.institution_id"),
        role=enum_from_pb(
            EnrolmentRole, pb.EnrolmentRole, message.role, prefix="ENROLMENT_ROLE_", field=f"{field}.role"
        ),
        delivery_system=enum_from_pb(
            DeliverySystem,
            pb.DeliverySystem,
            message.delivery_system,
            prefix="DELIVERY_SYSTEM_",
            field=f"{field}.delivery_system",
        ),
        grade_label=message.grade_label,
        classroom=message.classroom,
        programme_code=message.programme_code,
        valid_from=required_date(message, "valid_from", field=f"{field}.valid_from"),
        valid_to=optional_date(message, "valid_to", field=f"{field}.valid_to"),
        number_in_class=message.number_in_class if message.HasField("number_in_class") else None,
        hosting_scope=_hosting_scope(message.hosting_scope, field=f"{field}.hosting_scope"),
        hosted_classes=tuple(message.hosted_classes),
    )


def _hosting_scope(number: int, *, field: str) -> HostingScope | None:
    return optional_enum_from_pb(HostingScope, pb.HostingScope, number, prefix="HOSTING_SCOPE_", field=field)


def _change_from_pb(message: pb.EnrolmentChange, *, field: str) -> EnrolmentChange:
    return EnrolmentChange(
        enrolment_id=parse_uuid(message.enrolment_id, field=f"{field}.enrolment_id"),
        holds_from=required_date(message, "holds_from", field=f"{field}.holds_from"),
        provenance=provenance_from_pb(message, field=f"{field}.provenance"),
        delivery_system=optional_enum_from_pb(
            DeliverySystem,
            pb.DeliverySystem,
            message.delivery_system,
            prefix="DELIVERY_SYSTEM_",
            field=f"{field}.delivery_system",
        ),
        grade_label=message.grade_label if message.HasField("grade_label") else None,
        classroom=message.classroom if message.HasField("classroom") else None,
        number_in_class=message.number_in_class if message.HasField("number_in_class") else None,
        programme_code=message.programme_code if message.HasField("programme_code") else None,
        hosting_scope=_hosting_scope(message.hosting_scope, field=f"{field}.hosting_scope"),
        hosted_classes=tuple(message.hosted_classes),
    )


def _end_from_pb(message: pb.EnrolmentEnd, *, field: str) -> EnrolmentEnd:
    return EnrolmentEnd(
        enrolment_id=parse_uuid(message.enrolment_id, field=f"{field}.enrolment_id"),
        last_day=required_date(message, "last_day", field=f"{field}.last_day"),
        reason_code=message.reason_code,
        provenance=provenance_from_pb(message, field=f"{field}.provenance"),
    )


def grade_to_pb(grade: Grade) -> pb.Grade:
    """As the contracts carry it."""
    return pb.Grade(
        grade_label=grade.grade_label,
        name_th=grade.name_th,
        level=grade.level,
        level_name_th=grade.level_name_th,
        official_code=grade.official_code,
        official_level_code=grade.official_level_code,
        next_grade_label=grade.next_grade_label,
        needs_destination=grade.needs_destination,
        provenance=provenance_to_pb(grade.provenance),
    )


def enrolment_to_pb(enrolment: Enrolment, *, today: date) -> pb.Enrolment:
    """As the contracts carry it, with its state of today."""
    facts = enrolment.facts
    return pb.Enrolment(
        enrolment_id=str(enrolment.enrolment_id),
        learner_id=str(enrolment.learner_id),
        facts=pb.EnrolmentInput(
            institution_id=str(facts.institution_id),
            role=f"ENROLMENT_ROLE_{facts.role}",
            delivery_system=f"DELIVERY_SYSTEM_{facts.delivery_system}",
            grade_label=facts.grade_label,
            classroom=facts.classroom,
            programme_code=facts.programme_code,
            valid_from=date_to_pb(facts.valid_from),
            valid_to=date_or_none_to_pb(facts.valid_to),
            number_in_class=facts.number_in_class,
            hosting_scope=f"HOSTING_SCOPE_{facts.hosting_scope}" if facts.hosting_scope else None,
            hosted_classes=facts.hosted_classes,
        ),
        status=f"ENROLMENT_STATUS_{facts.status_on(today)}",
        level=grades_on(today).level_of(facts.grade_label),
        holds_from=date_to_pb(enrolment.details_since),
        end_reason=facts.end_reason,
    )


class EnrolmentServicer(pb_grpc.EnrolmentServiceServicer):
    """Enrolments over gRPC."""

    def __init__(self, deps: Deps, identifier: Identifier) -> None:
        """Serve from `deps`; callers are identified by `identifier`."""
        self._deps = deps
        self._identifier = identifier

    async def ListEnrolments(  # noqa: N802  # named by the contract
        self, request: pb.ListEnrolmentsRequest, context: ServicerContext[Any, Any]
    ) -> pb.ListEnrolmentsResponse:
        """List enrolments of learners."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        query = use_cases.ListEnrolments(
            tuple(parse_uuid(item, field="learner_ids") for item in request.learner_ids),
            optional_date(request, "on_date", field="on_date"),
        )
        now = now_utc()
        found = await use_cases.list_enrolments(self._deps, query, actor=actor, now=now)
        today = today_in_thailand(now)
        return pb.ListEnrolmentsResponse(enrolments=[enrolment_to_pb(item, today=today) for item in found])

    async def ChangeEnrolments(  # noqa: N802  # named by the contract
        self, request: pb.ChangeEnrolmentsRequest, context: ServicerContext[Any, Any]
    ) -> pb.ChangeEnrolmentsResponse:
        """Change details of enrolments."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        command = use_cases.ChangeEnrolments(
            parse_uuid(request.request_id, field="request_id"),
            tuple(_change_from_pb(item, field=f"changes[{n}]") for n, item in enumerate(request.changes)),
        )
        outcomes = await use_cases.change_enrolments(self._deps, command, actor=actor, now=now_utc())
        return pb.ChangeEnrolmentsResponse(outcomes=outcomes_to_pb(outcomes))

    async def EndEnrolments(  # noqa: N802  # named by the contract
        self, request: pb.EndEnrolmentsRequest, context: ServicerContext[Any, Any]
    ) -> pb.EndEnrolmentsResponse:
        """End enrolments."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        command = use_cases.EndEnrolments(
            parse_uuid(request.request_id, field="request_id"),
            tuple(_end_from_pb(item, field=f"ends[{n}]") for n, item in enumerate(request.ends)),
        )
        outcomes = await use_cases.end_enrolments(self._deps, command, actor=actor, now=now_utc())
        return pb.EndEnrolmentsResponse(outcomes=outcomes_to_pb(outcomes))

    async def ListEnrolmentHistory(  # noqa: N802  # named by the contract
        self, request: pb.ListEnrolmentHistoryRequest, context: ServicerContext[Any, Any]
    ) -> pb.ListEnrolmentHistoryResponse:
        """List what a learner's enrolments were over time."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        now = now_utc()
        states = await use_cases.list_history(
            self._deps,
            parse_uuid(request.learner_id, field="learner_id"),
            purpose=request.purpose,
            actor=actor,
            now=now,
        )
        today = today_in_thailand(now)
        return pb.ListEnrolmentHistoryResponse(
            states=[
                pb.EnrolmentState(
                    enrolment=enrolment_to_pb(state.enrolment, today=today), recorded_at=time_to_pb(state.recorded_at)
                )
                for state in states
            ]
        )

    async def ListGrades(  # noqa: N802  # named by the contract
        self, request: pb.ListGradesRequest, context: ServicerContext[Any, Any]
    ) -> pb.ListGradesResponse:
        """List the grades."""
        await actor_of(context, self._identifier)
        day = optional_date(request, "on_date", field="on_date") or today_in_thailand(now_utc())
        return pb.ListGradesResponse(grades=[grade_to_pb(grade) for grade in grades_on(day).grades.values()])


def servicer(deps: Deps, identifier: Identifier) -> Servicer:
    """EnrolmentService, ready to be served."""
    serving = EnrolmentServicer(deps, identifier)
    return Servicer(
        pb.DESCRIPTOR.services_by_name["EnrolmentService"].full_name,
        lambda server: pb_grpc.add_EnrolmentServiceServicer_to_server(serving, server),
    )
