"""Assignments of people to institutions, and roles as data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from uuid import UUID

from student_registry.assignments.errors import (
    AssignmentEndsEarlier,
    AssignmentOpen,
    AssignmentOverlaps,
    ClassroomMissing,
    PeriodInvalid,
    RoleNotAtKind,
    RoleUnknown,
    SubjectMissing,
    SuccessorUnsuitable,
    TeachingSubjectTooLong,
)
from student_registry.institutions.domain import InstitutionKind
from student_registry.provenance import DataStatus, Provenance
from student_registry.text import clean

SUBJECT_CHARACTERS_MAX = 200
TEACHING_SUBJECT_CHARACTERS_MAX = 100

LEARNER = "learner"
"""Role of a learner acting for himself; held by nature, never assigned."""
BOOTSTRAP = "registry_admin"
"""Role of the bootstrap subject, who acts without an assignment."""
UNASSIGNED = "unassigned"
"""Somebody who is signed in and is neither a learner nor acting under an assignment; may do nothing."""


@dataclass(frozen=True, slots=True)
class AssignmentFacts:
    """What is stated about an assignment.

    Attributes:
        subject: Subject of the sign-in; kept only as a keyed hash.
        classroom: Classroom the role is limited to; empty: whole institution.
        valid_to: Last day; None: open.
        teaching_subject: What the person teaches there; empty: not stated.
    """

    subject: str = field(repr=False)
    institution_id: UUID
    role: str
    classroom: str
    valid_from: date
    valid_to: date | None
    provenance: Provenance
    teaching_subject: str = ""


@dataclass(frozen=True, slots=True)
class Assignment:
    """An assignment as it is kept."""

    assignment_id: UUID
    subject_hash: str
    institution_id: UUID
    role: str
    classroom: str
    valid_from: date
    valid_to: date | None
    provenance: Provenance
    teaching_subject: str = ""

    @property
    def place(self) -> tuple[str, UUID, str, str, str]:
        """Who does what where; such assignments may follow each other but not overlap."""
        return self.subject_hash, self.institution_id, self.role, self.classroom, self.teaching_subject

    def restated(self, others: Iterable[Assignment]) -> Assignment | None:
        """The known assignment that this one is about, with what it changes; None when it is a new one.

        A statement without a last day does not open an assignment again that has one.

        Raises:
            AssignmentOverlaps: The person has this role there for another, overlapping time.
        """
        known = list(others)
        same = next((other for other in known if other.valid_from == self.valid_from), None)
        found = None if same is None else replace(same, valid_to=self.valid_to or same.valid_to)
        for other in known:
            if other is not same and other.overlaps(found or self):
                raise AssignmentOverlaps(field="valid_from", assignment_id=other.assignment_id)
        return found

    def ended(self, last_day: date) -> Assignment:
        """This assignment with a last day, which may come nearer and is never taken back.

        Raises:
            PeriodInvalid: The last day lies before the first.
            AssignmentEndsEarlier: It ends before that already.
        """
        if last_day < self.valid_from:
            raise PeriodInvalid(field="valid_to")
        if self.valid_to is not None and self.valid_to < last_day:
            raise AssignmentEndsEarlier(field="valid_to")
        return replace(self, valid_to=last_day)

    def check_successor(self, successor: Assignment | None) -> None:
        """Refuse a successor that cannot take over. One that goes on longer cannot come round to this one again.

        Raises:
            AssignmentOpen: This assignment has no last day.
            SuccessorUnsuitable: No other assignment of the same institution, or one that does not go on after this one.
        """
        if self.valid_to is None:
            raise AssignmentOpen(field="assignment_id")
        if (
            successor is None
            or successor.institution_id != self.institution_id
            or successor.assignment_id == self.assignment_id
            or (successor.valid_to is not None and successor.valid_to <= self.valid_to)
        ):
            raise SuccessorUnsuitable(field="successor_assignment_id")

    def overlaps(self, other: Assignment) -> bool:
        """Whether both hold on some day."""
        return (other.valid_to is None or self.valid_from <= other.valid_to) and (
            self.valid_to is None or other.valid_from <= self.valid_to
        )


@dataclass(frozen=True, slots=True)
class OwnAssignment:
    """An assignment as the person sees it."""

    assignment: Assignment
    institution_name_th: str
    role_name_th: str


@dataclass(frozen=True, slots=True)
class StaffMember:
    """An assignment as its institution sees it."""

    assignment: Assignment
    role_name_th: str


class HandoverState(StrEnum):
    """Who takes over what an assignment leaves behind (R-43)."""

    NOBODY_YET = "NOBODY_YET"
    NAMED = "NAMED"
    NOTHING_LEFT = "NOTHING_LEFT"


@dataclass(frozen=True, slots=True)
class Handover:
    """What an assignment that ended, or ends, leaves behind, and who takes it over."""

    member: StaffMember
    state: HandoverState
    successor_assignment_id: UUID | None
    decided_on: date | None


@dataclass(frozen=True, slots=True)
class Succession:
    """Who takes over from an assignment; nobody: it leaves nothing behind."""

    assignment_id: UUID
    successor_assignment_id: UUID | None


@dataclass(frozen=True, slots=True)
class Role:
    """A role: where it can be held, and for what.

    Attributes:
        institution_kinds: Kinds of institutions; empty: any. It is data, and may name a kind of a later release.
    """

    role: str
    is_assignable: bool
    institution_kinds: frozenset[str]
    needs_classroom: bool


@dataclass(frozen=True, slots=True)
class RoleRights:
    """A role as people read it, with what it may do in one version."""

    role: Role
    name_th: str
    has_responsibilities: bool
    permissions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PermissionVersion:
    """Version of the role-permission table in force, with its provenance."""

    version: str
    effective_from: date
    source: str
    status: DataStatus


@dataclass(frozen=True, slots=True)
class Rights:
    """What an actor may do where."""

    role: str
    permissions: tuple[str, ...]
    permission_version: str
    assignment_id: UUID | None = None
    institution_id: UUID | None = None
    classroom: str = ""
    learner_id: UUID | None = None


def checked(facts: AssignmentFacts, role: Role | None, kind: InstitutionKind) -> AssignmentFacts:
    """The facts as they are stored.

    Raises:
        SubjectMissing: No subject, or one too long.
        RoleUnknown: No such role, or one that is not assigned.
        RoleNotAtKind: The role is not held at this kind of institution.
        ClassroomMissing: The role needs a classroom.
        PeriodInvalid: The last day lies before the first.
        TeachingSubjectTooLong: More than 100 characters.
    """
    if not facts.subject or len(facts.subject) > SUBJECT_CHARACTERS_MAX:
        raise SubjectMissing(field="subject")
    if role is None or not role.is_assignable:
        raise RoleUnknown(field="role", role=facts.role)
    if role.institution_kinds and kind not in role.institution_kinds:
        raise RoleNotAtKind(field="role", role=facts.role, kind=kind)
    classroom = clean(facts.classroom)
    if role.needs_classroom and not classroom:
        raise ClassroomMissing(field="classroom", role=facts.role)
    if facts.valid_to is not None and facts.valid_to < facts.valid_from:
        raise PeriodInvalid(field="valid_to")
    taught = clean(facts.teaching_subject)
    if len(taught) > TEACHING_SUBJECT_CHARACTERS_MAX:
        raise TeachingSubjectTooLong(field="teaching_subject")
    return replace(facts, classroom=classroom, teaching_subject=taught)
