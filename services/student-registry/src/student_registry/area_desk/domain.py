"""What an area office sees of its schools. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

ACADEMIC_YEAR_MONTH = 5
"""Month in which an academic year begins. Source: assumption; schools open in the middle of May."""

_BE_MINUS_CE = 543


class Stage(StrEnum):
    """How far a school's round is; `NOT_OPENED` is a school that has not begun."""

    NOT_OPENED = "NOT_OPENED"
    OPEN = "OPEN"
    CONFIRMED = "CONFIRMED"
    CERTIFIED = "CERTIFIED"
    ACKNOWLEDGED = "ACKNOWLEDGED"


class StaleReason(StrEnum):
    """Why a school's data are old."""

    IMPORT_OLD = "IMPORT_OLD"
    CONTACTS_OLD = "CONTACTS_OLD"


@dataclass(frozen=True, slots=True)
class StageCount:
    """How many schools are at a stage of a round."""

    kind: str
    stage: Stage
    schools: int


@dataclass(frozen=True, slots=True)
class SchoolRound:
    """A school with its round."""

    institution_id: UUID
    name_th: str
    stage: Stage
    round_id: UUID | None
    learner_count: int | None
    reached_at: datetime | None


@dataclass(frozen=True, slots=True)
class ConflictingIdentifier:
    """An identifier that contradicts what is known of its learner; `last4` is what is shown."""

    identifier_id: UUID
    learner_id: UUID
    registrar_institution_id: UUID
    kind: str
    last4: str = field(repr=False)
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Home:
    """One home (บ้านเรียน)."""

    institution_id: UUID
    name_th: str
    learners: int


@dataclass(frozen=True, slots=True)
class Family:
    """A home-school family: its first home reports to the office, further homes report to the first.

    Families and homes are counted apart: an office had 6 families with 7 homes (002:891-899).
    """

    institution_id: UUID
    name_th: str
    homes: tuple[Home, ...]


@dataclass(frozen=True, slots=True)
class SchoolData:
    """How old a school's data are; None: never imported."""

    institution_id: UUID
    name_th: str
    last_import_on: date | None
    learners: int = 0
    stale_contacts: int = 0


@dataclass(frozen=True, slots=True)
class StaleRules:
    """When data are old: days since the last import, and share of learners with old contact data in percent."""

    import_days: int
    contacts_pct: int
    version: str

    def reasons(self, school: SchoolData, *, today: date) -> tuple[StaleReason, ...]:
        """Why a school's data are old; none when they are not."""
        last = school.last_import_on
        found: list[StaleReason] = []
        if last is None or (today - last).days > self.import_days:
            found.append(StaleReason.IMPORT_OLD)
        if school.stale_contacts * 100 > school.learners * self.contacts_pct:
            found.append(StaleReason.CONTACTS_OLD)
        return tuple(found)


@dataclass(frozen=True, slots=True)
class StaleSchool:
    """A school with old data, and why."""

    school: SchoolData
    reasons: tuple[StaleReason, ...]


@dataclass(frozen=True, slots=True)
class Desk:
    """How much waits, and how many there are."""

    waiting_g_codes: int
    identity_conflicts: int
    conflicting_identifiers: int
    late_movements: int
    rounds: tuple[StageCount, ...]
    academic_year_be: int
    families: int
    homes: int
    home_school_learners: int
    stale_schools: int
    schools: int


def academic_year_be(day: date) -> int:
    """The academic year that a day is in, Buddhist Era."""
    return day.year + _BE_MINUS_CE - (day.month < ACADEMIC_YEAR_MONTH)


def families_of(homes: Iterable[tuple[Home, UUID | None]]) -> list[Family]:
    """Families with their homes, in the order of the homes given.

    Args:
        homes: Each home with the institution it reports to.
    """
    known = list(homes)
    first = {home.institution_id: (home, parent) for home, parent in known}

    def head(home: Home, parent: UUID | None) -> UUID:
        # Parents make a tree, so this ends; a home below a home below a home is of the same family.
        while parent is not None and parent in first:
            home, parent = first[parent]
        return home.institution_id

    together: dict[UUID, list[Home]] = {}
    for home, parent in known:
        together.setdefault(head(home, parent), []).append(home)
    return [
        Family(home.institution_id, home.name_th, tuple(together[home.institution_id]))
        for home, parent in known
        if parent not in first
    ]


def after_in(ids: Sequence[UUID], after: UUID | None) -> int:
    """Where the page after an id begins; an id that is not in the list begins anew."""
    return ids.index(after) + 1 if after is not None and after in ids else 0
