"""SQL of profiles: one function per statement. Values are sealed before they come here and opened after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis.pg import Connection, Record

from student_registry.keyring import Sealed
from student_registry.profiles.domain import EndReason, Made, Presence, ProfileKind
from student_registry.provenance import DataStatus

SQL_OF_LEARNERS = """
    SELECT fact_id, learner_id, kind, about_fact_id, sealed_value, key_version, valid_from, valid_to, confirmed_on,
           source, data_status, recorded_at, recorded_by_role, institution_id, replaces_fact_id, ended_at,
           ended_by_role, ended_institution_id, end_reason, end_source
      FROM profile_fact
     WHERE learner_id = ANY($1::uuid[]) AND kind = ANY($2::text[]) AND ($3 OR end_reason IS NULL OR end_reason = 'OVER')
     ORDER BY learner_id, recorded_at, fact_id
"""
SQL_OF_IDS = """
    SELECT f.fact_id, f.learner_id, f.kind, f.ended_at IS NOT NULL AS is_ended, f.valid_from, f.confirmed_on
      FROM profile_fact f
     WHERE f.fact_id = ANY($1::uuid[])
"""
SQL_INSERT = """
    INSERT INTO profile_fact (fact_id, learner_id, kind, about_fact_id, sealed_value, key_version, code_index,
                              index_version, valid_from, valid_to, confirmed_on, source, data_status, replaces_fact_id,
                              recorded_at, recorded_by, recorded_by_role, institution_id)
    SELECT n.fact_id, n.learner_id, n.kind, n.about_fact_id, n.sealed_value, n.key_version, n.code_index, $18,
           n.valid_from, n.valid_to, n.confirmed_on, n.source, n.data_status, n.replaces_fact_id, $14, $15, $16, $17
      FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::bytea[], $6::smallint[], $7::bytea[], $8::date[],
                  $9::date[], $10::date[], $11::text[], $12::text[], $13::uuid[])
           AS n(fact_id, learner_id, kind, about_fact_id, sealed_value, key_version, code_index, valid_from, valid_to,
                confirmed_on, source, data_status, replaces_fact_id)
"""
# A caller who waited for the learner's lock has an older clock than what was recorded meanwhile.
SQL_END = """
    UPDATE profile_fact f
       SET ended_at = greatest($5, f.recorded_at), ended_by = $6, ended_by_role = $7, ended_institution_id = $8,
           end_reason = n.end_reason, end_source = n.end_source,
           valid_to = CASE WHEN n.end_reason = 'OVER' THEN n.valid_to ELSE f.valid_to END
      FROM unnest($1::uuid[], $2::text[], $3::text[], $4::date[]) AS n(fact_id, end_reason, end_source, valid_to)
     WHERE f.fact_id = n.fact_id AND f.ended_at IS NULL
"""
SQL_CONFIRM = """
    UPDATE profile_fact f SET confirmed_on = n.confirmed_on
      FROM unnest($1::uuid[], $2::date[]) AS n(fact_id, confirmed_on)
     WHERE f.fact_id = n.fact_id AND f.confirmed_on < n.confirmed_on
"""
SQL_INSERT_CONFIRMATIONS = """
    INSERT INTO profile_confirmation (confirmation_id, fact_id, confirmed_on, confirmed_at, confirmed_by,
                                      confirmed_by_role, institution_id)
    SELECT n.confirmation_id, n.fact_id, n.confirmed_on, $4, $5, $6, $7
      FROM unnest($1::uuid[], $2::uuid[], $3::date[]) AS n(confirmation_id, fact_id, confirmed_on)
"""
SQL_INSERT_PHOTO = "INSERT INTO profile_photo (fact_id, sealed_bytes, key_version) VALUES ($1, $2, $3)"
SQL_PHOTO = "SELECT sealed_bytes, key_version FROM profile_photo WHERE fact_id = $1"
SQL_PRESENCE = """
    SELECT l.learner_id, l.birth_date_precision = 'DAY' AS has_birth_day, l.sex IS NOT NULL AS has_sex,
           EXISTS (SELECT FROM learner_identifier i
                    WHERE i.learner_id = l.learner_id AND i.kind IN ('CITIZEN_ID', 'G_CODE', 'PASSPORT')
                      AND i.valid_during @> $2::date) AS has_identifier,
           f.kinds, f.contact_confirmed_on
      FROM learner l
      LEFT JOIN LATERAL (
            SELECT array_agg(DISTINCT p.kind) AS kinds, max(p.confirmed_on) AS contact_confirmed_on
              FROM profile_fact p
             WHERE p.learner_id = l.learner_id AND (p.end_reason IS NULL OR p.end_reason = 'OVER')
               AND daterange(p.valid_from, p.valid_to, '[]') @> $2::date) f ON true
     WHERE l.learner_id = ANY($1::uuid[])
