"""What can be wrong with a result before anything is known of the learner's other results. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from chassis.errors import ServiceError, Unavailable

from credit_bank.calendar_th import TERMS, YEARS_BE, TermPeriod, term_period
from credit_bank.catalogue.domain import CodeSystem, Course, CourseKey
from credit_bank.catalogue.errors import CourseUnknown
from credit_bank.catalogue.grades import PASS_FAIL, SCHEMES, Grade, usual_scheme
from credit_bank.partnerships.domain import Offering
from credit_bank.people.use_cases import KnownLearners, TermEnrolments
from credit_bank.recording.domain import (
    ASSESSORS_MAX,
    ATTEMPT_MAX,
    EVIDENCE_MAX,
    TEXT_CHARACTERS_MAX,
    AttemptKind,
    Evidence,
    ResultInput,
    SourceMode,
)
from credit_bank.recording.errors import (
    CourseNotValidThen,
    EvidenceKindUnknown,
    GradeCodeUnknown,
    GradeSchemeWrong,
    InstitutionUnknown,
    LearnerNotEnrolled,
    LearnerUnknown,
    OfferingUnknown,
    ResultInvalid,
)
from credit_bank.recording.policy import EVIDENCE_KINDS, OWN_COURSES

ENROLLED_MODES = frozenset({SourceMode.STUDY, SourceMode.ASSESSMENT})
"""Source modes that need an enrolment in that term; the others need no school (seeds.md R-17)."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What was found out about learners and institutions before the transaction."""

    enrolments: TermEnrolments
    learners: KnownLearners
    institutions: frozenset[UUID] | None


def has_term(result: ResultInput) -> bool:
    """Whether year and term can be meant."""
    return result.year_be in YEARS_BE and result.term in TERMS


CourseThen = tuple[CourseKey, int, int]
"""A course in a term: its key, the year in the Buddhist Era, the term."""


def course_then(result: ResultInput) -> CourseThen:
    """The course of a result in the term of the result."""
    return result.course, result.year_be, result.term


def has_begun_in(course: Course, year_be: int, term: int) -> bool:
    """Whether a version of a course is the course's by the end of a term."""
    first = course.facts.valid_from
    return first is None or first <= term_period(year_be, term).last


def version_in(versions: Sequence[Course], year_be: int, term: int) -> Course:
    """The version of a course that a term has: the newest that has begun by then.

    A version that begins later is not yet the course of the term, and one that was closed is not opened again by those
    before it. Where none has begun it is the first of `versions`, which is refused for the term.

    Args:
        versions: Newest first; at least one.
        year_be: Buddhist Era.
        term: 1 to 3.
    """
    return next((course for course in versions if has_begun_in(course, year_be, term)), versions[0])


def is_valid_in(course: Course, year_be: int, term: int) -> bool:
    """Whether a course is in force on any day of a term (CB c.3: in the catalogue for that year)."""
    period, first, last = term_period(year_be, term), course.facts.valid_from, course.facts.valid_to
    return (first is None or first <= period.last) and (last is None or period.first <= last)


def terms_studied(result: ResultInput) -> tuple[UUID, TermPeriod] | None:
    """The learner and term for which an enrolment is needed; None where none is."""
    if result.source_mode not in ENROLLED_MODES or not has_term(result):
        return None
    return result.learner_id, term_period(result.year_be, result.term)


def refusal_of(
    result: ResultInput,
    grade: Grade | None,
    *,
    institution_id: UUID,
    around: Surroundings,
    courses: Mapping[CourseThen, Course],
    offerings: Mapping[UUID, Offering],
) -> ServiceError | None:
    """Why a result is refused; None when nothing stands against it but other results."""
    fault = result_fault(result)
    if fault:
        return ResultInvalid(field=fault[0], expected=fault[1])
    unknown_kind = next((item.kind for item in result.evidence if item.kind not in EVIDENCE_KINDS), None)
    if unknown_kind is not None:
        return EvidenceKindUnknown(field="evidence", kind=unknown_kind)
    course = courses.get(course_then(result))
    if course is None:
        return CourseUnknown(field="course", code=result.course.code)
    if not is_valid_in(course, result.year_be, result.term):
        return CourseNotValidThen(field="course", code=result.course.code)
    return (
        _grade_refusal(result, grade, course)
        or _offering_refusal(result, course, institution_id, offerings)
        or _institution_refusal(result, around)
        or _learner_refusal(result, around)
    )


def _grade_refusal(result: ResultInput, grade: Grade | None, course: Course) -> ServiceError | None:
    if grade is None:
        return GradeCodeUnknown(field="grade_label", scheme=result.grade_scheme, label=result.grade_label)
    schemes = schemes_of(result.source_mode, course)
    if result.grade_scheme not in schemes:
        return GradeSchemeWrong(field="grade_scheme", scheme=" or ".join(schemes))
    return None


