"""HTTP paths of OneRoster bundles."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import date
from typing import IO, Annotated
from uuid import UUID

from chassis.http import UPLOAD_BYTES_MAX, FreshActor, RequestId
from chassis.messages import Messages
from chassis.tabular import BYTES_MAX
from fastapi import APIRouter, File, Form, Query, Request, UploadFile
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from student_registry.calendar_th import now_utc
from student_registry.deps import Deps
from student_registry.oneroster import use_cases
from student_registry.provenance import SOURCE_CHARACTERS_MAX, DataStatus, Provenance

ZIP = "application/zip"
_PIECE_BYTES = 256 * 1024


class RejectedRow(BaseModel):
    """Why a row was not taken; no cell is shown, as they are mostly personal."""

    file: str
    row: int
    column: str | None
    reason: str
    title_th: str


class BundleReportJson(BaseModel):
    """What became of a bundle."""

    is_dry_run: bool
    row_count: int
    accepted: int
    already_known: int
    rejected: int
    ignored: int
    rows: list[RejectedRow]

    @classmethod
    def of(cls, report: use_cases.BundleReport, messages: Messages) -> BundleReportJson:
        """As shown, with a Thai sentence for each reason."""
        return cls(
            is_dry_run=report.is_dry_run,
            row_count=report.row_count,
            accepted=report.accepted,
            already_known=report.already_known,
            rejected=report.rejected,
            ignored=report.ignored,
            rows=[
                RejectedRow(
                    file=fault.file,
                    row=fault.row,
                    column=fault.column,
                    reason=fault.reason,
                    title_th=messages.sentence(fault.reason),
                )
                for fault in report.faults
            ],
        )


async def _pieces(file: IO[bytes]) -> AsyncGenerator[bytes]:
    with file:
        while piece := file.read(_PIECE_BYTES):
            yield piece


def router(deps: Deps) -> APIRouter:
    """Paths of OneRoster bundles."""
    api = APIRouter(prefix="/v1", tags=["OneRoster"])

    @api.get(
        "/oneroster-bundles",
        response_class=StreamingResponse,
        responses={
            200: {
                "description": "OneRoster 1.2 CSV bundle.",
                "content": {ZIP: {"schema": {"type": "string", "format": "binary"}}},
            }
        },
    )
    async def export_bundle(
        *,
        actor: FreshActor,
        institution_id: Annotated[UUID | None, Query(description="The caller's own when absent.")] = None,
        on_date: Annotated[date | None, Query(description="Day of enrolment; today when absent.")] = None,
    ) -> StreamingResponse:
        """Export the roster of the caller's institution as a OneRoster 1.2 CSV bundle."""
        bundle = await use_cases.export_bundle(
            deps, institution_id or actor.at(), on_date=on_date, actor=actor, now=now_utc()
        )
        headers = {"Content-Disposition": 'attachment; filename="oneroster.zip"'}
        return StreamingResponse(_pieces(bundle), media_type=ZIP, headers=headers)

    @api.post("/oneroster-imports", max_body_size=UPLOAD_BYTES_MAX)
    async def import_bundle(
        *,
        file: Annotated[UploadFile, File(description="OneRoster 1.2 CSV bundle (ZIP), processed as a whole.")],
        request: Request,
        actor: FreshActor,
        request_id: RequestId,
        institution_id: Annotated[UUID | None, Form(description="The caller's own when absent.")] = None,
        source: Annotated[str, Form(min_length=1, max_length=SOURCE_CHARACTERS_MAX)] = "OneRoster 1.2",
        data_status: Annotated[DataStatus, Form()] = DataStatus.ASSUMED,
        dry_run: Annotated[bool, Query(description="Check everything and write nothing.")] = False,  # a query field
    ) -> BundleReportJson:
        """Import a roster: students in homerooms of the caller's institution; sending it again changes nothing."""
        command = use_cases.ImportBundle(
            request_id=request_id,
            institution_id=institution_id or actor.at(),
            # One byte more than allowed is enough to know that it is too much.
            content=await file.read(BYTES_MAX + 1),
            is_dry_run=dry_run,
            provenance=Provenance(source, data_status),
        )
        report = await use_cases.import_bundle(deps, command, actor=actor, now=now_utc())
        return BundleReportJson.of(report, request.app.state.messages)

    return api
