"""HTTP paths of the file import, of rounds and of layouts."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from chassis.http import CurrentActor, FreshActor, ItemResult, RequestId, item_results
from fastapi import APIRouter, File, Form, Path, Query, Request, Response, UploadFile
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from student_registry.calendar_th import now_utc, today_in_thailand
from student_registry.deps import Deps
from student_registry.importing import layouts, nuaikit_learners_1, rounds, use_cases
from student_registry.importing.domain import Difference, ImportReport, ImportState
from student_registry.importing.json_models import (
    DifferencePage,
    FaultPage,
    ImportPage,
    ImportReportJson,
    ImportSummaryJson,
    LayoutJson,
    LayoutList,
    OpenRound,
    PublishedJson,
    RejectedCell,
    RoundIds,
    RoundJson,
    RoundList,
)
from student_registry.importing.mapping import PublishedLayout
from student_registry.importing.rejected_rows import rejected_file
from student_registry.importing.round_facts import RoundStage
from student_registry.limits import PAGE_SIZE_MAX
from student_registry.provenance import SOURCE_CHARACTERS_MAX, DataStatus, Provenance

FILE_BYTES_MAX = 1024 * 1024 * 1024
"""Largest upload; it goes to disk as it comes, and from there in pieces, so it is never in memory."""

_STAGES = {
    "confirm": RoundStage.CONFIRMED,
    "certify": RoundStage.CERTIFIED,
    "acknowledge": RoundStage.ACKNOWLEDGED,
}
_Page = Annotated[int, Query(ge=1, le=1_000)]
_After = Annotated[int, Query(ge=0, le=2_000_000_000)]


class RoundResults(BaseModel):
    """What became of each round."""

    results: list[ItemResult]


def answered(report: ImportReport, request: Request, response: Response) -> ImportReportJson:
    """The report, or that it is still to come and where."""
    if not report.is_settled:
        response.status_code = HTTPStatus.ACCEPTED
        response.headers["Location"] = f"/v1/learner-imports/{report.import_id}"
    return ImportReportJson.of(report, request.app.state.messages)


def router(deps: Deps) -> APIRouter:
    """Paths of the file import."""
    api = APIRouter(prefix="/v1", tags=["learner imports"])
    _add_imports(api, deps)
    _add_rounds(api, deps)
    _add_layouts(api, deps)
    return api


def _add_imports(api: APIRouter, deps: Deps) -> None:
    @api.post("/learner-imports", max_body_size=FILE_BYTES_MAX)
    async def import_learners(
        *,
        file: Annotated[UploadFile, File(description="CSV (UTF-8 or CP874) or XLSX.")],
        request: Request,
        response: Response,
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
        hold: Annotated[bool, Form(description="Show first what would change, and wait.")] = False,  # a form field
        round_id: Annotated[UUID | None, Form(description="Round of the year; such a file is always held.")] = None,
        dry_run: Annotated[bool, Query(description="Check everything and write nothing.")] = False,  # a query field
    ) -> ImportReportJson:
        """Import a learner file; the good rows are in whatever the others are, and sending it again changes nothing.

        A small file is answered with its report (200), a larger one with how far it is (202): ask for it again.
        """
        command = use_cases.ImportLearners(
            request_id=request_id,
            institution_id=institution_id or actor.at(),
            layout=layout,
            file=file.file,
            encoding=encoding or None,
            is_dry_run=dry_run,
            provenance=Provenance(source, data_status),
            are_documents_seen=documents_seen,
            is_held=hold,
            round_id=round_id,
        )
        report = await use_cases.import_learners(deps, command, actor=actor, now=now_utc())
        return answered(report, request, response)

    @api.get("/learner-imports")
    async def list_imports(
        actor: FreshActor,
        state: Annotated[list[ImportState] | None, Query(description="Only these; all when absent.")] = None,
        page_size: Annotated[int, Query(ge=0, le=PAGE_SIZE_MAX)] = 0,
        page_token: UUID | None = None,
    ) -> ImportPage:
        """Earlier imports of the caller's institution, newest first: who sent what, when, and what became of it."""
        query = use_cases.ListImports(tuple(state or ()), page_size, page_token)
        found, after, total = await use_cases.list_imports(deps, query, actor=actor)
        return ImportPage(
            imports=[ImportSummaryJson.of(item) for item in found],
            next_page_token=str(after) if after else None,
            total=total,
        )

    @api.get("/learner-imports/{import_id}")
    async def get_import(import_id: UUID, request: Request, actor: FreshActor) -> ImportReportJson:
        """The report of an earlier import of the caller's institution, or how far it is."""
        report = await use_cases.get_import(deps, import_id, actor=actor)
        return ImportReportJson.of(report, request.app.state.messages)

    @api.post("/learner-imports/{import_id}/apply")
    async def apply_import(
        import_id: UUID, request: Request, response: Response, actor: FreshActor
    ) -> ImportReportJson:
        """Apply a held file whose differences were shown; asking again changes nothing."""
        report = await use_cases.apply_import(deps, import_id, actor=actor, now=now_utc())
        if not report.is_settled:
            response.status_code = HTTPStatus.ACCEPTED
        return ImportReportJson.of(report, request.app.state.messages)

    @api.get("/learner-imports/{import_id}/faults")
    async def list_faults(
        import_id: UUID, request: Request, actor: FreshActor, after: _After = 0, page_size: _Page = 1_000
    ) -> FaultPage:
        """Every fault of a file, in pages."""
        found, next_after = await use_cases.list_faults(deps, import_id, after=after, limit=page_size, actor=actor)
        return FaultPage(rows=RejectedCell.each(found, request.app.state.messages), next_after=next_after)

    @api.get("/learner-imports/{import_id}/differences")
    async def list_differences(
        import_id: UUID, actor: FreshActor, kind: Difference, after: _After = 0, page_size: _Page = 100
    ) -> DifferencePage:
        """What a held file would change: new, changed and unchanged rows, and learners whom it does not name."""
        page, next_after = await use_cases.list_differences(
            deps, import_id, kind, after=after, limit=page_size, actor=actor
        )
        return DifferencePage.of(page, next_after)

    @api.get("/learner-imports/{import_id}/rejected-rows", response_class=StreamingResponse)
    async def download_rejected_rows(import_id: UUID, request: Request, actor: FreshActor) -> StreamingResponse:
        """Rejected rows in the format of the file, with two columns more: reason codes and Thai explanation."""
        found = await rejected_file(deps, import_id, request.app.state.messages, actor=actor)
        return StreamingResponse(
            found.content,
            media_type=found.media_type,
            headers={"Content-Disposition": f'attachment; filename="{found.name}"', "Cache-Control": "no-store"},
        )


