"""Refusals of the catalogue."""

from __future__ import annotations

from chassis.errors import Invalid, NotFound, Refused


class CourseInvalid(Invalid):
    """The course cannot be right as it is; `faults` names everything that is wrong with it."""

    reason = "COURSE_INVALID"


class CourseUnknown(NotFound):
    """The course is not in the catalogue."""

    reason = "COURSE_UNKNOWN"


class CourseAmbiguous(Refused):
    """Several courses have this code; the key must say which is meant."""

    reason = "COURSE_AMBIGUOUS"


class CourseCreditsFixed(Refused):
    """Credits and unit of a published course never change; publish it under another curriculum version."""

    reason = "COURSE_CREDITS_FIXED"


class OwnerNotCaller(Refused):
    """National courses are published by agencies, local ones by the institution that owns them."""

    reason = "OWNER_NOT_CALLER"


class DuplicateItem(Refused):
    """The same thing stands earlier in this call with other content."""

    reason = "DUPLICATE_ITEM"


class ApprovalInvalid(Invalid):
    """The approval can never be right."""

    reason = "APPROVAL_INVALID"


class ApprovalSameActor(Refused):
    """Whoever published a version of a course does not tell that it was approved."""

    reason = "APPROVAL_SAME_ACTOR"


class CourseVersionUnknown(NotFound):
    """The course has no such version, or is another institution's."""

    reason = "COURSE_VERSION_UNKNOWN"


class ModuleInvalid(Invalid):
    """The module can never be right."""

    reason = "MODULE_INVALID"


class ModuleUnknown(NotFound):
    """There is no such module."""

    reason = "MODULE_UNKNOWN"
