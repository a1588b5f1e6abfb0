"""How far an institution is in a programme. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from student_registry.institutions.domain import InstitutionKind
from student_registry.memberships.errors import (
    BandUnknown,
    MembershipPeriodInvalid,
    MembershipStepWrong,
    MembershipYearInvalid,
    ProgrammeUnknown,
)
from student_registry.provenance import Provenance
from student_registry.text import clean

YEAR_BE_MIN, YEAR_BE_MAX = 2500, 2700


class MembershipStatus(StrEnum):
    """How far an institution is (R-20)."""

    SURVEYED = "SURVEYED"
    READY = "READY"
    JOINED = "JOINED"
    DECLINED = "DECLINED"


STEPS: Mapping[MembershipStatus, frozenset[MembershipStatus]] = {
    MembershipStatus.SURVEYED: frozenset({MembershipStatus.READY, MembershipStatus.DECLINED}),
    MembershipStatus.READY: frozenset({MembershipStatus.JOINED, MembershipStatus.DECLINED}),
    MembershipStatus.JOINED: frozenset({MembershipStatus.DECLINED}),
    MembershipStatus.DECLINED: frozenset({MembershipStatus.SURVEYED}),
}
"""What may follow what in one academic year; who declined is asked anew. The first statement may be any: a list of
those who joined says nothing of how they came there."""


@dataclass(frozen=True, slots=True)
class Programme:
    """A programme in which institutions take part; bands are code and Thai name."""

    programme_code: str
    name_th: str
    bands: tuple[tuple[str, str], ...]
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class MembershipFacts:
    """What is stated about an institution's part in a programme.

    Attributes:
        year_be: Academic year, Buddhist Era.
        band: Of the programme; empty where it has none.
        valid_from: First day of this status.
        valid_to: Last day of the membership; None: open.
        is_correction: What stood from that day on was written wrong.
    """

    institution_id: UUID
    programme_code: str
    year_be: int
    status: MembershipStatus
    band: str
    valid_from: date
    valid_to: date | None
    is_correction: bool
    provenance: Provenance

    @property
    def key(self) -> tuple[UUID, str, int]:
        """What names the membership."""
        return self.institution_id, self.programme_code, self.year_be


@dataclass(frozen=True, slots=True)
class Membership:
    """A membership with the statement in force."""

    membership_id: UUID
    facts: MembershipFacts


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement about a membership, as it is kept."""

    facts: MembershipFacts
    recorded_at: datetime
    superseded_at: datetime | None


@dataclass(frozen=True, slots=True)
class Count:
    """Institutions of one programme, year, status and band."""

    programme_code: str
    year_be: int
    status: MembershipStatus
    band: str
    institutions: int


@dataclass(frozen=True, slots=True)
class Counts:
    """Memberships counted on a day, and what there is to be counted from: open institutions by kind."""

    counts: tuple[Count, ...]
    population: Mapping[InstitutionKind, int]
    on_date: date


def checked(facts: MembershipFacts, programmes: Mapping[str, Programme]) -> MembershipFacts:
    """The facts as they are stored.

    Raises:
        ProgrammeUnknown: No such programme.
        BandUnknown: No such band in it, or none stated where it has some.
        MembershipYearInvalid: Not a year of the Buddhist Era.
        MembershipPeriodInvalid: The last day lies before the first.
    """
    code, band = clean(facts.programme_code), clean(facts.band)
    programme = programmes.get(code)
    if programme is None:
        raise ProgrammeUnknown(field="programme_code")
    bands = {known for known, _ in programme.bands}
    if band not in (bands or {""}):
        raise BandUnknown(field="band", programme_code=code)
    if not YEAR_BE_MIN <= facts.year_be <= YEAR_BE_MAX:
        raise MembershipYearInvalid(field="year_be")
    if facts.valid_to is not None and facts.valid_to < facts.valid_from:
        raise MembershipPeriodInvalid(field="valid_to")
    return replace(facts, programme_code=code, band=band)


def stated_on(facts: MembershipFacts, known: Sequence[MembershipFacts]) -> list[MembershipFacts] | None:
    """What a new statement takes the place of, as a list to supersede; None when it says nothing new.

    Args:
        facts: The statement.
        known: What holds of this membership, by first day.

    Raises:
        MembershipStepWrong: This status does not follow the one before.
        MembershipPeriodInvalid: It begins on or before the first day of what holds, and is no correction.
    """
    if any(_says_the_same(facts, item) for item in known):
        return None
    if facts.is_correction:
        return [item for item in known if item.valid_from >= facts.valid_from]
    if not known:
        return []
    last = known[-1]
    if last.status is facts.status:
        # The same status on the same or a later day, with another band or last day: it goes on as stated.
        if facts.valid_from < last.valid_from:
            raise MembershipPeriodInvalid(field="valid_from")
        return [last] if facts.valid_from == last.valid_from else []
    if facts.status not in STEPS[last.status]:
        raise MembershipStepWrong(field="status", status=facts.status, before=last.status)
    if facts.valid_from <= last.valid_from:
        raise MembershipPeriodInvalid(field="valid_from")
    return []


def _says_the_same(facts: MembershipFacts, other: MembershipFacts) -> bool:
    return replace(facts, provenance=other.provenance, is_correction=other.is_correction) == other
