"""The guidance record over HTTP."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from chassis.http import CurrentActor, Purpose
from fastapi import APIRouter
from pydantic import BaseModel, Field

from guidance.activities.domain import Activity
from guidance.records.domain import GuidanceRecord, RecognisedLearning
from guidance.records.use_cases import Records, get_guidance_record
from guidance.screenings.domain import Screening
from guidance.thai_time import utc_now


class CreditsOut(BaseModel):
    """An amount of one unit."""

    amount: Annotated[str, Field(description="Decimal, such as 1.00.")]
    unit: str


class RecognisedLearningOut(BaseModel):
    """Learning that the credit bank recognised."""

    source_id: UUID
    kind: Annotated[str, Field(description="VERIFIED, COUNTED or POSTED.")]
    course_code: str
    course_title_th: str
    credits: Annotated[CreditsOut | None, Field(description="Absent for short courses.")]
    qualification_code: Annotated[str, Field(description="Empty for the bank account.")]
    institution_id: UUID
    institution_name_th: str | None
    recognised_at: datetime


class ScreeningOut(BaseModel):
    """A screening without its answers."""

    screening_id: UUID
    instrument_code: str
    instrument_version: str
    instrument_status: str
    informant: str
    observed_on: date
    submitted_at: datetime
    group: Annotated[str | None, Field(description="Absent while nobody judged one and none is computed.")]
    group_source: str | None
    answered_item_count: int


class ActivityOut(BaseModel):
    """An activity in which the learner took part."""

    activity_id: UUID
    scope: str
    service_kind: str
    title_th: str
    held_on: date
    duration_minutes: int


class GuidanceRecordOut(BaseModel):
    """One learner's record, newest first in each part."""

    learner_id: UUID
    recognised_learning: list[RecognisedLearningOut]
    screenings: list[ScreeningOut]
    activities: list[ActivityOut]


def router(deps: Records) -> APIRouter:
    """Routes of the record."""
    routes = APIRouter(prefix="/v1/learners", tags=["records"])

    @routes.get("/{learner_id}/record")
    async def read(learner_id: UUID, actor: CurrentActor, purpose: Purpose) -> GuidanceRecordOut:
        """Read one learner's record; the read is logged and the learner can see it."""
        record = await get_guidance_record(deps, learner_id, purpose=purpose, actor=actor, now=utc_now())
        return _out(record)

    return routes


def _out(record: GuidanceRecord) -> GuidanceRecordOut:
    return GuidanceRecordOut(
        learner_id=record.learner_id,
        recognised_learning=[_learning(item) for item in record.recognised_learning],
        screenings=[_screening(item) for item in record.screenings],
        activities=[_activity(item) for item in record.activities],
    )


def _learning(learning: RecognisedLearning) -> RecognisedLearningOut:
    amount = learning.credits
    return RecognisedLearningOut(
        source_id=learning.source_id,
        kind=learning.kind,
        course_code=learning.course_code,
        course_title_th=learning.course_title_th,
        credits=amount and CreditsOut(amount=str(Decimal(amount.credit_hundredths).scaleb(-2)), unit=amount.unit),
        qualification_code=learning.qualification_code,
        institution_id=learning.institution_id,
        institution_name_th=learning.institution_name_th,
        recognised_at=learning.recognised_at,
    )


def _screening(screening: Screening) -> ScreeningOut:
    return ScreeningOut(
        screening_id=screening.screening_id,
        instrument_code=screening.instrument_code,
        instrument_version=screening.instrument_version,
        instrument_status=screening.instrument_status,
        informant=screening.informant,
        observed_on=screening.observed_on,
        submitted_at=screening.submitted_at,
        group=screening.group,
        group_source=screening.group_source,
        answered_item_count=screening.answered_item_count,
    )


def _activity(activity: Activity) -> ActivityOut:
    return ActivityOut(
        activity_id=activity.activity_id,
        scope=activity.scope,
        service_kind=activity.service_kind,
        title_th=activity.title_th,
        held_on=activity.held_on,
        duration_minutes=activity.duration_minutes,
    )
