"""Writes tables as CSV and XLSX, piece by piece: what goes out never lies in memory as a whole.

Whatever a cell holds, no spreadsheet computes it: in a workbook every cell is text, and in a CSV file an invisible sign
stands before what would begin a formula. `chassis.tabular` takes that sign away again.
"""

from __future__ import annotations

import asyncio
import csv
import io
import tempfile
from collections.abc import AsyncGenerator, AsyncIterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from chassis.messages import Messages
from chassis.tabular import clean

CSV_TYPE: Final = "text/csv; charset=utf-8"
XLSX_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
REASON_CODE: Final = "รหัสเหตุผล"
EXPLANATION: Final = "คำอธิบาย"
"""The two columns that a file of rejected rows has more than the one that was sent."""

GUARD: Final = "\u200b"
"""Stands before what a spreadsheet would take for a formula. Nobody sees it, and every import takes it away."""
_FORMULA_STARTS: Final = frozenset("=+-@|%")
_BYTE_ORDER_MARK: Final = "\ufeff"
"""Without it spreadsheets read a CSV file in the local code page."""
_PIECE_BYTES: Final = 256 * 1024
_BATCH_ROWS: Final = 500
"""Rows of a workbook that are written at once, in a thread."""
_NO_XML: Final = dict.fromkeys([*(set(range(0x20)) - {0x09, 0x0A, 0x0D}), 0xFFFE, 0xFFFF], " ")
"""What a cell may hold and no XML document can."""
_AS_TEXT: Final = {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}

Row = Sequence[str]


@dataclass(frozen=True, slots=True)
class Download:
    """A file on its way out."""

    name: str
    media_type: str
    content: AsyncGenerator[bytes]


def download(stem: str, rows: AsyncGenerator[Row], *, is_workbook: bool, separator: str = ",") -> Download:
    """Rows, the header first, as a file of one of the two formats."""
    if is_workbook:
        return Download(f"{stem}.xlsx", XLSX_TYPE, as_xlsx(rows))
    return Download(f"{stem}.csv", CSV_TYPE, as_csv(rows, separator=separator))


def guarded(text: str) -> str:
    """A cell of a CSV file that no spreadsheet computes."""
    return f"{GUARD}{text}" if text[:1] in _FORMULA_STARTS else text


async def as_csv(rows: AsyncIterable[Row], *, separator: str = ",") -> AsyncGenerator[bytes]:
    """Rows as CSV in UTF-8 with a byte order mark."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=separator)
    text.write(_BYTE_ORDER_MARK)
    async for row in rows:
        writer.writerow([guarded(cell) for cell in row])
        if text.tell() >= _PIECE_BYTES:
            yield text.getvalue().encode(errors="replace")
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode(errors="replace")


async def as_xlsx(rows: AsyncIterable[Row]) -> AsyncGenerator[bytes]:
    """Rows as the one sheet of a workbook, every cell text."""
    # All that is written on the way lies in this folder, which goes also when nobody takes the file to its end.
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "book.xlsx"
        book = xlsxwriter.Workbook(str(file), {"constant_memory": True, "tmpdir": folder} | _AS_TEXT)
        sheet = book.add_worksheet()  # pyright: ignore[reportUnknownMemberType]  # its optional class is untyped
        batch: list[Row] = []
        first = 0
        async for row in rows:
            batch.append(row)
            if len(batch) == _BATCH_ROWS:
                await asyncio.to_thread(_write, sheet, batch, first)
                first, batch = first + len(batch), []
        _write(sheet, batch, first)
        await asyncio.to_thread(book.close)
        with file.open("rb") as content:
            while piece := content.read(_PIECE_BYTES):
                yield piece


def _write(sheet: Worksheet, rows: Sequence[Row], first: int) -> None:
    for number, row in enumerate(rows, first):
        for place, cell in enumerate(row):
            if cell:
                sheet.write_string(number, place, cell.translate(_NO_XML).encode(errors="replace").decode())


async def with_reasons(
    header: Row, rejected: AsyncIterable[tuple[Row, Sequence[str]]], messages: Messages
) -> AsyncGenerator[Row]:
    """Rejected rows as they were sent, the header first, with their reason codes and what those mean.

    The two columns of a file that was downloaded, mended and sent again make room for the new ones.

    Args:
        header: Of the file that was sent.
        rejected: Cells of each row, which may be fewer, and its reasons.
        messages: The sentences.
    """
    kept = [place for place, name in enumerate(header) if clean(name) not in (REASON_CODE, EXPLANATION)]
    yield [*(header[place] for place in kept), REASON_CODE, EXPLANATION]
    async for cells, reasons in rejected:
        padded = [*cells, *[""] * (len(header) - len(cells))]
        told = " / ".join(messages.sentence(code) for code in reasons)
        yield [*(padded[place] for place in kept), " ".join(reasons), told]
