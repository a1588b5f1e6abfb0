"""CatalogueService: contract messages to commands and back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from chassis.auth import Identifier
from chassis.grpc_server import Servicer, actor_of
from chassis.ids import parse_uuid
from chassis.messages import Messages
from chassis.outcomes import outcomes_to_pb
from chassis.pg import Pool
from grpc.aio import ServicerContext
from nuaikit.credit_bank.v1 import catalogue_pb2 as pb
from nuaikit.credit_bank.v1 import catalogue_pb2_grpc as pb_grpc

from credit_bank import wire
from credit_bank.actors import freshest_actor_of
from credit_bank.calendar_th import utc_now
from credit_bank.catalogue import checking, publishing_modules, use_cases
from credit_bank.catalogue.domain import CodeSystem, CourseApproval, CourseFacts
from credit_bank.catalogue.events import course_to_pb, module_to_pb
from credit_bank.catalogue.keys import ProvisionMode, ScopeTag, ScopeTier
from credit_bank.catalogue.module_progress import learner_modules, module_progress
from credit_bank.catalogue.modules import ModuleFacts, ModuleProgress
from credit_bank.clients import Registry
from credit_bank.equivalences import use_cases as equivalences
from credit_bank.equivalences.events import rule_to_pb
from credit_bank.equivalences.messages_pb import rule_from_pb
from credit_bank.qualifications import use_cases as qualifications
from credit_bank.qualifications.grpc_api import qualification_from_pb

NONE = 0
"""Unspecified value of every enum."""
NEW = UUID(int=0)
"""Id of what has none yet."""


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
        valid_from=wire.optional_date(message, "valid_from"),
        valid_to=wire.optional_date(message, "valid_to"),
        framework_level=message.framework_level if message.HasField("framework_level") else None,
        scopes=tuple(scope_from_pb(tag) for tag in message.scopes),
        provision_modes=_modes(message.provision_modes),
    )


def scope_from_pb(message: pb.ScopeTag) -> ScopeTag:
    """A scope tag.

    Raises:
        InvalidField: The tier is unspecified.
    """
    tier = wire.enum_from_pb(ScopeTier, pb.ScopeTier, message.tier, prefix="SCOPE_TIER_", field="scopes")
    return ScopeTag(tier, message.code.strip())


def _modes(numbers: Iterable[int]) -> tuple[ProvisionMode, ...]:
    return tuple(
        wire.enum_from_pb(ProvisionMode, pb.ProvisionMode, number, prefix="PROVISION_MODE_", field="provision_modes")
        for number in numbers
    )


def module_from_pb(message: pb.Module) -> ModuleFacts:
    """A module to publish.

    Raises:
        InvalidField: A field has no usable value.
    """
    return ModuleFacts(
        code=message.code.strip(),
        owner_institution_id=wire.optional_uuid(message, "owner_institution_id"),
        title_th=message.title_th.strip(),
        units=tuple(wire.course_key_from_pb(key) for key in message.units),
        min_units=message.min_units or len(message.units),
        is_block=message.is_block,
        leads_to_course=wire.course_key_from_pb(message.leads_to_course)
        if message.HasField("leads_to_course")
        else None,
        leads_to_qualification=(message.leads_to_qualification_code, message.leads_to_qualification_version),
        scopes=tuple(scope_from_pb(tag) for tag in message.scopes),
        provision_modes=_modes(message.provision_modes),
        provenance=wire.provenance_from_pb(message),
    )


class CatalogueServicer(pb_grpc.CatalogueServiceServicer):
    """Courses, equivalence rules and qualifications over gRPC."""

    def __init__(self, pool: Pool, registry: Registry, messages: Messages, identifier: Identifier) -> None:
        """Serve from `pool`; callers are identified by `identifier`, and faults explained by `messages`."""
        self._pool = pool
        self._registry = registry
        self._messages = messages
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
            scope=scope_from_pb(request.scope) if request.HasField("scope") else None,
            curriculum_version=request.curriculum_version,
            on=wire.optional_date(request, "on_date"),
            page_size=request.page_size,
            page_token=request.page_token,
            actor=actor,
        )
        return pb.ListCoursesResponse(
            courses=[course_to_pb(course, page.approvals.get(course.course_id, ())) for course in page.courses],
            next_page_token=page.next_page_token,
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

    async def CheckCourses(  # noqa: N802  # named by the contract
        self, request: pb.CheckCoursesRequest, context: ServicerContext[Any, Any]
    ) -> pb.CheckCoursesResponse:
        """Everything that is wrong or odd about courses."""
        actor = await actor_of(context, self._identifier)
        courses = [course_from_pb(course) for course in request.courses]
        checks = await checking.check_courses(self._pool, courses, actor=actor)
        return pb.CheckCoursesResponse(
            checks=[
                pb.CourseCheck(
                    index=index,
                    faults=[
                        pb.CourseFault(
                            reason=fault.reason,
                            field=fault.field,
                            explanation_th=self._messages.sentence(fault.reason),
                            suggestions=[text for text in fault.suggestion.split(" / ") if text],
                            is_refused=fault.is_refused,
                        )
                        for fault in faults
                    ],
                )
                for index, faults in enumerate(checks)
            ]
        )

    async def ApproveCourses(  # noqa: N802  # named by the contract
        self, request: pb.ApproveCoursesRequest, context: ServicerContext[Any, Any]
    ) -> pb.ApproveCoursesResponse:
        """Record that versions of courses were approved."""
        actor = await actor_of(context, self._identifier)
        command = checking.ApproveCourses(
            parse_uuid(request.request_id, field="request_id"),
            tuple(
                CourseApproval(
                    NEW,
                    parse_uuid(item.course_id, field="course_id"),
                    item.course_version,
                    item.body_th.strip(),
                    item.reference.strip(),
                    wire.required_date(item, "approved_on"),
                )
                for item in request.approvals
            ),
        )
        outcomes = await checking.approve_courses(self._pool, command, actor=actor, now=utc_now())
        return pb.ApproveCoursesResponse(outcomes=outcomes_to_pb(outcomes))

    async def PublishModules(  # noqa: N802  # named by the contract
        self, request: pb.PublishModulesRequest, context: ServicerContext[Any, Any]
    ) -> pb.PublishModulesResponse:
        """Put modules into the catalogue."""
        actor = await actor_of(context, self._identifier)
        command = publishing_modules.PublishModules(
            parse_uuid(request.request_id, field="request_id"),
            tuple(module_from_pb(module) for module in request.modules),
        )
        outcomes = await publishing_modules.publish_modules(self._pool, command, actor=actor, now=utc_now())
        return pb.PublishModulesResponse(outcomes=outcomes_to_pb(outcomes))

    async def ListModules(  # noqa: N802  # named by the contract
        self, request: pb.ListModulesRequest, context: ServicerContext[Any, Any]
    ) -> pb.ListModulesResponse:
        """A page of modules."""
        actor = await actor_of(context, self._identifier)
        page = await publishing_modules.list_modules(
            self._pool,
            unit_code=request.unit_code,
            owner_institution_id=wire.optional_uuid(request, "owner_institution_id"),
            page_size=request.page_size,
            page_token=request.page_token,
            actor=actor,
        )
        return pb.ListModulesResponse(
            modules=[module_to_pb(module) for module in page.modules], next_page_token=page.next_page_token
        )

    async def GetModuleProgress(  # noqa: N802  # named by the contract
        self, request: pb.GetModuleProgressRequest, context: ServicerContext[Any, Any]
    ) -> pb.GetModuleProgressResponse:
        """Which units of a module a learner has earned."""
        actor = await freshest_actor_of(context, self._identifier)
        found = await module_progress(
            self._pool,
            self._registry,
            parse_uuid(request.module_id, field="module_id"),
            parse_uuid(request.learner_id, field="learner_id"),
            purpose=request.purpose,
            actor=actor,
            now=utc_now(),
        )
        told = progress_to_pb(found)
        return pb.GetModuleProgressResponse(module=told.module, units=told.units, is_earned=told.is_earned)

    async def ListLearnerModules(  # noqa: N802  # named by the contract
        self, request: pb.ListLearnerModulesRequest, context: ServicerContext[Any, Any]
    ) -> pb.ListLearnerModulesResponse:
        """Modules of which a learner has earned a unit."""
        actor = await freshest_actor_of(context, self._identifier)
        page = await learner_modules(
            self._pool,
            self._registry,
            parse_uuid(request.learner_id, field="learner_id"),
            purpose=request.purpose,
            page_size=request.page_size,
            page_token=request.page_token,
            actor=actor,
            now=utc_now(),
        )
        return pb.ListLearnerModulesResponse(
            modules=[progress_to_pb(one) for one in page.modules], next_page_token=page.next_page_token
        )


def progress_to_pb(found: ModuleProgress) -> pb.ModuleProgress:
    """As the contracts carry it."""
    return pb.ModuleProgress(
        module=module_to_pb(found.module),
        units=[
            pb.UnitProgress(
                unit=wire.course_key_to_pb(unit),
                entry_id=str(found.earned[unit]) if unit in found.earned else None,
            )
            for unit in found.module.facts.units
        ],
        is_earned=found.is_earned,
    )


def servicer(pool: Pool, registry: Registry, messages: Messages, identifier: Identifier) -> Servicer:
    """CatalogueService, ready to be served."""
    serving = CatalogueServicer(pool, registry, messages, identifier)
    return Servicer(
        pb.DESCRIPTOR.services_by_name["CatalogueService"].full_name,
        lambda server: pb_grpc.add_CatalogueServiceServicer_to_server(serving, server),
    )
