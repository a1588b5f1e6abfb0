"""SQL of identifiers: one function per statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis.pg import Connection, Record

from student_registry.identifiers.domain import (
    Basis,
    Identifier,
    IdentifierKind,
    StateStated,
    VerificationState,
    WaitingGCode,
    masked,
)
from student_registry.keyring import Sealed

CONSTRAINTS = frozenset({"learner_identifier_person", "learner_identifier_student_no"})
"""Violated only when two callers register the same person at once; otherwise the owner is found first."""

# Two halves, one for each partial index: without its condition none of them would be used.
SQL_OWNERS = """
    SELECT learner_id FROM learner_identifier
     WHERE kind NOT IN ('STUDENT_NO', 'VOCATIONAL_STUDENT_NO') AND blind_index = ANY($1::bytea[])
    UNION
    SELECT learner_id FROM learner_identifier
     WHERE kind IN ('STUDENT_NO', 'VOCATIONAL_STUDENT_NO') AND blind_index = ANY($1::bytea[])
"""
SQL_KNOWN = """
    SELECT blind_index FROM learner_identifier
     WHERE kind NOT IN ('STUDENT_NO', 'VOCATIONAL_STUDENT_NO') AND blind_index = ANY($1::bytea[])
    UNION
    SELECT blind_index FROM learner_identifier
     WHERE kind IN ('STUDENT_NO', 'VOCATIONAL_STUDENT_NO') AND blind_index = ANY($1::bytea[])
"""
SQL_HOLD_INDEXES = "SELECT pg_advisory_xact_lock($1)"
SQL_OF_LEARNERS = """
    SELECT i.identifier_id, i.learner_id, i.kind, i.blind_index, i.value_length, i.last4, i.country, i.institution_id,
           i.verification_state, i.valid_from, i.valid_to, v.basis, v.stated_at, v.stated_by_role,
           v.institution_id AS stated_at_institution_id
      FROM learner_identifier i
      LEFT JOIN LATERAL (SELECT w.basis, w.stated_at, w.stated_by_role, w.institution_id
                           FROM learner_identifier_verification w
                          WHERE w.identifier_id = i.identifier_id
                          ORDER BY w.stated_at DESC, w.verification_id DESC
                          LIMIT 1) v ON true
     WHERE i.learner_id = ANY($1::uuid[])
     ORDER BY i.learner_id, i.recorded_at, i.identifier_id
"""
SQL_INSERT = """
    INSERT INTO learner_identifier (identifier_id, learner_id, kind, sealed_value, key_version, blind_index,
                                    value_length, last4, country, institution_id, verification_state, valid_from,
                                    recorded_at, index_version)
    SELECT n.identifier_id, n.learner_id, n.kind, n.sealed_value, n.key_version, n.blind_index, n.value_length,
           n.last4, n.country, n.institution_id, n.verification_state, n.valid_from, $13, $14
      FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::bytea[], $5::smallint[], $6::bytea[], $7::smallint[],
                  $8::text[], $9::text[], $10::uuid[], $11::text[], $12::date[])
           AS n(identifier_id, learner_id, kind, sealed_value, key_version, blind_index, value_length, last4, country,
                institution_id, verification_state, valid_from)
     ORDER BY n.blind_index
"""
SQL_SET_STATE = """
    UPDATE learner_identifier SET verification_state = $2
     WHERE identifier_id = ANY($1::uuid[]) AND verification_state <> $2
"""
SQL_INSERT_STATEMENTS = """
    INSERT INTO learner_identifier_verification (verification_id, identifier_id, verification_state, basis, stated_at,
                                                 stated_by, stated_by_role, institution_id)
    SELECT n.verification_id, n.identifier_id, $3, $4, $5, $6, $7, $8
      FROM unnest($1::uuid[], $2::uuid[]) AS n(verification_id, identifier_id)
"""
SQL_END = "UPDATE learner_identifier SET valid_to = $2 WHERE identifier_id = $1 AND valid_to IS NULL"
SQL_TAKE_UP_AGAIN = "UPDATE learner_identifier SET valid_to = NULL WHERE identifier_id = $1"
SQL_SEALED = (
    "SELECT identifier_id, sealed_value, key_version FROM learner_identifier WHERE identifier_id = ANY($1::uuid[])"
)
SQL_FIND_STUDENT_NOS = """
    SELECT i.blind_index, i.learner_id
      FROM learner_identifier i
      JOIN learner l USING (learner_id)
     WHERE i.kind IN ('STUDENT_NO', 'VOCATIONAL_STUDENT_NO') AND i.institution_id = $1
       AND i.blind_index = ANY($2::bytea[]) AND i.valid_during @> $3::date
       AND NOT EXISTS (SELECT FROM closed_to($1::uuid) x WHERE x.learner_id = l.learner_id)
