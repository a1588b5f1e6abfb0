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
