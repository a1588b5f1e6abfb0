"""JSON shapes of results, entries, drafts and imports."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from chassis.errors import InvalidField
from pydantic import BaseModel, Field

from credit_bank import limits
from credit_bank.catalogue.http_api import CourseOut
from credit_bank.json_models import AmountOut, Body, CourseKeyBody, ProvenanceBody
from credit_bank.recording.assessing import EXPLANATION_CHARACTERS_MAX
from credit_bank.recording.changes import Change, ChangeKind, ChangeState, CorrectionReason, RevocationReason
from credit_bank.recording.domain import (
    AttemptKind,
    Entry,
    EntryState,
    Evidence,
    LearningType,
    ResultInput,
    ReturnReason,
    RplMode,
    Signature,
    SourceMode,
    is_sha256,
)
from credit_bank.recording.drafting import DraftInput
from credit_bank.recording.drafts import Draft, PartialResult, of_result
from credit_bank.recording.proposing import CorrectionInput
from credit_bank.rules.domain import EducationForm, EducationLevel

Text = Annotated[str, Field(max_length=300)]
EntryIds = Annotated[list[UUID], Field(min_length=1, max_length=limits.ITEMS_MAX)]


class EvidenceBody(Body):
    """A document or file that supports a result: a SHA-256, a document number, or both; never a person's name."""

    kind: Annotated[str, Field(min_length=1, max_length=100, examples=["ASSESSMENT_SHEET"])]
    sha256_hex: str = ""
    document_no: Text = ""
    issuing_body: Text = ""
    issued_on: date | None = None
    result_text: Text = ""

    def to_domain(self) -> Evidence:
        """As the use cases know it.

        Raises:
            InvalidField: It names neither a file nor a document.
        """
        sha256_hex = self.sha256_hex.lower()
        if not (sha256_hex or self.document_no) or (sha256_hex and not is_sha256(sha256_hex)):
            raise InvalidField(field="evidence", expected="a kind, and a SHA-256 or a document number")
        return Evidence(self.kind, sha256_hex, self.document_no, self.issuing_body, self.issued_on, self.result_text)

    @classmethod
    def of(cls, item: Evidence) -> EvidenceBody:
        """As shown."""
        return cls(
            kind=item.kind,
            sha256_hex=item.sha256_hex,
            document_no=item.document_no,
            issuing_body=item.issuing_body,
            issued_on=item.issued_on,
            result_text=item.result_text,
        )


class _Stated(Body):
    """Fields that a whole result and a draft have alike."""

    learner_id: UUID
    taught_by_institution_id: UUID | None = None
    offering_id: UUID | None = None
    evidence: tuple[EvidenceBody, ...] = ()
    attempt_kind: Annotated[AttemptKind | None, Field(description="Absent: FIRST, or REPEAT from attempt 2.")] = None
    rpl_mode: Annotated[RplMode | None, Field(description="For source mode RPL, and only there.")] = None
    form: Annotated[EducationForm | None, Field(description="Absent: as it follows from the source mode.")] = None
    learning_type: Annotated[LearningType | None, Field(description="Absent: as it follows from the course.")] = None
    level: Annotated[EducationLevel | None, Field(description="Absent: as it follows from the course code.")] = None
    issuing_body: Annotated[str, Field(max_length=300, description="Empty: the recorder's institution.")] = ""
    assessor_institution_ids: Annotated[
        tuple[UUID, ...], Field(description="Each signs before the result can be verified.")
    ] = ()

    def shared(self) -> dict[str, Any]:
        """Those fields as the use cases know them."""
        return {
            "learner_id": self.learner_id,
            "taught_by_institution_id": self.taught_by_institution_id,
            "offering_id": self.offering_id,
            "evidence": tuple(item.to_domain() for item in self.evidence),
            "attempt_kind": self.attempt_kind,
            "rpl_mode": self.rpl_mode,
            "form": self.form,
            "learning_type": self.learning_type,
            "level": self.level,
            "issuing_body": self.issuing_body,
            "assessor_institution_ids": self.assessor_institution_ids,
        }


