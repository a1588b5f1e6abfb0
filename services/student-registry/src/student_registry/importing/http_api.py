"""HTTP paths of the file import."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from chassis.http import UPLOAD_BYTES_MAX, FreshActor, RequestId
from chassis.messages import Messages
from chassis.tabular import BYTES_MAX
from fastapi import APIRouter, File, Form, Query, Request, UploadFile
from pydantic import BaseModel

from student_registry.calendar_th import now_utc
from student_registry.deps import Deps
from student_registry.importing import nuaikit_learners_1, use_cases
from student_registry.importing.domain import ImportReport
from student_registry.provenance import SOURCE_CHARACTERS_MAX, DataStatus, Provenance


class RejectedCell(BaseModel):
    """Why a row, or one cell of it, was not taken. Names and birth dates are never shown, numbers by their ending."""

    row: int
    column: str | None
    masked_value: str | None
    reason: str
    title_th: str


class ImportReportJson(BaseModel):
    """What became of a file."""

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
            rows=[
                RejectedCell(
                    row=fault.row,
                    column=fault.column,
                    masked_value=fault.masked_value,
                    reason=fault.reason,
                    title_th=messages.sentence(fault.reason),
                )
                for fault in report.faults
            ],
        )


def router(deps: Deps) -> APIRouter:
    """Paths of the file import."""
    api = APIRouter(prefix="/v1", tags=["learner imports"])

    @api.post("/learner-imports", max_body_size=UPLOAD_BYTES_MAX)
    async def import_learners(
        *,
        file: Annotated[UploadFile, File(description="CSV (UTF-8 or CP874) or XLSX.")],
        request: Request,
        actor: FreshActor,
        request_id: RequestId,
        institution_id: Annotated[UUID | None, Form(description="The caller's own when absent.")] = None,
        layout: Annotated[str, Form()] = nuaikit_learners_1.LAYOUT.name,
        encoding: Annotated[str | None, Form(description="utf-8 or cp874; detected when absent.")] = None,
        documents_seen: Annotated[
            bool, Form(description="The numbers were checked against documents.")
        ] = False,  # a form field
        source: Annotated[str, Form(min_length=1, max_length=SOURCE_CHARACTERS_MAX)] = "learner file",
        data_status: Annotated[DataStatus, Form()] = DataStatus.ASSUMED,
        dry_run: Annotated[bool, Query(description="Check everything and write nothing.")] = False,  # a query field
    ) -> ImportReportJson:
        """Import a learner file; the good rows are in whatever the others are, and sending it again changes nothing."""
        command = use_cases.ImportLearners(
            request_id=request_id,
            institution_id=institution_id or actor.at(),
            layout=layout,
            # One byte more than allowed is enough to know that it is too much.
            content=await file.read(BYTES_MAX + 1),
            encoding=encoding or None,
            is_dry_run=dry_run,
            provenance=Provenance(source, data_status),
            are_documents_seen=documents_seen,
        )
        report = await use_cases.import_learners(deps, command, actor=actor, now=now_utc())
        return ImportReportJson.of(report, request.app.state.messages)

    @api.get("/learner-imports/{import_id}")
    async def get_import(import_id: UUID, request: Request, actor: FreshActor) -> ImportReportJson:
        """The report of an earlier import of the caller's institution."""
        report = await use_cases.get_import(deps, import_id, actor=actor)
        return ImportReportJson.of(report, request.app.state.messages)

    return api
