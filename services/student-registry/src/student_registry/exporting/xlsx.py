"""A workbook of one sheet of text, written row by row: what is exported never lies in memory as a whole.

Every cell is an inline string, which no spreadsheet takes for a formula, a number or a date.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from typing import IO
from xml.sax.saxutils import escape

ROWS_MAX = 200_000
"""As many as an import reads of one sheet."""

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
    '<sheets><sheet name="ผู้เรียน" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
_SHEET_START = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
)
_SHEET_END = "</sheetData></worksheet>"


class Workbook:
    """Writes a workbook into a file."""

    def __init__(self, file: IO[bytes]) -> None:
        """Begin the workbook; `file` may be a file on disk or in memory."""
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED)
        for name, text in (
            ("[Content_Types].xml", _TYPES),
            ("_rels/.rels", _RELATIONS.format(kind="officeDocument", target="xl/workbook.xml")),
            ("xl/_rels/workbook.xml.rels", _RELATIONS.format(kind="worksheet", target="worksheets/sheet1.xml")),
            ("xl/workbook.xml", _WORKBOOK),
        ):
            self._zip.writestr(name, text)
        self._sheet = io.TextIOWrapper(self._zip.open("xl/worksheets/sheet1.xml", "w", force_zip64=True), "utf-8")
        self._sheet.write(_SHEET_START)

    def write(self, cells: Sequence[str]) -> None:
        """Add a row of text."""
        row = "".join(
            f'<c t="inlineStr"><is><t xml:space="preserve">{escape(cell)}</t></is></c>' if cell else "<c/>"
            for cell in cells
        )
        self._sheet.write(f"<row>{row}</row>")

    def close(self) -> None:
        """End the workbook; the file stays open."""
        self._sheet.write(_SHEET_END)
        self._sheet.close()
        self._zip.close()
