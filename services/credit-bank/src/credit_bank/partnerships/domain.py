"""Agreements, committees and offerings. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from credit_bank.catalogue.domain import CourseKey
from credit_bank.provenance import Provenance, provenance_document

COMMITTEE_MEMBERS_MIN: Final = 3
"""Least number of members of a committee. Source: credit-bank.md b."""
COMMITTEE_MEMBERS_MAX: Final = 50
PARTIES_MAX: Final = 20


class Mandate(StrEnum):
    """What a committee may decide; colleges appoint for each apart (CB-O5)."""

    TRANSFER = "TRANSFER"
    EQUATE = "EQUATE"
    RPL = "RPL"


class Programme(StrEnum):
    """What a partnership is about."""

    DUAL_EDUCATION = "DUAL_EDUCATION"
    SHORT_COURSE = "SHORT_COURSE"


class PartnershipState(StrEnum):
    """State of a partnership (CB c.3)."""

    DRAFT = "DRAFT"
    SIGNED = "SIGNED"
    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    ENDED = "ENDED"


TRANSITIONS: Final[Mapping[PartnershipState, frozenset[PartnershipState]]] = {
    PartnershipState.DRAFT: frozenset({PartnershipState.SIGNED, PartnershipState.ACTIVE, PartnershipState.ENDED}),
    PartnershipState.SIGNED: frozenset({PartnershipState.ACTIVE, PartnershipState.ENDED}),
    PartnershipState.ACTIVE: frozenset({PartnershipState.SUSPENDED, PartnershipState.ENDED}),
    PartnershipState.SUSPENDED: frozenset({PartnershipState.ACTIVE, PartnershipState.ENDED}),
    PartnershipState.ENDED: frozenset(),
}
"""From where a partnership may go where; an end is for ever. Source: credit-bank.md c.3."""


@dataclass(frozen=True, slots=True)
class Member:
    """One member, by the assignment under which he acts."""

    assignment_id: UUID
    is_chair: bool


@dataclass(frozen=True, slots=True)
class CommitteeFacts:
    """A committee as its dated order appoints it.

    Attributes:
        quorum: Members needed for a decision.
        valid_to: Last day; None: open.
    """

    institution_id: UUID
    mandates: frozenset[Mandate]
    order_no: str
    quorum: int
    members: tuple[Member, ...]
    valid_from: date
    valid_to: date | None
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Committee:
    """A registered committee."""

    committee_id: UUID
    facts: CommitteeFacts

    def is_valid_on(self, day: date) -> bool:
        """Whether it may decide on a day."""
        facts = self.facts
        return facts.valid_from <= day and (facts.valid_to is None or day <= facts.valid_to)


@dataclass(frozen=True, slots=True)
class PartnershipFacts:
    """An agreement between institutions.

    Attributes:
        reference: Unique among these parties.
        signed_on: None when unknown, never invented; so are the first and the last day.
        committee_id: Committee that serves it.
    """

    reference: str
    party_institution_ids: tuple[UUID, ...]
    programme: Programme
    state: PartnershipState
    signed_on: date | None
    valid_from: date | None
    valid_to: date | None
    committee_id: UUID | None
    provenance: Provenance

    @property
    def natural_key(self) -> str:
        """The reference among these parties, whatever their order."""
        return "|".join([self.reference, *sorted(str(party) for party in set(self.party_institution_ids))])


@dataclass(frozen=True, slots=True)
class Partnership:
    """A registered partnership.

    Attributes:
        version: Of its facts, from 1; a case finishes under the one of its submission.
    """

    partnership_id: UUID
    facts: PartnershipFacts
    version: int = 1

    def is_active_on(self, day: date) -> bool:
        """Whether it is in force on a day; an unknown first or last day does not end it."""
        facts = self.facts
        return (
            facts.state is PartnershipState.ACTIVE
            and (facts.valid_from is None or facts.valid_from <= day)
            and (facts.valid_to is None or day <= facts.valid_to)
        )


@dataclass(frozen=True, slots=True)
class OfferingFacts:
    """One run of a course by an institution.

    Attributes:
        reference: Unique at the institution.
        year_be: Academic year, Buddhist Era.
        term: 1, 2 or 3 (summer).
    """

    reference: str
    course: CourseKey
    institution_id: UUID
    partnership_id: UUID | None
    year_be: int
    term: int
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Offering:
    """A scheduled offering of a course in the catalogue."""

    offering_id: UUID
    reference: str
    course_id: UUID
    institution_id: UUID
    partnership_id: UUID | None
    year_be: int
    term: int


def committee_fault(facts: CommitteeFacts) -> tuple[str, str] | None:
    """Field and expectation of what can never be right about a committee; None for a good one."""
    people = {member.assignment_id for member in facts.members}
    has_right_size = COMMITTEE_MEMBERS_MIN <= len(people) <= COMMITTEE_MEMBERS_MAX and len(people) == len(facts.members)
    checks = (
        (has_right_size, "members", f"{COMMITTEE_MEMBERS_MIN} to {COMMITTEE_MEMBERS_MAX} different members"),
        (sum(member.is_chair for member in facts.members) == 1, "members", "one chair"),
        (1 <= facts.quorum <= len(people), "quorum", "1 to the number of members"),
        (bool(facts.mandates), "mandates", f"some of {', '.join(Mandate)}"),
        (bool(facts.order_no), "order_no", "the number of the order"),
        (facts.valid_to is None or facts.valid_from <= facts.valid_to, "valid_to", "a day not before valid_from"),
    )
    return next(((field, expected) for is_right, field, expected in checks if not is_right), None)


def partnership_fault(facts: PartnershipFacts) -> tuple[str, str] | None:
    """Field and expectation of what can never be right about a partnership; None for a good one."""
    parties = set(facts.party_institution_ids)
    if len(parties) != len(facts.party_institution_ids) or not 2 <= len(parties) <= PARTIES_MAX:  # noqa: PLR2004  # an agreement has two sides
        return "party_institution_ids", f"2 to {PARTIES_MAX} different institutions"
    if not facts.reference or "|" in facts.reference:
        return "reference", "a reference without |"
    if facts.valid_from is not None and facts.valid_to is not None and facts.valid_to < facts.valid_from:
        return "valid_to", "a day not before valid_from"
    return None


def committee_document(facts: CommitteeFacts) -> dict[str, Any]:
    """What makes a committee sent again the same."""
    return {
        "mandates": sorted(facts.mandates),
        "quorum": facts.quorum,
        "members": sorted([str(member.assignment_id), member.is_chair] for member in facts.members),
        "valid_from": facts.valid_from.isoformat(),
        "valid_to": _day(facts.valid_to),
        "provenance": provenance_document(facts.provenance),
    }


def partnership_document(facts: PartnershipFacts) -> dict[str, Any]:
    """What makes a partnership sent again the same."""
    return {
        "programme": str(facts.programme),
        "state": str(facts.state),
        "signed_on": _day(facts.signed_on),
        "valid_from": _day(facts.valid_from),
        "valid_to": _day(facts.valid_to),
        "committee_id": None if facts.committee_id is None else str(facts.committee_id),
        "provenance": provenance_document(facts.provenance),
    }


def offering_document(facts: OfferingFacts, course_id: UUID) -> dict[str, Any]:
    """What makes an offering sent again the same."""
    return {
        "course_id": str(course_id),
        "partnership_id": None if facts.partnership_id is None else str(facts.partnership_id),
        "year_be": facts.year_be,
        "term": facts.term,
        "provenance": provenance_document(facts.provenance),
    }


def _day(value: date | None) -> str | None:
    return None if value is None else value.isoformat()
