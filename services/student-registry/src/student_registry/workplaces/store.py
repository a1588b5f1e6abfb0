"""SQL of workplaces and cooperations: one function per statement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from chassis.pg import Connection, Record

from student_registry.keyring import Sealed
from student_registry.provenance import DataStatus, Provenance
from student_registry.workplaces.domain import (
    Cooperation,
    CooperationFacts,
    CooperationRecord,
    CooperationStatus,
    OccupationField,
    Workplace,
    WorkplaceFacts,
    WorkplaceKind,
)

CONSTRAINTS = frozenset({"workplace_reference_key", "cooperation_key", "cooperation_statement_key"})
"""Violated only when two callers record the same entry at once."""

_COLUMNS = """
    w.workplace_id, w.keeper_institution_id, w.reference, w.kind, w.name_th, w.field_codes, w.area_institution_id,
    w.area_text, w.capacity, w.offers_th, w.institution_id, w.closed_on, w.source, w.data_status, w.effective_from,
    w.source_version
"""
SQL_FIELDS = """
    SELECT field_code, name_th, source, data_status, effective_from, source_version
      FROM occupation_field ORDER BY place
"""
SQL_LOCK_BY_REFERENCE = f"""
    SELECT {_COLUMNS}, c.contact, c.key_version
      FROM workplace w LEFT JOIN workplace_contact c USING (workplace_id)
     WHERE w.keeper_institution_id = $1 AND w.reference = ANY($2::text[])
     ORDER BY w.workplace_id FOR UPDATE OF w
"""
SQL_GET = f"""
    SELECT {_COLUMNS}, c.contact, c.key_version
      FROM workplace w LEFT JOIN workplace_contact c USING (workplace_id)
     WHERE w.workplace_id = $1
"""
SQL_EXISTING = "SELECT workplace_id FROM workplace WHERE workplace_id = ANY($1::uuid[])"
SQL_INSERT = """
    INSERT INTO workplace (workplace_id, keeper_institution_id, reference, kind, name_th, field_codes,
                           area_institution_id, area_text, capacity, offers_th, institution_id, closed_on, source,
                           data_status, effective_from, source_version, recorded_at, recorded_by)
    SELECT n.workplace_id, n.keeper, n.reference, n.kind, n.name_th, string_to_array(n.field_codes, ' '), n.area,
           n.area_text, n.capacity, n.offers_th, n.institution_id, n.closed_on, n.source, n.data_status,
           n.effective_from, n.source_version, $17, $18
      FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::uuid[], $8::text[],
                  $9::integer[], $10::text[], $11::uuid[], $12::date[], $13::text[], $14::text[], $15::date[],
                  $16::text[])
           AS n(workplace_id, keeper, reference, kind, name_th, field_codes, area, area_text, capacity, offers_th,
                institution_id, closed_on, source, data_status, effective_from, source_version)
     ORDER BY n.reference
"""
SQL_UPDATE = """
    UPDATE workplace w
       SET kind = n.kind, name_th = n.name_th, field_codes = string_to_array(n.field_codes, ' '),
           area_institution_id = n.area, area_text = n.area_text, capacity = n.capacity, offers_th = n.offers_th,
           institution_id = n.institution_id, closed_on = n.closed_on, source = n.source, data_status = n.data_status,
           effective_from = n.effective_from, source_version = n.source_version, recorded_at = $17, recorded_by = $18
      FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::uuid[], $8::text[],
                  $9::integer[], $10::text[], $11::uuid[], $12::date[], $13::text[], $14::text[], $15::date[],
                  $16::text[])
           AS n(workplace_id, keeper, reference, kind, name_th, field_codes, area, area_text, capacity, offers_th,
                institution_id, closed_on, source, data_status, effective_from, source_version)
     WHERE w.workplace_id = n.workplace_id
"""
SQL_SET_CONTACTS = """
    INSERT INTO workplace_contact (workplace_id, contact, key_version)
    SELECT n.workplace_id, n.contact, n.key_version
      FROM unnest($1::uuid[], $2::bytea[], $3::integer[]) AS n(workplace_id, contact, key_version)
    ON CONFLICT (workplace_id) DO UPDATE SET contact = excluded.contact, key_version = excluded.key_version
"""
SQL_OLD_SEALS = """
    SELECT workplace_id, contact, key_version FROM workplace_contact
     WHERE key_version <> $1 AND workplace_id > $2 ORDER BY workplace_id LIMIT $3 FOR UPDATE SKIP LOCKED
"""
SQL_ALL_SEALED = """
    SELECT workplace_id, contact, key_version FROM workplace_contact
     WHERE workplace_id > $1 ORDER BY workplace_id LIMIT $2
