"""A file's own columns on one side, a layout of ours on the other. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import BinaryIO, TypeVar

from chassis.tabular import OpenTable

from student_registry.importing.domain import Columns, Layout, RowContext, RowFault
from student_registry.importing.mapping import Mapped
from student_registry.learners.domain import Registration

FILE_ENDS = ": "
"""Stands between a file of a bundle and its column."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Adapter:
    """How files of one name are read.

    Attributes:
        layout: The layout of ours that rows become.
        mapping: How another owner's columns become ours; None: they are ours already.
        open: How a file is opened that is no table, for an institution of this id and codes; None: it is a table.
    """

    name: str
    layout: Layout
    mapping: Mapped | None = field(default=None)
    open: Callable[[BinaryIO, frozenset[str]], OpenTable] | None = None

    @property
    def needed(self) -> tuple[str, ...]:
        """Columns that must be in the file's header."""
        return self.mapping.needed if self.mapping else self.layout.needed

    def canonical(self, header: Sequence[str], columns: Sequence[Sequence[str]]) -> dict[str, Sequence[str]]:
        """The file's columns as the layout's."""
        named = {name: column for name, column in zip(header, columns, strict=True) if name}
        return self.mapping.translated(named) if self.mapping else named

    def read_row(self, number: int, cells: Mapping[str, str], context: RowContext) -> Registration | list[RowFault]:
        """One row of canonical cells; faults in the words of the file."""
        read = self.layout.read_row(number, cells, context)
        return [self.told(fault, cells) for fault in read] if isinstance(read, list) else read

    def read_columns(
        self, numbers: Sequence[int], columns: Mapping[str, Sequence[str]], today: date
    ) -> tuple[Columns | None, Sequence[int]]:
        """The rows that are plainly right, and the places of the others; all are others where a layout has no way."""
        if self.layout.read_columns is None:
            return None, range(len(numbers))
        return self.layout.read_columns(numbers, columns, today)

    def told(self, fault: RowFault, cells: Mapping[str, str]) -> RowFault:
        """A fault with the column as the file names it, and where in a bundle's other files its cause is."""
        if fault.column is None:
            return fault
        name = self.mapping.source_of(fault.column) if self.mapping else self.layout.told.get(fault.column)
        return referring(replace(fault, column=name) if name else fault, cells)

    def refused(self, number: int, cells: Mapping[str, str], *, field: str | None, reason: str) -> RowFault:
        """What the registry refused, in the words of the file."""
        column = self.layout.column_of.get(field or "")
        value = self.layout.masked(column, cells.get(column, "")) if column else None
        return self.told(RowFault(number, column, value, reason), cells)


def referring(fault: RowFault, cells: Mapping[str, str]) -> RowFault:
    """A fault with the row of a bundle's other file that its column names, where the row says it."""
    file, ends, _ = (fault.column or "").partition(FILE_ENDS)
    number = cells.get(file, "") if ends else ""
    return replace(fault, referred_row=int(number)) if number.isdecimal() else fault


def cells_at(columns: Mapping[str, Sequence[str]], place: int) -> dict[str, str]:
    """One row of columns."""
    return {name: column[place] for name, column in columns.items()}


def chosen(values: Sequence[T], places: Sequence[int]) -> Sequence[T]:
    """Some of a column."""
    return values if len(places) == len(values) else [values[place] for place in places]
