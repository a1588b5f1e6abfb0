"""Facts of other services, as far as they are counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Institution:
    """One institution."""

    institution_id: UUID
    kind: str
    data_status: str


@dataclass(frozen=True, slots=True)
class Learner:
    """That a learner exists, and whether the data are real."""

    learner_id: UUID
    data_status: str


@dataclass(frozen=True, slots=True)
class Enrolment:
    """How somebody is taught, from when to when."""

    enrolment_id: UUID
    learner_id: UUID
    delivery_system: str
    is_studying: bool
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class Partnership:
    """An agreement between institutions; unknown days are None."""

    partnership_id: UUID
    programme: str
    state: str
    party_institution_ids: tuple[UUID, ...]
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class VerifiedEntry:
    """A result that was verified; `year_be` is its academic year."""

    entry_id: UUID
    learner_id: UUID
    issuer_institution_id: UUID
    year_be: int
    verified_at: datetime


@dataclass(frozen=True, slots=True)
class PostedLine:
    """A line of a transfer case that was posted, and the entries it rests on."""

    line_id: UUID
    learner_id: UUID
    source_entry_ids: tuple[UUID, ...]
    posted_at: datetime


@dataclass(frozen=True, slots=True)
class LearnerMerge:
    """The newest that the registry said about a merged learner."""

    merged_learner_id: UUID
    surviving_learner_id: UUID
    merge_id: UUID
    is_undone: bool
    told_at: datetime
