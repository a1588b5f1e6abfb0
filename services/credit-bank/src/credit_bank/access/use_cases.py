"""Keep who read a learner's data, and show it to the learner."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from chassis.auth import Actor
from chassis.errors import InvalidField, NotFound
from chassis.ids import parse_uuid
from chassis.pg import Connection, Pool, transaction

from credit_bank.access import store
from credit_bank.access.domain import AccessPage, Read

PAGE_SIZE_DEFAULT = 100
PAGE_SIZE_MAX = 1_000
"""Rows of a page."""

RESOURCE = "access log"
PURPOSE = "AUDIT"
"""What an auditor's own look at the log is kept as."""


async def record_reads(connection: Connection, reads: Sequence[Read], *, actor: Actor, now: datetime) -> None:
    """Write access rows in the transaction of the read itself, so that there is never one without the other.

    Args:
        connection: Inside the reading use case's transaction.
        reads: One a learner and resource.
        actor: Who reads.
        now: When, UTC.
    """
    if reads:
        await store.insert(connection, reads, actor=actor, now=now)


async def list_access(
    pool: Pool, learner_id: UUID, *, page_size: int = 0, page_token: str = "", actor: Actor, now: datetime
) -> AccessPage:
    """Reads of one learner's data, newest first; for the learner and for auditors, whose look is kept as well.

    Args:
        pool: Connections.
        learner_id: Whose data was read.
        page_size: 1 to 1,000; 0 means 100.
        page_token: From the previous page; empty for the first.
        actor: The learner himself (`own.read`), or one with `access.read`.
        now: When, UTC.

    Raises:
        PermissionMissing: Neither a learner nor an auditor.
        NotFound: A learner asks for another.
        InvalidField: Page size or token.
    """
    is_auditor = actor.may("access.read")
    if not is_auditor:
        actor.require("own.read")
        if actor.learner_id != learner_id:
            raise NotFound
    limit = check_page_size(page_size)
    before = parse_uuid(page_token, field="page_token") if page_token else None
    async with transaction(pool) as connection:
        records = await store.page(connection, learner_id, before=before, limit=limit + 1)
        if is_auditor:
            await record_reads(connection, [Read(learner_id, RESOURCE, PURPOSE, "AUDIT")], actor=actor, now=now)
    has_more = len(records) > limit
    records = records[:limit]
    return AccessPage(records, str(records[-1].access_id) if has_more else "")


def check_page_size(page_size: int) -> int:
    """A page size in range.

    Raises:
        InvalidField: It is not.
    """
    if not 0 <= page_size <= PAGE_SIZE_MAX:
        raise InvalidField(field="page_size", expected=f"1 to {PAGE_SIZE_MAX}")
    return page_size or PAGE_SIZE_DEFAULT
