"""What the pages show, free of transport."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Generic, TypeVar

T_co = TypeVar("T_co", covariant=True)

UNIT_STEPS = {"CR_OBEC": Decimal("0.1"), "CR_OVEC": Decimal(1)}
"""Digits shown of each unit: school credits come in halves, vocational ones whole (credit-bank.md c.2)."""


class Problem(StrEnum):
    """Why a part of a page is not there."""

    UNAVAILABLE = "UNAVAILABLE"
    FORBIDDEN = "FORBIDDEN"
    NOT_FOUND = "NOT_FOUND"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    BROKEN = "BROKEN"


@dataclass(frozen=True, slots=True)
class Part(Generic[T_co]):
    """A part of a page: what a service answered, or why it is missing. A missing part is never an empty one."""

    value: T_co | None = None
    problem: Problem | None = None


def missing(problem: Problem) -> Part[Any]:
    """A part that is not there."""
    return Part(None, problem)


@dataclass(frozen=True, slots=True)
class Assignment:
    """An assignment that the person may act under."""

    assignment_id: str
    institution_id: str
    institution_name_th: str
    role: str
    classroom: str


@dataclass(frozen=True, slots=True)
class Enrolment:
    """Where a learner is enrolled."""

    institution_id: str
    role: str
    delivery_system: str
    grade_label: str
    classroom: str


@dataclass(frozen=True, slots=True)
class Learner:
    """A learner whom the person may see."""

    learner_id: str
    full_name_th: str
    enrolments: Sequence[Enrolment]
    data_status: str
    identity_state: str

    def grade_at(self, institution_id: str) -> str:
        """Grade and room at an institution, such as `M.4/1`; empty when none is known."""
        for enrolment in self.enrolments:
            if enrolment.institution_id == institution_id and enrolment.grade_label:
                return "/".join(part for part in (enrolment.grade_label, enrolment.classroom) if part)
        return ""


@dataclass(frozen=True, slots=True)
class LearnerPage:
    """A page of the learners of an institution."""

    learners: Sequence[Learner]
    next_page_token: str
    total: int


@dataclass(frozen=True, slots=True)
class Amount:
    """Credits of one unit; units are never added."""

    credit_hundredths: int
    unit: str

    @property
    def number(self) -> str:
        """The number as people write it: `1.0` school credit, `1` vocational credit."""
        exact = Decimal(self.credit_hundredths).scaleb(-2)
        shown = exact.quantize(UNIT_STEPS.get(self.unit, Decimal("0.01")))
        # A step that the unit should not have is shown as it is, not rounded away.
        return str(shown if shown == exact else exact)


@dataclass(frozen=True, slots=True)
class Account:
    """One account of a learner.

    Attributes:
        qualification_code: Empty for the bank account.
        amounts: By bucket, units apart.
    """

    qualification_code: str
    awarding_institution_id: str
    amounts: Mapping[str, Sequence[Amount]]


@dataclass(frozen=True, slots=True)
class Credits:
    """A learner's credits: what was learned, and what counts where."""

    bank: Sequence[Amount]
    pending: Sequence[Amount]
    by_qualification: Mapping[str, Sequence[Amount]]


def summed(accounts: Sequence[Account]) -> Credits:
    """Totals per unit: verified and pending in the bank, counted per qualification. Voided credits count nowhere."""
    bank: dict[str, int] = {}
    pending: dict[str, int] = {}
    counted: dict[str, dict[str, int]] = {}
    for account in accounts:
        for bucket, amounts in account.amounts.items():
            if account.qualification_code:
                if not (bucket == "REDEEMED" or bucket.startswith("COUNTED")):
                    continue
                target = counted.setdefault(account.qualification_code, {})
            elif bucket in ("AVAILABLE", "PENDING"):
                target = bank if bucket == "AVAILABLE" else pending
            else:
                continue
            for amount in amounts:
                target[amount.unit] = target.get(amount.unit, 0) + amount.credit_hundredths
    return Credits(
        bank=_amounts(bank),
        pending=_amounts(pending),
        by_qualification={code: _amounts(by_unit) for code, by_unit in sorted(counted.items())},
    )


