"""Rejected rows as a file like the one that was sent: its columns, and two that say why.

The sender mends the rows and sends this very file again; the two columns are then ignored, and rows that are in already
change nothing. These are his own data, so nothing is masked here; nothing of it is ever logged.
"""

from __future__ import annotations

import asyncio
import csv
import io
import tempfile
from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass
from typing import IO, Final
from uuid import UUID

import xlsxwriter
from chassis.auth import Actor
from chassis.messages import Messages
from chassis.pg import Pool
from chassis.tabular import clean

from credit_bank.recording import store_imports
from credit_bank.recording.errors import ImportNotFinished, RejectedRowsGone
from credit_bank.recording.import_running import opened_cells
from credit_bank.recording.importing import get_import
from credit_bank.recording.kept import ImportState
from credit_bank.recording.layouts import EXPLANATION, REASON_CODE
from credit_bank.recording.sealing import Seal, SealBrokenError
from credit_bank.recording.store_imports import FileForm, RejectedRow

CSV_TYPE: Final = "text/csv; charset=utf-8"
XLSX_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_PAGE_ROWS: Final = 1_000
_PIECE_BYTES: Final = 256 * 1024
_BOM: Final = "\ufeff"


@dataclass(frozen=True, slots=True)
class RejectedFile:
    """A file on its way out."""

    name: str
    media_type: str
    content: AsyncGenerator[bytes]


async def rejected_file(pool: Pool, seal: Seal, import_id: UUID, messages: Messages, *, actor: Actor) -> RejectedFile:
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
    rows = _rows(pool, seal, import_id, form=form, found=first, messages=messages)
    stem = f"rejected-rows-{import_id}"
    if form.encoding == "xlsx":
        return RejectedFile(f"{stem}.xlsx", XLSX_TYPE, _as_xlsx(rows))
    return RejectedFile(f"{stem}.csv", CSV_TYPE, _as_csv(rows, form.separator))


async def _rows(
    pool: Pool, seal: Seal, import_id: UUID, *, form: FileForm, found: list[RejectedRow], messages: Messages
) -> AsyncGenerator[list[str]]:
    header = form.header
    # The two columns of a file that was downloaded, mended and sent again make room for the new ones.
    kept = [place for place, name in enumerate(header) if clean(name) not in (REASON_CODE, EXPLANATION)]
    yield [*(header[place] for place in kept), REASON_CODE, EXPLANATION]
    while found:
        for row in found:
            cells = opened_cells(seal, import_id, row.number, row.sealed)
            codes = list(dict.fromkeys(row.reasons))
            told = " / ".join(messages.sentence(code) for code in codes)
            padded = [*cells, *[""] * (len(header) - len(cells))]
            yield [*(padded[place] for place in kept), " ".join(codes), told]
        async with pool.acquire(timeout=10) as connection:
            found = await store_imports.rejected(connection, import_id, after=found[-1].number, limit=_PAGE_ROWS)


async def _as_csv(rows: AsyncGenerator[list[str]], separator: str) -> AsyncGenerator[bytes]:
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


async def _as_xlsx(rows: AsyncGenerator[list[str]]) -> AsyncGenerator[bytes]:
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
