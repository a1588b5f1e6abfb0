"""Reviews over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from chassis.http import CurrentActor, RequestId, item_results
from chassis.messages import Messages
from chassis.pg import Pool
from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from credit_bank import limits
from credit_bank.calendar_th import utc_now
from credit_bank.json_models import Body, ListResult
from credit_bank.ledger.flags import Flag, FlagSubject
from credit_bank.reviews import use_cases
from credit_bank.reviews.use_cases import KeepReason, ResolveFlags


class FlagOut(BaseModel):
    """Something that rests on a result that was corrected or revoked."""

    flag_id: UUID
    learner_id: UUID
    institution_id: UUID
    kind: str
    subject: str
    line_id: UUID | None
    transcript_id: UUID | None
    qualification_code: str
    qualification_version: str
    entry_id: UUID
    raised_at: datetime
    resolution: str | None
    resolved_at: datetime | None
    reason_code: str

    @classmethod
    def of(cls, flag: Flag) -> FlagOut:
        """As shown."""
        account = flag.account
        return cls(
            flag_id=flag.flag_id,
            learner_id=flag.learner_id,
            institution_id=flag.institution_id,
            kind=str(flag.kind),
            subject=str(flag.subject),
            line_id=flag.line_id,
            transcript_id=flag.transcript_id,
            qualification_code="" if account is None else account.qualification_code,
            qualification_version="" if account is None else account.qualification_version,
            entry_id=flag.entry_id,
            raised_at=flag.raised_at,
            resolution=None if flag.resolution is None else str(flag.resolution),
            resolved_at=flag.resolved_at,
            reason_code=flag.reason_code,
        )


class FlagsOut(BaseModel):
    """A page of flags, oldest first."""

    flags: list[FlagOut]
    next_page_token: str
    total: int


class ResolveFlagsBody(Body):
    """Flags on things that stand."""

    flag_ids: Annotated[list[UUID], Field(min_length=1, max_length=limits.ITEMS_MAX)]
    reason_code: KeepReason


def router(pool: Pool, messages: Messages) -> APIRouter:
    """The paths."""
    api = APIRouter(tags=["ledger"])

    @api.get("/v1/review-flags")
    async def list_review_flags(
        *,
        actor: CurrentActor,
        with_resolved: Annotated[bool, Query(description="Also those that were decided.")] = False,
        subject: Annotated[FlagSubject | None, Query(description="Only of this subject.")] = None,
        learner_id: Annotated[list[UUID] | None, Query(description="Only of these learners.")] = None,
        page_size: int = 0,
        page_token: str = "",
    ) -> FlagsOut:
        """What rests on changed results and on which the caller's institution decides."""
        page = await use_cases.list_flags(
            pool,
            with_resolved=with_resolved,
            subject=subject,
            learner_ids=learner_id or [],
            page_size=page_size,
            page_token=page_token,
            actor=actor,
        )
        return FlagsOut(
            flags=[FlagOut.of(flag) for flag in page.flags], next_page_token=page.next_page_token, total=page.total
        )

    @api.post("/v1/review-flags/resolve")
    async def resolve_review_flags(body: ResolveFlagsBody, request_id: RequestId, actor: CurrentActor) -> ListResult:
        """Decide that things stand as they are."""
        command = ResolveFlags(request_id, tuple(body.flag_ids), body.reason_code)
        outcomes = await use_cases.resolve_flags(pool, command, actor=actor, now=utc_now())
        return ListResult(results=item_results(outcomes, messages))

    return api
