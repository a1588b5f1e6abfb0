"""Refusals of the ledger."""

from __future__ import annotations

from chassis.errors import NotFound, Refused


class EntryAlreadyClaimed(Refused):
    """The entry already supports something in this qualification account (CB-I3)."""

    reason = "ENTRY_ALREADY_CLAIMED"


class EntryCountsElsewhere(Refused):
    """The entry counts toward another qualification and the pair is not permitted (CB-I4)."""

    reason = "ENTRY_COUNTS_ELSEWHERE"


class CourseAlreadyAwarded(Refused):
    """The course was awarded before in this qualification account (CB-I5)."""

    reason = "COURSE_ALREADY_AWARDED"


class EntryUnknown(NotFound):
    """There is no such entry for the caller."""

    reason = "ENTRY_UNKNOWN"


class EntryNotVerified(Refused):
    """Only a verified entry counts (CB-I9)."""

    reason = "ENTRY_NOT_VERIFIED"


class QualificationUnknown(NotFound):
    """There is no such qualification."""

    reason = "QUALIFICATION_UNKNOWN"


class UnitMismatch(Refused):
    """The entry's credits are of another unit than the qualification's; units never mix."""

    reason = "UNIT_MISMATCH"


class NothingToCount(Refused):
    """The entry earned no credits."""

    reason = "NOTHING_TO_COUNT"


class CategoryUnknown(Refused):
    """The qualification has no category for this course."""

    reason = "CATEGORY_UNKNOWN"


class AccountRedeemed(Refused):
    """The account was redeemed; redemption is taken back first (CB-I18)."""

    reason = "ACCOUNT_REDEEMED"


class AccountClosed(Refused):
    """The learner left and the account is closed."""

    reason = "ACCOUNT_CLOSED"


class EntryExpired(Refused):
    """The credits of this result ran out."""

    reason = "ENTRY_EXPIRED"


class PostingUnknown(NotFound):
    """No posting of this line stands."""

    reason = "POSTING_UNKNOWN"


class FlagUnknown(NotFound):
    """There is no such flag for the caller."""

    reason = "FLAG_UNKNOWN"


class FlagResolved(Refused):
    """It was decided before what becomes of this."""

    reason = "FLAG_RESOLVED"


class NoValidityRule(Refused):
    """No rule lets such learning run out."""

    reason = "NO_VALIDITY_RULE"


class StillValid(Refused):
    """The rule lets this result count on."""

    reason = "STILL_VALID"
