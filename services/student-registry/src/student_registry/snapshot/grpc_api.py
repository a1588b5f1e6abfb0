"""SnapshotService: contract messages to queries and back."""

from __future__ import annotations

from typing import Any

from chassis.auth import Identifier
from chassis.grpc_server import Servicer, actor_of
from chassis.ids import parse_uuid, time_to_pb
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.message import Message
from grpc.aio import ServicerContext
from nuaikit.student_registry.v1 import snapshot_pb2 as pb
from nuaikit.student_registry.v1 import snapshot_pb2_grpc as pb_grpc

from student_registry.calendar_th import now_utc
from student_registry.deps import Deps
from student_registry.snapshot import use_cases


def packed(message: Message) -> AnyMessage:
    """A message with its full name."""
    found = AnyMessage()
    found.Pack(message, deterministic=True)
    return found


class SnapshotServicer(pb_grpc.SnapshotServiceServicer):
    """Snapshots over gRPC."""

    def __init__(self, deps: Deps, identifier: Identifier) -> None:
        """Serve from `deps`; callers are identified by `identifier`."""
        self._deps = deps
        self._identifier = identifier

    async def GetSnapshotStart(  # noqa: N802  # named by the contract
        self, request: pb.GetSnapshotStartRequest, context: ServicerContext[Any, Any]
    ) -> pb.GetSnapshotStartResponse:
        """Say from which instant each topic is to be read on after the pages."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        read_from = use_cases.start_of(actor=actor, now=now_utc())
        return pb.GetSnapshotStartResponse(read_from=time_to_pb(read_from), topics=use_cases.TOPICS)

    async def ReadSnapshot(  # noqa: N802  # named by the contract
        self, request: pb.ReadSnapshotRequest, context: ServicerContext[Any, Any]
    ) -> pb.ReadSnapshotResponse:
        """Read a page of keys."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        keys, after = await use_cases.read_page(
            self._deps,
            request.topic,
            size=request.page_size,
            after=parse_uuid(request.page_token, field="page_token") if request.page_token else None,
            actor=actor,
            now=now_utc(),
        )
        return pb.ReadSnapshotResponse(
            keys=[
                pb.SnapshotKey(
                    key=str(item.key),
                    sequence=item.sequence,
                    facts=[
                        pb.SnapshotFact(message=packed(fact.message), told_at=time_to_pb(fact.told_at))
                        for fact in item.facts
                    ],
                )
                for item in keys
            ],
            next_page_token=str(after) if after else "",
        )


def servicer(deps: Deps, identifier: Identifier) -> Servicer:
    """SnapshotService, ready to be served."""
    serving = SnapshotServicer(deps, identifier)
    return Servicer(
        pb.DESCRIPTOR.services_by_name["SnapshotService"].full_name,
        lambda server: pb_grpc.add_SnapshotServiceServicer_to_server(serving, server),
    )
