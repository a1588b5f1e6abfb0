"""CatalogueService: contract messages to commands and back."""

from __future__ import annotations

from typing import Any

from chassis.auth import Identifier
from chassis.grpc_server import Servicer, actor_of
from chassis.ids import parse_uuid
from chassis.outcomes import outcomes_to_pb
from chassis.pg import Pool
from grpc.aio import ServicerContext
from nuaikit.credit_bank.v1 import catalogue_pb2 as pb
from nuaikit.credit_bank.v1 import catalogue_pb2_grpc as pb_grpc

from credit_bank import wire
from credit_bank.calendar_th import utc_now
from credit_bank.catalogue import use_cases
from credit_bank.catalogue.domain import CodeSystem, CourseFacts
from credit_bank.catalogue.events import course_to_pb
from credit_bank.equivalences import use_cases as equivalences
from credit_bank.equivalences.events import rule_to_pb
from credit_bank.equivalences.messages_pb import rule_from_pb
from credit_bank.qualifications import use_cases as qualifications
from credit_bank.qualifications.grpc_api import qualification_from_pb

NONE = 0
"""Unspecified value of every enum."""


def course_from_pb(message: pb.Course) -> CourseFacts:
    """Facts of a course to publish, its code normalised.

    Raises:
        InvalidField: A field has no usable value.
    """
    has_credits = message.HasField("credits")
    return CourseFacts(
        key=wire.course_key_from_pb(message.key),
        title_th=message.title_th.strip(),
        title_en=message.title_en if message.HasField("title_en") else None,
        unit=wire.unit_from_pb(message.credits.unit, field="credits.unit") if has_credits else None,
        credit_hundredths=message.credits.credit_hundredths if has_credits else None,
        hours_total=message.hours_total if message.HasField("hours_total") else None,
        tpn=message.tpn if message.HasField("tpn") else None,
        category=message.category,
        subject_type=message.subject_type,
        subject_group=message.subject_group,
        outcomes=tuple(message.outcomes),
        provenance=wire.provenance_from_pb(message),
    )


class CatalogueServicer(pb_grpc.CatalogueServiceServicer):
    """Courses, equivalence rules and qualifications over gRPC."""

    def __init__(self, pool: Pool, identifier: Identifier) -> None:
        """Serve from `pool`; callers are identified by `identifier`."""
        self._pool = pool
        self._identifier = identifier

    async def PublishCourses(  # noqa: N802  # named by the contract
        self, request: pb.PublishCoursesRequest, context: ServicerContext[Any, Any]
    ) -> pb.PublishCoursesResponse:
        """Put courses into the catalogue."""
        actor = await actor_of(context, self._identifier)
        command = use_cases.PublishCourses(
            parse_uuid(request.request_id, field="request_id"),
            tuple(course_from_pb(course) for course in request.courses),
        )
        outcomes = await use_cases.publish_courses(self._pool, command, actor=actor, now=utc_now())
        return pb.PublishCoursesResponse(outcomes=outcomes_to_pb(outcomes))

    async def ListCourses(  # noqa: N802  # named by the contract
        self, request: pb.ListCoursesRequest, context: ServicerContext[Any, Any]
    ) -> pb.ListCoursesResponse:
        """A page of the catalogue."""
        actor = await actor_of(context, self._identifier)
        system = (
            None
            if request.code_system == NONE
            else wire.enum_from_pb(
                CodeSystem, pb.CodeSystem, request.code_system, prefix="CODE_SYSTEM_", field="code_system"
            )
        )
        page = await use_cases.list_courses(
            self._pool,
            code_system=system,
            codes=request.codes,
            page_size=request.page_size,
            page_token=request.page_token,
            actor=actor,
        )
        return pb.ListCoursesResponse(
            courses=[course_to_pb(course) for course in page.courses], next_page_token=page.next_page_token
        )

    async def PublishEquivalenceRules(  # noqa: N802  # named by the contract
        self, request: pb.PublishEquivalenceRulesRequest, context: ServicerContext[Any, Any]
    ) -> pb.PublishEquivalenceRulesResponse:
        """Publish equivalence rules."""
        actor = await actor_of(context, self._identifier)
        command = equivalences.PublishRules(
            parse_uuid(request.request_id, field="request_id"), tuple(rule_from_pb(rule) for rule in request.rules)
        )
        outcomes = await equivalences.publish_rules(self._pool, command, actor=actor, now=utc_now())
        return pb.PublishEquivalenceRulesResponse(outcomes=outcomes_to_pb(outcomes))

    async def ListEquivalenceRules(  # noqa: N802  # named by the contract
        self, request: pb.ListEquivalenceRulesRequest, context: ServicerContext[Any, Any]
    ) -> pb.ListEquivalenceRulesResponse:
        """A page of the rules in force on a day."""
        actor = await actor_of(context, self._identifier)
        page = await equivalences.list_rules(
            self._pool,
            target_code=request.target_code,
            source_code=request.source_code,
            on=wire.optional_date(request, "on_date"),
            page_size=request.page_size,
            page_token=request.page_token,
            actor=actor,
            now=utc_now(),
        )
        return pb.ListEquivalenceRulesResponse(
            rules=[rule_to_pb(rule) for rule in page.rules], next_page_token=page.next_page_token
        )

    async def PublishQualifications(  # noqa: N802  # named by the contract
        self, request: pb.PublishQualificationsRequest, context: ServicerContext[Any, Any]
    ) -> pb.PublishQualificationsResponse:
        """Publish qualifications."""
        actor = await actor_of(context, self._identifier)
        command = qualifications.PublishQualifications(
            parse_uuid(request.request_id, field="request_id"),
            tuple(qualification_from_pb(qualification) for qualification in request.qualifications),
        )
        outcomes = await qualifications.publish_qualifications(self._pool, command, actor=actor, now=utc_now())
        return pb.PublishQualificationsResponse(outcomes=outcomes_to_pb(outcomes))


def servicer(pool: Pool, identifier: Identifier) -> Servicer:
    """CatalogueService, ready to be served."""
    serving = CatalogueServicer(pool, identifier)
    return Servicer(
        pb.DESCRIPTOR.services_by_name["CatalogueService"].full_name,
        lambda server: pb_grpc.add_CatalogueServiceServicer_to_server(serving, server),
    )
