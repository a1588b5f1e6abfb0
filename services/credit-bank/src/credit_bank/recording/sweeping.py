"""Removing what nobody needs: files that no result names, and bytes that no file stands for.

Bytes without a row are left by a process that died between the two, or by a store that was away when they were to go.
Rows go before their bytes, so a row never names bytes that are not there. Whoever names a file holds its row
(`store_files.hold_files`), and the sweep passes by what is held: a file named in time is there when it is looked for.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from chassis.lifecycle import pause
from chassis.pg import Pool, transaction
from chassis.working import keep_working

from credit_bank.calendar_th import utc_now
from credit_bank.recording import store_files
from credit_bank.recording.object_store import ObjectStore

log = logging.getLogger(__name__)

BYTES_AGE: Final = timedelta(days=1)
"""Bytes that are younger may be those of an upload that is under way."""
FILES_AT_ONCE: Final = 500
FIRST_AFTER_S: Final = 600.0
EVERY_S: Final = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Swept:
    """How much went.

    Attributes:
        files: Files that no result named in time.
        stray_bytes: Objects that no file stood for.
    """

    files: int
    stray_bytes: int


async def sweep(pool: Pool, files: ObjectStore, *, unattached: timedelta, now: datetime) -> Swept:
    """Remove files that no result, draft or proposed correction names, and bytes without a file.

    Args:
        pool: Connections.
        files: Where bytes are.
        unattached: How long a file may wait to be named.
        now: UTC.

    Raises:
        Unavailable: The store does not answer; what is left goes the next time.
    """
    gone, has_more = 0, True
    while has_more:
        async with transaction(pool) as connection:
            removed, has_more = await store_files.remove_unattached(
                connection, before=now - unattached, limit=FILES_AT_ONCE
            )
        for institution_id, file_id in removed:
            await files.delete(institution_id, file_id)
        gone += len(removed)
    stray = 0
    async for found in files.older_than(now - BYTES_AGE):
        async with pool.acquire(timeout=10) as connection:
            known = await store_files.known_files(connection, [file_id for _, file_id in found])
        for institution_id, file_id in found:
            if (institution_id, file_id) not in known:
                await files.delete(institution_id, file_id)
                stray += 1
    return Swept(gone, stray)


async def work(pool: Pool, files: ObjectStore, unattached: timedelta, stopping: asyncio.Event) -> None:
    """Sweep once a day until the stop."""

    async def once() -> bool:
        swept = await sweep(pool, files, unattached=unattached, now=utc_now())
        fields = {"files": swept.files, "stray_bytes": swept.stray_bytes}
        log.info("Removed evidence files that nobody needs", extra={"fields": fields})
        return False

    await pause(stopping, FIRST_AFTER_S)
    await keep_working(once, stopping, name="sweep of evidence files", every_s=EVERY_S)
