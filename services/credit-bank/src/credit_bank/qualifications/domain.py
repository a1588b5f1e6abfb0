"""Structure of a qualification. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a fact or rule comes from and from when it holds.

    Attributes:
        status: `confirmed`, `assumed` or `demonstration`.
        effective_from: First day; None: since always.
        version: Version of the source, where there are several.
    """

    source: str
    status: str
    effective_from: date | None = None
    version: str | None = None


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


QualificationKey = tuple[str, str]
"""Code and version."""
