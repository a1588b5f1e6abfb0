"""What the HTTP paths of imports show. Names and birth dates never, numbers by their ending."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from chassis.messages import Messages
from pydantic import BaseModel, Field

from student_registry.importing.domain import (
    Compared,
    Difference,
    ImportReport,
    ImportState,
    ImportSummary,
    RowFault,
)
from student_registry.importing.mapping import LAYOUT_NAME, PublishedLayout
from student_registry.importing.round_facts import ImportRound, RoundStage
from student_registry.provenance import SOURCE_CHARACTERS_MAX, DataStatus


class RejectedCell(BaseModel):
    """Why a row, or one cell of it, was not taken. Names and birth dates are never shown, numbers by their ending."""

    row: int
    column: str | None
    masked_value: str | None
    reason: str
    title_th: str
    file: str | None = Field(default=None, description="Of a bundle: another of its files than enrollments.csv.")
    referred_row: int | None = Field(
        default=None, description="Of a bundle: row of the file that `column` names, to which this row refers."
    )

    @classmethod
    def each(cls, faults: Iterable[RowFault], messages: Messages) -> list[RejectedCell]:
        """As shown, with a Thai sentence for each reason."""
        return [
            cls(
                row=fault.row,
                column=fault.column,
                masked_value=fault.masked_value,
                reason=fault.reason,
                title_th=messages.sentence(fault.reason),
                file=fault.file,
                referred_row=fault.referred_row,
            )
            for fault in faults
        ]


class ImportReportJson(BaseModel):
    """What became of a file, or how far it is.

    `rows` holds the first 1,000 faults; `rejected_cells` says how many there are. `differences` counts rows by kind.
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
    state: ImportState
    is_held: bool
    rows_done: int
    round_id: UUID | None
    failure_reason: str | None
    failure_title_th: str | None
    differences: dict[str, int]
    rejected_cells: int
    ignored: int = Field(
        default=0, description="Rows of a bundle about other people, or of classes that are no homeroom."
    )
    rows: list[RejectedCell]

    @classmethod
    def of(cls, report: ImportReport, messages: Messages) -> ImportReportJson:
        """As shown, with a Thai sentence for each reason."""
        return cls(
            import_id=report.import_id,
            institution_id=report.institution_id,
            layout=report.layout,
            encoding=report.encoding,
            is_dry_run=report.is_dry_run,
            row_count=report.row_count,
            accepted=report.accepted,
            already_known=report.already_known,
            rejected=report.rejected,
            imported_at=report.imported_at,
            state=report.state,
            is_held=report.is_held,
            rows_done=report.rows_done,
            round_id=report.round_id,
            failure_reason=report.failure_reason,
            failure_title_th=messages.sentence(report.failure_reason) if report.failure_reason else None,
            differences=dict(report.differences),
            rejected_cells=report.fault_count,
            ignored=report.ignored,
            rows=RejectedCell.each(report.faults, messages),
        )


class ImportSummaryJson(BaseModel):
    """An earlier import: who sent it, when, and what became of it."""

    import_id: UUID
    layout: str
    encoding: str
    is_dry_run: bool
    is_held: bool
    state: ImportState
    failure_reason: str | None
    imported_at: datetime
    imported_by: Annotated[
        str, Field(description="Keyed hash of the sender's subject.", examples=["3f1c8e6d4a10b52d3a7c1e0199a2b47c"])
    ]
    imported_by_role: Annotated[str, Field(examples=["school_registrar"])]
    source: str
    round_id: UUID | None
    row_count: int
    rows_done: int
    accepted: int
    already_known: int
    rejected: int
    ignored: int

    @classmethod
    def of(cls, summary: ImportSummary) -> ImportSummaryJson:
        """As shown."""
        return cls(**asdict(summary))


class ImportPage(BaseModel):
    """Earlier imports, newest first; no token: the last page. `total` counts all pages."""

    imports: list[ImportSummaryJson]
    next_page_token: str | None
    total: int


class FaultPage(BaseModel):
    """Some faults in the order of the file."""

    rows: list[RejectedCell]
    next_after: int | None = Field(description="Ask with `after` for the next page; absent on the last.")


class DifferenceJson(BaseModel):
    """One row beside what is known. Labels are shown before and after; names and numbers never."""

    kind: Difference
    position: int = Field(description="Row of the file; of a missing learner a running number.")
    learner_id: UUID | None
    changes: list[dict[str, str]]


class DifferencePage(BaseModel):
    """Some differences of one kind."""

    differences: list[DifferenceJson]
    next_after: int | None

    @classmethod
    def of(cls, items: Iterable[Compared], next_after: int | None) -> DifferencePage:
        """As shown."""
        return cls(
            differences=[
                DifferenceJson(
                    kind=item.kind, position=item.position, learner_id=item.learner_id, changes=list(item.changes)
                )
                for item in items
            ],
            next_after=next_after,
        )


class OpenRound(BaseModel):
    """A round to open."""

    kind: Annotated[str, Field(min_length=2, max_length=40, examples=["JUNE_10"])]
    academic_year_be: Annotated[int, Field(ge=2500, le=2700, examples=[2569])]
    institution_id: UUID | None = Field(None, description="The caller's own when absent.")


class RoundIds(BaseModel):
    """Rounds of which each takes the next stage."""

    round_ids: Annotated[list[UUID], Field(min_length=1, max_length=1_000)]


class RoundJson(BaseModel):
    """One round of one institution."""

    round_id: UUID
    institution_id: UUID
    academic_year_be: int
    kind: str
    kind_version: str
    reference_date: date
    stage: RoundStage
    import_id: UUID | None
    learner_count: int | None
    opened_at: datetime
    confirmed_at: datetime | None
    certified_at: datetime | None
    acknowledged_at: datetime | None

    @classmethod
    def of(cls, found: ImportRound) -> RoundJson:
        """As shown."""
        return cls(**{name: getattr(found, name) for name in cls.model_fields})


class RoundList(BaseModel):
    """A page of rounds, newest day first; no token: the last page."""

    rounds: list[RoundJson]
    next_page_token: str | None


class LayoutJson(BaseModel):
    """Another owner's layout: `definition` says for each column of ours where it comes from."""

    name: Annotated[str, Field(pattern=LAYOUT_NAME, examples=["dmc-learners"])]
    base: Annotated[str, Field(examples=["nuaikit-learners-1"])]
    definition: Annotated[
        dict[str, dict[str, Any]],
        Field(examples=[{"ชื่อ": {"source": "FIRST_NAME"}, "เพศ": {"source": "SEX", "values": {"1": "ช", "2": "ญ"}}}]),
    ]
    version: Annotated[str, Field(min_length=1, max_length=40)]
    effective_from: date
    source: Annotated[str, Field(min_length=1, max_length=SOURCE_CHARACTERS_MAX)]
    data_status: DataStatus = DataStatus.ASSUMED

    @classmethod
    def of(cls, layout: PublishedLayout) -> LayoutJson:
        """As shown."""
        provenance = layout.provenance
        assert provenance.version is not None, "a published layout has a version"
        assert provenance.effective_from is not None, "a published layout has a first day"
        return cls(
            name=layout.name,
            base=layout.base,
            definition={name: dict(rule) for name, rule in layout.definition.items()},
            version=provenance.version,
            effective_from=provenance.effective_from,
            source=provenance.source,
            data_status=provenance.status,
        )


class LayoutList(BaseModel):
    """Layouts of other owners in force today."""

    layouts: list[LayoutJson]


class PublishedJson(BaseModel):
    """A layout version is there now."""

    already_done: bool
