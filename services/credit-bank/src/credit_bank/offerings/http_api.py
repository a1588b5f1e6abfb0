"""Surveys and weekly times over HTTP."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from chassis.http import CurrentActor, ItemResult, RequestId, item_results
from chassis.messages import Messages
from chassis.pg import Pool
from fastapi import APIRouter
from pydantic import BaseModel, Field

from credit_bank import limits
from credit_bank.calendar_th import utc_now
from credit_bank.json_models import Body, CourseKeyBody, ListResult, ProvenanceBody
from credit_bank.offerings import surveys, timetable
from credit_bank.offerings.domain import (
    COURSES_MAX,
    ITEMS_MAX,
    TITLE_CHARACTERS_MAX,
    Answer,
    Clash,
    Readiness,
    Survey,
    SurveyFacts,
    SurveyKind,
    TimeFacts,
    WeeklyTime,
)


class SurveyBody(Body):
    """A survey before an offering."""

    institution_id: UUID
    kind: SurveyKind
    title_th: Annotated[str, Field(min_length=1, max_length=TITLE_CHARACTERS_MAX)]
    year_be: int
    term: int
    courses: Annotated[list[CourseKeyBody], Field(min_length=1, max_length=COURSES_MAX)]
    items: Annotated[list[str], Field(default_factory=list[str], max_length=ITEMS_MAX)]
    opens_on: date
    closes_on: date
    provenance: ProvenanceBody

    def to_domain(self) -> SurveyFacts:
        """As the use cases know it."""
        return SurveyFacts(
            institution_id=self.institution_id,
            kind=self.kind,
            title_th=self.title_th.strip(),
            year_be=self.year_be,
            term=self.term,
            courses=tuple(key.to_domain() for key in self.courses),
            items=tuple(item.strip() for item in self.items),
            opens_on=self.opens_on,
            closes_on=self.closes_on,
            provenance=self.provenance.to_domain(),
        )


class SurveyOut(SurveyBody):
    """A survey that was opened."""

    survey_id: UUID
    is_closed: bool

    @classmethod
    def of(cls, survey: Survey) -> SurveyOut:
        """As shown."""
        facts = survey.facts
        return cls(
            survey_id=survey.survey_id,
            institution_id=facts.institution_id,
            kind=facts.kind,
            title_th=facts.title_th,
            year_be=facts.year_be,
            term=facts.term,
            courses=[CourseKeyBody.of(key) for key in facts.courses],
            items=list(facts.items),
            opens_on=facts.opens_on,
            closes_on=facts.closes_on,
            provenance=ProvenanceBody.of(facts.provenance),
            is_closed=survey.closed_at is not None,
        )


class SurveysIn(Body):
    """Surveys to open."""

    surveys: Annotated[list[SurveyBody], Field(min_length=1, max_length=limits.FEW_ITEMS_MAX)]


class SurveyIdsIn(Body):
    """Surveys by id."""

    survey_ids: Annotated[list[UUID], Field(min_length=1, max_length=limits.FEW_ITEMS_MAX)]


class AnswerIn(Body):
    """An answer; a learner leaves `learner_id` out, a school too."""

    survey_id: UUID
    learner_id: UUID | None = None
    choices: Annotated[list[CourseKeyBody], Field(default_factory=list[CourseKeyBody], max_length=COURSES_MAX)]
    ready_items: Annotated[list[str], Field(default_factory=list[str], max_length=ITEMS_MAX)]
    readiness: Readiness | None = None

    def to_domain(self) -> Answer:
        """As the use cases know it."""
        return Answer(
            self.survey_id,
            self.learner_id,
            tuple(key.to_domain() for key in self.choices),
            tuple(item.strip() for item in self.ready_items),
            self.readiness,
        )


class AnswersIn(Body):
    """Answers of one call."""

    answers: Annotated[list[AnswerIn], Field(min_length=1, max_length=limits.ITEMS_MAX)]


class SurveyPageOut(BaseModel):
    """A page of surveys, newest first; `next_page_token` is empty on the last one."""

    surveys: list[SurveyOut]
    next_page_token: str


class DemandOut(BaseModel):
    """How much a course is wished for, in learners."""

    course: CourseKeyBody
    first_choices: int
    choices: int


class SurveyResultOut(BaseModel):
    """What a survey came to."""

    survey: SurveyOut
    answer_count: int
    demand: list[DemandOut]
    ready_items: list[str]
    missing_items: list[str]
    readiness: Readiness | None
    answered_at: datetime | None


class TimeBody(Body):
    """One weekly time; minutes after midnight in Thailand."""

    institution_id: UUID
    offering_id: UUID | None = None
    class_institution_id: UUID
    grade_label: Annotated[str, Field(min_length=1, max_length=50)]
    classroom: Annotated[str, Field(max_length=50)] = ""
    weekday: Annotated[int, Field(description="1 Monday to 7 Sunday.")]
    starts_minute: int
    ends_minute: int
    first_on: date
    last_on: date

    def to_domain(self) -> TimeFacts:
        """As the use cases know it."""
        return TimeFacts(**self.model_dump())


class TimeOut(TimeBody):
    """A time that was set."""

    time_id: UUID

    @classmethod
    def of(cls, time: WeeklyTime) -> TimeOut:
        """As shown."""
        facts = time.facts
        return cls(
            time_id=time.time_id,
            institution_id=facts.institution_id,
            offering_id=facts.offering_id,
            class_institution_id=facts.class_institution_id,
            grade_label=facts.grade_label,
            classroom=facts.classroom,
            weekday=facts.weekday,
            starts_minute=facts.starts_minute,
            ends_minute=facts.ends_minute,
            first_on=facts.first_on,
            last_on=facts.last_on,
        )


class TimesIn(Body):
    """Times to set and to take away."""

    times: Annotated[list[TimeBody], Field(default_factory=list[TimeBody], max_length=limits.ITEMS_MAX)]
    remove_time_ids: Annotated[list[UUID], Field(default_factory=list[UUID], max_length=limits.ITEMS_MAX)]


class ClashOut(BaseModel):
    """Two times for the same class that overlap."""

    first: TimeOut
    second: TimeOut
    first_meets_on: date

    @classmethod
    def of(cls, clash: Clash) -> ClashOut:
        """As shown."""
        return cls(first=TimeOut.of(clash.first), second=TimeOut.of(clash.second), first_meets_on=clash.first_meets_on)


class SetTimesOut(BaseModel):
    """What became of each time, and the clashes that the new ones have; these are kept all the same."""

    results: list[ItemResult]
    clashes: list[ClashOut]


class TimePageOut(BaseModel):
    """A page of times; `next_page_token` is empty on the last one."""

    times: list[TimeOut]
    next_page_token: str


class ClashesOut(BaseModel):
    """Clashes, the nearest first."""

    clashes: list[ClashOut]


def router(pool: Pool, messages: Messages) -> APIRouter:
    """The paths."""
    api = APIRouter(tags=["offerings"])
    _add_surveys(api, pool, messages)
    _add_times(api, pool, messages)
    return api


def _add_surveys(api: APIRouter, pool: Pool, messages: Messages) -> None:
    @api.post("/v1/surveys")
    async def open_surveys(body: SurveysIn, actor: CurrentActor, request_id: RequestId) -> ListResult:
        """Open surveys of learners' wishes or of the school's readiness."""
        command = surveys.OpenSurveys(request_id, tuple(item.to_domain() for item in body.surveys))
        outcomes = await surveys.open_surveys(pool, command, actor=actor, now=utc_now())
        return ListResult(results=item_results(outcomes, messages))

    @api.post("/v1/surveys/close")
    async def close_surveys(body: SurveyIdsIn, actor: CurrentActor, request_id: RequestId) -> ListResult:
        """Close surveys before their last day."""
        command = surveys.CloseSurveys(request_id, tuple(body.survey_ids))
        outcomes = await surveys.close_surveys(pool, command, actor=actor, now=utc_now())
        return ListResult(results=item_results(outcomes, messages))

    @api.post("/v1/surveys/answers")
    async def answer_surveys(body: AnswersIn, actor: CurrentActor, request_id: RequestId) -> ListResult:
        """Answer surveys; a later answer replaces the earlier one."""
        command = surveys.AnswerSurveys(request_id, tuple(item.to_domain() for item in body.answers))
        outcomes = await surveys.answer_surveys(pool, command, actor=actor, now=utc_now())
        return ListResult(results=item_results(outcomes, messages))

    @api.get("/v1/surveys")
    async def list_surveys(
        actor: CurrentActor,
        kind: SurveyKind | None = None,
        is_open_only: bool = False,
        page_size: int = 0,
        page_token: str = "",
    ) -> SurveyPageOut:
        """Surveys of the caller's institution, or those that the learner may answer."""
        page = await surveys.list_surveys(
            pool,
            kind=kind,
            is_open_only=is_open_only,
            page_size=page_size,
            page_token=page_token,
            actor=actor,
            now=utc_now(),
        )
        return SurveyPageOut(
            surveys=[SurveyOut.of(survey) for survey in page.surveys], next_page_token=page.next_page_token
        )

    @api.get("/v1/surveys/{survey_id}/result")
    async def get_result(survey_id: UUID, actor: CurrentActor) -> SurveyResultOut:
        """What a survey came to, in numbers."""
        found = await surveys.get_survey_result(pool, survey_id, actor=actor)
        return SurveyResultOut(
            survey=SurveyOut.of(found.survey),
            answer_count=found.answer_count,
            demand=[
                DemandOut(course=CourseKeyBody.of(one.course), first_choices=one.first_choices, choices=one.choices)
                for one in found.demand
            ],
            ready_items=list(found.ready_items),
            missing_items=list(found.missing_items),
            readiness=found.readiness,
            answered_at=found.answered_at,
        )


