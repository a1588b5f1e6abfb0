"""Results, drafts and entries of the contracts as the use cases know them, and back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any, TypeVar

from chassis.errors import InvalidField
from chassis.ids import parse_uuid, time_to_pb
from nuaikit.credit_bank.v1 import recording_pb2 as pb

from credit_bank import wire
from credit_bank.catalogue.events import course_to_pb
from credit_bank.recording.changes import Change
from credit_bank.recording.domain import (
    AttemptKind,
    Entry,
    EntryState,
    Evidence,
    LearningType,
    ResultInput,
    RplMode,
    Signature,
    SourceMode,
    is_sha256,
)
from credit_bank.recording.drafts import Draft, PartialResult, of_result
from credit_bank.rules.domain import EducationForm, EducationLevel

STATE_PREFIX = "ENTRY_STATE_"

E = TypeVar("E", bound=StrEnum)


def evidence_from_pb(message: pb.Evidence) -> Evidence:
    """A piece of evidence.

    Raises:
        InvalidField: It names neither a file nor a document, or a day that is none.
    """
    sha256_hex = message.sha256_hex.lower()
    if not message.kind or not (sha256_hex or message.document_no) or (sha256_hex and not is_sha256(sha256_hex)):
        raise InvalidField(field="evidence", expected="a kind, and a SHA-256 or a document number")
    return Evidence(
        kind=message.kind,
        sha256_hex=sha256_hex,
        document_no=message.document_no,
        issuing_body=message.issuing_body,
        issued_on=wire.optional_date(message, "issued_on"),
        result_text=message.result_text,
    )


def evidence_to_pb(item: Evidence) -> pb.Evidence:
    """As the contracts carry it."""
    return pb.Evidence(
        kind=item.kind,
        sha256_hex=item.sha256_hex,
        document_no=item.document_no,
        issuing_body=item.issuing_body,
        issued_on=wire.date_or_none_to_pb(item.issued_on),
        result_text=item.result_text,
    )


def digests_stated(texts: Iterable[str]) -> list[str]:
    """SHA-256 in hexadecimal, lower case.

    Raises:
        InvalidField: One is none.
    """
    found = [text.lower() for text in texts]
    if not all(map(is_sha256, found)):
        raise InvalidField(field="sha256_hex", expected="64 hexadecimal digits")
    return found


def result_from_pb(message: pb.ResultInput) -> ResultInput:
    """A result to record.

    Raises:
        InvalidField: A field has no usable value.
    """
    return ResultInput(
        learner_id=parse_uuid(message.learner_id, field="learner_id"),
        course=wire.course_key_from_pb(message.course),
        year_be=message.year_be,
        term=message.term,
        attempt=message.attempt or 1,
        grade_scheme=message.grade_scheme,
        grade_label=message.grade_label,
        source_mode=wire.enum_from_text(SourceMode, message.source_mode, field="source_mode"),
        provenance=wire.provenance_from_pb(message),
        **_shared(message),
    )


def partial_from_pb(message: pb.ResultInput) -> PartialResult:
    """A result as far as it is known; empty values are absent ones.

    Raises:
        InvalidField: A field that is there has no usable value.
    """
    return PartialResult(
        learner_id=parse_uuid(message.learner_id, field="learner_id"),
        course=wire.course_key_from_pb(message.course) if message.HasField("course") else None,
        year_be=message.year_be or None,
        term=message.term or None,
        attempt=message.attempt or None,
        grade_scheme=message.grade_scheme or None,
        grade_label=message.grade_label or None,
        source_mode=_optional(SourceMode, message.source_mode, "source_mode"),
        provenance=wire.provenance_from_pb(message) if message.HasField("provenance") else None,
        **_shared(message),
    )


def _shared(message: pb.ResultInput) -> dict[str, Any]:
    """Fields that a whole result and a draft have alike."""
    return {
        "taught_by_institution_id": wire.optional_uuid(message, "taught_by_institution_id"),
        "offering_id": wire.optional_uuid(message, "offering_id"),
        "evidence": tuple(evidence_from_pb(item) for item in message.evidence),
        "attempt_kind": _optional(AttemptKind, message.attempt_kind, "attempt_kind"),
        "rpl_mode": _optional(RplMode, message.rpl_mode, "rpl_mode"),
        "form": _optional(EducationForm, message.form, "form"),
        "learning_type": _optional(LearningType, message.learning_type, "learning_type"),
        "level": _optional(EducationLevel, message.level, "level"),
        "issuing_body": message.issuing_body,
        "assessor_institution_ids": tuple(
            parse_uuid(item, field="assessor_institution_ids") for item in message.assessor_institution_ids
        ),
    }


def _optional(kind: type[E], text: str, field: str) -> E | None:
    return wire.enum_from_text(kind, text, field=field) if text else None


def partial_to_pb(result: PartialResult) -> pb.ResultInput:
    """As the contracts carry it."""
    taught_by, offering = result.taught_by_institution_id, result.offering_id
    return pb.ResultInput(
        learner_id=str(result.learner_id),
        course=None if result.course is None else wire.course_key_to_pb(result.course),
        year_be=result.year_be or 0,
        term=result.term or 0,
        attempt=result.attempt or 0,
        grade_scheme=result.grade_scheme or "",
        grade_label=result.grade_label or "",
        source_mode=result.source_mode or "",
        taught_by_institution_id=None if taught_by is None else str(taught_by),
        offering_id=None if offering is None else str(offering),
        evidence=[evidence_to_pb(item) for item in result.evidence],
        provenance=None if result.provenance is None else wire.provenance_to_pb(result.provenance),
        attempt_kind=result.attempt_kind or "",
        rpl_mode=result.rpl_mode or "",
        form=result.form or "",
        learning_type=result.learning_type or "",
        level=result.level or "",
        issuing_body=result.issuing_body,
        assessor_institution_ids=[str(item) for item in result.assessor_institution_ids],
    )


def result_to_pb(result: ResultInput) -> pb.ResultInput:
    """As the contracts carry it."""
    return partial_to_pb(of_result(result))


def change_to_pb(change: Change) -> pb.EntryChange:
    """As the contracts carry it."""
    return pb.EntryChange(
        change_id=str(change.change_id),
        entry_id=str(change.entry_id),
        learner_id=str(change.learner_id),
        kind=f"ENTRY_CHANGE_KIND_{change.kind}",
        state=f"ENTRY_CHANGE_STATE_{change.state}",
        reason_code=change.reason_code,
        result=None if change.result is None else result_to_pb(change.result),
        proposed_at=time_to_pb(change.proposed_at),
        decided_at=None if change.decided_at is None else time_to_pb(change.decided_at),
    )


def draft_to_pb(draft: Draft) -> pb.Draft:
    """As the contracts carry it."""
    return pb.Draft(
        draft_id=str(draft.draft_id),
        row_version=draft.row_version,
        state=f"DRAFT_STATE_{draft.state}",
        result=partial_to_pb(draft.result),
        missing_fields=draft.result.missing(),
        changed_at=time_to_pb(draft.changed_at),
    )


def entry_to_pb(entry: Entry, signatures: Sequence[Signature] = ()) -> pb.Entry:
    """An entry as the contracts carry it, with what was signed about it."""
    taught_by, placing, grade = entry.taught_by_institution_id, entry.placing, entry.grade
    is_sent_back = entry.state in (EntryState.RETURNED, EntryState.REJECTED)
    return pb.Entry(
        entry_id=str(entry.entry_id),
        learner_id=str(entry.learner_id),
        issuer_institution_id=str(entry.issuer_institution_id),
        course=course_to_pb(entry.course),
        year_be=entry.year_be,
        term=entry.term,
        attempt=entry.attempt,
        grade_scheme=grade.scheme,
        grade_code=grade.code,
        grade_label=grade.label,
        credits_attempted=wire.amount_to_pb(entry.attempted_hundredths, entry.unit),
        credits_earned=wire.amount_to_pb(entry.earned_hundredths, entry.unit),
        source_mode=str(entry.source_mode),
        taught_by_institution_id=None if taught_by is None else str(taught_by),
        state=f"{STATE_PREFIX}{entry.state}",
        verified_at=None if entry.verified is None else time_to_pb(entry.verified.at),
        evidence=[evidence_to_pb(item) for item in entry.evidence],
        provenance=wire.provenance_to_pb(entry.provenance),
        version=entry.version,
        entry_root_id=str(entry.entry_root_id),
        attempt_kind=str(entry.attempt_kind),
        rpl_mode=entry.rpl_mode,
        form=str(placing.form),
        learning_type=str(placing.learning_type),
        level=placing.level,
        issuing_body=placing.issuing_body,
        is_attempted=grade.is_attempted,
        is_earned=grade.is_earned,
        counts_in_gpa=grade.is_in_gpa,
        counts_for_graduation=grade.counts_for_graduation,
        assessor_institution_ids=[str(item) for item in entry.assessor_institution_ids],
        signatures=[
            pb.AssessmentSignature(
                institution_id=str(item.institution_id),
                is_agreed=item.is_agreed,
                explanation_th=item.explanation_th,
                signed_at=time_to_pb(item.signed_at),
            )
            for item in signatures
        ],
        return_reason_code=entry.return_reason if is_sent_back else None,
        approval_id=None if entry.approval_id is None else str(entry.approval_id),
        revoked_at=None if entry.revoked is None else time_to_pb(entry.revoked.at),
    )
