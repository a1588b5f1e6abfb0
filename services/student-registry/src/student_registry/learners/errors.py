"""Refusals about learners."""

from __future__ import annotations

from chassis.errors import AlreadyExists, Forbidden, Invalid


class GivenNameMissing(Invalid):
    """A learner has a given name; each part of a name has at most 120 characters."""

    reason = "GIVEN_NAME_MISSING"


class BirthDateInvalid(Invalid):
    """The birth date lies in the future or before 1900."""

    reason = "BIRTH_DATE_INVALID"


class SubjectTaken(AlreadyExists):
    """The sign-in belongs to another learner, or the learner has another sign-in."""

    reason = "SUBJECT_TAKEN"


class NotRegistrar(Forbidden):
    """Only the institution that keeps the learner's record may do this."""

    reason = "NOT_REGISTRAR"


class CorrectionMissing(Invalid):
    """A correction states at least one name, a birth date or a sex."""

    reason = "CORRECTION_MISSING"


class NameRepeated(Invalid):
    """A correction has one name for each language, and a call one correction for each learner."""

    reason = "NAME_REPEATED"


class NameLanguageInvalid(Invalid):
    """A language is an ISO 639 code in small letters; a script may follow, as in my-Latn."""

    reason = "NAME_LANGUAGE_INVALID"


class NameDayInvalid(Invalid):
    """A name holds from a day not in the future, and not before the one that it replaces."""

    reason = "NAME_DAY_INVALID"


class ThaiNameNeeded(Invalid):
    """Every learner has a Thai name; it can be changed, never taken away."""

    reason = "THAI_NAME_NEEDED"
