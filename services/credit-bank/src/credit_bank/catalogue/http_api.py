"""Courses over HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated
from uuid import UUID

from chassis.errors import InvalidField
from chassis.http import CurrentActor, RequestId, item_results
from chassis.messages import Messages
from chassis.pg import Pool
from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from credit_bank import limits
from credit_bank.calendar_th import utc_now
from credit_bank.catalogue import use_cases
from credit_bank.catalogue.domain import CodeSystem, Course, CourseApproval, CourseFacts, normalise_code
from credit_bank.catalogue.keys import ProvisionMode, ScopeTag, ScopeTier
from credit_bank.json_models import (
    AmountBody,
    AmountOut,
    Body,
    CourseKeyBody,
    ListResult,
    ProvenanceBody,
)


class ScopeTagBody(Body):
    """For which tier of the credit bank something is meant; `code` is a level, or two digits of a province."""

    tier: ScopeTier
    code: str = ""

    def to_domain(self) -> ScopeTag:
        """As the use cases know it."""
        return ScopeTag(self.tier, self.code.strip())

    @classmethod
    def of(cls, tag: ScopeTag) -> ScopeTagBody:
        """As shown."""
        return cls(tier=tag.tier, code=tag.code)


class CourseBody(Body):
    """A course to publish. Figures that are not known are left out, never guessed."""

    key: CourseKeyBody
    title_th: str
    title_en: str | None = None
    credits: AmountBody | None = None
    hours_total: Annotated[int | None, Field(ge=-(2**31), lt=2**31)] = None
    tpn: Annotated[str | None, Field(examples=["0-2-1"])] = None
    category: str = ""
    subject_type: str = ""
    subject_group: str = ""
    outcomes: tuple[str, ...] = ()
    provenance: ProvenanceBody
    valid_from: date | None = None
    valid_to: date | None = None
    framework_level: Annotated[int | None, Field(ge=-(2**31), lt=2**31)] = None
    scopes: Annotated[tuple[ScopeTagBody, ...], Field(max_length=100)] = ()
    provision_modes: Annotated[tuple[ProvisionMode, ...], Field(max_length=10)] = ()

    def to_domain(self) -> CourseFacts:
        """As the use cases know it."""
        return CourseFacts(
            key=self.key.to_domain(),
            title_th=self.title_th.strip(),
            title_en=self.title_en,
            unit=None if self.credits is None else self.credits.unit,
            credit_hundredths=None if self.credits is None else self.credits.hundredths,
            hours_total=self.hours_total,
            tpn=self.tpn,
            category=self.category,
            subject_type=self.subject_type,
            subject_group=self.subject_group,
            outcomes=self.outcomes,
            provenance=self.provenance.to_domain(),
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            framework_level=self.framework_level,
            scopes=tuple(tag.to_domain() for tag in self.scopes),
            provision_modes=self.provision_modes,
        )


class ApprovalOut(BaseModel):
    """That a board or agency approved one version of a course."""

    approval_id: UUID
    course_version: int
    body_th: str
    reference: str
    approved_on: date

    @classmethod
    def of(cls, approval: CourseApproval) -> ApprovalOut:
        """As shown."""
        return cls(
            approval_id=approval.approval_id,
            course_version=approval.course_version,
            body_th=approval.body_th,
            reference=approval.reference,
            approved_on=approval.approved_on,
        )


class CourseOut(BaseModel):
    """A course of the catalogue, or as it was when a result was recorded."""

    course_id: UUID
    version: int
    key: CourseKeyBody
    title_th: str
    title_en: str | None
    credits: AmountOut | None
    hours_total: int | None
    tpn: str | None
    category: str
    subject_type: str
    subject_group: str
    outcomes: list[str]
    provenance: ProvenanceBody
    valid_from: date | None
    valid_to: date | None
    framework_level: int | None
    scopes: list[ScopeTagBody]
    provision_modes: list[ProvisionMode]
    approvals: list[ApprovalOut]

    @classmethod
    def of(cls, course: Course, approvals: Sequence[CourseApproval] = ()) -> CourseOut:
        """As shown."""
        facts = course.facts
        return cls(
            course_id=course.course_id,
            version=course.version,
            key=CourseKeyBody.of(facts.key),
            title_th=facts.title_th,
            title_en=facts.title_en,
            credits=AmountOut.of(facts.credit_hundredths, facts.unit),
            hours_total=facts.hours_total,
            tpn=facts.tpn,
            category=facts.category,
            subject_type=facts.subject_type,
            subject_group=facts.subject_group,
            outcomes=list(facts.outcomes),
            provenance=ProvenanceBody.of(facts.provenance),
            valid_from=facts.valid_from,
            valid_to=facts.valid_to,
            framework_level=facts.framework_level,
            scopes=[ScopeTagBody.of(tag) for tag in facts.scopes],
            provision_modes=list(facts.provision_modes),
            approvals=[ApprovalOut.of(approval) for approval in approvals],
        )


class PublishCoursesBody(Body):
    """Courses to publish."""

    courses: Annotated[list[CourseBody], Field(min_length=1, max_length=limits.ITEMS_MAX)]


class CoursePageOut(BaseModel):
    """A page of courses; `next_page_token` is empty on the last one."""

    courses: list[CourseOut]
    next_page_token: str


def _scope(text: str) -> ScopeTag | None:
    try:
        return ScopeTag.of(text) if text else None
    except ValueError:
        raise InvalidField(field="scope", expected="NATIONAL, LEVEL:code or PROVINCE:two digits") from None


def router(pool: Pool, messages: Messages) -> APIRouter:
    """The paths."""
    api = APIRouter(tags=["catalogue"])

    @api.post("/v1/courses")
    async def publish_courses(body: PublishCoursesBody, request_id: RequestId, actor: CurrentActor) -> ListResult:
        """Put courses into the catalogue; the same facts again change nothing."""
        command = use_cases.PublishCourses(request_id, tuple(course.to_domain() for course in body.courses))
        outcomes = await use_cases.publish_courses(pool, command, actor=actor, now=utc_now())
        return ListResult(results=item_results(outcomes, messages))

    @api.get("/v1/courses")
    async def list_courses(
        actor: CurrentActor,
        *,
        code_system: CodeSystem | None = None,
        code: Annotated[list[str], Query()] = [],  # noqa: B006  # FastAPI copies it
        scope: Annotated[str, Query(description="NATIONAL, LEVEL:code or PROVINCE:two digits.")] = "",
        curriculum_version: str = "",
        on_date: date | None = None,
        page_size: int = 0,
        page_token: str = "",
    ) -> CoursePageOut:
        """A page of the catalogue."""
        codes = code if code_system is None else [normalise_code(code_system, text) for text in code]
        page = await use_cases.list_courses(
            pool,
            code_system=code_system,
            codes=codes,
            scope=_scope(scope),
            curriculum_version=curriculum_version,
            on=on_date,
            page_size=page_size,
            page_token=page_token,
            actor=actor,
        )
        return CoursePageOut(
            courses=[CourseOut.of(course, page.approvals.get(course.course_id, ())) for course in page.courses],
            next_page_token=page.next_page_token,
        )

    return api
