"""HTTP paths of enrolments."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from chassis.http import CurrentActor, FreshActor, Purpose, RequestId, item_results
from fastapi import APIRouter, Request

from student_registry.calendar_th import now_utc, today_in_thailand
from student_registry.deps import Deps
from student_registry.enrolments import use_cases
from student_registry.enrolments.grades import grades_on
from student_registry.enrolments.json_models import (
    ChangeEnrolmentsBody,
    EndEnrolmentsBody,
    EnrolmentHistory,
    EnrolmentStateJson,
    GradeJson,
    GradesJson,
)
from student_registry.json_models import ListResult


def router(deps: Deps) -> APIRouter:
    """Paths of enrolments."""
    api = APIRouter(prefix="/v1", tags=["enrolments"])

    @api.post("/enrolments/changes")
    async def change_enrolments(
        body: ChangeEnrolmentsBody, request: Request, actor: FreshActor, request_id: RequestId
    ) -> ListResult:
        """Change delivery system, grade, classroom, number, programme or hosting from a day on; history is kept."""
        command = use_cases.ChangeEnrolments(request_id, tuple(item.to_domain() for item in body.changes))
        outcomes = await use_cases.change_enrolments(deps, command, actor=actor, now=now_utc())
        return ListResult(results=item_results(outcomes, request.app.state.messages))

    @api.post("/enrolments/ends")
    async def end_enrolments(
        body: EndEnrolmentsBody, request: Request, actor: FreshActor, request_id: RequestId
    ) -> ListResult:
        """End enrolments with a reason."""
        command = use_cases.EndEnrolments(request_id, tuple(item.to_domain() for item in body.ends))
        outcomes = await use_cases.end_enrolments(deps, command, actor=actor, now=now_utc())
        return ListResult(results=item_results(outcomes, request.app.state.messages))

    @api.get("/learners/{learner_id}/enrolments")
    async def list_history(learner_id: UUID, actor: FreshActor, purpose: Purpose) -> EnrolmentHistory:
        """Everything that was stated about a learner's enrolments, by enrolment, oldest first."""
        now = now_utc()
        states = await use_cases.list_history(deps, learner_id, purpose=purpose, actor=actor, now=now)
        today = today_in_thailand(now)
        return EnrolmentHistory(states=[EnrolmentStateJson.of(state, today=today) for state in states])

    @api.get("/grades")
    async def list_grades(_actor: CurrentActor, on_date: date | None = None) -> GradesJson:
        """The grades with their levels, official codes and what follows them."""
        grades = grades_on(on_date or today_in_thailand(now_utc())).grades
        return GradesJson(grades=[GradeJson.of(grade) for grade in grades.values()])

    return api
