"""Keeps and shows who looked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.auth import Actor
from chassis.errors import InvalidField, NotFound
from chassis.ids import parse_uuid
from chassis.pg import Connection, Pool, transaction

from guidance.access import store
from guidance.access.domain import PAGE_DEFAULT, PAGE_MAX, AccessRow, access_row
from guidance.copies.use_cases import records_of

OWN = "own.read"
AUDIT = "access.read"
RESOURCE = "ACCESS_LOG"


@dataclass(frozen=True, slots=True)
class ListAccess:
    """Which page of whose rows; an empty token is the first page, a size of 0 the usual one."""

    learner_id: UUID
    page_size: int
    page_token: str


@dataclass(frozen=True, slots=True)
class AccessPage:
    """Rows, newest first."""

    rows: list[AccessRow]
    next_page_token: str


async def note_read(connection: Connection, row: AccessRow) -> None:
    """Keep the row of a read in the transaction of that read."""
    await store.insert(connection, row)


async def list_access(pool: Pool, query: ListAccess, *, actor: Actor, now: datetime) -> AccessPage:
    """Who read a learner's guidance data, for the learner and for auditors; an auditor's look is a row itself.

    Raises:
        PermissionMissing: Neither a learner nor an auditor.
        NotFound: Another learner's rows.
        InvalidField: The page size or token is none of ours.
    """
    is_audit = actor.may(AUDIT)
    if not is_audit:
        actor.require(OWN)
    if not 0 <= query.page_size <= PAGE_MAX:
        raise InvalidField(field="page_size", expected=f"0 to {PAGE_MAX}")
    limit = query.page_size or PAGE_DEFAULT
    before = parse_uuid(query.page_token, field="page_token") if query.page_token else None
    async with transaction(pool) as connection:
        records = await records_of(connection, query.learner_id)
        if not is_audit and actor.learner_id not in records:
            raise NotFound
        rows = await store.page(connection, records, before=before, limit=limit + 1)
        if is_audit:
            row = access_row(actor, query.learner_id, resource=RESOURCE, purpose="AUDIT", ground="AUDIT", now=now)
            await note_read(connection, row)
    shown = rows[:limit]
    return AccessPage(shown, str(shown[-1].access_id) if len(rows) > limit else "")
