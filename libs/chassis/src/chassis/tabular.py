"""Reads CSV and XLSX as people send them: UTF-8 or CP874, Thai digits, cut-off files, stray rows.

Faults carry row and column, never the value: cells may be personal. The good rows are given whatever the others are. A
CSV file that was cut inside its very last cell cannot be told from one that ends there; checks of the value must.
"""

from __future__ import annotations

import codecs
import csv
import io
import unicodedata
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from chassis.errors import Invalid
from chassis.xlsx import CELLS_MAX, WorkbookTooLargeError, WorkbookUnreadableError, read_sheet

BYTES_MAX = 64 * 1024 * 1024
"""Largest file read as a whole."""

UNPACKED_BYTES_MAX = 256 * 1024 * 1024
"""Largest XLSX file when unfolded; it is small on the way."""

RECORD_LINES_MAX = 50
"""Lines of one quoted CSV record; a quote that never closes would otherwise take the rest of the file with it."""

NULS_MAX = 4
"""Text has no NUL; a file with few is damaged, one with more than that and one in a hundred bytes is no text."""

ENCODINGS = ("utf-8", "cp874")
_ALIASES = {"utf8": "utf-8", "utf-8-sig": "utf-8", "tis-620": "cp874", "tis620": "cp874", "windows-874": "cp874"}
_BROKEN = {"utf-8": "ENCODING_NOT_UTF8", "cp874": "ENCODING_NOT_CP874"}

_THAI_DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))


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


class HeaderRepeated(Invalid):
    """Two columns have the same name."""

    reason = "HEADER_REPEATED"


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
        data: The file. A date cell of XLSX is given as `2026-05-16`, Gregorian, as the sheet holds it.
        needed: Columns that must be in the header.
        encoding: `utf-8` or `cp874` when the sender says so: rows that are not in it are faults. Detected when absent.

    Raises:
        FileTooLarge: More than `BYTES_MAX`, or an XLSX that unfolds to more than memory bears.
        FileEmpty: No header or no rows.
        FileTruncated: An XLSX file that was cut.
        FileUnreadable: Not a table, or an encoding that is not read here.
        HeaderMissing: A needed column is missing.
        HeaderRepeated: A column's name occurs twice.
    """
    if len(data) > BYTES_MAX:
        raise FileTooLarge(limit_bytes=BYTES_MAX)
    declared = _ALIASES.get(encoding.lower(), encoding.lower()) if encoding else None
    if declared and declared not in ENCODINGS:
        raise FileUnreadable("The encoding is not read here.")
    if not data.strip():
        raise FileEmpty
    if data[:4] == b"PK\x03\x04":
        return _read_xlsx(data, needed)
    if b"\0" in data[: data.find(b"\n")] or data.count(b"\0") > NULS_MAX + len(data) // 100:
        raise FileUnreadable
    return _read_csv(data.removeprefix(codecs.BOM_UTF8), needed, declared=declared)


def _read_csv(data: bytes, needed: Sequence[str], *, declared: str | None) -> Table:
    # Separators, quotes and line ends are ASCII in both encodings, so the table is cut first, one character for each
    # byte, and each cell decoded by itself: one wrong byte spoils one cell.
    lines = list(io.StringIO(data.decode("latin-1"), newline=""))
    guess = declared or _guess(data)
    separator, found = _read_header(lines, needed, likely=guess)
    # The header of a known layout shows for certain how the file was written; without that, its bytes must tell.
    used = declared or found or guess
    reader = _Reader(used, is_foreign=found not in (used, None), broken_header=found or used)
    number = 0
    for number, cells in enumerate(_records(lines, separator), start=1):
        reader.add(number, None if cells is None else [cell.encode("latin-1") for cell in cells], needed)
    is_open = not data.endswith((b"\n", b"\r"))
    return reader.table(last=number if is_open else None)


def _guess(data: bytes) -> str:
    """`utf-8` unless more bytes break it than form characters of it; Thai in CP874 breaks it with three in four."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data)  # a character cut at the end breaks nothing
    except UnicodeDecodeError:
        wide = [character for character in data.decode("utf-8", "surrogateescape") if not character.isascii()]
        broken = sum("\udc80" <= character <= "\udcff" for character in wide)
        return "utf-8" if len(wide) - broken >= broken else "cp874"
    return "utf-8"


def _read_header(lines: list[str], needed: Sequence[str], *, likely: str) -> tuple[str, str | None]:
    """Separator of the file, and the encoding in which its header has the needed columns."""
    for separator in ",;\t":
        cells: list[str] = next((found for found in _records(lines, separator) if found and any(found)), list[str]())
        for encoding in dict.fromkeys((likely, *ENCODINGS)):
            names = [_decoded(cell.encode("latin-1"), encoding) for cell in cells]
            if all(name in [clean(text) for text in names if text is not None] for name in needed):
                return separator, encoding
    return ",", None