def schemes_of(mode: SourceMode, course: Course) -> tuple[str, ...]:
    """Schemes in which results of a course may be graded; what is recognised may be passed only (CB f.4)."""
    own = OWN_COURSES.get(course.key)
    if own is not None:
        return (own.scheme,)
    usual = usual_scheme(course.facts.unit)
    return (usual, PASS_FAIL) if mode is SourceMode.RPL and usual != PASS_FAIL else (usual,)


def result_fault(result: ResultInput) -> tuple[str, str] | None:
    """Field and expectation of what can never be right about a result; None for a good one."""
    is_short = result.source_mode is SourceMode.SHORT_COURSE
    own = OWN_COURSES.get(result.course)
    own_mode = own.mode if own else None
    needs_own = result.source_mode in (SourceMode.ASSESSMENT, SourceMode.LEVEL_EQUIV)
    kind = result.attempt_kind
    assessors = result.assessor_institution_ids
    checks = (
        (result.year_be in YEARS_BE, "year_be", f"{YEARS_BE.start} to {YEARS_BE.stop - 1}, Buddhist Era"),
        (result.term in TERMS, "term", "1, 2 or 3"),
        (1 <= result.attempt <= ATTEMPT_MAX, "attempt", f"1 to {ATTEMPT_MAX}"),
        (
            kind is None or (kind is AttemptKind.FIRST) == (result.attempt == 1),
            "attempt_kind",
            "FIRST for the first attempt, REMEDIAL or REPEAT for later ones",
        ),
        (result.grade_scheme in SCHEMES, "grade_scheme", f"one of {', '.join(SCHEMES)}"),
        (len(result.evidence) <= EVIDENCE_MAX, "evidence", f"at most {EVIDENCE_MAX} pieces"),
        (not is_short or result.offering_id is not None, "offering_id", "the offering of the short course"),
        (
            result.source_mode is SourceMode.RPL or is_short == (result.course.code_system is CodeSystem.SHORT),
            "source_mode",
            "SHORT_COURSE for short courses",
        ),
        (needs_own == (own is not None), "source_mode", "ASSESSMENT and LEVEL_EQUIV for their own courses only"),
        (own is None or own_mode is result.source_mode, "source_mode", f"{own_mode} for this"),
        (
            (result.source_mode is SourceMode.RPL) == (result.rpl_mode is not None),
            "rpl_mode",
            "for RPL, and only there",
        ),
        (
            result.source_mode is not SourceMode.LEVEL_EQUIV or bool(result.level and result.issuing_body),
            "level",
            "the level that was recognised, and the issuing body that did so",
        ),
        (len(result.issuing_body) <= TEXT_CHARACTERS_MAX, "issuing_body", f"at most {TEXT_CHARACTERS_MAX} characters"),
        (len(set(assessors)) == len(assessors) <= ASSESSORS_MAX, "assessor_institution_ids", "different institutions"),
        (all(map(_is_readable, result.evidence)), "evidence", f"texts of at most {TEXT_CHARACTERS_MAX} characters"),
    )
    return next(((field, expected) for is_right, field, expected in checks if not is_right), None)


def _is_readable(item: Evidence) -> bool:
    return max(map(len, (item.document_no, item.issuing_body, item.result_text))) <= TEXT_CHARACTERS_MAX


def _offering_refusal(
    result: ResultInput, course: Course, institution_id: UUID, offerings: Mapping[UUID, Offering]
) -> ServiceError | None:
    if result.offering_id is None:
        return None
    offering = offerings.get(result.offering_id)
    wanted = (institution_id, course.course_id, result.year_be, result.term)
    if offering is None or (offering.institution_id, offering.course_id, offering.year_be, offering.term) != wanted:
        return OfferingUnknown(field="offering_id", offering_id=result.offering_id)
    return None


def institutions_named(result: ResultInput) -> set[UUID]:
    """Institutions of which the register must know."""
    taught_by = result.taught_by_institution_id
    return {*result.assessor_institution_ids, *(() if taught_by is None else (taught_by,))}


def _institution_refusal(result: ResultInput, around: Surroundings) -> ServiceError | None:
    named = institutions_named(result)
    if not named:
        return None
    if around.institutions is None:
        return Unavailable("The register of institutions does not answer.")
    if named <= around.institutions:
        return None
    is_teacher = result.taught_by_institution_id is not None and (
        result.taught_by_institution_id not in around.institutions
    )
    return InstitutionUnknown(field="taught_by_institution_id" if is_teacher else "assessor_institution_ids")


def _learner_refusal(result: ResultInput, around: Surroundings) -> ServiceError | None:
    studied = terms_studied(result)
    if studied is not None:
        if studied in around.enrolments.enrolled:
            return None
        is_unconfirmed, refusal = result.learner_id in around.enrolments.unconfirmed, LearnerNotEnrolled()
    else:
        if result.learner_id in around.learners.known:
            return None
        is_unconfirmed, refusal = result.learner_id in around.learners.unconfirmed, LearnerUnknown()
    return Unavailable("The registry does not answer about this learner.") if is_unconfirmed else refusal
