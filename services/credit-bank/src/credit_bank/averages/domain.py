"""Averages of results. Pure rules without input or output.

Everything here is integer arithmetic: credits and grade points in hundredths, sums of their products in 1/10000.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Rounding(StrEnum):
    """How an average is cut to two digits."""

    HALF_UP = "HALF_UP"
    TRUNCATE = "TRUNCATE"


class RetakePolicy(StrEnum):
    """Which attempts at one course count in an average."""

    REPLACE = "REPLACE"
    BEST = "BEST"
    ALL = "ALL"


@dataclass(frozen=True, slots=True)
class AveragePolicy:
    """How averages of one kind of document are computed.

    Attributes:
        status: `confirmed`, `assumed` or `demonstration`: how far the rounding may be trusted.
        source: What it rests on.
        modes_left_out: Modes, such as `RPL`, whose results a rule keeps out of averages.
    """

    rounding: Rounding
    retake_policy: RetakePolicy
    version: str
    status: str
    source: str
    effective_from: date | None = None
    modes_left_out: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class GradedRow:
    """What an average needs of one verified result.

    Attributes:
        course: Key of the course; attempts at the same key are retakes of each other.
        unit: `CR_OBEC` or `CR_OVEC`; None for a course without credits.
        credit_hundredths: Credits attempted, in 1/100; a grade 0 keeps them.
        point_hundredths: Grade points in 1/100 (3.5 is 350); None for a code that is no number, such as ผ or ร.
        is_in_gpa: Whether the national codelist counts the code in averages (CB d.4).
        issuer: Institution that gave the result, as text; only the last tie-break.
        subject_group: Learning area 01 to 10; empty where it has none.
        level: Level of education; averages of two levels are apart.
        mode: How it came here: `STUDY` and the like for an own result, `TRANSFER`, `EQUATE` or `RPL` for a transferred
            one, for which a rule says whether it counts.
    """

    course: Hashable
    unit: str | None
    credit_hundredths: int
    point_hundredths: int | None
    is_in_gpa: bool
    year_be: int
    term: int
    attempt: int
    issuer: str
    subject_group: str = ""
    level: str = ""
    mode: str = "STUDY"


@dataclass(frozen=True, slots=True)
class Average:
    """A cumulative average in one unit, with what it was made of.

    Attributes:
        numerator_ten_thousandths: Sum of credits times grade points, in 1/10000.
        denominator_hundredths: Sum of credits, in 1/100; never 0.
        value: Two digits, such as `3.67`.
    """

    unit: str
    numerator_ten_thousandths: int
    denominator_hundredths: int
    value: str
    policy: AveragePolicy
    row_count: int = 0


class Scope(StrEnum):
    """Over what an average goes."""

    CUMULATIVE = "CUMULATIVE"
    """All terms together, never the mean of term averages."""
    TERM = "TERM"
    AREA = "AREA"
    """One learning area, all terms together."""


@dataclass(frozen=True, slots=True)
class ScopedAverage:
    """An average of one scope, level and unit.

    Attributes:
        year_be: Of a term; None otherwise.
        subject_group: Of a learning area; empty otherwise.
    """

    scope: Scope
    level: str
    average: Average
    year_be: int | None = None
    term: int | None = None
    subject_group: str = ""


def averages(rows: Iterable[GradedRow], policy: AveragePolicy) -> list[Average]:
    """Cumulative averages, one a unit, over all terms together.

    Every subject type counts in numerator and denominator alike. A public system takes all types in the numerator and
    only types 01 and 02 in the denominator, and so shows a dual-education learner 7.00 where 3.50 is right (CB f.4).
    A unit without counted rows has no average at all, which is not 0.00.

    Args:
        rows: Verified results in any order; codes that are no numbers or not in averages are left out.
        policy: Rounding and retakes.

    Source: credit-bank.md f.4; the retake default and the rounding are assumed.
    """
    counted = countable(rows, policy.modes_left_out)
    return [
        average
        for unit in sorted({row.unit for row in counted if row.unit})
        if (average := _average(_retakes([row for row in counted if row.unit == unit], policy.retake_policy), policy))
    ]


def scoped_averages(rows: Iterable[GradedRow], policies: Mapping[str, AveragePolicy]) -> list[ScopedAverage]:
    """Cumulative averages, then those of terms, then those of learning areas; levels and units apart.

    Retakes are settled over all terms first, except for the average of a term: that says how the term went.

    Args:
        rows: Verified results in any order.
        policies: By level; a level without one has no average, as no rule was announced for it.
    """
    counted = [
        row for row in countable(rows) if row.level in policies and row.mode not in policies[row.level].modes_left_out
    ]
    found: list[ScopedAverage] = []
    for level, unit in sorted({(row.level, row.unit) for row in counted if row.unit}):
        policy = policies[level]
        mine = [row for row in counted if (row.level, row.unit) == (level, unit)]
        kept = _retakes(mine, policy.retake_policy)
        terms = sorted({(row.year_be, row.term) for row in mine})
        areas = sorted({row.subject_group for row in kept if row.subject_group})
        scopes = [
            (Scope.CUMULATIVE, kept, (None, None, "")),
            *(
                (
                    Scope.TERM,
                    _retakes([row for row in mine if (row.year_be, row.term) == term], policy.retake_policy),
                    (*term, ""),
                )
                for term in terms
            ),
            *((Scope.AREA, [row for row in kept if row.subject_group == area], (None, None, area)) for area in areas),
        ]
        for scope, chosen, (year_be, term_no, area) in scopes:
            average = _average(chosen, policy)
            if average is not None:
                found.append(ScopedAverage(scope, level, average, year_be, term_no, area))
    order = list(Scope)
    return sorted(found, key=lambda one: order.index(one.scope))


def countable(rows: Iterable[GradedRow], modes_left_out: Collection[str] = ()) -> list[GradedRow]:
    """Rows that have credits and a number, whose code the codelist counts and whose mode no rule leaves out."""
    return [
        row
        for row in rows
        if row.is_in_gpa
        and row.unit
        and row.point_hundredths is not None
        and row.credit_hundredths
        and row.mode not in modes_left_out
    ]


def _average(rows: Sequence[GradedRow], policy: AveragePolicy) -> Average | None:
    denominator = sum(row.credit_hundredths for row in rows)
    if not denominator:
        return None
    numerator = sum(row.credit_hundredths * (row.point_hundredths or 0) for row in rows)
    value = two_digits(numerator, denominator, policy.rounding)
    return Average(rows[0].unit or "", numerator, denominator, value, policy, len(rows))


def two_digits(numerator_ten_thousandths: int, denominator_hundredths: int, rounding: Rounding) -> str:
    """An average with two digits after the point."""
    if rounding is Rounding.HALF_UP:
        hundredths = (2 * numerator_ten_thousandths + denominator_hundredths) // (2 * denominator_hundredths)
    else:
        hundredths = numerator_ten_thousandths // denominator_hundredths
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def _retakes(rows: Sequence[GradedRow], policy: RetakePolicy) -> list[GradedRow]:
    if policy is RetakePolicy.ALL:
        return list(rows)
    order = _lateness if policy is RetakePolicy.REPLACE else _goodness
    kept: dict[Hashable, GradedRow] = {}
    for row in rows:
        other = kept.get(row.course)
        if other is None or order(row) > order(other):
            kept[row.course] = row
    return list(kept.values())


def _lateness(row: GradedRow) -> tuple[object, ...]:
    # Never the time of recording: two import batches in another order must give the same average (CB-I21).
    return (row.year_be, row.term, row.attempt, row.point_hundredths, row.credit_hundredths, row.issuer)


def _goodness(row: GradedRow) -> tuple[object, ...]:
    return (row.point_hundredths, row.year_be, row.term, row.attempt, row.credit_hundredths, row.issuer)