"""
# What waits is of an area when the area's subtree keeps the learner's record. NULL: everywhere.
SQL_WAITING = """
    SELECT i.identifier_id, i.learner_id, i.value_length, i.last4, i.recorded_at, l.registrar_institution_id
      FROM learner_identifier i
      JOIN learner l USING (learner_id)
     WHERE i.kind = 'G_CODE' AND i.verification_state = 'UNVERIFIED' AND i.valid_to IS NULL
       AND ($1::uuid[] IS NULL OR l.registrar_institution_id = ANY($1::uuid[]))
       AND ($2::uuid IS NULL OR i.identifier_id > $2::uuid)
     ORDER BY i.identifier_id
     LIMIT $3
"""
SQL_COUNT_WAITING = """
    SELECT count(*)
      FROM learner_identifier i
      JOIN learner l USING (learner_id)
     WHERE i.kind = 'G_CODE' AND i.verification_state = 'UNVERIFIED' AND i.valid_to IS NULL
       AND ($1::uuid[] IS NULL OR l.registrar_institution_id = ANY($1::uuid[]))
"""
SQL_LOCK_FOR_APPROVAL = """
    SELECT i.identifier_id, i.learner_id, i.verification_state, i.valid_to, l.registrar_institution_id
      FROM learner_identifier i
      JOIN learner l USING (learner_id)
     WHERE i.identifier_id = ANY($1::uuid[]) AND i.kind = 'G_CODE'
     ORDER BY i.identifier_id
       FOR NO KEY UPDATE OF i
"""
# Rows sealed or indexed with an older key, a chunk at a time. A row that somebody else holds is met in the next run.
SQL_LOCK_OLD_SEALS = """
    SELECT identifier_id, kind, sealed_value, key_version, country, institution_id
      FROM learner_identifier
     WHERE identifier_id > $1 AND (key_version <> $2 OR index_version <> $3)
     ORDER BY identifier_id
     LIMIT $4
       FOR UPDATE SKIP LOCKED
"""
SQL_RESEAL = """
    UPDATE learner_identifier i
       SET sealed_value = n.sealed_value, key_version = $4, blind_index = n.blind_index, index_version = $5
      FROM unnest($1::uuid[], $2::bytea[], $3::bytea[]) AS n(identifier_id, sealed_value, blind_index)
     WHERE i.identifier_id = n.identifier_id
"""
SQL_COUNT_OLD_SEALS = "SELECT count(*) FROM learner_identifier WHERE key_version <> $1 OR index_version <> $2"
SQL_ALL_SEALED = """
    SELECT identifier_id, kind, sealed_value, key_version, blind_index, value_length, last4, country, institution_id
      FROM learner_identifier
     WHERE identifier_id > $1
     ORDER BY identifier_id
     LIMIT $2
"""


_INDEX_LOCK = 0x6E75616900000001
"""Key of the advisory lock on look-up and adding while two index keys are in use."""


@dataclass(frozen=True, slots=True)
class LockedGCode:
    """A G-code held until the transaction ends, with what an approval asks of it."""

    learner_id: UUID
    registrar_institution_id: UUID
    state: VerificationState
    is_valid: bool


@dataclass(frozen=True, slots=True)
class SealedIdentifier:
    """An identifier with its sealed value, as it is written."""

    identifier: Identifier
    sealed: Sealed


def _identifier(row: Record, known_as: Mapping[bytes, bytes]) -> Identifier:
    return Identifier(
        identifier_id=row["identifier_id"],
        learner_id=row["learner_id"],
        kind=IdentifierKind(row["kind"]),
        blind_index=known_as.get(row["blind_index"], row["blind_index"]),
        length=row["value_length"],
        last4=row["last4"],
        country=row["country"],
        institution_id=row["institution_id"],
        state=VerificationState(row["verification_state"]),
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
        stated=StateStated(
            Basis(row["basis"]), row["stated_at"], row["stated_by_role"], row["stated_at_institution_id"]
        )
        if row["basis"]
        else None,
    )


async def owners(connection: Connection, blind_indexes: Sequence[bytes]) -> list[UUID]:
    """Learners who have or had one of these identifiers."""
    return [row["learner_id"] for row in await connection.fetch(SQL_OWNERS, blind_indexes)]


async def known(connection: Connection, blind_indexes: Sequence[bytes]) -> list[bytes]:
    """Which of these somebody has or had."""
    return [row["blind_index"] for row in await connection.fetch(SQL_KNOWN, blind_indexes)]


async def of_learners(
    connection: Connection, learner_ids: Sequence[UUID], *, known_as: Mapping[bytes, bytes]
) -> list[Identifier]:
    """Every identifier of these learners, ended ones too; `known_as` gives the current hash for an older one."""
    return [_identifier(row, known_as) for row in await connection.fetch(SQL_OF_LEARNERS, learner_ids)]


async def hold_indexes(connection: Connection) -> None:
    """Let no other transaction look identifiers up and add them until this one ends."""
    await connection.execute(SQL_HOLD_INDEXES, _INDEX_LOCK)


async def insert(
    connection: Connection, items: Sequence[SealedIdentifier], *, index_version: int, now: datetime
) -> None:
    """Add identifiers, in the order of their blind index, so that two callers never wait for each other crosswise."""
    identifiers = [item.identifier for item in items]
    await connection.execute(
        SQL_INSERT,
        [item.identifier_id for item in identifiers],
        [item.learner_id for item in identifiers],
        [item.kind.value for item in identifiers],
        [item.sealed.ciphertext for item in items],
        [item.sealed.key_version for item in items],
        [item.blind_index for item in identifiers],
        [item.length for item in identifiers],
        [item.last4 for item in identifiers],
        [item.country for item in identifiers],
        [item.institution_id for item in identifiers],
        [item.state.value for item in identifiers],
        [item.valid_from for item in identifiers],
        now,
        index_version,
    )


async def set_state(connection: Connection, identifier_ids: Sequence[UUID], *, state: VerificationState) -> None:
    """Give these identifiers a state; the history keeps the one before."""
    await connection.execute(SQL_SET_STATE, identifier_ids, state.value)


async def insert_statements(
    connection: Connection,
    statements: Sequence[tuple[UUID, UUID]],
    *,
    state: VerificationState,
    basis: Basis,
    now: datetime,
    stated_by: str,
    role: str,
    institution_id: UUID | None,
) -> None:
    """Keep who stated a state: pairs of statement id and identifier id."""
    await connection.execute(
        SQL_INSERT_STATEMENTS,
        [statement_id for statement_id, _ in statements],
        [identifier_id for _, identifier_id in statements],
        state.value,
        basis.value,
        now,
        stated_by,
        role,
        institution_id,
    )


async def end(connection: Connection, identifier_id: UUID, *, on_date: date) -> None:
    """End an identifier; it stays the learner's for ever and is found, but not shown as valid."""
    status = await connection.execute(SQL_END, identifier_id, on_date)
    assert status == "UPDATE 1", "the learner is locked, so nobody else ended it"


