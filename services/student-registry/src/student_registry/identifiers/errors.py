"""Refusals about identifiers. None carries the number."""

from __future__ import annotations

from chassis.errors import AlreadyExists, Forbidden, Invalid, NotFound, Refused


class CitizenIdFormat(Invalid):
    """A citizen ID has 13 digits and begins with 1 to 8."""

    reason = "CITIZEN_ID_FORMAT"


class CitizenIdCheckDigit(Invalid):
    """The check digit of the citizen ID does not fit the other twelve."""

    reason = "CITIZEN_ID_CHECK_DIGIT"


class CitizenIdDummy(Invalid):
    """The citizen ID is a filler of repeated zeros."""

    reason = "CITIZEN_ID_DUMMY"


class GCodeFormat(Invalid):
    """A G-code is the letter G and twelve digits."""

    reason = "G_CODE_FORMAT"


class PassportFormat(Invalid):
    """A passport number has 5 to 15 Latin letters and digits, and its country three letters."""

    reason = "PASSPORT_FORMAT"


class StudentNoFormat(Invalid):
    """A student number has 1 to 20 letters, digits, dots, slashes or dashes and names its institution."""

    reason = "STUDENT_NO_FORMAT"


class VocationalStudentNoFormat(Invalid):
    """A vocational student number has 11 digits and names its college."""

    reason = "VOCATIONAL_STUDENT_NO_FORMAT"


class TranscriptSeriesFormat(Invalid):
    """A transcript is named by `series/number`, each of 1 to 15 letters and digits, and by its issuer."""

    reason = "TRANSCRIPT_SERIES_FORMAT"


class IdentifierConflict(AlreadyExists):
    """The identifier is of a person who is clearly another one, or the person has another of that kind."""

    reason = "IDENTIFIER_CONFLICT"


class IdentifierNotHeld(Refused):
    """The learner has no valid identifier of the kind that should end."""

    reason = "IDENTIFIER_NOT_HELD"


class IdentifierChangeKind(Invalid):
    """An identifier of that kind is not replaced by one of the other kind."""

    reason = "IDENTIFIER_CHANGE_KIND"


class VerificationNotAllowed(Forbidden):
    """The role may not state that an identifier was checked against a document."""

    reason = "VERIFICATION_NOT_ALLOWED"


class IdentifierNotFound(NotFound):
    """There is no such identifier for the caller."""

    reason = "IDENTIFIER_NOT_FOUND"


class IdentifierNotWaiting(Refused):
    """The identifier waits for no approval: it ended, or two learners claim it."""

    reason = "IDENTIFIER_NOT_WAITING"
