"""Statements about where a learner is in education, and what follows from them. Pure.

A statement is never overwritten: what was wrong is withdrawn by another statement, and what held before holds again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from student_registry.enrolments.domain import Enrolment, EnrolmentRole
from student_registry.matching.domain import BirthDate, Precision
from student_registry.provenance import Provenance
from student_registry.statuses.errors import (
    StatusDateInvalid,
    StatusNotOwn,
    StatusReasonInvalid,
    StatusTransitionInvalid,
    StatusWithdrawn,
)


class LearnerStatus(StrEnum):
    """Where a person is in education (R-64, R-67); the list is shared with guidance."""

    STUDYING = "STUDYING"
    AT_RISK = "AT_RISK"
    MISSING = "MISSING"
    DROPPED_OUT = "DROPPED_OUT"
    NEVER_ENROLLED = "NEVER_ENROLLED"
    RETURNED = "RETURNED"
    MOVED = "MOVED"
    ON_LEAVE = "ON_LEAVE"
    STRUCK_OFF = "STRUCK_OFF"
    GRADUATED = "GRADUATED"
    DECEASED = "DECEASED"


class OutsideActivity(StrEnum):
    """What a person does outside school."""

    WORKING = "WORKING"
    TRAINING = "TRAINING"
    NEITHER = "NEITHER"
    UNKNOWN = "UNKNOWN"


class NeetState(StrEnum):
    """Whether a person is neither in education nor in work nor in training on a day."""

    NEET = "NEET"
    NOT_NEET = "NOT_NEET"
    OUT_OF_SCOPE = "OUT_OF_SCOPE"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class StatusKind:
    """One status of the list.

    Attributes:
        needs_reason: Whoever states it says why.
        default_reason_code: The reason when none is said; empty where one must be.
        becomes: What may follow it, itself among them: a status can be confirmed again.
        is_out_of_education: A person of this status is not in education, whatever enrolment is still open.
    """

    status: LearnerStatus
    name_th: str
    needs_reason: bool
    may_be_first: bool
    is_out_of_education: bool
    becomes: frozenset[LearnerStatus]
    provenance: Provenance
    default_reason_code: str = ""


@dataclass(frozen=True, slots=True)
class StatusReason:
    """One reason, and the statuses that it explains."""

    reason_code: str
    name_th: str
    statuses: frozenset[LearnerStatus]
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class StatusRules:
    """The list data: statuses and reasons in the order in which they are shown."""

    version: str
    kinds: Mapping[LearnerStatus, StatusKind]
    reasons: Mapping[str, StatusReason]


@dataclass(frozen=True, slots=True)
class StatusInput:
    """A statement to record."""

    learner_id: UUID
    status: LearnerStatus
    reason_code: str
    valid_from: date
    confirmed_on: date
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class StatusWithdrawal:
    """A statement that was wrong."""

    learner_status_id: UUID
    confirmed_on: date
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class ActivityInput:
    """What a learner does outside school, to record."""

    learner_id: UUID
    activity: OutsideActivity
    valid_from: date
    confirmed_on: date
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement as kept.

    Attributes:
        statement_no: Order in which statements were recorded.
        status: None: it states nothing but takes back what `withdraws` states.
    """

    learner_status_id: UUID
    statement_no: int
    learner_id: UUID
    status: LearnerStatus | None
    reason_code: str
    stated_by_institution_id: UUID
    valid_from: date
    confirmed_on: date
    withdraws: UUID | None
    provenance: Provenance
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class ActivityStatement:
    """An activity outside school as kept."""

    outside_activity_id: UUID
    statement_no: int
    learner_id: UUID
    activity: OutsideActivity
    stated_by_institution_id: UUID
    valid_from: date
    confirmed_on: date
    provenance: Provenance
    recorded_at: datetime


def withdrawn(statements: Iterable[Statement]) -> set[UUID]:
    """Statements that were taken back."""
    return {item.withdraws for item in statements if item.withdraws is not None}


def standing(statements: Sequence[Statement]) -> list[Statement]:
    """Statements that stand, in the order in which they hold: by first day, then as they were recorded."""
    gone = withdrawn(statements)
    left = [item for item in statements if item.status is not None and item.learner_status_id not in gone]
    return sorted(left, key=lambda item: (item.valid_from, item.statement_no))


def in_force(statements: Sequence[Statement], day: date) -> Statement | None:
    """The statement that holds on a day; None where nothing was stated."""
    begun = [item for item in standing(statements) if item.valid_from <= day]
    return begun[-1] if begun else None


def with_reason(stated: StatusInput, rules: StatusRules) -> StatusInput:
    """A statement with a reason: where none is said, the one that the list data has for a status that needs none."""
    if stated.reason_code:
        return stated
    return replace(stated, reason_code=rules.kinds[stated.status].default_reason_code)


