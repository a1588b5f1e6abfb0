"""Refusals about programme memberships."""

from __future__ import annotations

from chassis.errors import Invalid, NotFound, Refused


class ProgrammeUnknown(Invalid):
    """There is no such programme."""

    reason = "PROGRAMME_UNKNOWN"


class BandUnknown(Invalid):
    """The programme has no such band, or needs one."""

    reason = "BAND_UNKNOWN"


class MembershipYearInvalid(Invalid):
    """An academic year is of the Buddhist Era, 2500 to 2700."""

    reason = "MEMBERSHIP_YEAR_INVALID"


class MembershipPeriodInvalid(Invalid):
    """The last day lies before the first, or the statement begins before what is known."""

    reason = "MEMBERSHIP_PERIOD_INVALID"


class MembershipStepWrong(Refused):
    """A membership goes surveyed, ready, joined, or is declined; anything else is a correction."""

    reason = "MEMBERSHIP_STEP_WRONG"


class MembershipNotFound(NotFound):
    """There is no such membership."""

    reason = "MEMBERSHIP_NOT_FOUND"
