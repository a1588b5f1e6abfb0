"""Files, letters and precedents of cases, and cases for a class, over HTTP."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from chassis.http import CurrentActor, RequestId
from chassis.messages import Messages
from chassis.pg import Pool
from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field

from credit_bank.calendar_th import thai_date, utc_now
from credit_bank.json_models import AmountOut, Body, CourseKeyBody
from credit_bank.transfers import batches, files, use_cases
from credit_bank.transfers.domain import Applicant, CaseResult, Ground, LineState


class LetterLineOut(BaseModel):
    """A line in a letter."""

    target_code: str
    target_title_th: str
    credits: AmountOut | None
    state: LineState
    reason_code: str
    reason_th: str
    sources_th: list[str]


class LetterOut(BaseModel):
    """What the letter about a decision says; the name is added by whoever prints it and may know it."""

    case_id: UUID
    learner_id: UUID
    institution_id: UUID
    institution_name_th: str
    committee_order_no: str
    requested_on: date
    decided_on: date
    result: CaseResult
    lines: list[LetterLineOut]
    appeal_until: date | None
    policy_rules: list[str]
    qualification_code: str
    qualification_version: str

    @classmethod
    def of(cls, letter: files.DecisionLetter) -> LetterOut:
        """As shown."""
        return cls(
            case_id=letter.case_id,
            learner_id=letter.learner_id,
            institution_id=letter.institution_id,
            institution_name_th=letter.institution_name_th,
            committee_order_no=letter.committee_order_no,
            requested_on=letter.requested_on,
            decided_on=letter.decided_on,
            result=letter.result,
            lines=[
                LetterLineOut(
                    target_code=line.target_code,
                    target_title_th=line.target_title_th,
                    credits=AmountOut.of(line.credit_hundredths, line.unit),
                    state=line.state,
                    reason_code=line.reason_code,
                    reason_th=line.reason_th,
                    sources_th=list(line.sources_th),
                )
                for line in letter.lines
            ],
            appeal_until=letter.appeal_until,
            policy_rules=list(letter.policy_rules),
            qualification_code=letter.qualification_code,
            qualification_version=letter.qualification_version,
        )


class PrecedentsIn(Body):
    """A question that committees may have decided before."""

    sources: Annotated[list[CourseKeyBody], Field(min_length=1, max_length=use_cases.SOURCES_MAX)]
    target: CourseKeyBody
    page_size: int = 0


class PrecedentOut(BaseModel):
    """How a committee decided it."""

    institution_id: UUID
    institution_name_th: str
    decided_on: date
    state: LineState
    mode: str
    reason_code: str
    rule_id: UUID | None


class PrecedentsOut(BaseModel):
    """Precedents, newest first, and how many there are in all."""

    precedents: list[PrecedentOut]
    accepted: int
    rejected: int


class BatchLineIn(Body):
    """What to ask for each learner; sources are found among the verified results."""

    sources: Annotated[list[CourseKeyBody], Field(min_length=1, max_length=use_cases.SOURCES_MAX)]
    target: CourseKeyBody


class SchoolClassIn(Body):
    """Everybody enrolled in a grade of a school."""

    institution_id: UUID
    grade_label: Annotated[str, Field(min_length=1, max_length=50)]
    programme_code: Annotated[str, Field(max_length=100)] = ""


class BatchIn(Body):
    """Cases for many learners: those named, or a class."""

    learner_ids: Annotated[list[UUID], Field(default_factory=list[UUID], max_length=batches.LEARNERS_MAX)]
    school_class: SchoolClassIn | None = None
    ground: Ground
    partnership_id: UUID | None = None
    committee_id: UUID | None = None
    requested_on: date
    requested_by: Applicant
    qualification_code: Annotated[str, Field(min_length=1, max_length=100)]
    qualification_version: Annotated[str, Field(min_length=1, max_length=100)]
    lines: Annotated[list[BatchLineIn], Field(min_length=1, max_length=use_cases.LINES_MAX)]

    def to_domain(self, request_id: UUID) -> batches.StartCaseBatch:
        """As the use case knows it."""
        wanted = self.school_class
        return batches.StartCaseBatch(
            request_id=request_id,
            learner_ids=tuple(self.learner_ids),
            school_class=wanted
            and batches.SchoolClass(wanted.institution_id, wanted.grade_label, wanted.programme_code),
            ground=self.ground,
            partnership_id=self.partnership_id,
            committee_id=self.committee_id,
            requested_on=self.requested_on,
            requested_by=self.requested_by,
            qualification_code=self.qualification_code,
            qualification_version=self.qualification_version,
            lines=tuple(
                batches.BatchLine(tuple(key.to_domain() for key in line.sources), line.target.to_domain())
                for line in self.lines
            ),
        )


class StartedOut(BaseModel):
    """A batch that was begun."""

    batch_id: UUID
    total: int
    already_done: bool


class BatchItemOut(BaseModel):
    """What became of one learner: WAITING, OPENED, ALREADY_OPEN or REFUSED."""

    learner_id: UUID
    state: str
    case_id: UUID | None
    reason: str


class BatchOut(BaseModel):
    """How far a batch is, and a page of its learners."""

    batch_id: UUID
    state: str
    reason: Annotated[str, Field(description="Why it was set aside (FAILED); empty otherwise.")]
    title_th: Annotated[str, Field(description="The reason in words; empty where there is none.")]
    total: int
    done: int
    opened: int
    refused: int
    items: list[BatchItemOut]
    next_page_token: str


class BatchSummaryOut(BaseModel):
    """A batch in a list, and how far it is."""

    batch_id: UUID
    started_at: datetime
    finished_at: datetime | None
    state: str
    reason: str
    total: int
    done: int
    opened: int
    refused: int


class BatchListOut(BaseModel):
    """A page of batches, newest first; `next_page_token` is empty on the last page."""

    batches: list[BatchSummaryOut]
    next_page_token: str


def add_files(api: APIRouter, pool: Pool) -> None:
    """The paths of files, letters and precedents."""

    @api.get("/{case_id}/file", response_class=HTMLResponse)
    async def get_file(case_id: UUID, actor: CurrentActor) -> HTMLResponse:
        """The whole case as one page to print."""
        found = await files.get_case_file(pool, case_id, actor=actor, now=utc_now())
        policy = "default-src 'none'; style-src 'unsafe-inline'"
        return HTMLResponse(found.html, headers={"Content-Security-Policy": policy, "Cache-Control": "no-store"})

    @api.get("/{case_id}/file.json")
    async def get_file_data(case_id: UUID, actor: CurrentActor) -> Response:
        """The whole case as data; `Digest` holds its SHA-256."""
        found = await files.get_case_file(pool, case_id, actor=actor, now=utc_now())
        headers = {"Digest": f"sha-256={found.sha256.hex()}", "Cache-Control": "no-store"}
        return Response(found.document, media_type="application/json", headers=headers)

    @api.get("/{case_id}/decision-letter")
    async def get_letter(case_id: UUID, actor: CurrentActor) -> LetterOut:
        """What the letter about the decision says."""
        return LetterOut.of(await files.get_decision_letter(pool, case_id, actor=actor, now=utc_now()))

    @api.post("/precedents")
    async def list_precedents(body: PrecedentsIn, actor: CurrentActor) -> PrecedentsOut:
        """How committees decided the same question before; no learner and no case is named."""
        found = await files.list_precedents(
            pool,
            [key.to_domain() for key in body.sources],
            body.target.to_domain(),
            page_size=body.page_size,
            actor=actor,
        )
        return PrecedentsOut(
            precedents=[
                PrecedentOut(
                    institution_id=one.institution_id,
                    institution_name_th=one.institution_name_th,
                    decided_on=thai_date(one.decided_at),
                    state=one.state,
                    mode=one.mode,
                    reason_code=one.reason_code,
                    rule_id=one.rule_id,
                )
                for one in found.found
            ],
            accepted=found.accepted,
            rejected=found.rejected,
        )


def add_batches(api: APIRouter, pool: Pool, messages: Messages) -> None:
    """The paths of cases for a class."""

    @api.post("/batches")
    async def start_batch(body: BatchIn, actor: CurrentActor, request_id: RequestId) -> StartedOut:
        """Begin cases for many learners; the work goes on after the call."""
        begun = await batches.start_case_batch(pool, body.to_domain(request_id), actor=actor, now=utc_now())
        return StartedOut(batch_id=begun.batch_id, total=begun.total, already_done=begun.already_done)

    @api.get("/batches")
    async def list_batches(actor: CurrentActor, page_size: int = 0, page_token: str = "") -> BatchListOut:
        """Batches of the caller's institution, newest first, and how far each is."""
        page = await batches.list_case_batches(pool, page_size=page_size, page_token=page_token, actor=actor)
        return BatchListOut(
            batches=[
                BatchSummaryOut(
                    batch_id=one.batch_id,
                    started_at=one.started_at,
                    finished_at=one.finished_at,
                    state=one.counts.state,
                    reason=one.counts.reason,
                    total=one.counts.total,
                    done=one.counts.done,
                    opened=one.counts.opened,
                    refused=one.counts.refused,
                )
                for one in page.batches
            ],
            next_page_token=page.next_page_token,
        )

    @api.get("/batches/{batch_id}")
    async def get_batch(batch_id: UUID, actor: CurrentActor, page_size: int = 0, page_token: str = "") -> BatchOut:
        """How far a batch is, and what became of each learner."""
        page = await batches.get_case_batch(pool, batch_id, page_size=page_size, page_token=page_token, actor=actor)
        return BatchOut(
            batch_id=page.batch_id,
            state=page.counts.state,
            reason=page.counts.reason,
            title_th=messages.sentence(page.counts.reason) if page.counts.reason else "",
            total=page.counts.total,
            done=page.counts.done,
            opened=page.counts.opened,
            refused=page.counts.refused,
            items=[
                BatchItemOut(learner_id=item.learner_id, state=item.state, case_id=item.case_id, reason=item.reason)
                for item in page.items
            ],
            next_page_token=page.next_page_token,
        )
