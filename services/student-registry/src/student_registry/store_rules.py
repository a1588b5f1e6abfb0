"""SQL of rules that a ministry may change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from chassis.pg import Connection, Record

# Before the first row of a rule its first row is the best that is known.
SQL_RULES = """
    SELECT DISTINCT ON (rule) rule, value, version, effective_from, source, data_status
      FROM registry_rule
     WHERE rule = ANY($1::text[])
     ORDER BY rule, effective_from <= $2::date DESC, abs(effective_from - $2::date)
"""


async def rules(connection: Connection, names: Sequence[str], *, on_date: date) -> list[Record]:
    """Value and provenance of rules as they hold on a day."""
    return await connection.fetch(SQL_RULES, names, on_date)
