"""Previews and accreditations over HTTP."""

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
from credit_bank.actors import FreshestActor
from credit_bank.calendar_th import utc_now
from credit_bank.clients import Registry
from credit_bank.equivalences import accrediting
from credit_bank.equivalences.accreditation import (
    Accreditation,
    AccreditationFacts,
    AccreditationKind,
    AccreditationState,
)
from credit_bank.equivalences.asking import AskPreview, ImaginedResult, preview_transfer
from credit_bank.equivalences.json_models import RuleOut
from credit_bank.equivalences.preview_pb import sentences
from credit_bank.equivalences.previewing import PreviewLine, Verdict
from credit_bank.json_models import AmountOut, Body, CourseKeyBody, ListResult, ProvenanceBody
from credit_bank.rules.domain import EducationForm
from credit_bank.rules.http_api import PolicyRuleOut


class ImaginedBody(Body):
    """A course that somebody has or thinks of taking."""

    course: CourseKeyBody
    point_hundredths: Annotated[
        int | None, Field(ge=-(2**31), lt=2**31, description="Grade point in 1/100; absent: not known yet.")
    ] = None


class PreviewBody(Body):
    """What is asked; without a learner only the imagined courses are looked at."""

    learner_id: UUID | None = None
    imagined: Annotated[tuple[ImaginedBody, ...], Field(max_length=limits.FEW_ITEMS_MAX)] = ()
    institution_id: Annotated[UUID | None, Field(description="The receiving institution.")] = None
    qualification_code: str = ""
    qualification_version: str = ""
    targets: Annotated[tuple[CourseKeyBody, ...], Field(max_length=limits.FEW_ITEMS_MAX)] = ()
    form: EducationForm = EducationForm.FORMAL
    on_date: date | None = None
    purpose: str = ""

    def to_domain(self) -> AskPreview:
        """As the use cases know it."""
        return AskPreview(
            learner_id=self.learner_id,
            imagined=tuple(ImaginedResult(item.course.to_domain(), item.point_hundredths) for item in self.imagined),
            institution_id=self.institution_id,
            qualification_code=self.qualification_code,
            qualification_version=self.qualification_version,
            targets=tuple(key.to_domain() for key in self.targets),
            form=self.form,
            on=self.on_date,
            purpose=self.purpose,
        )


class PreviewLineOut(BaseModel):
    """How one target would fare; a committee decides in the end."""

    target: CourseKeyBody
    title_th: str
    credits: AmountOut | None
    verdict: Verdict
    rule: RuleOut | None
    sources: list[CourseKeyBody]
    source_entry_ids: list[UUID]
    missing: list[CourseKeyBody]
    hours_pct: int | None
    obstacles: list[str]
    notes: list[str]
    explanations_th: list[str]
    policies: list[PolicyRuleOut]

    @classmethod
    def of(cls, line: PreviewLine, messages: Messages) -> PreviewLineOut:
        """As shown."""
        facts = None if line.target is None else line.target.facts
        return cls(
            target=CourseKeyBody.of(line.key),
            title_th="" if facts is None else facts.title_th,
            credits=None if facts is None else AmountOut.of(facts.credit_hundredths, facts.unit),
            verdict=line.verdict,
            rule=None if line.rule is None else RuleOut.of(line.rule),
            sources=[CourseKeyBody.of(source.course) for source in line.sources],
            source_entry_ids=[source.entry_id for source in line.sources if source.entry_id],
            missing=[CourseKeyBody.of(key) for key in line.missing],
            hours_pct=line.hours_pct,
            obstacles=list(line.obstacles),
            notes=list(line.notes),
            explanations_th=sentences(line, messages),
            policies=[PolicyRuleOut.of(rule) for rule in line.policies],
        )


class PreviewOut(BaseModel):
    """Lines by target, and courses looked at for which there is no rule at all."""

    lines: list[PreviewLineOut]
    sources_without_rule: list[CourseKeyBody]


class AccreditationBody(Body):
    """An accreditation to propose: of a source of learning, or of a course."""

    kind: AccreditationKind
    source_institution_id: UUID | None = None
    source_name_th: str = ""
    course: CourseKeyBody | None = None
    body_th: str
    reference: str
    valid_from: date
    valid_to: date | None = None
    provenance: ProvenanceBody

    def to_domain(self) -> AccreditationFacts:
        """As the use cases know it."""
        return AccreditationFacts(
            kind=self.kind,
            source_institution_id=self.source_institution_id,
            source_name_th=self.source_name_th.strip(),
            course=None if self.course is None else self.course.to_domain(),
            body_th=self.body_th.strip(),
            reference=self.reference.strip(),
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            provenance=self.provenance.to_domain(),
        )


