"""OfferingService: contract messages to commands and back."""

from __future__ import annotations

from typing import Any

from chassis.auth import Identifier
from chassis.grpc_server import Servicer, actor_of
from chassis.ids import date_to_pb, parse_uuid, time_to_pb
from chassis.outcomes import outcomes_to_pb
from chassis.pg import Pool
from grpc.aio import ServicerContext
from nuaikit.credit_bank.v1 import offerings_pb2 as pb
from nuaikit.credit_bank.v1 import offerings_pb2_grpc as pb_grpc

from credit_bank import wire
from credit_bank.calendar_th import utc_now
from credit_bank.offerings import surveys, timetable
from credit_bank.offerings.domain import (
    Answer,
    Clash,
    Readiness,
    Survey,
    SurveyFacts,
    SurveyKind,
    TimeFacts,
    WeeklyTime,
)

Context = ServicerContext[Any, Any]


def survey_from_pb(message: pb.Survey) -> SurveyFacts:
    """A survey to open.

    Raises:
        InvalidField: A field has no usable value.
    """
    return SurveyFacts(
        institution_id=parse_uuid(message.institution_id, field="institution_id"),
        kind=wire.enum_from_text(SurveyKind, message.kind, field="kind"),
        title_th=message.title_th.strip(),
        year_be=message.year_be,
        term=message.term,
        courses=tuple(wire.course_key_from_pb(key) for key in message.courses),
        items=tuple(item.strip() for item in message.items),
        opens_on=wire.required_date(message, "opens_on"),
        closes_on=wire.required_date(message, "closes_on"),
        provenance=wire.provenance_from_pb(message),
    )


def survey_to_pb(survey: Survey) -> pb.Survey:
    """As the contracts carry it."""
    facts = survey.facts
    return pb.Survey(
        survey_id=str(survey.survey_id),
        institution_id=str(facts.institution_id),
        kind=str(facts.kind),
        title_th=facts.title_th,
        year_be=facts.year_be,
        term=facts.term,
        courses=[wire.course_key_to_pb(key) for key in facts.courses],
        items=facts.items,
        opens_on=date_to_pb(facts.opens_on),
        closes_on=date_to_pb(facts.closes_on),
        is_closed=survey.closed_at is not None,
        provenance=wire.provenance_to_pb(facts.provenance),
    )


def answer_from_pb(message: pb.SurveyAnswer) -> Answer:
    """An answer.

    Raises:
        InvalidField: A field has no usable value.
    """
    return Answer(
        survey_id=parse_uuid(message.survey_id, field="survey_id"),
        learner_id=wire.optional_uuid(message, "learner_id"),
        choices=tuple(wire.course_key_from_pb(key) for key in message.choices),
        ready_items=tuple(item.strip() for item in message.ready_items),
        readiness=wire.enum_from_text(Readiness, message.readiness, field="readiness") if message.readiness else None,
    )


def time_from_pb(message: pb.WeeklyTime) -> TimeFacts:
    """A time to set.

    Raises:
        InvalidField: A field has no usable value.
    """
    return TimeFacts(
        institution_id=parse_uuid(message.institution_id, field="institution_id"),
        offering_id=wire.optional_uuid(message, "offering_id"),
        class_institution_id=parse_uuid(message.class_institution_id, field="class_institution_id"),
        grade_label=message.grade_label.strip(),
        classroom=message.classroom.strip(),
        weekday=message.weekday,
        starts_minute=message.starts_minute,
        ends_minute=message.ends_minute,
        first_on=wire.required_date(message, "first_on"),
        last_on=wire.required_date(message, "last_on"),
    )


def time_to_message(time: WeeklyTime) -> pb.WeeklyTime:
    """As the contracts carry it."""
    facts = time.facts
    return pb.WeeklyTime(
        time_id=str(time.time_id),
        institution_id=str(facts.institution_id),
        offering_id=None if facts.offering_id is None else str(facts.offering_id),
        class_institution_id=str(facts.class_institution_id),
        grade_label=facts.grade_label,
        classroom=facts.classroom,
        weekday=facts.weekday,
        starts_minute=facts.starts_minute,
        ends_minute=facts.ends_minute,
        first_on=date_to_pb(facts.first_on),
        last_on=date_to_pb(facts.last_on),
    )


def clash_to_pb(clash: Clash) -> pb.TimeClash:
    """As the contracts carry it."""
    return pb.TimeClash(
        first=time_to_message(clash.first),
        second=time_to_message(clash.second),
        first_meets_on=date_to_pb(clash.first_meets_on),
    )


