"""Equivalence rules: what may be accepted for what, from proposal to retirement. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any, Final
from uuid import UUID

from credit_bank.catalogue.keys import CREDIT_STEP_HUNDREDTHS, CodeSystem, CourseKey, key_text
from credit_bank.provenance import Provenance, provenance_document


class TransferMode(StrEnum):
    """How learning is accepted: never a grade letter (CB d.4)."""

    TRANSFER = "TRANSFER"
    EQUATE = "EQUATE"
    RPL = "RPL"
    """Prior learning recognised by assessment."""


class RuleState(StrEnum):
    """Where a rule stands (CB c.3)."""

    DRAFT = "DRAFT"
    REVIEWED = "REVIEWED"
    PUBLISHED = "PUBLISHED"
    RETIRED = "RETIRED"
    WITHDRAWN = "WITHDRAWN"


IN_FORCE: Final = frozenset({RuleState.PUBLISHED, RuleState.RETIRED})
"""States of rules by which may be decided, within their days."""
UNDER_WAY: Final = frozenset({RuleState.DRAFT, RuleState.REVIEWED})
"""States before publication."""


class RuleDirection(StrEnum):
    """From which side to which a rule carries learning."""

    TO_VOCATIONAL = "TO_VOCATIONAL"
    TO_SCHOOL = "TO_SCHOOL"


@dataclass(frozen=True, slots=True)
class ApprovingBody:
    """Who approved a rule.

    Attributes:
        body_th: Name of the body; never a person's.
        reference: Number of the order or minutes.
    """

    body_th: str
    reference: str
    approved_on: date | None = None


SourceGroups = tuple[frozenset[CourseKey], ...]
"""Any one group suffices; of a group all courses are needed."""


@dataclass(frozen=True, slots=True)
class RuleFacts:
    """What is published about an equivalence rule.

    Attributes:
        min_grade_hundredths: Least grade point of every source result, 1/100.
        min_hours_pct: Least share of the target's hours covered by the sources' hours, percent; None: not tested.
        version: Counted by the owner; a higher one takes the place of the one before.
        min_content_pct: Least share of the target's content, percent; None: not tested.
        content_pct: Share of the target's content that the sources cover as its authors judged; None: judged by the
            committee case by case.
        approving_bodies: Who approved it, and by what.
        first_year_be: First academic year in which it holds; None: the provenance's first day says when it begins.
        last_year_be: Last academic year; None: open.
    """

    source_groups: SourceGroups
    target: CourseKey
    mode: TransferMode
    min_grade_hundredths: int
    min_hours_pct: int | None
    version: int
    provenance: Provenance
    min_content_pct: int | None = None
    content_pct: int | None = None
    approving_bodies: tuple[ApprovingBody, ...] = ()
    first_year_be: int | None = None
    last_year_be: int | None = None


@dataclass(frozen=True, slots=True)
class EquivalenceRule:
    """A rule in one of its versions.

    Attributes:
        owner_institution_id: Institution whose own rule it is; None for an agency's rule, which holds everywhere.
        valid_from: First day; None: since always.
        valid_to: Last day; None: open.
    """

    rule_id: UUID
    owner_institution_id: UUID | None
    facts: RuleFacts
    valid_from: date | None
    valid_to: date | None
    state: RuleState = RuleState.PUBLISHED

    @property
    def direction(self) -> RuleDirection:
        """From which side to which it carries learning."""
        is_vocational = self.facts.target.code_system is CodeSystem.OVEC
        return RuleDirection.TO_VOCATIONAL if is_vocational else RuleDirection.TO_SCHOOL

    def is_in_force_on(self, day: date) -> bool:
        """Whether it holds on a day; one that was retired still does for the days before."""
        return (
            self.state in IN_FORCE
            and (self.valid_from is None or self.valid_from <= day)
            and (self.valid_to is None or day <= self.valid_to)
        )


def hours_share_pct(source_hours: int, target_hours: int) -> int:
    """Share of the target's hours that the sources cover: percent, half up, for show. `covers_hours` decides.

    Source: credit-bank.md d.5, hours test.
    """
    return (200 * source_hours + target_hours) // (2 * target_hours)


def covers_hours(source_hours: int, target_hours: int, *, min_hours_pct: int) -> bool:
    """Whether the sources' hours suffice for the target: exact, so that no rounding decides.

    Source: credit-bank.md d.5, hours test. Credits are never multiplied by a ratio: what is awarded are the credits of
    the target course.
    """
    return source_hours * 100 >= min_hours_pct * target_hours


OBEC_HOURS_A_CREDIT: Final = 40
"""Class hours of 1.0 CR_OBEC (CB-S1)."""


def obec_credits_at_most(hours: int) -> int:
    """Most CR_OBEC, in 1/100, that hours of other learning may give: rounded down to a step.

    Source: credit-bank.md d.5, example 3.
    """
    step = CREDIT_STEP_HUNDREDTHS["CR_OBEC"]
    return int(Fraction(hours * 100, OBEC_HOURS_A_CREDIT * step)) * step


def rule_signature_document(facts: RuleFacts, owner_institution_id: UUID | None) -> dict[str, Any]:
    """What makes two published rules versions of one: owner, sources, target and mode."""
    return {
        "owner_institution_id": None if owner_institution_id is None else str(owner_institution_id),
        "source_groups": sorted(sorted(key_text(key) for key in group) for group in facts.source_groups),
        "target": key_text(facts.target),
        "mode": str(facts.mode),
    }


def rule_content_document(facts: RuleFacts) -> dict[str, Any]:
    """What makes a version sent again the same."""
    # What was published before these were known keeps its digest.
    added: dict[str, Any] = {
        name: value
        for name, value in (
            ("min_content_pct", facts.min_content_pct),
            ("content_pct", facts.content_pct),
            ("first_year_be", facts.first_year_be),
            ("last_year_be", facts.last_year_be),
            ("approving_bodies", [bodies_document(body) for body in facts.approving_bodies] or None),
        )
        if value is not None
    }
    return {
        "min_grade_hundredths": facts.min_grade_hundredths,
        "min_hours_pct": facts.min_hours_pct,
        **provenance_document(facts.provenance),
        **added,
    }


def bodies_document(body: ApprovingBody) -> dict[str, Any]:
    """An approving body as plain values."""
    return {
        "body_th": body.body_th,
        "reference": body.reference,
        "approved_on": None if body.approved_on is None else body.approved_on.isoformat(),
    }
