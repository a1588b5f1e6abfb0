"""Transfer cases over HTTP."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from chassis.http import CurrentActor, FreshActor, RequestId, item_results
from chassis.messages import Messages
from chassis.pg import Pool
from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from credit_bank.calendar_th import utc_now
from credit_bank.clients import Registry
from credit_bank.json_models import AmountOut, Body, CourseKeyBody, ListResult, ProvenanceBody
from credit_bank.transfers import reading, use_cases
from credit_bank.transfers.domain import (
    REASON_CHARACTERS_MAX,
    Applicant,
    CaseLine,
    CaseResult,
    CaseState,
    Ground,
    LineState,
    RejectionReason,
    TransferCase,
    Vote,
)
from credit_bank.transfers.opening import CaseProposal, LineProposal


class LineIn(Body):
    """Source entries proposed for a target course."""

    source_entry_ids: Annotated[list[UUID], Field(min_length=1, max_length=use_cases.SOURCES_MAX)]
    target: CourseKeyBody


class CaseIn(Body):
    """A case to open on the learner's dated request."""

    learner_id: UUID
    ground: Ground
    partnership_id: Annotated[UUID | None, Field(description="When the ground is PARTNERSHIP.")] = None
    committee_id: UUID
    requested_on: date
    requested_by: Applicant
    qualification_code: Annotated[str, Field(min_length=1, max_length=100)]
    qualification_version: Annotated[str, Field(min_length=1, max_length=100)]
    lines: Annotated[list[LineIn], Field(min_length=1, max_length=use_cases.LINES_MAX)]

    def to_domain(self) -> CaseProposal:
        """As the use case knows it."""
        return CaseProposal(
            learner_id=self.learner_id,
            ground=self.ground,
            partnership_id=self.partnership_id,
            committee_id=self.committee_id,
            requested_on=self.requested_on,
            requested_by=self.requested_by,
            qualification_code=self.qualification_code,
            qualification_version=self.qualification_version,
            lines=tuple(LineProposal(tuple(line.source_entry_ids), line.target.to_domain()) for line in self.lines),
        )


class CasesIn(Body):
    """Cases of one call."""

    cases: Annotated[list[CaseIn], Field(min_length=1, max_length=use_cases.CASES_MAX)]


class CaseIdsIn(Body):
    """Cases of one call, by id."""

    case_ids: Annotated[list[UUID], Field(min_length=1, max_length=use_cases.CASES_MAX)]


class VoteIn(Body):
    """One member's opinion on one line; a rejection needs code and sentence."""

    line_id: UUID
    is_accepted: bool
    reason_code: RejectionReason | None = None
    reason_th: Annotated[
        str, Field(max_length=REASON_CHARACTERS_MAX, description="Sentence for the applicant, in Thai.")
    ] = ""

    def to_domain(self) -> Vote:
        """As the use case knows it; what an accepting vote says of reasons is left out."""
        if self.is_accepted:
            return Vote(self.line_id, is_accepted=True, reason_code=None, reason_th="")
        return Vote(self.line_id, is_accepted=False, reason_code=self.reason_code, reason_th=self.reason_th.strip())


class VotesIn(Body):
    """Votes of one call."""

    votes: Annotated[list[VoteIn], Field(min_length=1, max_length=use_cases.VOTES_MAX)]


class LineInputOut(BaseModel):
    """What was proposed."""

    source_entry_ids: list[UUID]
    target: CourseKeyBody


class LineOut(BaseModel):
    """A line; without `rule_id` no published rule covers it."""

    line_id: UUID
    input: LineInputOut
    state: LineState
    rule_id: UUID | None
    rule_version: int | None
    rule_provenance: ProvenanceBody | None
    hours_pct: int | None
    credits: AmountOut | None
    reason_code: str
    reason_th: str
    journal_id: UUID | None

    @classmethod
    def of(cls, line: CaseLine) -> LineOut:
        """As shown."""
        return cls(
            line_id=line.line_id,
            input=LineInputOut(source_entry_ids=list(line.source_entry_ids), target=CourseKeyBody.of(line.target)),
            state=line.state,
            rule_id=None if line.rule is None else line.rule.rule_id,
            rule_version=None if line.rule is None else line.rule.version,
            rule_provenance=None if line.rule is None else ProvenanceBody.of(line.rule.provenance),
            hours_pct=line.hours_pct,
            credits=AmountOut.of(line.credit_hundredths, line.unit),
            reason_code=line.reason_code,
            reason_th=line.reason_th,
            journal_id=line.journal_id,
        )


