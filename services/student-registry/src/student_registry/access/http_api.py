"""HTTP path of the access list."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from chassis.http import FreshActor
from fastapi import APIRouter, Query
from pydantic import BaseModel

from student_registry.access import use_cases
from student_registry.access.domain import AccessRecord, GroundKind
from student_registry.calendar_th import now_utc
from student_registry.deps import Deps
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

    return api
