"""Screenings over gRPC."""

from __future__ import annotations

from typing import Any

import grpc.aio
from chassis.auth import Identifier
from chassis.errors import InvalidField
from chassis.grpc_server import Servicer, actor_of
from chassis.ids import date_from_pb, date_to_pb, parse_uuid, time_to_pb
from chassis.outcomes import outcomes_to_pb
from nuaikit.guidance.v1 import screenings_pb2, screenings_pb2_grpc

from guidance.screenings.domain import Answer, NewScreening, RecordScreenings, Screening
from guidance.screenings.use_cases import Screenings, record_screenings
from guidance.thai_time import utc_now

FULL_NAME = screenings_pb2.DESCRIPTOR.services_by_name["ScreeningService"].full_name


class ScreeningServicer(screenings_pb2_grpc.ScreeningServiceServicer):
    """Reads the messages, calls the use case, writes the answer."""

    def __init__(self, deps: Screenings, identifier: Identifier) -> None:
        """Serve with `deps`."""
        self._deps = deps
        self._identifier = identifier

    async def RecordScreenings(  # noqa: N802  # named by the contract
        self,
        request: screenings_pb2.RecordScreeningsRequest,
        context: grpc.aio.ServicerContext[Any, Any],
    ) -> screenings_pb2.RecordScreeningsResponse:
        """Record completed screenings."""
        actor = await actor_of(context, self._identifier)
        command = RecordScreenings(
            parse_uuid(request.request_id, field="request_id"),
            tuple(_form(form, number) for number, form in enumerate(request.screenings)),
        )
        outcomes = await record_screenings(self._deps, command, actor=actor, now=utc_now())
        return screenings_pb2.RecordScreeningsResponse(outcomes=outcomes_to_pb(outcomes))


def servicer(deps: Screenings, identifier: Identifier) -> Servicer:
    """The servicer and how it is added."""
    serving = ScreeningServicer(deps, identifier)
    return Servicer(
        FULL_NAME, lambda server: screenings_pb2_grpc.add_ScreeningServiceServicer_to_server(serving, server)
    )


def _form(form: screenings_pb2.ScreeningInput, number: int) -> NewScreening:
    at = f"screenings[{number}]"
    return NewScreening(
        learner_id=parse_uuid(form.learner_id, field=f"{at}.learner_id"),
        instrument_code=form.instrument_code,
        instrument_version=form.instrument_version,
        informant=_informant(form.informant, field=f"{at}.informant"),
        year_be=form.year_be,
        term=form.term,
        observed_on=date_from_pb(form.observed_on, field=f"{at}.observed_on"),
        answers=tuple(Answer(answer.item_no, answer.value) for answer in form.answers),
        judged_group=_group(form.judged_group, field=f"{at}.judged_group"),
        client_id=parse_uuid(form.client_id, field=f"{at}.client_id"),
    )


def _informant(value: screenings_pb2.Informant, *, field: str) -> str:
    if value not in screenings_pb2.Informant.values() or value == screenings_pb2.INFORMANT_UNSPECIFIED:
        raise InvalidField(field=field, expected="who answered")
    return screenings_pb2.Informant.Name(value).removeprefix("INFORMANT_")


def _group(value: screenings_pb2.CareGroup, *, field: str) -> str | None:
    if value == screenings_pb2.CARE_GROUP_UNSPECIFIED:
        return None
    if value not in screenings_pb2.CareGroup.values():
        raise InvalidField(field=field, expected="a group")
    return screenings_pb2.CareGroup.Name(value).removeprefix("CARE_GROUP_")


def screening_to_pb(screening: Screening) -> screenings_pb2.Screening:
    """A screening as the contracts carry it: without answers."""
    return screenings_pb2.Screening(
        screening_id=str(screening.screening_id),
        instrument_code=screening.instrument_code,
        instrument_version=screening.instrument_version,
        instrument_status=screening.instrument_status,
        informant=f"INFORMANT_{screening.informant}",
        observed_on=date_to_pb(screening.observed_on),
        submitted_at=time_to_pb(screening.submitted_at),
        group=f"CARE_GROUP_{screening.group or 'UNSPECIFIED'}",
        group_source=f"GROUP_SOURCE_{screening.group_source or 'UNSPECIFIED'}",
        answered_item_count=screening.answered_item_count,
    )
