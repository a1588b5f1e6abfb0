"""SQL of organisations that lead the credit bank at a level."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from chassis.pg import Connection, Record

_LEAD = """
    SELECT lead_id, tier, scope, institution_id, order_no, valid_from, valid_to, source, status, source_version,
           content_hash
      FROM lead_organisation
"""
SQL_BY_ORDER = f"""
    {_LEAD} JOIN unnest($1::text[], $2::text[], $3::text[]) AS k(tier, scope, order_no) USING (tier, scope, order_no)
"""
SQL_ON_DAY = f"""
    {_LEAD} WHERE ($1 = '' OR tier = $1) AND valid_from <= $2 AND (valid_to IS NULL OR valid_to >= $2)
    ORDER BY tier, scope, valid_from DESC, lead_id
"""
SQL_INSERT = """
    INSERT INTO lead_organisation (lead_id, tier, scope, institution_id, order_no, valid_from, valid_to, source, status,
                                   source_version, content_hash, registered_at, registered_by)
    SELECT lead_id, tier, scope, institution_id, order_no, valid_from, valid_to, source, status, source_version,
           content_hash, $12, $13
      FROM unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::text[], $6::date[], $7::date[], $8::text[],
                  $9::text[], $10::text[], $11::bytea[])
           AS i(lead_id, tier, scope, institution_id, order_no, valid_from, valid_to, source, status, source_version,
                content_hash)
"""


async def by_order(connection: Connection, keys: Sequence[tuple[str, str, str]]) -> list[Record]:
    """Those that exist of these levels, scopes and numbers of orders."""
    return await connection.fetch(SQL_BY_ORDER, *[list(part) for part in zip(*keys, strict=True)])


async def on_day(connection: Connection, tier: str, on_date: date) -> list[Record]:
    """Those in force on a day; an empty level: all."""
    return await connection.fetch(SQL_ON_DAY, tier, on_date)


async def insert(connection: Connection, *columns: Any) -> None:
    """Keep lead organisations, given as the columns of `SQL_INSERT`; then when and by whom, as a keyed hash."""
    await connection.execute(SQL_INSERT, *columns)
