"""Transcripts: what is shown of results, and averages of them. Pure rules without input or output.

Everything here is integer arithmetic: credits and grade points in hundredths, sums of their products in 1/10000.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from credit_bank.people.domain import Identity
from credit_bank.recording.domain import Entry


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
    """

    rounding: Rounding
    retake_policy: RetakePolicy
    version: str
    status: str
    source: str
    effective_from: date | None = None


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


def policy_on(policies: Iterable[AveragePolicy], day: date) -> AveragePolicy:
    """The policy in force on a day: of those that have begun, the one that began last.

    Raises:
        LookupError: None has begun; the committed data always hold one without a first day.
    """
    begun = [policy for policy in policies if policy.effective_from is None or policy.effective_from <= day]
    if not begun:
        raise LookupError("no average policy is in force")
    return max(begun, key=lambda policy: policy.effective_from or date.min)


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
    counted = [
        row for row in rows if row.is_in_gpa and row.unit and row.point_hundredths is not None and row.credit_hundredths
    ]
    found: list[Average] = []
    for unit in sorted({row.unit for row in counted if row.unit}):
        kept = _retakes([row for row in counted if row.unit == unit], policy.retake_policy)
        numerator = sum(row.credit_hundredths * (row.point_hundredths or 0) for row in kept)
        denominator = sum(row.credit_hundredths for row in kept)
        value = two_digits(numerator, denominator, policy.rounding)
        found.append(Average(unit, numerator, denominator, value, policy))
    return found


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


ACTIVITY_TYPE = "08"
"""Subject type of learner development activities, which stand apart and carry no credits."""


class ClaimState(StrEnum):
    """What an entry is used for (CB f.3 point 7)."""

    RESERVED = "RESERVED"
    COUNTED = "COUNTED"
    POSTED = "POSTED"


@dataclass(frozen=True, slots=True)
class ExistingClaim:
    """What one entry already counts for.

    Attributes:
        target_course_code: Course awarded for it; empty while it counts as itself.
    """

    entry_id: UUID
    qualification_code: str
    awarding_institution_id: UUID
    state: ClaimState
    target_course_code: str


@dataclass(frozen=True, slots=True)
class UnitTotal:
    """Verified credits in one unit, in 1/100."""

    unit: str
    earned_hundredths: int
    attempted_hundredths: int


@dataclass(frozen=True, slots=True)
class Transcript:
    """What one query answers (CB f.3).

    Attributes:
        as_of: Results as posted until then.
        identity: Who the learner is and where enrolled today, as the registry says now.
        institution_names: Thai names of the institutions in it.
        rows: Verified results, by year, term and code.
        activities: Those of subject type 08.
        claims: What the shown results already count for.
        head_hash: Hash of the learner's newest journal; zeros when there is none.
    """

    learner_id: UUID
    as_of: datetime
    identity: Identity
    institution_names: Mapping[UUID, str]
    rows: tuple[Entry, ...]
    activities: tuple[Entry, ...]
    averages: tuple[Average, ...]
    claims: tuple[ExistingClaim, ...]
    totals: tuple[UnitTotal, ...]
    head_hash: bytes

    def institution_name(self, institution_id: UUID) -> str:
        """Thai name of an institution; empty while this service has not heard of it."""
        return self.institution_names.get(institution_id, "")


def compose(
    identity: Identity,
    entries: Iterable[Entry],
    *,
    as_of: datetime,
    institution_names: Mapping[UUID, str],
    claims: Iterable[ExistingClaim],
    head_hash: bytes,
    policy: AveragePolicy,
) -> Transcript:
    """A transcript of verified results; what it says does not depend on their order.

    Args:
        identity: As the registry says now.
        entries: Verified results that may be shown.
        as_of: Results as posted until then.
        institution_names: Thai names.
        claims: Of the learner; those of results that are not shown are left out.
        head_hash: Of the newest journal.
        policy: Rounding and retakes.
    """
    ordered = sorted(entries, key=_place)
    rows = tuple(entry for entry in ordered if entry.course.facts.subject_type != ACTIVITY_TYPE)
    shown = {entry.entry_id: place for place, entry in enumerate(ordered)}
    return Transcript(
        learner_id=identity.learner_id,
        as_of=as_of,
        identity=identity,
        institution_names=institution_names,
        rows=rows,
        activities=tuple(entry for entry in ordered if entry.course.facts.subject_type == ACTIVITY_TYPE),
        averages=tuple(averages((graded(entry) for entry in rows), policy)),
        claims=tuple(
            sorted(
                (claim for claim in claims if claim.entry_id in shown),
                key=lambda claim: (
                    shown[claim.entry_id],
                    claim.qualification_code,
                    str(claim.awarding_institution_id),
                ),
            )
        ),
        totals=tuple(totals(rows)),
        head_hash=head_hash,
    )


def _place(entry: Entry) -> tuple[object, ...]:
    return (
        entry.year_be,
        entry.term,
        entry.course.key.code_system,
        entry.course.key.code,
        entry.attempt,
        str(entry.issuer_institution_id),
        str(entry.entry_id),
    )


def graded(entry: Entry) -> GradedRow:
    """What averages need of a result."""
    return GradedRow(
        course=entry.course.key,
        unit=entry.unit,
        credit_hundredths=entry.attempted_hundredths or 0,
        point_hundredths=entry.grade.point_hundredths,
        is_in_gpa=entry.grade.is_in_gpa,
        year_be=entry.year_be,
        term=entry.term,
        attempt=entry.attempt,
        issuer=str(entry.issuer_institution_id),
    )


def totals(entries: Iterable[Entry]) -> list[UnitTotal]:
    """Credits earned and attempted, units apart; units without rows are left out."""
    sums: dict[str, tuple[int, int]] = {}
    for entry in entries:
        if entry.unit is not None:
            earned, attempted = sums.get(entry.unit, (0, 0))
            sums[entry.unit] = (
                earned + (entry.earned_hundredths or 0),
                attempted + (entry.attempted_hundredths or 0),
            )
    return [UnitTotal(unit, *sums[unit]) for unit in sorted(sums)]