"""
SQL_COUNT_OLD_SEALS = "SELECT count(*) FROM workplace_contact WHERE key_version <> $1"
SQL_SEARCH = f"""
    SELECT {_COLUMNS}
      FROM workplace w
     WHERE ($1::text = '' OR w.name_th ILIKE '%' || $1::text || '%' OR w.offers_th ILIKE '%' || $1::text || '%'
            OR w.area_text ILIKE '%' || $1::text || '%')
       AND (cardinality($2::text[]) = 0 OR w.kind = ANY($2::text[]))
       AND (cardinality($3::text[]) = 0 OR w.field_codes && $3::text[])
       AND ($4::uuid[] IS NULL OR w.area_institution_id = ANY($4::uuid[]))
       AND ($5::integer = 0 OR w.capacity >= $5::integer)
       AND (cardinality($6::text[]) = 0 AND $7::uuid IS NULL OR EXISTS (
               SELECT FROM cooperation c
                CROSS JOIN LATERAL (SELECT s.status FROM cooperation_statement s
                                     WHERE s.cooperation_id = c.cooperation_id ORDER BY s.sequence DESC LIMIT 1) s
                WHERE c.workplace_id = w.workplace_id AND ($7::uuid IS NULL OR c.institution_id = $7::uuid)
                  AND (cardinality($6::text[]) = 0 OR s.status = ANY($6::text[]))))
       AND (w.closed_on IS NULL OR w.closed_on > $8::date)
       AND ($9::uuid IS NULL OR (w.name_th COLLATE "th-x-icu", w.workplace_id) >
               (SELECT a.name_th COLLATE "th-x-icu", a.workplace_id FROM workplace a WHERE a.workplace_id = $9::uuid))
     ORDER BY w.name_th COLLATE "th-x-icu", w.workplace_id
     LIMIT $10
"""
SQL_CONTACT_READ = """
    INSERT INTO workplace_contact_read (workplace_id, institution_id, read_by, role, purpose, read_at)
    VALUES ($1, $2, $3, $4, $5, $6)
"""
SQL_LOCK_COOPERATIONS = """
    SELECT c.cooperation_id, c.workplace_id, c.institution_id
      FROM cooperation c
      JOIN unnest($1::uuid[], $2::uuid[]) AS n(workplace_id, institution_id)
        ON c.workplace_id = n.workplace_id AND c.institution_id = n.institution_id
     ORDER BY c.cooperation_id FOR UPDATE OF c
"""
SQL_LATEST = """
    SELECT DISTINCT ON (s.cooperation_id) s.cooperation_id, c.workplace_id, c.institution_id, s.sequence, s.status,
           s.valid_from, s.places, s.source, s.data_status, s.effective_from, s.source_version, s.recorded_at
      FROM cooperation_statement s JOIN cooperation c USING (cooperation_id)
     WHERE s.cooperation_id = ANY($1::uuid[])
     ORDER BY s.cooperation_id, s.sequence DESC
"""
SQL_INSERT_COOPERATIONS = """
    INSERT INTO cooperation (cooperation_id, workplace_id, institution_id, recorded_at)
    SELECT n.cooperation_id, n.workplace_id, n.institution_id, $4
      FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) AS n(cooperation_id, workplace_id, institution_id)
     ORDER BY n.workplace_id, n.institution_id
"""
SQL_INSERT_STATEMENTS = """
    INSERT INTO cooperation_statement (cooperation_id, sequence, status, valid_from, places, source, data_status,
                                       effective_from, source_version, recorded_at, recorded_by)
    SELECT n.cooperation_id, n.sequence, n.status, n.valid_from, n.places, n.source, n.data_status, n.effective_from,
           n.source_version, $10, $11
      FROM unnest($1::uuid[], $2::integer[], $3::text[], $4::date[], $5::integer[], $6::text[], $7::text[], $8::date[],
                  $9::text[])
           AS n(cooperation_id, sequence, status, valid_from, places, source, data_status, effective_from,
                source_version)
"""
SQL_COOPERATIONS = """
    SELECT c.cooperation_id FROM cooperation c
     WHERE ($1::uuid IS NULL OR c.workplace_id = $1::uuid)
       AND ($2::uuid IS NULL OR c.institution_id = $2::uuid)
       AND ($3::uuid IS NULL OR c.cooperation_id > $3::uuid)
     ORDER BY c.cooperation_id LIMIT $4
"""
SQL_STATEMENTS = """
    SELECT s.cooperation_id, c.workplace_id, c.institution_id, s.sequence, s.status, s.valid_from, s.places, s.source,
           s.data_status, s.effective_from, s.source_version, s.recorded_at
      FROM cooperation_statement s JOIN cooperation c USING (cooperation_id)
     WHERE s.cooperation_id = ANY($1::uuid[])
     ORDER BY s.cooperation_id, s.sequence DESC