class ProposeAccreditationsBody(Body):
    """Accreditations to propose."""

    accreditations: Annotated[list[AccreditationBody], Field(min_length=1, max_length=limits.ITEMS_MAX)]


class DecisionBody(Body):
    """One decision."""

    accreditation_id: UUID
    to_state: AccreditationState
    reason_th: Annotated[str, Field(max_length=2_000, description="Needed to refuse or withdraw.")] = ""


class DecideAccreditationsBody(Body):
    """Decisions."""

    decisions: Annotated[list[DecisionBody], Field(min_length=1, max_length=limits.ITEMS_MAX)]


class AccreditationOut(BaseModel):
    """An accreditation as it stands."""

    accreditation_id: UUID
    kind: AccreditationKind
    source_institution_id: UUID | None
    source_name_th: str
    course: CourseKeyBody | None
    body_th: str
    reference: str
    valid_from: date
    valid_to: date | None
    state: AccreditationState
    provenance: ProvenanceBody

    @classmethod
    def of(cls, accreditation: Accreditation) -> AccreditationOut:
        """As shown."""
        facts = accreditation.facts
        return cls(
            accreditation_id=accreditation.accreditation_id,
            kind=facts.kind,
            source_institution_id=facts.source_institution_id,
            source_name_th=facts.source_name_th,
            course=None if facts.course is None else CourseKeyBody.of(facts.course),
            body_th=facts.body_th,
            reference=facts.reference,
            valid_from=facts.valid_from,
            valid_to=facts.valid_to,
            state=accreditation.state,
            provenance=ProvenanceBody.of(facts.provenance),
        )


class AccreditationPageOut(BaseModel):
    """A page of accreditations; `next_page_token` is empty on the last one."""

    accreditations: list[AccreditationOut]
    next_page_token: str


def router(pool: Pool, registry: Registry, messages: Messages) -> APIRouter:
    """The paths."""
    api = APIRouter(tags=["equivalence rules"])

    @api.post("/v1/transfer-previews")
    async def preview(body: PreviewBody, actor: FreshestActor) -> PreviewOut:
        """Will it transfer? For a learner's verified results, for imagined courses, or for both together."""
        found = await preview_transfer(pool, registry, body.to_domain(), actor=actor, now=utc_now())
        return PreviewOut(
            lines=[PreviewLineOut.of(line, messages) for line in found.lines],
            sources_without_rule=[CourseKeyBody.of(key) for key in found.sources_without_rule],
        )

    @api.post("/v1/accreditations")
    async def propose_accreditations(
        body: ProposeAccreditationsBody, request_id: RequestId, actor: CurrentActor
    ) -> ListResult:
        """Propose that sources of learning or courses be accredited; one says nothing of the other."""
        command = accrediting.ProposeAccreditations(request_id, tuple(item.to_domain() for item in body.accreditations))
        outcomes = await accrediting.propose_accreditations(pool, command, actor=actor, now=utc_now())
        return ListResult(results=item_results(outcomes, messages))

    @api.post("/v1/accreditations/decide")
    async def decide_accreditations(
        body: DecideAccreditationsBody, request_id: RequestId, actor: CurrentActor
    ) -> ListResult:
        """Give, refuse or withdraw accreditations; never by the person who proposed them."""
        command = accrediting.DecideAccreditations(
            request_id,
            tuple(
                accrediting.AccreditationDecision(item.accreditation_id, item.to_state, item.reason_th)
                for item in body.decisions
            ),
        )
        outcomes = await accrediting.decide_accreditations(pool, command, actor=actor, now=utc_now())
        return ListResult(results=item_results(outcomes, messages))

    @api.get("/v1/accreditations")
    async def list_accreditations(
        actor: CurrentActor,
        *,
        kind: AccreditationKind | None = None,
        state: AccreditationState | None = None,
        source_institution_id: UUID | None = None,
        course_code: str = "",
        page_size: int = 0,
        page_token: str = "",
    ) -> AccreditationPageOut:
        """A page of accreditations."""
        page = await accrediting.list_accreditations(
            pool,
            kind=kind,
            state=state,
            source_institution_id=source_institution_id,
            course_code=course_code,
            page_size=page_size,
            page_token=page_token,
            actor=actor,
        )
        return AccreditationPageOut(
            accreditations=[AccreditationOut.of(item) for item in page.accreditations],
            next_page_token=page.next_page_token,
        )

    return api
