"""SQL of institutions: one function per statement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from chassis.pg import Connection, Record

from student_registry.institutions.domain import Institution, InstitutionFacts, InstitutionKind
from student_registry.provenance import DataStatus, Provenance

CONSTRAINTS = frozenset(
    {"institution_official_code_key", "institution_local_alias_key", "institution_pkey", "institution_parent_pkey"}
)
"""Violated only when two callers add the same institution at once."""

SQL_FIND_BY_CODES = """
    SELECT i.institution_id, i.kind, i.name_th, i.name_en, i.official_code, i.local_alias, p.parent_institution_id,
           i.source, i.data_status, i.effective_from, i.source_version
      FROM institution i
      LEFT JOIN institution_parent p
             ON p.institution_id = i.institution_id AND p.tree = 'administration' AND p.valid_during @> $2::date
     WHERE i.local_alias = ANY($1::text[]) OR i.official_code = ANY($1::text[])
     ORDER BY i.institution_id
"""
SQL_EXISTING = "SELECT institution_id FROM institution WHERE institution_id = ANY($1::uuid[])"
SQL_INSERT = """
    INSERT INTO institution (institution_id, kind, name_th, name_en, official_code, local_alias, source, data_status,
                             effective_from, source_version, registered_at)
    SELECT n.institution_id, n.kind, n.name_th, n.name_en, n.official_code, n.local_alias, n.source, n.data_status,
           n.effective_from, n.source_version, $11
      FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                  $9::date[], $10::text[])
           AS n(institution_id, kind, name_th, name_en, official_code, local_alias, source, data_status,
                effective_from, source_version)
     ORDER BY n.local_alias
"""
SQL_INSERT_PARENTS = """
    INSERT INTO institution_parent (institution_id, parent_institution_id, valid_during)
    SELECT n.institution_id, n.parent_institution_id, daterange(n.valid_from, NULL)
      FROM unnest($1::uuid[], $2::uuid[], $3::date[]) AS n(institution_id, parent_institution_id, valid_from)
"""
SQL_LIST = """
    SELECT i.institution_id, i.kind, i.name_th, i.name_en, i.official_code, i.local_alias, p.parent_institution_id,
           i.source, i.data_status, i.effective_from, i.source_version
      FROM institution i
      LEFT JOIN institution_parent p
             ON p.institution_id = i.institution_id AND p.tree = 'administration' AND p.valid_during @> $4::date
     WHERE (cardinality($1::text[]) = 0 OR i.kind = ANY($1::text[]))
       AND ($2::uuid IS NULL OR p.parent_institution_id = $2::uuid)
       AND (cardinality($3::text[]) = 0 OR i.local_alias = ANY($3::text[]) OR i.official_code = ANY($3::text[]))
       AND ($5::uuid IS NULL OR (i.name_th COLLATE "th-x-icu", i.institution_id) >
               (SELECT a.name_th COLLATE "th-x-icu", a.institution_id FROM institution a
                 WHERE a.institution_id = $5::uuid))
     ORDER BY i.name_th COLLATE "th-x-icu", i.institution_id
     LIMIT $6
"""
SQL_BY_IDS = """
    SELECT i.institution_id, i.kind, i.name_th, i.name_en, i.official_code, i.local_alias, p.parent_institution_id,
           i.source, i.data_status, i.effective_from, i.source_version
      FROM institution i
      LEFT JOIN institution_parent p
             ON p.institution_id = i.institution_id AND p.tree = 'administration' AND p.valid_during @> $2::date
     WHERE i.institution_id = ANY($1::uuid[])
     ORDER BY i.institution_id
"""
SQL_SUBTREE = """
    WITH RECURSIVE below (institution_id) AS (
        SELECT i.institution_id FROM institution i WHERE i.institution_id = $1::uuid
        UNION
        SELECT p.institution_id
          FROM below b
          JOIN institution_parent p
            ON p.parent_institution_id = b.institution_id AND p.tree = $2::text AND p.valid_during @> $3::date)
    SELECT institution_id FROM below ORDER BY institution_id
"""


def _institution(row: Record) -> Institution:
    facts = InstitutionFacts(
        kind=InstitutionKind(row["kind"]),
        name_th=row["name_th"],
        name_en=row["name_en"],
        official_code=row["official_code"],
        local_alias=row["local_alias"],
        parent_institution_id=row["parent_institution_id"],
        provenance=Provenance(
            row["source"], DataStatus(row["data_status"]), row["effective_from"], row["source_version"]
        ),
    )
    return Institution(row["institution_id"], facts)


async def find_by_codes(connection: Connection, codes: Sequence[str], *, on_date: date) -> list[Institution]:
    """Institutions that have one of these aliases or official codes."""
    return [_institution(row) for row in await connection.fetch(SQL_FIND_BY_CODES, codes, on_date)]


async def existing(connection: Connection, institution_ids: Sequence[UUID]) -> set[UUID]:
    """Which of these ids are registered."""
    return {row["institution_id"] for row in await connection.fetch(SQL_EXISTING, institution_ids)}


async def insert(connection: Connection, institutions: Sequence[Institution], *, now: datetime) -> None:
    """Add institutions, in the order of their aliases, so that two callers never wait for each other crosswise."""
    facts = [institution.facts for institution in institutions]
    await connection.execute(
        SQL_INSERT,
        [institution.institution_id for institution in institutions],
        [fact.kind.value for fact in facts],
        [fact.name_th for fact in facts],
        [fact.name_en for fact in facts],
        [fact.official_code for fact in facts],
        [fact.local_alias for fact in facts],
        [fact.provenance.source for fact in facts],
        [fact.provenance.status.value for fact in facts],
        [fact.provenance.effective_from for fact in facts],
        [fact.provenance.version for fact in facts],
        now,
    )


async def insert_parents(connection: Connection, institutions: Sequence[Institution]) -> None:
    """Note to whom new institutions report, from the first day of the statement, or since always."""
    reporting = [institution for institution in institutions if institution.facts.parent_institution_id is not None]
    await connection.execute(
        SQL_INSERT_PARENTS,
        [institution.institution_id for institution in reporting],
        [institution.facts.parent_institution_id for institution in reporting],
        [institution.facts.provenance.effective_from for institution in reporting],
    )


async def by_ids(connection: Connection, institution_ids: Sequence[UUID], *, on_date: date) -> list[Institution]:
    """Institutions by id, those that exist."""
    return [_institution(row) for row in await connection.fetch(SQL_BY_IDS, institution_ids, on_date)]


async def list_page(
    connection: Connection,
    *,
    kinds: Sequence[InstitutionKind],
    parent_institution_id: UUID | None,
    codes: Sequence[str],
    on_date: date,
    after: UUID | None,
    limit: int,
) -> list[Institution]:
    """At most `limit` institutions after the one with id `after`, in Thai dictionary order."""
    rows = await connection.fetch(
        SQL_LIST, [kind.value for kind in kinds], parent_institution_id, codes, on_date, after, limit
    )
    return [_institution(row) for row in rows]


async def subtree(connection: Connection, institution_id: UUID, *, tree: str, on_date: date) -> list[UUID]:
    """An institution and all below it; each once, so that a circle in the data ends too."""
    return [row["institution_id"] for row in await connection.fetch(SQL_SUBTREE, institution_id, tree, on_date)]
