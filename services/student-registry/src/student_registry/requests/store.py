"""SQL of data requests: one function per statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from chassis.pg import Connection, Record

from student_registry.keyring import Sealed
from student_registry.requests.domain import DataRequest, FactKind, RequestKind, RequestState

SQL_RULE = """
    SELECT version, days FROM data_request_rule WHERE kind = $1
     ORDER BY effective_from <= $2::date DESC, abs(effective_from - $2::date) LIMIT 1
"""
SQL_IS_REASON = "SELECT EXISTS (SELECT FROM data_request_refusal WHERE reason_code = $1 AND effective_from <= $2::date)"
SQL_KEEPER = "SELECT registrar_institution_id FROM learner WHERE learner_id = $1"
SQL_INSERT = """
    INSERT INTO data_request (data_request_id, learner_id, kind, institution_id, fact_kinds, sealed_details,
                              key_version, received_on, due_on, rule_version, state)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
"""
SQL_STEP = """
    INSERT INTO data_request_step (data_request_id, state, reason_code, stepped_at, stepped_by, role)
    VALUES ($1, $2, $3, $4, $5, $6)
"""
# An open request lies with who keeps the record now; a closed one stays with who answered it.
_COLUMNS = """
    SELECT d.data_request_id, d.learner_id, d.kind, d.state, d.fact_kinds, d.sealed_details, d.key_version,
           d.received_on, d.due_on, d.rule_version, d.reason_code, d.closed_at,
           l.registrar_institution_id AS keeper_id,
           CASE WHEN d.closed_at IS NULL THEN l.registrar_institution_id ELSE d.institution_id END AS institution_id
      FROM data_request d JOIN learner l ON l.learner_id = d.learner_id
"""
SQL_LOCK = f"{_COLUMNS} WHERE d.data_request_id = $1 FOR UPDATE OF d"
SQL_SET_STATE = """
    UPDATE data_request SET state = $2, reason_code = $3, closed_at = $4, institution_id = $5 WHERE data_request_id = $1
"""
_LISTED = """
     WHERE ($1::uuid IS NULL OR d.learner_id = $1::uuid)
       AND ($2::uuid IS NULL OR (d.closed_at IS NULL AND l.registrar_institution_id = $2::uuid)
            OR (d.closed_at IS NOT NULL AND d.institution_id = $2::uuid))
       AND (cardinality($3::text[]) = 0 OR d.state = ANY($3::text[]))
       AND ($4::text IS NULL OR d.kind = $4::text)
       AND ($5::date IS NULL OR (d.closed_at IS NULL AND d.due_on <= $5::date))
"""
SQL_LIST = f"""
    {_COLUMNS} {_LISTED}
       AND ($6::uuid IS NULL OR (d.due_on, d.data_request_id) >
               (SELECT a.due_on, a.data_request_id FROM data_request a WHERE a.data_request_id = $6::uuid))
     ORDER BY d.due_on, d.data_request_id
     LIMIT $7
"""
SQL_COUNT = f"SELECT count(*) FROM data_request d JOIN learner l ON l.learner_id = d.learner_id {_LISTED}"
SQL_RESTRICT = """
    INSERT INTO learner_restriction (learner_restriction_id, learner_id, data_request_id, restricted_at)
    SELECT $1, $2, $3, $4
     WHERE NOT EXISTS (SELECT FROM learner_restriction WHERE learner_id = $2 AND lifted_at IS NULL)
"""
SQL_HOLD_LEARNER = "SELECT learner_id FROM learner WHERE learner_id = $1 FOR NO KEY UPDATE"
SQL_LIFT = """
    UPDATE learner_restriction SET lifted_at = $2, lifted_by = $3, lift_reason = $4
     WHERE learner_id = $1 AND lifted_at IS NULL
"""
SQL_LOCK_OLD_SEALS = """
    SELECT data_request_id, sealed_details, key_version FROM data_request
     WHERE data_request_id > $1 AND key_version <> $2
     ORDER BY data_request_id LIMIT $3 FOR UPDATE SKIP LOCKED
