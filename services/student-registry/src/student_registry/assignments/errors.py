"""Refusals about staff assignments."""

from __future__ import annotations

from chassis.errors import AlreadyExists, Invalid, NotFound, Refused


class SubjectMissing(Invalid):
    """An assignment names the subject of a sign-in, of 1 to 200 characters."""

    reason = "SUBJECT_MISSING"


class RoleUnknown(Invalid):
    """There is no such role, or nobody is assigned to it."""

    reason = "ROLE_UNKNOWN"


class RoleNotAtKind(Invalid):
    """The role is not held at this kind of institution."""

    reason = "ROLE_NOT_AT_KIND"


class ClassroomMissing(Invalid):
    """The role is held for one classroom, and none is named."""

    reason = "CLASSROOM_MISSING"


class PeriodInvalid(Invalid):
    """The last day lies before the first."""

    reason = "PERIOD_INVALID"


class AssignmentOverlaps(AlreadyExists):
    """The person already has this role there for an overlapping time."""

    reason = "ASSIGNMENT_OVERLAPS"


class AssignmentNotFound(NotFound):
    """There is no such assignment in the caller's institution."""

    reason = "ASSIGNMENT_NOT_FOUND"


class AssignmentOpen(Refused):
    """An assignment without a last day has no successor; end it first."""

    reason = "ASSIGNMENT_OPEN"


class AssignmentEndsEarlier(Refused):
    """The assignment ends on an earlier day already; an end is not taken back."""

    reason = "ASSIGNMENT_ENDS_EARLIER"


class SuccessorUnsuitable(Refused):
    """A successor is another assignment of the same institution that goes on after the one it follows."""

    reason = "SUCCESSOR_UNSUITABLE"


class TeachingSubjectTooLong(Invalid):
    """What a person teaches is named in at most 100 characters."""

    reason = "TEACHING_SUBJECT_TOO_LONG"
