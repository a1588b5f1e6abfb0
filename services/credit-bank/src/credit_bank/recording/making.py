"""Entries as they are made of results. Pure but for new ids."""

from __future__ import annotations

from functools import lru_cache
from typing import Final
from uuid import UUID

from chassis.ids import uuid7

from credit_bank.canonical import digest_plain
from credit_bank.catalogue.domain import Course, CourseFacts
from credit_bank.catalogue.grades import Grade
from credit_bank.recording.domain import (
    Act,
    Entry,
    EntryGrade,
    EntryState,
    ResultInput,
    content_document,
    course_content_document,
    credits_of,
)
from credit_bank.recording.placing import attempt_kind_of, placing_of

COURSES_KEPT: Final = 4_096


@lru_cache(maxsize=COURSES_KEPT)
def course_digest(facts: CourseFacts) -> bytes:
    """Digest of what a committee judges a course's content by; the same course comes with many results."""
    return digest_plain(course_content_document(facts))


def new_entry(
    result: ResultInput,
    grade: Grade,
    course: Course,
    *,
    institution_id: UUID,
    act: Act,
    before: Entry | None = None,
    entry_id: UUID | None = None,
    drafted_by: str | None = None,
    content_hash: bytes | None = None,
) -> Entry:
    """A submitted entry: the first version, or the next one of `before`.

    Args:
        result: What was achieved.
        grade: What its label means.
        course: The course as it is now; the entry freezes it.
        institution_id: Who issues it.
        act: Who records it, and when.
        before: The version that it replaces.
        entry_id: Of the draft that it was; None: a new one.
        drafted_by: Keyed hash of who drafted it.
        content_hash: Digest of the content, where it is known already.
    """
    attempted, earned = credits_of(course.facts, is_attempted=grade.is_attempted, is_earned=grade.is_earned)
    this_id = entry_id or uuid7()
    return Entry(
        entry_id=this_id,
        entry_root_id=this_id if before is None else before.entry_root_id,
        version=1 if before is None else before.version + 1,
        supersedes_entry_id=None if before is None else before.entry_id,
        learner_id=result.learner_id,
        issuer_institution_id=institution_id,
        course=course,
        content_sha256=course_digest(course.facts),
        year_be=result.year_be,
        term=result.term,
        attempt=result.attempt,
        grade=EntryGrade(
            scheme=grade.scheme,
            scheme_version=grade.scheme_version,
            code=grade.code,
            label=grade.label,
            point_hundredths=grade.point_hundredths,
            is_in_gpa=grade.is_in_gpa,
            is_attempted=grade.is_attempted,
            is_earned=grade.is_earned,
            counts_for_graduation=grade.counts_for_graduation,
        ),
        attempted_hundredths=attempted,
        earned_hundredths=earned,
        source_mode=result.source_mode,
        taught_by_institution_id=result.taught_by_institution_id,
        offering_id=result.offering_id,
        evidence=result.evidence,
        state=EntryState.SUBMITTED,
        content_hash=content_hash or digest_plain(content_document(result, grade_code=grade.code)),
        recorded=act,
        verified=None,
        returned=None,
        return_reason=None,
        provenance=result.provenance,
        placing=placing_of(result, course.facts),
        attempt_kind=attempt_kind_of(result),
        rpl_mode=result.rpl_mode,
        assessor_institution_ids=result.assessor_institution_ids,
        drafted_by=drafted_by,
    )
