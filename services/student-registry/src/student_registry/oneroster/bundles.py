"""ZIP files of CSV files: written piece by piece, read with limits on everything that a sender decides."""

from __future__ import annotations

import contextlib
import csv
import tempfile
import zipfile
import zlib
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, BinaryIO, cast

from chassis.errors import Invalid
from chassis.sheets import guarded
from chassis.tabular import Batch, FileEmpty, open_table

from student_registry.oneroster.errors import BundleTooLarge, BundleUnreadable
from student_registry.oneroster.layout import COLUMNS

FILES_MAX = 40
FILE_BYTES_MAX = 1024 * 1024 * 1024
BUNDLE_BYTES_MAX = 2 * 1024 * 1024 * 1024
"""Unfolded, and read piece by piece; a million students have some 400 MB."""
BLOCK_BYTES = 256 * 1024
"""What is read of a file at a time: some thousand of its short rows."""
_ENCODING = "utf-8"
_ENCRYPTED = 0x1
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


@dataclass(frozen=True, slots=True)
class Bundle:
    """The CSV files of a bundle that we know; they are read when they are asked for."""

    _packed: zipfile.ZipFile
    _entries: Mapping[str, zipfile.ZipInfo]

    @property
    def names(self) -> frozenset[str]:
        """Files that are in it."""
        return frozenset(self._entries)

    def columns(self, name: str) -> tuple[str, ...]:
        """The header of a file that is in it.

        Raises:
            BundleUnreadable: It is no table of its columns.
        """
        with _as_unreadable(name), self._packed.open(self._entries[name]) as file:
            return open_table(cast("BinaryIO", file), needed=COLUMNS[name][:1], encoding=_ENCODING).format.header

    def batches(self, name: str) -> Iterator[tuple[Batch, Mapping[str, int]]]:
        """Rows of a file, in memory that does not grow with it, with the place of each column; none when it is missing.

        Raises:
            BundleUnreadable: It is broken, or no table of its columns.
        """
        if name not in self._entries:
            return
        with _as_unreadable(name), self._packed.open(self._entries[name]) as file:
            table = open_table(
                cast("BinaryIO", file), needed=COLUMNS[name][:1], encoding=_ENCODING, block_bytes=BLOCK_BYTES
            )
            places = {column: place for place, column in enumerate(table.format.header) if column}
            try:
                for batch in table.batches:
                    yield batch, places
            except FileEmpty:
                return  # a header without rows is a file that says nothing


@contextlib.contextmanager
def _as_unreadable(name: str) -> Generator[None]:
    """Whatever is wrong with one file makes the bundle unreadable."""
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, OSError, ValueError):
        raise BundleUnreadable(field=name) from None
    except BundleUnreadable:
        raise
    except Invalid as error:
        raise BundleUnreadable(field=name, reason=error.reason) from None


def open_bundle(file: BinaryIO) -> Bundle:
    """A bundle of which only the directory was read.

    What a file unfolds to is its size in the directory at most: `zipfile` reads no further, whatever is packed in it,
    and finds by the checksum that the directory was wrong.

    Raises:
        BundleUnreadable: No ZIP file, or one that is encrypted, or packed otherwise than deflated.
        BundleTooLarge: More files or more bytes than a bundle may have.
    """
    try:
        file.seek(0)
        packed = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        raise BundleUnreadable(field="file") from None
    entries = packed.infolist()
    if len(entries) > FILES_MAX:
        raise BundleTooLarge(field="file", files=len(entries), limit=FILES_MAX)
    found = {entry.filename: entry for entry in entries if entry.filename in COLUMNS}
    if len({entry.filename for entry in entries}) < len(entries):
        raise BundleUnreadable(field="file")
    for name, entry in found.items():
        if entry.file_size > FILE_BYTES_MAX:
            raise BundleTooLarge(field=name, limit=FILE_BYTES_MAX)
        # Only these unfold piece by piece; a small piece of the others may become very much at once.
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) or entry.flag_bits & _ENCRYPTED:
            raise BundleUnreadable(field=name)
    if sum(entry.file_size for entry in found.values()) > BUNDLE_BYTES_MAX:
        raise BundleTooLarge(field="file", limit=BUNDLE_BYTES_MAX)
    return Bundle(packed, found)
