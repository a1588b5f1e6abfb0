"""HTTP paths of data requests."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from chassis.http import FreshActor, RequestId
from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from student_registry.calendar_th import now_utc, today_in_thailand
from student_registry.deps import Deps
from student_registry.json_models import Input
from student_registry.limits import PAGE_SIZE_MAX
from student_registry.requests import copying, use_cases
from student_registry.requests.domain import (
    DETAILS_CHARACTERS_MAX,
    DataRequest,
    FactKind,
    RequestKind,
    RequestState,
)


class OpenDataRequestBody(Input):
    """A request about a learner's data."""

    learner_id: UUID
    kind: RequestKind
    fact_kinds: Annotated[tuple[FactKind, ...], Field(max_length=20, description="Empty: everything.")] = ()
    details: Annotated[
        str,
        Field(max_length=DETAILS_CHARACTERS_MAX, examples=["ชื่อสกุลสะกดผิด ที่ถูกคือ ใจดี"], description="Of a correction."),
    ] = ""
    received_on: Annotated[date | None, Field(description="Day on which staff received it; today when absent.")] = None


class CloseDataRequestBody(Input):
    """The end of a request: answered, or refused when a reason is named."""

    reason_code: Annotated[str, Field(max_length=64, examples=["FACT_IS_RIGHT"])] = ""


class LiftRestrictionBody(Input):
    """Why a restriction ends, a code."""

    reason_code: Annotated[str, Field(max_length=64, examples=["ASKED_BY_LEARNER"])]


class DataRequestJson(BaseModel):
    """One request, and its clock."""

    data_request_id: UUID
    learner_id: UUID
    kind: RequestKind
    state: RequestState
    institution_id: UUID
    fact_kinds: list[FactKind]
    details: str
    received_on: date
    due_on: date
    rule_version: str
    reason_code: str
    closed_at: datetime | None
    is_overdue: bool

    @classmethod
    def of(cls, request: DataRequest) -> DataRequestJson:
        """As shown."""
        return cls(
            data_request_id=request.data_request_id,
            learner_id=request.learner_id,
            kind=request.kind,
            state=request.state,
            institution_id=request.institution_id,
            fact_kinds=list(request.fact_kinds),
            details=request.details,
            received_on=request.received_on,
            due_on=request.due_on,
            rule_version=request.rule_version,
            reason_code=request.reason_code,
            closed_at=request.closed_at,
            is_overdue=request.is_overdue_on(today_in_thailand(now_utc())),
        )


class DataRequestsPage(BaseModel):
    """A page of requests, the earliest due first; no token: the last page."""

    data_requests: list[DataRequestJson]
    next_page_token: str | None
    total: int


class LiftedJson(BaseModel):
    """Whether there was a restriction to end."""

    is_lifted: bool


_COPY: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/json": {"schema": {"type": "object"}}}, "description": "The copy, as a file."}
}


def _file(text: str) -> Response:
    disposition = {"Content-Disposition": 'attachment; filename="data-copy.json"', "Cache-Control": "no-store"}
    return Response(text, media_type="application/json", headers=disposition)


def router(deps: Deps) -> APIRouter:
    """Paths of data requests."""
    api = APIRouter(prefix="/v1", tags=["data requests"])

    @api.post("/data-requests")
    async def open_data_request(body: OpenDataRequestBody, actor: FreshActor, request_id: RequestId) -> DataRequestJson:
        """Ask to see, copy, correct or restrict a learner's data."""
        command = use_cases.OpenDataRequest(
            request_id, body.learner_id, body.kind, body.fact_kinds, body.details, body.received_on
        )
        return DataRequestJson.of(await use_cases.open_data_request(deps, command, actor=actor, now=now_utc()))

    @api.get("/data-requests")
    async def list_data_requests(
        *,
        actor: FreshActor,
        state: Annotated[list[RequestState] | None, Query()] = None,
        kind: RequestKind | None = None,
        due_by: Annotated[date | None, Query(description="Only open ones due by this day.")] = None,
        is_overdue: Annotated[bool, Query(description="Only open ones after their day.")] = False,
        learner_id: UUID | None = None,
        page_size: Annotated[int, Query(ge=0, le=PAGE_SIZE_MAX)] = 0,
        page_token: UUID | None = None,
    ) -> DataRequestsPage:
        """List a learner's own requests, or those that one's institution answers."""
        query = use_cases.ListDataRequests(
            tuple(state or ()), kind, due_by, is_overdue, learner_id, page_size, page_token
        )
        page = await use_cases.list_data_requests(deps, query, actor=actor, now=now_utc())
        return DataRequestsPage(
            data_requests=[DataRequestJson.of(request) for request in page.requests],
            next_page_token=str(page.after) if page.after else None,
            total=page.total,
        )

    @api.post("/data-requests/{data_request_id}/begin")
    async def begin_data_request(data_request_id: UUID, actor: FreshActor, request_id: RequestId) -> DataRequestJson:
        """Take a request in hand."""
        command = use_cases.BeginDataRequest(request_id, data_request_id)
        return DataRequestJson.of(await use_cases.begin_data_request(deps, command, actor=actor, now=now_utc()))

    @api.post("/data-requests/{data_request_id}/close")
    async def close_data_request(
        data_request_id: UUID, body: CloseDataRequestBody, actor: FreshActor, request_id: RequestId
    ) -> DataRequestJson:
        """Answer a request, or refuse it with a reason."""
        command = use_cases.CloseDataRequest(request_id, data_request_id, body.reason_code)
        return DataRequestJson.of(await use_cases.close_data_request(deps, command, actor=actor, now=now_utc()))

    @api.get("/data-requests/{data_request_id}/copy", response_class=Response, responses=_COPY)
    async def get_data_copy(data_request_id: UUID, actor: FreshActor) -> Response:
        """The copy that answers a request to see or copy data."""
        return _file(await copying.get_data_copy(deps, data_request_id, actor=actor, now=now_utc()))

    @api.get("/me/data-copy", response_class=Response, responses=_COPY)
    async def get_own_data_copy(actor: FreshActor) -> Response:
        """A copy of one's own data."""
        return _file(await copying.get_data_copy(deps, None, actor=actor, now=now_utc()))

    @api.post("/learners/{learner_id}/restriction/lift")
    async def lift_restriction(
        learner_id: UUID, body: LiftRestrictionBody, actor: FreshActor, request_id: RequestId
    ) -> LiftedJson:
        """End the restriction of a learner's data."""
        command = use_cases.LiftRestriction(request_id, learner_id, body.reason_code)
        return LiftedJson(is_lifted=await use_cases.lift_restriction(deps, command, actor=actor, now=now_utc()))

    return api
