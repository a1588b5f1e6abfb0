"""The access log over gRPC."""

from __future__ import annotations

from typing import Any

import grpc.aio
from chassis.auth import Identifier
from chassis.grpc_server import Servicer, actor_of
from chassis.ids import parse_uuid, time_to_pb
from chassis.pg import Pool
from nuaikit.common.v1 import access_pb2 as common_pb2
from nuaikit.guidance.v1 import access_pb2, access_pb2_grpc

from guidance.access.domain import AccessRow
from guidance.access.use_cases import ListAccess, list_access
from guidance.thai_time import utc_now

FULL_NAME = access_pb2.DESCRIPTOR.services_by_name["AccessService"].full_name


class AccessServicer(access_pb2_grpc.AccessServiceServicer):
    """Reads the messages, calls the use case, writes the answer."""

    def __init__(self, pool: Pool, identifier: Identifier) -> None:
        """Serve from `pool`."""
        self._pool = pool
        self._identifier = identifier

    async def ListAccess(  # noqa: N802  # named by the contract
        self, request: access_pb2.ListAccessRequest, context: grpc.aio.ServicerContext[Any, Any]
    ) -> access_pb2.ListAccessResponse:
        """Who read a learner's guidance data."""
        actor = await actor_of(context, self._identifier)
        learner_id = parse_uuid(request.learner_id, field="learner_id")
        query = ListAccess(learner_id, request.page_size, request.page_token)
        page = await list_access(self._pool, query, actor=actor, now=utc_now())
        return access_pb2.ListAccessResponse(
            records=[_to_pb(row) for row in page.rows], next_page_token=page.next_page_token
        )


def servicer(pool: Pool, identifier: Identifier) -> Servicer:
    """The servicer and how it is added."""
    serving = AccessServicer(pool, identifier)
    return Servicer(FULL_NAME, lambda server: access_pb2_grpc.add_AccessServiceServicer_to_server(serving, server))


def _to_pb(row: AccessRow) -> common_pb2.AccessRecord:
    message = common_pb2.AccessRecord(
        access_id=str(row.access_id),
        learner_id=str(row.learner_id),
        read_at=time_to_pb(row.read_at),
        role=row.role,
        resource=row.resource,
        purpose=row.purpose,
        ground=row.ground,
    )
    if row.institution_id is not None:
        message.institution_id = str(row.institution_id)
    return message
