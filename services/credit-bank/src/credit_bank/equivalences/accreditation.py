"""Accreditation: that a source of learning, or a course, is recognised. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

from credit_bank.catalogue.keys import CourseKey
from credit_bank.provenance import Provenance

CHARACTERS_MAX: Final = 500


class AccreditationKind(StrEnum):
    """What is accredited; an accredited source says nothing of its courses, nor a course of who teaches it (R-07)."""

    SOURCE = "SOURCE"
    COURSE = "COURSE"


class AccreditationState(StrEnum):
    """Where an accreditation stands."""

    PROPOSED = "PROPOSED"
    ACCREDITED = "ACCREDITED"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"


@dataclass(frozen=True, slots=True)
class AccreditationFacts:
    """What is proposed.

    Attributes:
        source_institution_id: A source that is registered.
        source_name_th: A source that is not; never a person's name.
        course: For a course.
        body_th: Who accredits.
        reference: Number of the order or announcement.
    """

    kind: AccreditationKind
    source_institution_id: UUID | None
    source_name_th: str
    course: CourseKey | None
    body_th: str
    reference: str
    valid_from: date
    valid_to: date | None
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Accreditation:
    """An accreditation as it stands."""

    accreditation_id: UUID
    facts: AccreditationFacts
    state: AccreditationState


def accreditation_fault(facts: AccreditationFacts) -> tuple[str, str] | None:
    """Field and expectation of what can never be right about an accreditation; None for a good one."""
    is_named = bool(facts.source_name_th)
    if facts.kind is AccreditationKind.COURSE:
        if facts.course is None or is_named or facts.source_institution_id is not None:
            return "course", "a course and no source"
    elif facts.course is not None or is_named == (facts.source_institution_id is not None):
        return "source_institution_id", "a registered source or the name of another one, and no course"
    texts = (facts.source_name_th, facts.body_th, facts.reference)
    if not facts.body_th or not facts.reference or any(len(text) > CHARACTERS_MAX for text in texts):
        return "body_th", f"who accredits and by what, at most {CHARACTERS_MAX} characters"
    if facts.valid_to is not None and facts.valid_to < facts.valid_from:
        return "valid_to", "not before the first day"
    return None
