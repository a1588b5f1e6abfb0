"""Files of results over HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from chassis.auth import Actor
from chassis.http import UPLOAD_BYTES_MAX, CurrentActor, RequestId
from chassis.messages import Messages
from chassis.pg import Pool
from chassis.tabular import BYTES_MAX
from fastapi import APIRouter, Depends, File, Form, Query, Response, UploadFile
from pydantic import BaseModel

from credit_bank.calendar_th import utc_now
from credit_bank.clients import Registry
from credit_bank.provenance import SOURCE_CHARACTERS_MAX
from credit_bank.recording import importing
from credit_bank.recording.kept import KeptImport
from credit_bank.recording.layouts import LAYOUTS, RowFault

CSV_TYPE = "text/csv; charset=utf-8"


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
    """What became of a file; `accepted` counts rows that are in, those known before among them."""

    import_id: UUID
    layout: str
    encoding: str
    is_dry_run: bool
    row_count: int
    accepted: int
    already_known: int
    rejected: int
    rows: list[RejectedCell]

    @classmethod
    def of(cls, report: importing.ImportReport, messages: Messages) -> ImportReportOut:
        """As shown."""
        return cls(
            import_id=report.import_id,
            layout=report.layout,
            encoding=report.encoding,
            is_dry_run=report.is_dry_run,
            row_count=report.row_count,
            accepted=report.accepted,
            already_known=report.already_known,
            rejected=report.rejected,
            rows=RejectedCell.each(report.rows, messages),
        )


class KeptImportOut(BaseModel):
    """A file that was brought in; `rows` holds the first 1,000 faults."""

    import_id: UUID
    layout: str
    encoding: str
    row_count: int
    accepted: int
    already_known: int
    rejected: int
    imported_at: datetime
    rows: list[RejectedCell]

    @classmethod
    def of(cls, kept: KeptImport, messages: Messages) -> KeptImportOut:
        """As shown."""
        return cls(
            import_id=kept.import_id,
            layout=kept.layout,
            encoding=kept.encoding,
            row_count=kept.row_count,
            accepted=kept.accepted,
            already_known=kept.already_known,
            rejected=kept.rejected,
            imported_at=kept.imported_at,
            rows=RejectedCell.each([RowFault(*fault) for fault in kept.faults], messages),
        )


class ImportPageOut(BaseModel):
    """A page of imports; `next_page_token` is empty on the last one."""

    imports: list[KeptImportOut]
    next_page_token: str


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
        # One byte more than is allowed is enough to know that it is too much.
        content=await file.read(BYTES_MAX + 1),
        encoding=encoding,
        source=source,
        data_status=data_status,
        is_dry_run=dry_run,
    )
    return command, actor


Sent = Annotated[tuple[importing.ImportResults, Actor], Depends(_sent)]


def router(pool: Pool, registry: Registry, messages: Messages) -> APIRouter:
    """The paths."""
    api = APIRouter(tags=["recording"])

    @api.post("/v1/result-imports", max_body_size=UPLOAD_BYTES_MAX)
    async def import_results(sent: Sent) -> ImportReportOut:
        """Bring in a file of results: the good rows are in whatever the others are."""
        command, actor = sent
        report = await importing.import_results(pool, registry, command, actor=actor, now=utc_now())
        return ImportReportOut.of(report, messages)

    @api.post(
        "/v1/result-imports/rejected-rows",
        max_body_size=UPLOAD_BYTES_MAX,
        response_class=Response,
        responses={200: {"content": {CSV_TYPE: {}}}},
    )
    async def rejected_rows(sent: Sent) -> Response:
        """The rows of a file that are not in, with the reasons, to be mended and sent again; nothing changes."""
        command, actor = sent
        content = await importing.rejected_rows(pool, registry, command, messages, actor=actor, now=utc_now())
        name = f"rejected-rows-{command.request_id}.csv"
        return Response(content, media_type=CSV_TYPE, headers={"Content-Disposition": f'attachment; filename="{name}"'})

    @api.get("/v1/result-imports")
    async def list_imports(actor: CurrentActor, page_size: int = 0, page_token: str = "") -> ImportPageOut:
        """A page of the files that were brought in for the caller's institution, with what was told of their rows."""
        page = await importing.list_imports(pool, page_size=page_size, page_token=page_token, actor=actor)
        return ImportPageOut(
            imports=[KeptImportOut.of(item, messages) for item in page.imports], next_page_token=page.next_page_token
        )

    return api
