"""Telling the copies elsewhere what roles may do when another version of the role-permission table takes effect."""

from __future__ import annotations

import logging
from datetime import datetime

from chassis import outbox
from chassis.pg import transaction

from student_registry.assignments import store
from student_registry.assignments.use_cases import changed_events
from student_registry.calendar_th import today_in_thailand
from student_registry.deps import Deps

log = logging.getLogger(__name__)

CHUNK_ROWS_MAX = 500
"""Assignments told of in one transaction: it holds their rows and the counters of their institutions."""


async def announce_permissions(deps: Deps, *, now: datetime) -> int:
    """Tell of every assignment that holds, once for each version in force: copies keep the permissions of a role.

    It is work of time, not of a caller: run it now and then. Chunks are told in the order of the assignments, and the
    place where the next one begins is kept, so that a run cut short is taken up again and two runs at once share the
    work. An assignment made meanwhile has the version in its own event.

    Returns:
        How many assignments were told of now.
    """
    today = today_in_thailand(now)
    async with deps.pool.acquire(timeout=10) as connection:
        version = await store.version_in_force(connection, on_date=today)
        if await store.is_announced(connection, version.version):
            return 0
    told = 0
    while True:
        async with transaction(deps.pool) as connection:
            after, is_finished = await store.lock_announcement(connection, version.version, now=now)
            if is_finished:
                break
            chunk = await store.lock_chunk(connection, after=after, on_date=today, limit=CHUNK_ROWS_MAX)
            last = chunk[-1].assignment_id if chunk else after
            is_last = len(chunk) < CHUNK_ROWS_MAX
            await store.advance_announcement(
                connection, version.version, last=last, finished_at=now if is_last else None
            )
            await outbox.add(connection, await changed_events(connection, chunk, today=today))
        told += len(chunk)
    log.info("Announced a version of role permissions", extra={"fields": {"version": version.version, "told": told}})
    return told
