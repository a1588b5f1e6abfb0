"""Results over HTTP, one by one and by file."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from chassis.errors import InvalidField
from chassis.http import UPLOAD_BYTES_MAX, CurrentActor, RequestId, item_results
from chassis.messages import Messages
from chassis.pg import Pool
from chassis.tabular import BYTES_MAX
from fastapi import APIRouter, File, Form, Query, UploadFile
from pydantic import BaseModel, Field

from credit_bank import limits
from credit_bank.calendar_th import utc_now
from credit_bank.catalogue.http_api import CourseOut
from credit_bank.clients import Registry
from credit_bank.json_models import AmountOut, Body, CourseKeyBody, ListResult, ProvenanceBody
from credit_bank.provenance import SOURCE_CHARACTERS_MAX
from credit_bank.recording import importing, use_cases
from credit_bank.recording.domain import (
    Entry,
    EntryState,
    Evidence,
    ResultInput,
    ReturnReason,
    SourceMode,
    is_sha256,
)

Text = Annotated[str, Field(max_length=300)]
EntryIds = Annotated[list[UUID], Field(min_length=1, max_length=limits.ITEMS_MAX)]


class EvidenceBody(Body):
    """A document or file that supports a result: a SHA-256, a document number, or both."""

    kind: Annotated[str, Field(min_length=1, max_length=100, examples=["ASSESSMENT_SHEET"])]
    sha256_hex: str = ""
    document_no: Text = ""

    def to_domain(self) -> Evidence:
        """As the use cases know it.

        Raises:
            InvalidField: It names neither a file nor a document.
        """
        sha256_hex = self.sha256_hex.lower()
        if not (sha256_hex or self.document_no) or (sha256_hex and not is_sha256(sha256_hex)):
            raise InvalidField(field="evidence", expected="a kind, and a SHA-256 or a document number")
        return Evidence(self.kind, sha256_hex, self.document_no)


class ResultBody(Body):
    """A result to record."""

    learner_id: UUID
    course: CourseKeyBody
    year_be: Annotated[int, Field(description="Academic year, Buddhist Era.", examples=[2568])]
    term: int
    attempt: int = 1
    grade_scheme: Annotated[str, Field(examples=["OBEC_8_LEVEL"])]
    grade_label: Annotated[str, Field(max_length=50, examples=["3.5"])]
    source_mode: SourceMode
    taught_by_institution_id: UUID | None = None
    offering_id: UUID | None = None
    evidence: tuple[EvidenceBody, ...] = ()
    provenance: ProvenanceBody

    def to_domain(self) -> ResultInput:
        """As the use cases know it."""
        return ResultInput(
            learner_id=self.learner_id,
            course=self.course.to_domain(),
            year_be=self.year_be,
            term=self.term,
            attempt=self.attempt or 1,
            grade_scheme=self.grade_scheme,
            grade_label=self.grade_label,
            source_mode=self.source_mode,
            taught_by_institution_id=self.taught_by_institution_id,
            offering_id=self.offering_id,
            evidence=tuple(item.to_domain() for item in self.evidence),
            provenance=self.provenance.to_domain(),
        )


class RecordResultsBody(Body):
    """Results to record."""

    results: Annotated[list[ResultBody], Field(min_length=1, max_length=limits.ITEMS_MAX)]


class VerifyResultsBody(Body):
    """Entries to verify."""

    entry_ids: EntryIds


class ReturnResultsBody(Body):
    """Entries to send back."""

    entry_ids: EntryIds
    reason_code: ReturnReason


class EntryOut(BaseModel):
    """One result with its course as it was when recorded."""

    entry_id: UUID
    learner_id: UUID
    issuer_institution_id: UUID
    course: CourseOut
    year_be: int
    term: int
    attempt: int
    grade_scheme: str
    grade_code: str
    grade_label: str
    credits_attempted: AmountOut | None
    credits_earned: AmountOut | None
    source_mode: SourceMode
    taught_by_institution_id: UUID | None
    state: EntryState
    return_reason_code: ReturnReason | None
    verified_at: datetime | None
    evidence: list[EvidenceBody]
    provenance: ProvenanceBody

    @classmethod
    def of(cls, entry: Entry) -> EntryOut:
        """As shown."""
        return cls(
            entry_id=entry.entry_id,
            learner_id=entry.learner_id,
            issuer_institution_id=entry.issuer_institution_id,
            course=CourseOut.of(entry.course),
            year_be=entry.year_be,
            term=entry.term,
            attempt=entry.attempt,
            grade_scheme=entry.grade.scheme,
            grade_code=entry.grade.code,
            grade_label=entry.grade.label,
            credits_attempted=AmountOut.of(entry.attempted_hundredths, entry.unit),
            credits_earned=AmountOut.of(entry.earned_hundredths, entry.unit),
            source_mode=entry.source_mode,
            taught_by_institution_id=entry.taught_by_institution_id,
            state=entry.state,
            return_reason_code=entry.return_reason if entry.state is EntryState.RETURNED else None,
            verified_at=None if entry.verified is None else entry.verified.at,
            evidence=[
                EvidenceBody(kind=item.kind, sha256_hex=item.sha256_hex, document_no=item.document_no)
                for item in entry.evidence
            ],
            provenance=ProvenanceBody.of(entry.provenance),
        )


class EntryPageOut(BaseModel):
    """A page of entries; `next_page_token` is empty on the last one."""

    entries: list[EntryOut]
    next_page_token: str
    total: int


class RejectedCell(BaseModel):
    """Why a row, or one cell of it, is not in. Numbers of persons are shown by their last four at most."""

    row: int
    column: str | None
    masked_value: str | None
    reason: str
    title_th: str


class ImportReportOut(BaseModel):
    """What became of a file; `accepted` counts rows that are in, those known before among them."""

    import_id: UUID
    layout: str
    encoding: str
    is_dry_run: bool
    row_count: int
    accepted: int
    already_known: int
    rejected: int
    rows: list[RejectedCell]

    @classmethod
    def of(cls, report: importing.ImportReport, messages: Messages) -> ImportReportOut:
        """As shown, with a Thai sentence for each reason."""
        return cls(
            import_id=report.import_id,
            layout=report.layout,
            encoding=report.encoding,
            is_dry_run=report.is_dry_run,
            row_count=report.row_count,
            accepted=report.accepted,
            already_known=report.already_known,
            rejected=report.rejected,
            rows=[
                RejectedCell(
                    row=fault.row,
                    column=fault.column,
                    masked_value=fault.masked_value,
                    reason=fault.reason,
                    title_th=messages.sentence(fault.reason),
                )
                for fault in report.rows
            ],
        )


def router(pool: Pool, registry: Registry, messages: Messages) -> APIRouter:
    """The paths."""
    api = APIRouter(tags=["recording"])

    @api.post("/v1/entries")
    async def record_results(body: RecordResultsBody, request_id: RequestId, actor: CurrentActor) -> ListResult:
        """Record results of the caller's institution; they wait for a second person."""
        command = use_cases.RecordResults(request_id, tuple(result.to_domain() for result in body.results))
        outcomes = await use_cases.record_results(pool, registry, command, actor=actor, now=utc_now())
        return ListResult(results=item_results(outcomes, messages))

    @api.post("/v1/entries/verify")
    async def verify_results(body: VerifyResultsBody, request_id: RequestId, actor: CurrentActor) -> ListResult:
        """Verify submitted results; whoever recorded one does not verify it."""
        command = use_cases.VerifyResults(request_id, tuple(body.entry_ids))
        outcomes = await use_cases.verify_results(pool, command, actor=actor, now=utc_now())
        return ListResult(results=item_results(outcomes, messages))

    @api.post("/v1/entries/return")
    async def return_results(body: ReturnResultsBody, request_id: RequestId, actor: CurrentActor) -> ListResult:
        """Send submitted results back to the recorder with a reason."""
        command = use_cases.ReturnResults(request_id, tuple(body.entry_ids), body.reason_code)
        outcomes = await use_cases.return_results(pool, command, actor=actor, now=utc_now())
        return ListResult(results=item_results(outcomes, messages))

    @api.get("/v1/entries")
    async def list_entries(
        actor: CurrentActor,
        learner_id: Annotated[tuple[UUID, ...], Query()] = (),
        state: EntryState | None = None,
        page_size: int = 0,
        page_token: str = "",
    ) -> EntryPageOut:
        """A page of the entries that the caller's institution issued."""
        page = await use_cases.list_entries(
            pool, learner_ids=learner_id, state=state, page_size=page_size, page_token=page_token, actor=actor
        )
        return EntryPageOut(
            entries=[EntryOut.of(entry) for entry in page.entries],
            next_page_token=page.next_page_token,
            total=page.total,
        )

    @api.post("/v1/result-imports", max_body_size=UPLOAD_BYTES_MAX)
    async def import_results(
        *,
        file: Annotated[UploadFile, File(description="CSV or XLSX.")],
        institution_id: Annotated[UUID | None, Form(description="The caller's own when absent.")] = None,
        layout: Annotated[str, Form()] = "nuaikit-results-1",
        encoding: Annotated[str | None, Form(description="utf-8 or cp874; detected when absent.")] = None,
        source: Annotated[str | None, Form(min_length=1, max_length=SOURCE_CHARACTERS_MAX)] = None,
        data_status: Annotated[Literal["confirmed", "assumed", "demonstration"], Form()] = "assumed",
        dry_run: Annotated[bool, Query(description="Say what would happen and change nothing.")] = False,
        request_id: RequestId,
        actor: CurrentActor,
    ) -> ImportReportOut:
        """Bring in a file of results: the good rows are in whatever the others are."""
        command = importing.ImportResults(
            request_id=request_id,
            institution_id=institution_id or actor.at(),
            layout=layout,
            # One byte more than is allowed is enough to know that it is too much.
            content=await file.read(BYTES_MAX + 1),
            encoding=encoding,
            source=source,
            data_status=data_status,
            is_dry_run=dry_run,
        )
        report = await importing.import_results(pool, registry, command, actor=actor, now=utc_now())
        return ImportReportOut.of(report, messages)

    return api