"""
SQL_RESEAL = """
    UPDATE data_request d SET sealed_details = n.sealed_details, key_version = $3
      FROM unnest($1::uuid[], $2::bytea[]) AS n(data_request_id, sealed_details)
     WHERE d.data_request_id = n.data_request_id
"""
SQL_ALL_SEALED = """
    SELECT data_request_id, sealed_details, key_version FROM data_request
     WHERE data_request_id > $1 AND sealed_details IS NOT NULL
     ORDER BY data_request_id LIMIT $2
"""
SQL_COUNT_OLD_SEALS = "SELECT count(*) FROM data_request WHERE key_version <> $1"


@dataclass(frozen=True, slots=True)
class KeptRequest:
    """A request as the table has it; `request.details` is empty and `sealed` holds them.

    Attributes:
        keeper_id: Institution that keeps the learner's record now.
    """

    request: DataRequest
    sealed: Sealed | None
    keeper_id: UUID


@dataclass(frozen=True, slots=True)
class Filter:
    """Which requests; None and empty: all."""

    learner_id: UUID | None
    institution_id: UUID | None
    states: tuple[RequestState, ...]
    kind: RequestKind | None
    due_by: date | None


def _kept(row: Record) -> KeptRequest:
    request = DataRequest(
        data_request_id=row["data_request_id"],
        learner_id=row["learner_id"],
        kind=RequestKind(row["kind"]),
        state=RequestState(row["state"]),
        institution_id=row["institution_id"],
        fact_kinds=tuple(FactKind(kind) for kind in row["fact_kinds"]),
        details="",
        received_on=row["received_on"],
        due_on=row["due_on"],
        rule_version=row["rule_version"],
        reason_code=row["reason_code"] or "",
        closed_at=row["closed_at"],
    )
    sealed = None if row["sealed_details"] is None else Sealed(row["sealed_details"], row["key_version"])
    return KeptRequest(request, sealed, row["keeper_id"])


async def rule(connection: Connection, kind: RequestKind, *, on_date: date) -> tuple[str, int]:
    """Version and days of the rule for a kind on a day."""
    row = await connection.fetchrow(SQL_RULE, kind.value, on_date)
    assert row is not None, "a migration seeds the first rules"
    return row["version"], row["days"]


async def is_reason(connection: Connection, reason_code: str, *, on_date: date) -> bool:
    """Whether a refusal may name this reason."""
    return bool(await connection.fetchval(SQL_IS_REASON, reason_code, on_date))


async def keeper(connection: Connection, learner_id: UUID) -> UUID:
    """The institution that keeps a learner's record."""
    found: UUID = await connection.fetchval(SQL_KEEPER, learner_id)
    return found


async def insert(connection: Connection, request: DataRequest, sealed: Sealed | None) -> None:
    """Add a request."""
    await connection.execute(
        SQL_INSERT,
        request.data_request_id,
        request.learner_id,
        request.kind.value,
        request.institution_id,
        [kind.value for kind in request.fact_kinds],
        None if sealed is None else sealed.ciphertext,
        None if sealed is None else sealed.key_version,
        request.received_on,
        request.due_on,
        request.rule_version,
        request.state.value,
    )


async def add_step(connection: Connection, request: DataRequest, *, now: datetime, by: str, role: str) -> None:
    """Keep who brought a request to its state."""
    await connection.execute(
        SQL_STEP, request.data_request_id, request.state.value, request.reason_code or None, now, by, role
    )


async def lock(connection: Connection, data_request_id: UUID) -> KeptRequest | None:
    """A request, held until the transaction ends; None when there is none."""
    row = await connection.fetchrow(SQL_LOCK, data_request_id)
    return None if row is None else _kept(row)


async def set_state(connection: Connection, request: DataRequest) -> None:
    """Write the state of a locked request."""
    await connection.execute(
        SQL_SET_STATE,
        request.data_request_id,
        request.state.value,
        request.reason_code or None,
        request.closed_at,
        request.institution_id,
    )


