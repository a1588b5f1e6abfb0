"""HTTP path of the learner export."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from chassis.http import FreshActor
from chassis.sheets import CSV_TYPE, XLSX_TYPE, download
from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from student_registry.calendar_th import now_utc
from student_registry.deps import Deps
from student_registry.exporting import use_cases
from student_registry.exporting.domain import ExportRow


class FileFormat(StrEnum):
    """Of an exported file."""

    CSV = "csv"
    XLSX = "xlsx"


MEDIA_TYPES = {FileFormat.CSV: CSV_TYPE, FileFormat.XLSX: XLSX_TYPE}


async def _from_first(first: list[ExportRow], rest: AsyncGenerator[list[ExportRow]]) -> AsyncGenerator[list[ExportRow]]:
    yield first
    async for page in rest:
        yield page


def router(deps: Deps) -> APIRouter:
    """Path of the learner export."""
    api = APIRouter(prefix="/v1", tags=["learner exports"])

    @api.get(
        "/learner-exports",
        response_class=StreamingResponse,
        responses={
            200: {
                "description": "A file in the layout nuaikit-learners-1.",
                "content": {
                    media_type.partition(";")[0]: {"schema": {"type": "string", "format": "binary"}}
                    for media_type in MEDIA_TYPES.values()
                },
            }
        },
    )
    async def export_learners(
        *,
        actor: FreshActor,
        institution_id: Annotated[UUID | None, Query(description="The caller's own when absent.")] = None,
        on_date: Annotated[date | None, Query(description="Day of enrolment; today when absent.")] = None,
        file_format: Annotated[FileFormat, Query(alias="format", examples=["csv"])] = FileFormat.CSV,
    ) -> StreamingResponse:
        """Export the learners of the caller's institution; the file imports again unchanged."""
        query = use_cases.ExportLearners(institution_id or actor.at(), on_date)
        now = now_utc()
        pages = use_cases.rows(deps, query, actor=actor, now=now)
        # The first page before the answer begins: a refusal must still have its status.
        pages = _from_first(await anext(pages), pages)
        is_workbook = file_format is FileFormat.XLSX
        if is_workbook:
            await use_cases.check_workbook(deps, query, now=now)
        file = download("learners", use_cases.sheet_rows(pages), is_workbook=is_workbook)
        headers = {"Content-Disposition": f'attachment; filename="{file.name}"', "Cache-Control": "no-store"}
        return StreamingResponse(file.content, media_type=file.media_type, headers=headers)

    return api
