"""Rows, their faults and the report of an import. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from student_registry.enrolments.domain import Enrolment, EnrolmentFacts
from student_registry.learners.domain import Registration
from student_registry.provenance import Provenance

VALUE_MISSING = "VALUE_MISSING"
VALUE_UNKNOWN = "VALUE_UNKNOWN"
DATE_INVALID = "DATE_INVALID"
DUPLICATE_ROW = "DUPLICATE_ROW"
LABEL_FORMAT = "LABEL_FORMAT"
NUMBER_INVALID = "NUMBER_INVALID"


FAULTS_SHOWN_MAX = 1_000
"""Faults in a report; the others are in its pages."""


class ImportState(StrEnum):
    """Where an import stands.

    A file is checked whole first. One that is tried, or held for its differences, is then compared with what is known;
    any other, and a held one when told to, is applied part by part.
    """

    CHECKING = "CHECKING"
    COMPARING = "COMPARING"
    READY = "READY"
    APPLYING = "APPLYING"
    DONE = "DONE"
    FAILED = "FAILED"


class Difference(StrEnum):
    """What a row of a file is beside what is known."""

    NEW = "NEW"
    CHANGED = "CHANGED"
    UNCHANGED = "UNCHANGED"
    MISSING = "MISSING"


@dataclass(frozen=True, slots=True)
class Compared:
    """One row of the list of differences.

    Attributes:
        position: Row of the file; of a missing learner a running number.
        learner_id: None: a new learner.
        changes: Names of what changes, with labels before and after where those are not personal.
    """

    kind: Difference
    position: int
    learner_id: UUID | None
    changes: tuple[dict[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class RowFault:
    """Why a row, or one cell of it, cannot be used.

    Attributes:
        row: Number as a spreadsheet shows it; the header is 1.
        column: Header of the cell; None when the whole row is at fault.
        masked_value: What the cell holds, where that is not personal; of numbers the last four characters.
        reason: Machine-readable.
        file: Of a bundle: another of its files than the one that has the rows.
        referred_row: Of a bundle: row of the other file that `column` names, to which this row refers.
    """

    row: int
    column: str | None
    masked_value: str | None
    reason: str
    file: str | None = None
    referred_row: int | None = None


@dataclass(slots=True)
class Beside:
    """What is found in a bundle of files beside its rows, as far as it was read.

    Attributes:
        faults: Of other files than the one that has the rows; whoever takes them forgets them here.
        ignored: Rows that are none of ours.
    """

    faults: list[RowFault] = field(default_factory=list["RowFault"])
    ignored: int = 0

    def taken(self) -> list[RowFault]:
        """The faults found since the last call."""
        found, self.faults = self.faults, []
        return found


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
class Columns:
    """Rows that are right by themselves, column by column; all of one institution.

    Attributes:
        numbers: Row numbers.
        citizen_ids: Checked; empty where there is none, as are the G-codes.
        births: Day and precision, or None.
        starts: First days of the enrolments.
        numbers_in_class: Places in the class list, or None.
    """

    numbers: Sequence[int]
    student_nos: Sequence[str] = field(repr=False)
    citizen_ids: Sequence[str] = field(repr=False)
    g_codes: Sequence[str] = field(repr=False)
    titles: Sequence[str] = field(repr=False)
    given_names: Sequence[str] = field(repr=False)
    family_names: Sequence[str] = field(repr=False)
    births: Sequence[tuple[date, str] | None] = field(repr=False)
    sexes: Sequence[str | None] = field(repr=False)
    roles: Sequence[str]
    delivery_systems: Sequence[str]
    grades: Sequence[str]
    classrooms: Sequence[str]
    programmes: Sequence[str]
    starts: Sequence[date]
    numbers_in_class: Sequence[int | None]


@dataclass(frozen=True, slots=True)
class Layout:
    """An adapter: how files of one layout are read.

    Attributes:
        needed: Columns that must be in the header.
        read_row: A row's registration, or its faults; never raises on any content.
        masked: A cell as it may be shown, by column.
        column_of: Column of a field that a refusal names.
        keys: Columns of which each value names one person, for finding repeated rows.
        key_columns: Those columns.
        read_columns: Many rows at once: those that are plainly right, column by column, and the places of the others,
            which `read_row` must look at. It takes a row only where `read_row` would, and means the same. None: every
            row is looked at by itself.
        has_enrolments: Whether a row enrols its learner; a census does not.
        told: Columns as the file names them, where that is not as the layout does; one of another file of a bundle
            begins with that file's name, and the column of this name has the row there.
    """

    name: str
    needed: tuple[str, ...]
    read_row: Callable[[int, Mapping[str, str], RowContext], Registration | list[RowFault]]
    masked: Callable[[str, str], str | None]
    column_of: Mapping[str, str]
    keys: Callable[[Registration], Sequence[tuple[str, str]]]
    key_columns: tuple[str, ...] = ()
    read_columns: Callable[[Sequence[int], Mapping[str, Sequence[str]], date], tuple[Columns, Sequence[int]]] | None = (
        None
    )
    has_enrolments: bool = True
    told: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of a file, or how far it is.

    Attributes:
        accepted: Rows that added or changed something, or would have in a dry run.
        already_known: Rows that said nothing new.
        rejected: Rows that were refused, each with at least one fault.
        rows_done: Rows of the file that are settled.
        differences: How many rows of each kind, of a file that is held or was tried.
        faults: The first `FAULTS_SHOWN_MAX`.
        fault_count: How many there are.
        ignored: Rows of a bundle that are none of ours: of other people, of classes that are no homeroom.
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
    state: ImportState = ImportState.DONE
    is_held: bool = False
    rows_done: int = 0
    round_id: UUID | None = None
    failure_reason: str | None = None
    differences: Mapping[str, int] = field(default_factory=dict[str, int])
    fault_count: int = 0
    ignored: int = 0

    @property
    def is_settled(self) -> bool:
        """Whether it waits for nothing but a word."""
        return self.state in (ImportState.DONE, ImportState.FAILED, ImportState.READY)


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """An earlier import in a list: who sent it, when, and what became of it.

    Attributes:
        imported_by: Keyed hash of the sender's subject.
        rows_done: Rows of the file that are settled.
    """

    import_id: UUID
    layout: str
    encoding: str
    is_dry_run: bool
    is_held: bool
    state: ImportState
    failure_reason: str | None
    imported_at: datetime
    imported_by: str
    imported_by_role: str
    source: str
    round_id: UUID | None
    row_count: int
    rows_done: int
    accepted: int
    already_known: int
    rejected: int
    ignored: int


def changes_of(stated: Registration, before: Sequence[Enrolment], *, has_new_identifier: bool) -> list[dict[str, str]]:
    """What a row changes about a known learner: labels of the enrolment before and after, else only that it changes."""
    changes: list[dict[str, str]] = []
    for facts in stated.enrolments:
        same = next((item for item in before if item.facts.natural_key == facts.natural_key), None)
        if same is None:
            changes.append({"field": "enrolment"})
            continue
        for name in ("grade_label", "classroom", "delivery_system", "number_in_class"):
            old, new = _label(same.facts, name), _label(facts, name)
            # A row that leaves the number out does not take it away.
            if old != new and (new or name != "number_in_class"):
                changes.append({"field": name, "before": old, "after": new})
    if has_new_identifier:
        changes.append({"field": "identifiers"})
    return changes


def _label(facts: EnrolmentFacts, name: str) -> str:
    value = getattr(facts, name)
    return "" if value is None else str(value)


def without_repeated(
    rows: Sequence[GoodRow], layout: Layout, *, seen: set[tuple[str, str]] | None = None
) -> tuple[list[GoodRow], list[RowFault]]:
    """The rows that name somebody for the first time, and a fault for each later row about the same person.

    Args:
        rows: In the order of the file.
        layout: How they are read.
        seen: Keys of rows before these; those of the rows that are kept are added.
    """
    named: set[tuple[str, str]] = set() if seen is None else seen
    kept: list[GoodRow] = []
    faults: list[RowFault] = []
    for row in rows:
        keys = layout.keys(row.registration)
        repeated = next((key for key in keys if key in named), None)
        if repeated is None:
            named.update(keys)
            kept.append(row)
            continue
        column = repeated[0]
        faults.append(RowFault(row.number, column, layout.masked(column, row.cells.get(column, "")), DUPLICATE_ROW))
    return kept, faults
