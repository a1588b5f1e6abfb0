"""HTTP path of the access list."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from chassis.http import FreshActor
from fastapi import APIRouter, Query, Response
from pydantic import BaseModel

from student_registry.access import use_cases
from student_registry.access.domain import AccessRecord, GroundKind, ProcessingRecord
from student_registry.calendar_th import now_utc
from student_registry.deps import Deps
from student_registry.json_models import ProvenanceJson
from student_registry.limits import PAGE_SIZE_MAX


class AccessJson(BaseModel):
    """One read of a learner's data."""

    access_id: UUID
    learner_id: UUID
    read_at: datetime
    institution_id: UUID | None
    role: str
    resource: str
    purpose: str
    ground: GroundKind
    ground_id: str | None

    @classmethod
    def of(cls, record: AccessRecord) -> AccessJson:
        """As shown."""
        return cls(
            access_id=record.access_id,
            learner_id=record.learner_id,
            read_at=record.read_at,
            institution_id=record.institution_id,
            role=record.role,
            resource=record.resource,
            purpose=record.purpose,
            ground=record.ground.kind,
            ground_id=record.ground.ground_id,
        )


class AccessPage(BaseModel):
    """A page of reads, newest first; no token: the last page."""

    records: list[AccessJson]
    next_page_token: str | None


class ProcessingRecordJson(BaseModel):
    """One processing activity."""

    activity_code: str
    name_th: str
    purpose_th: str
    legal_basis_th: str
    subjects_th: str
    data_th: str
    recipients_th: str
    retention_th: str
    protection_th: str
    is_sensitive: bool
    provenance: ProvenanceJson

    @classmethod
    def of(cls, record: ProcessingRecord) -> ProcessingRecordJson:
        """As shown."""
        return cls(
            activity_code=record.activity_code,
            name_th=record.name_th,
            purpose_th=record.purpose_th,
            legal_basis_th=record.legal_basis_th,
            subjects_th=record.subjects_th,
            data_th=record.data_th,
            recipients_th=record.recipients_th,
            retention_th=record.retention_th,
            protection_th=record.protection_th,
            is_sensitive=record.is_sensitive,
            provenance=ProvenanceJson.of(record.provenance),
        )


class ProcessingRecordsJson(BaseModel):
    """The record of processing, by code."""

    records: list[ProcessingRecordJson]


def router(deps: Deps) -> APIRouter:
    """Path of the access list."""
    api = APIRouter(prefix="/v1", tags=["access"])

    @api.get("/learners/{learner_id}/access")
    async def list_access(
        learner_id: UUID,
        actor: FreshActor,
        page_size: Annotated[int, Query(ge=0, le=PAGE_SIZE_MAX)] = 0,
        page_token: UUID | None = None,
    ) -> AccessPage:
        """Who read the learner's data in the registry; for the learner and for auditors."""
        records, after = await use_cases.list_access(
            deps, learner_id, size=page_size, after=page_token, actor=actor, now=now_utc()
        )
        return AccessPage(
            records=[AccessJson.of(record) for record in records], next_page_token=str(after) if after else None
        )

    @api.get(
        "/processing-records",
        response_model=ProcessingRecordsJson,
        responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
    )
    async def list_processing_records(
        actor: FreshActor,
        on_date: Annotated[date | None, Query(description="Day on which it holds; today when absent.")] = None,
        format: Annotated[Literal["json", "csv"], Query(description="CSV is UTF-8 with BOM.")] = "json",  # noqa: A002  # its name in the address
    ) -> ProcessingRecordsJson | Response:
        """The record of processing activities of this service (PDPA s.39), to be looked at or kept."""
        found = await use_cases.list_processing_records(deps, on_date=on_date, actor=actor, now=now_utc())
        records = [ProcessingRecordJson.of(record) for record in found]
        if format == "json":
            return ProcessingRecordsJson(records=records)
        return Response(
            _csv(records),
            media_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": 'attachment; filename="processing-records.csv"'},
        )

    return api


_COLUMNS = {
    "activity_code": "รหัสกิจกรรม",
    "name_th": "กิจกรรม",
    "purpose_th": "วัตถุประสงค์",
    "legal_basis_th": "ฐานตามกฎหมาย",
    "subjects_th": "เจ้าของข้อมูล",
    "data_th": "ข้อมูล",
    "recipients_th": "ผู้รับข้อมูล",
    "retention_th": "ระยะเวลาเก็บ",
    "protection_th": "มาตรการคุ้มครอง",
    "is_sensitive": "ข้อมูลอ่อนไหว",
}


def _csv(records: Sequence[ProcessingRecordJson]) -> str:
    """With a byte-order mark: without it a spreadsheet program shows Thai as noise."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([*_COLUMNS.values(), "ที่มา", "สถานะ", "รุ่น"])
    for record in records:
        facts = record.model_dump()
        source = record.provenance
        writer.writerow([*(facts[name] for name in _COLUMNS), source.source, source.status.value, source.version])
    return "\ufeff" + out.getvalue()
