"""AccessService: contract messages to queries and back."""

from __future__ import annotations

from typing import Any

from chassis.auth import Identifier
from chassis.grpc_server import Servicer, actor_of
from chassis.ids import parse_uuid, time_to_pb
from grpc.aio import ServicerContext
from nuaikit.common.v1 import access_pb2 as common_pb
from nuaikit.student_registry.v1 import access_pb2 as pb
from nuaikit.student_registry.v1 import access_pb2_grpc as pb_grpc

from student_registry.access import use_cases
from student_registry.access.domain import AccessRecord, ProcessingRecord
from student_registry.calendar_th import now_utc
from student_registry.deps import Deps
from student_registry.wire import optional_date, provenance_to_pb


def record_to_pb(record: AccessRecord) -> common_pb.AccessRecord:
    """As the contracts carry it."""
    return common_pb.AccessRecord(
        access_id=str(record.access_id),
        learner_id=str(record.learner_id),
        read_at=time_to_pb(record.read_at),
        institution_id=str(record.institution_id) if record.institution_id else None,
        role=record.role,
        resource=record.resource,
        purpose=record.purpose,
        ground=record.ground.kind,
        ground_id=record.ground.ground_id,
    )


def processing_to_pb(record: ProcessingRecord) -> pb.ProcessingRecord:
    """As the contracts carry it."""
    return pb.ProcessingRecord(
        activity_code=record.activity_code,
        name_th=record.name_th,
        purpose_th=record.purpose_th,
        legal_basis_th=record.legal_basis_th,
        subjects_th=record.subjects_th,
        data_th=record.data_th,
        recipients_th=record.recipients_th,
        retention_th=record.retention_th,
        protection_th=record.protection_th,
        is_sensitive=record.is_sensitive,
        provenance=provenance_to_pb(record.provenance),
    )


class AccessServicer(pb_grpc.AccessServiceServicer):
    """Who read a learner's data, over gRPC."""

    def __init__(self, deps: Deps, identifier: Identifier) -> None:
        """Serve from `deps`; callers are identified by `identifier`."""
        self._deps = deps
        self._identifier = identifier

    async def ListAccess(  # noqa: N802  # named by the contract
        self, request: pb.ListAccessRequest, context: ServicerContext[Any, Any]
    ) -> pb.ListAccessResponse:
        """List reads of one learner's data."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        records, after = await use_cases.list_access(
            self._deps,
            parse_uuid(request.learner_id, field="learner_id"),
            size=request.page_size,
            after=parse_uuid(request.page_token, field="page_token") if request.page_token else None,
            actor=actor,
            now=now_utc(),
        )
        return pb.ListAccessResponse(
            records=[record_to_pb(record) for record in records], next_page_token=str(after) if after else ""
        )

    async def ListProcessingRecords(  # noqa: N802  # named by the contract
        self, request: pb.ListProcessingRecordsRequest, context: ServicerContext[Any, Any]
    ) -> pb.ListProcessingRecordsResponse:
        """List what this service does with personal data."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        on_date = optional_date(request, "on_date", field="on_date")
        found = await use_cases.list_processing_records(self._deps, on_date=on_date, actor=actor, now=now_utc())
        return pb.ListProcessingRecordsResponse(records=[processing_to_pb(record) for record in found])


def servicer(deps: Deps, identifier: Identifier) -> Servicer:
    """AccessService, ready to be served."""
    serving = AccessServicer(deps, identifier)
    return Servicer(
        pb.DESCRIPTOR.services_by_name["AccessService"].full_name,
        lambda server: pb_grpc.add_AccessServiceServicer_to_server(serving, server),
    )
