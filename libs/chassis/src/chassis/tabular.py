"""Reads CSV and XLSX as people send them: any of three encodings, Thai digits, cut-off files, stray rows.

Faults carry row and column, never the value: cells may be personal. The good rows are given whatever the others are.
"""

from __future__ import annotations

import csv
import io
import unicodedata
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass

from python_calamine import CalamineError, CalamineWorkbook

from chassis.errors import Invalid

BYTES_MAX = 64 * 1024 * 1024
"""Largest file read as a whole."""

_THAI_DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
_REPLACEMENT = "\ufffd"


class FileUnreadable(Invalid):
    """The file is neither CSV nor XLSX."""

    reason = "FILE_UNREADABLE"


class FileTruncated(Invalid):
    """The file ends too early."""

    reason = "FILE_TRUNCATED"


class FileEmpty(Invalid):
    """The file has no rows."""

    reason = "FILE_EMPTY"


class FileTooLarge(Invalid):
    """The file is larger than one upload may be."""

    reason = "FILE_TOO_LARGE"


class HeaderMissing(Invalid):
    """A needed column is not in the header row."""

    reason = "HEADER_MISSING"


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row: its number as a spreadsheet shows it (the header is 1) and its cells by column name."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a row cannot be used; `column` is None when the whole row is at fault."""

    row: int
    column: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class Table:
    """A file's good rows and its faults."""

    encoding: str
    header: tuple[str, ...]
    rows: tuple[TableRow, ...]
    faults: tuple[Fault, ...]


def clean(text: str) -> str:
    """NFC, without invisible characters, white space collapsed."""
    return " ".join(unicodedata.normalize("NFC", text).translate(_INVISIBLE).split())


def ascii_digits(text: str) -> str:
    """Thai digits as ASCII ones."""
    return text.translate(_THAI_DIGITS)


def read_table(data: bytes, *, needed: Sequence[str], encoding: str | None = None) -> Table:
    """Read a CSV or XLSX file.

    Args:
        data: The file.
        needed: Columns that must be in the header.
        encoding: `utf-8` or `cp874` when the sender says so; detected when absent. XLSX has its own.

    Raises:
        FileTooLarge: More than `BYTES_MAX`.
        FileEmpty: No header or no rows.
        FileTruncated: An XLSX file that was cut.
        FileUnreadable: Not a table.
        HeaderMissing: A needed column is missing.
    """
    if len(data) > BYTES_MAX:
        raise FileTooLarge(limit_bytes=BYTES_MAX)
    if not data.strip():
        raise FileEmpty
    if data[:4] == b"PK\x03\x04":
        used, lines, faults = "xlsx", _read_xlsx(data), []
    elif b"\0" in data:
        raise FileUnreadable
    else:
        used, text = _decode(data, encoding)
        lines, faults = _read_csv(text)
    return _assemble(used, lines, faults, needed)


def _decode(data: bytes, declared: str | None) -> tuple[str, str]:
    if declared:
        name = {"utf8": "utf-8", "utf-8-sig": "utf-8", "tis-620": "cp874"}.get(declared.lower(), declared.lower())
        if name not in ("utf-8", "cp874"):
            raise FileUnreadable(encoding=declared)
        return name, data.decode(name, errors="replace").lstrip("\ufeff")
    try:
        return "utf-8", data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    # One wrong byte in a UTF-8 file must not turn the whole file into CP874: Thai in UTF-8 read as CP874 is full of
    # characters that CP874 leaves undefined or that begin no Thai syllable.
    as_utf8 = data.decode("utf-8-sig", errors="replace")
    as_cp874 = data.decode("cp874", errors="replace")
    if _thai_letters(as_cp874) and as_cp874.count(_REPLACEMENT) == 0 and not _thai_letters(as_utf8):
        return "cp874", as_cp874
    return "utf-8", as_utf8


def _thai_letters(text: str) -> int:
    return sum("\u0e01" <= character <= "\u0e5b" for character in text)


def _read_csv(text: str) -> tuple[list[list[str]], list[Fault]]:
    """Cells by line; the first list is the header. A cut quote at the end is a fault of its row."""
    lines: list[list[str]] = []
    faults: list[Fault] = []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        lines.extend(list(cells) for cells in reader)
    except csv.Error:
        # With strict reading the only way to fail inside a row is a quote that never closes or stray text after one.
        faults.append(Fault(len(lines) + 1, None, "ROW_TRUNCATED"))
    return lines, faults


def _read_xlsx(data: bytes) -> list[list[str]]:
    try:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0)
        return [[_cell_text(cell) for cell in row] for row in sheet.to_python()]
    except (CalamineError, zipfile.BadZipFile, OSError) as exc:
        raise FileTruncated from exc


def _cell_text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


def _assemble(encoding: str, lines: list[list[str]], faults: list[Fault], needed: Sequence[str]) -> Table:
    if not lines:
        raise FileEmpty
    header = tuple(clean(name) for name in lines[0])
    missing = [name for name in needed if name not in header]
    if missing:
        raise HeaderMissing(columns=", ".join(missing))
    rows: list[TableRow] = []
    for number, cells in enumerate(lines[1:], start=2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            is_cut = len(cells) < len(header) and number == len(lines)
            faults.append(Fault(number, None, "ROW_TRUNCATED" if is_cut else "COLUMN_COUNT"))
            continue
        broken = [name for name, cell in zip(header, cells, strict=True) if _REPLACEMENT in cell]
        if broken:
            faults.extend(Fault(number, name, "ENCODING_NOT_UTF8") for name in broken)
            continue
        rows.append(TableRow(number, {name: clean(cell) for name, cell in zip(header, cells, strict=True)}))
    if not rows and not faults:
        raise FileEmpty
    return Table(encoding, header, tuple(rows), tuple(sorted(faults, key=lambda fault: fault.row)))
