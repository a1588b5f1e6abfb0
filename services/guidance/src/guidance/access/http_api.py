"""The access log over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from chassis.http import CurrentActor
from chassis.pg import Pool
from fastapi import APIRouter, Query
from pydantic import BaseModel

from guidance.access.domain import PAGE_MAX, AccessRow
from guidance.access.use_cases import ListAccess, list_access
from guidance.thai_time import utc_now


class AccessOut(BaseModel):
    """One read."""

    access_id: UUID
    learner_id: UUID
    read_at: datetime
    institution_id: UUID | None
    role: str
    resource: str
    purpose: str
    ground: str


class AccessList(BaseModel):
    """A page of reads, newest first; an empty token means the last page."""

    records: list[AccessOut]
    next_page_token: str


def router(pool: Pool) -> APIRouter:
    """Routes of the access log."""
    routes = APIRouter(prefix="/v1/learners", tags=["access"])

    @routes.get("/{learner_id}/access")
    async def list_reads(
        learner_id: UUID,
        actor: CurrentActor,
        page_size: Annotated[int, Query(ge=0, le=PAGE_MAX)] = 0,
        page_token: Annotated[str, Query(max_length=64)] = "",
    ) -> AccessList:
        """Who read a learner's guidance data, for the learner and for auditors."""
        query = ListAccess(learner_id, page_size, page_token)
        page = await list_access(pool, query, actor=actor, now=utc_now())
        return AccessList(records=[_out(row) for row in page.rows], next_page_token=page.next_page_token)

    return routes


def _out(row: AccessRow) -> AccessOut:
    return AccessOut(
        access_id=row.access_id,
        learner_id=row.learner_id,
        read_at=row.read_at,
        institution_id=row.institution_id,
        role=row.role,
        resource=row.resource,
        purpose=row.purpose,
        ground=row.ground,
    )