"""
SQL_HAS_ALIVE = """
    SELECT EXISTS (
        SELECT FROM cooperation c
         CROSS JOIN LATERAL (SELECT s.status FROM cooperation_statement s
                              WHERE s.cooperation_id = c.cooperation_id ORDER BY s.sequence DESC LIMIT 1) s
         WHERE c.workplace_id = $1 AND c.institution_id = $2 AND s.status = ANY($3::text[]))
"""


def _provenance(row: Record) -> Provenance:
    return Provenance(row["source"], DataStatus(row["data_status"]), row["effective_from"], row["source_version"])


def _workplace(row: Record) -> Workplace:
    facts = WorkplaceFacts(
        reference=row["reference"],
        kind=WorkplaceKind(row["kind"]),
        name_th=row["name_th"],
        field_codes=tuple(row["field_codes"]),
        area_institution_id=row["area_institution_id"],
        area_text=row["area_text"],
        capacity=row["capacity"],
        offers_th=row["offers_th"],
        institution_id=row["institution_id"],
        closed_on=row["closed_on"],
        provenance=_provenance(row),
    )
    return Workplace(row["workplace_id"], row["keeper_institution_id"], facts)


def _sealed(row: Record) -> Sealed | None:
    return None if row["contact"] is None else Sealed(row["contact"], row["key_version"])


async def fields(connection: Connection) -> list[OccupationField]:
    """The fields of occupation, in the order of the list."""
    rows = await connection.fetch(SQL_FIELDS)
    return [OccupationField(row["field_code"], row["name_th"], _provenance(row)) for row in rows]


async def lock_by_reference(
    connection: Connection, keeper_institution_id: UUID, references: Sequence[str]
) -> list[tuple[Workplace, Sealed | None]]:
    """Hold the entries of a keeper with these references, in the order of their ids, each with its sealed contact."""
    rows = await connection.fetch(SQL_LOCK_BY_REFERENCE, keeper_institution_id, references)
    return [(_workplace(row), _sealed(row)) for row in rows]


async def get(connection: Connection, workplace_id: UUID) -> tuple[Workplace, Sealed | None] | None:
    """An entry with its sealed contact; None when there is none."""
    row = await connection.fetchrow(SQL_GET, workplace_id)
    return None if row is None else (_workplace(row), _sealed(row))


async def existing(connection: Connection, workplace_ids: Sequence[UUID]) -> set[UUID]:
    """Which of these ids are registered."""
    return {row["workplace_id"] for row in await connection.fetch(SQL_EXISTING, workplace_ids)}


def _columns(workplaces: Sequence[Workplace]) -> list[list[Any]]:
    facts = [workplace.facts for workplace in workplaces]
    return [
        [workplace.workplace_id for workplace in workplaces],
        [workplace.keeper_institution_id for workplace in workplaces],
        [fact.reference for fact in facts],
        [fact.kind.value for fact in facts],
        [fact.name_th for fact in facts],
        [" ".join(fact.field_codes) for fact in facts],
        [fact.area_institution_id for fact in facts],
        [fact.area_text for fact in facts],
        [fact.capacity for fact in facts],
        [fact.offers_th for fact in facts],
        [fact.institution_id for fact in facts],
        [fact.closed_on for fact in facts],
        [fact.provenance.source for fact in facts],
        [fact.provenance.status.value for fact in facts],
        [fact.provenance.effective_from for fact in facts],
        [fact.provenance.version for fact in facts],
    ]


async def insert(connection: Connection, workplaces: Sequence[Workplace], *, now: datetime, by: str) -> None:
    """Add entries, in the order of their references."""
    await connection.execute(SQL_INSERT, *_columns(workplaces), now, by)


async def update(connection: Connection, workplaces: Sequence[Workplace], *, now: datetime, by: str) -> None:
    """Give locked entries other facts; what they were goes to the history."""
    await connection.execute(SQL_UPDATE, *_columns(workplaces), now, by)


async def set_contacts(connection: Connection, contacts: Sequence[tuple[UUID, Sealed]]) -> None:
    """Keep sealed contacts in the place of the earlier ones."""
    await connection.execute(
        SQL_SET_CONTACTS,
        [workplace_id for workplace_id, _ in contacts],
        [sealed.ciphertext for _, sealed in contacts],
        [sealed.key_version for _, sealed in contacts],
    )


async def old_seals(connection: Connection, *, key_version: int, after: UUID, limit: int) -> list[tuple[UUID, Sealed]]:
    """Contacts that another key sealed, by id; those that others hold are left for the next pass."""
    rows = await connection.fetch(SQL_OLD_SEALS, key_version, after, limit)
    return [(row["workplace_id"], Sealed(row["contact"], row["key_version"])) for row in rows]


async def all_sealed(connection: Connection, *, after: UUID, limit: int) -> list[Record]:
    """A page of all contacts, for the audit."""
    return await connection.fetch(SQL_ALL_SEALED, after, limit)


async def count_old_seals(connection: Connection, *, key_version: int) -> int:
    """How many contacts another key sealed."""
    return await connection.fetchval(SQL_COUNT_OLD_SEALS, key_version)


async def search(
    connection: Connection,
    *,
    text: str,
    kinds: Sequence[WorkplaceKind],
    field_codes: Sequence[str],
    areas: Sequence[UUID] | None,
    capacity_min: int,
    statuses: Sequence[CooperationStatus],
    cooperating_institution_id: UUID | None,
    on_date: date,
    after: UUID | None,
    limit: int,
) -> list[Workplace]:
    """At most `limit` entries after the one with id `after`, in Thai dictionary order, without contacts."""
    pattern = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    rows = await connection.fetch(
        SQL_SEARCH,
        pattern,
        [kind.value for kind in kinds],
        field_codes,
        areas,
        capacity_min,
        [status.value for status in statuses],
        cooperating_institution_id,
        on_date,
        after,
        limit,
    )
    return [_workplace(row) for row in rows]


async def record_contact_read(
    connection: Connection, workplace_id: UUID, *, institution_id: UUID, by: str, role: str, purpose: str, now: datetime
) -> None:
    """Keep that somebody looked at a local expert's person and contact."""
    await connection.execute(SQL_CONTACT_READ, workplace_id, institution_id, by, role, purpose, now)


