"""Reads the first sheet of a workbook in a process of its own: `python -m chassis.xlsx`, the file in, JSON lines out.

A workbook of five kilobytes can hold one cell at XFD1048576, for which the reader asks for a rectangle of all cells
before it; when that memory is not there, its process ends on the spot, without an exception. That process must not be
the service.
"""

from __future__ import annotations

import io
import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import datetime, time
from typing import IO, BinaryIO

from python_calamine import CalamineError, CalamineWorkbook

CELLS_MAX = 20_000_000
ROWS_MAX = 200_000
"""Rows of one sheet below its header; a workbook is read whole, so what is longer comes as CSV."""

MEMORY_BYTES_MAX = 1024 * 1024 * 1024
SECONDS_MAX = 60

_UNREADABLE = 3
_TOO_LONG = 4


class WorkbookUnreadableError(Exception):
    """It is no workbook, or a broken one."""


class WorkbookTooLargeError(Exception):
    """It takes more memory or time than one upload may."""


class SheetTooLongError(Exception):
    """Its first sheet has more rows than `ROWS_MAX`."""


def read_sheet(file: BinaryIO) -> Iterator[tuple[int, list[str]]]:
    """Rows of the first sheet with their numbers, each cell as text.

    They come from a temporary file, so that memory here does not grow with the sheet.

    Raises:
        WorkbookUnreadableError: It is no workbook.
        SheetTooLongError: Its first sheet is too long.
        WorkbookTooLargeError: It unfolds to more than is borne.
    """
    command = [sys.executable, "-I", "-m", "chassis.xlsx"]
    output = tempfile.TemporaryFile()  # noqa: SIM115  # closed when its last row was read
    try:
        done = subprocess.run(  # noqa: S603  # our own module
            command,
            input=file.read(),
            stdout=output,
            stderr=subprocess.DEVNULL,
            timeout=2 * SECONDS_MAX,
            check=False,
        )
    except subprocess.TimeoutExpired:
        output.close()
        raise WorkbookTooLargeError from None
    if done.returncode == 0:
        output.seek(0)
        return _rows(output)
    output.close()
    if done.returncode == _UNREADABLE:
        raise WorkbookUnreadableError
    if done.returncode == _TOO_LONG:
        raise SheetTooLongError
    raise WorkbookTooLargeError


def _rows(output: IO[bytes]) -> Iterator[tuple[int, list[str]]]:
    with output:
        for line in output:
            number, cells = json.loads(line)
            yield number, cells


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


def _main() -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES_MAX, MEMORY_BYTES_MAX))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS_MAX, SECONDS_MAX))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read())).get_sheet_by_index(0)
        if sheet.height > ROWS_MAX + 1:
            return _TOO_LONG
        if sheet.height * sheet.width > CELLS_MAX:
            return 1
        # The iterator gives the empty rows above the first cell too, so it counts as a spreadsheet does.
        for number, row in enumerate(sheet.iter_rows(), start=1):
            sys.stdout.write(json.dumps([number, [_text(cell) for cell in row]]) + "\n")
    except (CalamineError, OSError, ValueError, IndexError):
        return _UNREADABLE
    return 0


if __name__ == "__main__":
    raise SystemExit(_main())
