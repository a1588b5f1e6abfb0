"""Refusals about moves."""

from __future__ import annotations

from chassis.errors import AlreadyExists, Invalid, NotFound, Refused


class MovementNotFound(NotFound):
    """There is no such move at the caller's institution."""

    reason = "MOVEMENT_NOT_FOUND"


class MovementStateWrong(Refused):
    """The step does not follow the state of the move."""

    reason = "MOVEMENT_STATE_WRONG"


class MovementOpen(AlreadyExists):
    """The learner is moving already; that move ends first."""

    reason = "MOVEMENT_OPEN"


class MovementNotEnrolled(Refused):
    """Only the institution of the learner's primary enrolment asks for his move."""

    reason = "MOVEMENT_NOT_ENROLLED"


class MovementDestinationInvalid(Invalid):
    """A release names another registered institution to go to, the one asked for where one was."""

    reason = "MOVEMENT_DESTINATION_INVALID"


class MovementPapersMissing(Refused):
    """Papers that this step needs were not seen yet."""

    reason = "MOVEMENT_PAPERS_MISSING"


class MovementDateInvalid(Invalid):
    """Request, last day and first day follow each other, and the request lies not in the future."""

    reason = "MOVEMENT_DATE_INVALID"
