"""ZIP files of CSV files: written piece by piece, read with limits on everything that a sender decides."""

from __future__ import annotations

import csv
import io
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from typing import IO

from chassis.errors import Invalid
from chassis.tabular import Table, read_table

from student_registry.exporting.domain import guarded
from student_registry.oneroster.errors import BundleTooLarge, BundleUnreadable
from student_registry.oneroster.layout import COLUMNS

FILES_MAX = 40
FILE_BYTES_MAX = 32 * 1024 * 1024
BUNDLE_BYTES_MAX = 96 * 1024 * 1024
"""Unfolded: a bundle is small on the way."""
_PIECE_BYTES = 256 * 1024
_MEMORY_BYTES_MAX = 1024 * 1024


class BundleWriter:
    """Collects rows by file; what is larger than a little lies on disk."""

    def __init__(self, names: Iterable[str]) -> None:
        """Begin a bundle of these files."""
        self._files: dict[str, IO[str]] = {}
        for name in names:
            file: IO[str] = tempfile.SpooledTemporaryFile(  # noqa: SIM115  # closed by `close`
                _MEMORY_BYTES_MAX, "w+", encoding="utf-8", newline=""
            )
            self._files[name] = file
            csv.writer(file).writerow(COLUMNS[name])

    def add(self, name: str, /, **cells: str) -> None:
        """Add a row; columns that are not named stay empty."""
        self.add_row(name, [cells.get(column, "") for column in COLUMNS[name]])

    def add_cells(self, name: str, cells: Mapping[str, str]) -> None:
        """Add a row whose columns have names that are no words of Python."""
        self.add_row(name, [cells.get(column, "") for column in COLUMNS[name]])

    def add_row(self, name: str, cells: Sequence[str]) -> None:
        """Add a row of all columns."""
        csv.writer(self._files[name]).writerow([guarded(cell) for cell in cells])

    def close(self) -> IO[bytes]:
        """The bundle as one file, which the caller closes."""
        bundle: IO[bytes] = tempfile.SpooledTemporaryFile(_MEMORY_BYTES_MAX)  # noqa: SIM115  # the caller closes it
        with zipfile.ZipFile(bundle, "w", zipfile.ZIP_DEFLATED) as packed:
            for name, file in self._files.items():
                file.seek(0)
                with file, packed.open(name, "w") as entry:
                    while piece := file.read(_PIECE_BYTES):
                        entry.write(piece.encode())
        bundle.seek(0)
        return bundle


def read_bundle(content: bytes) -> dict[str, Table]:
    """The CSV files of a bundle that we know, by name.

    Raises:
        BundleUnreadable: No ZIP file, encrypted, nested in folders, or a file of it cannot be read.
        BundleTooLarge: More files or more bytes than a bundle may have, whatever its directory says.
    """
    try:
        packed = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        raise BundleUnreadable(field="file") from None
    with packed:
        entries = packed.infolist()
        if len(entries) > FILES_MAX:
            raise BundleTooLarge(field="file", files=len(entries), limit=FILES_MAX)
        names = [entry.filename for entry in entries]
        if len(set(names)) < len(names):
            raise BundleUnreadable(field="file")
        left = BUNDLE_BYTES_MAX
        found: dict[str, Table] = {}
        for entry in entries:
            if entry.filename not in COLUMNS:
                continue
            data = _unfolded(packed, entry, limit=min(left, FILE_BYTES_MAX))
            left -= len(data)
            found[entry.filename] = _table(entry.filename, data)
        return found


def _unfolded(packed: zipfile.ZipFile, entry: zipfile.ZipInfo, *, limit: int) -> bytes:
    """One file, read no further than the limit: the size in the directory is a sender's word."""
    data = bytearray()
    try:
        with packed.open(entry) as file:
            while piece := file.read(_PIECE_BYTES):
                data += piece
                if len(data) > limit:
                    raise BundleTooLarge(field=entry.filename, limit=limit)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, OSError, ValueError):
        raise BundleUnreadable(field=entry.filename) from None
    return bytes(data)


def _table(name: str, data: bytes) -> Table:
    try:
        return read_table(data, needed=COLUMNS[name][:1], encoding="utf-8")
    except Invalid as exc:
        if exc.reason == "FILE_EMPTY":
            return Table("utf-8", (), (), ())
        raise BundleUnreadable(field=name, reason=exc.reason) from None
