"""SQL of accreditations."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from chassis.auth import Actor
from chassis.pg import Connection, Record

from credit_bank.catalogue.keys import CodeSystem, CourseKey
from credit_bank.equivalences.accreditation import (
    Accreditation,
    AccreditationFacts,
    AccreditationKind,
    AccreditationState,
)
from credit_bank.provenance import Provenance

_ACCREDITATION = """
    a.accreditation_id, a.kind, a.source_institution_id, a.source_name_th, a.body_th, a.reference, a.valid_from,
    a.valid_to, a.state, a.source, a.status, a.effective_from, a.source_version, a.proposed_by, c.code_system, c.code,
    c.curriculum_version, c.owner_institution_id
"""
SQL_OPEN = """
    SELECT content_hash, accreditation_id
      FROM accreditation WHERE content_hash = ANY($1::bytea[]) AND state IN ('PROPOSED', 'ACCREDITED')
"""
SQL_INSERT = """
    INSERT INTO accreditation (accreditation_id, kind, source_institution_id, source_name_th, course_id, body_th,
                               reference, valid_from, valid_to, state, source, status, effective_from, source_version,
                               content_hash, proposed_by, proposed_at)
    SELECT accreditation_id, kind, source_institution_id, source_name_th, course_id, body_th, reference, valid_from,
           valid_to, 'PROPOSED', source, status, effective_from, source_version, content_hash, $15, $16::timestamptz
      FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::uuid[], $6::text[], $7::text[], $8::date[],
                  $9::date[], $10::text[], $11::text[], $12::date[], $13::text[], $14::bytea[])
           AS i(accreditation_id, kind, source_institution_id, source_name_th, course_id, body_th, reference,
                valid_from, valid_to, source, status, effective_from, source_version, content_hash)
"""
SQL_LOCK = f"""
    SELECT {_ACCREDITATION}
      FROM accreditation a LEFT JOIN course c USING (course_id)
     WHERE a.accreditation_id = ANY($1::uuid[]) ORDER BY a.accreditation_id FOR UPDATE OF a
"""
SQL_DECIDE = """
    UPDATE accreditation a
       SET state = i.state, reason_th = i.reason_th, decided_by = $4, decided_role = $5, decided_at = $6
      FROM unnest($1::uuid[], $2::text[], $3::text[]) AS i(accreditation_id, state, reason_th)
     WHERE a.accreditation_id = i.accreditation_id
"""
SQL_PAGE = f"""
    SELECT {_ACCREDITATION}
      FROM accreditation a LEFT JOIN course c USING (course_id)
     WHERE ($1::text IS NULL OR a.kind = $1) AND ($2::text IS NULL OR a.state = $2)
       AND ($3::uuid IS NULL OR a.source_institution_id = $3) AND ($4 = '' OR c.code = $4)
       AND ($5::uuid IS NULL OR a.accreditation_id > $5)
     ORDER BY a.accreditation_id LIMIT $6
"""


async def open_by_content(connection: Connection, hashes: Collection[bytes]) -> dict[bytes, UUID]:
    """Ids of those that were proposed or given with the same content."""
    rows = await connection.fetch(SQL_OPEN, list(hashes))
    return {row["content_hash"]: row["accreditation_id"] for row in rows}


async def insert(
    connection: Connection,
    accreditations: Sequence[tuple[Accreditation, bytes]],
    *,
    courses: Mapping[CourseKey, UUID],
    proposed_by: str,
    now: datetime,
) -> None:
    """Write proposals, each with the hash of its content."""
    if not accreditations:
        return
    facts = [item.facts for item, _ in accreditations]
    await connection.execute(
        SQL_INSERT,
        [item.accreditation_id for item, _ in accreditations],
        [str(item.kind) for item in facts],
        [item.source_institution_id for item in facts],
        [item.source_name_th for item in facts],
        [None if item.course is None else courses[item.course] for item in facts],
        [item.body_th for item in facts],
        [item.reference for item in facts],
        [item.valid_from for item in facts],
        [item.valid_to for item in facts],
        [item.provenance.source for item in facts],
        [item.provenance.status for item in facts],
        [item.provenance.effective_from for item in facts],
        [item.provenance.version for item in facts],
        [content for _, content in accreditations],
        proposed_by,
        now,
    )


async def lock(connection: Connection, ids: Collection[UUID]) -> dict[UUID, tuple[Accreditation, str]]:
    """Accreditations held until the transaction ends, each with who proposed it."""
    rows = await connection.fetch(SQL_LOCK, sorted(set(ids)))
    return {row["accreditation_id"]: (_accreditation(row), row["proposed_by"]) for row in rows}


async def decide(
    connection: Connection, decided: Sequence[tuple[Accreditation, str]], *, actor: Actor, now: datetime
) -> None:
    """Write where accreditations stand now, each with the reason."""
    await connection.execute(
        SQL_DECIDE,
        [item.accreditation_id for item, _ in decided],
        [str(item.state) for item, _ in decided],
        [reason for _, reason in decided],
        actor.subject_hash,
        actor.role,
        now,
    )


async def page(
    connection: Connection,
    *,
    kind: AccreditationKind | None,
    state: AccreditationState | None,
    source_institution_id: UUID | None,
    course_code: str,
    after: UUID | None,
    limit: int,
) -> list[Accreditation]:
    """Accreditations behind `after`, oldest first."""
    rows = await connection.fetch(SQL_PAGE, kind, state, source_institution_id, course_code, after, limit)
    return [_accreditation(row) for row in rows]


def _accreditation(row: Record) -> Accreditation:
    course = None
    if row["code"] is not None:
        course = CourseKey(
            CodeSystem(row["code_system"]), row["code"], row["curriculum_version"], row["owner_institution_id"]
        )
    facts = AccreditationFacts(
        kind=AccreditationKind(row["kind"]),
        source_institution_id=row["source_institution_id"],
        source_name_th=row["source_name_th"],
        course=course,
        body_th=row["body_th"],
        reference=row["reference"],
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
        provenance=Provenance(row["source"], row["status"], row["effective_from"], row["source_version"]),
    )
    return Accreditation(row["accreditation_id"], facts, AccreditationState(row["state"]))