async def take_up_again(connection: Connection, identifier_id: UUID) -> None:
    """Make an ended identifier valid again; the history keeps that it had ended."""
    await connection.execute(SQL_TAKE_UP_AGAIN, identifier_id)


async def sealed_values(connection: Connection, identifier_ids: Sequence[UUID]) -> dict[UUID, Sealed]:
    """Sealed values by id."""
    rows = await connection.fetch(SQL_SEALED, identifier_ids)
    return {row["identifier_id"]: Sealed(row["sealed_value"], row["key_version"]) for row in rows}


async def find_student_nos(
    connection: Connection, institution_id: UUID, blind_indexes: Sequence[bytes], *, on_date: date
) -> dict[bytes, UUID]:
    """Learners by blind index of a student number valid on a day at one institution."""
    rows = await connection.fetch(SQL_FIND_STUDENT_NOS, institution_id, blind_indexes, on_date)
    return {row["blind_index"]: row["learner_id"] for row in rows}


async def waiting(
    connection: Connection, institution_ids: Sequence[UUID] | None, *, after: UUID | None, limit: int
) -> list[WaitingGCode]:
    """G-codes that no area office has approved, in the order in which they came."""
    rows = await connection.fetch(SQL_WAITING, institution_ids, after, limit)
    return [
        WaitingGCode(
            identifier_id=row["identifier_id"],
            learner_id=row["learner_id"],
            registrar_institution_id=row["registrar_institution_id"],
            masked_value=masked(row["value_length"], row["last4"]),
            recorded_at=row["recorded_at"],
        )
        for row in rows
    ]


async def count_waiting(connection: Connection, institution_ids: Sequence[UUID] | None) -> int:
    """How many wait on all pages."""
    return await connection.fetchval(SQL_COUNT_WAITING, institution_ids)


async def lock_for_approval(connection: Connection, identifier_ids: Sequence[UUID]) -> dict[UUID, LockedGCode]:
    """Hold these G-codes until the transaction ends, in the order of their ids."""
    return {
        row["identifier_id"]: LockedGCode(
            row["learner_id"],
            row["registrar_institution_id"],
            VerificationState(row["verification_state"]),
            is_valid=row["valid_to"] is None,
        )
        for row in await connection.fetch(SQL_LOCK_FOR_APPROVAL, identifier_ids)
    }


async def lock_old_seals(
    connection: Connection, *, after: UUID, key_version: int, index_version: int, limit: int
) -> list[Record]:
    """Hold identifiers sealed or indexed with another key than the current ones, those after an id."""
    return await connection.fetch(SQL_LOCK_OLD_SEALS, after, key_version, index_version, limit)


async def reseal(
    connection: Connection, items: Sequence[tuple[UUID, bytes, bytes]], *, key_version: int, index_version: int
) -> None:
    """Replace sealed values and indexes: identifier id, ciphertext, blind index."""
    await connection.execute(
        SQL_RESEAL,
        [identifier_id for identifier_id, _, _ in items],
        [ciphertext for _, ciphertext, _ in items],
        [blind_index for _, _, blind_index in items],
        key_version,
        index_version,
    )


async def count_old_seals(connection: Connection, *, key_version: int, index_version: int) -> int:
    """How many identifiers an older key still seals or indexes."""
    return await connection.fetchval(SQL_COUNT_OLD_SEALS, key_version, index_version)


async def all_sealed(connection: Connection, *, after: UUID, limit: int) -> list[Record]:
    """A page of everything, for the audit."""
    return await connection.fetch(SQL_ALL_SEALED, after, limit)
