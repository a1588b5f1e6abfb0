"""JSON shapes of transfer cases."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from credit_bank.equivalences.domain import TransferMode
from credit_bank.json_models import AmountOut, Body, CourseKeyBody, ProvenanceBody
from credit_bank.transfers import use_cases
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
from credit_bank.transfers.steps import TEXT_CHARACTERS_MAX
from credit_bank.transfers.store_drafts import Draft


class LineIn(Body):
    """Source entries proposed for a target course."""

    source_entry_ids: Annotated[list[UUID], Field(min_length=1, max_length=use_cases.SOURCES_MAX)]
    target: CourseKeyBody


class CaseIn(Body):
    """A case to open on the learner's dated request."""

    learner_id: UUID
    ground: Ground
    partnership_id: Annotated[UUID | None, Field(description="When the ground is PARTNERSHIP.")] = None
    committee_id: Annotated[
        UUID | None, Field(description="Absent: the one that serves the partnership, else named later.")
    ] = None
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
    needs_assessment: Annotated[bool, Field(description="With acceptance: only if an assessment is passed.")] = False

    def to_domain(self) -> Vote:
        """As the use case knows it; what an accepting vote says of reasons is left out."""
        if self.is_accepted:
            return Vote(
                self.line_id, is_accepted=True, reason_code=None, reason_th="", needs_assessment=self.needs_assessment
            )
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
    mode: TransferMode
    obstacle: RejectionReason | None
    policy_rules: list[str]
    least_grade_hundredths: int | None
    target_title_th: str

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
            mode=line.mode,
            obstacle=line.obstacle,
            policy_rules=list(line.policy_rules),
            least_grade_hundredths=line.least_grade_hundredths,
            target_title_th=line.target_title_th,
        )


class CaseOut(BaseModel):
    """A transfer case; `result` is empty until it is decided."""

    case_id: UUID
    learner_id: UUID
    institution_id: UUID
    ground: Ground
    partnership_id: UUID | None
    committee_id: UUID | None
    state: CaseState
    result: CaseResult | None
    requested_on: date
    requested_by: Applicant
    is_entered_by_staff: bool
    submitted_at: datetime
    due_on: Annotated[date | None, Field(description="Absent: no announced rule.")]
    is_overdue: bool
    waiting_since: datetime | None
    pause_count: int
    paused_days: int
    question_th: str
    decided_at: datetime | None
    appeal_until: date | None
    hearing: int
    transferred_share_pct: int | None
    warnings: list[str]
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
            requested_by=case.requested_by,
            is_entered_by_staff=case.is_entered_by_staff,
            submitted_at=case.submitted_at,
            due_on=case.due_on,
            is_overdue=case.is_overdue,
            waiting_since=case.waiting_since,
            pause_count=case.pause_count,
            paused_days=case.paused_days,
            question_th=case.question_th,
            decided_at=case.decided_at,
            appeal_until=case.appeal_until,
            hearing=case.hearing,
            transferred_share_pct=case.transferred_share_pct,
            warnings=list(case.warnings),
            lines=[LineOut.of(line) for line in case.lines],
            qualification_code=case.qualification_code,
            qualification_version=case.qualification_version,
        )


class CasePageOut(BaseModel):
    """A page of cases, newest first; `next_page_token` is empty on the last page."""

    transfer_cases: list[CaseOut]
    next_page_token: str
    total: int


Text = Annotated[str, Field(min_length=1, max_length=TEXT_CHARACTERS_MAX)]
"""A text in Thai about a case."""


class DraftIn(Body):
    """A draft to keep; `draft_id` and `row_version` as they were read, for one that is known."""

    draft_id: UUID | None = None
    row_version: int = 0
    institution_id: UUID
    ground: Ground
    learner_id: UUID
    partnership_id: UUID | None = None
    committee_id: UUID | None = None
    requested_on: Annotated[date, Field(description="A learner's own request bears the day of its submission.")]
    requested_by: Applicant
    qualification_code: Annotated[str, Field(max_length=100)] = ""
    qualification_version: Annotated[str, Field(max_length=100)] = ""
    lines: Annotated[list[LineIn], Field(default_factory=list[LineIn], max_length=use_cases.LINES_MAX)]

    def to_domain(self) -> use_cases.DraftInput:
        """As the use case knows it."""
        return use_cases.DraftInput(
            self.draft_id,
            self.row_version,
            self.institution_id,
            CaseProposal(
                learner_id=self.learner_id,
                ground=self.ground,
                partnership_id=self.partnership_id,
                committee_id=self.committee_id,
                requested_on=self.requested_on,
                requested_by=self.requested_by,
                qualification_code=self.qualification_code,
                qualification_version=self.qualification_version,
                lines=tuple(LineProposal(tuple(line.source_entry_ids), line.target.to_domain()) for line in self.lines),
            ),
        )


class DraftsIn(Body):
    """Drafts of one call."""

    drafts: Annotated[list[DraftIn], Field(min_length=1, max_length=use_cases.CASES_MAX)]


