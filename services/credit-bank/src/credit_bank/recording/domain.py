"""Results and their states. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from credit_bank.catalogue.domain import Course, CourseFacts, CourseKey
from credit_bank.provenance import Provenance
from credit_bank.rules.domain import EducationForm, EducationLevel


class EntryState(StrEnum):
    """State of an entry (CB c.3). A draft is no entry yet: see `drafts`."""

    SUBMITTED = "SUBMITTED"
    RETURNED = "RETURNED"
    REJECTED = "REJECTED"
    VERIFIED = "VERIFIED"
    SUPERSEDED = "SUPERSEDED"
    REVOKED = "REVOKED"


class SourceMode(StrEnum):
    """How a result was earned; its origin, which is never a grade letter (CB d.4)."""

    STUDY = "STUDY"
    SHORT_COURSE = "SHORT_COURSE"
    RPL = "RPL"
    """Recognised from knowledge and experience; `RplMode` says by what."""
    ASSESSMENT = "ASSESSMENT"
    """Yearly result of reading-thinking-writing, desirable characteristics or activities (CB-S4)."""
    LEVEL_EQUIV = "LEVEL_EQUIV"
    """Outcome of the recognition of a whole level; the procedure itself is elsewhere."""


class RplMode(StrEnum):
    """By what knowledge and experience were recognised; those of the national system for higher education (CB a)."""

    EXAM = "EXAM"
    PORTFOLIO = "PORTFOLIO"
    TRAINING = "TRAINING"
    CERTIFICATE = "CERTIFICATE"
    COURSE = "COURSE"


class LearningType(StrEnum):
    """Type of education: สามัญ, อาชีวศึกษา."""

    GENERAL = "GENERAL"
    VOCATIONAL = "VOCATIONAL"


class AttemptKind(StrEnum):
    """What an attempt is. A remedial examination and a repeated course are different attempts."""

    FIRST = "FIRST"
    REMEDIAL = "REMEDIAL"
    REPEAT = "REPEAT"


class ReturnReason(StrEnum):
    """Why submitted results go back to the recorder, or are rejected for good."""

    EVIDENCE_UNCLEAR = "EVIDENCE_UNCLEAR"
    WRONG_COURSE = "WRONG_COURSE"
    WRONG_GRADE = "WRONG_GRADE"
    WRONG_LEARNER = "WRONG_LEARNER"
    OTHER = "OTHER"


ATTEMPT_MAX: Final = 99
EVIDENCE_MAX: Final = 20
"""Most pieces of evidence of one result."""
ASSESSORS_MAX: Final = 5
"""Most institutions that assess one result together."""
TEXT_CHARACTERS_MAX: Final = 300
"""Longest number, name of a body or result of a test."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A document or file that supports a result.

    Attributes:
        kind: One of `evidence_kinds.toml`, such as `ASSESSMENT_SHEET` or `CERTIFICATE`.
        sha256_hex: Of the file; empty when the evidence is a numbered paper document.
        document_no: Number of the document, where it has one.
        issuing_body: Who issued it, when other than the recorder's institution; never a person.
        issued_on: When.
        result_text: What it says, such as a score or a level, where it is a test's result.
    """

    kind: str
    sha256_hex: str
    document_no: str
    issuing_body: str = ""
    issued_on: date | None = None
    result_text: str = ""


@dataclass(frozen=True, slots=True)
class ResultInput:
    """A result to record for the caller's institution.

    Attributes:
        year_be: Academic year, Buddhist Era.
        term: 1, 2 or 3 (summer).
        attempt: From 1.
        grade_label: As people write it in the scheme.
        taught_by_institution_id: Who taught it, when other than the recorder's institution.
        offering_id: Needed for a short course.
        attempt_kind: None: the first attempt, or a repeated course.
        rpl_mode: Needed for what was recognised, and only there.
        form: None: as it follows from how it was earned; likewise `learning_type` and `level` from the course.
        issuing_body: Who issued it outside the recorder's institution, such as an office that tests skills; else empty.
        assessor_institution_ids: Institutions and workplaces that assess it together; each must sign before it can be
            verified (seeds.md R-24, R-26).
    """

    learner_id: UUID
    course: CourseKey
    year_be: int
    term: int
    attempt: int
    grade_scheme: str
    grade_label: str
    source_mode: SourceMode
    taught_by_institution_id: UUID | None
    offering_id: UUID | None
    evidence: tuple[Evidence, ...]
    provenance: Provenance
    attempt_kind: AttemptKind | None = None
    rpl_mode: RplMode | None = None
    form: EducationForm | None = None
    learning_type: LearningType | None = None
    level: EducationLevel | None = None
    issuing_body: str = ""
    assessor_institution_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class EntryGrade:
    """The grade of an entry with what it counted for when it was recorded: the four flags of CB d.4.

    Attributes:
        point_hundredths: Grade points in 1/100; None for letters.
    """

    scheme: str
    scheme_version: str
    code: str
    label: str
    point_hundredths: int | None
    is_in_gpa: bool
    is_attempted: bool = True
    is_earned: bool = True
    counts_for_graduation: bool = True


@dataclass(frozen=True, slots=True)
class Placing:
    """Where a result belongs in education (seeds.md R-01).

    Attributes:
        issuing_body: Empty: the issuing institution itself.
    """

    form: EducationForm = EducationForm.FORMAL
    learning_type: LearningType = LearningType.GENERAL
    level: EducationLevel | None = None
    issuing_body: str = ""


@dataclass(frozen=True, slots=True)
class Act:
    """That somebody did something to an entry, and when; the person only as a keyed hash."""

    at: datetime
    subject_hash: str
    assignment_id: UUID | None


@dataclass(frozen=True, slots=True)
class Signature:
    """What one institution or workplace signed about a result that it assesses together with the issuer.

    Attributes:
        explanation_th: For learner and parents; may be empty.
        signed_by: Keyed hash of the person.
    """

    entry_id: UUID
    institution_id: UUID
    is_agreed: bool
    explanation_th: str
    signed_at: datetime
    signed_by: str
    assignment_id: UUID | None = None


_SHA256 = re.compile(r"^[0-9a-f]{64}$")


def is_sha256(text: str) -> bool:
    """Whether a text is a SHA-256 in lower-case hexadecimal."""
    return _SHA256.fullmatch(text) is not None


NaturalKey = tuple[UUID, UUID, str, str, int, int, int]
"""Learner, issuer, code system, code, academic year, term, attempt (CB-I13)."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One version of one result with its frozen course facts.

    Attributes:
        entry_root_id: The same in all versions; claims rest on it.
        course: The course as it was when the result was recorded.
        content_sha256: Over the course's frozen description and outcomes (CB f.3 point 3).
        attempted_hundredths: In 1/100 credit; None for a course without credits.
        earned_hundredths: In 1/100 credit; 0 for a failed course, None for one without credits.
        content_hash: Over what was recorded, to tell the same result from another one.
        drafted_by: Keyed hash of who drafted it, when it was submitted from a draft.
        approval_id: Batch in which a director approved it after it was verified.
    """

    entry_id: UUID
    entry_root_id: UUID
    version: int
    supersedes_entry_id: UUID | None
    learner_id: UUID
    issuer_institution_id: UUID
    course: Course
    content_sha256: bytes
    year_be: int
    term: int
    attempt: int
    grade: EntryGrade
    attempted_hundredths: int | None
    earned_hundredths: int | None
    source_mode: SourceMode
    taught_by_institution_id: UUID | None
    offering_id: UUID | None
    evidence: tuple[Evidence, ...]
    state: EntryState
    content_hash: bytes
    recorded: Act
    verified: Act | None
    returned: Act | None
    return_reason: ReturnReason | None
    provenance: Provenance
    placing: Placing = field(default_factory=Placing)
    attempt_kind: AttemptKind = AttemptKind.FIRST
    rpl_mode: RplMode | None = None
    assessor_institution_ids: tuple[UUID, ...] = ()
    drafted_by: str | None = None
    rejected: Act | None = None
    revoked: Act | None = None
    approval_id: UUID | None = None

    @property
    def makers(self) -> frozenset[str]:
        """Keyed hashes of those who made it, none of whom verifies it (CB-I19)."""
        return frozenset({self.recorded.subject_hash} | ({self.drafted_by} if self.drafted_by else set()))

    @property
    def unit(self) -> str | None:
        """Unit of its credits; None for a course without credits."""
        return self.course.facts.unit

    @property
    def natural_key(self) -> NaturalKey:
        """What names it among all results."""
        key = self.course.key
        return (
            self.learner_id,
            self.issuer_institution_id,
            key.code_system,
            key.code,
            self.year_be,
            self.term,
            self.attempt,
        )


def natural_key_of(result: ResultInput, issuer_institution_id: UUID) -> NaturalKey:
    """What names a result among all."""
    key = result.course
    return (
        result.learner_id,
        issuer_institution_id,
        key.code_system,
        key.code,
        result.year_be,
        result.term,
        result.attempt,
    )


def content_document(result: ResultInput, *, grade_code: str) -> Mapping[str, Any]:
    """What is compared to tell a result sent again from another result for the same natural key.

    The grade counts by its code, so that `3` and `3.0` are the same; where the data came from does not count, so that
    the same row by file and by call is the same result. What was not stated is left out: digests of before hold.
    """
    stated = {
        "attempt_kind": result.attempt_kind,
        "rpl_mode": result.rpl_mode,
        "form": result.form,
        "learning_type": result.learning_type,
        "level": result.level,
        "issuing_body": result.issuing_body,
        "assessors": [str(item) for item in sorted(result.assessor_institution_ids)],
    }
    return {
        "curriculum_version": result.course.curriculum_version,
        "owner": _text(result.course.owner_institution_id),
        "grade_scheme": result.grade_scheme,
        "grade_code": grade_code,
        "source_mode": str(result.source_mode),
        "taught_by": _text(result.taught_by_institution_id),
        "offering": _text(result.offering_id),
        "evidence": [_evidence_document(item) for item in result.evidence],
        **{name: value if isinstance(value, list) else str(value) for name, value in stated.items() if value},
    }


def _evidence_document(item: Evidence) -> list[str]:
    later = [item.issuing_body, "" if item.issued_on is None else item.issued_on.isoformat(), item.result_text]
    return [item.kind, item.sha256_hex, item.document_no, *(later if any(later) else [])]


def course_content_document(facts: CourseFacts) -> Mapping[str, Any]:
    """What a committee judges a course's content by."""
    return {
        "code_system": str(facts.key.code_system),
        "code": facts.key.code,
        "curriculum_version": facts.key.curriculum_version,
        "title_th": facts.title_th,
        "title_en": facts.title_en,
        "hours_total": facts.hours_total,
        "tpn": facts.tpn,
        "outcomes": list(facts.outcomes),
    }


def _text(value: UUID | None) -> str | None:
    return None if value is None else str(value)


def credits_of(facts: CourseFacts, *, is_attempted: bool, is_earned: bool) -> tuple[int | None, int | None]:
    """Credits attempted and earned in 1/100, both None for a course without credits.

    Source: credit-bank.md d.4: a grade 0 is attempted and earns nothing; a withdrawal is neither.
    """
    if facts.credit_hundredths is None:
        return None, None
    return facts.credit_hundredths if is_attempted else 0, facts.credit_hundredths if is_earned else 0
