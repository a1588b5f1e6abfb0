# polars leaves some of its types open; what it returns is annotated where it is used.
# pyright: reportUnknownMemberType=false
"""Checking a file whole: its rows by themselves and against each other, part by part, in memory that does not grow.

Of each number only a 64-bit hash is kept while the file is read; rows that share one are then compared by the numbers
themselves. Hashes of polars hold for one process only, and are never stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import BinaryIO

import polars as pl
from chassis.tabular import Batch, OpenTable, open_table

from student_registry.importing.adapters import Adapter, cells_at, chosen, referring
from student_registry.importing.domain import Beside, Columns, GoodRow, RowContext, RowFault, without_repeated
from student_registry.importing.errors import TooManyRows
from student_registry.learners.domain import Registration
from student_registry.oneroster.reading import Roster


@dataclass(frozen=True, slots=True)
class Part:
    """Good rows that follow each other, with their cells as the file has them."""

    numbers: Sequence[int]
    columns: Sequence[Sequence[str]] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that was refused, with its cells as the file has them."""

    number: int
    cells: Sequence[str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class CheckedPart:
    """What was found in one part of the file."""

    part: Part
    faults: tuple[RowFault, ...]
    rejected: tuple[Rejected, ...] = field(repr=False)
    row_count: int


class Check:
    """The check of one file; its parts can be gone through once, and then it knows which rows to look at again."""

    def __init__(self, table: OpenTable, adapter: Adapter, context: RowContext, *, today: date, rows_max: int) -> None:
        """Check the rows of `table`."""
        self.format = table.format
        self.row_count = 0
        self._batches = table.batches
        self._beside = table.beside if isinstance(table, Roster) else Beside()
        self._adapter = adapter
        self._context = context
        self._today = today
        self._rows_max = rows_max
        self._rows: list[pl.DataFrame] = []

    def parts(self) -> Iterator[CheckedPart]:
        """Every part of the file.

        Raises:
            TooManyRows: More than one import may have.
            FileEmpty: There are none.
        """
        for batch in self._batches:
            self.row_count += len(batch.numbers) + len(batch.broken)
            if self.row_count > self._rows_max:
                raise TooManyRows(field="file", limit=self._rows_max)
            yield self._checked(batch)

    @property
    def ignored(self) -> int:
        """Rows so far that are none of ours."""
        return self._beside.ignored

    def suspects(self) -> frozenset[int]:
        """Rows that may be about the same person as another row of the file."""
        if not self._rows:
            return frozenset()
        every = pl.concat(self._rows)
        # Sorted, equal hashes are neighbours: a table of all of them would take twenty times the memory of the hashes.
        hashes = every["hash"].sort()
        repeated = hashes.filter(hashes == hashes.shift(1)).unique()
        return frozenset(every.filter(pl.col("hash").is_in(repeated.implode()))["row"].to_list())

    def _checked(self, batch: Batch) -> CheckedPart:
        header = self.format.header
        columns = self._adapter.canonical(header, batch.columns)
        plain, others = self._adapter.read_columns(batch.numbers, columns, self._today)
        faults: list[RowFault] = []
        refused: set[int] = set()
        odd: list[tuple[int, Registration]] = []
        for place in others:
            number = batch.numbers[place]
            read = self._adapter.read_row(number, cells_at(columns, place), self._context)
            if isinstance(read, list):
                faults += read
                refused.add(place)
            else:
                odd.append((number, read))
        self._note(plain, odd)
        kept = [place for place in range(len(batch.numbers)) if place not in refused]
        part = Part(chosen(batch.numbers, kept), [chosen(column, kept) for column in batch.columns])
        rejected = [Rejected(batch.numbers[at], [column[at] for column in batch.columns]) for at in sorted(refused)]
        for row in batch.broken:
            cells = dict(zip(header, row.cells, strict=False))
            faults += [referring(RowFault(fault.row, fault.column, None, fault.reason), cells) for fault in row.faults]
            rejected.append(Rejected(row.number, row.cells))
        faults += self._beside.taken()
        faults.sort(key=lambda fault: fault.row)
        return CheckedPart(part, tuple(faults), tuple(rejected), len(batch.numbers) + len(batch.broken))

    def _note(self, plain: Columns | None, odd: Sequence[tuple[int, Registration]]) -> None:
        """Keep a hash of every number that names a person."""
        found: list[tuple[Sequence[int], int, Sequence[str]]] = []
        names = self._adapter.layout.key_columns
        if plain is not None:
            found += [
                (plain.numbers, place, values)
                for place, values in enumerate((plain.student_nos, plain.citizen_ids, plain.g_codes))
            ]
        stated = [(number, *key) for number, read in odd for key in self._adapter.layout.keys(read)]
        for place, name in enumerate(names):
            chosen_keys = [(number, value) for number, column, value in stated if column == name]
            found.append(([number for number, _ in chosen_keys], place, [value for _, value in chosen_keys]))
        for numbers, place, values in found:
            rows = pl.Series(numbers, dtype=pl.UInt32)
            frame = pl.DataFrame({"row": rows, "key": pl.Series(values, dtype=pl.String)})
            # The place is the seed: the same digits as a student number and as a citizen ID are no repetition.
            self._rows.append(
                frame.filter(pl.col("key") != "").select("row", pl.col("key").hash(seed=place).alias("hash"))
            )


class Repeats:
    """Looks at suspect rows again, in the order of the file: the first row about a person is used."""

    def __init__(self, adapter: Adapter, header: Sequence[str], context: RowContext) -> None:
        """Nobody was seen yet."""
        self._adapter = adapter
        self._header = header
        self._context = context
        self._seen: set[tuple[str, str]] = set()

    def of(self, part: Part, suspects: frozenset[int]) -> tuple[list[RowFault], list[Rejected]]:
        """Rows of a part that are about somebody who was named before."""
        columns = self._adapter.canonical(self._header, part.columns)
        rows: list[GoodRow] = []
        for place, number in enumerate(part.numbers):
            if number in suspects:
                cells = cells_at(columns, place)
                read = self._adapter.read_row(number, cells, self._context)
                assert not isinstance(read, list), "the row was found right before"
                rows.append(GoodRow(number, cells, read))
        _, repeated = without_repeated(rows, self._adapter.layout, seen=self._seen)
        places = {number: place for place, number in enumerate(part.numbers)}
        cells_of = {row.number: row.cells for row in rows}
        rejected = [Rejected(fault.row, [column[places[fault.row]] for column in part.columns]) for fault in repeated]
        return [self._adapter.told(fault, cells_of[fault.row]) for fault in repeated], rejected


def opened(file: BinaryIO, adapter: Adapter, *, encoding: str | None, own: frozenset[str]) -> OpenTable:
    """A file's format and rows, for an institution of this id and codes; refuses what is none of its layout."""
    if adapter.open is not None:
        return adapter.open(file, own)
    return open_table(file, needed=adapter.needed, encoding=encoding)


def without(part: Part, rows: Iterable[int]) -> Part:
    """A part without some rows."""
    dropped = set(rows)
    kept = [place for place, number in enumerate(part.numbers) if number not in dropped]
    return Part(chosen(part.numbers, kept), [chosen(column, kept) for column in part.columns])


def by_row(rejected: Iterable[Rejected]) -> Mapping[int, Rejected]:
    """Rejected rows by their number; a row is rejected once, whatever its faults."""
    return {item.number: item for item in rejected}