def _records(lines: list[str], separator: str) -> Iterator[list[str] | None]:
    """Cells of each record; None for one whose quotes are broken, after which its next line begins the next record."""
    at = 0
    while at < len(lines):
        reader = csv.reader(lines[at : at + RECORD_LINES_MAX], delimiter=separator, strict=True)
        try:
            cells = next(reader)
        except csv.Error:
            yield None
            at += 1
        else:
            yield cells
            at += reader.line_num


def _decoded(cell: bytes, encoding: str) -> str | None:
    try:
        text = cell.decode(encoding)
    except UnicodeDecodeError:
        return None
    # A replacement character says that somebody's program already lost one; a NUL fits no database.
    return None if "\ufffd" in text or "\0" in text else text


class _Reader:
    """Takes records in order, the header first, and sorts them into rows and faults."""

    def __init__(self, encoding: str, *, is_foreign: bool = False, broken_header: str = "utf-8") -> None:
        """Read cells as `encoding`; in a file whose header shows another one, whatever is not ASCII is a fault."""
        self._encoding = encoding
        self._is_foreign = is_foreign
        self._header_encoding = broken_header
        self._header: tuple[str, ...] | None = None
        self._rows: list[TableRow] = []
        self._faults: list[Fault] = []
        self._short = 0

    def add(self, number: int, cells: Sequence[bytes] | None, needed: Sequence[str]) -> None:
        """Take one record; None is one that could not be cut into cells.

        Raises:
            HeaderMissing: The first record lacks a needed column.
            HeaderRepeated: It has a column twice.
        """
        if self._header is None:
            if cells is None or any(cell.strip() for cell in cells):
                self._header = _header(cells or [], needed, encoding=self._header_encoding)
        elif cells is None:
            self._faults.append(Fault(number, None, "QUOTE_BROKEN"))
        elif any(cell.strip() for cell in cells):
            self._add_row(number, cells, self._header)

    def _add_row(self, number: int, cells: Sequence[bytes], header: tuple[str, ...]) -> None:
        extra = cells[len(header) :]
        if len(cells) < len(header) or any(cell.strip() for cell in extra):
            self._short = number if len(cells) < len(header) else self._short
            self._faults.append(Fault(number, None, "COLUMN_COUNT"))
            return
        values: dict[str, str] = {}
        broken: list[str] = []
        for name, cell in zip(header, cells, strict=False):
            text = None if self._is_foreign and not cell.isascii() else _decoded(cell, self._encoding)
            if text is None:
                broken.append(name)
            elif name:
                values[name] = clean(text)
        self._faults.extend(Fault(number, name, _BROKEN[self._encoding]) for name in broken)
        if not broken:
            self._rows.append(TableRow(number, values))

    def table(self, *, last: int | None = None) -> Table:
        """What was read; `last` is the number of the last record where that has no end, as in a file that was cut.

        Raises:
            FileEmpty: There was nothing but a header.
        """
        if self._header is None or not (self._rows or self._faults):
            raise FileEmpty
        faults = [
            Fault(fault.row, None, "ROW_TRUNCATED") if fault.row == last and self._is_cut(fault) else fault
            for fault in self._faults
        ]
        return Table(self._encoding, self._header, tuple(self._rows), tuple(faults))

    def _is_cut(self, fault: Fault) -> bool:
        is_last_cell = self._header is not None and fault.column == self._header[-1]
        return fault.reason == "QUOTE_BROKEN" or fault.row == self._short or (is_last_cell and not self._is_foreign)


def _header(cells: Sequence[bytes], needed: Sequence[str], *, encoding: str) -> tuple[str, ...]:
    names = [clean(_decoded(cell, encoding) or "") for cell in cells]
    while names and not names[-1]:
        names.pop()  # spreadsheets write empty columns at the right
    missing = [name for name in needed if name not in names]
    if missing:
        raise HeaderMissing(columns=", ".join(missing))
    repeated = {name for name in names if name and names.count(name) > 1}
    if repeated:
        raise HeaderRepeated(columns=len(repeated))
    return tuple(names)


def _read_xlsx(data: bytes, needed: Sequence[str]) -> Table:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as exc:
        raise FileTruncated from exc  # the directory is at the file's end
    if unpacked > UNPACKED_BYTES_MAX:
        raise FileTooLarge(limit_bytes=UNPACKED_BYTES_MAX)
    try:
        rows = read_sheet(data)
    except WorkbookUnreadableError as exc:
        raise FileUnreadable from exc
    except WorkbookTooLargeError as exc:
        raise FileTooLarge(limit_cells=CELLS_MAX) from exc
    reader = _Reader("utf-8")
    for number, cells in rows:
        reader.add(number, [cell.encode(errors="replace") for cell in cells], needed)
    return replace(reader.table(), encoding="xlsx")
