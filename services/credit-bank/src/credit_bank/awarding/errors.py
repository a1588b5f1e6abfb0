"""Refusals of awarding."""

from __future__ import annotations

from chassis.errors import NotFound, Refused


class AccountUnknown(NotFound):
    """The learner has no such account at the caller's institution."""

    reason = "ACCOUNT_UNKNOWN"


class AuditNotPassed(Refused):
    """Something is missing for the qualification."""

    reason = "AUDIT_NOT_PASSED"


class SourceUndecided(Refused):
    """A result under the account changed, and nobody has decided yet what that means."""

    reason = "SOURCE_UNDECIDED"


class CertificateNoTaken(Refused):
    """The certificate number was used for another award of the institution."""

    reason = "CERTIFICATE_NO_TAKEN"


class RedemptionUnknown(NotFound):
    """There is no such award for the caller."""

    reason = "REDEMPTION_UNKNOWN"


class StillEnrolled(Refused):
    """The learner still studies at the institution."""

    reason = "STILL_ENROLLED"


class AwardInvalid(Refused):
    """Certificate and order need their numbers."""

    reason = "AWARD_INVALID"
