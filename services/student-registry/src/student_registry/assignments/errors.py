"""Refusals about staff assignments."""

from __future__ import annotations

from chassis.errors import AlreadyExists, Invalid


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
