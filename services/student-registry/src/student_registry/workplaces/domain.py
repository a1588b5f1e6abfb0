"""Workplaces, learning places and local experts, and how far cooperation with them is. Pure."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from student_registry.provenance import Provenance
from student_registry.text import ascii_digits, clean
from student_registry.workplaces.errors import (
    CapacityInvalid,
    CooperationStepWrong,
    OccupationFieldUnknown,
    WorkplaceNameMissing,
    WorkplaceReferenceFormat,
    WorkplaceTextTooLong,
)

NAME_CHARACTERS_MAX = 300
TEXT_CHARACTERS_MAX = 2_000
CONTACT_CHARACTERS_MAX = 500
LEARNERS_MAX = 100_000
_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class WorkplaceKind(StrEnum):
    """What is registered."""

    WORKPLACE = "WORKPLACE"
    LEARNING_PLACE = "LEARNING_PLACE"
    LOCAL_EXPERT = "LOCAL_EXPERT"


class CooperationStatus(StrEnum):
    """How far cooperation is."""

    ASKED = "ASKED"
    AGREED = "AGREED"
    ACTIVE = "ACTIVE"
    DECLINED = "DECLINED"
    ENDED = "ENDED"


STEPS: Mapping[CooperationStatus, frozenset[CooperationStatus]] = {
    CooperationStatus.ASKED: frozenset({CooperationStatus.AGREED, CooperationStatus.DECLINED}),
    CooperationStatus.AGREED: frozenset(
        {CooperationStatus.ACTIVE, CooperationStatus.DECLINED, CooperationStatus.ENDED}
    ),
    CooperationStatus.ACTIVE: frozenset({CooperationStatus.ENDED}),
    CooperationStatus.DECLINED: frozenset({CooperationStatus.ASKED}),
    CooperationStatus.ENDED: frozenset({CooperationStatus.ASKED}),
}
"""What may follow what; who declined or ended is asked anew. The first statement may be any."""

ALIVE = frozenset({CooperationStatus.ASKED, CooperationStatus.AGREED, CooperationStatus.ACTIVE})
"""States in which an institution has a reason to reach the place."""


@dataclass(frozen=True, slots=True)
class OccupationField:
    """A field of occupation, of a list of our own."""

    field_code: str
    name_th: str
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Contact:
    """How to reach a place or an expert; personal, so it is sealed where it is kept and absent from every repr."""

    person_name: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    address: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class WorkplaceFacts:
    """What is stated about a place or an expert.

    Attributes:
        reference: By which its keeper knows it.
        name_th: Of a local expert what he is known for; the person's name belongs to the contact.
        area_institution_id: Area office, district or province in whose area it lies.
        area_text: District and subdistrict, as people write it.
        capacity: Learners at once; None: not known.
        institution_id: The same place in the register of institutions.
        closed_on: First day without it.
        contact: None: as known.
    """

    reference: str
    kind: WorkplaceKind
    name_th: str
    field_codes: tuple[str, ...]
    area_institution_id: UUID | None
    area_text: str
    capacity: int | None
    offers_th: str
    institution_id: UUID | None
    closed_on: date | None
    provenance: Provenance
    contact: Contact | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Workplace:
    """A registered place or expert."""

    workplace_id: UUID
    keeper_institution_id: UUID
    facts: WorkplaceFacts


@dataclass(frozen=True, slots=True)
class CooperationFacts:
    """What is stated about a cooperation.

    Attributes:
        valid_from: Since when it is so.
        places: Learners agreed on; None: not stated.
    """

    workplace_id: UUID
    institution_id: UUID
    status: CooperationStatus
    valid_from: date
    places: int | None
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class CooperationRecord:
    """One statement, as it is kept."""

    facts: CooperationFacts
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Cooperation:
    """A cooperation with everything stated, the latest first."""

    cooperation_id: UUID
    records: tuple[CooperationRecord, ...]


def checked(facts: WorkplaceFacts, fields: Container[str]) -> WorkplaceFacts:
    """The facts as they are stored.

    Raises:
        WorkplaceReferenceFormat: Not a reference.
        WorkplaceNameMissing: No name, or one too long.
        OccupationFieldUnknown: No field, or one that is not in the list.
        CapacityInvalid: Below 0 or above the limit.
        WorkplaceTextTooLong: A text is too long.
    """
    reference, name_th = clean(facts.reference), clean(facts.name_th)
    if not _REFERENCE.fullmatch(reference):
        raise WorkplaceReferenceFormat(field="reference")
    if not name_th or len(name_th) > NAME_CHARACTERS_MAX:
        raise WorkplaceNameMissing(field="name_th")
    codes = tuple(sorted({clean(code) for code in facts.field_codes}))
    if not codes or any(code not in fields for code in codes):
        raise OccupationFieldUnknown(field="field_codes")
    if facts.capacity is not None and not 0 <= facts.capacity <= LEARNERS_MAX:
        raise CapacityInvalid(field="capacity")
    area_text, offers_th = clean(facts.area_text), clean(facts.offers_th)
    if max(len(area_text), len(offers_th)) > TEXT_CHARACTERS_MAX:
        raise WorkplaceTextTooLong(field="offers_th")
    return replace(
        facts,
        reference=reference,
        name_th=name_th,
        field_codes=codes,
        area_text=area_text,
        offers_th=offers_th,
        contact=None if facts.contact is None else _checked_contact(facts.contact),
    )


def _checked_contact(contact: Contact) -> Contact:
    cleaned = Contact(
        clean(contact.person_name), ascii_digits(clean(contact.phone)), clean(contact.email), clean(contact.address)
    )
    if max(map(len, (cleaned.person_name, cleaned.phone, cleaned.email, cleaned.address))) > CONTACT_CHARACTERS_MAX:
        raise WorkplaceTextTooLong(field="contact")
    return cleaned


def is_same(stated: WorkplaceFacts, known: WorkplaceFacts) -> bool:
    """Whether a statement says nothing new; where it was read may be stated anew, an absent contact denies nothing."""
    return replace(stated, provenance=known.provenance, contact=stated.contact or known.contact) == known


def is_step(facts: CooperationFacts, last: CooperationFacts | None) -> bool:
    """Whether a statement says something new.

    Raises:
        CapacityInvalid: A number of places below 0 or above the limit.
        CooperationStepWrong: The status does not follow the last one, or it began before that.
    """
    if facts.places is not None and not 0 <= facts.places <= LEARNERS_MAX:
        raise CapacityInvalid(field="places")
    if last is None:
        return True
    if replace(facts, provenance=last.provenance) == last:
        return False
    is_next = facts.status is last.status or facts.status in STEPS[last.status]
    if not is_next or facts.valid_from < last.valid_from:
        raise CooperationStepWrong(field="status", status=facts.status, before=last.status)
    return True
