"""Refusals of exports."""

from __future__ import annotations

from chassis.errors import Refused


class ExportTooLarge(Refused):
    """A workbook has 200,000 rows at most; a CSV file has no such limit."""

    reason = "EXPORT_TOO_LARGE"
