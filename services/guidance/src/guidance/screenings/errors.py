"""Refusals of screenings."""

from __future__ import annotations

from chassis.errors import AlreadyExists, Forbidden, Invalid, Refused


class InstrumentUnknown(Invalid):
    """There is no such instrument or version."""

    reason = "INSTRUMENT_UNKNOWN"


class InstrumentNotUsable(Refused):
    """The instrument version is a draft or retired."""

    reason = "INSTRUMENT_NOT_USABLE"


class InformantNotAllowed(Refused):
    """The instrument is not answered by this informant."""

    reason = "INFORMANT_NOT_ALLOWED"


class ItemsMissing(Invalid):
    """Not every item is answered; a missing answer never counts as 0."""

    reason = "ITEMS_MISSING"


class ItemUnknown(Invalid):
    """The instrument has no such item."""

    reason = "ITEM_UNKNOWN"


class ItemRepeated(Invalid):
    """An item is answered more than once."""

    reason = "ITEM_REPEATED"


class AnswerUnknown(Invalid):
    """An answer is none of the instrument's options."""

    reason = "ANSWER_UNKNOWN"


class ObservedInFuture(Invalid):
    """The day of the observation has not come yet."""

    reason = "OBSERVED_IN_FUTURE"


class YearMismatch(Invalid):
    """The day of the observation is outside the academic year."""

    reason = "YEAR_MISMATCH"


class ClassroomMissing(Forbidden):
    """A homeroom teacher screens his own classroom, and the assignment names none."""

    reason = "CLASSROOM_MISSING"


class FormRepeated(Invalid):
    """The same form appears twice in one call."""

    reason = "FORM_REPEATED"


class FormMismatch(AlreadyExists):
    """The form was sent before with other content."""

    reason = "FORM_MISMATCH"
