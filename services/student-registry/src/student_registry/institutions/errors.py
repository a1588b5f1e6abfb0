"""Refusals about institutions."""

from __future__ import annotations

from chassis.errors import AlreadyExists, Forbidden, Invalid, NotFound


class InstitutionNameMissing(Invalid):
    """An institution has a Thai name of 1 to 300 characters."""

    reason = "INSTITUTION_NAME_MISSING"


class OfficialCodeFormat(Invalid):
    """An official institution code has ten digits."""

    reason = "OFFICIAL_CODE_FORMAT"


class LocalAliasFormat(Invalid):
    """A local alias has 2 to 64 Latin letters, digits, dots, dashes or underscores."""

    reason = "LOCAL_ALIAS_FORMAT"


class InstitutionConflict(AlreadyExists):
    """Another institution, or the same one with other facts, has this alias or code."""

    reason = "INSTITUTION_CONFLICT"


class ParentUnknown(Invalid):
    """The institution named as parent is not registered."""

    reason = "PARENT_UNKNOWN"


class InstitutionNotFound(NotFound):
    """There is no such institution."""

    reason = "INSTITUTION_NOT_FOUND"


class InstitutionNotOwn(Forbidden):
    """The caller acts for another institution."""

    reason = "INSTITUTION_NOT_OWN"
