"""Surveys before an offering: learners' wishes and a school's readiness (R-20, R-21)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from chassis.auth import Actor
from chassis.envelope import NewEvent
from chassis.errors import NotFound, PermissionMissing, ServiceError
from chassis.ids import time_to_pb, uuid7
from chassis.outcomes import Outcome, check_size
from chassis.pg import Connection, Pool
from nuaikit.credit_bank.v1 import events_pb2

from credit_bank import limits
from credit_bank.calendar_th import thai_date
from credit_bank.calls import run
from credit_bank.canonical import digest
from credit_bank.catalogue import use_cases as catalogue
from credit_bank.catalogue.errors import CourseUnknown
from credit_bank.catalogue.events import TOPIC
from credit_bank.offerings import store
from credit_bank.offerings.domain import (
    Answer,
    Demand,
    Readiness,
    Survey,
    SurveyFacts,
    SurveyKind,
    answer_fault,
    survey_document,
    survey_fault,
)
from credit_bank.offerings.errors import (
    AnswerInvalid,
    SurveyExistsDifferent,
    SurveyInvalid,
    SurveyNotOpen,
    SurveyUnknown,
)
from credit_bank.people import use_cases as people
from credit_bank.people.merges import families


@dataclass(frozen=True, slots=True)
class OpenSurveys:
    """Surveys to open."""

    request_id: UUID
    surveys: tuple[SurveyFacts, ...]


@dataclass(frozen=True, slots=True)
class CloseSurveys:
    """Surveys to close."""

    request_id: UUID
    survey_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class AnswerSurveys:
    """Answers to keep."""

    request_id: UUID
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class SurveyPage:
    """A page of surveys; the token is empty on the last one."""

    surveys: list[Survey]
    next_page_token: str


@dataclass(frozen=True, slots=True)
class SurveyResult:
    """What a survey came to: demand for courses, or items of readiness that are there and that are not."""

    survey: Survey
    answer_count: int
    demand: list[Demand]
    ready_items: tuple[str, ...]
    missing_items: tuple[str, ...]
    readiness: Readiness | None
    answered_at: datetime | None


async def open_surveys(pool: Pool, command: OpenSurveys, *, actor: Actor, now: datetime) -> list[Outcome]:
    """Open surveys of the caller's institution.

    Args:
        pool: Connections.
        command: At most 100.
        actor: Needs `survey.manage` at the institution.
        now: UTC.

    Raises:
        PermissionMissing: The role opens no surveys.
        InvalidField, TooManyItems: None, or more than 100.
        RequestMismatch: The request id was used for other content.
    """
    actor.require("survey.manage")
    check_size(command.surveys, limits.FEW_ITEMS_MAX, field="surveys")

    async def work(connection: Connection) -> tuple[list[Outcome], list[NewEvent]]:
        titles = [store.title_of(facts) for facts in command.surveys]
        await store.lock_keys(connection, {f"survey:{'|'.join(map(str, title))}" for title in titles})
        possible = [store.title_of(facts) for facts in command.surveys if survey_fault(facts) is None]
        known = await store.surveys_by_title(connection, possible)
        courses = await catalogue.find_courses(connection, {key for item in command.surveys for key in item.courses})
        outcomes: list[Outcome] = []
        new: list[tuple[Survey, bytes]] = []
        for index, (facts, title) in enumerate(zip(command.surveys, titles, strict=True)):
            content = digest(survey_document(facts))
            try:
                if facts.institution_id != actor.institution_id:
                    raise NotFound
                fault = survey_fault(facts)
                if fault:
                    raise SurveyInvalid(field=fault[0], expected=fault[1])
                for key in facts.courses:
                    if key not in courses:
                        raise CourseUnknown(code=key.code, curriculum_version=key.curriculum_version)
                same = known.get(title)
                if same is not None and same[1] != content:
                    raise SurveyExistsDifferent(title_th=facts.title_th)
            except ServiceError as refusal:
                outcomes.append(Outcome.failed(index, refusal))
                continue
            if same is not None:
                outcomes.append(Outcome(index, str(same[0]), already_done=True))
                continue
            survey = Survey(uuid7(), facts)
            known[title] = (survey.survey_id, content)
            new.append((survey, content))
            outcomes.append(Outcome(index, str(survey.survey_id)))
        course_ids = {key: course.course_id for key, course in courses.items()}
        await store.insert_surveys(connection, new, course_ids, actor=actor, now=now)
        return outcomes, [_changed(survey) for survey, _ in new]

    return await run(pool, command, work, actor=actor)


async def close_surveys(pool: Pool, command: CloseSurveys, *, actor: Actor, now: datetime) -> list[Outcome]:
    """Close surveys of the caller's institution before their last day.

    Args:
        pool: Connections.
        command: At most 100.
        actor: Needs `survey.manage` at the institution.
        now: UTC.

    Raises:
        PermissionMissing: The role closes no surveys.
        InvalidField, TooManyItems: None, or more than 100.
        RequestMismatch: The request id was used for other content.
    """
    actor.require("survey.manage")
    check_size(command.survey_ids, limits.FEW_ITEMS_MAX, field="survey_ids")

    async def work(connection: Connection) -> tuple[list[Outcome], list[NewEvent]]:
        known = await store.surveys(connection, command.survey_ids, is_held=True)
        outcomes: list[Outcome] = []
        closed: dict[UUID, Survey] = {}
        for index, survey_id in enumerate(command.survey_ids):
            survey = known.get(survey_id)
            if survey is None or survey.facts.institution_id != actor.institution_id:
                outcomes.append(Outcome.failed(index, SurveyUnknown(survey_id=survey_id)))
                continue
            is_done = survey.closed_at is not None or survey_id in closed
            if not is_done:
                closed[survey_id] = replace(survey, closed_at=now)
            outcomes.append(Outcome(index, str(survey_id), already_done=is_done))
        await store.close_surveys(connection, list(closed), now=now)
        return outcomes, [_changed(survey) for survey in closed.values()]

    return await run(pool, command, work, actor=actor)


async def answer_surveys(pool: Pool, command: AnswerSurveys, *, actor: Actor, now: datetime) -> list[Outcome]:
    """Answer surveys; a later answer of the same learner or school replaces the earlier one.

    Args:
        pool: Connections.
        command: At most 1,000.
        actor: A learner for himself (`own.survey`) at a school where he is enrolled; staff (`survey.manage`) for their
            school, and for its learners.
        now: UTC.

    Returns:
        One outcome an answer; `id` is the survey id.

    Raises:
        PermissionMissing: The role answers none.
        InvalidField, TooManyItems: None, or more than 1,000.
        RequestMismatch: The request id was used for other content.
    """
    is_learner = _is_learner(actor)
    actor.require("own.survey" if is_learner else "survey.manage")
    check_size(command.answers, limits.ITEMS_MAX, field="answers")
    today = thai_date(now)
    given = [
        replace(answer, learner_id=actor.learner_id) if is_learner and answer.learner_id is None else answer
        for answer in command.answers
    ]

    async def work(connection: Connection) -> tuple[list[Outcome], list[NewEvent]]:
        surveys = await store.surveys(connection, {answer.survey_id for answer in given})
        learner_ids = {answer.learner_id for answer in given if answer.learner_id}
        own = await _own_records(connection, actor)
        places = await _places(connection, learner_ids, today)
        courses = await catalogue.find_courses(connection, {key for answer in given for key in answer.choices})
        outcomes: list[Outcome] = []
        kept: dict[tuple[UUID, UUID | None], Answer] = {}
        for index, answer in enumerate(given):
            try:
                survey = surveys.get(answer.survey_id)
                _require_answerable(answer, survey, actor=actor, own=own, places=places, today=today)
            except ServiceError as refusal:
                outcomes.append(Outcome.failed(index, refusal))
                continue
            kept[answer.survey_id, answer.learner_id] = answer
            outcomes.append(Outcome(index, str(answer.survey_id)))
        await store.keep_answers(
            connection,
            list(kept.values()),
            {key: course.course_id for key, course in courses.items()},
            is_entered_by_staff=not is_learner,
            actor=actor,
            now=now,
        )
        return outcomes, [_answered(surveys[key], answer, now) for (key, _), answer in kept.items()]

    return await run(pool, command, work, actor=actor)


def _is_learner(actor: Actor) -> bool:
    return actor.learner_id is not None and actor.institution_id is None


async def _own_records(connection: Connection, actor: Actor) -> frozenset[UUID]:
    if actor.learner_id is None or not _is_learner(actor):
        return frozenset()
    return frozenset((await families(connection, [actor.learner_id]))[actor.learner_id].members)


async def _places(connection: Connection, learner_ids: Collection[UUID], today: date) -> Mapping[UUID, set[UUID]]:
    """Where learners are enrolled."""
    found: dict[UUID, set[UUID]] = {}
    for enrolment in await people.read_enrolments(connection, learner_ids, on=today):
        found.setdefault(enrolment.learner_id, set()).add(enrolment.institution_id)
    return found


def _require_answerable(
    answer: Answer,
    survey: Survey | None,
    *,
    actor: Actor,
    own: Collection[UUID],
    places: Mapping[UUID, set[UUID]],
    today: date,
) -> None:
    if survey is None:
        raise SurveyUnknown(survey_id=answer.survey_id)
    place = survey.facts.institution_id
    if _is_learner(actor):
        if answer.learner_id not in own:
            raise NotFound
        if survey.facts.kind is not SurveyKind.WISHES:
            raise SurveyUnknown(survey_id=answer.survey_id)
    elif actor.institution_id != place:
        raise SurveyUnknown(survey_id=answer.survey_id)
    if answer.learner_id is not None and place not in places.get(answer.learner_id, ()):
        # Whether the survey or the learner is not there for him is the same answer.
        raise SurveyUnknown(survey_id=answer.survey_id)
    if not survey.is_open_on(today):
        raise SurveyNotOpen(survey_id=answer.survey_id)
    fault = answer_fault(answer, survey.facts)
    if fault:
        raise AnswerInvalid(field=fault[0], expected=fault[1])


async def list_surveys(
    pool: Pool,
    *,
    kind: SurveyKind | None = None,
    is_open_only: bool = False,
    page_size: int = 0,
    page_token: str = "",
    actor: Actor,
    now: datetime,
) -> SurveyPage:
    """Surveys of the caller's institution, or those of wishes at the schools where the learner is enrolled.

    Raises:
        PermissionMissing: Neither a learner nor somebody who acts for an institution.
        InvalidField: Page size or token.
    """
    limit = limits.page_size(page_size)
    before = limits.page_after(page_token)
    today = thai_date(now)
    is_learner = _is_learner(actor)
    async with pool.acquire(timeout=10) as connection:
        if is_learner:
            actor.require("own.survey")
            own = await _own_records(connection, actor)
            enrolled = await _places(connection, own, today)
            places: Collection[UUID] = {place for found in enrolled.values() for place in found}
            kind = SurveyKind.WISHES
        else:
            places = [actor.at()]
        found = await store.page_surveys(
            connection,
            places,
            kind=kind,
            open_on=today if is_open_only or is_learner else None,
            before=before,
            limit=limit + 1,
        )
    page = found[:limit]
    return SurveyPage(page, str(page[-1].survey_id) if len(found) > limit else "")


async def get_survey_result(pool: Pool, survey_id: UUID, *, actor: Actor) -> SurveyResult:
    """What a survey of the caller's institution came to, in numbers; nobody's wishes are named.

    Who has two records counts once, with the answer that he gave last.

    Raises:
        PermissionMissing: The role neither manages surveys nor offerings.
        SurveyUnknown: There is none at the institution.
    """
    if not (actor.may("survey.manage") or actor.may("offering.manage")):
        raise PermissionMissing(permission="survey.manage", role=actor.role)
    async with pool.acquire(timeout=10) as connection, connection.transaction(isolation="repeatable_read"):
        survey = (await store.surveys(connection, [survey_id])).get(survey_id)
        if survey is None or survey.facts.institution_id != actor.institution_id:
            raise SurveyUnknown(survey_id=survey_id)
        twice = await _answered_again(connection, survey_id)
        count = await store.count_answers(connection, survey_id, left_out=twice)
        wanted = await store.demand(connection, survey_id, left_out=twice)
        answered = await store.readiness(connection, survey_id)
    ready = answered[0] if answered else ()
    return SurveyResult(
        survey=survey,
        answer_count=count,
        demand=[Demand(course, first, choices) for course, first, choices in wanted],
        ready_items=ready,
        missing_items=tuple(item for item in survey.facts.items if item not in ready),
        readiness=answered[1] if answered else None,
        answered_at=answered[2] if answered else None,
    )


async def _answered_again(connection: Connection, survey_id: UUID) -> set[UUID]:
    """Records of persons who answered by another record of theirs later."""
    times = await store.answered(connection, survey_id)
    newest: dict[UUID, UUID] = {}
    persons = await families(connection, times)
    for learner_id in sorted(times, key=lambda one: (times[one], one)):
        newest[persons[learner_id].surviving_id] = learner_id
    return set(times) - set(newest.values())


def _changed(survey: Survey) -> NewEvent:
    facts = survey.facts
    message = events_pb2.SurveyChanged(
        survey_id=str(survey.survey_id),
        institution_id=str(facts.institution_id),
        kind=str(facts.kind),
        year_be=facts.year_be,
        term=facts.term,
        is_closed=survey.closed_at is not None,
    )
    return NewEvent(TOPIC, str(facts.institution_id), message)


def _answered(survey: Survey, answer: Answer, now: datetime) -> NewEvent:
    message = events_pb2.SurveyAnswered(
        survey_id=str(survey.survey_id),
        institution_id=str(survey.facts.institution_id),
        kind=str(survey.facts.kind),
        readiness=str(answer.readiness or ""),
        answered_at=time_to_pb(now),
    )
    return NewEvent(TOPIC, str(survey.facts.institution_id), message)