def already_stated(stated: StatusInput, known: Sequence[Statement], rules: StatusRules) -> Statement | None:
    """The standing statement that says the same, if there is one; older ones left out a plain reason."""

    def reason_of(item: Statement) -> str:
        return item.reason_code or (rules.kinds[item.status].default_reason_code if item.status else "")

    return next(
        (
            item
            for item in standing(known)
            if (item.status, reason_of(item), item.valid_from, item.confirmed_on)
            == (stated.status, stated.reason_code, stated.valid_from, stated.confirmed_on)
        ),
        None,
    )


def check(stated: StatusInput, known: Sequence[Statement], rules: StatusRules, *, today: date) -> None:
    """Refuse a statement that the list data does not allow beside what is known.

    Raises:
        StatusDateInvalid: It begins or was confirmed after today.
        StatusReasonInvalid: It has no reason, or the reason explains no such status.
        StatusTransitionInvalid: It cannot follow what holds before it, or what is stated next cannot follow it.
    """
    if stated.valid_from > today or stated.confirmed_on > today:
        raise StatusDateInvalid(field="valid_from" if stated.valid_from > today else "confirmed_on")
    reason = rules.reasons.get(stated.reason_code)
    if reason is None or stated.status not in reason.statuses:
        raise StatusReasonInvalid(field="reason_code", status=stated.status)
    before = in_force(known, stated.valid_from)
    after = next((item for item in standing(known) if item.valid_from > stated.valid_from), None)
    if before is None or before.status is None:
        may_follow = rules.kinds[stated.status].may_be_first
    else:
        may_follow = stated.status in rules.kinds[before.status].becomes
    if not may_follow:
        raise StatusTransitionInvalid(field="status", before=before.status if before else "-", status=stated.status)
    if after is not None and after.status is not None and after.status not in rules.kinds[stated.status].becomes:
        raise StatusTransitionInvalid(field="status", status=stated.status, after=after.status)


def check_withdrawal(statement: Statement, known: Sequence[Statement], *, acting_for: UUID) -> None:
    """Refuse to take back what cannot be taken back.

    Raises:
        StatusWithdrawn: It was taken back already, or states nothing itself.
        StatusNotOwn: Another institution stated it.
    """
    if statement.status is None or statement.learner_status_id in withdrawn(known):
        raise StatusWithdrawn(field="learner_status_id")
    if statement.stated_by_institution_id != acting_for:
        raise StatusNotOwn(field="learner_status_id")


def ages_on(birth: BirthDate, day: date) -> tuple[int, int]:
    """Youngest and oldest age in whole years that a person can have on a day; one age where the day is known."""

    def age(born: date) -> int:
        return day.year - born.year - ((day.month, day.day) < (born.month, born.day))

    last = date(birth.value.year, 12, 31) if birth.precision is Precision.YEAR else birth.value
    return age(last), age(birth.value)


def neet(
    birth: BirthDate | None,
    *,
    day: date,
    ages: tuple[int, int],
    is_enrolled: bool,
    status: StatusKind | None,
    activity: OutsideActivity | None,
) -> NeetState:
    """Whether a person is neither in education nor in work nor in training on a day; never typed, always computed.

    Args:
        birth: Birth date, perhaps its year only: then NEET is only who is of that age either way.
        day: The day.
        ages: First and last age of the definition.
        is_enrolled: Whether any enrolment holds on the day.
        status: Status that holds on the day.
        activity: What he does outside school on the day; None: nobody asked.

    Source: 002:846 (15 to 24 years). The same in SQL: `neet_on` of migration 0041; a test compares both.
    """
    is_in_scope = False
    if birth is not None:
        youngest, oldest = ages_on(birth, day)
        if oldest < ages[0] or youngest > ages[1]:
            return NeetState.OUT_OF_SCOPE
        is_in_scope = youngest >= ages[0] and oldest <= ages[1]
    if status is not None and status.status is LearnerStatus.DECEASED:
        return NeetState.OUT_OF_SCOPE
    if is_enrolled and not (status is not None and status.is_out_of_education):
        return NeetState.NOT_NEET
    if activity in (OutsideActivity.WORKING, OutsideActivity.TRAINING):
        return NeetState.NOT_NEET
    return NeetState.NEET if activity is OutsideActivity.NEITHER and is_in_scope else NeetState.UNKNOWN


def census_status(
    enrolments: Sequence[Enrolment], known: Sequence[Statement], rules: StatusRules, *, day: date
) -> LearnerStatus | None:
    """What a school-age census says of a person whom it met outside school; None where it says nothing new.

    Source: 001:52-53, 002:764-782; which status follows from what is ours.
    """
    studies = [item for item in enrolments if item.facts.role is not EnrolmentRole.SHORT_COURSE]
    if any(item.facts.valid_from <= day and (item.facts.valid_to or day) >= day for item in studies):
        return None
    held = in_force(known, day)
    if held is not None and held.status is not None:
        kind = rules.kinds[held.status]
        if kind.is_out_of_education or held.status is LearnerStatus.GRADUATED:
            return None
    return LearnerStatus.DROPPED_OUT if studies or held is not None else LearnerStatus.NEVER_ENROLLED
