"""Enrolments and what a new statement about one means beside those already known. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from chassis.errors import InvalidField

from student_registry.enrolments.errors import (
    EnrolmentChangeTooEarly,
    EnrolmentEnded,
    EnrolmentLabelTooLong,
    EnrolmentOverlaps,
    EnrolmentPeriodInvalid,
    EnrolmentPlaceWrong,
    HostingInvalid,
    PrimaryEnrolmentExists,
)
from student_registry.institutions.domain import InstitutionFacts
from student_registry.provenance import Provenance
from student_registry.text import ascii_digits, clean

LABEL_CHARACTERS_MAX = 60
HOSTED_CLASSES_MAX = 50
NUMBER_IN_CLASS_MAX = 999


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


class HostingScope(StrEnum):
    """Which classes a hosting institution gives another school's learner (R-72b)."""

    ALL = "ALL"
    SOME = "SOME"


@dataclass(frozen=True, slots=True)
class EnrolmentFacts:
    """What is stated about an enrolment.

    Attributes:
        grade_label: Such as M.4 or PWC.1; empty for short courses.
        valid_to: Last day; None: open.
        number_in_class: Place in the class list; None: none.
        hosting_scope: Of a hosting enrolment only; there None as stated means all classes.
        hosted_classes: Which, when some are hosted.
        end_reason: Code of the list ENROLMENT_END_REASON; empty while open or where not stated.
    """

    institution_id: UUID
    role: EnrolmentRole
    delivery_system: DeliverySystem
    grade_label: str
    classroom: str
    programme_code: str
    valid_from: date
    valid_to: date | None
    number_in_class: int | None = None
    hosting_scope: HostingScope | None = None
    hosted_classes: tuple[str, ...] = ()
    end_reason: str = ""

    @property
    def natural_key(self) -> tuple[UUID, EnrolmentRole, str, date]:
        """Two statements with this in common are about the same enrolment of a learner."""
        return self.institution_id, self.role, self.programme_code, self.valid_from

    def goes_on(self, day: date) -> bool:
        """Whether it is not over on a day; it may begin later."""
        return self.valid_to is None or self.valid_to >= day

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
    """An enrolment as it is kept.

    Attributes:
        holds_from: First day of these details; None: since the first day of the enrolment, or for a change that does
            not say since when, the day on which it is written.
    """

    enrolment_id: UUID
    learner_id: UUID
    facts: EnrolmentFacts
    provenance: Provenance
    holds_from: date | None = None

    @property
    def details_since(self) -> date:
        """First day of these details."""
        return self.holds_from or self.facts.valid_from


@dataclass(frozen=True, slots=True)
class EnrolmentState:
    """What an enrolment was according to one statement."""

    enrolment: Enrolment
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class EnrolmentChange:
    """What changes about a known enrolment from a day on; None: stays as it is.

    Attributes:
        number_in_class: 0 takes the number away.
        hosted_classes: Read with `hosting_scope` only.
    """

    enrolment_id: UUID
    holds_from: date
    provenance: Provenance
    delivery_system: DeliverySystem | None = None
    grade_label: str | None = None
    classroom: str | None = None
    number_in_class: int | None = None
    programme_code: str | None = None
    hosting_scope: HostingScope | None = None
    hosted_classes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EnrolmentEnd:
    """Last day of a known enrolment, and why."""

    enrolment_id: UUID
    last_day: date
    reason_code: str
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class PlaceRules:
    """At which kinds of institutions somebody can be enrolled, by role.

    Attributes:
        kinds: By role, whatever the delivery system.
        home_school: Kinds that keep home-school learners beside those: their primary enrolment only.
    """

    kinds: Mapping[EnrolmentRole, frozenset[str]]
    home_school: frozenset[str]

    def check(self, place: InstitutionFacts, role: EnrolmentRole, system: DeliverySystem, *, valid_from: date) -> None:
        """Refuse an enrolment where nobody can be enrolled, or that begins when the institution is closed.

        One that begins before the institution opened is taken: the register often learns late when that was.

        Raises:
            EnrolmentPlaceWrong: Nobody is enrolled there in that role on that day.
        """
        is_closed = place.closed_on is not None and place.closed_on < valid_from
        kinds = self.kinds[role]
        if role is EnrolmentRole.PRIMARY and system is DeliverySystem.HOME_SCHOOL:
            kinds |= self.home_school
        if place.kind not in kinds or is_closed:
            raise EnrolmentPlaceWrong(field="institution_id", kind=place.kind, role=role)


def checked(facts: EnrolmentFacts) -> EnrolmentFacts:
    """The facts as they are stored.

    Raises:
        EnrolmentPeriodInvalid: The last day lies before the first.
        EnrolmentLabelTooLong: A label is too long.
        HostingInvalid: Classes are named without hosting some of them, or the other way round.
        InvalidField: The number in the class list is none.
    """
    labels = [ascii_digits(clean(text)) for text in (facts.grade_label, facts.classroom, facts.programme_code)]
    if any(len(label) > LABEL_CHARACTERS_MAX for label in labels):
        raise EnrolmentLabelTooLong(field="grade_label")
    if facts.valid_to is not None and facts.valid_to < facts.valid_from:
        raise EnrolmentPeriodInvalid(field="valid_to")
    if facts.number_in_class is not None and not 1 <= facts.number_in_class <= NUMBER_IN_CLASS_MAX:
        raise InvalidField(field="number_in_class", expected=f"1 to {NUMBER_IN_CLASS_MAX}")
    scope, classes = _checked_hosting(facts)
    return replace(
        facts,
        grade_label=labels[0],
        classroom=labels[1],
        programme_code=labels[2],
        hosting_scope=scope,
        hosted_classes=classes,
    )


