"""How much two records speak for one person, and why: a sum of points that a reviewer can read. Pure.

Source: credit-bank.md e.7 (normalised Thai name, birth date, parent or previous school; score and manual review). Why a
scorer of our own around rapidfuzz and no linkage library: docs/decisions/0009-matching-by-an-explainable-score.md.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from uuid import UUID

from rapidfuzz.distance import JaroWinkler

from student_registry.matching.domain import BirthDate, Precision
from student_registry.matching.weights import Weights

_ERA = 543
"""Years between a Buddhist and a Gregorian year of the same date."""


@dataclass(frozen=True, slots=True)
class Record:
    """What is compared of a learner.

    Attributes:
        names: Given and family name, normalised, of the current name and of former ones.
        parents: Normalised whole names of parents and guardians.
        schools: Institutions of enrolments, ended ones too.
    """

    learner_id: UUID
    names: tuple[tuple[str, str], ...] = field(repr=False)
    birth: BirthDate | None = field(repr=False)
    sex: str | None = field(repr=False)
    parents: frozenset[str] = field(default=frozenset(), repr=False)
    schools: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one comparison added."""

    comparison: str
    outcome: str
    points: int


@dataclass(frozen=True, slots=True)
class Score:
    """The sum, in hundredths of a point, and its parts."""

    points: int
    contributions: tuple[Contribution, ...]


def score(one: Record, other: Record, weights: Weights) -> Score:
    """Compare two records; which of them comes first makes no difference."""
    given, family = _names(one.names, other.names, weights)
    outcomes = {
        "given_name": given,
        "family_name": family,
        "birth_date": _birth(one.birth, other.birth),
        "sex": "missing" if None in (one.sex, other.sex) else "equal" if one.sex == other.sex else "different",
        "parents": _parents(one.parents, other.parents, weights),
        "former_school": _schools(one.schools, other.schools),
    }
    contributions = tuple(
        Contribution(comparison, outcome, weights.points[comparison][outcome])
        for comparison, outcome in outcomes.items()
    )
    return Score(sum(item.points for item in contributions), contributions)


def _names(ones: Iterable[tuple[str, str]], others: Collection[tuple[str, str]], weights: Weights) -> tuple[str, str]:
    """Outcomes of the two names that fit best: people marry and change names, and files keep the old one."""
    best = ("different", "different")
    best_points: int | None = None
    for given, family in ones:
        for other_given, other_family in others:
            outcome = (
                _spelling(given, other_given, weights),
                _spelling(family, other_family, weights) if family and other_family else "missing",
            )
            points = weights.points["given_name"][outcome[0]] + weights.points["family_name"][outcome[1]]
            if best_points is None or points > best_points:
                best, best_points = outcome, points
    return best


def _spelling(one: str, other: str, weights: Weights) -> str:
    similarity = JaroWinkler.similarity(one, other)
    if one == other:
        return "equal"
    if similarity >= weights.near_from:
        return "near"
    return "alike" if similarity >= weights.alike_from else "different"


def _birth(one: BirthDate | None, other: BirthDate | None) -> str:
    if one is None or other is None:
        return "missing"
    a, b = one.value, other.value
    if Precision.YEAR in (one.precision, other.precision):
        return "same_year" if a.year == b.year else "era_slip" if abs(a.year - b.year) == _ERA else "different"
    if a == b:
        return "equal"
    if (a.month, a.day) == (b.month, b.day) and abs(a.year - b.year) == _ERA:
        return "era_slip"
    if a.year == b.year and (a.month, a.day) == (b.day, b.month):
        return "day_month_swapped"
    equal_parts = (a.year == b.year) + (a.month == b.month) + (a.day == b.day)
    return "one_part_differs" if equal_parts == len(("year", "month", "day")) - 1 else "different"


def _parents(ones: frozenset[str], others: frozenset[str], weights: Weights) -> str:
    if not ones or not others:
        return "missing"
    shared = len(ones & others)
    if shared:
        return "two_equal" if shared > 1 else "one_equal"
    near = any(JaroWinkler.similarity(one, other) >= weights.near_from for one in ones for other in others)
    return "one_near" if near else "different"


def _schools(ones: frozenset[UUID], others: frozenset[UUID]) -> str:
    if not ones or not others:
        return "missing"
    return "equal" if ones & others else "different"
