"""Structure of a qualification. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from credit_bank.provenance import Provenance, provenance_document


@dataclass(frozen=True, slots=True)
class Qualification:
    """What an award asks for (CB d.2, d.3).

    Attributes:
        unit: `CR_OBEC` or `CR_OVEC`.
        total_min_hundredths: Least credits in all, 1/100 credit.
        category_minima: Least credits by category, 1/100 credit.
        counts_together_with: Codes of qualifications in which the same entry may count as well (CB-I4).
    """

    code: str
    version: str
    name_th: str
    unit: str
    total_min_hundredths: int
    category_minima: Mapping[str, int]
    counts_together_with: frozenset[str]
    provenance: Provenance

    @property
    def key(self) -> QualificationKey:
        """Code and version."""
        return (self.code, self.version)


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
    return None


def qualification_document(qualification: Qualification) -> dict[str, Any]:
    """What makes a version sent again the same."""
    return {
        "name_th": qualification.name_th,
        "unit": qualification.unit,
        "total_min_hundredths": qualification.total_min_hundredths,
        "category_minima": dict(qualification.category_minima),
        "counts_together_with": sorted(qualification.counts_together_with),
        **provenance_document(qualification.provenance),
    }