def _checked_hosting(facts: EnrolmentFacts) -> tuple[HostingScope | None, tuple[str, ...]]:
    """Which classes are hosted: all of them unless some are named."""
    classes = tuple(dict.fromkeys(filter(None, (ascii_digits(clean(item)) for item in facts.hosted_classes))))
    if any(len(item) > LABEL_CHARACTERS_MAX for item in classes) or len(classes) > HOSTED_CLASSES_MAX:
        raise EnrolmentLabelTooLong(field="hosted_classes")
    scope = facts.hosting_scope
    if facts.role is EnrolmentRole.HOSTING and scope is None:
        scope = HostingScope.SOME if classes else HostingScope.ALL
    if (scope is not None and facts.role is not EnrolmentRole.HOSTING) or (
        bool(classes) is not (scope is HostingScope.SOME)
    ):
        raise HostingInvalid(field="hosted_classes")
    return scope, classes


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
        stated = _with_what_is_not_stated(stated, same.facts)
    for other in enrolments:
        if other is same or not other.facts.overlaps(stated):
            continue
        if EnrolmentRole.PRIMARY is stated.role is other.facts.role:
            raise PrimaryEnrolmentExists(field="role", enrolment_id=other.enrolment_id)
        if stated.role is not EnrolmentRole.SHORT_COURSE and other.facts.natural_key[:3] == stated.natural_key[:3]:
            raise EnrolmentOverlaps(field="valid_from", enrolment_id=other.enrolment_id)
    if same is None or same.facts == stated:
        return same
    return replace(same, facts=stated, holds_from=None)


def _with_what_is_not_stated(stated: EnrolmentFacts, known: EnrolmentFacts) -> EnrolmentFacts:
    """A registration that leaves a detail out does not take it away."""
    hosting_is_stated = stated.hosting_scope is HostingScope.SOME
    return replace(
        stated,
        valid_to=stated.valid_to or known.valid_to,
        number_in_class=stated.number_in_class or known.number_in_class,
        hosting_scope=stated.hosting_scope if hosting_is_stated else known.hosting_scope,
        hosted_classes=stated.hosted_classes if hosting_is_stated else known.hosted_classes,
        end_reason=stated.end_reason or known.end_reason,
    )


def changed(known: Enrolment, change: EnrolmentChange) -> Enrolment:
    """A known enrolment as a change makes it.

    Raises:
        EnrolmentEnded: It is over on the day of the change.
        EnrolmentChangeTooEarly: The day lies before the details now kept began to hold; history is not rewritten.
        EnrolmentLabelTooLong: A label is too long.
        HostingInvalid: It is no hosting enrolment, or classes are named without hosting some of them.
        InvalidField: The number in the class list is none.
    """
    facts = known.facts
    if facts.valid_to is not None and facts.valid_to < change.holds_from:
        raise EnrolmentEnded(field="holds_from", enrolment_id=known.enrolment_id)
    if change.holds_from < known.details_since:
        raise EnrolmentChangeTooEarly(field="holds_from", enrolment_id=known.enrolment_id)
    hosting_is_stated = change.hosting_scope is not None
    number = facts.number_in_class if change.number_in_class is None else change.number_in_class or None
    after = checked(
        replace(
            facts,
            delivery_system=change.delivery_system or facts.delivery_system,
            grade_label=facts.grade_label if change.grade_label is None else change.grade_label,
            classroom=facts.classroom if change.classroom is None else change.classroom,
            programme_code=facts.programme_code if change.programme_code is None else change.programme_code,
            number_in_class=number,
            hosting_scope=change.hosting_scope if hosting_is_stated else facts.hosting_scope,
            hosted_classes=change.hosted_classes if hosting_is_stated else facts.hosted_classes,
        )
    )
    if after == facts:
        return known
    return replace(known, facts=after, provenance=change.provenance, holds_from=change.holds_from)


def ended(known: Enrolment, end: EnrolmentEnd) -> Enrolment:
    """A known enrolment with its last day.

    Raises:
        EnrolmentPeriodInvalid: The last day lies before the first.
        EnrolmentEnded: It has ended already, on another day or for another reason.
    """
    facts = known.facts
    if (facts.valid_to, facts.end_reason) == (end.last_day, end.reason_code):
        return known
    if facts.end_reason or (facts.valid_to is not None and facts.valid_to < end.last_day):
        raise EnrolmentEnded(field="last_day", enrolment_id=known.enrolment_id)
    if end.last_day < facts.valid_from:
        raise EnrolmentPeriodInvalid(field="last_day")
    after = replace(facts, valid_to=end.last_day, end_reason=end.reason_code)
    # The details do not change with the end: they go on holding from the day they did.
    return replace(known, facts=after, provenance=end.provenance, holds_from=known.details_since)


def check_beside(after: Enrolment, others: Iterable[Enrolment]) -> None:
    """Refuse an enrolment that two others of the learner leave no room for.

    Raises:
        PrimaryEnrolmentExists: The learner has another primary enrolment at that time.
        EnrolmentOverlaps: He has another one of this role and programme there at that time.
    """
    for other in others:
        if other.enrolment_id == after.enrolment_id or not other.facts.overlaps(after.facts):
            continue
        if EnrolmentRole.PRIMARY is after.facts.role is other.facts.role:
            raise PrimaryEnrolmentExists(field="role", enrolment_id=other.enrolment_id)
        is_short = after.facts.role is EnrolmentRole.SHORT_COURSE
        if not is_short and other.facts.natural_key[:3] == after.facts.natural_key[:3]:
            raise EnrolmentOverlaps(field="programme_code", enrolment_id=other.enrolment_id)
