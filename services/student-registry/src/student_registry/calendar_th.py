"""Thai calendar: which day it is in Thailand, and Buddhist Era years."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

THAILAND = timezone(timedelta(hours=7))
"""Thailand has one zone and no daylight saving time since 1920 CE."""

BE_MINUS_CE = 543
_BE_YEAR_MIN = 2400
"""A year from here on is Buddhist Era; learners were born in 2400 BE (1857 CE) or later, and nobody types CE 2400."""


def now_utc() -> datetime:
    """The clock; only transports read it, use cases and the domain get it as an argument."""
    return datetime.now(UTC)


def today_in_thailand(now: datetime) -> date:
    """Calendar day in Thailand at an instant; assignments and enrolments begin and end at Thai midnight."""
    return now.astimezone(THAILAND).date()


def gregorian_year(year: int) -> int:
    """The Gregorian year of a year written in either era."""
    return year - BE_MINUS_CE if year >= _BE_YEAR_MIN else year