def _amounts(by_unit: Mapping[str, int]) -> list[Amount]:
    return [Amount(hundredths, unit) for unit, hundredths in sorted(by_unit.items()) if hundredths]


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One line of a transfer case."""

    target_code: str
    state: str
    credits: Amount | None
    reason_th: str
    rule_status: str


@dataclass(frozen=True, slots=True)
class Case:
    """A transfer case."""

    case_id: str
    learner_id: str
    institution_id: str
    state: str
    result: str
    qualification_code: str
    requested_on: date | None
    due_on: date | None
    lines: Sequence[CaseLine]


@dataclass(frozen=True, slots=True)
class Result:
    """One verified result of a learner."""

    course_code: str
    course_title_th: str
    credits: Amount | None
    grade_label: str
    year_be: int
    term: int
    data_status: str


@dataclass(frozen=True, slots=True)
class RecognisedLearning:
    """Learning that the credit bank recognised, as guidance received it."""

    kind: str
    course_code: str
    course_title_th: str
    credits: Amount | None
    qualification_code: str
    recognised_at: datetime


@dataclass(frozen=True, slots=True)
class Screening:
    """A screening without answers."""

    instrument_code: str
    instrument_version: str
    instrument_status: str
    group: str
    group_source: str
    observed_on: date


@dataclass(frozen=True, slots=True)
class Activity:
    """A guidance activity."""

    title_th: str
    scope: str
    held_on: date
    duration_minutes: int


@dataclass(frozen=True, slots=True)
class GuidanceRecord:
    """A learner's guidance record."""

    recognised_learning: Sequence[RecognisedLearning]
    screenings: Sequence[Screening]
    activities: Sequence[Activity]


@dataclass(frozen=True, slots=True)
class Access:
    """One read of the learner's data, and the service in which it happened."""

    service: str
    read_at: datetime
    institution_id: str
    role: str
    resource: str
    purpose: str
    ground: str


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator as the indicators service reports it."""

    code: str
    title_th: str
    counts: str
    numerator: int | None
    denominator: int | None
    percentage: str | None
    is_withheld: bool
    numerator_th: str
    population_th: str
    demonstration_count: int


@dataclass(frozen=True, slots=True)
class IndicatorReport:
    """The indicators of one academic year."""

    year_be: int
    as_of: datetime
    rule_version: str
    rule_status: str
    small_cell_note_th: str
    indicators: Sequence[Indicator]


@dataclass(frozen=True, slots=True)
class LearnerRow:
    """A learner of the list with what the credit bank says about him."""

    learner: Learner
    credits: Part[Credits] | None
    cases: Sequence[Case]


@dataclass(frozen=True, slots=True)
class StaffPage:
    """The page of somebody who acts under an assignment; a part is None where the role has no use for it."""

    learners: Part[LearnerPage] | None
    rows: Sequence[LearnerRow]
    credits_problem: Problem | None
    cases: Part[Sequence[Case]] | None
    indicators: Part[IndicatorReport] | None
    names: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def learner_names(self) -> dict[str, str]:
        """Names of the learners listed on this page."""
        return {row.learner.learner_id: row.learner.full_name_th for row in self.rows}


@dataclass(frozen=True, slots=True)
class LearnerDetail:
    """Everything about one learner that the person may see; a part is None where the role has no use for it."""

    learner: Part[Learner]
    credits: Part[Credits] | None
    results: Part[Sequence[Result]] | None
    cases: Part[Sequence[Case]] | None
    record: Part[GuidanceRecord] | None
    access: Sequence[Access]
    access_problems: Sequence[str]
    shows_access: bool
    names: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def exists_for_nobody(self) -> bool:
        """Whether no service shows this learner to the person: then the page does not exist either."""
        parts = [part for part in (self.credits, self.results, self.cases, self.record) if part is not None]
        hidden = (Problem.NOT_FOUND, Problem.FORBIDDEN)
        return self.learner.problem in hidden and all(part.problem in hidden or part.value == [] for part in parts)
