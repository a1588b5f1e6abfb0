"""What is missing for a qualification: its conditions held against what counts. Pure, usable at any time (CB c.6).

A public system marks a transcript as passed on four yes/no codes alone and never looks at credits [T26]; here every
condition of the qualification is held against what is there, and each says on which results it rests.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from credit_bank.averages.domain import AveragePolicy, GradedRow, Policies, joint_average, without_rule
from credit_bank.catalogue.domain import CourseKey
from credit_bank.ledger.domain import decimal_text
from credit_bank.provenance import Provenance
from credit_bank.qualifications.conditions import (
    ActivityNeeded,
    AssessmentNeeded,
    AverageNeeded,
    CategoryCredits,
    Condition,
    CourseNeeded,
    Period,
    ResidenceNeeded,
    TotalCredits,
    type_of,
)
from credit_bank.qualifications.domain import Qualification

STUDY_TERMS: Final = (1, 2)
"""Terms that are terms of study; the summer term is none."""


@dataclass(frozen=True, slots=True)
class AwardFact:
    """A course that stands as awarded in the account.

    Attributes:
        category: Category of the qualification in which its credits stand.
        course_category: Category of the course itself.
        entry_ids: Results on which it rests.
        line_id: Line of the transfer case; None for an own result.
    """

    course: CourseKey
    category: str
    course_category: str
    unit: str
    hundredths: int
    entry_ids: tuple[UUID, ...]
    line_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class PassFact:
    """A verified result without credits.

    Attributes:
        kinds: Assessments or activities for which it stands.
    """

    kinds: frozenset[str]
    year_be: int
    term: int
    attempt: int
    is_passed: bool
    entry_id: UUID


@dataclass(frozen=True, slots=True)
class AuditFacts:
    """What is held against a qualification.

    Attributes:
        rows: Grades of what counts, transferred ones with their mode.
        study_terms: Terms of study at the awarding institution that have begun.
        ended_terms: Year and term of those that are over: what every term or year asks for is asked for in these.
        delivery_systems: How the learner studies there, such as `DUAL_VOCATIONAL_TRAINING`.
        level: Of the qualification; the rows' own.
        policies: How averages are computed by form and level, as announced.
    """

    awards: tuple[AwardFact, ...]
    rows: tuple[GradedRow, ...] = ()
    passes: tuple[PassFact, ...] = ()
    study_terms: int = 0
    ended_terms: frozenset[tuple[int, int]] = frozenset()
    delivery_systems: frozenset[str] = frozenset()
    level: str = ""
    policies: Policies = field(default_factory=dict[tuple[str, str], AveragePolicy])


@dataclass(frozen=True, slots=True)
class Finding:
    """One condition: what is asked for, what is there, what is missing.

    Attributes:
        required: Decimal text of credits or average, or a count.
        have: In the same measure.
        missing: In the same measure; empty when it is met.
    """

    code: str
    type: str
    title_th: str
    is_met: bool
    required: str
    have: str
    missing: str
    entry_ids: tuple[UUID, ...]
    line_ids: tuple[UUID, ...]
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Audit:
    """A qualification held against what counts; passed when every condition is met."""

    code: str
    version: str
    findings: tuple[Finding, ...]

    @property
    def is_passed(self) -> bool:
        """Whether every condition is met; a qualification without conditions is never passed."""
        return bool(self.findings) and all(finding.is_met for finding in self.findings)

    @property
    def missing(self) -> tuple[str, ...]:
        """Codes of conditions that are not met."""
        return tuple(finding.code for finding in self.findings if not finding.is_met)


def audit(qualification: Qualification, facts: AuditFacts) -> Audit:
    """Hold what counts against every condition of a qualification.

    Conditions that are only for another way of learning are left out. Credits of another unit than the
    qualification's never count, and nothing depends on the order of the facts.

    Source: credit-bank.md c.6.
    """
    own = [award for award in facts.awards if award.unit == qualification.unit]
    findings = tuple(
        _finding(condition, own, facts, unit=qualification.unit)
        for condition in qualification.all_conditions
        if not condition.only_for or condition.only_for in facts.delivery_systems
    )
    return Audit(qualification.code, qualification.version, findings)


def _finding(condition: Condition, awards: Sequence[AwardFact], facts: AuditFacts, *, unit: str) -> Finding:
    match condition:
        case TotalCredits():
            return _credits(condition, awards, condition.min_hundredths)
        case CategoryCredits():
            chosen = [award for award in awards if _is_in(condition, award)]
            return _credits(condition, chosen, condition.min_hundredths)
        case CourseNeeded():
            found = [award for award in awards if award.course in condition.any_of]
            return _count(condition, min(len(found), 1), 1, found)
        case AverageNeeded():
            return _average(condition, facts, unit)
        case AssessmentNeeded() | ActivityNeeded():
            results = [one for one in facts.passes if condition.kind in one.kinds]
            return _passes(condition, results, _periods(condition.period, facts.ended_terms))
        case ResidenceNeeded():
            return _count(condition, facts.study_terms, condition.min_terms, ())


def _is_in(condition: CategoryCredits, award: AwardFact) -> bool:
    if condition.within:
        return award.category == condition.within and award.course_category == condition.category
    return award.category == condition.category


def _credits(condition: Condition, awards: Sequence[AwardFact], least: int) -> Finding:
    have = sum(award.hundredths for award in awards)
    return _made(condition, have >= least, least, have, awards, show=decimal_text)


def _count(condition: Condition, have: int, needed: int, awards: Sequence[AwardFact]) -> Finding:
    return _made(condition, have >= needed, needed, have, awards, show=str)


def _average(condition: AverageNeeded, facts: AuditFacts, unit: str) -> Finding:
    rows = [row for row in facts.rows if row.unit == unit]
    average = joint_average(rows, facts.policies, level=facts.level, unit=unit)
    required = f"{condition.min_hundredths // 100}.{condition.min_hundredths % 100:02d}"
    if average is None:
        return _plain(condition, False, required, "", required)
    if without_rule(rows, facts.policies):
        # Part of the grades count by no announced rule, and no other form's is borrowed: nobody passes by the rest.
        return _plain(condition, False, required, average.value, required)
    # Compared exactly; rounding is for showing only, so that 1.996 never becomes 2.00.
    is_met = average.numerator_ten_thousandths >= condition.min_hundredths * average.denominator_hundredths
    short = condition.min_hundredths - average.numerator_ten_thousandths // average.denominator_hundredths
    missing = "" if is_met else f"{short // 100}.{short % 100:02d}"
    return _plain(condition, is_met, required, average.value, missing)


def _periods(period: Period, ended_terms: Collection[tuple[int, int]]) -> set[tuple[int, ...]]:
    """Periods of study that are over; a year is over with its last term of study."""
    match period:
        case Period.ONCE:
            return set()
        case Period.YEAR:
            return {(year_be,) for year_be, term in ended_terms if term == max(STUDY_TERMS)}
        case Period.TERM:
            return set(ended_terms)


def _passes(
    condition: AssessmentNeeded | ActivityNeeded, results: Sequence[PassFact], over: Collection[tuple[int, ...]]
) -> Finding:
    """The last result of each period decides: every period that is over or has one must be passed, or a stated number.

    A period of study without any result is missing; nobody passes by what was never recorded.

    Source: credit-bank.md d.2 S4 (yearly), d.3 O3 (every term).
    """
    last: dict[tuple[int, ...], PassFact] = {}
    for one in sorted(results, key=lambda fact: (fact.year_be, fact.term, fact.attempt, fact.entry_id.int)):
        period = {
            Period.ONCE: (),
            Period.YEAR: (one.year_be,),
            Period.TERM: (one.year_be, one.term),
        }[condition.period]
        last[period] = one
    passed = [one for one in last.values() if one.is_passed]
    needed = max(len({*last, *over}), 1) if condition.times is None else condition.times
    is_met = len(passed) >= needed
    entry_ids = tuple(sorted(one.entry_id for one in passed))
    missing = "" if is_met else str(needed - len(passed))
    return _plain(condition, is_met, str(needed), str(len(passed)), missing, entry_ids=entry_ids)


def _made(
    condition: Condition,
    is_met: bool,
    required: int,
    have: int,
    awards: Iterable[AwardFact],
    *,
    show: Callable[[int], str],
) -> Finding:
    awards = list(awards)
    return _plain(
        condition,
        is_met,
        show(required),
        show(have),
        "" if is_met else show(required - have),
        entry_ids=tuple(sorted({entry_id for award in awards for entry_id in award.entry_ids})),
        line_ids=tuple(sorted({award.line_id for award in awards if award.line_id is not None})),
    )


def _plain(
    condition: Condition,
    is_met: bool,
    required: str,
    have: str,
    missing: str,
    *,
    entry_ids: tuple[UUID, ...] = (),
    line_ids: tuple[UUID, ...] = (),
) -> Finding:
    return Finding(
        code=condition.code,
        type=str(type_of(condition)),
        title_th=condition.title_th,
        is_met=is_met,
        required=required,
        have=have,
        missing=missing,
        entry_ids=entry_ids,
        line_ids=line_ids,
        provenance=condition.provenance,
    )


def audit_document(found: Audit) -> dict[str, Any]:
    """An audit as plain values: what an award keeps of it, and what is digested."""
    return {
        "qualification": f"{found.code}/{found.version}",
        "conditions": [
            {
                "code": finding.code,
                "type": finding.type,
                "is_met": finding.is_met,
                "required": finding.required,
                "have": finding.have,
                "entry_ids": [str(entry_id) for entry_id in finding.entry_ids],
                "line_ids": [str(line_id) for line_id in finding.line_ids],
                "source": finding.provenance.source,
                "status": finding.provenance.status,
            }
            for finding in found.findings
        ],
    }


@dataclass(frozen=True, slots=True)
class Redemption:
    """An award of a qualification."""

    redemption_id: UUID
    learner_id: UUID
    institution_id: UUID
    code: str
    version: str
    certificate_no: str
    order_no: str
    audit_digest: bytes
    completes_with: UUID | None
    redeemed_at: datetime
    reversed_at: datetime | None
