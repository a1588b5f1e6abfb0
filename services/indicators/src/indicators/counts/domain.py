"""What the indicators count, and their arithmetic."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

BE_OFFSET = 543
YEAR_BE_MIN, YEAR_BE_MAX = 2500, 2700


@dataclass(frozen=True, slots=True)
class MonthDay:
    """A day of any year."""

    month: int
    day: int


@dataclass(frozen=True, slots=True)
class IndicatorRule:
    """One indicator in words, for people and reports."""

    code: str
    counts: str
    title_th: str
    title_en: str
    numerator_th: str
    numerator_en: str
    population_th: str
    population_en: str
    formula: str


@dataclass(frozen=True, slots=True)
class Rules:
    """One version of the rules; a report names the version it used."""

    version: str
    effective_from: date
    status: str
    source: str
    year_begins: MonthDay
    year_ends: MonthDay
    small_cell_min: int
    small_cell_note_th: str
    small_cell_note_en: str
    indicator: tuple[IndicatorRule, ...]

    def period(self, year_be: int) -> tuple[date, date]:
        """First and last day of an academic year of the Buddhist Era, both included."""
        year = year_be - BE_OFFSET
        return (
            date(year, self.year_begins.month, self.year_begins.day),
            date(year + 1, self.year_ends.month, self.year_ends.day),
        )


@dataclass(frozen=True, slots=True)
class Count:
    """A count over a population, and of which data status the population's members are."""

    numerator: int
    denominator: int
    confirmed: int
    assumed: int
    demonstration: int


@dataclass(frozen=True, slots=True)
class Figure:
    """One indicator of one year.

    Attributes:
        percentage: Two decimals, half up; None when the denominator is 0 or the figure is withheld.
        is_withheld: True when the population is too small to be shown; the numbers are then None.
        population_by_data_status: Members of the population by confirmed, assumed, demonstration; None when withheld.
    """

    rule: IndicatorRule
    numerator: int | None
    denominator: int | None
    percentage: str | None
    is_withheld: bool
    population_by_data_status: dict[str, int] | None


@dataclass(frozen=True, slots=True)
class Report:
    """The indicators of one academic year.

    Attributes:
        as_of: When it was counted.
        newest_fact_at: When the newest counted result was verified or posted; None when there is none.
    """

    year_be: int
    as_of: datetime
    newest_fact_at: datetime | None
    rules: Rules
    figures: tuple[Figure, ...]


def percentage(numerator: int, denominator: int) -> str | None:
    """Share in percent with two decimals, half up, in whole numbers throughout; None over nothing.

    Raises:
        ValueError: More are counted than there are (GD-R18).
    """
    if not 0 <= numerator <= denominator:
        raise ValueError(f"{numerator} of {denominator}")
    if denominator == 0:
        return None
    hundredths = (numerator * 20_000 + denominator) // (2 * denominator)
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def figure(rule: IndicatorRule, count: Count, *, small_cell_min: int) -> Figure:
    """The figure to show; people in a population smaller than the least cell are not counted out loud."""
    if rule.counts == "LEARNER" and 0 < count.denominator < small_cell_min:
        return Figure(rule, None, None, None, is_withheld=True, population_by_data_status=None)
    statuses = {"confirmed": count.confirmed, "assumed": count.assumed, "demonstration": count.demonstration}
    share = percentage(count.numerator, count.denominator)
    return Figure(
        rule, count.numerator, count.denominator, share, is_withheld=False, population_by_data_status=statuses
    )