async def page(
    connection: Connection, wanted: Filter, *, after: UUID | None, limit: int
) -> tuple[list[KeptRequest], int]:
    """At most `limit` requests, the earliest due first, and how many there are."""
    filters = (
        wanted.learner_id,
        wanted.institution_id,
        [state.value for state in wanted.states],
        None if wanted.kind is None else wanted.kind.value,
        wanted.due_by,
    )
    rows = await connection.fetch(SQL_LIST, *filters, after, limit)
    total: int = await connection.fetchval(SQL_COUNT, *filters)
    return [_kept(row) for row in rows], total


async def restrict(
    connection: Connection, learner_id: UUID, *, restriction_id: UUID, data_request_id: UUID, now: datetime
) -> None:
    """Restrict a learner's data, unless they are."""
    await connection.execute(SQL_HOLD_LEARNER, learner_id)
    await connection.execute(SQL_RESTRICT, restriction_id, learner_id, data_request_id, now)


async def lift(connection: Connection, learner_id: UUID, *, now: datetime, by: str, reason: str) -> bool:
    """End a learner's restriction; whether one was there."""
    return await connection.execute(SQL_LIFT, learner_id, now, by, reason) != "UPDATE 0"


async def lock_old_seals(
    connection: Connection, *, after: UUID, key_version: int, limit: int
) -> list[tuple[UUID, Sealed]]:
    """Details that another key than the current one seals, those after an id, held."""
    return [
        (row["data_request_id"], Sealed(row["sealed_details"], row["key_version"]))
        for row in await connection.fetch(SQL_LOCK_OLD_SEALS, after, key_version, limit)
    ]


async def reseal(connection: Connection, items: Sequence[tuple[UUID, bytes]], *, key_version: int) -> None:
    """Write details sealed anew."""
    await connection.execute(SQL_RESEAL, [item for item, _ in items], [sealed for _, sealed in items], key_version)


async def all_sealed(connection: Connection, *, after: UUID, limit: int) -> list[Record]:
    """A page of all details, for the audit."""
    return await connection.fetch(SQL_ALL_SEALED, after, limit)


async def count_old_seals(connection: Connection, *, key_version: int) -> int:
    """How many details another key seals."""
    found: int = await connection.fetchval(SQL_COUNT_OLD_SEALS, key_version)
    return found


# What is stated about a learner: every table with a column of that name, so that none is forgotten. Bytes are values
# that are sealed or hashed; columns of hands and hashes are about other people.
SQL_TABLES = """
    SELECT c.table_name AS name,
           array_agg(c.column_name::text) FILTER (
               WHERE c.data_type = 'bytea' OR c.column_name ~ '(_by|_hash|_index|key_version|index_version)$'
                     OR c.column_name ~ '^(matching_|valid_during|reader$|learner_id$)') AS left_out
      FROM information_schema.columns c
      JOIN information_schema.tables t
        ON t.table_schema = c.table_schema AND t.table_name = c.table_name AND t.table_type = 'BASE TABLE'
     WHERE c.table_schema = 'public'
     GROUP BY c.table_name
    HAVING bool_or(c.column_name = 'learner_id' AND c.data_type = 'uuid')
     ORDER BY c.table_name
"""


async def tables_about_learners(connection: Connection) -> dict[str, list[str]]:
    """Tables that state something about a learner, each with the columns that a copy leaves out."""
    return {row["name"]: row["left_out"] or [] for row in await connection.fetch(SQL_TABLES)}


async def rows_about(
    connection: Connection, table: str, learner_id: UUID, *, left_out: Sequence[str], limit: int
) -> list[dict[str, Any]]:
    """Rows of one of those tables about a learner; the name comes from the catalogue, never from a caller."""
    statement = f"SELECT to_jsonb(t) - $2::text[] AS row FROM {table} t WHERE t.learner_id = $1 LIMIT $3"
    return [row["row"] for row in await connection.fetch(statement, learner_id, left_out, limit)]
