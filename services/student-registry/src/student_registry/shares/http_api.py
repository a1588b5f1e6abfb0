"""HTTP paths of share grants."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from chassis.http import FreshActor, RequestId
from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from student_registry.calendar_th import now_utc
from student_registry.deps import Deps
from student_registry.json_models import Input
from student_registry.shares import use_cases
from student_registry.shares.domain import GrantScope, ShareGrant


class GrantShareBody(Input):
    """A share to grant."""

    learner_id: UUID
    recipient_institution_id: UUID
    scope: GrantScope = GrantScope.TRANSCRIPT
    purpose: Annotated[str, Field(max_length=64, examples=["ADMISSION"])]
    valid_to: Annotated[date, Field(description="Last day, at most one year from today.")]


class ShareGrantJson(BaseModel):
    """One share."""

    grant_id: UUID
    learner_id: UUID
    recipient_institution_id: UUID
    scope: GrantScope
    purpose: str
    valid_from: date
    valid_to: date
    is_ended: bool

    @classmethod
    def of(cls, grant: ShareGrant) -> ShareGrantJson:
        """As shown."""
        return cls(
            grant_id=grant.grant_id,
            learner_id=grant.learner_id,
            recipient_institution_id=grant.recipient_institution_id,
            scope=grant.scope,
            purpose=grant.purpose,
            valid_from=grant.valid_from,
            valid_to=grant.valid_to,
            is_ended=grant.is_ended,
        )


class ShareGrantsJson(BaseModel):
    """Shares valid today."""

    grants: list[ShareGrantJson]


def router(deps: Deps) -> APIRouter:
    """Paths of share grants."""
    api = APIRouter(prefix="/v1", tags=["share grants"])

    @api.post("/share-grants")
    async def grant_share(body: GrantShareBody, actor: FreshActor, request_id: RequestId) -> ShareGrantJson:
        """Let an institution read something of a learner until a day."""
        command = use_cases.GrantShare(
            request_id, body.learner_id, body.recipient_institution_id, body.scope, body.purpose, body.valid_to
        )
        return ShareGrantJson.of(await use_cases.grant_share(deps, command, actor=actor, now=now_utc()))

    @api.get("/share-grants")
    async def list_share_grants(
        learner_id: Annotated[list[UUID], Query(max_length=100)],
        actor: FreshActor,
        recipient_institution_id: UUID | None = None,
    ) -> ShareGrantsJson:
        """List shares valid today."""
        query = use_cases.ListShareGrants(tuple(learner_id), recipient_institution_id)
        grants = await use_cases.list_share_grants(deps, query, actor=actor, now=now_utc())
        return ShareGrantsJson(grants=[ShareGrantJson.of(grant) for grant in grants])

    @api.post("/share-grants/{grant_id}/end")
    async def end_share_grant(grant_id: UUID, actor: FreshActor, request_id: RequestId) -> ShareGrantJson:
        """End a share at once."""
        command = use_cases.EndShareGrant(request_id, grant_id)
        return ShareGrantJson.of(await use_cases.end_share_grant(deps, command, actor=actor, now=now_utc()))

    return api
