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
from datetime import datetime, time

from python_calamine import CalamineError, CalamineWorkbook

CELLS_MAX = 20_000_000
MEMORY_BYTES_MAX = 1024 * 1024 * 1024
SECONDS_MAX = 60

_UNREADABLE = 3


class WorkbookUnreadableError(Exception):
    """It is no workbook, or a broken one."""


class WorkbookTooLargeError(Exception):
    """It takes more memory or time than one upload may."""


def read_sheet(data: bytes) -> list[tuple[int, list[str]]]:
    """Rows of the first sheet with their numbers, each cell as text.

    Raises:
        WorkbookUnreadableError: It is no workbook.
        WorkbookTooLargeError: It unfolds to more than is borne.
    """
    command = [sys.executable, "-I", "-m", "chassis.xlsx"]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=2 * SECONDS_MAX, check=False)  # noqa: S603  # our own module
    except subprocess.TimeoutExpired:
        raise WorkbookTooLargeError from None
    if done.returncode == _UNREADABLE:
        raise WorkbookUnreadableError
    if done.returncode != 0:
        raise WorkbookTooLargeError
    rows: list[tuple[int, list[str]]] = []
    for line in done.stdout.splitlines():
        number, cells = json.loads(line)
        rows.append((number, cells))
    return rows


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
        if sheet.height * sheet.width > CELLS_MAX:
            return 1
        rows_above = (sheet.start or (0, 0))[0]
        for number, row in enumerate(sheet.to_python(), start=rows_above + 1):
            sys.stdout.write(json.dumps([number, [_text(cell) for cell in row]]) + "\n")
    except (CalamineError, OSError, ValueError, IndexError):
        return _UNREADABLE
    return 0


if __name__ == "__main__":
    raise SystemExit(_main())
