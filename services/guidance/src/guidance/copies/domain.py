"""Facts of the registry as this service keeps them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Institution:
    """One institution."""

    institution_id: UUID
    kind: str
    name_th: str
    local_alias: str
    parent_institution_id: UUID | None
    data_status: str


@dataclass(frozen=True, slots=True)
class Enrolment:
    """Who is enrolled where, from when to when."""

    enrolment_id: UUID
    learner_id: UUID
    institution_id: UUID
    role: str
    delivery_system: str
    grade_label: str
    classroom: str
    programme_code: str
    is_studying: bool
    valid_from: date
    valid_to: date | None

    def holds_on(self, day: date) -> bool:
        """Whether it covers a day; an enrolment that ended without a last day covers none."""
        if self.valid_to is None and not self.is_studying:
            return False
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def is_in(self, classroom: str) -> bool:
        """Whether a classroom limit reaches it: the room alone, or grade and room as in `M.4/1`; empty: no limit."""
        return classroom in ("", self.classroom, f"{self.grade_label}/{self.classroom}")


@dataclass(frozen=True, slots=True)
class LearnerMerge:
    """The newest that the registry said about a merged learner."""

    merged_learner_id: UUID
    surviving_learner_id: UUID
    merge_id: UUID
    is_undone: bool
    told_at: datetime
