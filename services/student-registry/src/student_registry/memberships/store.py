"""SQL of programme memberships: one function per statement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from chassis.pg import Connection, Record

from student_registry.memberships.domain import (
    Count,
    Membership,
    MembershipFacts,
    MembershipStatus,
    Programme,
    Statement,
)
from student_registry.provenance import DataStatus, Provenance

CONSTRAINTS = frozenset({"programme_membership_key", "programme_membership_statement_day"})
"""Violated only when two callers state the same membership at once."""

SQL_PROGRAMMES = """
    SELECT p.programme_code, p.name_th, p.source, p.data_status, p.effective_from, p.source_version,
           ARRAY(SELECT jsonb_build_array(b.band, b.name_th) FROM programme_band b
                  WHERE b.programme_code = p.programme_code ORDER BY b.place) AS bands
      FROM programme p ORDER BY p.programme_code
"""
SQL_LOCK = """
    SELECT m.membership_id, m.institution_id, m.programme_code, m.year_be
      FROM programme_membership m
      JOIN unnest($1::uuid[], $2::text[], $3::integer[]) AS n(institution_id, programme_code, year_be)
        ON m.institution_id = n.institution_id AND m.programme_code = n.programme_code AND m.year_be = n.year_be
     ORDER BY m.membership_id FOR UPDATE OF m
"""
SQL_HOLDING = """
    SELECT m.membership_id, m.institution_id, m.programme_code, m.year_be, s.status, s.band, s.valid_from, s.valid_to,
           s.is_correction, s.source, s.data_status, s.effective_from, s.source_version
      FROM programme_membership m JOIN programme_membership_statement s USING (membership_id)
     WHERE m.membership_id = ANY($1::uuid[]) AND s.superseded_at IS NULL
     ORDER BY s.valid_from
"""
SQL_INSERT = """
    INSERT INTO programme_membership (membership_id, institution_id, programme_code, year_be, recorded_at)
    SELECT n.membership_id, n.institution_id, n.programme_code, n.year_be, $5
      FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::integer[])
           AS n(membership_id, institution_id, programme_code, year_be)
     ORDER BY n.institution_id, n.programme_code, n.year_be
"""
SQL_SUPERSEDE = """
    UPDATE programme_membership_statement s SET superseded_at = $3
      FROM unnest($1::uuid[], $2::date[]) AS n(membership_id, valid_from)
     WHERE s.membership_id = n.membership_id AND s.valid_from = n.valid_from AND s.superseded_at IS NULL
"""
SQL_INSERT_STATEMENTS = """
    INSERT INTO programme_membership_statement (membership_id, status, band, valid_from, valid_to, is_correction,
                                                source, data_status, effective_from, source_version, superseded_at,
                                                recorded_at, recorded_by)
    SELECT n.membership_id, n.status, n.band, n.valid_from, n.valid_to, n.is_correction, n.source, n.data_status,
           n.effective_from, n.source_version, CASE WHEN n.is_superseded THEN $12::timestamptz END, $12, $13
      FROM unnest($1::uuid[], $2::text[], $3::text[], $4::date[], $5::date[], $6::boolean[], $7::text[], $8::text[],
                  $9::date[], $10::text[], $11::boolean[])
           AS n(membership_id, status, band, valid_from, valid_to, is_correction, source, data_status, effective_from,
                source_version, is_superseded)
"""
_IN_FORCE = """
    SELECT m.membership_id, m.institution_id, m.programme_code, m.year_be, s.status, s.band, s.valid_from, s.valid_to,
           s.is_correction, s.source, s.data_status, s.effective_from, s.source_version
      FROM programme_membership m
      CROSS JOIN LATERAL (
           SELECT l.status, l.band, l.valid_from, l.valid_to, l.is_correction, l.source, l.data_status,
                  l.effective_from, l.source_version
             FROM programme_membership_statement l
            WHERE l.membership_id = m.membership_id AND l.superseded_at IS NULL AND l.valid_from <= $4::date
            ORDER BY l.valid_from DESC LIMIT 1) s
     WHERE coalesce(s.valid_to, 'infinity') >= $4::date
       AND (cardinality($1::text[]) = 0 OR m.programme_code = ANY($1::text[]))
       AND ($2::integer = 0 OR m.year_be = $2::integer)
       AND ($3::uuid[] IS NULL OR m.institution_id = ANY($3::uuid[]))
"""
_LISTED = f"""{_IN_FORCE}
       AND (cardinality($5::text[]) = 0 OR s.status = ANY($5::text[]))
"""
SQL_COUNT_LIST = f"SELECT count(*) FROM ({_LISTED}) AS held"
SQL_LIST = f"""{_LISTED}
       AND ($6::uuid IS NULL OR m.membership_id > $6::uuid)
     ORDER BY m.membership_id LIMIT $7
"""
SQL_COUNT = f"""
    SELECT programme_code, year_be, status, band, count(*) AS institutions
      FROM ({_IN_FORCE}) AS held
     GROUP BY programme_code, year_be, status, band
     ORDER BY programme_code, year_be, array_position('{{SURVEYED,READY,JOINED,DECLINED}}'::text[], status), band
