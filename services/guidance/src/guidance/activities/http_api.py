"""Activities over HTTP."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from chassis.http import CurrentActor, ItemResult, RequestId, item_results
from chassis.messages import Messages
from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from guidance.activities.domain import (
    ACTIVITIES_MAX,
    ATTENDANCE_MAX,
    MINUTES_MAX,
    REFERENCE_CHARACTERS_MAX,
    TITLE_CHARACTERS_MAX,
    NewActivity,
    RecordActivities,
)
from guidance.activities.use_cases import Activities, record_activities
from guidance.thai_time import utc_now


class ActivityIn(BaseModel):
    """One activity that was held."""

    model_config = ConfigDict(extra="forbid")

    reference: Annotated[
        str, Field(min_length=1, max_length=REFERENCE_CHARACTERS_MAX, description="Unique at the school.")
    ]
    scope: Literal["EDUCATION", "CAREER", "PERSONAL_SOCIAL"]
    service_kind: Literal["INVENTORY", "INFORMATION", "COUNSELLING", "PLACEMENT", "FOLLOW_UP"]
    title_th: Annotated[
        str, Field(min_length=1, max_length=TITLE_CHARACTERS_MAX, description="Says nothing about a single learner.")
    ]
    held_on: date
    duration_minutes: Annotated[int, Field(ge=1, le=MINUTES_MAX)]
    attended_learner_ids: Annotated[list[UUID], Field(min_length=1, max_length=ATTENDANCE_MAX)]


class ActivitiesIn(BaseModel):
    """Activities of one call."""

    model_config = ConfigDict(extra="forbid")

    activities: Annotated[list[ActivityIn], Field(min_length=1, max_length=ACTIVITIES_MAX)]


class Results(BaseModel):
    """What became of each item, in the order of the request."""

    results: list[ItemResult]


def router(deps: Activities, messages: Messages) -> APIRouter:
    """Routes of activities."""
    routes = APIRouter(prefix="/v1/activities", tags=["activities"])

    @routes.post("")
    async def record(body: ActivitiesIn, actor: CurrentActor, request_id: RequestId) -> Results:
        """Record activities held at the caller's school, with the learners who took part."""
        command = RecordActivities(request_id, tuple(_activity(activity) for activity in body.activities))
        outcomes = await record_activities(deps, command, actor=actor, now=utc_now())
        return Results(results=item_results(outcomes, messages))

    return routes


def _activity(activity: ActivityIn) -> NewActivity:
    return NewActivity(
        reference=activity.reference,
        scope=activity.scope,
        service_kind=activity.service_kind,
        title_th=activity.title_th,
        held_on=activity.held_on,
        duration_minutes=activity.duration_minutes,
        attended=tuple(sorted(set(activity.attended_learner_ids))),
    )
