"""Screenings over HTTP."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from chassis.http import CurrentActor, ItemResult, RequestId, item_results
from chassis.messages import Messages
from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from guidance.screenings.domain import SCREENINGS_MAX, Answer, NewScreening, RecordScreenings
from guidance.screenings.use_cases import Screenings, record_screenings
from guidance.thai_time import utc_now


class AnswerIn(BaseModel):
    """One answer; there is no default."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    item_no: int
    value: Annotated[int, Field(strict=True, description="Value of an option of the instrument.")]


class ScreeningIn(BaseModel):
    """One form."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    learner_id: UUID
    instrument_code: Annotated[str, Field(min_length=1, max_length=40)]
    instrument_version: Annotated[str, Field(min_length=1, max_length=40)]
    informant: Literal["TEACHER", "GUARDIAN", "SELF"]
    year_be: Annotated[int, Field(description="Academic year, Buddhist Era.")]
    term: int
    observed_on: date
    answers: Annotated[list[AnswerIn], Field(max_length=200, description="Every item once.")]
    judged_group: Annotated[
        Literal["NORMAL", "RISK", "PROBLEM"] | None, Field(description="The teacher's judgement, where one was made.")
    ] = None
    client_id: Annotated[UUID, Field(description="Made by the device; a resent form is the same form.")]


class ScreeningsIn(BaseModel):
    """Forms of one call."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    screenings: Annotated[list[ScreeningIn], Field(min_length=1, max_length=SCREENINGS_MAX)]


class Results(BaseModel):
    """What became of each item, in the order of the request."""

    results: list[ItemResult]


def router(deps: Screenings, messages: Messages) -> APIRouter:
    """Routes of screenings."""
    routes = APIRouter(prefix="/v1/screenings", tags=["screenings"])

    @routes.post("")
    async def record(body: ScreeningsIn, actor: CurrentActor, request_id: RequestId) -> Results:
        """Record completed screenings of the caller's own class; a missing answer is refused."""
        command = RecordScreenings(request_id, tuple(_form(form) for form in body.screenings))
        outcomes = await record_screenings(deps, command, actor=actor, now=utc_now())
        return Results(results=item_results(outcomes, messages))

    return routes


def _form(form: ScreeningIn) -> NewScreening:
    return NewScreening(
        learner_id=form.learner_id,
        instrument_code=form.instrument_code,
        instrument_version=form.instrument_version,
        informant=form.informant,
        year_be=form.year_be,
        term=form.term,
        observed_on=form.observed_on,
        answers=tuple(Answer(answer.item_no, answer.value) for answer in form.answers),
        judged_group=form.judged_group,
        client_id=form.client_id,
    )