"""
SQL_HISTORY = """
    SELECT m.membership_id, m.institution_id, m.programme_code, m.year_be, s.status, s.band, s.valid_from, s.valid_to,
           s.is_correction, s.source, s.data_status, s.effective_from, s.source_version, s.recorded_at, s.superseded_at
      FROM programme_membership m JOIN programme_membership_statement s USING (membership_id)
     WHERE m.membership_id = $1 ORDER BY s.statement_id DESC
"""


def _provenance(row: Record) -> Provenance:
    return Provenance(row["source"], DataStatus(row["data_status"]), row["effective_from"], row["source_version"])


def _facts(row: Record) -> MembershipFacts:
    return MembershipFacts(
        institution_id=row["institution_id"],
        programme_code=row["programme_code"],
        year_be=row["year_be"],
        status=MembershipStatus(row["status"]),
        band=row["band"],
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
        is_correction=row["is_correction"],
        provenance=_provenance(row),
    )


async def programmes(connection: Connection) -> list[Programme]:
    """The programmes, by code."""
    return [
        Programme(
            row["programme_code"], row["name_th"], tuple((band, name) for band, name in row["bands"]), _provenance(row)
        )
        for row in await connection.fetch(SQL_PROGRAMMES)
    ]


async def lock(connection: Connection, keys: Sequence[tuple[UUID, str, int]]) -> dict[tuple[UUID, str, int], UUID]:
    """Hold the memberships of these keys, in the order of their ids; gives their ids."""
    rows = await connection.fetch(
        SQL_LOCK, [key[0] for key in keys], [key[1] for key in keys], [key[2] for key in keys]
    )
    return {(row["institution_id"], row["programme_code"], row["year_be"]): row["membership_id"] for row in rows}


async def holding(connection: Connection, membership_ids: Sequence[UUID]) -> dict[UUID, list[MembershipFacts]]:
    """What holds of each membership, by first day."""
    found: dict[UUID, list[MembershipFacts]] = {}
    for row in await connection.fetch(SQL_HOLDING, membership_ids):
        found.setdefault(row["membership_id"], []).append(_facts(row))
    return found


async def insert(connection: Connection, memberships: Sequence[Membership], *, now: datetime) -> None:
    """Add memberships, in the order of their keys."""
    await connection.execute(
        SQL_INSERT,
        [item.membership_id for item in memberships],
        [item.facts.institution_id for item in memberships],
        [item.facts.programme_code for item in memberships],
        [item.facts.year_be for item in memberships],
        now,
    )


async def supersede(connection: Connection, statements: Sequence[Membership], *, now: datetime) -> None:
    """Let statements no longer hold; they stay."""
    await connection.execute(
        SQL_SUPERSEDE,
        [item.membership_id for item in statements],
        [item.facts.valid_from for item in statements],
        now,
    )


async def insert_statements(
    connection: Connection, statements: Sequence[tuple[Membership, bool]], *, now: datetime, by: str
) -> None:
    """Keep what was stated; the flag says that a later item of the same request has already taken its place."""
    facts = [item.facts for item, _ in statements]
    await connection.execute(
        SQL_INSERT_STATEMENTS,
        [item.membership_id for item, _ in statements],
        [fact.status.value for fact in facts],
        [fact.band for fact in facts],
        [fact.valid_from for fact in facts],
        [fact.valid_to for fact in facts],
        [fact.is_correction for fact in facts],
        [fact.provenance.source for fact in facts],
        [fact.provenance.status.value for fact in facts],
        [fact.provenance.effective_from for fact in facts],
        [fact.provenance.version for fact in facts],
        [is_superseded for _, is_superseded in statements],
        now,
        by,
    )


async def list_page(
    connection: Connection,
    *,
    programme_codes: Sequence[str],
    year_be: int,
    institution_ids: Sequence[UUID] | None,
    on_date: date,
    statuses: Sequence[MembershipStatus],
    after: UUID | None,
    limit: int,
) -> tuple[list[Membership], int]:
    """At most `limit` memberships after the one with id `after`, with the statement in force; and how many in all."""
    wanted = (programme_codes, year_be, institution_ids, on_date, [status.value for status in statuses])
    rows = await connection.fetch(SQL_LIST, *wanted, after, limit)
    total: int = await connection.fetchval(SQL_COUNT_LIST, *wanted)
    return [Membership(row["membership_id"], _facts(row)) for row in rows], total


async def count(
    connection: Connection,
    *,
    programme_codes: Sequence[str],
    year_be: int,
    institution_ids: Sequence[UUID] | None,
    on_date: date,
) -> tuple[Count, ...]:
    """Institutions by programme, year, status and band on a day."""
    rows = await connection.fetch(SQL_COUNT, programme_codes, year_be, institution_ids, on_date)
    return tuple(
        Count(row["programme_code"], row["year_be"], MembershipStatus(row["status"]), row["band"], row["institutions"])
        for row in rows
    )


async def history(connection: Connection, membership_id: UUID) -> list[Statement]:
    """Everything that was stated about a membership, the latest first."""
    return [
        Statement(_facts(row), row["recorded_at"], row["superseded_at"])
        for row in await connection.fetch(SQL_HISTORY, membership_id)
    ]
