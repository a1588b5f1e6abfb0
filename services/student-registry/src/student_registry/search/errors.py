"""Refusals of searches."""

from __future__ import annotations

from chassis.errors import Invalid


class SearchTextTooShort(Invalid):
    """A part of a name has two letters at least; a beginning has one."""

    reason = "SEARCH_TEXT_TOO_SHORT"


class SearchTextTooLong(Invalid):
    """A name to search for has sixty letters at most."""

    reason = "SEARCH_TEXT_TOO_LONG"


class ClassMissing(Invalid):
    """A class is named by its grade."""

    reason = "CLASS_MISSING"
