"""EnrolmentService: contract messages to commands and back."""

from __future__ import annotations

from datetime import date
from typing import Any

from chassis.auth import Identifier
from chassis.grpc_server import Servicer, actor_of
from chassis.ids import date_to_pb, parse_uuid
from grpc.aio import ServicerContext
from nuaikit.student_registry.v1 import enrolments_pb2 as pb
from nuaikit.student_registry.v1 import enrolments_pb2_grpc as pb_grpc

from student_registry.calendar_th import now_utc, today_in_thailand
from student_registry.deps import Deps
from student_registry.enrolments import use_cases
from student_registry.enrolments.domain import DeliverySystem, Enrolment, EnrolmentFacts, EnrolmentRole
from student_registry.wire import date_or_none_to_pb, enum_from_pb, optional_date, required_date


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
        ),
        status=f"ENROLMENT_STATUS_{facts.status_on(today)}",
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


def servicer(deps: Deps, identifier: Identifier) -> Servicer:
    """EnrolmentService, ready to be served."""
    serving = EnrolmentServicer(deps, identifier)
    return Servicer(
        pb.DESCRIPTOR.services_by_name["EnrolmentService"].full_name,
        lambda server: pb_grpc.add_EnrolmentServiceServicer_to_server(serving, server),
    )