"""
# Whoever has no contact data, or none that were confirmed since $3, comes first who waited longest.
SQL_STALE = """
    WITH roll AS (
        SELECT l.learner_id, l.registrar_institution_id = $1::uuid AS is_registrar, n.title, n.given_name,
               n.family_name,
               (SELECT max(p.confirmed_on)
                  FROM profile_fact p
                 WHERE p.learner_id = l.learner_id AND p.kind IN ('PHONE', 'EMAIL', 'ADDRESS')
                   AND p.end_reason IS NULL AND daterange(p.valid_from, p.valid_to, '[]') @> $2::date) AS confirmed_on
          FROM learner l
          JOIN learner_name n ON n.learner_id = l.learner_id AND n.language = 'th' AND n.ended_at IS NULL
         WHERE l.merged_into_learner_id IS NULL
           AND NOT EXISTS (SELECT FROM closed_to($1::uuid) x WHERE x.learner_id = l.learner_id)
           AND EXISTS (SELECT FROM enrolment e
                        WHERE e.learner_id = l.learner_id AND e.institution_id = $1::uuid
                          AND e.valid_during @> $2::date
                          AND ($4 = '' OR $4 IN (e.classroom, e.grade_label || '/' || e.classroom))))
    SELECT learner_id, is_registrar, title, given_name, family_name, confirmed_on, total
      FROM (SELECT learner_id, is_registrar, title, given_name, family_name, confirmed_on, count(*) OVER () AS total
              FROM roll WHERE confirmed_on IS NULL OR confirmed_on < $3::date) old
     WHERE $6::uuid IS NULL OR (coalesce(confirmed_on, '-infinity'), learner_id) > (coalesce($5::date, '-infinity'), $6)
     ORDER BY coalesce(confirmed_on, '-infinity'), learner_id
     LIMIT $7
"""
SQL_STALE_COUNTS = """
    SELECT l.registrar_institution_id AS institution_id, count(*) AS learners,
           count(*) FILTER (WHERE f.confirmed_on IS NULL OR f.confirmed_on < $3::date) AS stale
      FROM learner l
      LEFT JOIN LATERAL (
            SELECT max(p.confirmed_on) AS confirmed_on
              FROM profile_fact p
             WHERE p.learner_id = l.learner_id AND p.kind IN ('PHONE', 'EMAIL', 'ADDRESS') AND p.end_reason IS NULL
               AND daterange(p.valid_from, p.valid_to, '[]') @> $2::date) f ON true
     WHERE l.registrar_institution_id = ANY($1::uuid[]) AND l.merged_into_learner_id IS NULL
     GROUP BY l.registrar_institution_id
"""
SQL_LOCK_OLD_SEALS = """
    SELECT fact_id, kind, sealed_value, key_version
      FROM profile_fact
     WHERE fact_id > $1 AND (key_version <> $2 OR index_version <> $3)
     ORDER BY fact_id
     LIMIT $4
       FOR UPDATE SKIP LOCKED
"""
SQL_RESEAL = """
    UPDATE profile_fact f
       SET sealed_value = n.sealed_value, key_version = $4, code_index = n.code_index, index_version = $5
      FROM unnest($1::uuid[], $2::bytea[], $3::bytea[]) AS n(fact_id, sealed_value, code_index)
     WHERE f.fact_id = n.fact_id
"""
SQL_COUNT_OLD_SEALS = "SELECT count(*) FROM profile_fact WHERE key_version <> $1 OR index_version <> $2"
SQL_ALL_SEALED = """
    SELECT fact_id, kind, sealed_value, key_version, code_index
      FROM profile_fact
     WHERE fact_id > $1
     ORDER BY fact_id
     LIMIT $2
"""
SQL_ALL_PHOTOS = """
    SELECT f.fact_id, f.sealed_value, f.key_version, p.sealed_bytes, p.key_version AS bytes_key_version
      FROM profile_fact f LEFT JOIN profile_photo p ON p.fact_id = f.fact_id
     WHERE f.fact_id > $1 AND f.kind = 'PHOTO'
     ORDER BY f.fact_id
     LIMIT $2
"""
SQL_LOCK_OLD_PHOTOS = """
    SELECT fact_id, sealed_bytes, key_version FROM profile_photo
     WHERE fact_id > $1 AND key_version <> $2 ORDER BY fact_id LIMIT $3 FOR UPDATE SKIP LOCKED
"""
SQL_RESEAL_PHOTOS = """
    UPDATE profile_photo p SET sealed_bytes = n.sealed_bytes, key_version = $3
      FROM unnest($1::uuid[], $2::bytea[]) AS n(fact_id, sealed_bytes)
     WHERE p.fact_id = n.fact_id
