"""HTTP paths of moves."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from chassis.http import FreshActor, Purpose, RequestId, item_results
from fastapi import APIRouter, Query, Request

from student_registry.calendar_th import now_utc, today_in_thailand
from student_registry.deps import Deps
from student_registry.json_models import ListResult
from student_registry.limits import PAGE_SIZE_MAX
from student_registry.movements import use_cases
from student_registry.movements.domain import MovementState
from student_registry.movements.json_models import (
    AcceptMovementsBody,
    MovementJson,
    MovementsPage,
    RecordPapersBody,
    ReleaseMovementsBody,
    RequestMovementsBody,
    StopMovementsBody,
)
from student_registry.oversight import ADMINISTRATION, Scope


def router(deps: Deps) -> APIRouter:
    """Paths of moves."""
    api = APIRouter(prefix="/v1", tags=["movements"])

    @api.post("/movements")
    async def request_movements(
        body: RequestMovementsBody, request: Request, actor: FreshActor, request_id: RequestId
    ) -> ListResult:
        """Ask for moves out of the caller's institution, on the guardian's request."""
        command = use_cases.RequestMovements(request_id, tuple(item.to_domain() for item in body.movements))
        outcomes = await use_cases.request_movements(deps, command, actor=actor, now=now_utc())
        return ListResult(results=item_results(outcomes, request.app.state.messages))

    @api.post("/movements/papers")
    async def record_papers(
        body: RecordPapersBody, request: Request, actor: FreshActor, request_id: RequestId
    ) -> ListResult:
        """Note kinds of papers that were seen; never files or numbers."""
        command = use_cases.RecordPapers(request_id, tuple(item.to_domain() for item in body.items))
        outcomes = await use_cases.record_papers(deps, command, actor=actor, now=now_utc())
        return ListResult(results=item_results(outcomes, request.app.state.messages))

    @api.post("/movements/release")
    async def release_movements(
        body: ReleaseMovementsBody, request: Request, actor: FreshActor, request_id: RequestId
    ) -> ListResult:
        """Let learners go to the institution that takes them."""
        command = use_cases.ReleaseMovements(request_id, tuple(item.to_domain() for item in body.items))
        outcomes = await use_cases.release_movements(deps, command, actor=actor, now=now_utc())
        return ListResult(results=item_results(outcomes, request.app.state.messages))

    @api.post("/movements/accept")
    async def accept_movements(
        body: AcceptMovementsBody, request: Request, actor: FreshActor, request_id: RequestId
    ) -> ListResult:
        """Take released learners: the old primary enrolment ends and the new one begins."""
        command = use_cases.AcceptMovements(request_id, tuple(item.to_domain() for item in body.items))
        outcomes = await use_cases.accept_movements(deps, command, actor=actor, now=now_utc())
        return ListResult(results=item_results(outcomes, request.app.state.messages))

    @api.post("/movements/cancel")
    async def cancel_movements(
        body: StopMovementsBody, request: Request, actor: FreshActor, request_id: RequestId
    ) -> ListResult:
        """Call moves off before they are accepted; by the institution that is left."""
        return await _stop(body, MovementState.CANCELLED, request, actor, request_id)

    @api.post("/movements/refuse")
    async def refuse_movements(
        body: StopMovementsBody, request: Request, actor: FreshActor, request_id: RequestId
    ) -> ListResult:
        """Refuse released learners; by the institution they were to go to."""
        return await _stop(body, MovementState.REFUSED, request, actor, request_id)

    async def _stop(
        body: StopMovementsBody, state: MovementState, request: Request, actor: FreshActor, request_id: UUID
    ) -> ListResult:
        command = use_cases.StopMovements(request_id, state, tuple(item.to_domain() for item in body.items))
        outcomes = await use_cases.stop_movements(deps, command, actor=actor, now=now_utc())
        return ListResult(results=item_results(outcomes, request.app.state.messages))

    @api.get("/movements")
    async def list_movements(
        *,
        actor: FreshActor,
        purpose: Purpose,
        institution_id: UUID | None = None,
        is_subtree: Annotated[bool, Query(description="With everything below it in the tree.")] = False,
        tree: str = ADMINISTRATION,
        state: Annotated[list[MovementState] | None, Query()] = None,
        is_late_only: Annotated[bool, Query(description="Only those past their limit.")] = False,
        page_size: Annotated[int, Query(ge=0, le=PAGE_SIZE_MAX)] = 0,
        page_token: UUID | None = None,
    ) -> MovementsPage:
        """List moves out of or into an institution, or under an office, oldest limit first."""
        query = use_cases.ListMovements(
            scope=Scope(institution_id, is_subtree, tree),
            purpose=purpose,
            states=tuple(state or ()),
            is_late_only=is_late_only,
            page_size=page_size,
            after=page_token,
        )
        now = now_utc()
        page = await use_cases.list_movements(deps, query, actor=actor, now=now)
        today = today_in_thailand(now)
        return MovementsPage(
            movements=[MovementJson.of(item, today=today) for item in page.movements],
            next_page_token=str(page.after) if page.after else None,
            total=page.total,
        )

    return api
