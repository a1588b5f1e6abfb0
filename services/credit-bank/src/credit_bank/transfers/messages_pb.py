"""Transfer cases between the contract's messages and the domain."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from chassis.errors import InvalidField
from chassis.ids import date_to_pb, parse_uuid, time_to_pb
from nuaikit.credit_bank.v1 import transfers_pb2

from credit_bank.calendar_th import thai_date
from credit_bank.transfers.appealing import Appeal
from credit_bank.transfers.batches import BatchLine, BatchListPage, BatchPage, SchoolClass, StartCaseBatch
from credit_bank.transfers.domain import (
    REASON_CHARACTERS_MAX,
    Applicant,
    CaseLine,
    CaseState,
    Ground,
    RejectionReason,
    TransferCase,
    Vote,
)
from credit_bank.transfers.drafts import DraftInput
from credit_bank.transfers.files import DecisionLetter, Precedents
from credit_bank.transfers.opening import CaseProposal, LineProposal
from credit_bank.transfers.oversight import LateCases
from credit_bank.transfers.store_drafts import Draft
from credit_bank.transfers.store_steps import AssessmentResult
from credit_bank.wire import (
    amount_to_pb,
    course_key_from_pb,
    course_key_to_pb,
    date_or_none_to_pb,
    enum_from_pb,
    enum_from_text,
    optional_uuid,
    provenance_to_pb,
    required_date,
)


def proposal_from_pb(message: transfers_pb2.CaseInput) -> CaseProposal:
    """A case to open.

    Raises:
        InvalidField: An id, a date, a course key or a word is not what it must be.
    """
    return CaseProposal(
        learner_id=parse_uuid(message.learner_id, field="learner_id"),
        ground=enum_from_pb(
            Ground, transfers_pb2.TransferGround, message.ground, prefix="TRANSFER_GROUND_", field="ground"
        ),
        partnership_id=optional_uuid(message, "partnership_id"),
        committee_id=parse_uuid(message.committee_id, field="committee_id") if message.committee_id else None,
        requested_on=required_date(message, "requested_on"),
        requested_by=enum_from_text(Applicant, message.requested_by, field="requested_by"),
        qualification_code=message.qualification_code,
        qualification_version=message.qualification_version,
        lines=tuple(line_from_pb(line) for line in message.lines),
    )


def line_from_pb(message: transfers_pb2.LineInput) -> LineProposal:
    """A line to open.

    Raises:
        InvalidField: An id or the target is not what it must be.
    """
    return LineProposal(
        source_entry_ids=tuple(parse_uuid(text, field="source_entry_ids") for text in message.source_entry_ids),
        target=course_key_from_pb(message.target),
    )


def vote_from_pb(message: transfers_pb2.LineVote) -> Vote:
    """A vote; what an accepting vote says of reasons is left out.

    Raises:
        InvalidField: The line is no UUID, or the reason code is unknown or the sentence too long.
    """
    line_id = parse_uuid(message.line_id, field="line_id")
    if len(message.reason_th) > REASON_CHARACTERS_MAX:
        raise InvalidField(field="reason_th", expected=f"at most {REASON_CHARACTERS_MAX} characters")
    if message.is_accepted:
        return Vote(
            line_id, is_accepted=True, reason_code=None, reason_th="", needs_assessment=message.needs_assessment
        )
    code = enum_from_text(RejectionReason, message.reason_code, field="reason_code") if message.reason_code else None
    return Vote(line_id, is_accepted=False, reason_code=code, reason_th=message.reason_th.strip())


def state_from_pb(number: int) -> CaseState | None:
    """The state of a filter; None for unspecified.

    Raises:
        InvalidField: The state is unknown.
    """
    if number == transfers_pb2.CASE_STATE_UNSPECIFIED:
        return None
    return enum_from_pb(CaseState, transfers_pb2.CaseState, number, prefix="CASE_STATE_", field="state")


def ground_from_pb(number: int) -> Ground | None:
    """The ground of a filter; None for unspecified.

    Raises:
        InvalidField: The ground is unknown.
    """
    if number == transfers_pb2.TRANSFER_GROUND_UNSPECIFIED:
        return None
    return enum_from_pb(Ground, transfers_pb2.TransferGround, number, prefix="TRANSFER_GROUND_", field="ground")


def draft_from_pb(message: transfers_pb2.TransferDraft) -> DraftInput:
    """A draft to keep. The day of a new request of the learner's own is that of its submission.

    Raises:
        InvalidField: An id, a date or a word is not what it must be.
    """
    return DraftInput(
        draft_id=optional_uuid(message, "draft_id"),
        row_version=message.row_version,
        institution_id=parse_uuid(message.institution_id, field="institution_id"),
        proposal=proposal_from_pb(message.input),
    )


def draft_to_pb(draft: Draft) -> transfers_pb2.TransferDraft:
    """A draft as the contract carries it."""
    proposal = draft.proposal
    return transfers_pb2.TransferDraft(
        draft_id=str(draft.draft_id),
        row_version=draft.row_version,
        institution_id=str(draft.institution_id),
        input=transfers_pb2.CaseInput(
            learner_id=str(proposal.learner_id),
            ground=f"TRANSFER_GROUND_{proposal.ground}",
            partnership_id=None if proposal.partnership_id is None else str(proposal.partnership_id),
            committee_id=str(proposal.committee_id or ""),
            requested_on=date_to_pb(proposal.requested_on),
            requested_by=str(proposal.requested_by),
            qualification_code=proposal.qualification_code,
            qualification_version=proposal.qualification_version,
            lines=[
                transfers_pb2.LineInput(
                    source_entry_ids=[str(entry_id) for entry_id in line.source_entry_ids],
                    target=course_key_to_pb(line.target),
                )
                for line in proposal.lines
            ],
        ),
    )


def assessment_from_pb(message: transfers_pb2.LineAssessmentResult) -> AssessmentResult:
    """The result of an assessment.

    Raises:
        InvalidField: The line is no UUID, or the day is absent.
    """
    return AssessmentResult(
        line_id=parse_uuid(message.line_id, field="line_id"),
        is_passed=message.is_passed,
        method=message.method,
        document_no=message.document_no.strip(),
        assessed_on=required_date(message, "assessed_on"),
        reason_th=message.reason_th.strip(),
    )


def appeal_from_pb(message: transfers_pb2.CaseAppeal) -> Appeal:
    """An appeal.

    Raises:
        InvalidField: An id is no UUID, or the day is absent.
    """
    return Appeal(
        case_id=parse_uuid(message.case_id, field="case_id"),
        line_ids=ids_from_pb(message.line_ids, field="line_ids"),
        reason_th=message.reason_th.strip(),
        appealed_on=required_date(message, "appealed_on"),
    )


def line_to_pb(line: CaseLine) -> transfers_pb2.CaseLine:
    """A line as the contract carries it."""
    return transfers_pb2.CaseLine(
        line_id=str(line.line_id),
        input=transfers_pb2.LineInput(
            source_entry_ids=[str(entry_id) for entry_id in line.source_entry_ids],
            target=course_key_to_pb(line.target),
        ),
        state=f"LINE_STATE_{line.state}",
        rule_id=None if line.rule is None else str(line.rule.rule_id),
        rule_version=None if line.rule is None else line.rule.version,
        rule_provenance=None if line.rule is None else provenance_to_pb(line.rule.provenance),
        hours_pct=line.hours_pct,
        credits=amount_to_pb(line.credit_hundredths, line.unit),
        reason_code=line.reason_code,
        reason_th=line.reason_th,
        journal_id=None if line.journal_id is None else str(line.journal_id),
        mode=str(line.mode),
        obstacle=str(line.obstacle or ""),
        policy_rules=line.policy_rules,
        least_grade_hundredths=line.least_grade_hundredths,
    )


def case_to_pb(case: TransferCase) -> transfers_pb2.TransferCase:
    """A case as the contract carries it."""
    return transfers_pb2.TransferCase(
        case_id=str(case.case_id),
        learner_id=str(case.learner_id),
        institution_id=str(case.institution_id),
        ground=f"TRANSFER_GROUND_{case.ground}",
        partnership_id=None if case.partnership_id is None else str(case.partnership_id),
        committee_id=str(case.committee_id or ""),
        state=f"CASE_STATE_{case.state}",
        result=str(case.result or ""),
        requested_on=date_to_pb(case.requested_on),
        submitted_at=time_to_pb(case.submitted_at),
        due_on=date_or_none_to_pb(case.due_on),
        lines=[line_to_pb(line) for line in case.lines],
        qualification_code=case.qualification_code,
        qualification_version=case.qualification_version,
        requested_by=str(case.requested_by),
        is_entered_by_staff=case.is_entered_by_staff,
        is_overdue=case.is_overdue,
        waiting_since=None if case.waiting_since is None else time_to_pb(case.waiting_since),
        pause_count=case.pause_count,
        paused_days=case.paused_days,
        question_th=case.question_th,
        appeal_until=date_or_none_to_pb(case.appeal_until),
        hearing=case.hearing,
        transferred_share_pct=case.transferred_share_pct,
        warnings=case.warnings,
        decided_at=None if case.decided_at is None else time_to_pb(case.decided_at),
    )


def ids_from_pb(texts: Any, *, field: str) -> tuple[UUID, ...]:
    """Ids.

    Raises:
        InvalidField: One is no UUID.
    """
    return tuple(parse_uuid(text, field=field) for text in texts)


def letter_to_pb(letter: DecisionLetter) -> transfers_pb2.GetDecisionLetterResponse:
    """A letter as the contract carries it."""
    return transfers_pb2.GetDecisionLetterResponse(
        case_id=str(letter.case_id),
        learner_id=str(letter.learner_id),
        institution_id=str(letter.institution_id),
        institution_name_th=letter.institution_name_th,
        committee_order_no=letter.committee_order_no,
        requested_on=date_to_pb(letter.requested_on),
        decided_on=date_to_pb(letter.decided_on),
        result=str(letter.result),
        lines=[
            transfers_pb2.DecisionLetterLine(
                target_code=line.target_code,
                target_title_th=line.target_title_th,
                credits=amount_to_pb(line.credit_hundredths, line.unit),
                state=f"LINE_STATE_{line.state}",
                reason_code=line.reason_code,
                reason_th=line.reason_th,
                sources_th=line.sources_th,
            )
            for line in letter.lines
        ],
        appeal_until=date_or_none_to_pb(letter.appeal_until),
        policy_rules=letter.policy_rules,
        qualification_code=letter.qualification_code,
        qualification_version=letter.qualification_version,
    )


def precedents_to_pb(precedents: Precedents) -> transfers_pb2.ListPrecedentsResponse:
    """Precedents as the contract carries them."""
    return transfers_pb2.ListPrecedentsResponse(
        precedents=[
            transfers_pb2.Precedent(
                institution_id=str(one.institution_id),
                institution_name_th=one.institution_name_th,
                decided_on=date_to_pb(thai_date(one.decided_at)),
                state=f"LINE_STATE_{one.state}",
                mode=one.mode,
                reason_code=one.reason_code,
                rule_id=None if one.rule_id is None else str(one.rule_id),
            )
            for one in precedents.found
        ],
        accepted=precedents.accepted,
        rejected=precedents.rejected,
    )


def batch_from_pb(message: transfers_pb2.StartCaseBatchRequest) -> StartCaseBatch:
    """A batch to begin.

    Raises:
        InvalidField: An id, a date, a course key or a word is not what it must be.
    """
    place = optional_uuid(message, "class_institution_id")
    return StartCaseBatch(
        request_id=parse_uuid(message.request_id, field="request_id"),
        learner_ids=ids_from_pb(message.learner_ids, field="learner_ids"),
        school_class=None if place is None else SchoolClass(place, message.grade_label, message.programme_code),
        ground=enum_from_pb(
            Ground, transfers_pb2.TransferGround, message.ground, prefix="TRANSFER_GROUND_", field="ground"
        ),
        partnership_id=optional_uuid(message, "partnership_id"),
        committee_id=parse_uuid(message.committee_id, field="committee_id") if message.committee_id else None,
        requested_on=required_date(message, "requested_on"),
        requested_by=enum_from_text(Applicant, message.requested_by, field="requested_by"),
        qualification_code=message.qualification_code,
        qualification_version=message.qualification_version,
        lines=tuple(
            BatchLine(tuple(course_key_from_pb(key) for key in line.sources), course_key_from_pb(line.target))
            for line in message.lines
        ),
    )


def batch_to_pb(page: BatchPage) -> transfers_pb2.GetCaseBatchResponse:
    """A page of a batch as the contract carries it."""
    return transfers_pb2.GetCaseBatchResponse(
        batch_id=str(page.batch_id),
        state=page.counts.state,
        total=page.counts.total,
        done=page.counts.done,
        opened=page.counts.opened,
        refused=page.counts.refused,
        reason=page.counts.reason,
        items=[
            transfers_pb2.CaseBatchItem(
                learner_id=str(item.learner_id),
                state=item.state,
                case_id=None if item.case_id is None else str(item.case_id),
                reason=item.reason,
            )
            for item in page.items
        ],
        next_page_token=page.next_page_token,
    )


def batches_to_pb(page: BatchListPage) -> transfers_pb2.ListCaseBatchesResponse:
    """A page of batches as the contract carries it."""
    return transfers_pb2.ListCaseBatchesResponse(
        batches=[
            transfers_pb2.CaseBatchSummary(
                batch_id=str(one.batch_id),
                started_at=time_to_pb(one.started_at),
                finished_at=None if one.finished_at is None else time_to_pb(one.finished_at),
                state=one.counts.state,
                total=one.counts.total,
                done=one.counts.done,
                opened=one.counts.opened,
                refused=one.counts.refused,
                reason=one.counts.reason,
            )
            for one in page.batches
        ],
        next_page_token=page.next_page_token,
    )


def late_cases_to_pb(found: LateCases) -> transfers_pb2.ListLateCasesResponse:
    """What is late below an office as the contract carries it."""
    return transfers_pb2.ListLateCasesResponse(
        backlogs=[
            transfers_pb2.CaseBacklog(
                institution_id=str(one.institution_id),
                institution_name_th=one.institution_name_th,
                undecided=one.undecided,
                late=one.late,
                oldest_due_on=date_or_none_to_pb(one.oldest_due_on),
            )
            for one in found.backlogs
        ],
        cases=[
            transfers_pb2.LateCase(
                case_id=str(case.case_id),
                institution_id=str(case.institution_id),
                institution_name_th=case.institution_name_th,
                ground=f"TRANSFER_GROUND_{case.ground}",
                state=f"CASE_STATE_{case.state}",
                submitted_on=date_to_pb(case.submitted_on),
                due_on=date_to_pb(case.due_on),
                days_late=case.days_late,
                is_waiting=case.is_waiting,
                has_committee=case.has_committee,
                hearing=case.hearing,
            )
            for case in found.cases
        ],
        next_page_token=found.next_page_token,
    )
