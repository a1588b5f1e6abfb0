"""Refusals about statuses."""

from __future__ import annotations

from chassis.errors import Invalid, NotFound, Refused


class StatusReasonInvalid(Invalid):
    """The status needs a reason of the list, and one that explains this status."""

    reason = "STATUS_REASON_INVALID"


class StatusDateInvalid(Invalid):
    """A status begins, and is confirmed, today or earlier."""

    reason = "STATUS_DATE_INVALID"


class StatusTransitionInvalid(Refused):
    """The status cannot follow the one that holds before it, or the next one cannot follow it."""

    reason = "STATUS_TRANSITION_INVALID"


class StatusNotFound(NotFound):
    """There is no such statement for the caller."""

    reason = "STATUS_NOT_FOUND"


class StatusWithdrawn(Refused):
    """The statement was withdrawn already, or is itself a withdrawal."""

    reason = "STATUS_WITHDRAWN"


class StatusNotOwn(Refused):
    """Only the institution that made a statement withdraws it."""

    reason = "STATUS_NOT_OWN"
