"""Counts the indicators of a year."""

from __future__ import annotations

from datetime import datetime

from chassis.auth import Actor
from chassis.errors import InvalidField
from chassis.pg import Pool

from indicators.counts import store
from indicators.counts.domain import YEAR_BE_MAX, YEAR_BE_MIN, Report, Rules, figure

PERMISSION = "report.read"


async def report_indicators(pool: Pool, rules: Rules, year_be: int, *, actor: Actor, now: datetime) -> Report:
    """C1 to C3 of an academic year, with populations, rule version and time.

    Raises:
        PermissionMissing: The role reads no reports.
        InvalidField: The year is not one of the Buddhist Era.
    """
    actor.require(PERMISSION)
    if not YEAR_BE_MIN <= year_be <= YEAR_BE_MAX:
        raise InvalidField(field="year_be", expected=f"{YEAR_BE_MIN} to {YEAR_BE_MAX}, Buddhist Era")
    first, last = rules.period(year_be)
    async with pool.acquire(timeout=10) as connection:
        counted = await store.count(connection, year_be, first=first, last=last)
    figures = tuple(
        figure(rule, counted.counts[rule.code], small_cell_min=rules.small_cell_min) for rule in rules.indicator
    )
    return Report(year_be, now, counted.newest_fact_at, rules, figures)