async def lock_cooperations(connection: Connection, keys: Sequence[tuple[UUID, UUID]]) -> dict[tuple[UUID, UUID], UUID]:
    """Hold the cooperations of these places and institutions, in the order of their ids; gives their ids."""
    places, institutions = ([key[part] for key in keys] for part in range(2))
    rows = await connection.fetch(SQL_LOCK_COOPERATIONS, places, institutions)
    return {(row["workplace_id"], row["institution_id"]): row["cooperation_id"] for row in rows}


def _record(row: Record) -> CooperationRecord:
    facts = CooperationFacts(
        workplace_id=row["workplace_id"],
        institution_id=row["institution_id"],
        status=CooperationStatus(row["status"]),
        valid_from=row["valid_from"],
        places=row["places"],
        provenance=_provenance(row),
    )
    return CooperationRecord(facts, row["recorded_at"])


async def latest(connection: Connection, cooperation_ids: Sequence[UUID]) -> dict[UUID, tuple[int, CooperationFacts]]:
    """Number and content of the statement that holds of each cooperation."""
    rows = await connection.fetch(SQL_LATEST, cooperation_ids)
    return {row["cooperation_id"]: (row["sequence"], _record(row).facts) for row in rows}


async def insert_cooperations(
    connection: Connection, cooperations: Sequence[tuple[UUID, CooperationFacts]], *, now: datetime
) -> None:
    """Add cooperations, in the order of their keys."""
    await connection.execute(
        SQL_INSERT_COOPERATIONS,
        [cooperation_id for cooperation_id, _ in cooperations],
        [facts.workplace_id for _, facts in cooperations],
        [facts.institution_id for _, facts in cooperations],
        now,
    )


async def insert_statements(
    connection: Connection, statements: Sequence[tuple[UUID, int, CooperationFacts]], *, now: datetime, by: str
) -> None:
    """Keep what was stated."""
    facts = [fact for _, _, fact in statements]
    await connection.execute(
        SQL_INSERT_STATEMENTS,
        [cooperation_id for cooperation_id, _, _ in statements],
        [sequence for _, sequence, _ in statements],
        [fact.status.value for fact in facts],
        [fact.valid_from for fact in facts],
        [fact.places for fact in facts],
        [fact.provenance.source for fact in facts],
        [fact.provenance.status.value for fact in facts],
        [fact.provenance.effective_from for fact in facts],
        [fact.provenance.version for fact in facts],
        now,
        by,
    )


async def cooperations(
    connection: Connection, *, workplace_id: UUID | None, institution_id: UUID | None, after: UUID | None, limit: int
) -> list[Cooperation]:
    """At most `limit` cooperations after the one with id `after`, each with everything stated, the latest first."""
    found = await connection.fetch(SQL_COOPERATIONS, workplace_id, institution_id, after, limit)
    ids = [row["cooperation_id"] for row in found]
    records: dict[UUID, list[CooperationRecord]] = {place: [] for place in ids}
    for row in await connection.fetch(SQL_STATEMENTS, ids):
        records[row["cooperation_id"]].append(_record(row))
    return [Cooperation(place, tuple(records[place])) for place in ids]


async def has_alive(
    connection: Connection, workplace_id: UUID, institution_id: UUID, *, statuses: Sequence[CooperationStatus]
) -> bool:
    """Whether an institution's cooperation with a place is in one of these states."""
    return await connection.fetchval(SQL_HAS_ALIVE, workplace_id, institution_id, [status.value for status in statuses])
