"""HTTP paths of statuses and of the lists that others share."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from chassis.http import CurrentActor, FreshActor, Purpose, RequestId, item_results
from fastapi import APIRouter, Path, Query, Request

from student_registry.calendar_th import now_utc
from student_registry.deps import Deps
from student_registry.json_models import ListResult
from student_registry.limits import PAGE_SIZE_MAX
from student_registry.oversight import ADMINISTRATION, Scope
from student_registry.statuses import use_cases
from student_registry.statuses.domain import LearnerStatus
from student_registry.statuses.json_models import (
    CodeJson,
    CodesJson,
    LearnerByStatusJson,
    LearnersByStatus,
    NeetAnswer,
    NeetJson,
    NeetQuery,
    RecordActivitiesBody,
    RecordStatusesBody,
    StatusHistoryJson,
    StatusRulesJson,
    WithdrawStatusesBody,
)


def router(deps: Deps) -> APIRouter:
    """Paths of statuses."""
    api = APIRouter(prefix="/v1", tags=["statuses"])

    @api.post("/learner-statuses")
    async def record_statuses(
        body: RecordStatusesBody, request: Request, actor: FreshActor, request_id: RequestId
    ) -> ListResult:
        """State where learners are in education; nothing is overwritten."""
        command = use_cases.RecordStatuses(request_id, tuple(item.to_domain() for item in body.statuses))
        outcomes = await use_cases.record_statuses(deps, command, actor=actor, now=now_utc())
        return ListResult(results=item_results(outcomes, request.app.state.messages))

    @api.post("/learner-statuses/withdrawals")
    async def withdraw_statuses(
        body: WithdrawStatusesBody, request: Request, actor: FreshActor, request_id: RequestId
    ) -> ListResult:
        """Take back statements that were wrong; what held before holds again."""
        command = use_cases.WithdrawStatuses(request_id, tuple(item.to_domain() for item in body.withdrawals))
        outcomes = await use_cases.withdraw_statuses(deps, command, actor=actor, now=now_utc())
        return ListResult(results=item_results(outcomes, request.app.state.messages))

    @api.get("/learner-statuses")
    async def list_by_status(
        *,
        actor: FreshActor,
        purpose: Purpose,
        status: Annotated[list[LearnerStatus] | None, Query()] = None,
        institution_id: UUID | None = None,
        is_subtree: Annotated[bool, Query(description="With everything below it in the tree.")] = False,
        tree: str = ADMINISTRATION,
        classroom: Annotated[str, Query(max_length=60)] = "",
        on_date: date | None = None,
        page_size: Annotated[int, Query(ge=0, le=PAGE_SIZE_MAX)] = 0,
        page_token: UUID | None = None,
    ) -> LearnersByStatus:
        """List learners by the status that holds on a day, of an institution or of everything under an office."""
        query = use_cases.ListByStatus(
            scope=Scope(institution_id, is_subtree, tree),
            purpose=purpose,
            statuses=tuple(status or ()),
            classroom=classroom,
            on_date=on_date,
            page_size=page_size,
            after=page_token,
        )
        page = await use_cases.list_by_status(deps, query, actor=actor, now=now_utc())
        return LearnersByStatus(
            learners=[LearnerByStatusJson.of(item) for item in page.learners],
            next_page_token=str(page.after) if page.after else None,
            total=page.total,
        )

    @api.get("/learners/{learner_id}/statuses")
    async def list_history(learner_id: UUID, actor: FreshActor, purpose: Purpose) -> StatusHistoryJson:
        """Everything that was stated about one learner, newest first."""
        history = await use_cases.list_history(deps, learner_id, purpose=purpose, actor=actor, now=now_utc())
        return StatusHistoryJson.of(history)

    @api.post("/outside-activities")
    async def record_activities(
        body: RecordActivitiesBody, request: Request, actor: FreshActor, request_id: RequestId
    ) -> ListResult:
        """State what learners do outside school: working, in training, neither, unknown."""
        command = use_cases.RecordActivities(request_id, tuple(item.to_domain() for item in body.activities))
        outcomes = await use_cases.record_activities(deps, command, actor=actor, now=now_utc())
        return ListResult(results=item_results(outcomes, request.app.state.messages))

    @api.post("/neet-queries")
    async def list_neet(body: NeetQuery, actor: FreshActor, purpose: Purpose) -> NeetAnswer:
        """Compute for a day who is neither in education nor in work nor in training (15 to 24 years)."""
        found = await use_cases.list_neet(
            deps, body.learner_ids, on_date=body.on_date, purpose=purpose, actor=actor, now=now_utc()
        )
        return NeetAnswer(learners=[NeetJson(learner_id=key, state=state) for key, state in found.items()])

    @api.get("/status-rules")
    async def list_rules(_actor: CurrentActor) -> StatusRulesJson:
        """Statuses, their reasons with Thai names, and which may follow which."""
        return StatusRulesJson.of(await use_cases.list_rules(deps))

    @api.get("/code-lists/{name}")
    async def list_codes(
        name: Annotated[str, Path(max_length=60, examples=["MOVEMENT_PAPER"])], _actor: CurrentActor
    ) -> CodesJson:
        """The codes of a list with their Thai names."""
        codes = await use_cases.list_codes(deps, name, now=now_utc())
        return CodesJson(codes=[CodeJson.of(item) for item in codes])

    return api
