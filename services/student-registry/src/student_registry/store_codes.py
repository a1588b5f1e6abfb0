"""SQL of lists of codes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from chassis.pg import Connection, Record

SQL_CODES = """
    SELECT c.code, c.name_th, c.version, c.effective_from, c.source, c.data_status
      FROM (SELECT DISTINCT ON (code) code, name_th, shown_at, is_in_use, version, effective_from, source, data_status
              FROM code_list WHERE list = $1 AND effective_from <= $2::date
             ORDER BY code, effective_from DESC) c
     WHERE c.is_in_use
     ORDER BY c.shown_at, c.code
"""
SQL_EVERY_CODE = "SELECT DISTINCT list, code FROM code_list WHERE list = ANY($1::text[]) ORDER BY list, code"


async def codes(connection: Connection, name: str, *, on_date: date) -> list[Record]:
    """Code, name and provenance of a list as it stands on a day, in the order in which they are shown."""
    return await connection.fetch(SQL_CODES, name, on_date)


async def every_code(connection: Connection, names: Sequence[str]) -> list[Record]:
    """List and code of all that ever were in some lists."""
    return await connection.fetch(SQL_EVERY_CODE, names)
