"""Days, times and years as people read them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

BANGKOK = timezone(timedelta(hours=7))
"""Thailand has no summer time, so a fixed offset says the same as the zone file, which slim images lack."""

BE_OFFSET = 543
"""Buddhist Era less Common Era, in years."""

YEAR_BEGINS_MONTH = 5
"""Academic years begin in May; before it, the running one carries the last year's number."""

MONTHS = ("ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค.")


def utc_now() -> datetime:
    """This instant."""
    return datetime.now(UTC)


def thai_day(day: date) -> str:
    """A day such as `21 พ.ย. 2569`."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year + BE_OFFSET}"


def thai_moment(moment: datetime) -> str:
    """An instant in Thailand such as `21 พ.ย. 2569 เวลา 09:05 น.`."""
    there = moment.astimezone(BANGKOK)
    return f"{thai_day(there.date())} เวลา {there:%H:%M} น."


def academic_year_be(now: datetime) -> int:
    """The running academic year, Buddhist Era."""
    there = now.astimezone(BANGKOK)
    return there.year + BE_OFFSET - (there.month < YEAR_BEGINS_MONTH)
