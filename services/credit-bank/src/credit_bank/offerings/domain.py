"""Surveys and weekly times. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import combinations
from typing import Any, Final
from uuid import UUID

from credit_bank.calendar_th import TERMS, YEARS_BE
from credit_bank.catalogue.domain import CourseKey
from credit_bank.provenance import Provenance, provenance_document

COURSES_MAX: Final = 50
ITEMS_MAX: Final = 50
TITLE_CHARACTERS_MAX: Final = 300
MINUTES_A_DAY: Final = 1_440
DAYS_A_WEEK: Final = 7
CLASHES_MAX: Final = 1_000


class SurveyKind(StrEnum):
    """Who is asked."""

    WISHES = "WISHES"
    """Learners: what they want to learn."""
    READINESS = "READINESS"
    """The school: what it has for it."""


class Readiness(StrEnum):
    """What a school answers (R-20)."""

    READY = "READY"
    NOT_READY = "NOT_READY"
    JOINED = "JOINED"
    DECLINED = "DECLINED"


@dataclass(frozen=True, slots=True)
class SurveyFacts:
    """A survey before an offering.

    Attributes:
        courses: To choose among, or for which readiness is asked.
        items: Of readiness, as codes such as `TEACHERS`; none for wishes.
    """

    institution_id: UUID
    kind: SurveyKind
    title_th: str
    year_be: int
    term: int
    courses: tuple[CourseKey, ...]
    items: tuple[str, ...]
    opens_on: date
    closes_on: date
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Survey:
    """A survey that was opened."""

    survey_id: UUID
    facts: SurveyFacts
    closed_at: datetime | None = None

    def is_open_on(self, day: date) -> bool:
        """Whether it takes answers on a day."""
        return self.closed_at is None and self.facts.opens_on <= day <= self.facts.closes_on


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer; no learner stands for the school itself."""

    survey_id: UUID
    learner_id: UUID | None
    choices: tuple[CourseKey, ...]
    ready_items: tuple[str, ...]
    readiness: Readiness | None


@dataclass(frozen=True, slots=True)
class Demand:
    """How much a course is wished for, in learners."""

    course: CourseKey
    first_choices: int
    choices: int


def survey_fault(facts: SurveyFacts) -> tuple[str, str] | None:
    """Field and expectation of what can never be right about a survey; None for a good one."""
    is_wishes = facts.kind is SurveyKind.WISHES
    has_courses = 0 < len(facts.courses) <= COURSES_MAX and len(set(facts.courses)) == len(facts.courses)
    has_items = (
        not facts.items
        if is_wishes
        else 0 < len(facts.items) <= ITEMS_MAX and len(set(facts.items)) == len(facts.items) and all(facts.items)
    )
    checks = (
        (0 < len(facts.title_th) <= TITLE_CHARACTERS_MAX, "title_th", f"1 to {TITLE_CHARACTERS_MAX} characters"),
        (facts.year_be in YEARS_BE and facts.term in TERMS, "year_be", "a year BE and a term 1 to 3"),
        (has_courses, "courses", f"1 to {COURSES_MAX} different courses"),
        (has_items, "items", f"none for wishes; 1 to {ITEMS_MAX} different ones for readiness"),
        (facts.opens_on <= facts.closes_on, "closes_on", "a day not before opens_on"),
    )
    return next(((field, expected) for is_right, field, expected in checks if not is_right), None)


def survey_document(facts: SurveyFacts) -> dict[str, Any]:
    """What makes a survey sent again the same."""
    return {
        "courses": [[str(key.code_system), key.code, key.curriculum_version] for key in facts.courses],
        "items": list(facts.items),
        "opens_on": facts.opens_on.isoformat(),
        "closes_on": facts.closes_on.isoformat(),
        "provenance": provenance_document(facts.provenance),
    }


