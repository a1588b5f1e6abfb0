"""Catalogue files over HTTP: in, the rejected rows back, and out."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import Annotated

from chassis.http import UPLOAD_BYTES_MAX, CurrentActor, RequestId
from chassis.messages import Messages
from chassis.pg import Pool
from chassis.sheets import CSV_TYPE, XLSX_TYPE, Download, download
from fastapi import APIRouter, Depends, File, Form, Query, UploadFile
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from credit_bank.calendar_th import utc_now
from credit_bank.catalogue import files
from credit_bank.catalogue.keys import CodeSystem
from credit_bank.catalogue.layout import LAYOUT
from credit_bank.catalogue.use_cases import owner_of
from credit_bank.json_models import Status
from credit_bank.provenance import SOURCE_CHARACTERS_MAX, Provenance


class FileFormat(StrEnum):
    """Of an exported file."""

    CSV = "csv"
    XLSX = "xlsx"


class RowFaultOut(BaseModel):
    """Why a row is not in; without `is_refused` it is in and only odd."""

    row: int
    column: str | None
    value: str | None
    reason: str
    title_th: str
    suggestions: list[str]
    is_refused: bool


class CourseImportOut(BaseModel):
    """What became of a file."""

    layout: str
    encoding: str
    is_dry_run: bool
    row_count: int
    accepted: int
    already_known: int
    rejected: int
    rows: list[RowFaultOut]


async def _sent(
    request_id: RequestId,
    file: Annotated[UploadFile, File(description="CSV or XLSX in the layout nuaikit-courses-1.")],
    *,
    source: Annotated[str, Form(max_length=SOURCE_CHARACTERS_MAX, description="Of rows that name none.")] = "",
    data_status: Annotated[Status, Form()] = "assumed",
    encoding: Annotated[str | None, Form(description="utf-8 or cp874; found out when absent.")] = None,
    dry_run: Annotated[bool, Query(description="Only check.")] = False,
) -> files.ImportCourses:
    usual = Provenance(source.strip() or f"file, layout {LAYOUT}", data_status)
    return files.ImportCourses(request_id, await file.read(), encoding, usual, dry_run)


Sent = Annotated[files.ImportCourses, Depends(_sent)]


def router(pool: Pool, messages: Messages) -> APIRouter:
    """The paths."""
    api = APIRouter(tags=["catalogue"])

    @api.post("/v1/course-imports", max_body_size=UPLOAD_BYTES_MAX)
    async def import_courses(sent: Sent, actor: CurrentActor) -> CourseImportOut:
        """Publish the good rows of a catalogue file and report the others; the same file again changes nothing."""
        report = await files.import_courses(pool, sent, actor=actor, now=utc_now())
        return CourseImportOut(
            layout=LAYOUT,
            encoding=report.encoding,
            is_dry_run=report.is_dry_run,
            row_count=report.row_count,
            accepted=report.accepted,
            already_known=report.already_known,
            rejected=report.rejected,
            rows=[
                RowFaultOut(
                    row=fault.row,
                    column=fault.column,
                    value=fault.value,
                    reason=fault.reason,
                    title_th=messages.sentence(fault.reason),
                    suggestions=[text for text in fault.suggestion.split(" / ") if text],
                    is_refused=fault.is_refused,
                )
                for fault in report.faults
            ],
        )

    @api.post(
        "/v1/course-imports/rejected-rows",
        max_body_size=UPLOAD_BYTES_MAX,
        response_class=StreamingResponse,
        responses={200: {"content": {CSV_TYPE: {}}}},
    )
    async def rejected_rows(sent: Sent, actor: CurrentActor) -> StreamingResponse:
        """The rows that cannot be in, with why and what would be right, to be mended and sent; nothing changes."""
        report = await files.import_courses(pool, replace(sent, is_dry_run=True), actor=actor, now=utc_now())
        stem = f"rejected-rows-{sent.request_id}"
        return _streamed(download(stem, files.rejected_rows(report, messages), is_workbook=False))

    @api.get(
        "/v1/course-exports",
        response_class=StreamingResponse,
        responses={200: {"content": {CSV_TYPE: {}, XLSX_TYPE: {}}}},
    )
    async def export_courses(
        actor: CurrentActor,
        *,
        is_national: Annotated[bool, Query(description="National courses instead of one's own.")] = False,
        code_system: CodeSystem | None = None,
        curriculum_version: str = "",
        file_format: Annotated[FileFormat, Query(alias="format", examples=["csv"])] = FileFormat.CSV,
    ) -> StreamingResponse:
        """Courses of the caller's institution, or national ones, as a file that comes in again unchanged."""
        courses = await files.exported(
            pool,
            owner=None if is_national else owner_of(actor),
            code_system=code_system,
            curriculum_version=curriculum_version,
        )
        is_workbook = file_format is FileFormat.XLSX
        return _streamed(download("courses", files.course_rows(courses), is_workbook=is_workbook))

    return api


def _streamed(file: Download) -> StreamingResponse:
    headers = {"Content-Disposition": f'attachment; filename="{file.name}"'}
    return StreamingResponse(file.content, media_type=file.media_type, headers=headers)
