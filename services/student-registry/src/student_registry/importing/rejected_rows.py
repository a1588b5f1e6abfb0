"""Rejected rows as a file like the one that was sent: its columns, and two that say why.

The sender mends the rows and sends this very file again; the two columns are then ignored, and rows that are in already
change nothing. These are his own data, so nothing is masked here; nothing of it is ever logged.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from uuid import UUID

from chassis.auth import Actor
from chassis.messages import Messages
from chassis.pg import transaction
from chassis.sheets import Download, download, with_reasons

from student_registry.deps import Deps
from student_registry.importing import running, store
from student_registry.importing.errors import ImportNotFinished
from student_registry.importing.use_cases import get_import

_PAGE_ROWS = 1_000


async def rejected_file(deps: Deps, import_id: UUID, messages: Messages, *, actor: Actor) -> Download:
    """The rejected rows of an import, in the format of its file.

    Raises:
        PermissionMissing: The actor may not register learners.
        ImportNotFound: There is none with this id at his institution.
        ImportNotFinished: It is still at work.
    """
    report = await get_import(deps, import_id, actor=actor)
    if not report.is_settled:
        raise ImportNotFinished(field="import_id", state=report.state)
    async with transaction(deps.pool) as connection:
        job = await store.read(connection, import_id)
    assert job is not None, "imports are never deleted"
    rows = with_reasons(job.header, _rejected(deps, import_id), messages)
    is_workbook = job.encoding == "xlsx"
    return download(f"rejected-rows-{import_id}", rows, is_workbook=is_workbook, separator=job.separator)


async def _rejected(deps: Deps, import_id: UUID) -> AsyncGenerator[tuple[list[str], Sequence[str]]]:
    after = 0
    while True:
        async with transaction(deps.pool) as connection:
            page = await store.rejected(connection, import_id, after=after, limit=_PAGE_ROWS)
            reasons = await store.reasons_of(connection, import_id, [number for number, _ in page])
        for number, sealed in page:
            yield running.open_rejected(deps, import_id, number, sealed), reasons.get(number, [])
        if len(page) < _PAGE_ROWS:
            return
        after = page[-1][0]
