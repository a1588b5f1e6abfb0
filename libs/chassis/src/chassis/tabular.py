"""Reads CSV and XLSX as people send them: UTF-8 or CP874, Thai digits, cut-off files, stray rows.

`open_table` reads a file of any length block by block, column by column, in memory that does not grow with it;
`read_table` takes a small one whole. Both read the same rows and find the same faults.

Faults carry row and column, never the value: cells may be personal. The good rows are given whatever the others are. A
CSV file that was cut inside its very last cell cannot be told from one that ends there; checks of the value must.
"""

from __future__ import annotations

import codecs
import csv
import io
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from chassis.errors import Invalid
from chassis.xlsx import (
    CELLS_MAX,
    ROWS_MAX,
    SheetTooLongError,
    WorkbookTooLargeError,
    WorkbookUnreadableError,
    read_sheet,
)

BYTES_MAX = 64 * 1024 * 1024
"""Largest file read as a whole."""

UNPACKED_BYTES_MAX = 256 * 1024 * 1024
"""Largest XLSX file when unfolded; it is small on the way."""

BLOCK_BYTES = 1024 * 1024
"""What is read of a CSV file at a time: some thousand rows."""

LINE_BYTES_MAX = 64 * 1024 * 1024
"""What has no line end for so long is no table."""

RECORD_LINES_MAX = 50
"""Lines of one quoted CSV record; a quote that never closes would otherwise take the rest of the file with it."""

NULS_MAX = 4
"""Text has no NUL; a file with few is damaged, one with more than that and one in a hundred bytes is no text."""

ENCODINGS = ("utf-8", "cp874")
_ALIASES = {"utf8": "utf-8", "utf-8-sig": "utf-8", "tis-620": "cp874", "tis620": "cp874", "windows-874": "cp874"}
_BROKEN = {"utf-8": "ENCODING_NOT_UTF8", "cp874": "ENCODING_NOT_CP874"}

_HEADER_BYTES = 64 * 1024
_BATCH_ROWS = 5_000
_THAI_DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
_ASCII = dict.fromkeys(range(128))
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


