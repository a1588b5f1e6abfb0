"""Refusals about profiles. None carries a value."""

from __future__ import annotations

from chassis.errors import Invalid, NotFound, Refused


class ProfileValueMissing(Invalid):
    """A fact has the value of its kind and no other."""

    reason = "PROFILE_VALUE_MISSING"


class PhoneFormat(Invalid):
    """A telephone number has 9 or 10 digits and begins with 0, or is international with a plus sign."""

    reason = "PHONE_FORMAT"


class EmailFormat(Invalid):
    """An e-mail address has a name, an at sign and a domain, and at most 254 characters."""

    reason = "EMAIL_FORMAT"


class AddressIncomplete(Invalid):
    """An address has at least a line and a province; a postal code has five digits."""

    reason = "ADDRESS_INCOMPLETE"


class ProfileTextTooLong(Invalid):
    """A text of a profile is longer than allowed."""

    reason = "PROFILE_TEXT_TOO_LONG"


class ProfilePeriodInvalid(Invalid):
    """The last day of a fact is before its first, or contact data were confirmed in the future."""

    reason = "PROFILE_PERIOD_INVALID"


class SchoolingInvalid(Invalid):
    """A schooling names its institution and the day of admission; leaving has a later day and a reason."""

    reason = "SCHOOLING_INVALID"


class PhotoFormat(Invalid):
    """A photograph is a JPEG, PNG or WebP image."""

    reason = "PHOTO_FORMAT"


class PhotoTooLarge(Invalid):
    """A photograph has at most 512 KiB."""

    reason = "PHOTO_TOO_LARGE"


class FactNotFound(NotFound):
    """There is no such fact for the caller."""

    reason = "FACT_NOT_FOUND"


class FactEnded(Refused):
    """The fact has ended already; what ended is history."""

    reason = "FACT_ENDED"


class FactOtherKind(Invalid):
    """A fact takes the place of one of its own kind and learner; contact data are of his relative."""

    reason = "FACT_OTHER_KIND"