def _add_times(api: APIRouter, pool: Pool, messages: Messages) -> None:
    @api.post("/v1/weekly-times")
    async def set_times(body: TimesIn, actor: CurrentActor, request_id: RequestId) -> SetTimesOut:
        """Set and take away weekly times; clashes are warned about."""
        command = timetable.SetWeeklyTimes(
            request_id, tuple(item.to_domain() for item in body.times), tuple(body.remove_time_ids)
        )
        done = await timetable.set_weekly_times(pool, command, actor=actor, now=utc_now())
        return SetTimesOut(
            results=item_results(done.outcomes, messages), clashes=[ClashOut.of(clash) for clash in done.clashes]
        )

    @api.get("/v1/weekly-times")
    async def list_times(actor: CurrentActor, page_size: int = 0, page_token: str = "") -> TimePageOut:
        """A page of the times of the caller's institution."""
        page = await timetable.list_weekly_times(pool, page_size=page_size, page_token=page_token, actor=actor)
        return TimePageOut(times=[TimeOut.of(time) for time in page.times], next_page_token=page.next_page_token)

    @api.get("/v1/weekly-times/clashes")
    async def list_clashes(actor: CurrentActor, from_date: date | None = None) -> ClashesOut:
        """Clashes with what the same classes attend elsewhere, from a day on."""
        found = await timetable.list_time_clashes(pool, from_date=from_date, actor=actor, now=utc_now())
        return ClashesOut(clashes=[ClashOut.of(clash) for clash in found])
