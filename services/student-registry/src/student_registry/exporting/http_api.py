"""HTTP path of the learner export."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import date
from enum import StrEnum
from typing import IO, Annotated
from uuid import UUID

from chassis.http import FreshActor
from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from student_registry.calendar_th import now_utc
from student_registry.deps import Deps
from student_registry.exporting import use_cases
from student_registry.exporting.domain import ExportRow

_PIECE_BYTES = 256 * 1024


class FileFormat(StrEnum):
    """Of an exported file."""

    CSV = "csv"
    XLSX = "xlsx"


MEDIA_TYPES = {
    FileFormat.CSV: "text/csv; charset=utf-8",
    FileFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


async def _from_first(first: list[ExportRow], rest: AsyncGenerator[list[ExportRow]]) -> AsyncGenerator[list[ExportRow]]:
    yield first
    async for page in rest:
        yield page


async def _pieces(file: IO[bytes]) -> AsyncGenerator[bytes]:
    with file:
        while piece := file.read(_PIECE_BYTES):
            yield piece


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
        if file_format is FileFormat.XLSX:
            await use_cases.check_workbook(deps, query, now=now)
            content = _pieces(await use_cases.as_workbook(pages))
        else:
            content = use_cases.as_csv(pages)
        disposition = f'attachment; filename="learners.{file_format}"'
        return StreamingResponse(
            content, media_type=MEDIA_TYPES[file_format], headers={"Content-Disposition": disposition}
        )

    return api
