"""The guidance record over gRPC."""

from __future__ import annotations

from typing import Any

import grpc.aio
from chassis.auth import Identifier
from chassis.grpc_server import Servicer, actor_of
from chassis.ids import parse_uuid, time_to_pb
from nuaikit.common.v1 import credit_pb2
from nuaikit.guidance.v1 import records_pb2, records_pb2_grpc

from guidance.activities.grpc_api import activity_to_pb
from guidance.records.domain import RecognisedLearning
from guidance.records.use_cases import Records, get_guidance_record
from guidance.screenings.grpc_api import screening_to_pb
from guidance.thai_time import utc_now

FULL_NAME = records_pb2.DESCRIPTOR.services_by_name["GuidanceRecordService"].full_name


class RecordServicer(records_pb2_grpc.GuidanceRecordServiceServicer):
    """Reads the messages, calls the use case, writes the answer."""

    def __init__(self, deps: Records, identifier: Identifier) -> None:
        """Serve with `deps`."""
        self._deps = deps
        self._identifier = identifier

    async def GetGuidanceRecord(  # noqa: N802  # named by the contract
        self, request: records_pb2.GetGuidanceRecordRequest, context: grpc.aio.ServicerContext[Any, Any]
    ) -> records_pb2.GetGuidanceRecordResponse:
        """Read one learner's record; the read is logged."""
        actor = await actor_of(context, self._identifier)
        learner_id = parse_uuid(request.learner_id, field="learner_id")
        record = await get_guidance_record(self._deps, learner_id, purpose=request.purpose, actor=actor, now=utc_now())
        return records_pb2.GetGuidanceRecordResponse(
            learner_id=str(record.learner_id),
            recognised_learning=[_learning(item) for item in record.recognised_learning],
            screenings=[screening_to_pb(item) for item in record.screenings],
            activities=[activity_to_pb(item) for item in record.activities],
        )


def servicer(deps: Records, identifier: Identifier) -> Servicer:
    """The servicer and how it is added."""
    serving = RecordServicer(deps, identifier)
    return Servicer(
        FULL_NAME, lambda server: records_pb2_grpc.add_GuidanceRecordServiceServicer_to_server(serving, server)
    )


def _learning(learning: RecognisedLearning) -> records_pb2.RecognisedLearning:
    message = records_pb2.RecognisedLearning(
        source_id=str(learning.source_id),
        kind=learning.kind,
        course_code=learning.course_code,
        course_title_th=learning.course_title_th,
        qualification_code=learning.qualification_code,
        institution_id=str(learning.institution_id),
        recognised_at=time_to_pb(learning.recognised_at),
    )
    if learning.credits is not None:
        unit = f"CREDIT_UNIT_{learning.credits.unit}"
        message.credits.CopyFrom(
            credit_pb2.CreditAmount(credit_hundredths=learning.credits.credit_hundredths, unit=unit)
        )
    return message
