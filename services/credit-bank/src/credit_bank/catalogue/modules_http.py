"""Checks and approvals of courses, and modules, over HTTP."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from chassis.http import CurrentActor, RequestId, item_results
from chassis.messages import Messages
from chassis.pg import Pool
from fastapi import APIRouter
from pydantic import BaseModel, Field

from credit_bank import limits
from credit_bank.actors import FreshestActor, UsualPurpose
from credit_bank.calendar_th import utc_now
from credit_bank.catalogue import checking, publishing_modules
from credit_bank.catalogue.domain import CourseApproval
from credit_bank.catalogue.grpc_api import NEW
from credit_bank.catalogue.http_api import PublishCoursesBody, ScopeTagBody
from credit_bank.catalogue.keys import ProvisionMode
from credit_bank.catalogue.module_progress import learner_modules, module_progress
from credit_bank.catalogue.modules import UNITS_MAX, Module, ModuleFacts, ModuleProgress
from credit_bank.clients import Registry
from credit_bank.json_models import Body, CourseKeyBody, ListResult, ProvenanceBody


class CourseFaultOut(BaseModel):
    """One thing that is wrong or odd about a course, with values that would be right."""

    reason: str
    field: str
    explanation_th: str
    suggestions: list[str]
    is_refused: bool


class CourseCheckOut(BaseModel):
    """What is wrong with one course, what refuses it first."""

    index: int
    faults: list[CourseFaultOut]


class CourseChecksOut(BaseModel):
    """What is wrong with each course, in the order of the request."""

    checks: list[CourseCheckOut]


class ApprovalBody(Body):
    """That a board or agency approved one version of a course."""

    course_id: UUID
    course_version: Annotated[int, Field(ge=1, lt=2**31)]
    body_th: Annotated[str, Field(examples=["คณะกรรมการสถานศึกษาขั้นพื้นฐาน"])]
    reference: str
    approved_on: date

    def to_domain(self) -> CourseApproval:
        """As the use cases know it."""
        return CourseApproval(
            NEW, self.course_id, self.course_version, self.body_th.strip(), self.reference.strip(), self.approved_on
        )


class ApproveCoursesBody(Body):
    """Approvals to record."""

    approvals: Annotated[list[ApprovalBody], Field(min_length=1, max_length=limits.ITEMS_MAX)]


class ModuleBody(Body):
    """A module to publish; without `min_units` all units are needed."""

    code: str
    owner_institution_id: UUID | None = None
    title_th: str
    units: Annotated[tuple[CourseKeyBody, ...], Field(max_length=UNITS_MAX)]
    min_units: Annotated[int | None, Field(ge=0, lt=2**31)] = None
    is_block: bool = False
    leads_to_course: CourseKeyBody | None = None
    leads_to_qualification_code: str = ""
    leads_to_qualification_version: str = ""
    scopes: Annotated[tuple[ScopeTagBody, ...], Field(max_length=100)] = ()
    provision_modes: Annotated[tuple[ProvisionMode, ...], Field(max_length=10)] = ()
    provenance: ProvenanceBody

    def to_domain(self) -> ModuleFacts:
        """As the use cases know it."""
        return ModuleFacts(
            code=self.code.strip(),
            owner_institution_id=self.owner_institution_id,
            title_th=self.title_th.strip(),
            units=tuple(key.to_domain() for key in self.units),
            min_units=self.min_units or len(self.units),
            is_block=self.is_block,
            leads_to_course=None if self.leads_to_course is None else self.leads_to_course.to_domain(),
            leads_to_qualification=(self.leads_to_qualification_code, self.leads_to_qualification_version),
            scopes=tuple(tag.to_domain() for tag in self.scopes),
            provision_modes=self.provision_modes,
            provenance=self.provenance.to_domain(),
        )


class PublishModulesBody(Body):
    """Modules to publish."""

    modules: Annotated[list[ModuleBody], Field(min_length=1, max_length=limits.FEW_ITEMS_MAX)]


class ModuleOut(BaseModel):
    """A module in its newest version."""

    module_id: UUID
    version: int
    code: str
    owner_institution_id: UUID | None
    title_th: str
    units: list[CourseKeyBody]
    min_units: int
    is_block: bool
    leads_to_course: CourseKeyBody | None
    leads_to_qualification_code: str
    leads_to_qualification_version: str
    scopes: list[ScopeTagBody]
    provision_modes: list[ProvisionMode]
    provenance: ProvenanceBody

    @classmethod
    def of(cls, module: Module) -> ModuleOut:
        """As shown."""
        facts = module.facts
        return cls(
            module_id=module.module_id,
            version=module.version,
            code=facts.code,
            owner_institution_id=facts.owner_institution_id,
            title_th=facts.title_th,
            units=[CourseKeyBody.of(key) for key in facts.units],
            min_units=facts.min_units,
            is_block=facts.is_block,
            leads_to_course=None if facts.leads_to_course is None else CourseKeyBody.of(facts.leads_to_course),
            leads_to_qualification_code=facts.leads_to_qualification[0],
            leads_to_qualification_version=facts.leads_to_qualification[1],
            scopes=[ScopeTagBody.of(tag) for tag in facts.scopes],
            provision_modes=list(facts.provision_modes),
            provenance=ProvenanceBody.of(facts.provenance),
        )


class ModulePageOut(BaseModel):
    """A page of modules; `next_page_token` is empty on the last one."""

    modules: list[ModuleOut]
    next_page_token: str


class UnitProgressOut(BaseModel):
    """One unit of a module for one learner; without an entry it is not earned yet."""

    unit: CourseKeyBody
    entry_id: UUID | None


class ModuleProgressOut(BaseModel):
    """A learner's progress in a module."""

    module: ModuleOut
    units: list[UnitProgressOut]
    is_earned: bool

    @classmethod
    def of(cls, found: ModuleProgress) -> ModuleProgressOut:
        """As shown."""
        return cls(
            module=ModuleOut.of(found.module),
            units=[
                UnitProgressOut(unit=CourseKeyBody.of(unit), entry_id=found.earned.get(unit))
                for unit in found.module.facts.units
            ],
            is_earned=found.is_earned,
        )


