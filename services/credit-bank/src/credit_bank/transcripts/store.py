"""SQL of transcripts, beside the verified results themselves."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.pg import Connection

from credit_bank.transcripts.domain import ClaimState

# A claim as it stood at an instant ($2). What became of it later is told by its one later change: a claim of
# a case line is reserved first and then posted or released, a count is counted from the beginning.
SQL_CLAIMS = """
    SELECT c.learner_id, c.entry_root_id, a.qualification_code, a.awarding_institution_id,
           CASE WHEN c.changed_at > $2 AND c.line_id IS NOT NULL THEN 'RESERVED' ELSE c.state END AS state,
           CASE WHEN c.state = 'COUNTED' THEN '' ELSE coalesce(t.code, '') END AS target_course_code
      FROM claim c JOIN account a USING (account_id) LEFT JOIN course t ON t.course_id = c.target_course_id
     WHERE c.learner_id = ANY($1::uuid[]) AND c.claimed_at <= $2
       AND (c.state <> 'RELEASED' OR c.changed_at > $2)
     ORDER BY c.learner_id, c.claimed_at, c.claim_id
"""
SQL_HEADS = """
    SELECT DISTINCT ON (learner_id) learner_id, hash FROM journal
     WHERE learner_id = ANY($1::uuid[]) AND posted_at <= $2
     ORDER BY learner_id, seq DESC
"""


@dataclass(frozen=True, slots=True)
class RootClaim:
    """A claim by the root of its entry."""

    entry_root_id: UUID
    qualification_code: str
    awarding_institution_id: UUID
    state: ClaimState
    target_course_code: str


async def claims(
    connection: Connection, person_of: Mapping[UUID, UUID], kept_roots: Mapping[UUID, UUID], *, as_of: datetime
) -> dict[UUID, list[RootClaim]]:
    """Live claims by person, as they stood at an instant.

    Args:
        connection: Of the read.
        person_of: The surviving learner of each learner whose claims are read.
        kept_roots: By the root of a result that stands twice, the root that is shown.
        as_of: The instant.
    """
    found: dict[UUID, list[RootClaim]] = {}
    for row in await connection.fetch(SQL_CLAIMS, list(person_of), as_of):
        claim = RootClaim(
            entry_root_id=kept_roots.get(row["entry_root_id"], row["entry_root_id"]),
            qualification_code=row["qualification_code"],
            awarding_institution_id=row["awarding_institution_id"],
            state=ClaimState(row["state"]),
            target_course_code=row["target_course_code"],
        )
        of_person = found.setdefault(person_of[row["learner_id"]], [])
        if claim not in of_person:
            of_person.append(claim)
    return found


async def head_hashes(connection: Connection, learner_ids: Collection[UUID], *, as_of: datetime) -> dict[UUID, bytes]:
    """Hash of each learner's newest journal until an instant."""
    rows = await connection.fetch(SQL_HEADS, list(learner_ids), as_of)
    return {row["learner_id"]: row["hash"] for row in rows}
