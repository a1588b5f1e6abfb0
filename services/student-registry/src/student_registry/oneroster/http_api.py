"""HTTP paths of OneRoster bundles."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import date
from typing import IO, Annotated
from uuid import UUID

from chassis.http import FreshActor, RequestId
from fastapi import APIRouter, File, Form, Query, Request, Response, UploadFile
from fastapi.responses import StreamingResponse

from student_registry.calendar_th import now_utc
from student_registry.deps import Deps
from student_registry.importing import oneroster_1_2
from student_registry.importing import use_cases as importing
from student_registry.importing.http_api import FILE_BYTES_MAX, answered
from student_registry.importing.json_models import ImportReportJson
from student_registry.oneroster import use_cases
from student_registry.provenance import SOURCE_CHARACTERS_MAX, DataStatus, Provenance

ZIP = "application/zip"
_PIECE_BYTES = 256 * 1024


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

    @api.post("/oneroster-imports", max_body_size=FILE_BYTES_MAX)
    async def import_bundle(
        *,
        file: Annotated[UploadFile, File(description="OneRoster 1.2 CSV bundle (ZIP), processed as a whole.")],
        request: Request,
        response: Response,
        actor: FreshActor,
        request_id: RequestId,
        institution_id: Annotated[UUID | None, Form(description="The caller's own when absent.")] = None,
        source: Annotated[str, Form(min_length=1, max_length=SOURCE_CHARACTERS_MAX)] = "OneRoster 1.2",
        data_status: Annotated[DataStatus, Form()] = DataStatus.ASSUMED,
        hold: Annotated[bool, Form(description="Show first what would change, and wait.")] = False,  # a form field
        round_id: Annotated[UUID | None, Form(description="Round of the year; such a file is always held.")] = None,
        dry_run: Annotated[bool, Query(description="Check everything and write nothing.")] = False,  # a query field
    ) -> ImportReportJson:
        """Import a roster: students in homerooms of the caller's institution; sending it again changes nothing.

        A learner file of layout oneroster-1.2: a small one is answered with its report (200), a larger one with how far
        it is (202); report, faults and rejected rows are asked for at `/v1/learner-imports/{import_id}`.
        """
        command = importing.ImportLearners(
            request_id=request_id,
            institution_id=institution_id or actor.at(),
            layout=oneroster_1_2.LAYOUT.name,
            file=file.file,
            encoding=None,
            is_dry_run=dry_run,
            provenance=Provenance(source, data_status),
            is_held=hold,
            round_id=round_id,
        )
        report = await importing.import_learners(deps, command, actor=actor, now=now_utc())
        return answered(report, request, response)

    return api
