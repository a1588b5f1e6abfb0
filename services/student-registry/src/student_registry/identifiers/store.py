"""SQL of identifiers: one function per statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis.pg import Connection, Record

from student_registry.identifiers.domain import Identifier, IdentifierKind, VerificationState
from student_registry.keyring import Sealed

CONSTRAINTS = frozenset({"learner_identifier_person", "learner_identifier_student_no"})
"""Violated only when two callers register the same person at once; otherwise the owner is found first."""

# Two halves, one for each partial index: without its condition none of them would be used.
SQL_OWNERS = """
    SELECT learner_id FROM learner_identifier WHERE kind <> 'STUDENT_NO' AND blind_index = ANY($1::bytea[])
    UNION
    SELECT learner_id FROM learner_identifier WHERE kind = 'STUDENT_NO' AND blind_index = ANY($1::bytea[])
"""
SQL_OF_LEARNERS = """
    SELECT identifier_id, learner_id, kind, blind_index, value_length, last4, country, institution_id,
           verification_state, valid_from, valid_to
      FROM learner_identifier
     WHERE learner_id = ANY($1::uuid[])
     ORDER BY learner_id, recorded_at, identifier_id
"""
SQL_INSERT = """
    INSERT INTO learner_identifier (identifier_id, learner_id, kind, sealed_value, key_version, blind_index,
                                    value_length, last4, country, institution_id, verification_state, valid_from,
                                    recorded_at)
    SELECT n.identifier_id, n.learner_id, n.kind, n.sealed_value, n.key_version, n.blind_index, n.value_length,
           n.last4, n.country, n.institution_id, n.verification_state, n.valid_from, $13
      FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::bytea[], $5::smallint[], $6::bytea[], $7::smallint[],
                  $8::text[], $9::text[], $10::uuid[], $11::text[], $12::date[])
           AS n(identifier_id, learner_id, kind, sealed_value, key_version, blind_index, value_length, last4, country,
                institution_id, verification_state, valid_from)
     ORDER BY n.blind_index
"""
SQL_VERIFY = """
    UPDATE learner_identifier SET verification_state = 'VERIFIED'
     WHERE identifier_id = ANY($1::uuid[]) AND verification_state = 'UNVERIFIED'
"""
SQL_END = "UPDATE learner_identifier SET valid_to = $2 WHERE identifier_id = $1 AND valid_to IS NULL"
SQL_TAKE_UP_AGAIN = "UPDATE learner_identifier SET valid_to = NULL WHERE identifier_id = $1"
SQL_SEALED = (
    "SELECT identifier_id, sealed_value, key_version FROM learner_identifier WHERE identifier_id = ANY($1::uuid[])"
)
SQL_FIND_STUDENT_NOS = """
    SELECT blind_index, learner_id
      FROM learner_identifier
     WHERE kind = 'STUDENT_NO' AND institution_id = $1 AND blind_index = ANY($2::bytea[]) AND valid_during @> $3::date
"""
SQL_ALL_SEALED = """
    SELECT identifier_id, kind, sealed_value, key_version, blind_index, value_length, last4, country, institution_id
      FROM learner_identifier
     WHERE identifier_id > $1
     ORDER BY identifier_id
     LIMIT $2
"""


@dataclass(frozen=True, slots=True)
class SealedIdentifier:
    """An identifier with its sealed value, as it is written."""

    identifier: Identifier
    sealed: Sealed


def _identifier(row: Record) -> Identifier:
    return Identifier(
        identifier_id=row["identifier_id"],
        learner_id=row["learner_id"],
        kind=IdentifierKind(row["kind"]),
        blind_index=row["blind_index"],
        length=row["value_length"],
        last4=row["last4"],
        country=row["country"],
        institution_id=row["institution_id"],
        state=VerificationState(row["verification_state"]),
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
    )


async def owners(connection: Connection, blind_indexes: Sequence[bytes]) -> list[UUID]:
    """Learners who have or had one of these identifiers."""
    return [row["learner_id"] for row in await connection.fetch(SQL_OWNERS, blind_indexes)]


async def of_learners(connection: Connection, learner_ids: Sequence[UUID]) -> list[Identifier]:
    """Every identifier of these learners, ended ones too."""
    return [_identifier(row) for row in await connection.fetch(SQL_OF_LEARNERS, learner_ids)]


async def insert(connection: Connection, items: Sequence[SealedIdentifier], *, now: datetime) -> None:
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
    )


async def verify(connection: Connection, identifier_ids: Sequence[UUID]) -> None:
    """Note that documents were seen."""
    await connection.execute(SQL_VERIFY, identifier_ids)


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


async def all_sealed(connection: Connection, *, after: UUID, limit: int) -> list[Record]:
    """A page of everything, for the audit."""
    return await connection.fetch(SQL_ALL_SEALED, after, limit)
