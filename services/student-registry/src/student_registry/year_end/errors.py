"""Refusals about year ends."""

from __future__ import annotations

from chassis.errors import AlreadyExists, Invalid, NotFound, Refused


class YearEndDatesInvalid(Invalid):
    """The new year begins after the last day of the old one, and both belong to the academic year named."""

    reason = "YEAR_END_DATES_INVALID"


class YearEndExists(AlreadyExists):
    """The year end of this institution and year is being carried out, or is done."""

    reason = "YEAR_END_EXISTS"


class YearEndNotFound(NotFound):
    """There is no such year end at the caller's institution."""

    reason = "YEAR_END_NOT_FOUND"


class YearEndStateWrong(Refused):
    """The year end is not in a state in which this can be done."""

    reason = "YEAR_END_STATE_WRONG"


class YearEndTooEarly(Refused):
    """A year end is carried out on its last day or later."""

    reason = "YEAR_END_TOO_EARLY"


class YearEndUndoBlocked(Refused):
    """Something later depends on the year end, so it cannot be taken back exactly."""

    reason = "YEAR_END_UNDO_BLOCKED"


class DestinationInvalid(Invalid):
    """Where a leaver is expected is a code of the list, with a registered institution for kind INSTITUTION only."""

    reason = "DESTINATION_INVALID"


class LeaverNotFound(NotFound):
    """Nobody of this id left the caller's institution that year."""

    reason = "LEAVER_NOT_FOUND"
