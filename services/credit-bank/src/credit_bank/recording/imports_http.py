"""Files of results over HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Literal
from uuid import UUID

from chassis.auth import Actor
from chassis.http import UPLOAD_BYTES_MAX, CurrentActor, RequestId
from chassis.messages import Messages
from chassis.pg import Pool
from chassis.sheets import CSV_TYPE, XLSX_TYPE
from fastapi import APIRouter, Depends, File, Form, Query, Response, UploadFile
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from credit_bank.calendar_th import utc_now
from credit_bank.clients import Registry
from credit_bank.provenance import SOURCE_CHARACTERS_MAX
from credit_bank.recording import importing
from credit_bank.recording.kept import ImportReport, ImportState
from credit_bank.recording.layouts import LAYOUTS, RowFault
from credit_bank.recording.rejected_rows import rejected_file
from credit_bank.recording.sealing import Seal


class RejectedCell(BaseModel):
    """Why a row, or one cell of it, is not in. Numbers of persons are shown by their last four at most."""

    row: int
    column: str | None
    masked_value: str | None
    reason: str
    title_th: str

    @classmethod
    def each(cls, faults: Sequence[RowFault], messages: Messages) -> list[RejectedCell]:
        """As shown, with a Thai sentence for each reason."""
        return [
            cls(
                row=fault.row,
                column=fault.column,
                masked_value=fault.masked_value,
                reason=fault.reason,
                title_th=messages.sentence(fault.reason),
            )
            for fault in faults
        ]


class ImportReportOut(BaseModel):
    """What became of a file, or how far it is; `accepted` counts rows that are in, those known before among them.

    `rows` holds the first 1,000 faults; `fault_count` says how many there are.
    """

    import_id: UUID
    layout: str
    encoding: str
    state: ImportState
    reason: Annotated[str, Field(description="Why it was set aside (FAILED); empty otherwise.")]
    title_th: Annotated[str, Field(description="The reason in words; empty where there is none.")]
    is_dry_run: bool
    row_count: int
    rows_done: int
    accepted: int
    already_known: int
    rejected: int
    imported_at: datetime
    fault_count: int
    rows: list[RejectedCell]

    @classmethod
    def of(cls, report: ImportReport, messages: Messages) -> ImportReportOut:
        """As shown."""
        return cls(
            import_id=report.import_id,
            layout=report.layout,
            encoding=report.encoding,
            state=report.state,
            reason=report.reason,
            title_th=messages.sentence(report.reason) if report.reason else "",
            is_dry_run=report.is_dry_run,
            row_count=report.row_count,
            rows_done=report.rows_done,
            accepted=report.accepted,
            already_known=report.already_known,
            rejected=report.rejected,
            imported_at=report.imported_at,
            fault_count=report.fault_count,
            rows=RejectedCell.each(report.rows, messages),
        )


class ImportPageOut(BaseModel):
    """A page of imports; `next_page_token` is empty on the last one."""

    imports: list[ImportReportOut]
    next_page_token: str


class FaultPageOut(BaseModel):
    """Some faults in the order of the file."""

    rows: list[RejectedCell]
    next_after: int | None = Field(description="Ask with `after` for the next page; absent on the last.")


async def _sent(
    *,
    file: Annotated[UploadFile, File(description="CSV or XLSX.")],
    institution_id: Annotated[UUID | None, Form(description="The caller's own when absent.")] = None,
    layout: Annotated[str, Form(description=f"One of {', '.join(LAYOUTS)}.")] = "nuaikit-results-1",
    encoding: Annotated[str | None, Form(description="utf-8 or cp874; detected when absent.")] = None,
    source: Annotated[str | None, Form(min_length=1, max_length=SOURCE_CHARACTERS_MAX)] = None,
    data_status: Annotated[Literal["confirmed", "assumed", "demonstration"], Form()] = "assumed",
    dry_run: Annotated[bool, Query(description="Say what would happen and change nothing.")] = False,
    request_id: RequestId,
    actor: CurrentActor,
) -> tuple[importing.ImportResults, Actor]:
    """The file with its form, as the use cases know it."""
    command = importing.ImportResults(
        request_id=request_id,
        institution_id=institution_id or actor.at(),
        layout=layout,
        file=file.file,
        encoding=encoding,
        source=source,
        data_status=data_status,
        is_dry_run=dry_run,
    )
    return command, actor


Sent = Annotated[tuple[importing.ImportResults, Actor], Depends(_sent)]


def router(pool: Pool, registry: Registry, seal: Seal, messages: Messages) -> APIRouter:
    """The paths."""
    api = APIRouter(tags=["recording"])

    @api.post("/v1/result-imports", max_body_size=UPLOAD_BYTES_MAX)
    async def import_results(sent: Sent, response: Response) -> ImportReportOut:
        """Bring in a file of results: the good rows are in whatever the others are; sent again it changes nothing.

        A small file is answered with its report (200), a larger one with how far it is (202): ask for it again.
        """
        command, actor = sent
        report = await importing.import_results(pool, registry, seal, command, actor=actor, now=utc_now())
        if report.state is ImportState.RUNNING:
            response.status_code = HTTPStatus.ACCEPTED
            response.headers["Location"] = f"/v1/result-imports/{report.import_id}"
        return ImportReportOut.of(report, messages)

    @api.get("/v1/result-imports")
    async def list_imports(actor: CurrentActor, page_size: int = 0, page_token: str = "") -> ImportPageOut:
        """A page of the files that were brought in for the caller's institution, with what was told of their rows."""
        page = await importing.list_imports(pool, page_size=page_size, page_token=page_token, actor=actor)
        return ImportPageOut(
            imports=[ImportReportOut.of(item, messages) for item in page.imports], next_page_token=page.next_page_token
        )

    @api.get("/v1/result-imports/{import_id}")
    async def get_import(import_id: UUID, actor: CurrentActor) -> ImportReportOut:
        """What became of a file of the caller's institution, or how far it is."""
        return ImportReportOut.of(await importing.get_import(pool, import_id, actor=actor), messages)

    @api.get("/v1/result-imports/{import_id}/faults")
    async def list_faults(
        import_id: UUID,
        actor: CurrentActor,
        after: Annotated[int, Query(ge=0, le=2_000_000_000)] = 0,
        page_size: Annotated[int, Query(ge=1, le=1_000)] = 1_000,
    ) -> FaultPageOut:
        """Every fault of a file, in pages."""
        found, next_after = await importing.list_faults(pool, import_id, after=after, limit=page_size, actor=actor)
        return FaultPageOut(rows=RejectedCell.each(found, messages), next_after=next_after)

    @api.get(
        "/v1/result-imports/{import_id}/rejected-rows",
        response_class=StreamingResponse,
        responses={200: {"content": {CSV_TYPE: {}, XLSX_TYPE: {}}}},
    )
    async def download_rejected_rows(import_id: UUID, actor: CurrentActor) -> StreamingResponse:
        """Rejected rows in the format of the file, with two columns more: reason codes and Thai explanation."""
        found = await rejected_file(pool, seal, import_id, messages, actor=actor)
        return StreamingResponse(
            found.content,
            media_type=found.media_type,
            headers={"Content-Disposition": f'attachment; filename="{found.name}"', "Cache-Control": "no-store"},
        )

    return api
