"""SQL of drafts of transfer requests."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from chassis.auth import Actor
from chassis.pg import Connection, Record

from credit_bank.catalogue.domain import CodeSystem, CourseKey
from credit_bank.transfers.domain import Applicant, Ground
from credit_bank.transfers.opening import CaseProposal, LineProposal

_DRAFT = "SELECT draft_id, institution_id, content, row_version, state, is_entered_by_staff FROM case_draft"
SQL_READ = f"{_DRAFT} WHERE draft_id = ANY($1::uuid[])"
SQL_LOCK = f"{_DRAFT} WHERE draft_id = ANY($1::uuid[]) ORDER BY draft_id FOR UPDATE"
SQL_PAGE = f"""
    {_DRAFT}
     WHERE state = 'DRAFT' AND ($3::uuid IS NULL OR draft_id < $3)
       AND (learner_id = ANY($2::uuid[]) OR (institution_id = $1 AND is_entered_by_staff))
     ORDER BY draft_id DESC LIMIT $4
"""
SQL_KEEP = """
    INSERT INTO case_draft (draft_id, institution_id, learner_id, content, row_version, state, is_entered_by_staff,
                            drafted_at, drafted_by, changed_at)
    SELECT draft_id, institution_id, learner_id, content, row_version, 'DRAFT', is_entered_by_staff, $7, $8, $7
      FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::jsonb[], $5::integer[], $6::boolean[])
           AS i(draft_id, institution_id, learner_id, content, row_version, is_entered_by_staff)
    ON CONFLICT (draft_id) DO UPDATE
       SET institution_id = EXCLUDED.institution_id, learner_id = EXCLUDED.learner_id, content = EXCLUDED.content,
           row_version = EXCLUDED.row_version, changed_at = EXCLUDED.changed_at
"""
SQL_SET_STATE = "UPDATE case_draft SET state = $2, changed_at = $3 WHERE draft_id = ANY($1::uuid[])"


@dataclass(frozen=True, slots=True)
class Draft:
    """A request that is not submitted yet.

    Attributes:
        state: `DRAFT`, `SUBMITTED` or `WITHDRAWN`.
    """

    draft_id: UUID
    institution_id: UUID
    proposal: CaseProposal
    row_version: int
    state: str
    is_entered_by_staff: bool


def document_of(proposal: CaseProposal) -> dict[str, Any]:
    """A proposal as it is kept."""
    return {
        "learner_id": str(proposal.learner_id),
        "ground": str(proposal.ground),
        "partnership_id": None if proposal.partnership_id is None else str(proposal.partnership_id),
        "committee_id": None if proposal.committee_id is None else str(proposal.committee_id),
        "requested_on": proposal.requested_on.isoformat(),
        "requested_by": str(proposal.requested_by),
        "qualification_code": proposal.qualification_code,
        "qualification_version": proposal.qualification_version,
        "lines": [
            {"sources": [str(entry_id) for entry_id in line.source_entry_ids], "target": key_document(line.target)}
            for line in proposal.lines
        ],
    }


def key_document(key: CourseKey) -> list[str | None]:
    """A course key as it is kept."""
    owner = key.owner_institution_id
    return [str(key.code_system), key.code, key.curriculum_version, None if owner is None else str(owner)]


def key_of(document: Sequence[str | None]) -> CourseKey:
    """The key again."""
    system, code, version, owner = document
    assert system is not None, "written by key_document"
    assert code is not None, "written by key_document"
    assert version is not None, "written by key_document"
    return CourseKey(CodeSystem(system), code, version, None if owner is None else UUID(owner))


def proposal_of(document: dict[str, Any]) -> CaseProposal:
    """The proposal again."""
    return CaseProposal(
        learner_id=UUID(document["learner_id"]),
        ground=Ground(document["ground"]),
        partnership_id=UUID(document["partnership_id"]) if document["partnership_id"] else None,
        committee_id=UUID(document["committee_id"]) if document["committee_id"] else None,
        requested_on=date.fromisoformat(document["requested_on"]),
        requested_by=Applicant(document["requested_by"]),
        qualification_code=document["qualification_code"],
        qualification_version=document["qualification_version"],
        lines=tuple(
            LineProposal(tuple(UUID(entry_id) for entry_id in line["sources"]), key_of(line["target"]))
            for line in document["lines"]
        ),
    )


def _draft(row: Record) -> Draft:
    return Draft(
        draft_id=row["draft_id"],
        institution_id=row["institution_id"],
        proposal=proposal_of(row["content"]),
        row_version=row["row_version"],
        state=row["state"],
        is_entered_by_staff=row["is_entered_by_staff"],
    )


async def read(connection: Connection, draft_ids: Collection[UUID]) -> dict[UUID, Draft]:
    """Drafts by id."""
    return {row["draft_id"]: _draft(row) for row in await connection.fetch(SQL_READ, sorted(set(draft_ids)))}


async def lock(connection: Connection, draft_ids: Collection[UUID]) -> dict[UUID, Draft]:
    """Drafts by id, held until the transaction ends."""
    return {row["draft_id"]: _draft(row) for row in await connection.fetch(SQL_LOCK, sorted(set(draft_ids)))}


async def page(
    connection: Connection,
    institution_id: UUID | None,
    learner_ids: Sequence[UUID],
    *,
    before: UUID | None,
    limit: int,
) -> list[Draft]:
    """Open drafts of learners, or that staff of an institution entered, newest first, older than `before`."""
    rows = await connection.fetch(SQL_PAGE, institution_id, list(learner_ids), before, limit)
    return [_draft(row) for row in rows]


async def keep(connection: Connection, drafts: Sequence[Draft], *, actor: Actor, now: datetime) -> None:
    """Write new drafts, and changed ones."""
    await connection.execute(
        SQL_KEEP,
        [draft.draft_id for draft in drafts],
        [draft.institution_id for draft in drafts],
        [draft.proposal.learner_id for draft in drafts],
        [document_of(draft.proposal) for draft in drafts],
        [draft.row_version for draft in drafts],
        [draft.is_entered_by_staff for draft in drafts],
        now,
        actor.subject_hash,
    )


async def set_state(connection: Connection, draft_ids: Sequence[UUID], state: str, *, now: datetime) -> None:
    """Write what became of drafts."""
    await connection.execute(SQL_SET_STATE, draft_ids, state, now)
