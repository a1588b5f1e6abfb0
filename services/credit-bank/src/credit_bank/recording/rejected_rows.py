"""Rejected rows as a file like the one that was sent: its columns, and two that say why.

The sender mends the rows and sends this very file again; the two columns are then ignored, and rows that are in already
change nothing. These are his own data, so nothing is masked here; nothing of it is ever logged.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from typing import Final
from uuid import UUID

from chassis.auth import Actor
from chassis.messages import Messages
from chassis.pg import Pool
from chassis.sheets import Download, download, with_reasons

from credit_bank.recording import store_imports
from credit_bank.recording.errors import ImportNotFinished, RejectedRowsGone
from credit_bank.recording.import_running import opened_cells
from credit_bank.recording.importing import get_import
from credit_bank.recording.kept import ImportState
from credit_bank.recording.sealing import Seal, SealBrokenError
from credit_bank.recording.store_imports import RejectedRow

_PAGE_ROWS: Final = 1_000


async def rejected_file(pool: Pool, seal: Seal, import_id: UUID, messages: Messages, *, actor: Actor) -> Download:
    """The rejected rows of a file, in its own format, with reason codes and their Thai explanation.

    Raises:
        PermissionMissing: The role records no results.
        ImportUnknown: There is none with this id at the caller's institution.
        ImportNotFinished: Its rows are still being recorded.
        RejectedRowsGone: They are kept for 30 days, and only while the service's secret is the same.
    """
    report = await get_import(pool, import_id, actor=actor)
    if report.state is ImportState.RUNNING:
        raise ImportNotFinished(import_id=import_id)
    async with pool.acquire(timeout=10) as connection:
        form = await store_imports.file_form(connection, import_id)
        first = await store_imports.rejected(connection, import_id, after=0, limit=_PAGE_ROWS)
    if report.rejected and not first:
        raise RejectedRowsGone(import_id=import_id)
    try:
        for row in first[:1]:
            opened_cells(seal, import_id, row.number, row.sealed)
    except SealBrokenError:
        raise RejectedRowsGone(import_id=import_id) from None
    rows = with_reasons(form.header, _rejected(pool, seal, import_id, found=first), messages)
    is_workbook = form.encoding == "xlsx"
    return download(f"rejected-rows-{import_id}", rows, is_workbook=is_workbook, separator=form.separator)


async def _rejected(
    pool: Pool, seal: Seal, import_id: UUID, *, found: list[RejectedRow]
) -> AsyncGenerator[tuple[Sequence[str], Sequence[str]]]:
    while found:
        for row in found:
            yield opened_cells(seal, import_id, row.number, row.sealed), list(dict.fromkeys(row.reasons))
        async with pool.acquire(timeout=10) as connection:
            found = await store_imports.rejected(connection, import_id, after=found[-1].number, limit=_PAGE_ROWS)
