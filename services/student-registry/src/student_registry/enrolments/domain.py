"""Enrolments and what a new statement about one means beside those already known. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from uuid import UUID

from student_registry.enrolments.errors import (
    EnrolmentLabelTooLong,
    EnrolmentOverlaps,
    EnrolmentPeriodInvalid,
    PrimaryEnrolmentExists,
)
from student_registry.provenance import Provenance
from student_registry.text import ascii_digits, clean

LABEL_CHARACTERS_MAX = 60


class EnrolmentRole(StrEnum):
    """What an enrolment is beside the person's others (credit-bank.md e.7)."""

    PRIMARY = "PRIMARY"
    PARTNER = "PARTNER"
    HOSTING = "HOSTING"
    SHORT_COURSE = "SHORT_COURSE"


class DeliverySystem(StrEnum):
    """How the education is delivered."""

    FORMAL = "FORMAL"
    NONFORMAL = "NONFORMAL"
    INFORMAL = "INFORMAL"
    HOME_SCHOOL = "HOME_SCHOOL"
    DUAL_EDUCATION = "DUAL_EDUCATION"


class EnrolmentStatus(StrEnum):
    """State of an enrolment on a day."""

    STUDYING = "STUDYING"
    ENDED = "ENDED"


@dataclass(frozen=True, slots=True)
class EnrolmentFacts:
    """What is stated about an enrolment.

    Attributes:
        grade_label: Such as M.4 or PWC.1; empty for short courses.
        valid_to: Last day; None: open.
    """

    institution_id: UUID
    role: EnrolmentRole
    delivery_system: DeliverySystem
    grade_label: str
    classroom: str
    programme_code: str
    valid_from: date
    valid_to: date | None

    @property
    def natural_key(self) -> tuple[UUID, EnrolmentRole, str, date]:
        """Two statements with this in common are about the same enrolment of a learner."""
        return self.institution_id, self.role, self.programme_code, self.valid_from

    def overlaps(self, other: EnrolmentFacts) -> bool:
        """Whether both hold on some day."""
        return (other.valid_to is None or self.valid_from <= other.valid_to) and (
            self.valid_to is None or other.valid_from <= self.valid_to
        )

    def status_on(self, day: date) -> EnrolmentStatus:
        """State on a day; an enrolment that begins later counts as studying."""
        is_over = self.valid_to is not None and self.valid_to < day
        return EnrolmentStatus.ENDED if is_over else EnrolmentStatus.STUDYING


@dataclass(frozen=True, slots=True)
class Enrolment:
    """An enrolment as it is kept."""

    enrolment_id: UUID
    learner_id: UUID
    facts: EnrolmentFacts
    provenance: Provenance


def checked(facts: EnrolmentFacts) -> EnrolmentFacts:
    """The facts as they are stored.

    Raises:
        EnrolmentPeriodInvalid: The last day lies before the first.
        EnrolmentLabelTooLong: A label is too long.
    """
    labels = [ascii_digits(clean(text)) for text in (facts.grade_label, facts.classroom, facts.programme_code)]
    if any(len(label) > LABEL_CHARACTERS_MAX for label in labels):
        raise EnrolmentLabelTooLong(field="grade_label")
    if facts.valid_to is not None and facts.valid_to < facts.valid_from:
        raise EnrolmentPeriodInvalid(field="valid_to")
    return replace(facts, grade_label=labels[0], classroom=labels[1], programme_code=labels[2])


def restated(stated: EnrolmentFacts, known: Iterable[Enrolment]) -> Enrolment | None:
    """The known enrolment that a statement is about, with what the statement changes; None when it is a new one.

    A statement without a last day does not open an enrolment again that has ended.

    Raises:
        PrimaryEnrolmentExists: The learner has another primary enrolment at that time.
        EnrolmentOverlaps: He has another one of this role there at that time.
    """
    enrolments = list(known)
    same = next((item for item in enrolments if item.facts.natural_key == stated.natural_key), None)
    if same is not None:
        stated = replace(stated, valid_to=stated.valid_to or same.facts.valid_to)
    for other in enrolments:
        if other is same or not other.facts.overlaps(stated):
            continue
        if EnrolmentRole.PRIMARY is stated.role is other.facts.role:
            raise PrimaryEnrolmentExists(field="role", enrolment_id=other.enrolment_id)
        if stated.role is not EnrolmentRole.SHORT_COURSE and other.facts.natural_key[:3] == stated.natural_key[:3]:
            raise EnrolmentOverlaps(field="valid_from", enrolment_id=other.enrolment_id)
    return None if same is None else replace(same, facts=stated)
