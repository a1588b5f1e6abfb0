"""The calendar that schools live by."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

BANGKOK = timezone(timedelta(hours=7))
"""Thailand has no summer time, so a fixed offset says the same as the zone file, which slim images lack."""


def thai_date(now: datetime) -> date:
    """The day in Thailand at an instant."""
    return now.astimezone(BANGKOK).date()


def utc_now() -> datetime:
    """This instant; transports ask here once a call and pass it on."""
    return datetime.now(UTC)
