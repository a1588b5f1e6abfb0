"""What a year end does with each enrolment, and when it cannot be taken back. Pure.

Source: 003:254 and R-72c (leavers have an expected destination); which enrolment is an exception is ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from student_registry.calendar_th import BE_MINUS_CE
from student_registry.enrolments.domain import Enrolment, EnrolmentRole
from student_registry.enrolments.grades import GradeList
from student_registry.provenance import Provenance
from student_registry.statuses.domain import LearnerStatus, StatusRules
from student_registry.year_end.errors import DestinationInvalid, YearEndDatesInvalid

INSTITUTION = "INSTITUTION"
UNKNOWN = "UNKNOWN"
GRADUATED = "GRADUATED"
"""Reason for which the enrolment of a graduate ends: a code of the list ENROLMENT_END_REASON."""
ROLES = (EnrolmentRole.PRIMARY, EnrolmentRole.PARTNER)
"""Enrolments with a grade of their own; hosting follows the school that sends the learner."""


class Decision(StrEnum):
    """What a year end does with one enrolment."""

    PROMOTE = "PROMOTE"
    GRADUATE = "GRADUATE"
    HOLD_BACK = "HOLD_BACK"
    EXCEPTION = "EXCEPTION"


class RunState(StrEnum):
    """How far a year end is."""

    PLANNED = "PLANNED"
    APPLYING = "APPLYING"
    APPLIED = "APPLIED"
    UNDONE = "UNDONE"
    REPLACED = "REPLACED"


class ExceptionReason(StrEnum):
    """Why a person has to look at an enrolment; also why a year end cannot be taken back."""

    GRADE_UNKNOWN = "GRADE_UNKNOWN"
    OUT_OF_EDUCATION = "OUT_OF_EDUCATION"
    ON_LEAVE = "ON_LEAVE"
    MOVING = "MOVING"
    CHANGED_LATER = "CHANGED_LATER"
    CHANGED_SINCE_PLAN = "CHANGED_SINCE_PLAN"
    STATUS_LATER = "STATUS_LATER"
    STATUS_TRANSITION = "STATUS_TRANSITION"
    ENROLLED_ELSEWHERE = "ENROLLED_ELSEWHERE"


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a leaver is expected: a code of the list DESTINATION_KIND, and the institution where that is known."""

    kind: str
    institution_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """An enrolment that is running when the year ends, with what else decides about it.

    Attributes:
        history_id: Newest statement about it.
        status: Status that holds on the last day; None: nothing was stated.
        held_back: Reason for which he stays in his grade; empty: he does not.
    """

    enrolment: Enrolment
    history_id: int
    status: LearnerStatus | None
    is_moving: bool
    held_back: str


@dataclass(frozen=True, slots=True)
class Line:
    """What becomes of one enrolment.

    Attributes:
        next_grade_label: Grade after; empty when the enrolment ends or nothing is done.
        destination: Where a leaver is expected; None for others.
        planned_history_id: Newest statement about the enrolment when it was planned.
        applied_history_id: Newest statement after it was carried out; None until then.
    """

    line_no: int
    learner_id: UUID
    enrolment_id: UUID
    decision: Decision
    reason_code: str
    grade_label: str
    next_grade_label: str
    destination: Destination | None
    planned_history_id: int
    applied_history_id: int | None = None
    learner_status_id: UUID | None = None
    leaver_id: UUID | None = None
    is_applied: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """A plan, and how far it is carried out."""

    year_end_run_id: UUID
    institution_id: UUID
    year_be: int
    last_day: date
    first_day: date
    state: RunState
    rule_version: str
    provenance: Provenance
    planned_at: datetime


@dataclass(frozen=True, slots=True)
class RunFigures:
    """A run with its lines counted."""

    run: Run
    counts: Mapping[Decision, int]
    lines_left: int


def check_dates(year_be: int, last_day: date, first_day: date) -> None:
    """Refuse days that do not end the academic year: it begins in its own year and ends in the next one.

    Raises:
        YearEndDatesInvalid: They do not.
    """
    begins = year_be - BE_MINUS_CE
    if not (date(begins, 7, 1) <= last_day < first_day <= date(begins + 1, 12, 31)):
        raise YearEndDatesInvalid(field="last_day")


def arrive_by(year_be: int, month_and_day: str) -> date:
    """Day by which leavers of an academic year should stand in somebody's register; the rule is month-day."""
    month, day = month_and_day.split("-")
    return date(year_be - BE_MINUS_CE + 1, int(month), int(day))


def check_destination(destination: Destination, *, kinds: frozenset[str], institutions: frozenset[UUID]) -> None:
    """Refuse a place that is in no list.

    Raises:
        DestinationInvalid: No such kind, or the institution is missing, superfluous or not registered.
    """
    is_right = (destination.kind == INSTITUTION) is (destination.institution_id is not None)
    is_known = destination.institution_id is None or destination.institution_id in institutions
    if destination.kind not in kinds or not is_right or not is_known:
        raise DestinationInvalid(field="destinations")


def decide(
    candidate: Candidate,
    *,
    line_no: int,
    first_day: date,
    grades: GradeList,
    rules: StatusRules,
    destination: Destination | None,
) -> Line:
    """What becomes of one enrolment.

    Args:
        candidate: The enrolment and what else decides.
        line_no: Its number in the run.
        first_day: First day of the year that follows.
        grades: What follows what.
        rules: The list data of statuses.
        destination: Where he is expected if he leaves; None: nobody said.
    """
    facts = candidate.enrolment.facts
    grade = grades.grades.get(facts.grade_label)
    decision, reason, after, place = Decision.EXCEPTION, "", "", None
    if candidate.status is not None and rules.kinds[candidate.status].is_out_of_education:
        reason = ExceptionReason.OUT_OF_EDUCATION
    elif candidate.status is LearnerStatus.ON_LEAVE:
        reason = ExceptionReason.ON_LEAVE
    elif candidate.is_moving:
        reason = ExceptionReason.MOVING
    elif candidate.enrolment.details_since > first_day:
        reason = ExceptionReason.CHANGED_LATER
    elif candidate.held_back:
        decision, reason = Decision.HOLD_BACK, candidate.held_back
    elif grade is None:
        reason = ExceptionReason.GRADE_UNKNOWN
    elif grade.next_grade_label:
        decision, after = Decision.PROMOTE, grade.next_grade_label
    else:
        decision = Decision.GRADUATE
        if facts.role is EnrolmentRole.PRIMARY and grade.needs_destination:
            place = destination or Destination(UNKNOWN)
    return Line(
        line_no=line_no,
        learner_id=candidate.enrolment.learner_id,
        enrolment_id=candidate.enrolment.enrolment_id,
        decision=decision,
        reason_code=str(reason),
        grade_label=facts.grade_label,
        next_grade_label=after,
        destination=place,
        planned_history_id=candidate.history_id,
    )


@dataclass(frozen=True, slots=True)
class Leaver:
    """Somebody who finished a last grade.

    Attributes:
        arrived_institution_id: Where he is enrolled on the day; None: nowhere.
        is_missing: Expected in education, enrolled nowhere, and the date of the rule has passed.
    """

    leaver_id: UUID
    learner_id: UUID
    from_institution_id: UUID
    grade_label: str
    last_day: date
    destination: Destination
    arrived_institution_id: UUID | None
    is_missing: bool
    registrar_institution_id: UUID
