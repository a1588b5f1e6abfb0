"""HTTP paths of the files of institutions and of staff assignments."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from chassis.http import UPLOAD_BYTES_MAX, CurrentActor, FreshActor, RequestId
from chassis.messages import Messages
from chassis.sheets import download
from chassis.tabular import BYTES_MAX
from fastapi import APIRouter, File, Form, Query, Request, UploadFile
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from student_registry.calendar_th import now_utc
from student_registry.deps import Deps
from student_registry.exporting.http_api import MEDIA_TYPES, FileFormat
from student_registry.importing.json_models import RejectedCell
from student_registry.institutions import files, nuaikit_institutions_1, nuaikit_staff_1
from student_registry.institutions.domain import InstitutionKind
from student_registry.provenance import SOURCE_CHARACTERS_MAX, DataStatus, Provenance


class FileReportJson(BaseModel):
    """What became of a file; `rows` holds at most 10,000 faults, accounts and names are never shown."""

    layout: str
    encoding: str
    is_dry_run: bool
    row_count: int
    accepted: int
    already_known: int
    rejected: int
    rows: list[RejectedCell]

    @classmethod
    def of(cls, report: files.FileReport, messages: Messages) -> FileReportJson:
        """As shown, with a Thai sentence for each reason."""
        return cls(
            layout=report.layout,
            encoding=report.encoding,
            is_dry_run=report.is_dry_run,
            row_count=report.row_count,
            accepted=report.accepted,
            already_known=report.already_known,
            rejected=report.rejected,
            rows=RejectedCell.each(report.faults, messages),
        )


Upload = Annotated[UploadFile, File(description="CSV (UTF-8 or CP874) or XLSX.")]
Encoding = Annotated[str | None, Form(description="utf-8 or cp874; detected when absent.")]
Source = Annotated[str, Form(min_length=1, max_length=SOURCE_CHARACTERS_MAX)]
Status = Annotated[DataStatus, Form()]
Since = Annotated[date | None, Form(description="First day of what is stated; today when absent.")]
DryRun = Annotated[bool, Query(description="Check everything and write nothing.")]
Within = Annotated[UUID | None, Query(description="Only it and everything below it in the administration.")]
OnDate = Annotated[date | None, Query(description="Day for which it holds; today when absent.")]
Format = Annotated[FileFormat, Query(alias="format", examples=["csv"])]


async def _command(
    file: UploadFile, *, request_id: UUID, layout: str, encoding: str | None, is_dry_run: bool, provenance: Provenance
) -> files.ImportFile:
    return files.ImportFile(
        request_id=request_id,
        layout=layout,
        # One byte more than allowed is enough to know that it is too much.
        content=await file.read(BYTES_MAX + 1),
        encoding=encoding or None,
        is_dry_run=is_dry_run,
        provenance=provenance,
    )


def _download(
    header: tuple[str, ...], pages: AsyncGenerator[list[list[str]]], file_format: FileFormat, *, name: str
) -> StreamingResponse:
    file = download(name, files.sheet_rows(header, pages), is_workbook=file_format is FileFormat.XLSX)
    headers = {"Content-Disposition": f'attachment; filename="{file.name}"', "Cache-Control": "no-store"}
    return StreamingResponse(file.content, media_type=file.media_type, headers=headers)


def _file_answer(layout: str) -> dict[int | str, dict[str, Any]]:
    schema = {"schema": {"type": "string", "format": "binary"}}
    content = {media_type.partition(";")[0]: schema for media_type in MEDIA_TYPES.values()}
    return {200: {"description": f"A file in the layout {layout}.", "content": content}}


def router(deps: Deps) -> APIRouter:
    """Paths of the files of institutions and staff."""
    api = APIRouter(prefix="/v1", tags=["institution and staff files"])

    @api.post("/institution-imports", max_body_size=UPLOAD_BYTES_MAX)
    async def import_institutions(
        *,
        file: Upload,
        request: Request,
        actor: FreshActor,
        request_id: RequestId,
        layout: Annotated[str, Form()] = nuaikit_institutions_1.NAME,
        encoding: Encoding = None,
        source: Source = "institution file",
        data_status: Status = DataStatus.ASSUMED,
        effective_from: Since = None,
        dry_run: DryRun = False,  # a query field
    ) -> FileReportJson:
        """Add and change institutions by a file; sending it again changes nothing, an empty cell says nothing."""
        command = await _command(
            file,
            request_id=request_id,
            layout=layout,
            encoding=encoding,
            is_dry_run=dry_run,
            provenance=Provenance(source, data_status, effective_from),
        )
        report = await files.import_institutions(deps, command, actor=actor, now=now_utc())
        return FileReportJson.of(report, request.app.state.messages)

    @api.post("/staff-imports", max_body_size=UPLOAD_BYTES_MAX)
    async def import_staff(
        *,
        file: Upload,
        request: Request,
        actor: FreshActor,
        request_id: RequestId,
        layout: Annotated[str, Form()] = nuaikit_staff_1.NAME,
        encoding: Encoding = None,
        source: Source = "staff file",
        data_status: Status = DataStatus.ASSUMED,
        dry_run: DryRun = False,  # a query field
    ) -> FileReportJson:
        """Assign people to institutions, and end assignments, by a file; sending it again changes nothing."""
        command = await _command(
            file,
            request_id=request_id,
            layout=layout,
            encoding=encoding,
            is_dry_run=dry_run,
            provenance=Provenance(source, data_status),
        )
        report = await files.import_staff(deps, command, actor=actor, now=now_utc())
        return FileReportJson.of(report, request.app.state.messages)

    @api.get(
        "/institution-exports",
        response_class=StreamingResponse,
        responses=_file_answer(nuaikit_institutions_1.NAME),
    )
    async def export_institutions(
        *,
        _actor: CurrentActor,
        kind: Annotated[list[InstitutionKind] | None, Query()] = None,
        within_institution_id: Within = None,
        on_date: OnDate = None,
        file_format: Format = FileFormat.CSV,
    ) -> StreamingResponse:
        """Export institutions; the file imports again and changes nothing."""
        query = files.ExportInstitutions(tuple(kind or ()), within_institution_id, on_date)
        pages = files.institution_pages(deps, query, now=now_utc())
        return _download(nuaikit_institutions_1.COLUMNS, pages, file_format, name="institutions")

    @api.get("/staff-exports", response_class=StreamingResponse, responses=_file_answer(nuaikit_staff_1.NAME))
    async def export_staff(
        *,
        actor: FreshActor,
        within_institution_id: Within = None,
        on_date: OnDate = None,
        file_format: Format = FileFormat.CSV,
    ) -> StreamingResponse:
        """Export the assignments of a day; accounts are kept only as keyed hashes, so their column is empty."""
        actor.require(files.MANAGE_STAFF)
        query = files.ExportInstitutions((), within_institution_id, on_date)
        pages = files.staff_pages(deps, query, actor=actor, now=now_utc())
        return _download(nuaikit_staff_1.EXPORT_COLUMNS, pages, file_format, name="staff")

    return api