class CaseOut(BaseModel):
    """A transfer case; `result` is empty until it is decided."""

    case_id: UUID
    learner_id: UUID
    institution_id: UUID
    ground: Ground
    partnership_id: UUID | None
    committee_id: UUID
    state: CaseState
    result: CaseResult | None
    requested_on: date
    submitted_at: datetime
    due_on: date
    lines: list[LineOut]
    qualification_code: str
    qualification_version: str

    @classmethod
    def of(cls, case: TransferCase) -> CaseOut:
        """As shown."""
        return cls(
            case_id=case.case_id,
            learner_id=case.learner_id,
            institution_id=case.institution_id,
            ground=case.ground,
            partnership_id=case.partnership_id,
            committee_id=case.committee_id,
            state=case.state,
            result=case.result,
            requested_on=case.requested_on,
            submitted_at=case.submitted_at,
            due_on=case.due_on,
            lines=[LineOut.of(line) for line in case.lines],
            qualification_code=case.qualification_code,
            qualification_version=case.qualification_version,
        )


class CasePageOut(BaseModel):
    """A page of cases, newest first; `next_page_token` is empty on the last page."""

    transfer_cases: list[CaseOut]
    next_page_token: str
    total: int


def router(pool: Pool, registry: Registry, messages: Messages) -> APIRouter:
    """The paths of transfer cases."""
    api = APIRouter(prefix="/v1/transfer-cases", tags=["transfers"])
    _add_steps(api, pool, registry, messages)

    @api.get("")
    async def list_cases(
        actor: CurrentActor,
        state: CaseState | None = None,
        learner_id: Annotated[list[UUID] | None, Query(description="Only of these learners.")] = None,
        page_size: int = 0,
        page_token: str = "",
    ) -> CasePageOut:
        """Cases of the caller's institution or committee, or the learner's own; newest first."""
        page = await reading.list_transfer_cases(
            pool,
            reading.filter_of(state, learner_id or []),
            page_size=page_size,
            page_token=page_token,
            actor=actor,
            now=utc_now(),
        )
        return CasePageOut(
            transfer_cases=[CaseOut.of(case) for case in page.cases],
            next_page_token=page.next_page_token,
            total=page.total,
        )

    @api.get("/{case_id}")
    async def get_case(case_id: UUID, actor: CurrentActor) -> CaseOut:
        """One case with its lines, their rules and their reasons."""
        return CaseOut.of(await reading.get_transfer_case(pool, case_id, actor=actor, now=utc_now()))

    return api


def _add_steps(api: APIRouter, pool: Pool, registry: Registry, messages: Messages) -> None:
    @api.post("")
    async def open_cases(body: CasesIn, actor: CurrentActor, request_id: RequestId) -> ListResult:
        """Open and submit cases on learners' dated requests; their source entries are reserved."""
        command = use_cases.OpenTransferCases(request_id, tuple(case.to_domain() for case in body.cases))
        outcomes = await use_cases.open_transfer_cases(pool, registry, command, actor=actor, now=utc_now())
        return ListResult(results=item_results(outcomes, messages))

    @api.post("/begin-review")
    async def begin_review(body: CaseIdsIn, actor: CurrentActor, request_id: RequestId) -> ListResult:
        """Accept submitted cases for review by the committee."""
        command = use_cases.BeginReviews(request_id, tuple(body.case_ids))
        outcomes = await use_cases.begin_reviews(pool, command, actor=actor, now=utc_now())
        return ListResult(results=item_results(outcomes, messages))

    @api.post("/votes")
    async def cast_votes(body: VotesIn, actor: CurrentActor, request_id: RequestId) -> ListResult:
        """Cast the caller's votes as a member of the committee."""
        command = use_cases.CastVotes(request_id, tuple(vote.to_domain() for vote in body.votes))
        outcomes = await use_cases.cast_votes(pool, command, actor=actor, now=utc_now())
        return ListResult(results=item_results(outcomes, messages))

    @api.post("/decide")
    async def decide(body: CaseIdsIn, actor: CurrentActor, request_id: RequestId) -> ListResult:
        """Close the vote: quorum and majority on every line."""
        command = use_cases.DecideCases(request_id, tuple(body.case_ids))
        outcomes = await use_cases.decide_cases(pool, command, actor=actor, now=utc_now())
        return ListResult(results=item_results(outcomes, messages))

    @api.post("/post")
    async def post(body: CaseIdsIn, actor: FreshActor, request_id: RequestId) -> ListResult:
        """Post accepted lines into the learners' qualification accounts; needs student-registry to answer."""
        command = use_cases.PostCases(request_id, tuple(body.case_ids))
        outcomes = await use_cases.post_cases(pool, registry, command, actor=actor, now=utc_now())
        return ListResult(results=item_results(outcomes, messages))
