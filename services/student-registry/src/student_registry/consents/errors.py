"""Refusals about consents."""

from __future__ import annotations

from chassis.errors import Forbidden, Invalid, NotFound, Refused


class ConsentPurposeUnknown(Invalid):
    """There is no such purpose."""

    reason = "CONSENT_PURPOSE_UNKNOWN"


class ConsentTextUnknown(Invalid):
    """There was no such version of the text on the day of the agreement."""

    reason = "CONSENT_TEXT_UNKNOWN"


class ConsentGiverWrong(Refused):
    """At this age somebody else agrees to this purpose."""

    reason = "CONSENT_GIVER_WRONG"


class ConsentAgreementInvalid(Invalid):
    """A guardian's agreement names a relation, a learner's names none, and neither lies ahead."""

    reason = "CONSENT_AGREEMENT_INVALID"


class ConsentForAnother(Forbidden):
    """A learner who is signed in agrees and withdraws for himself only."""

    reason = "CONSENT_FOR_ANOTHER"


class ConsentPeriodInvalid(Invalid):
    """The last day lies before the day of the agreement."""

    reason = "CONSENT_PERIOD_INVALID"


class ConsentNotFound(NotFound):
    """There is no such consent for the caller."""

    reason = "CONSENT_NOT_FOUND"
