"""SQL of corrections and revocations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from chassis.pg import Connection, Record

from credit_bank.recording.changes import Change, ChangeKind, ChangeState
from credit_bank.recording.drafts import from_document, of_result, to_document
from credit_bank.recording.store_files import hold_files

_COLUMNS = """
    change_id, entry_id, entry_version, learner_id, institution_id, kind, state, reason_code, content, proposed_at,
    proposed_by, proposed_by_role, decided_at, new_entry_id
"""

SQL_READ_CHANGES = f"SELECT {_COLUMNS} FROM entry_change WHERE change_id = ANY($1::uuid[]) AND institution_id = $2"
SQL_OPEN_CHANGES = f"SELECT {_COLUMNS} FROM entry_change WHERE entry_id = ANY($1::uuid[]) AND state = 'PROPOSED'"
SQL_INSERT_CHANGES = """
    INSERT INTO entry_change (change_id, entry_id, entry_version, learner_id, institution_id, kind, state, reason_code,
                              content, proposed_at, proposed_by, proposed_by_assignment, proposed_by_role)
    SELECT i.change_id, i.entry_id, i.entry_version, i.learner_id, $7, $8, 'PROPOSED', i.reason_code, i.content,
           $9, $10, $11, $12
      FROM unnest($1::uuid[], $2::uuid[], $3::integer[], $4::uuid[], $5::text[], $6::jsonb[])
           AS i(change_id, entry_id, entry_version, learner_id, reason_code, content)
"""
SQL_DECIDE_CHANGES = """
    UPDATE entry_change c SET state = $3, decided_at = $4, decided_by = $5, decided_by_role = $6,
                              new_entry_id = i.new_entry_id
      FROM unnest($1::uuid[], $2::uuid[]) AS i(change_id, new_entry_id)
     WHERE c.change_id = i.change_id AND c.state = 'PROPOSED' RETURNING true
"""
SQL_PAGE_CHANGES = f"""
    SELECT {_COLUMNS} FROM entry_change
     WHERE institution_id = $1 AND ($2::text IS NULL OR state = $2) AND ($3::uuid IS NULL OR change_id > $3)
     ORDER BY change_id LIMIT $4
"""


async def read_changes(connection: Connection, change_ids: Sequence[UUID], institution_id: UUID) -> dict[UUID, Change]:
    """Changes of an institution by id; the learners must be held when something is decided by them."""
    rows = await connection.fetch(SQL_READ_CHANGES, change_ids, institution_id)
    return {row["change_id"]: _change(row) for row in rows}


async def open_changes(connection: Connection, entry_ids: Sequence[UUID]) -> dict[UUID, Change]:
    """Changes that wait for their second person, by entry."""
    return {row["entry_id"]: _change(row) for row in await connection.fetch(SQL_OPEN_CHANGES, entry_ids)}


async def insert_changes(connection: Connection, changes: Sequence[Change], *, assignment_id: UUID | None) -> None:
    """Keep changes of one call: of one institution, one kind and one person."""
    if not changes:
        return
    one = changes[0]
    evidence = [item for change in changes if change.result is not None for item in change.result.evidence]
    await hold_files(connection, {(one.institution_id, item.sha256_hex) for item in evidence if item.sha256_hex})
    await connection.execute(
        SQL_INSERT_CHANGES,
        [change.change_id for change in changes],
        [change.entry_id for change in changes],
        [change.entry_version for change in changes],
        [change.learner_id for change in changes],
        [change.reason_code for change in changes],
        [None if change.result is None else to_document(of_result(change.result)) for change in changes],
        one.institution_id,
        str(one.kind),
        one.proposed_at,
        one.proposed_by,
        assignment_id,
        one.proposed_by_role,
    )


async def decide_changes(
    connection: Connection,
    new_entries: Mapping[UUID, UUID | None],
    state: ChangeState,
    *,
    now: datetime,
    decided_by: str,
    role: str,
) -> None:
    """Changes were confirmed or declined.

    Args:
        connection: Inside a transaction that holds the learners.
        new_entries: By change the version that a correction made; None otherwise.
        state: `CONFIRMED` or `DECLINED`.
        now: UTC.
        decided_by: Keyed hash of the person.
        role: In which role.
    """
    ids = list(new_entries)
    done = await connection.fetch(
        SQL_DECIDE_CHANGES, ids, [new_entries[item] for item in ids], str(state), now, decided_by, role
    )
    assert len(done) == len(ids), "decided under the learners' locks"


async def page(
    connection: Connection, institution_id: UUID, *, state: ChangeState | None, after: UUID | None, limit: int
) -> list[Change]:
    """Changes of an institution behind `after`, oldest first."""
    wanted = None if state is None else str(state)
    rows = await connection.fetch(SQL_PAGE_CHANGES, institution_id, wanted, after, limit)
    return [_change(row) for row in rows]


def _change(row: Record) -> Change:
    return Change(
        change_id=row["change_id"],
        entry_id=row["entry_id"],
        entry_version=row["entry_version"],
        learner_id=row["learner_id"],
        institution_id=row["institution_id"],
        kind=ChangeKind(row["kind"]),
        state=ChangeState(row["state"]),
        reason_code=row["reason_code"],
        result=None if row["content"] is None else from_document(row["content"]).completed(),
        proposed_at=row["proposed_at"],
        proposed_by=row["proposed_by"],
        proposed_by_role=row["proposed_by_role"],
        decided_at=row["decided_at"],
        new_entry_id=row["new_entry_id"],
    )