def answer_fault(answer: Answer, survey: SurveyFacts) -> tuple[str, str] | None:
    """Field and expectation of what does not fit the survey; None for a good answer."""
    choices, items = set(answer.choices), set(answer.ready_items)
    if survey.kind is SurveyKind.WISHES:
        checks = (
            (answer.learner_id is not None, "learner_id", "whose wishes they are"),
            (
                len(choices) == len(answer.choices) and choices <= set(survey.courses),
                "choices",
                "courses of the survey",
            ),
            (not items and answer.readiness is None, "readiness", "nothing, for wishes"),
        )
    else:
        checks = (
            (answer.learner_id is None, "learner_id", "nobody, for the school itself"),
            (
                len(items) == len(answer.ready_items) and items <= set(survey.items),
                "ready_items",
                "items of the survey",
            ),
            (not choices, "choices", "nothing, for readiness"),
            (answer.readiness is not None, "readiness", f"one of {', '.join(Readiness)}"),
        )
    return next(((field, expected) for is_right, field, expected in checks if not is_right), None)


# ---- weekly times ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TimeFacts:
    """One weekly time of an offering, or of an institution's own lessons, for a class.

    Attributes:
        offering_id: None: the institution's own lessons.
        classroom: Empty: every classroom of the grade.
        weekday: 1 Monday to 7 Sunday.
        starts_minute: Minutes after midnight in Thailand; so is `ends_minute`.
    """

    institution_id: UUID
    offering_id: UUID | None
    class_institution_id: UUID
    grade_label: str
    classroom: str
    weekday: int
    starts_minute: int
    ends_minute: int
    first_on: date
    last_on: date


@dataclass(frozen=True, slots=True)
class WeeklyTime:
    """A time that was set."""

    time_id: UUID
    facts: TimeFacts


@dataclass(frozen=True, slots=True)
class Clash:
    """Two times for the same class that overlap, and the first day on which they do."""

    first: WeeklyTime
    second: WeeklyTime
    first_meets_on: date


def time_fault(facts: TimeFacts) -> tuple[str, str] | None:
    """Field and expectation of what can never be right about a time; None for a good one."""
    in_day = 0 <= facts.starts_minute < facts.ends_minute <= MINUTES_A_DAY
    checks = (
        (1 <= facts.weekday <= DAYS_A_WEEK, "weekday", "1 Monday to 7 Sunday"),
        (in_day, "ends_minute", "minutes of one day, later than the start"),
        (facts.first_on <= facts.last_on, "last_on", "a day not before first_on"),
        (bool(facts.grade_label), "grade_label", "the grade of the class"),
    )
    return next(((field, expected) for is_right, field, expected in checks if not is_right), None)


def first_common_day(one: TimeFacts, other: TimeFacts) -> date | None:
    """The first day on which two times for the same class overlap; None: they never do.

    Times that only touch do not overlap; a time for every classroom of a grade is one for each of them.
    """
    is_same_class = (
        one.class_institution_id == other.class_institution_id
        and one.grade_label == other.grade_label
        and (one.classroom == other.classroom or not one.classroom or not other.classroom)
    )
    is_same_time = (
        one.weekday == other.weekday and one.starts_minute < other.ends_minute and other.starts_minute < one.ends_minute
    )
    if not is_same_class or not is_same_time:
        return None
    begin = max(one.first_on, other.first_on)
    meets = begin + timedelta(days=(one.weekday - begin.isoweekday()) % DAYS_A_WEEK)
    return meets if meets <= min(one.last_on, other.last_on) else None


def clashes_of(new: Sequence[WeeklyTime], around: Iterable[WeeklyTime]) -> list[Clash]:
    """Clashes of new times with each other and with those around them; at most 1,000."""
    fresh = {time.time_id for time in new}
    pairs = [*combinations(new, 2)] + [(one, other) for one in new for other in around if other.time_id not in fresh]
    found: list[Clash] = []
    for one, other in pairs:
        meets = first_common_day(one.facts, other.facts)
        if meets is not None:
            found.append(Clash(one, other, meets))
    return sorted(found, key=lambda clash: (clash.first_meets_on, clash.first.time_id, clash.second.time_id))[
        :CLASHES_MAX
    ]
