"""Evidence files over HTTP: up and down as streams, and what there is."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from chassis.auth import Actor
from chassis.errors import InvalidField
from chassis.http import CurrentActor, RequestId
from chassis.pg import Pool
from fastapi import APIRouter, Depends, File, Header, Query, UploadFile
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from credit_bank.actors import freshest_actor
from credit_bank.calendar_th import utc_now
from credit_bank.recording import use_cases
from credit_bank.recording.domain import is_sha256
from credit_bank.recording.kept import EvidenceFile
from credit_bank.recording.object_store import ObjectStore
from credit_bank.recording.sniffing import EXTENSIONS

FORM_BYTES_MAX = 64 * 1024
"""What a form may have beside its file."""
NO_STORE_BYTES_MAX = 1024 * 1024


class EvidenceFileOut(BaseModel):
    """A file that supports results; results name it by its SHA-256. It has no name, since a name may be a person's."""

    file_id: UUID
    sha256_hex: str
    size_bytes: int
    media_type: str
    stored_at: datetime

    @classmethod
    def of(cls, file: EvidenceFile) -> EvidenceFileOut:
        """As shown."""
        return cls(
            file_id=file.file_id,
            sha256_hex=file.sha256.hex(),
            size_bytes=file.size_bytes,
            media_type=file.media_type,
            stored_at=file.stored_at,
        )


class EvidenceFilePageOut(BaseModel):
    """A page of files; `next_page_token` is empty on the last one."""

    files: list[EvidenceFileOut]
    next_page_token: str


def router(pool: Pool, files: ObjectStore | None) -> APIRouter:
    """The paths."""
    api = APIRouter(tags=["evidence"])
    body_max = (NO_STORE_BYTES_MAX if files is None else files.bytes_max) + FORM_BYTES_MAX

    @api.post("/v1/evidence-files", max_body_size=body_max)
    async def store_file(
        *,
        file: Annotated[UploadFile, File(description="PDF, JPEG, PNG or WebP; name and claimed type are not asked.")],
        request_id: RequestId,
        actor: CurrentActor,
    ) -> EvidenceFileOut:
        """Keep a file for results of the caller's institution; the same bytes again are the same file."""
        stored = await use_cases.store_file(pool, files, file.file, request_id=request_id, actor=actor, now=utc_now())
        return EvidenceFileOut.of(stored)

    @api.get("/v1/evidence-files")
    async def list_files(
        actor: CurrentActor,
        sha256_hex: Annotated[tuple[str, ...], Query()] = (),
        page_size: int = 0,
        page_token: str = "",
    ) -> EvidenceFilePageOut:
        """A page of the files of the caller's institution."""
        wanted = [text.lower() for text in sha256_hex]
        if not all(map(is_sha256, wanted)):
            raise InvalidField(field="sha256_hex", expected="64 hexadecimal digits")
        page = await use_cases.list_files(
            pool, sha256_hex=wanted, page_size=page_size, page_token=page_token, actor=actor
        )
        return EvidenceFilePageOut(
            files=[EvidenceFileOut.of(item) for item in page.files], next_page_token=page.next_page_token
        )

    @api.get(
        "/v1/evidence-files/{file_id}/content",
        response_class=StreamingResponse,
        responses={200: {"content": {media_type: {} for media_type in EXTENSIONS}}},
    )
    async def open_file(
        file_id: UUID,
        actor: Annotated[Actor, Depends(freshest_actor)],
        nuaikit_purpose: Annotated[str, Header(description="Purpose code; needed of other institutions.")] = "",
    ) -> StreamingResponse:
        """The bytes, as a download that browsers neither open nor guess about; broken off when they were changed."""
        file, pieces = await use_cases.open_file(
            pool, files, file_id, purpose=nuaikit_purpose, actor=actor, now=utc_now()
        )
        return StreamingResponse(pieces, media_type=file.media_type, headers=_headers(file))

    return api


def _headers(file: EvidenceFile) -> dict[str, str]:
    name = f"evidence-{file.sha256.hex()[:12]}.{EXTENSIONS[file.media_type]}"
    return {
        "Content-Length": str(file.size_bytes),
        "Content-Disposition": f'attachment; filename="{name}"',
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "private, no-store",
        "ETag": f'"{file.sha256.hex()}"',
    }
