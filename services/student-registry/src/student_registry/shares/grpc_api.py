"""ShareGrantService: contract messages to commands and back."""

from __future__ import annotations

from typing import Any

from chassis.auth import Identifier
from chassis.grpc_server import Servicer, actor_of
from chassis.ids import date_to_pb, parse_uuid
from grpc.aio import ServicerContext
from nuaikit.student_registry.v1 import consents_pb2 as pb
from nuaikit.student_registry.v1 import consents_pb2_grpc as pb_grpc

from student_registry.calendar_th import now_utc
from student_registry.deps import Deps
from student_registry.shares import use_cases
from student_registry.shares.domain import GrantScope, ShareGrant
from student_registry.shares.errors import GrantScopeUnknown
from student_registry.wire import required_date


def scope_of(text: str) -> GrantScope:
    """What a share is of.

    Raises:
        GrantScopeUnknown: Nothing that can be shared.
    """
    try:
        return GrantScope(text)
    except ValueError:
        raise GrantScopeUnknown(field="scope") from None


def grant_to_pb(grant: ShareGrant) -> pb.ShareGrant:
    """As the contracts carry it."""
    return pb.ShareGrant(
        grant_id=str(grant.grant_id),
        learner_id=str(grant.learner_id),
        recipient_institution_id=str(grant.recipient_institution_id),
        scope=grant.scope,
        purpose=grant.purpose,
        valid_from=date_to_pb(grant.valid_from),
        valid_to=date_to_pb(grant.valid_to),
        is_ended=grant.is_ended,
    )


class ShareGrantServicer(pb_grpc.ShareGrantServiceServicer):
    """Share grants over gRPC."""

    def __init__(self, deps: Deps, identifier: Identifier) -> None:
        """Serve from `deps`; callers are identified by `identifier`."""
        self._deps = deps
        self._identifier = identifier

    async def GrantShare(  # noqa: N802  # named by the contract
        self, request: pb.GrantShareRequest, context: ServicerContext[Any, Any]
    ) -> pb.GrantShareResponse:
        """Grant a share."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        command = use_cases.GrantShare(
            request_id=parse_uuid(request.request_id, field="request_id"),
            learner_id=parse_uuid(request.learner_id, field="learner_id"),
            recipient_institution_id=parse_uuid(request.recipient_institution_id, field="recipient_institution_id"),
            scope=scope_of(request.scope),
            purpose=request.purpose,
            valid_to=required_date(request, "valid_to", field="valid_to"),
        )
        grant = await use_cases.grant_share(self._deps, command, actor=actor, now=now_utc())
        return pb.GrantShareResponse(grant=grant_to_pb(grant))

    async def EndShareGrant(  # noqa: N802  # named by the contract
        self, request: pb.EndShareGrantRequest, context: ServicerContext[Any, Any]
    ) -> pb.EndShareGrantResponse:
        """End a share."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        command = use_cases.EndShareGrant(
            parse_uuid(request.request_id, field="request_id"), parse_uuid(request.grant_id, field="grant_id")
        )
        grant = await use_cases.end_share_grant(self._deps, command, actor=actor, now=now_utc())
        return pb.EndShareGrantResponse(grant=grant_to_pb(grant))

    async def ListShareGrants(  # noqa: N802  # named by the contract
        self, request: pb.ListShareGrantsRequest, context: ServicerContext[Any, Any]
    ) -> pb.ListShareGrantsResponse:
        """List shares valid today."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        recipient = request.recipient_institution_id
        query = use_cases.ListShareGrants(
            tuple(parse_uuid(item, field="learner_ids") for item in request.learner_ids),
            parse_uuid(recipient, field="recipient_institution_id") if recipient else None,
        )
        grants = await use_cases.list_share_grants(self._deps, query, actor=actor, now=now_utc())
        return pb.ListShareGrantsResponse(grants=[grant_to_pb(grant) for grant in grants])


def servicer(deps: Deps, identifier: Identifier) -> Servicer:
    """ShareGrantService, ready to be served."""
    serving = ShareGrantServicer(deps, identifier)
    return Servicer(
        pb.DESCRIPTOR.services_by_name["ShareGrantService"].full_name,
        lambda server: pb_grpc.add_ShareGrantServiceServicer_to_server(serving, server),
    )
