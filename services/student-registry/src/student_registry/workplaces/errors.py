"""Refusals about workplaces."""

from __future__ import annotations

from chassis.errors import Invalid, NotFound, Refused


class WorkplaceNameMissing(Invalid):
    """An entry has a Thai name of 1 to 300 characters."""

    reason = "WORKPLACE_NAME_MISSING"


class WorkplaceReferenceFormat(Invalid):
    """A reference has 1 to 64 Latin letters, digits, dots, dashes or underscores."""

    reason = "WORKPLACE_REFERENCE_FORMAT"


class WorkplaceTextTooLong(Invalid):
    """A text of an entry is too long."""

    reason = "WORKPLACE_TEXT_TOO_LONG"


class OccupationFieldUnknown(Invalid):
    """A field of occupation is not in the list, or none is stated."""

    reason = "OCCUPATION_FIELD_UNKNOWN"


class CapacityInvalid(Invalid):
    """A number of learners is 0 to 100,000."""

    reason = "CAPACITY_INVALID"


class WorkplaceRepeated(Invalid):
    """One request names the same entry twice."""

    reason = "WORKPLACE_REPEATED"


class WorkplaceNotFound(NotFound):
    """There is no such entry."""

    reason = "WORKPLACE_NOT_FOUND"


class CooperationStepWrong(Refused):
    """A cooperation is asked, agreed, active and ended, or declined, and never goes back in time."""

    reason = "COOPERATION_STEP_WRONG"
