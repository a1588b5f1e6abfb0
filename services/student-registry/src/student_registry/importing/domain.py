"""Rows, their faults and the report of an import. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from student_registry.learners.domain import Registration
from student_registry.provenance import Provenance

VALUE_MISSING = "VALUE_MISSING"
VALUE_UNKNOWN = "VALUE_UNKNOWN"
DATE_INVALID = "DATE_INVALID"
DUPLICATE_ROW = "DUPLICATE_ROW"


@dataclass(frozen=True, slots=True)
class RowFault:
    """Why a row, or one cell of it, cannot be used.

    Attributes:
        row: Number as a spreadsheet shows it; the header is 1.
        column: Header of the cell; None when the whole row is at fault.
        masked_value: What the cell holds, where that is not personal; of numbers the last four characters.
        reason: Machine-readable.
    """

    row: int
    column: str | None
    masked_value: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class GoodRow:
    """A row that is right by itself."""

    number: int
    cells: Mapping[str, str] = field(repr=False)
    registration: Registration


@dataclass(frozen=True, slots=True)
class RowContext:
    """What every row of a file has in common."""

    institution_id: UUID
    provenance: Provenance
    are_documents_seen: bool


@dataclass(frozen=True, slots=True)
class Layout:
    """An adapter: how files of one layout are read.

    Attributes:
        needed: Columns that must be in the header.
        read_row: A row's registration, or its faults; never raises on any content.
        masked: A cell as it may be shown, by column.
        column_of: Column of a field that a refusal names.
        keys: Columns of which each value names one person, for finding repeated rows.
    """

    name: str
    needed: tuple[str, ...]
    read_row: Callable[[int, Mapping[str, str], RowContext], Registration | list[RowFault]]
    masked: Callable[[str, str], str | None]
    column_of: Mapping[str, str]
    keys: Callable[[Registration], Sequence[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of a file.

    Attributes:
        accepted: Rows that added or changed something, or would have in a dry run.
        already_known: Rows that said nothing new.
        rejected: Rows that were refused, each with at least one fault.
    """

    import_id: UUID
    institution_id: UUID
    layout: str
    encoding: str
    is_dry_run: bool
    row_count: int
    accepted: int
    already_known: int
    rejected: int
    imported_at: datetime
    faults: tuple[RowFault, ...]


def without_repeated(rows: Sequence[GoodRow], layout: Layout) -> tuple[list[GoodRow], list[RowFault]]:
    """The rows that name somebody for the first time, and a fault for each later row about the same person."""
    seen: set[tuple[str, str]] = set()
    kept: list[GoodRow] = []
    faults: list[RowFault] = []
    for row in rows:
        keys = layout.keys(row.registration)
        repeated = next((key for key in keys if key in seen), None)
        if repeated is None:
            seen.update(keys)
            kept.append(row)
            continue
        column = repeated[0]
        faults.append(RowFault(row.number, column, layout.masked(column, row.cells.get(column, "")), DUPLICATE_ROW))
    return kept, faults
