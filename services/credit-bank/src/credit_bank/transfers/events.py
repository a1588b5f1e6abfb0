"""What is announced of transfer cases: ids, amounts and codes, never names or reasons in words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from chassis.envelope import NewEvent
from chassis.ids import time_to_pb
from google.protobuf.message import Message
from nuaikit.credit_bank.v1 import events_pb2

from credit_bank.catalogue.events import TOPIC as CATALOGUE_TOPIC
from credit_bank.transfers.domain import CaseResult, CaseState, Verdict
from credit_bank.transfers.opening import NewCase
from credit_bank.transfers.store import CaseRow, LineRow
from credit_bank.transfers.store_batches import BatchCounts
from credit_bank.wire import amount_to_pb, course_key_to_pb, date_or_none_to_pb

TOPIC = "nuaikit.credit-bank.ledger.v1"


def _event(learner_id: UUID, message: Message) -> NewEvent:
    return NewEvent(topic=TOPIC, key=str(learner_id), message=message)


def submitted(case: NewCase, *, seq: int, now: datetime) -> NewEvent:
    """A case was submitted."""
    proposal = case.proposal
    return _event(
        proposal.learner_id,
        events_pb2.TransferSubmitted(
            case_id=str(case.case_id),
            learner_id=str(proposal.learner_id),
            institution_id=str(case.institution_id),
            ground=f"TRANSFER_GROUND_{proposal.ground}",
            line_count=len(case.lines),
            journal_seq=seq,
            submitted_at=time_to_pb(now),
        ),
    )


def decided(
    case: CaseRow,
    verdicts: Iterable[Verdict],
    *,
    institution_id: UUID,
    result: CaseResult,
    seq: int,
    now: datetime,
) -> NewEvent:
    """A case was decided; reasons as codes only."""
    verdicts = list(verdicts)
    rejected = [verdict for verdict in verdicts if not verdict.is_accepted]
    return _event(
        case.learner_id,
        events_pb2.TransferDecided(
            case_id=str(case.case_id),
            learner_id=str(case.learner_id),
            institution_id=str(institution_id),
            result=str(result),
            accepted_line_count=len(verdicts) - len(rejected),
            rejected_line_count=len(rejected),
            rejection_reason_codes=[str(verdict.reason_code) for verdict in rejected],
            journal_seq=seq,
            decided_at=time_to_pb(now),
        ),
    )


def posted(case: CaseRow, line: LineRow, *, institution_id: UUID, seq: int, now: datetime) -> NewEvent:
    """An accepted line was posted."""
    return _event(
        case.learner_id,
        events_pb2.TransferPosted(
            case_id=str(case.case_id),
            line_id=str(line.line_id),
            learner_id=str(case.learner_id),
            awarding_institution_id=str(institution_id),
            qualification_code=case.qualification_code,
            qualification_version=case.qualification_version,
            category=line.category,
            target=course_key_to_pb(line.target),
            target_title_th=line.target_title_th,
            credits=amount_to_pb(line.credit_hundredths, line.unit),
            source_entry_ids=[str(entry_id) for entry_id in line.source_entry_ids],
            mode=str(line.mode),
            rule_id="" if line.rule_id is None else str(line.rule_id),
            journal_seq=seq,
            posted_at=time_to_pb(now),
        ),
    )


def changed(
    case: CaseRow, *, step: str, to_state: CaseState, hearing: int, due_on: date | None, now: datetime
) -> NewEvent:
    """A case took a step that moves no credit."""
    return _event(
        case.learner_id,
        events_pb2.TransferCaseChanged(
            case_id=str(case.case_id),
            learner_id=str(case.learner_id),
            institution_id=str(case.institution_id),
            step=step,
            from_state=f"CASE_STATE_{case.state}",
            to_state=f"CASE_STATE_{to_state}",
            hearing=hearing,
            due_on=date_or_none_to_pb(due_on),
            changed_at=time_to_pb(now),
        ),
    )


def case_batch_changed(batch_id: UUID, institution_id: UUID, counts: BatchCounts, *, now: datetime) -> NewEvent:
    """Cases for a class were begun, are all decided on, or were set aside. Whose they are is not told."""
    message = events_pb2.CaseBatchChanged(
        batch_id=str(batch_id),
        institution_id=str(institution_id),
        state=counts.state,
        total=counts.total,
        opened=counts.opened,
        refused=counts.refused,
        reason=counts.reason,
        changed_at=time_to_pb(now),
    )
    return NewEvent(CATALOGUE_TOPIC, str(institution_id), message)
