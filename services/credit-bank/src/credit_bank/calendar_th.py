"""The calendar that schools live by: days in Thailand, academic years in Buddhist Era."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache
from importlib import resources
from typing import Any, Final

BANGKOK: Final = timezone(timedelta(hours=7))
"""Thailand has no summer time, so a fixed offset says the same as the zone file, which slim images lack."""

BE_OFFSET: Final = 543
"""Buddhist Era less Common Era, in years."""


YEARS_BE: Final = range(2500, 2701)
"""Academic years that can be meant; a Gregorian year typed by mistake is none of them."""

TERMS: Final = (1, 2, 3)
"""Terms of an academic year; the third is the summer term."""


def thai_date(now: datetime) -> date:
    """The day in Thailand at an instant."""
    return now.astimezone(BANGKOK).date()


def utc_now() -> datetime:
    """This instant; transports ask here once a call and pass it on."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class TermPeriod:
    """First and last day of one term; both count."""

    first: date
    last: date

    def meets(self, valid_from: date, valid_to: date | None) -> bool:
        """Whether a period with an open or known end shares a day with the term."""
        return valid_from <= self.last and (valid_to is None or self.first <= valid_to)


def _load() -> dict[int, dict[str, Any]]:
    text = resources.files("credit_bank").joinpath("terms.toml").read_text("utf-8")
    return {term["term"]: term for term in tomllib.loads(text)["term"]}


_TERMS = _load()


@lru_cache(maxsize=len(YEARS_BE) * len(TERMS))
def term_period(year_be: int, term: int) -> TermPeriod:
    """First and last day of a term of an academic year.

    Args:
        year_be: Academic year, Buddhist Era.
        term: 1, 2, or 3 for the summer term.

    Source: terms.toml, assumed.
    """
    rule = _TERMS[term]
    year = year_be - BE_OFFSET

    def day(name: str) -> date:
        month, day_of_month = rule[name]["month"], rule[name]["day"]
        return date(year + rule[name]["years_later"], month, day_of_month)

    return TermPeriod(day("first"), day("last"))