def _add_rounds(api: APIRouter, deps: Deps) -> None:
    @api.post("/import-rounds")
    async def open_round(body: OpenRound, actor: FreshActor) -> RoundJson:
        """Open a round of the caller's institution; the same round again is the same."""
        found = await rounds.open_round(
            deps,
            body.institution_id or actor.at(),
            academic_year_be=body.academic_year_be,
            kind=body.kind,
            actor=actor,
            now=now_utc(),
        )
        return RoundJson.of(found)

    @api.get("/import-rounds")
    async def list_rounds(
        actor: FreshActor,
        academic_year_be: Annotated[int | None, Query(ge=2500, le=2700)] = None,
        stage: RoundStage | None = None,
        page_size: Annotated[int, Query(ge=0, le=PAGE_SIZE_MAX)] = 0,
        page_token: UUID | None = None,
    ) -> RoundList:
        """Rounds of the caller's institution, or of all institutions below his office."""
        query = rounds.ListRounds(academic_year_be, stage, page_size, page_token)
        found, after = await rounds.list_rounds(deps, query, actor=actor, now=now_utc())
        return RoundList(rounds=[RoundJson.of(item) for item in found], next_page_token=str(after) if after else None)

    @api.post("/import-rounds/{step}")
    async def advance_rounds(
        step: Annotated[str, Path(pattern="^(confirm|certify|acknowledge)$")],
        body: RoundIds,
        request: Request,
        actor: FreshActor,
    ) -> RoundResults:
        """Confirm (school), certify (director) or acknowledge (area office) rounds; each by another person."""
        outcomes = await rounds.advance_rounds(deps, body.round_ids, _STAGES[step], actor=actor, now=now_utc())
        return RoundResults(results=item_results(outcomes, request.app.state.messages))


def _add_layouts(api: APIRouter, deps: Deps) -> None:
    @api.post("/import-layouts")
    async def publish_layout(body: LayoutJson, actor: FreshActor) -> PublishedJson:
        """Publish a version of another owner's layout; the same version again changes nothing."""
        provenance = Provenance(body.source, body.data_status, body.effective_from, body.version)
        layout = PublishedLayout(body.name, body.base, body.definition, provenance)
        is_new = await layouts.publish(deps, layout, actor=actor, now=now_utc())
        return PublishedJson(already_done=not is_new)

    @api.get("/import-layouts")
    async def list_layouts(_actor: CurrentActor) -> LayoutList:
        """Layouts of other owners in force today; ours are nuaikit-learners-1 and nuaikit-census-1."""
        found = await layouts.list_layouts(deps, on_date=today_in_thailand(now_utc()))
        return LayoutList(layouts=[LayoutJson.of(item) for item in found])