class LearnerModulesOut(BaseModel):
    """Modules of which a learner earned a unit; `next_page_token` is empty on the last page."""

    modules: list[ModuleProgressOut]
    next_page_token: str


def router(pool: Pool, registry: Registry, messages: Messages) -> APIRouter:
    """The paths."""
    api = APIRouter(tags=["catalogue"])

    @api.post("/v1/courses/check")
    async def check_courses(body: PublishCoursesBody, actor: CurrentActor) -> CourseChecksOut:
        """Everything that is wrong or odd about courses, in Thai, with what would be right; nothing is kept."""
        checks = await checking.check_courses(pool, [course.to_domain() for course in body.courses], actor=actor)
        return CourseChecksOut(
            checks=[
                CourseCheckOut(
                    index=index,
                    faults=[
                        CourseFaultOut(
                            reason=fault.reason,
                            field=fault.field,
                            explanation_th=messages.sentence(fault.reason),
                            suggestions=[text for text in fault.suggestion.split(" / ") if text],
                            is_refused=fault.is_refused,
                        )
                        for fault in faults
                    ],
                )
                for index, faults in enumerate(checks)
            ]
        )

    @api.post("/v1/courses/approve")
    async def approve_courses(body: ApproveCoursesBody, request_id: RequestId, actor: CurrentActor) -> ListResult:
        """Record that a board or agency approved versions of courses; never by who published them."""
        command = checking.ApproveCourses(request_id, tuple(item.to_domain() for item in body.approvals))
        outcomes = await checking.approve_courses(pool, command, actor=actor, now=utc_now())
        return ListResult(results=item_results(outcomes, messages))

    @api.post("/v1/modules")
    async def publish_modules(body: PublishModulesBody, request_id: RequestId, actor: CurrentActor) -> ListResult:
        """Put modules into the catalogue; the same content again changes nothing."""
        command = publishing_modules.PublishModules(request_id, tuple(item.to_domain() for item in body.modules))
        outcomes = await publishing_modules.publish_modules(pool, command, actor=actor, now=utc_now())
        return ListResult(results=item_results(outcomes, messages))

    @api.get("/v1/modules")
    async def list_modules(
        actor: CurrentActor,
        unit_code: str = "",
        owner_institution_id: UUID | None = None,
        page_size: int = 0,
        page_token: str = "",
    ) -> ModulePageOut:
        """A page of modules."""
        page = await publishing_modules.list_modules(
            pool,
            unit_code=unit_code,
            owner_institution_id=owner_institution_id,
            page_size=page_size,
            page_token=page_token,
            actor=actor,
        )
        return ModulePageOut(
            modules=[ModuleOut.of(module) for module in page.modules], next_page_token=page.next_page_token
        )

    @api.get("/v1/modules/{module_id}/learners/{learner_id}")
    async def progress(
        module_id: UUID, learner_id: UUID, actor: FreshestActor, purpose: UsualPurpose = ""
    ) -> ModuleProgressOut:
        """Which units of a module a learner has earned."""
        found = await module_progress(
            pool, registry, module_id, learner_id, purpose=purpose, actor=actor, now=utc_now()
        )
        return ModuleProgressOut.of(found)

    @api.get("/v1/learners/{learner_id}/modules")
    async def modules_of_learner(
        *, learner_id: UUID, actor: FreshestActor, purpose: UsualPurpose = "", page_size: int = 0, page_token: str = ""
    ) -> LearnerModulesOut:
        """Modules of which a learner has earned at least one unit, with what is earned of each."""
        page = await learner_modules(
            pool,
            registry,
            learner_id,
            purpose=purpose,
            page_size=page_size,
            page_token=page_token,
            actor=actor,
            now=utc_now(),
        )
        return LearnerModulesOut(
            modules=[ModuleProgressOut.of(one) for one in page.modules], next_page_token=page.next_page_token
        )

    return api
