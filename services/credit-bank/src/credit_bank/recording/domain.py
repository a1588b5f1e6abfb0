"""Results and their states. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from credit_bank.catalogue.domain import Course, CourseFacts, CourseKey
from credit_bank.provenance import Provenance


class EntryState(StrEnum):
    """State of an entry (CB c.3)."""

    SUBMITTED = "SUBMITTED"
    RETURNED = "RETURNED"
    VERIFIED = "VERIFIED"
    SUPERSEDED = "SUPERSEDED"


class SourceMode(StrEnum):
    """How a result was earned."""

    STUDY = "STUDY"
    SHORT_COURSE = "SHORT_COURSE"


class ReturnReason(StrEnum):
    """Why submitted results go back to the recorder."""

    EVIDENCE_UNCLEAR = "EVIDENCE_UNCLEAR"
    WRONG_COURSE = "WRONG_COURSE"
    WRONG_GRADE = "WRONG_GRADE"
    WRONG_LEARNER = "WRONG_LEARNER"
    OTHER = "OTHER"


ATTEMPT_MAX: Final = 99
EVIDENCE_MAX: Final = 20
"""Most pieces of evidence of one result."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A document or file that supports a result.

    Attributes:
        kind: Such as `ASSESSMENT_SHEET` or `CERTIFICATE`.
        sha256_hex: Of the file; empty when the evidence is a numbered paper document.
        document_no: Number of the document, where it has one.
    """

    kind: str
    sha256_hex: str
    document_no: str


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


@dataclass(frozen=True, slots=True)
class EntryGrade:
    """The grade of an entry with what it counted for when it was recorded.

    Attributes:
        point_hundredths: Grade points in 1/100; None for letters.
    """

    scheme: str
    scheme_version: str
    code: str
    label: str
    point_hundredths: int | None
    is_in_gpa: bool


@dataclass(frozen=True, slots=True)
class Act:
    """That somebody did something to an entry, and when; the person only as a keyed hash."""

    at: datetime
    subject_hash: str
    assignment_id: UUID | None


_SHA256 = re.compile(r"^[0-9a-f]{64}$")


def is_sha256(text: str) -> bool:
    """Whether a text is a SHA-256 in lower-case hexadecimal."""
    return _SHA256.match(text) is not None


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
    the same row by file and by call is the same result.
    """
    return {
        "curriculum_version": result.course.curriculum_version,
        "owner": _text(result.course.owner_institution_id),
        "grade_scheme": result.grade_scheme,
        "grade_code": grade_code,
        "source_mode": str(result.source_mode),
        "taught_by": _text(result.taught_by_institution_id),
        "offering": _text(result.offering_id),
        "evidence": [[item.kind, item.sha256_hex, item.document_no] for item in result.evidence],
    }


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
