"""Rounds of a year and their stages. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

YEARS_BE = range(2500, 2701)
"""Academic years that a round may be of, Buddhist Era."""


class RoundStage(StrEnum):
    """How far a round is vouched for."""

    OPEN = "OPEN"
    CONFIRMED = "CONFIRMED"
    CERTIFIED = "CERTIFIED"
    ACKNOWLEDGED = "ACKNOWLEDGED"


@dataclass(frozen=True, slots=True)
class RoundKind:
    """A round that every year has; its day lies `year_offset` years after the one in which the academic year begins."""

    month: int
    day: int
    year_offset: int
    version: str


@dataclass(frozen=True, slots=True)
class ImportRound:
    """One round of one institution.

    Attributes:
        reference_date: Day on which the snapshot shows the learners.
        import_id: Its last file that was applied when the school confirmed; None: confirmed without a file.
        learner_count: Learners of the snapshot; None while open.
        confirmed_by: Keyed hash of the person, as those of the other stages; the three differ.
    """

    round_id: UUID
    institution_id: UUID
    academic_year_be: int
    kind: str
    kind_version: str
    reference_date: date
    stage: RoundStage
    import_id: UUID | None
    learner_count: int | None
    opened_at: datetime
    confirmed_at: datetime | None
    confirmed_by: str | None
    certified_at: datetime | None
    certified_by: str | None
    acknowledged_at: datetime | None
    acknowledged_by: str | None
