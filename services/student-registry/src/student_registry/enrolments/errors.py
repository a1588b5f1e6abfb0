"""Refusals about enrolments."""

from __future__ import annotations

from chassis.errors import AlreadyExists, Invalid, NotFound, Refused


class EnrolmentPeriodInvalid(Invalid):
    """The last day of the enrolment lies before its first."""

    reason = "ENROLMENT_PERIOD_INVALID"


class EnrolmentLabelTooLong(Invalid):
    """Grade label, classroom and programme code have at most 60 characters."""

    reason = "ENROLMENT_LABEL_TOO_LONG"


class EnrolmentPlaceWrong(Refused):
    """Nobody is enrolled at such an institution in that role, or it is closed on the first day."""

    reason = "ENROLMENT_PLACE_WRONG"


class PrimaryEnrolmentExists(Refused):
    """The learner has another primary enrolment at that time; move it or register a partner enrolment."""

    reason = "PRIMARY_ENROLMENT_EXISTS"


class EnrolmentOverlaps(AlreadyExists):
    """The learner already has an enrolment of this role there for an overlapping time."""

    reason = "ENROLMENT_OVERLAPS"


class EnrolmentNotFound(NotFound):
    """There is no such enrolment at the caller's institution."""

    reason = "ENROLMENT_NOT_FOUND"


class EnrolmentEnded(Refused):
    """The enrolment is over by then."""

    reason = "ENROLMENT_ENDED"


class EnrolmentChangeTooEarly(Refused):
    """A change begins on or after the day on which the details now kept began to hold."""

    reason = "ENROLMENT_CHANGE_TOO_EARLY"


class HostingInvalid(Invalid):
    """Only a hosting enrolment says which classes: all, or some by name."""

    reason = "HOSTING_INVALID"
