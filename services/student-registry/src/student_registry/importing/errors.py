"""Refusals about files and their rows."""

from __future__ import annotations

from chassis.errors import Invalid, NotFound


class LayoutUnknown(Invalid):
    """There is no adapter for this file layout."""

    reason = "LAYOUT_UNKNOWN"


class TooManyRows(Invalid):
    """The file has more rows than one import may have."""

    reason = "TOO_MANY_ROWS"


class ImportNotFound(NotFound):
    """There is no such import for the caller."""

    reason = "IMPORT_NOT_FOUND"
