"""HTTP paths of learners."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from chassis.http import FreshActor, Purpose, RequestId, item_results
from fastapi import APIRouter, Header, Query, Request

from student_registry.calendar_th import now_utc, today_in_thailand
from student_registry.deps import Deps
from student_registry.json_models import ListResult
from student_registry.learners import corrections, queries, use_cases
from student_registry.learners.json_models import (
    ChangeIdentifierBody,
    CorrectLearnersBody,
    LearnerJson,
    LearnersPage,
    RegisterLearnersBody,
    VersionsJson,
)
from student_registry.limits import PAGE_SIZE_MAX

OptionalPurpose = Annotated[str | None, Header(alias="Nuaikit-Purpose", description="Purpose code of the read.")]


def router(deps: Deps) -> APIRouter:
    """Paths of learners."""
    api = APIRouter(prefix="/v1", tags=["learners"])

    @api.post("/learners")
    async def register_learners(
        body: RegisterLearnersBody, request: Request, actor: FreshActor, request_id: RequestId
    ) -> ListResult:
        """Register learners; whoever is known by an identifier is the same learner."""
        command = use_cases.RegisterLearners(request_id, tuple(item.to_domain() for item in body.learners))
        outcomes = await use_cases.register_learners(deps, command, actor=actor, now=now_utc())
        return ListResult(results=item_results(outcomes, request.app.state.messages))

    @api.get("/learners")
    async def list_learners(
        *,
        institution_id: UUID,
        actor: FreshActor,
        grade_label: Annotated[str, Query(max_length=60)] = "",
        on_date: date | None = None,
        page_size: Annotated[int, Query(ge=0, le=PAGE_SIZE_MAX)] = 0,
        page_token: UUID | None = None,
        purpose: OptionalPurpose = None,
    ) -> LearnersPage:
        """List the learners of the caller's institution in Thai dictionary order."""
        query = queries.ListLearners(
            institution_id=institution_id,
            grade_label=grade_label,
            on_date=on_date,
            purpose=purpose or "",
            page_size=page_size,
            after=page_token,
        )
        now = now_utc()
        page = await queries.list_learners(deps, query, actor=actor, now=now)
        today = today_in_thailand(now)
        return LearnersPage(
            learners=[LearnerJson.of(item, today=today) for item in page.learners],
            next_page_token=str(page.after) if page.after else None,
            total=page.total,
        )

    @api.get("/learners/{learner_id}")
    async def get_learner(
        learner_id: UUID, actor: FreshActor, purpose: Purpose, on_date: date | None = None
    ) -> LearnerJson:
        """Read one learner; 404 for an institution for which he does not exist."""
        now = now_utc()
        learner = await queries.get_learner(deps, learner_id, purpose=purpose, on_date=on_date, actor=actor, now=now)
        return LearnerJson.of(learner, today=today_in_thailand(now))

    @api.get("/me")
    async def get_own_learner(actor: FreshActor) -> LearnerJson:
        """The caller's own record."""
        now = now_utc()
        return LearnerJson.of(await queries.get_own_learner(deps, actor=actor, now=now), today=today_in_thailand(now))

    @api.post("/learners/{learner_id}/identifier-changes")
    async def change_identifier(
        learner_id: UUID, body: ChangeIdentifierBody, actor: FreshActor, request_id: RequestId
    ) -> LearnerJson:
        """Replace an identifier, such as a G-code by a citizen ID; the learner stays the same."""
        command = use_cases.ChangeIdentifier(
            request_id=request_id,
            learner_id=learner_id,
            ends_kind=body.ends_kind,
            identifier=body.identifier.to_domain(),
            valid_from=body.valid_from,
        )
        now = now_utc()
        await use_cases.change_identifier(deps, command, actor=actor, now=now)
        learner = await queries.load_changed(deps, learner_id, actor=actor, now=now)
        return LearnerJson.of(learner, today=today_in_thailand(now))

    @api.post("/learner-corrections")
    async def correct_learners(
        body: CorrectLearnersBody, request: Request, actor: FreshActor, request_id: RequestId
    ) -> ListResult:
        """Correct names, birth dates and sexes of known learners; what was recorded before stays in the history."""
        command = corrections.CorrectLearners(request_id, tuple(item.to_domain() for item in body.corrections))
        outcomes = await corrections.correct_learners(deps, command, actor=actor, now=now_utc())
        return ListResult(results=item_results(outcomes, request.app.state.messages))

    @api.get("/learners/{learner_id}/versions")
    async def get_versions(learner_id: UUID, actor: FreshActor, purpose: Purpose) -> VersionsJson:
        """What was ever recorded of a learner; for the institution that keeps the record, and for himself."""
        found = await corrections.get_versions(deps, learner_id, purpose=purpose, actor=actor, now=now_utc())
        return VersionsJson.of(found)

    return api
