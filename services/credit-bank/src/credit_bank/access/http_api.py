"""Access rows over HTTP."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from chassis.http import CurrentActor
from chassis.pg import Pool
from fastapi import APIRouter
from pydantic import BaseModel

from credit_bank.access import use_cases


class AccessRecordOut(BaseModel):
    """One read of the learner's data."""

    access_id: UUID
    learner_id: UUID
    read_at: datetime
    institution_id: UUID | None
    role: str
    resource: str
    purpose: str
    ground: str
    ground_id: UUID | None


class AccessPageOut(BaseModel):
    """A page of reads, newest first; `next_page_token` is empty on the last page."""

    records: list[AccessRecordOut]
    next_page_token: str


def router(pool: Pool) -> APIRouter:
    """The paths."""
    api = APIRouter(tags=["access"])

    @api.get("/v1/learners/{learner_id}/access")
    async def list_access(
        learner_id: UUID, actor: CurrentActor, page_size: int = 0, page_token: str = ""
    ) -> AccessPageOut:
        """Who read this learner's credits, when, why and on which ground."""
        page = await use_cases.list_access(
            pool, learner_id, page_size=page_size, page_token=page_token, actor=actor, now=datetime.now(UTC)
        )
        return AccessPageOut(
            records=[AccessRecordOut.model_validate(record, from_attributes=True) for record in page.records],
            next_page_token=page.next_page_token,
        )

    return api