class ResultBody(_Stated):
    """A result to record."""

    course: CourseKeyBody
    year_be: Annotated[int, Field(description="Academic year, Buddhist Era.", examples=[2568])]
    term: int
    attempt: int = 1
    grade_scheme: Annotated[str, Field(examples=["OBEC_8_LEVEL"])]
    grade_label: Annotated[str, Field(max_length=50, examples=["3.5"])]
    source_mode: SourceMode
    provenance: ProvenanceBody

    def to_domain(self) -> ResultInput:
        """As the use cases know it."""
        return ResultInput(
            course=self.course.to_domain(),
            year_be=self.year_be,
            term=self.term,
            attempt=self.attempt or 1,
            grade_scheme=self.grade_scheme,
            grade_label=self.grade_label,
            source_mode=self.source_mode,
            provenance=self.provenance.to_domain(),
            **self.shared(),
        )


class PartialResultBody(_Stated):
    """A result as far as it is known."""

    course: CourseKeyBody | None = None
    year_be: int | None = None
    term: int | None = None
    attempt: int | None = None
    grade_scheme: Annotated[str | None, Field(max_length=50)] = None
    grade_label: Annotated[str | None, Field(max_length=50)] = None
    source_mode: SourceMode | None = None
    provenance: ProvenanceBody | None = None

    def to_domain(self) -> PartialResult:
        """As the use cases know it."""
        return PartialResult(
            course=self.course.to_domain() if self.course else None,
            year_be=self.year_be or None,
            term=self.term or None,
            attempt=self.attempt or None,
            grade_scheme=self.grade_scheme or None,
            grade_label=self.grade_label or None,
            source_mode=self.source_mode,
            provenance=self.provenance.to_domain() if self.provenance else None,
            **self.shared(),
        )

    @classmethod
    def of(cls, result: PartialResult) -> PartialResultBody:
        """As shown."""
        values = {name: getattr(result, name) for name in result.__slots__}
        values["course"] = CourseKeyBody.of(result.course) if result.course else None
        values["evidence"] = tuple(EvidenceBody.of(item) for item in result.evidence)
        values["provenance"] = ProvenanceBody.of(result.provenance) if result.provenance else None
        return cls(**values)


class DraftBody(Body):
    """A draft to keep."""

    draft_id: Annotated[UUID | None, Field(description="Of which this is the next version; absent: a new one.")] = None
    row_version: Annotated[int, Field(description="Version of that draft which was read.")] = 0
    result: PartialResultBody

    def to_domain(self) -> DraftInput:
        """As the use cases know it."""
        return DraftInput(self.draft_id, self.row_version, self.result.to_domain())


class DraftResultsBody(Body):
    """Drafts to keep."""

    drafts: Annotated[list[DraftBody], Field(min_length=1, max_length=limits.ITEMS_MAX)]


class DraftIdsBody(Body):
    """Drafts to submit, or to give up."""

    draft_ids: EntryIds


class DraftOut(BaseModel):
    """A draft with what it still lacks."""

    draft_id: UUID
    row_version: int
    result: PartialResultBody
    missing_fields: list[str]
    changed_at: datetime

    @classmethod
    def of(cls, draft: Draft) -> DraftOut:
        """As shown."""
        return cls(
            draft_id=draft.draft_id,
            row_version=draft.row_version,
            result=PartialResultBody.of(draft.result),
            missing_fields=list(draft.result.missing()),
            changed_at=draft.changed_at,
        )


class DraftPageOut(BaseModel):
    """A page of drafts; `next_page_token` is empty on the last one."""

    drafts: list[DraftOut]
    next_page_token: str


class RecordResultsBody(Body):
    """Results to record."""

    results: Annotated[list[ResultBody], Field(min_length=1, max_length=limits.ITEMS_MAX)]


class VerifyResultsBody(Body):
    """Entries to verify."""

    entry_ids: EntryIds


