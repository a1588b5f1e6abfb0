"""Refusals about qualifications."""

from __future__ import annotations

from chassis.errors import Invalid, Refused


class QualificationInvalid(Invalid):
    """The qualification can never be right."""

    reason = "QUALIFICATION_INVALID"


class QualificationExistsDifferent(Refused):
    """This version was published with other figures; publish another version."""

    reason = "QUALIFICATION_EXISTS_DIFFERENT"
