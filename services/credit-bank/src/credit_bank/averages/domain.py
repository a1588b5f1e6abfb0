"""Averages of results. Pure rules without input or output.

Everything here is integer arithmetic: credits and grade points in hundredths, sums of their products in 1/10000.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
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
        modes_without_rule: Modes for which it was announced neither that they count nor that they do not.
    """

    rounding: Rounding
    retake_policy: RetakePolicy
    version: str
    status: str
    source: str
    effective_from: date | None = None
    modes_left_out: frozenset[str] = frozenset()
    modes_without_rule: frozenset[str] = frozenset()


Policies = Mapping[tuple[str, str], AveragePolicy]
"""By form and level of education; what is not in it has no announced rule, and no other form's is borrowed (R-14)."""


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
        form: Form of the learning; its rules hold.
        is_posted: Awarded by a transfer: it belongs to no term of its own.
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
    form: str = "FORMAL"
    is_posted: bool = False


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
        forms: Forms of the learning in it. Forms whose rules say the same are in one average, others apart.
    """

    scope: Scope
    level: str
    average: Average
    year_be: int | None = None
    term: int | None = None
    subject_group: str = ""
    forms: tuple[str, ...] = ("FORMAL",)


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


def scoped_averages(rows: Iterable[GradedRow], policies: Policies) -> list[ScopedAverage]:
    """Cumulative averages, then those of terms, then those of learning areas; levels and units apart.

    Retakes are settled over all terms first, except for the average of a term: that says how the term went.

    Args:
        rows: Results in any order, with what transfers awarded.
        policies: What is not in it has no average (`without_rule`).
    """
    found: list[ScopedAverage] = []
    for (level, _), group in sorted(_by_unit(rows, policies).items()):
        for policy, mine in _by_policy(group, policies):
            kept = _retakes(mine, policy.retake_policy)
            studied = [row for row in mine if not row.is_posted]
            terms = sorted({(row.year_be, row.term) for row in studied})
            areas = sorted({row.subject_group for row in kept if row.subject_group})
            scopes = [
                (Scope.CUMULATIVE, kept, (None, None, "")),
                *(
                    (
                        Scope.TERM,
                        _retakes([row for row in studied if (row.year_be, row.term) == term], policy.retake_policy),
                        (*term, ""),
                    )
                    for term in terms
                ),
                *(
                    (Scope.AREA, [row for row in kept if row.subject_group == area], (None, None, area))
                    for area in areas
                ),
            ]
            forms = tuple(sorted({row.form for row in mine}))
            for scope, chosen, (year_be, term_no, area) in scopes:
                average = _average(chosen, policy)
                if average is not None:
                    found.append(ScopedAverage(scope, level, average, year_be, term_no, area, forms))
    order = list(Scope)
    return sorted(found, key=lambda one: order.index(one.scope))


def joint_average(rows: Iterable[GradedRow], policies: Policies, *, level: str, unit: str) -> Average | None:
    """The one cumulative average of a level and unit, over all forms: what a qualification asks for.

    It is the cumulative average of `scoped_averages` wherever the rules of the forms agree. Where they differ, retakes
    are settled within each rule, and the sum is shown cut, never rounded up.
    """
    group = _by_unit(rows, policies).get((level, unit), [])
    parts = _by_policy(group, policies)
    if not parts:
        return None
    roundings = {policy.rounding for policy, _ in parts}
    shown = parts[0][0] if len(roundings) == 1 else replace(parts[0][0], rounding=Rounding.TRUNCATE)
    return _average([row for policy, mine in parts for row in _retakes(mine, policy.retake_policy)], shown)


def without_rule(rows: Iterable[GradedRow], policies: Policies) -> list[GradedRow]:
    """Rows that would count and for whose form and level nothing was announced that says how."""
    return [row for row in countable(rows) if not _has_rule(row, policies)]


def _has_rule(row: GradedRow, policies: Policies) -> bool:
    policy = policies.get((row.form, row.level))
    return policy is not None and row.mode not in policy.modes_without_rule


def _by_unit(rows: Iterable[GradedRow], policies: Policies) -> dict[tuple[str, str], list[GradedRow]]:
    """Rows that count by level and unit."""
    found: dict[tuple[str, str], list[GradedRow]] = {}
    for row in countable(rows):
        if _has_rule(row, policies) and row.mode not in policies[row.form, row.level].modes_left_out:
            found.setdefault((row.level, row.unit or ""), []).append(row)
    return found


def _by_policy(rows: Iterable[GradedRow], policies: Policies) -> list[tuple[AveragePolicy, list[GradedRow]]]:
    """Rows of one level and unit by what is done with them, whatever their form."""
    found: dict[tuple[Rounding, RetakePolicy], tuple[AveragePolicy, list[GradedRow]]] = {}
    for row in sorted(rows, key=lambda row: row.form):
        policy = policies[row.form, row.level]
        found.setdefault((policy.rounding, policy.retake_policy), (policy, []))[1].append(row)
    return [found[key] for key in sorted(found)]


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
