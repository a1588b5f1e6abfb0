"""Rejected rows as a file like the one that was sent: its columns, and two that say why.

The sender mends the rows and sends this very file again; the two columns are then ignored, and rows that are in already
change nothing. These are his own data, so nothing is masked here; nothing of it is ever logged.
"""

from __future__ import annotations

import asyncio
import csv
import io
import tempfile
from collections.abc import AsyncGenerator, Iterator, Sequence
from dataclasses import dataclass
from typing import IO
from uuid import UUID

import xlsxwriter
from chassis.auth import Actor
from chassis.messages import Messages
from chassis.pg import transaction
from chassis.tabular import clean

from student_registry.deps import Deps
from student_registry.importing import running, store
from student_registry.importing.errors import ImportNotFinished
from student_registry.importing.use_cases import get_import

REASON_CODE = "รหัสเหตุผล"
EXPLANATION = "คำอธิบาย"
CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_PAGE_ROWS = 1_000
_PIECE_BYTES = 256 * 1024
_BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class RejectedFile:
    """A file on its way out."""

    name: str
    media_type: str
    content: AsyncGenerator[bytes]


async def rejected_file(deps: Deps, import_id: UUID, messages: Messages, *, actor: Actor) -> RejectedFile:
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
    rows = _rows(deps, import_id, job.header, messages)
    stem = f"rejected-rows-{import_id}"
    if job.encoding == "xlsx":
        return RejectedFile(f"{stem}.xlsx", XLSX_TYPE, _as_xlsx(rows))
    return RejectedFile(f"{stem}.csv", CSV_TYPE, _as_csv(rows, job.separator))


async def _rows(
    deps: Deps, import_id: UUID, header: Sequence[str], messages: Messages
) -> AsyncGenerator[Sequence[str]]:
    # The two columns of a file that was downloaded, mended and sent again make room for the new ones.
    kept = [place for place, name in enumerate(header) if clean(name) not in (REASON_CODE, EXPLANATION)]
    yield [*(header[place] for place in kept), REASON_CODE, EXPLANATION]
    after = 0
    while True:
        async with transaction(deps.pool) as connection:
            page = await store.rejected(connection, import_id, after=after, limit=_PAGE_ROWS)
            reasons = await store.reasons_of(connection, import_id, [number for number, _ in page])
        for number, sealed in page:
            cells = running.open_rejected(deps, import_id, number, sealed)
            codes = reasons.get(number, [])
            told = " / ".join(messages.sentence(code) for code in codes)
            padded = [*cells, *[""] * (len(header) - len(cells))]
            yield [*(padded[place] for place in kept), " ".join(codes), told]
        if len(page) < _PAGE_ROWS:
            return
        after = page[-1][0]


async def _as_csv(rows: AsyncGenerator[Sequence[str]], separator: str) -> AsyncGenerator[bytes]:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=separator)
    text.write(_BOM)  # so that spreadsheets read it as UTF-8
    async for row in rows:
        writer.writerow(row)
        if text.tell() >= _PIECE_BYTES:
            yield text.getvalue().encode(errors="replace")
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode(errors="replace")


async def _as_xlsx(rows: AsyncGenerator[Sequence[str]]) -> AsyncGenerator[bytes]:
    with tempfile.TemporaryFile() as file:
        # Row by row to disk; every cell stays the text that it was, no formula, no number.
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        book = xlsxwriter.Workbook(file, options)
        sheet = book.add_worksheet()  # pyright: ignore[reportUnknownMemberType]  # its optional class is untyped
        number = 0
        async for row in rows:
            for place, cell in enumerate(row):
                sheet.write_string(number, place, cell)
            number += 1
        await asyncio.to_thread(book.close)
        file.seek(0)
        for piece in _pieces(file):
            yield piece


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    while data := file.read(_PIECE_BYTES):
        yield data
