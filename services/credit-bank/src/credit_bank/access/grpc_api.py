"""AccessService over gRPC."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import grpc.aio
from chassis.auth import Identifier
from chassis.grpc_server import Servicer, actor_of
from chassis.ids import parse_uuid, time_to_pb
from chassis.pg import Pool
from nuaikit.common.v1 import access_pb2 as common_access_pb2
from nuaikit.credit_bank.v1 import access_pb2, access_pb2_grpc

from credit_bank.access import use_cases
from credit_bank.access.domain import AccessRecord


def record_to_pb(record: AccessRecord) -> common_access_pb2.AccessRecord:
    """A row as the contract carries it."""
    message = common_access_pb2.AccessRecord(
        access_id=str(record.access_id),
        learner_id=str(record.learner_id),
        read_at=time_to_pb(record.read_at),
        role=record.role,
        resource=record.resource,
        purpose=record.purpose,
        ground=record.ground,
    )
    if record.institution_id is not None:
        message.institution_id = str(record.institution_id)
    if record.ground_id is not None:
        message.ground_id = str(record.ground_id)
    return message


class AccessServicer(access_pb2_grpc.AccessServiceServicer):
    """Who read a learner's credits."""

    def __init__(self, pool: Pool, identifier: Identifier) -> None:
        self._pool = pool
        self._identifier = identifier

    async def ListAccess(  # noqa: N802  # the contract names it
        self, request: access_pb2.ListAccessRequest, context: grpc.aio.ServicerContext[Any, Any]
    ) -> access_pb2.ListAccessResponse:
        """Reads of one learner, newest first."""
        actor = await actor_of(context, self._identifier)
        page = await use_cases.list_access(
            self._pool,
            parse_uuid(request.learner_id, field="learner_id"),
            page_size=request.page_size,
            page_token=request.page_token,
            actor=actor,
            now=datetime.now(UTC),
        )
        return access_pb2.ListAccessResponse(
            records=[record_to_pb(record) for record in page.records], next_page_token=page.next_page_token
        )


def servicer(pool: Pool, identifier: Identifier) -> Servicer:
    """How it is added to a server."""
    return Servicer(
        "nuaikit.credit_bank.v1.AccessService",
        lambda server: access_pb2_grpc.add_AccessServiceServicer_to_server(AccessServicer(pool, identifier), server),
    )