class DraftIdsIn(Body):
    """Drafts of one call, by id."""

    draft_ids: Annotated[list[UUID], Field(min_length=1, max_length=use_cases.CASES_MAX)]


class DraftOut(BaseModel):
    """A draft."""

    draft_id: UUID
    row_version: int
    institution_id: UUID
    ground: Ground
    learner_id: UUID
    partnership_id: UUID | None
    committee_id: UUID | None
    requested_on: date
    requested_by: Applicant
    qualification_code: str
    qualification_version: str
    lines: list[LineInputOut]

    @classmethod
    def of(cls, draft: Draft) -> DraftOut:
        """As shown."""
        proposal = draft.proposal
        return cls(
            draft_id=draft.draft_id,
            row_version=draft.row_version,
            institution_id=draft.institution_id,
            ground=proposal.ground,
            learner_id=proposal.learner_id,
            partnership_id=proposal.partnership_id,
            committee_id=proposal.committee_id,
            requested_on=proposal.requested_on,
            requested_by=proposal.requested_by,
            qualification_code=proposal.qualification_code,
            qualification_version=proposal.qualification_version,
            lines=[
                LineInputOut(source_entry_ids=list(line.source_entry_ids), target=CourseKeyBody.of(line.target))
                for line in proposal.lines
            ],
        )


class DraftPageOut(BaseModel):
    """A page of drafts, newest first; `next_page_token` is empty on the last page."""

    drafts: list[DraftOut]
    next_page_token: str


class WithdrawalIn(Body):
    """A case or draft to withdraw; staff say why."""

    case_id: UUID
    reason_th: Annotated[str, Field(max_length=TEXT_CHARACTERS_MAX)] = ""


class WithdrawalsIn(Body):
    """Withdrawals of one call."""

    withdrawals: Annotated[list[WithdrawalIn], Field(min_length=1, max_length=use_cases.CASES_MAX)]


class AssignmentIn(Body):
    """The committee of a case."""

    case_id: UUID
    committee_id: UUID


class AssignmentsIn(Body):
    """Committees of one call."""

    assignments: Annotated[list[AssignmentIn], Field(min_length=1, max_length=use_cases.CASES_MAX)]


class QuestionIn(Body):
    """What the applicant is asked for."""

    case_id: UUID
    question_th: Text


class QuestionsIn(Body):
    """Questions of one call."""

    questions: Annotated[list[QuestionIn], Field(min_length=1, max_length=use_cases.CASES_MAX)]


class AnswerIn(Body):
    """What the applicant answers."""

    case_id: UUID
    answer_th: Text
    document_nos: Annotated[list[str], Field(default_factory=list[str])]


class AnswersIn(Body):
    """Answers of one call."""

    answers: Annotated[list[AnswerIn], Field(min_length=1, max_length=use_cases.CASES_MAX)]


class DeclarationIn(Body):
    """That the caller has an interest in a case."""

    case_id: UUID
    reason_th: Text


class DeclarationsIn(Body):
    """Declarations of one call."""

    declarations: Annotated[list[DeclarationIn], Field(min_length=1, max_length=use_cases.CASES_MAX)]


class AssessmentIn(Body):
    """The result of an assessment on which acceptance depends; a failed one says why."""

    line_id: UUID
    is_passed: bool
    method: Literal["EXAM", "PERFORMANCE", "PORTFOLIO", "INTERVIEW"]
    document_no: Text
    assessed_on: date
    reason_th: Annotated[str, Field(max_length=TEXT_CHARACTERS_MAX)] = ""


class AssessmentsIn(Body):
    """Assessments of one call."""

    assessments: Annotated[list[AssessmentIn], Field(min_length=1, max_length=1_000)]


class AppealIn(Body):
    """An appeal against rejected lines; without `line_ids` against all of them."""

    case_id: UUID
    line_ids: Annotated[list[UUID], Field(default_factory=list[UUID])]
    reason_th: Text
    appealed_on: date


class AppealsIn(Body):
    """Appeals of one call."""

    appeals: Annotated[list[AppealIn], Field(min_length=1, max_length=use_cases.CASES_MAX)]


class ReversalIn(Body):
    """A posted line to take back."""

    line_id: UUID
    reason_code: Literal["SOURCE_CHANGED", "SOURCE_REVOKED", "DECIDED_IN_ERROR", "ORDER", "OTHER"]
    reason_th: Text


class ReversalsIn(Body):
    """Reversals of one call."""

    reversals: Annotated[list[ReversalIn], Field(min_length=1, max_length=1_000)]


class FlagDecisionIn(Body):
    """What a changed source means for a line."""

    flag_id: UUID
    is_kept: bool
    reason_th: Text


class FlagDecisionsIn(Body):
    """Decisions of one call."""

    resolutions: Annotated[list[FlagDecisionIn], Field(min_length=1, max_length=1_000)]
