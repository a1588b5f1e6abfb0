"""Refusals about institutions."""

from __future__ import annotations

from chassis.errors import AlreadyExists, Forbidden, Invalid, NotFound, Refused


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


class AffiliationUnknown(Invalid):
    """The first two digits of an official code are of no affiliation."""

    reason = "AFFILIATION_UNKNOWN"


class AliasFormat(Invalid):
    """A further code has 1 to 64 characters, names its register only for the kind OTHER, and ends after it begins."""

    reason = "ALIAS_FORMAT"


class ProvinceCodeFormat(Invalid):
    """A province code has two digits, those of the official code where it is known."""

    reason = "PROVINCE_CODE_FORMAT"


class InstitutionPeriodInvalid(Invalid):
    """An institution is closed after it was opened, and merged only when it is closed."""

    reason = "INSTITUTION_PERIOD_INVALID"


class ParentPeriodInvalid(Invalid):
    """An institution has one parent in a tree on a day, and a last day is not before the first."""

    reason = "PARENT_PERIOD_INVALID"


class ParentKindWrong(Invalid):
    """An institution of this kind is not a parent in this tree."""

    reason = "PARENT_KIND_WRONG"


class ParentCircle(Refused):
    """The institution would stand above itself."""

    reason = "PARENT_CIRCLE"


class MergedIntoInvalid(Refused):
    """An institution is merged into another one that is registered and open on the day after its last."""

    reason = "MERGED_INTO_INVALID"


class RevisionStale(Refused):
    """The institution was changed after it was read."""

    reason = "REVISION_STALE"


class InstitutionRepeated(Invalid):
    """One request names the same institution twice."""

    reason = "INSTITUTION_REPEATED"


class InstitutionCodeUnknown(Invalid):
    """A code in a file names no institution, or more than one."""

    reason = "INSTITUTION_CODE_UNKNOWN"
