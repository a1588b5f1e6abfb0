"""HTTP paths of year ends and leavers."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from chassis.http import FreshActor, Purpose, RequestId, item_results
from fastapi import APIRouter, Query, Request

from student_registry.calendar_th import now_utc
from student_registry.deps import Deps
from student_registry.json_models import ListResult
from student_registry.limits import PAGE_SIZE_MAX
from student_registry.oversight import ADMINISTRATION, Scope
from student_registry.year_end import use_cases
from student_registry.year_end.domain import Decision
from student_registry.year_end.json_models import (
    YEAR_BE_MAX,
    YEAR_BE_MIN,
    LeaverJson,
    LeaversPage,
    LineJson,
    PlanYearEndBody,
    RunJson,
    RunPage,
    SetDestinationsBody,
)

LINE_NO_MAX = 2_147_483_647


def router(deps: Deps) -> APIRouter:
    """Paths of year ends and leavers."""
    api = APIRouter(prefix="/v1", tags=["year ends"])

    @api.post("/year-ends")
    async def plan_year_end(body: PlanYearEndBody, actor: FreshActor, request_id: RequestId) -> RunJson:
        """Plan a year end without effect: who goes where, who is held back, who is an exception."""
        command = use_cases.PlanYearEnd(
            request_id=request_id,
            year_be=body.year_be,
            last_day=body.last_day,
            first_day=body.first_day,
            held_back=tuple((item.learner_id, item.reason_code) for item in body.held_back),
            destinations=tuple(item.to_domain() for item in body.destinations),
            provenance=body.provenance.to_domain(),
        )
        return RunJson.of(await use_cases.plan_year_end(deps, command, actor=actor, now=now_utc()))

    @api.get("/year-ends/{year_end_run_id}")
    async def get_year_end(
        *,
        year_end_run_id: UUID,
        actor: FreshActor,
        decision: Annotated[list[Decision] | None, Query()] = None,
        page_size: Annotated[int, Query(ge=0, le=PAGE_SIZE_MAX)] = 0,
        page_token: Annotated[int, Query(ge=0, le=LINE_NO_MAX)] = 0,
    ) -> RunPage:
        """Read a plan or run with its lines."""
        figures, lines, after = await use_cases.get_year_end(
            deps, year_end_run_id, decisions=decision or (), size=page_size, after=page_token, actor=actor
        )
        return RunPage(
            run=RunJson.of(figures),
            lines=[LineJson.of(line) for line in lines],
            next_page_token=None if after is None else str(after),
        )

    @api.post("/year-ends/{year_end_run_id}/apply")
    async def apply_year_end(year_end_run_id: UUID, actor: FreshActor, request_id: RequestId) -> RunJson:
        """Carry a plan out in chunks; sent again after an interruption it goes on."""
        return RunJson.of(await use_cases.apply_year_end(deps, request_id, year_end_run_id, actor=actor, now=now_utc()))

    @api.post("/year-ends/{year_end_run_id}/undo")
    async def undo_year_end(year_end_run_id: UUID, actor: FreshActor, request_id: RequestId) -> RunJson:
        """Take a run back exactly, as long as nothing later depends on it."""
        return RunJson.of(await use_cases.undo_year_end(deps, request_id, year_end_run_id, actor=actor, now=now_utc()))

    @api.post("/leavers/destinations")
    async def set_destinations(
        body: SetDestinationsBody, request: Request, actor: FreshActor, request_id: RequestId
    ) -> ListResult:
        """State where leavers are expected."""
        command = use_cases.SetDestinations(
            request_id, body.year_be, tuple(item.to_domain() for item in body.destinations)
        )
        outcomes = await use_cases.set_destinations(deps, command, actor=actor, now=now_utc())
        return ListResult(results=item_results(outcomes, request.app.state.messages))

    @api.get("/leavers")
    async def list_leavers(
        *,
        actor: FreshActor,
        purpose: Purpose,
        year_be: Annotated[int, Query(ge=YEAR_BE_MIN, le=YEAR_BE_MAX)],
        institution_id: UUID | None = None,
        is_subtree: Annotated[bool, Query(description="With everything below it in the tree.")] = False,
        tree: str = ADMINISTRATION,
        is_expected_there: Annotated[bool, Query(description="Those expected there, not those who left.")] = False,
        is_not_arrived_only: Annotated[bool, Query(description="Only the missing: not arrived by the date.")] = False,
        on_date: date | None = None,
        page_size: Annotated[int, Query(ge=0, le=PAGE_SIZE_MAX)] = 0,
        page_token: UUID | None = None,
    ) -> LeaversPage:
        """List leavers with the place where they are expected; also those who have not arrived by the date."""
        query = use_cases.ListLeavers(
            scope=Scope(institution_id, is_subtree, tree),
            year_be=year_be,
            purpose=purpose,
            is_expected_there=is_expected_there,
            is_not_arrived_only=is_not_arrived_only,
            on_date=on_date,
            page_size=page_size,
            after=page_token,
        )
        page = await use_cases.list_leavers(deps, query, actor=actor, now=now_utc())
        return LeaversPage(
            leavers=[LeaverJson.of(item) for item in page.leavers],
            next_page_token=str(page.after) if page.after else None,
            total=page.total,
            arrive_by=page.arrive_by,
        )

    return api
