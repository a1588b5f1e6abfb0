"""Structure of a qualification. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from credit_bank.provenance import Provenance, provenance_document
from credit_bank.qualifications.conditions import (
    ActivityNeeded,
    AssessmentNeeded,
    AverageNeeded,
    CategoryCredits,
    Condition,
    CourseNeeded,
    ResidenceNeeded,
    TotalCredits,
    condition_document,
)
from credit_bank.rules.domain import EducationLevel

GRADE_POINT_HUNDREDTHS_MAX: Final = 400
"""Grade points end at 4.00."""


@dataclass(frozen=True, slots=True)
class Qualification:
    """What an award asks for (CB d.2, d.3).

    Attributes:
        unit: `CR_OBEC` or `CR_OVEC`.
        total_min_hundredths: Least credits in all, 1/100 credit.
        category_minima: Least credits by category, 1/100 credit.
        counts_together_with: Codes of qualifications in which the same entry may count as well (CB-I4).
        level: Level of education, by which policy rules are chosen; None where it was published without.
        conditions: What it asks for beyond these figures, and figures that have a source of their own.
    """

    code: str
    version: str
    name_th: str
    unit: str
    total_min_hundredths: int
    category_minima: Mapping[str, int]
    counts_together_with: frozenset[str]
    provenance: Provenance
    level: EducationLevel | None = None
    conditions: tuple[Condition, ...] = ()

    @property
    def key(self) -> QualificationKey:
        """Code and version."""
        return (self.code, self.version)

    @property
    def all_conditions(self) -> tuple[Condition, ...]:
        """Every condition of an award, the total and the categories among them; what the audit goes through (CB c.6).

        A figure that no condition states with a source of its own has that of the qualification.
        """
        totals = [item for item in self.conditions if isinstance(item, TotalCredits)] or [
            TotalCredits(
                code="TOTAL",
                title_th="หน่วยกิตรวมตลอดหลักสูตร",
                min_hundredths=self.total_min_hundredths,
                provenance=self.provenance,
            )
        ]
        stated = {
            item.category: item for item in self.conditions if isinstance(item, CategoryCredits) and not item.within
        }
        categories = [
            stated.get(category)
            or CategoryCredits(
                code=f"CATEGORY_{category}",
                title_th=f"หน่วยกิตหมวด {category}",
                category=category,
                min_hundredths=least,
                provenance=self.provenance,
            )
            for category, least in self.category_minima.items()
        ]
        rest = [
            item
            for item in self.conditions
            if not isinstance(item, TotalCredits) and not (isinstance(item, CategoryCredits) and not item.within)
        ]
        return (*totals, *categories, *rest)


QualificationKey = tuple[str, str]
"""Code and version."""


def category_for(qualification: Qualification, course_category: str, *, within: Mapping[str, str]) -> str | None:
    """Category of a qualification in which a course counts: its own, or the one its category lies within.

    Args:
        qualification: What the award asks for.
        course_category: Category of the course.
        within: Broader category by narrower one (`rules.CATEGORY_WITHIN`).

    Returns:
        None when the qualification has no place for the course; nothing is guessed.
    """
    if course_category in qualification.category_minima:
        return course_category
    broader = within.get(course_category)
    return broader if broader in qualification.category_minima else None


def qualification_fault(qualification: Qualification) -> tuple[str, str] | None:
    """Field and expectation of what can never be right about a qualification; None for a good one."""
    minima = qualification.category_minima
    if not qualification.code or not qualification.version or not qualification.name_th:
        return "code", "code, version and name"
    if qualification.total_min_hundredths <= 0:
        return "total_min_hundredths", "more than 0"
    if not minima or any(not category or least < 0 for category, least in minima.items()):
        return "category_minima", "at least one category, none below 0"
    if sum(minima.values()) > qualification.total_min_hundredths:
        return "category_minima", "no more than the total"
    if qualification.code in qualification.counts_together_with:
        return "counts_together_with", "other qualifications"
    return _conditions_fault(qualification)


def _conditions_fault(qualification: Qualification) -> tuple[str, str] | None:
    conditions, minima = qualification.conditions, qualification.category_minima
    codes = [condition.code for condition in conditions]
    if len(set(codes)) != len(codes) or not all(codes) or not all(condition.title_th for condition in conditions):
        return "conditions", "each with a code of its own and a title"
    totals = [item for item in conditions if isinstance(item, TotalCredits)]
    if len(totals) > 1 or any(item.min_hundredths != qualification.total_min_hundredths for item in totals):
        return "conditions", "at most one total, the same as total_min"
    for condition in conditions:
        expected = _expected_of(condition, minima)
        if expected:
            return "conditions", f"{condition.code}: {expected}"
    return None


def _expected_of(condition: Condition, minima: Mapping[str, int]) -> str:
    """What a condition would have to be; empty for a good one."""
    match condition:
        case TotalCredits():
            expected = "a largest total not below the least one"
            is_good = condition.max_hundredths is None or condition.max_hundredths >= condition.min_hundredths
        case CategoryCredits() if condition.within:
            expected = "part of a category, with no more than its least credits"
            is_good = condition.within in minima and 0 <= condition.min_hundredths <= minima[condition.within]
        case CategoryCredits():
            expected, is_good = (
                "the minimum of its category",
                minima.get(condition.category) == condition.min_hundredths,
            )
        case CourseNeeded():
            expected, is_good = "at least one course", bool(condition.any_of)
        case AverageNeeded():
            expected, is_good = "1 to 400", 0 < condition.min_hundredths <= GRADE_POINT_HUNDREDTHS_MAX
        case AssessmentNeeded() | ActivityNeeded():
            expected = "a kind, and at least one time"
            is_good = bool(condition.kind) and (condition.times is None or condition.times > 0)
        case ResidenceNeeded():
            expected, is_good = "at least one term", condition.min_terms > 0
    return "" if is_good else expected


def qualification_document(qualification: Qualification) -> dict[str, Any]:
    """What makes a version sent again the same."""
    # What was published before levels and conditions existed keeps its digest.
    added: dict[str, Any] = {}
    if qualification.level is not None:
        added["level"] = str(qualification.level)
    if qualification.conditions:
        added["conditions"] = [condition_document(condition) for condition in qualification.conditions]
    return {
        "name_th": qualification.name_th,
        "unit": qualification.unit,
        "total_min_hundredths": qualification.total_min_hundredths,
        "category_minima": dict(qualification.category_minima),
        "counts_together_with": sorted(qualification.counts_together_with),
        **provenance_document(qualification.provenance),
        **added,
    }