class OfferingServicer(pb_grpc.OfferingServiceServicer):
    """Surveys and weekly times over gRPC."""

    def __init__(self, pool: Pool, identifier: Identifier) -> None:
        """Serve from `pool`; callers are identified by `identifier`."""
        self._pool = pool
        self._identifier = identifier

    async def OpenSurveys(  # noqa: N802  # named by the contract
        self, request: pb.OpenSurveysRequest, context: Context
    ) -> pb.OpenSurveysResponse:
        """Open surveys."""
        actor = await actor_of(context, self._identifier)
        command = surveys.OpenSurveys(
            parse_uuid(request.request_id, field="request_id"), tuple(survey_from_pb(item) for item in request.surveys)
        )
        outcomes = await surveys.open_surveys(self._pool, command, actor=actor, now=utc_now())
        return pb.OpenSurveysResponse(outcomes=outcomes_to_pb(outcomes))

    async def CloseSurveys(  # noqa: N802  # named by the contract
        self, request: pb.CloseSurveysRequest, context: Context
    ) -> pb.CloseSurveysResponse:
        """Close surveys."""
        actor = await actor_of(context, self._identifier)
        command = surveys.CloseSurveys(
            parse_uuid(request.request_id, field="request_id"),
            tuple(parse_uuid(text, field="survey_ids") for text in request.survey_ids),
        )
        outcomes = await surveys.close_surveys(self._pool, command, actor=actor, now=utc_now())
        return pb.CloseSurveysResponse(outcomes=outcomes_to_pb(outcomes))

    async def AnswerSurveys(  # noqa: N802  # named by the contract
        self, request: pb.AnswerSurveysRequest, context: Context
    ) -> pb.AnswerSurveysResponse:
        """Answer surveys."""
        actor = await actor_of(context, self._identifier)
        command = surveys.AnswerSurveys(
            parse_uuid(request.request_id, field="request_id"), tuple(answer_from_pb(item) for item in request.answers)
        )
        outcomes = await surveys.answer_surveys(self._pool, command, actor=actor, now=utc_now())
        return pb.AnswerSurveysResponse(outcomes=outcomes_to_pb(outcomes))

    async def ListSurveys(  # noqa: N802  # named by the contract
        self, request: pb.ListSurveysRequest, context: Context
    ) -> pb.ListSurveysResponse:
        """A page of surveys."""
        actor = await actor_of(context, self._identifier)
        page = await surveys.list_surveys(
            self._pool,
            kind=wire.enum_from_text(SurveyKind, request.kind, field="kind") if request.kind else None,
            is_open_only=request.is_open_only,
            page_size=request.page_size,
            page_token=request.page_token,
            actor=actor,
            now=utc_now(),
        )
        return pb.ListSurveysResponse(
            surveys=[survey_to_pb(survey) for survey in page.surveys], next_page_token=page.next_page_token
        )

    async def GetSurveyResult(  # noqa: N802  # named by the contract
        self, request: pb.GetSurveyResultRequest, context: Context
    ) -> pb.GetSurveyResultResponse:
        """What a survey came to."""
        actor = await actor_of(context, self._identifier)
        found = await surveys.get_survey_result(
            self._pool, parse_uuid(request.survey_id, field="survey_id"), actor=actor
        )
        return pb.GetSurveyResultResponse(
            survey=survey_to_pb(found.survey),
            answer_count=found.answer_count,
            demand=[
                pb.CourseDemand(
                    course=wire.course_key_to_pb(one.course), first_choices=one.first_choices, choices=one.choices
                )
                for one in found.demand
            ],
            ready_items=found.ready_items,
            missing_items=found.missing_items,
            readiness=str(found.readiness or ""),
            answered_at=None if found.answered_at is None else time_to_pb(found.answered_at),
        )

    async def SetWeeklyTimes(  # noqa: N802  # named by the contract
        self, request: pb.SetWeeklyTimesRequest, context: Context
    ) -> pb.SetWeeklyTimesResponse:
        """Set and take away weekly times."""
        actor = await actor_of(context, self._identifier)
        command = timetable.SetWeeklyTimes(
            parse_uuid(request.request_id, field="request_id"),
            tuple(time_from_pb(item) for item in request.times),
            tuple(parse_uuid(text, field="remove_time_ids") for text in request.remove_time_ids),
        )
        done = await timetable.set_weekly_times(self._pool, command, actor=actor, now=utc_now())
        return pb.SetWeeklyTimesResponse(
            outcomes=outcomes_to_pb(done.outcomes), clashes=[clash_to_pb(clash) for clash in done.clashes]
        )

    async def ListWeeklyTimes(  # noqa: N802  # named by the contract
        self, request: pb.ListWeeklyTimesRequest, context: Context
    ) -> pb.ListWeeklyTimesResponse:
        """A page of weekly times."""
        actor = await actor_of(context, self._identifier)
        page = await timetable.list_weekly_times(
            self._pool, page_size=request.page_size, page_token=request.page_token, actor=actor
        )
        return pb.ListWeeklyTimesResponse(
            times=[time_to_message(time) for time in page.times], next_page_token=page.next_page_token
        )

    async def ListTimeClashes(  # noqa: N802  # named by the contract
        self, request: pb.ListTimeClashesRequest, context: Context
    ) -> pb.ListTimeClashesResponse:
        """Clashes from a day on."""
        actor = await actor_of(context, self._identifier)
        found = await timetable.list_time_clashes(
            self._pool, from_date=wire.optional_date(request, "from_date"), actor=actor, now=utc_now()
        )
        return pb.ListTimeClashesResponse(clashes=[clash_to_pb(clash) for clash in found])


def servicer(pool: Pool, identifier: Identifier) -> Servicer:
    """OfferingService, ready to be served."""
    serving = OfferingServicer(pool, identifier)
    return Servicer(
        pb.DESCRIPTOR.services_by_name["OfferingService"].full_name,
        lambda server: pb_grpc.add_OfferingServiceServicer_to_server(serving, server),
    )