"""
SQL_COUNT_OLD_PHOTOS = "SELECT count(*) FROM profile_photo WHERE key_version <> $1"


@dataclass(frozen=True, slots=True)
class By:
    """Who writes, and when."""

    subject_hash: str
    role: str
    institution_id: UUID | None
    now: datetime


@dataclass(frozen=True, slots=True)
class SealedFact:
    """A fact whose value is still sealed."""

    fact_id: UUID
    learner_id: UUID
    kind: ProfileKind
    sealed: Sealed
    code_index: bytes | None
    about_fact_id: UUID | None
    valid_from: date | None
    valid_to: date | None
    confirmed_on: date | None
    source: str
    status: DataStatus
    replaces_fact_id: UUID | None
    recorded: Made | None = None
    ended: Made | None = None
    end_reason: EndReason | None = None


@dataclass(frozen=True, slots=True)
class FactRef:
    """Whose fact it is and whether it ended."""

    learner_id: UUID
    kind: ProfileKind
    is_ended: bool
    valid_from: date | None
    confirmed_on: date | None


@dataclass(frozen=True, slots=True)
class StaleRow:
    """A learner whose contact data nobody has confirmed for too long."""

    learner_id: UUID
    is_registrar: bool
    title: str
    given: str
    family: str
    confirmed_on: date | None


def _fact(row: Record) -> SealedFact:
    ended = None
    if row["ended_at"] is not None:
        ended = Made(row["ended_at"], row["ended_by_role"], row["ended_institution_id"], row["end_source"])
    return SealedFact(
        fact_id=row["fact_id"],
        learner_id=row["learner_id"],
        kind=ProfileKind(row["kind"]),
        sealed=Sealed(row["sealed_value"], row["key_version"]),
        code_index=None,
        about_fact_id=row["about_fact_id"],
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
        confirmed_on=row["confirmed_on"],
        source=row["source"],
        status=DataStatus(row["data_status"]),
        replaces_fact_id=row["replaces_fact_id"],
        recorded=Made(row["recorded_at"], row["recorded_by_role"], row["institution_id"], row["source"]),
        ended=ended,
        end_reason=EndReason(row["end_reason"]) if row["end_reason"] else None,
    )


async def of_learners(
    connection: Connection, learner_ids: Sequence[UUID], kinds: Sequence[ProfileKind], *, with_history: bool
) -> list[SealedFact]:
    """Facts of these learners, oldest first; without history only those that were never replaced or wrong."""
    rows = await connection.fetch(SQL_OF_LEARNERS, learner_ids, [kind.value for kind in kinds], with_history)
    return [_fact(row) for row in rows]


async def of_ids(connection: Connection, fact_ids: Sequence[UUID]) -> dict[UUID, FactRef]:
    """Whose facts these are."""
    return {
        row["fact_id"]: FactRef(
            row["learner_id"], ProfileKind(row["kind"]), row["is_ended"], row["valid_from"], row["confirmed_on"]
        )
        for row in await connection.fetch(SQL_OF_IDS, fact_ids)
    }


async def insert(connection: Connection, facts: Sequence[SealedFact], *, by: By, index_version: int) -> None:
    """Add facts."""
    await connection.execute(
        SQL_INSERT,
        [fact.fact_id for fact in facts],
        [fact.learner_id for fact in facts],
        [fact.kind.value for fact in facts],
        [fact.about_fact_id for fact in facts],
        [fact.sealed.ciphertext for fact in facts],
        [fact.sealed.key_version for fact in facts],
        [fact.code_index for fact in facts],
        [fact.valid_from for fact in facts],
        [fact.valid_to for fact in facts],
        [fact.confirmed_on for fact in facts],
        [fact.source for fact in facts],
        [fact.status.value for fact in facts],
        [fact.replaces_fact_id for fact in facts],
        by.now,
        by.subject_hash,
        by.role,
        by.institution_id,
        index_version,
    )


async def end(connection: Connection, facts: Sequence[tuple[UUID, EndReason, str, date | None]], *, by: By) -> None:
    """End facts: their id, why, from what source, and the last day of one that is over."""
    await connection.execute(
        SQL_END,
        [fact_id for fact_id, _, _, _ in facts],
        [reason.value for _, reason, _, _ in facts],
        [source for _, _, source, _ in facts],
        [valid_to for _, _, _, valid_to in facts],
        by.now,
        by.subject_hash,
        by.role,
        by.institution_id,
    )


async def confirm(connection: Connection, confirmed: Sequence[tuple[UUID, UUID, date]], *, by: By) -> None:
    """Keep that contact data were confirmed: id of the confirmation, fact, day."""
    await connection.execute(SQL_CONFIRM, [item[1] for item in confirmed], [item[2] for item in confirmed])
    await connection.execute(
        SQL_INSERT_CONFIRMATIONS,
        [item[0] for item in confirmed],
        [item[1] for item in confirmed],
        [item[2] for item in confirmed],
        by.now,
        by.subject_hash,
        by.role,
        by.institution_id,
    )


async def insert_photo(connection: Connection, fact_id: UUID, sealed: Sealed) -> None:
    """Add the bytes of a photograph."""
    await connection.execute(SQL_INSERT_PHOTO, fact_id, sealed.ciphertext, sealed.key_version)


async def photo(connection: Connection, fact_id: UUID) -> Sealed:
    """The sealed bytes of a photograph."""
    row = await connection.fetchrow(SQL_PHOTO, fact_id)
    assert row is not None, "a photograph is written with its bytes"
    return Sealed(row["sealed_bytes"], row["key_version"])


async def presence(connection: Connection, learner_ids: Sequence[UUID], *, on_date: date) -> dict[UUID, Presence]:
    """What there is of these learners, without opening a value."""
    return {
        row["learner_id"]: Presence(
            kinds=frozenset(ProfileKind(kind) for kind in row["kinds"] or ()),
            has_identifier=row["has_identifier"],
            has_birth_day=bool(row["has_birth_day"]),
            has_sex=row["has_sex"],
            contact_confirmed_on=row["contact_confirmed_on"],
        )
        for row in await connection.fetch(SQL_PRESENCE, learner_ids, on_date)
    }


async def stale(
    connection: Connection,
    institution_id: UUID,
    *,
    today: date,
    confirmed_before: date,
    classroom: str,
    after: tuple[date | None, UUID | None],
    limit: int,
) -> tuple[list[StaleRow], int]:
    """A page of learners enrolled in an institution today whose contact data are old, and how many there are."""
    rows = await connection.fetch(SQL_STALE, institution_id, today, confirmed_before, classroom, *after, limit)
    page = [
        StaleRow(
            row["learner_id"],
            row["is_registrar"],
            row["title"],
            row["given_name"],
            row["family_name"],
            row["confirmed_on"],
        )
        for row in rows
    ]
    return page, rows[0]["total"] if rows else 0


async def stale_counts(
    connection: Connection, institution_ids: Sequence[UUID], *, today: date, confirmed_before: date
) -> dict[UUID, tuple[int, int]]:
    """By institution that keeps records: how many learners, and of how many the contact data are old."""
    rows = await connection.fetch(SQL_STALE_COUNTS, institution_ids, today, confirmed_before)
    return {row["institution_id"]: (row["learners"], row["stale"]) for row in rows}


async def lock_old_seals(
    connection: Connection, *, after: UUID, key_version: int, index_version: int, limit: int
) -> list[Record]:
    """Hold facts sealed or indexed with another key than the current ones, those after an id."""
    return await connection.fetch(SQL_LOCK_OLD_SEALS, after, key_version, index_version, limit)


async def reseal(
    connection: Connection,
    items: Sequence[tuple[UUID, bytes, bytes | None]],
    *,
    key_version: int,
    index_version: int,
) -> None:
    """Replace sealed values and indexes: fact, ciphertext, index of its code."""
    await connection.execute(
        SQL_RESEAL,
        [fact_id for fact_id, _, _ in items],
        [ciphertext for _, ciphertext, _ in items],
        [code_index for _, _, code_index in items],
        key_version,
        index_version,
    )


async def count_old_seals(connection: Connection, *, key_version: int, index_version: int) -> int:
    """How many facts an older key still seals or indexes."""
    return await connection.fetchval(SQL_COUNT_OLD_SEALS, key_version, index_version)


async def lock_old_photos(connection: Connection, *, after: UUID, key_version: int, limit: int) -> list[Record]:
    """Hold photographs sealed with another key than the current one, those after an id."""
    return await connection.fetch(SQL_LOCK_OLD_PHOTOS, after, key_version, limit)


async def reseal_photos(connection: Connection, items: Sequence[tuple[UUID, bytes]], *, key_version: int) -> None:
    """Replace sealed bytes: fact and ciphertext."""
    await connection.execute(
        SQL_RESEAL_PHOTOS, [fact_id for fact_id, _ in items], [ciphertext for _, ciphertext in items], key_version
    )


async def count_old_photos(connection: Connection, *, key_version: int) -> int:
    """How many photographs an older key still seals."""
    return await connection.fetchval(SQL_COUNT_OLD_PHOTOS, key_version)


async def all_sealed(connection: Connection, *, after: UUID, limit: int) -> list[Record]:
    """A page of everything, for the audit."""
    return await connection.fetch(SQL_ALL_SEALED, after, limit)


async def all_photos(connection: Connection, *, after: UUID, limit: int) -> list[Record]:
    """A page of every photograph with its fact, for the audit; without bytes where there are none."""
    return await connection.fetch(SQL_ALL_PHOTOS, after, limit)