class ReturnResultsBody(Body):
    """Entries to send back, or to reject."""

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
    version: int
    entry_root_id: UUID
    attempt_kind: AttemptKind
    rpl_mode: RplMode | None
    form: EducationForm
    learning_type: LearningType
    level: EducationLevel | None
    issuing_body: str
    is_attempted: bool
    is_earned: bool
    counts_in_gpa: bool
    counts_for_graduation: bool
    assessor_institution_ids: tuple[UUID, ...]
    approval_id: UUID | None
    revoked_at: datetime | None
    signatures: list[SignatureOut]

    @classmethod
    def of(cls, entry: Entry, signatures: Sequence[Signature] = ()) -> EntryOut:
        """As shown, with what was signed about it."""
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
            return_reason_code=(
                entry.return_reason if entry.state in (EntryState.RETURNED, EntryState.REJECTED) else None
            ),
            verified_at=None if entry.verified is None else entry.verified.at,
            evidence=[EvidenceBody.of(item) for item in entry.evidence],
            provenance=ProvenanceBody.of(entry.provenance),
            version=entry.version,
            entry_root_id=entry.entry_root_id,
            attempt_kind=entry.attempt_kind,
            rpl_mode=entry.rpl_mode,
            form=entry.placing.form,
            learning_type=entry.placing.learning_type,
            level=entry.placing.level,
            issuing_body=entry.placing.issuing_body,
            is_attempted=entry.grade.is_attempted,
            is_earned=entry.grade.is_earned,
            counts_in_gpa=entry.grade.is_in_gpa,
            counts_for_graduation=entry.grade.counts_for_graduation,
            assessor_institution_ids=entry.assessor_institution_ids,
            approval_id=entry.approval_id,
            revoked_at=None if entry.revoked is None else entry.revoked.at,
            signatures=[
                SignatureOut(
                    institution_id=item.institution_id,
                    is_agreed=item.is_agreed,
                    explanation_th=item.explanation_th,
                    signed_at=item.signed_at,
                )
                for item in signatures
            ],
        )


class SignatureOut(BaseModel):
    """What one institution or workplace signed about a result."""

    institution_id: UUID
    is_agreed: bool
    explanation_th: str
    signed_at: datetime


class CorrectionBody(Body):
    """A correction to propose: the whole result as it should be."""

    entry_id: UUID
    entry_version: Annotated[int, Field(description="Version of the entry which was read.")]
    result: ResultBody
    reason_code: CorrectionReason

    def to_domain(self) -> CorrectionInput:
        """As the use cases know it."""
        return CorrectionInput(self.entry_id, self.entry_version, self.result.to_domain(), self.reason_code)


class ProposeCorrectionsBody(Body):
    """Corrections to propose."""

    corrections: Annotated[list[CorrectionBody], Field(min_length=1, max_length=limits.ITEMS_MAX)]


class RequestRevocationsBody(Body):
    """Entries to have revoked."""

    entry_ids: EntryIds
    reason_code: RevocationReason


class ChangeIdsBody(Body):
    """Changes to carry out, or to refuse."""

    change_ids: EntryIds


class ChangeOut(BaseModel):
    """A correction or revocation of a verified entry."""

    change_id: UUID
    entry_id: UUID
    learner_id: UUID
    kind: ChangeKind
    state: ChangeState
    reason_code: str
    result: PartialResultBody | None
    proposed_at: datetime
    decided_at: datetime | None

    @classmethod
    def of(cls, change: Change) -> ChangeOut:
        """As shown."""
        return cls(
            change_id=change.change_id,
            entry_id=change.entry_id,
            learner_id=change.learner_id,
            kind=change.kind,
            state=change.state,
            reason_code=change.reason_code,
            result=None if change.result is None else PartialResultBody.of(of_result(change.result)),
            proposed_at=change.proposed_at,
            decided_at=change.decided_at,
        )


class ChangePageOut(BaseModel):
    """A page of changes; `next_page_token` is empty on the last one."""

    changes: list[ChangeOut]
    next_page_token: str


class AssessmentBody(Body):
    """What the caller's side says of one result."""

    entry_id: UUID
    is_agreed: bool
    explanation_th: Annotated[str, Field(max_length=EXPLANATION_CHARACTERS_MAX)] = ""


class SignAssessmentsBody(Body):
    """Results to sign."""

    assessments: Annotated[list[AssessmentBody], Field(min_length=1, max_length=limits.ITEMS_MAX)]


class ApprovalOut(BaseModel):
    """Results that the director approved together."""

    approval_id: UUID
    entry_count: int
    approved_at: datetime


class ApprovalPageOut(BaseModel):
    """A page of approvals; `next_page_token` is empty on the last one."""

    approvals: list[ApprovalOut]
    next_page_token: str


class EntryPageOut(BaseModel):
    """A page of entries; `next_page_token` is empty on the last one."""

    entries: list[EntryOut]
    next_page_token: str
    total: int


class AssessmentPageOut(BaseModel):
    """A page of results to assess; `next_page_token` is empty on the last one."""

    entries: list[EntryOut]
    next_page_token: str