class SheetTooLong(Invalid):
    """A sheet of a workbook has more rows than are read of one; CSV files have no such limit."""

    reason = "SHEET_TOO_LONG"


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
class BrokenRow:
    """A row that cannot be used, with its faults and what could be read of its cells."""

    number: int
    faults: tuple[Fault, ...]
    cells: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows that follow each other.

    Attributes:
        numbers: Number of each good row.
        columns: Cells as they stand in the file, one sequence for each column of the header.
        broken: Rows among and after them that cannot be used.
    """

    numbers: Sequence[int]
    columns: Sequence[Sequence[str]] = field(repr=False)
    broken: tuple[BrokenRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Format:
    """How a file is written.

    Attributes:
        encoding: `utf-8`, `cp874` or `xlsx`.
        is_foreign: The header is in another encoding than the sender says: whatever is not ASCII is a fault.
        separator: Of a CSV file.
        header: Column names, clean; an empty one is a column without a name.
    """

    encoding: str
    header: tuple[str, ...]
    separator: str = ","
    is_foreign: bool = False


@dataclass(frozen=True, slots=True)
class OpenTable:
    """A file whose header was read, and its rows still to come; they can be gone through once."""

    format: Format
    batches: Iterator[Batch]


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
    """Read a small file whole.

    Args:
        data: The file. A date cell of XLSX is given as `2026-05-16`, Gregorian, as the sheet holds it.
        needed: Columns that must be in the header.
        encoding: `utf-8` or `cp874` when the sender says so: rows that are not in it are faults. Detected when absent.

    Raises:
        FileTooLarge: More than `BYTES_MAX`, or an XLSX that unfolds to more than memory bears.
        Invalid: What `open_table` refuses.
    """
    if len(data) > BYTES_MAX:
        raise FileTooLarge(limit_bytes=BYTES_MAX)
    table = open_table(io.BytesIO(data), needed=needed, encoding=encoding)
    names = table.format.header
    rows: list[TableRow] = []
    faults: list[Fault] = []
    for batch in table.batches:
        for number, cells in zip(batch.numbers, zip(*batch.columns, strict=True), strict=True):
            rows.append(TableRow(number, {name: clean(cell) for name, cell in zip(names, cells, strict=True) if name}))
        faults += [fault for row in batch.broken for fault in row.faults]
    return Table(table.format.encoding, names, tuple(rows), tuple(faults))


def open_table(
    file: BinaryIO, *, needed: Sequence[str], encoding: str | None = None, block_bytes: int = BLOCK_BYTES
) -> OpenTable:
    """Read the header of a CSV or XLSX file of any length, and its rows as they are asked for.

    Args:
        file: From its beginning; it is read more than once, and only as far as the batches are.
        needed: Columns that must be in the header.
        encoding: `utf-8` or `cp874` when the sender says so: rows that are not in it are faults. Detected when absent.
        block_bytes: What is read at a time.

    Raises:
        FileEmpty: No header; while the batches are read: no rows.
        FileTooLarge: An XLSX that unfolds to more than memory bears.
        SheetTooLong: A sheet with more rows than are read of one.
        FileTruncated: An XLSX file that was cut.
        FileUnreadable: Not a table, or an encoding that is not read here.
        HeaderMissing: A needed column is missing.
        HeaderRepeated: A column's name occurs twice.
    """
    declared = _ALIASES.get(encoding.lower(), encoding.lower()) if encoding else None
    if declared and declared not in ENCODINGS:
        raise FileUnreadable("The encoding is not read here.")
    file.seek(0)
    head = file.read(_HEADER_BYTES)
    if head[:4] == b"PK\x03\x04":
        return _open_xlsx(file, needed)
    guess = declared or _survey(file)
    file.seek(0)
    return _open_csv(file, needed, declared=declared, guess=guess, block_bytes=block_bytes)


def _survey(file: BinaryIO) -> str:
    """`utf-8` unless more bytes break it than form characters of it; Thai in CP874 breaks it with three in four.

    Raises:
        FileEmpty: Nothing but white space.
        FileUnreadable: Bytes that no text has.
    """
    file.seek(0)
    decode = codecs.getincrementaldecoder("utf-8")("surrogateescape").decode
    total = nuls = wide = broken = 0
    is_blank, is_first_line = True, True
    while block := file.read(BLOCK_BYTES):
        first_line = block.partition(b"\n")[0] if is_first_line else b""
        if b"\0" in first_line:
            raise FileUnreadable
        is_first_line = is_first_line and b"\n" not in block
        is_blank = is_blank and not block.strip()
        total += len(block)
        nuls += block.count(b"\0")
        text = decode(block)  # a character cut at the end breaks nothing
        if not text.isascii():
            stripped = text.translate(_ASCII)
            surrogates = len(stripped) - len(stripped.encode("utf-8", "ignore").decode("utf-8"))
            wide += len(stripped)
            broken += surrogates
    if is_blank:
        raise FileEmpty
    if nuls > NULS_MAX + total // 100:
        raise FileUnreadable
    return "utf-8" if not broken or wide - broken >= broken else "cp874"


def _open_csv(
    file: BinaryIO, needed: Sequence[str], *, declared: str | None, guess: str, block_bytes: int
) -> OpenTable:
    # Separators, quotes and line ends are ASCII in both encodings, so the header is cut first, one character for each
    # byte, and each cell decoded by itself: one wrong byte spoils one cell.
    begin = file.read(_HEADER_BYTES).removeprefix(codecs.BOM_UTF8)
    lines = _lines(begin)
    separator, found = _read_header(lines, needed, likely=guess)
    # The header of a known layout shows for certain how the file was written; without that, its bytes must tell.
    used = declared or found or guess
    at, number, cells = 0, 0, list[bytes]()
    for record, length in _records(lines, separator):
        at, number = at + length, number + 1
        if record is None or any(cell.strip() for cell in record):
            cells = [cell.encode("latin-1") for cell in record or ()]
            break
    if not cells and not begin.strip():
        raise FileEmpty
    form = Format(used, _header(cells, needed, encoding=found or used), separator, is_foreign=found not in (used, None))
    file.seek(0)
    skipped = sum(len(line) for line in lines[:at])
    if file.read(len(codecs.BOM_UTF8)) != codecs.BOM_UTF8:
        file.seek(0)
    file.seek(skipped, io.SEEK_CUR)
    return OpenTable(form, _not_empty(_CsvReader(form, number).batches(_blocks(file, block_bytes))))


def _blocks(file: BinaryIO, size: int) -> Iterator[tuple[bytes, bool]]:
    """Whole lines, and whether they are the last.

    Raises:
        FileUnreadable: No line end for longer than any table has.
    """
    rest = b""
    while data := file.read(size):
        data = rest + data
        cut = data.rfind(b"\n") + 1
        if cut:
            yield data[:cut], False
        rest = data[cut:]
        if len(rest) > LINE_BYTES_MAX:
            raise FileUnreadable
    yield rest, True


def _not_empty(batches: Iterable[Batch]) -> Iterator[Batch]:
    is_empty = True
    for batch in batches:
        is_empty = is_empty and not (batch.numbers or batch.broken)
        yield batch
    if is_empty:
        raise FileEmpty


def _lines(block: bytes) -> list[str]:
    return list(io.StringIO(block.decode("latin-1"), newline=""))


def _read_header(lines: list[str], needed: Sequence[str], *, likely: str) -> tuple[str, str | None]:
    """Separator of the file, and the encoding in which its header has the needed columns."""
    for separator in ",;\t":
        cells: list[str] = next((found for found, _ in _records(lines, separator) if found and any(found)), list[str]())
        for encoding in dict.fromkeys((likely, *ENCODINGS)):
            names = [_decoded(cell.encode("latin-1"), encoding) for cell in cells]
            if all(name in [clean(text) for text in names if text is not None] for name in needed):
                return separator, encoding
    return ",", None


def _records(lines: list[str], separator: str) -> Iterator[tuple[list[str] | None, int]]:
    """Cells of each record and how many lines it has.

    None for one whose quotes are broken, after which its next line begins the next record.
    """
    at = 0
    while at < len(lines):
        reader = csv.reader(lines[at : at + RECORD_LINES_MAX], delimiter=separator, strict=True)
        try:
            cells = next(reader)
        except csv.Error:
            yield None, 1
            at += 1
        else:
            yield cells, reader.line_num
            at += reader.line_num


def _decoded(cell: bytes, encoding: str) -> str | None:
    try:
        text = cell.decode(encoding)
    except UnicodeDecodeError:
        return None
    # A replacement character says that somebody's program already lost one; a NUL fits no database.
    return None if "\ufffd" in text or "\0" in text else text


class _RowReader:
    """Sorts records, one by one, into rows and faults."""

    def __init__(self, form: Format) -> None:
        """Read cells as the format says."""
        self._format = form
        self._encoding = "utf-8" if form.encoding == "xlsx" else form.encoding
        self.numbers: list[int] = []
        self.rows: list[list[str]] = []
        self.broken: list[BrokenRow] = []

    def add(self, number: int, cells: Sequence[bytes] | None, *, line: bytes = b"", is_cut: bool = False) -> None:
        """Take one record; None is one that could not be cut into cells.

        Args:
            number: As a spreadsheet shows it.
            cells: Its cells, still encoded.
            line: What stands in place of the cells when there are none.
            is_cut: It is the last of a file and has no end.
        """
        if cells is None:
            reason = "ROW_TRUNCATED" if is_cut else "QUOTE_BROKEN"
            self._break(number, [Fault(number, None, reason)], [line])
        elif any(cell.strip() for cell in cells):
            self._add_row(number, cells, is_cut=is_cut)

    def batch(self) -> Batch:
        """What was taken since the last batch."""
        width = len(self._format.header)
        columns = list(zip(*self.rows, strict=True)) if self.rows else [()] * width
        batch = Batch(self.numbers, columns, tuple(self.broken))
        self.numbers, self.rows, self.broken = [], [], []
        return batch

    def _add_row(self, number: int, cells: Sequence[bytes], *, is_cut: bool) -> None:
        header = self._format.header
        extra = cells[len(header) :]
        is_short = len(cells) < len(header)
        if is_short or any(cell.strip() for cell in extra):
            reason = "ROW_TRUNCATED" if is_cut and is_short else "COLUMN_COUNT"
            self._break(number, [Fault(number, None, reason)], cells)
            return
        values = [self._value(cell) for cell in cells[: len(header)]]
        places = [place for place, value in enumerate(values) if value is None]
        if not places:
            self.numbers.append(number)
            self.rows.append([value or "" for value in values])
            return
        faults = [Fault(number, header[place], _BROKEN[self._encoding]) for place in places]
        if is_cut and not self._format.is_foreign and places[-1] == len(header) - 1:
            # A character that the file's end cut through.
            faults[-1] = Fault(number, None, "ROW_TRUNCATED")
        self._break(number, faults, cells)

    def _value(self, cell: bytes) -> str | None:
        return None if self._format.is_foreign and not cell.isascii() else _decoded(cell, self._encoding)

    def _break(self, number: int, faults: Sequence[Fault], cells: Sequence[bytes]) -> None:
        texts = [cell.decode(self._encoding, "replace").replace("\0", "\ufffd") for cell in cells]
        self.broken.append(BrokenRow(number, tuple(faults), tuple(texts)))


class _CsvReader:
    """Reads blocks of lines: a plain block column by column at once, any other record by record."""

    def __init__(self, form: Format, number: int) -> None:
        """Begin after the header, which is record `number`."""
        self._format = form
        self._number = number
        self._rest = b""

    def batches(self, blocks: Iterable[tuple[bytes, bool]]) -> Iterator[Batch]:
        """Rows of all blocks."""
        for block, is_last in blocks:
            data = self._rest + block
            self._rest = b""
            batch = None if is_last and not data.endswith((b"\n", b"\r")) else self._plain(data)
            yield batch or self._record_by_record(data, is_last=is_last)

    def _plain(self, data: bytes) -> Batch | None:
        """Rows of a block without anything unusual; None when it has something."""
        try:
            text = data.decode(self._format.encoding)
            if "\ufffd" in text or "\0" in text or (self._format.is_foreign and not text.isascii()):
                return None
            lines = list(io.StringIO(text, newline=""))
            rows = list(csv.reader(lines, delimiter=self._format.separator, strict=True))
        except (UnicodeDecodeError, csv.Error):
            return None
        width = len(self._format.header)
        if len(rows) != len(lines) or any(len(row) != width for row in rows):
            return None
        first = self._number + 1
        self._number += len(rows)
        numbers: Sequence[int] = range(first, first + len(rows))
        if not all("".join(row).strip() for row in rows):
            kept = [(number, row) for number, row in zip(numbers, rows, strict=True) if "".join(row).strip()]
            numbers, rows = [number for number, _ in kept], [row for _, row in kept]
        return Batch(numbers, list(zip(*rows, strict=True)) if rows else [()] * width)

    def _record_by_record(self, data: bytes, *, is_last: bool) -> Batch:
        lines = _lines(data)
        reader = _RowReader(self._format)
        at = 0
        for record, length in _records(lines, self._format.separator):
            if record is None and not is_last and at + RECORD_LINES_MAX > len(lines):
                break  # perhaps its end stands in the next block
            self._number += 1
            is_cut = is_last and at + length == len(lines) and not data.endswith((b"\n", b"\r"))
            cells = None if record is None else [cell.encode("latin-1") for cell in record]
            reader.add(self._number, cells, line=lines[at].encode("latin-1").strip(), is_cut=is_cut)
            at += length
        self._rest = "".join(lines[at:]).encode("latin-1")
        return reader.batch()


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


def _open_xlsx(file: BinaryIO, needed: Sequence[str]) -> OpenTable:
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as exc:
        raise FileTruncated from exc  # the directory is at the file's end
    if unpacked > UNPACKED_BYTES_MAX:
        raise FileTooLarge(limit_bytes=UNPACKED_BYTES_MAX)
    file.seek(0)
    try:
        rows = read_sheet(file)
    except WorkbookUnreadableError as exc:
        raise FileUnreadable from exc
    except SheetTooLongError as exc:
        raise SheetTooLong(limit_rows=ROWS_MAX) from exc
    except WorkbookTooLargeError as exc:
        raise FileTooLarge(limit_cells=CELLS_MAX) from exc
    for _, cells in rows:
        if any(cell.strip() for cell in cells):
            form = Format("xlsx", _header([_encoded(cell) for cell in cells], needed, encoding="utf-8"))
            return OpenTable(form, _not_empty(_sheet_batches(rows, form)))
    raise FileEmpty


def _sheet_batches(rows: Iterator[tuple[int, list[str]]], form: Format) -> Iterator[Batch]:
    reader = _RowReader(form)
    for number, cells in rows:
        reader.add(number, [_encoded(cell) for cell in cells])
        if len(reader.numbers) >= _BATCH_ROWS:
            yield reader.batch()
    yield reader.batch()


def _encoded(cell: str) -> bytes:
    return cell.encode(errors="replace")
