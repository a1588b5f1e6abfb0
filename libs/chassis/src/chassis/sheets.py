"""Writes tables as CSV and XLSX, piece by piece: what goes out never lies in memory as a whole.

Whatever a cell holds, no spreadsheet computes it: in a workbook every cell is text, and in a CSV file an invisible sign
stands before what would begin a formula. `chassis.tabular` takes that sign away again.
"""

from __future__ import annotations

import asyncio
import csv
import io
import tempfile
import zipfile
from collections.abc import AsyncGenerator, AsyncIterable, Sequence
from dataclasses import dataclass
from typing import IO, Final
from xml.sax.saxutils import escape

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
_NO_XML: Final = dict.fromkeys([*(set(range(0x20)) - {0x09, 0x0A, 0x0D}), 0xFFFE, 0xFFFF], " ")
"""What a cell may hold and no XML document can."""

_TYPES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
)
_RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" '
    'Target="{target}"/></Relationships>'
)
_WORKBOOK = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="1" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
_SHEET_START = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
)
_SHEET_END = "</sheetData></worksheet>"

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
    """Rows as the one sheet of a workbook."""
    with tempfile.TemporaryFile() as file:
        workbook = _Workbook(file)
        async for row in rows:
            workbook.write(row)
        await asyncio.to_thread(workbook.close)
        file.seek(0)
        while piece := file.read(_PIECE_BYTES):
            yield piece


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


class _Workbook:
    """Writes a workbook of one sheet of text into a file, row by row.

    Every cell is an inline string, which no spreadsheet takes for a formula, a number or a date. XlsxWriter writes the
    same with eight times the work (200,000 rows of 14 cells: 18 s of processor time instead of 2).
    """

    def __init__(self, file: IO[bytes]) -> None:
        """Begin the workbook; `file` stays open when it ends."""
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED)
        for name, text in (
            ("[Content_Types].xml", _TYPES),
            ("_rels/.rels", _RELATIONS.format(kind="officeDocument", target="xl/workbook.xml")),
            ("xl/_rels/workbook.xml.rels", _RELATIONS.format(kind="worksheet", target="worksheets/sheet1.xml")),
            ("xl/workbook.xml", _WORKBOOK),
        ):
            self._zip.writestr(name, text)
        sheet = self._zip.open("xl/worksheets/sheet1.xml", "w", force_zip64=True)
        self._sheet = io.TextIOWrapper(sheet, "utf-8", errors="replace")
        self._sheet.write(_SHEET_START)

    def write(self, cells: Row) -> None:
        """Add a row of text."""
        row = "".join(
            f'<c t="inlineStr"><is><t xml:space="preserve">{escape(cell.translate(_NO_XML))}</t></is></c>'
            if cell
            else "<c/>"
            for cell in cells
        )
        self._sheet.write(f"<row>{row}</row>")

    def close(self) -> None:
        """End the workbook."""
        self._sheet.write(_SHEET_END)
        self._sheet.close()
        self._zip.close()
